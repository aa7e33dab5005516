"""Text tables read as a person chooses: roles, kinds, missing values, classes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tables import refusal, table, written

from nncore.data.reading import origin_of, pasted, preview, read
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Role, TextFormat
from nncore.errors import LoadError

NUMBER, CATEGORY = Kind.NUMBER, Kind.CATEGORY
FEATURE, TARGET, IGNORE = Role.FEATURE, Role.TARGET, Role.IGNORE


def choices(*columns: ColumnChoice, classes: bool = False, **format: object) -> Choices:
    return Choices(replace(TextFormat(), **format), columns, classes)  # type: ignore[arg-type]


A = ColumnChoice("a")
Y = ColumnChoice("y", TARGET)


@pytest.mark.parametrize("target", [0, 1, 2])
def test_the_target_may_be_any_column(target: int) -> None:
    columns = [ColumnChoice(name) for name in "abc"]
    columns[target] = replace(columns[target], role=TARGET)
    data = read(pasted("a,b,c\n1,2,3\n4,5,6\n"), choices(*columns))
    values = [[1, 2, 3], [4, 5, 6]]
    assert data.target_name == "abc"[target]
    assert data.feature_names == tuple("abc".replace("abc"[target], ""))
    assert data.y.tolist() == [row[target] for row in values]
    assert data.X.tolist() == [row[:target] + row[target + 1 :] for row in values]


def test_what_stands_in_an_ignored_column_is_no_matter() -> None:
    ignored = ColumnChoice("b", IGNORE)
    data = read(pasted('a,b,y\n1,x,3\n4,"1,5",6\n7,,8\n'), choices(A, ignored, Y))
    assert data.X.tolist() == [[1], [4], [7]]
    assert data.notes == ()


def test_numbers_can_be_read_as_categories() -> None:
    columns = (ColumnChoice("a", FEATURE, CATEGORY), Y)
    data = read(pasted("a,y\n10,1\n9,2\n-1,3\n10,4\n"), choices(*columns))
    assert data.categories == (("-1", "9", "10"),)
    assert data.X.tolist() == [[2], [1], [0], [2]]
    assert data.fills == ("most_frequent",)


def test_categories_come_in_natural_order() -> None:
    columns = (ColumnChoice("a", FEATURE, CATEGORY), Y)
    data = read(pasted("a,y\nk10,1\nk9,2\n K1 ,3\nk10,4\n"), choices(*columns))
    assert data.categories == (("K1", "k9", "k10"),)
    assert data.X.tolist() == [[2], [1], [0], [2]]


def test_text_in_a_column_of_numbers_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n1,2\nred,3\n")
    assert refusal(path, choices(A, Y)) == (
        "table.csv: row 3, column 'a': 'red' is not a number. Make the column a category, "
        "or add the text to the marks of missing values if it is one."
    )


@pytest.mark.parametrize("missing", [Missing.MEAN, Missing.MEDIAN, Missing.MOST_FREQUENT])
def test_gaps_that_are_filled_in_stay_gaps(missing: Missing) -> None:
    columns = (ColumnChoice("a", missing=missing), ColumnChoice("b"), Y)
    data = read(pasted("a,b,y\n1,2,3\n,4,5\nNA,6,7\n"), choices(*columns))
    np.testing.assert_array_equal(data.X, [[1, 2], [np.nan, 4], [np.nan, 6]])
    assert data.fills == (missing.value, "mean")
    assert data.has_missing
    assert data.notes == ()


def test_gaps_in_a_category_are_filled_by_the_most_frequent() -> None:
    columns = (ColumnChoice("a", FEATURE, CATEGORY, Missing.MEAN), Y)
    data = read(pasted("a,y\nred,3\n?,5\nblue,7\n"), choices(*columns))
    np.testing.assert_array_equal(data.X, [[1], [np.nan], [0]])
    assert data.fills == ("most_frequent",)


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    text = "a,b,y\n1,2,3\n,4,5\n6,7,\n,,\n8,NA,9\n10,11,12\n"
    data = read(pasted(text), choices(A, ColumnChoice("b"), Y))
    assert data.X.tolist() == [[1, 2], [10, 11]]
    assert data.y.tolist() == [3, 12]
    assert data.notes == (
        "2 rows without a target were left out.",
        "2 rows with a missing value in 'a' or 'b' were left out.",
    )


def test_one_row_is_left_out_in_the_singular() -> None:
    data = read(pasted("a,y\n1,2\n,4\n5,\n7,8\n"), choices(A, Y))
    assert data.notes == (
        "1 row without a target was left out.",
        "1 row with a missing value in 'a' was left out.",
    )


def test_many_columns_with_gaps_are_not_all_named() -> None:
    columns = [ColumnChoice(name) for name in "abcd"]
    data = read(pasted("a,b,c,d,y\n,,,,1\n2,3,4,5,6\n"), choices(*columns, Y))
    assert data.notes == ("1 row with a missing value in one of 4 columns was left out.",)


def test_a_gap_in_an_ignored_column_drops_no_row() -> None:
    data = read(pasted("a,b,y\n1,,3\n2,,4\n"), choices(A, ColumnChoice("b", IGNORE), Y))
    assert data.n_samples == 2


def test_classes_and_categories_of_rows_left_out_are_forgotten() -> None:
    columns = (
        ColumnChoice("a"),
        ColumnChoice("b", FEATURE, CATEGORY),
        ColumnChoice("y", TARGET, CATEGORY),
    )
    data = read(pasted("a,b,y\n1,u,p\n,v,q\n2,w,r\n3,w,p\n"), choices(*columns, classes=True))
    assert data.class_names == ("p", "r")
    assert data.categories == ((), ("u", "w"))
    assert data.y.tolist() == [0, 1, 0]
    assert data.X.tolist() == [[1, 0], [2, 1], [3, 1]]


def test_a_mark_of_missing_values_may_be_a_number_or_any_text() -> None:
    columns = (ColumnChoice("a", missing=Missing.MEAN), Y)
    chosen = choices(*columns, missing_marks=("-999", "no answer"))
    data = read(pasted("a,y\n-999,1\nno answer,2\n-999.0,3\n,4\n"), chosen)
    np.testing.assert_array_equal(data.X, [[np.nan], [np.nan], [-999], [np.nan]])


def test_what_is_not_among_the_marks_is_no_gap(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n1,1\nNA,2\n")
    assert "row 3, column 'a': 'NA' is not a number" in refusal(
        path, choices(A, Y, missing_marks=())
    )


def test_with_a_decimal_comma_a_mark_may_be_a_number() -> None:
    columns = (ColumnChoice("a", missing=Missing.MEAN), Y)
    chosen = choices(*columns, delimiter=";", decimal=",", missing_marks=("-9,9",))
    data = read(pasted("a;y\n-9,9;1\n1,5;2\n"), chosen)
    np.testing.assert_array_equal(data.X, [[np.nan], [1.5]])


def target(text: str, kind: Kind, classes: bool) -> tuple[tuple[str, ...], list[float]]:
    rows = "".join(f"{i},{cell}\n" for i, cell in enumerate(text.split()))
    columns = (ColumnChoice("x"), ColumnChoice("y", TARGET, kind))
    data = read(pasted("x,y\n" + rows), choices(*columns, classes=classes))
    return data.class_names, data.y.tolist()


@pytest.mark.parametrize(
    ("text", "kind", "classes", "class_names", "y"),
    [
        ("1 2 1", NUMBER, True, ("1", "2"), [0, 1, 0]),
        ("1 2 1", NUMBER, False, (), [1, 2, 1]),
        ("0.5 -1.25 0.50", NUMBER, True, ("-1.25", "0.5"), [1, 0, 1]),
        ("1e300 10 9", NUMBER, True, ("9", "10", "1e+300"), [2, 1, 0]),
        ("10 -9 10.0 9", CATEGORY, True, ("-9", "9", "10", "10.0"), [2, 0, 3, 1]),
        ("1 b 1", CATEGORY, False, ("1", "b"), [0, 1, 0]),
        ("NA b a", CATEGORY, True, ("a", "b"), [1, 0]),
    ],
)
def test_the_target_is_classes_or_values_as_chosen(
    text: str, kind: Kind, classes: bool, class_names: tuple[str, ...], y: list[float]
) -> None:
    assert target(text, kind, classes) == (class_names, y)


def test_a_thousand_classes_are_read_and_one_more_is_not() -> None:
    for kind in Kind:
        names, y = target(" ".join(str(i % 1000) for i in range(1500)), kind, True)
        assert names[:3] == ("0", "1", "2")
        assert y == [i % 1000 for i in range(1500)]
        with pytest.raises(LoadError, match=r"column 'y' has more than 1,000 classes. Choose ano"):
            target(" ".join(map(str, range(1001))), kind, True)


def test_a_thousand_categories_are_read_and_one_more_is_not() -> None:
    chosen = choices(ColumnChoice("a", FEATURE, CATEGORY), Y)
    rows = [f"k{i},{i}\n" for i in range(1001)]
    assert len(read(pasted("a,y\n" + "".join(rows[:1000])), chosen).categories[0]) == 1000
    with pytest.raises(LoadError, match=r"column 'a' has more than 1,000 categories. Ignore the"):
        read(pasted("a,y\n" + "".join(rows)), chosen)


def test_long_runs_of_digits_in_names_can_be_sorted() -> None:
    long = "9" * 5000
    names, _ = target(f"k{long} k1", CATEGORY, True)
    assert names == ("k1", "k" + "9" * 99 + "…")


def test_the_guess_at_classes_is_made_from_all_rows(tmp_path: Path) -> None:
    rows = [f"{i}.5,{i // 50_000}\n" for i in range(100_000)]
    rows += [f"{i}.5,{i}\n" for i in range(40)]
    origin = origin_of(written(tmp_path, "a,y\n" + "".join(rows)))
    assert preview(origin).choices.is_classification
    assert not read(origin).is_classification


BAD_CHOICES = {
    "has only one column; inputs and a target are needed": choices(),
    "has only one column, 'y'; inputs": choices(Y),
    "no column is the target; one is needed": choices(A, A),
    "2 columns are targets; one is needed": choices(Y, Y),
    "has no column to learn from beside the target, 'y'": choices(ColumnChoice("a", IGNORE), Y),
    "row 2 has 2 cells where there are 3 columns": choices(A, A, Y, encoding="cp1252"),
    "can't be read in the encoding 'rot13', which isn't": choices(A, Y, encoding="rot13"),
    "can't be read in the encoding 'gr\\xfcn', which isn't": choices(A, Y, encoding="grün"),
    "can't be parted by ''; the delimiter is one": choices(A, Y, delimiter=""),
    "can't be parted by ';;'; the delimiter is one": choices(A, Y, delimiter=";;"),
    "can't be parted by '\\n'; the delimiter is one": choices(A, Y, delimiter="\n"),
    "can't be parted by '\"'; the delimiter is one": choices(A, Y, delimiter='"'),
    "can't have '·' before decimals": choices(A, Y, decimal="·"),
    "row 4 holds bytes that are not text in UTF-8": choices(A, Y),
    "does not begin with a byte order mark, as text in UTF-16": choices(A, Y, encoding="utf-16"),
    "row 4, column 'y': 'é' is not a number": choices(A, Y, encoding="cp1252"),
}


@pytest.mark.parametrize("sentence", BAD_CHOICES)
def test_choices_that_do_not_fit_are_refused(tmp_path: Path, sentence: str) -> None:
    path = written(tmp_path, "a,y\n1,2\n3,4\n5,é\n".encode("cp1252"))
    assert sentence.replace("'·'", "'\\xb7'") in refusal(path, BAD_CHOICES[sentence])


def test_no_row_without_a_gap_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n,2,3\n4,,5\n6,7,\n")
    sentence = refusal(path, choices(A, ColumnChoice("b"), Y))
    assert "has no row in which nothing is missing. Fill missing values in" in sentence


def test_a_column_of_gaps_can_not_be_filled_in(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n1,,3\n4,,5\n")
    chosen = choices(A, ColumnChoice("b", missing=Missing.MEAN), Y)
    assert "column 'b' has no value in any row" in refusal(path, chosen)


def test_without_a_format_the_usual_one_is_taken(tmp_path: Path) -> None:
    data = table(tmp_path, "a,y\n1,2.5\n", Choices(None, (A, Y), False))
    assert data.X.tolist() == [[1]]


def test_rows_without_a_header_are_all_data() -> None:
    data = read(pasted("1,2\n3,4\n"), choices(A, Y, has_header=False))
    assert data.X.tolist() == [[1], [3]]
    data = read(pasted("1,2\n3,4\n"), choices(A, Y))
    assert data.X.tolist() == [[3]]


def test_the_delimiter_may_be_any_character() -> None:
    for delimiter in "^:~¦":
        data = read(pasted(f"a{delimiter}y\n1{delimiter}2\n"), choices(A, Y, delimiter=delimiter))
        assert data.X.tolist() == [[1]]
