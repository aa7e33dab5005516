"""What is made of a text table that nobody has said anything about."""

from pathlib import Path

import pytest
from tables import written

from nncore.data.reading import origin_of, pasted, preview
from nncore.data.reading.choices import Choices, Kind, Missing, Role, TextFormat
from resources import resource_path


def guessed(text: str) -> Choices:
    return preview(pasted(text)).choices


def format_of(text: str) -> TextFormat:
    format = guessed(text).format
    assert format is not None
    return format


def names_of(text: str) -> list[str]:
    return [column.name for column in guessed(text).columns]


def roles_of(text: str) -> str:
    """One letter per column: f, t or i."""
    return "".join(column.role.value[0] for column in guessed(text).columns)


def kinds_of(text: str) -> str:
    """One letter per column: n or c."""
    return "".join(column.kind.value[0] for column in guessed(text).columns)


def rows(n: int, *cells: str) -> str:
    """Rows in which {i} is the number of the row."""
    return "".join(",".join(cells).replace("{i}", str(i)) + "\n" for i in range(n))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_each_delimiter_is_found(delimiter: str) -> None:
    assert format_of("a,b,y\n1,2,0.5\n3,4,0.25".replace(",", delimiter)).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        pytest.param('"a, in cm; b";y\n1;2.5\n3;4.5\n', ";", id="both in a quoted name"),
        pytest.param("a, in cm;y, in kg\n1;2.5\n3;4.5\n", ";", id="commas in the header only"),
        pytest.param('a;y\n1;"p,q"\n3;"r,s"\n', ";", id="commas in every quoted cell"),
        pytest.param("  \n\na;y\n1;2.5\n3;4.5\n", ";", id="blank lines before the header"),
        pytest.param("1,5;2,5;3\n2,5;3,5;4\n", ";", id="as many decimal commas"),
        pytest.param("a;y\n1;2\n1;2;3\n1;2\n", ";", id="a row too long"),
        pytest.param("name\nNew York\nSan Marino\n", ",", id="spaces between words"),
        pytest.param("a b\n1 2\n3 4\n", " ", id="spaces between numbers"),
        pytest.param("sep=|\na;b|y\n1;2|3\n", "|", id="told in the first line"),
        pytest.param('"sep=;"\na,b;y\n1,2;3,5\n', ";", id="told in quotes"),
    ],
)
def test_the_delimiter_that_fits_is_found(text: str, delimiter: str) -> None:
    assert format_of(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("a;y\n1,5;2\n2,5;3\n", ","),
        ("a;y\n1.5;2\n2.5;3\n", "."),
        ("a;y\n1;2\n2;3\n", "."),
        ("a;y\n1,234;2\n2,345;3\n", ","),
        ("a\ty\n0,125\t2\n0,250\t3\n", ","),
        ("a\ty\n1,234\t2\n2,345\t3\n", "."),
        ("a\ty\n1,5\t2\n-3,25e-4\t3\n", ","),
        ("a;y\n1,5;2\n2.5;3\n3.5;3\n", "."),
        ("a,y\n1,2\n3,4\n", "."),
    ],
)
def test_the_decimal_mark_is_found(text: str, decimal: str) -> None:
    assert format_of(text).decimal == decimal


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        pytest.param("a,b\n1,2\n", True, id="names above numbers"),
        pytest.param("1,2\n3,4\n", False, id="numbers only"),
        pytest.param("1,p\n2,q\n", False, id="numbers and text"),
        pytest.param("colour,kind\nred,p\nblue,q\n", True, id="names above text"),
        pytest.param("red,p\nblue,q\nred,p\n", False, id="text that comes again"),
        pytest.param(",0,1,y\n0,5,6,p\n1,7,8,q\n", False, id="names that are numbers above text"),
        pytest.param(",0,1,y\n0,5,6,7\n1,7,8,9\n", True, id="one name above numbers"),
        pytest.param("a,y\n", True, id="names alone"),
        pytest.param("1,2\n", False, id="one row of numbers"),
        pytest.param("a,y\nNA,NA\n1,2\n", True, id="gaps in the first row"),
        pytest.param("NA,1\n2,3\n", False, id="a gap in the first row without a header"),
        pytest.param("a,y\n1,2\nx,3\n1,4\n1,5\n", True, id="a slip in a column of numbers"),
        pytest.param("a,a,y\n1,2,3\n", True, id="names that are the same"),
        pytest.param('a,y\n"1,234",p\n"2,345",p\n', True, id="names above thousands"),
    ],
)
def test_a_header_is_told_from_data(text: str, has_header: bool) -> None:
    assert format_of(text).has_header == has_header


def test_columns_without_names_are_numbered() -> None:
    assert names_of("1,2,p\n3,4,q\n") == ["column 1", "column 2", "column 3"]
    assert names_of(",b,\n1,2.5,3\n2,3.5,4\n") == ["column 1", "b", "column 3"]


def test_a_header_one_name_short_belongs_to_the_columns_on_the_right() -> None:
    assert names_of("a y\nr1 1 2\nr2 3 4\n") == ["column 1", "a", "y"]
    assert names_of("a,y\n1,2,\n3,4,\n") == ["a", "y", "column 3"]
    assert names_of("a,y\n1,2,3\n") == ["a", "y"]
    assert names_of("a,y\n1,2,3\n1,3,4\n") == ["a", "y"]


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        pytest.param(["1", "?", "2"], "NA N/A NaN nan null ? -", id="usual"),
        pytest.param(["1", "None", "2", "#N/A"], "NA N/A NaN nan null ? - #N/A None", id="rarer"),
        pytest.param(["low", "None", "high"], "NA N/A NaN nan null ? -", id="a category"),
        pytest.param(["1", "None", "2", "x"], "NA N/A NaN nan null ? -", id="beside a slip"),
        pytest.param(["None", "None", "None"], "NA N/A NaN nan null ? -", id="nothing else"),
        pytest.param(["+", "-", "+"], "NA N/A NaN nan null ?", id="a minus that is a class"),
    ],
)
def test_marks_of_missing_values_are_found(cells: list[str], marks: str) -> None:
    text = "a,y\n" + "".join(f"{cell},{i}.5\n" for i, cell in enumerate(cells))
    assert list(format_of(text).missing_marks) == marks.split()


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("a,b,c", "fft"),
        ("target,b,c", "tff"),
        ("a,Class,c", "ftf"),
        ("a,SPECIES,c", "ftf"),
        ("y,label,c", "ftf"),
        ("target,b,y", "fft"),
        ("a,class of,c", "fft"),
        (",b,c", "fft"),
    ],
)
def test_the_target_is_the_last_column_or_has_a_targets_name(header: str, roles: str) -> None:
    assert roles_of(header + "\n5,6.5,7\n3,4.5,5\n") == roles


def test_without_a_header_the_last_column_is_the_target() -> None:
    assert roles_of("1,2,p\n2,4,q\n") == "fft"


@pytest.mark.parametrize(
    ("header", "cells", "roles"),
    [
        pytest.param(",b,y", ["{i}", "1.{i}", "2"], "ift", id="pandas' index"),
        pytest.param("Unnamed: 0,b,y", ["{i}", "1.{i}", "2"], "ift", id="pandas' index read again"),
        pytest.param(",b,y", ["1{i}", "1.{i}", "2"], "fft", id="numbers from 10"),
        pytest.param("n,b,y", ["{i}", "1.{i}", "2"], "fft", id="numbers with a name"),
        pytest.param("b,,y", ["1.{i}", "{i}", "2"], "fft", id="not the first column"),
        pytest.param("id,b,y", ["7{i}", "1.{i}", "2"], "ift", id="id"),
        pytest.param("ID,b,y", ["7{i}", "1.{i}", "2"], "ift", id="ID"),
        pytest.param("b,PassengerId,y", ["1.{i}", "7{i}", "2"], "fit", id="PassengerId"),
        pytest.param("b,user_id,y", ["1.{i}", "7{i}", "2"], "fit", id="user_id"),
        pytest.param("b,user_id,y", ["1.{i}", "7", "2"], "fft", id="the same id twice"),
        pytest.param("b,user_id,y", ["1.{i}", "7.{i}", "2"], "fft", id="an id with decimals"),
        pytest.param("grid,acid,y", ["{i}", "7{i}", "2"], "fft", id="names that end like one"),
        pytest.param("b,c,y", ["1.{i}", "text {i}", "2"], "fit", id="text that is never the same"),
        pytest.param("b,c,y", ["1.{i}", "text", "2"], "fft", id="text that is the same"),
        pytest.param("b,c,d", ["1.{i}", "2", "text {i}"], "fti", id="such text at the end"),
        pytest.param("b,,y", ["1.{i}", "", "2"], "fit", id="an empty column"),
        pytest.param("b,c,y", ["1.{i}", "NA", "2"], "fit", id="a column of gaps"),
        pytest.param("id,y", ["{i}", "2.{i}"], "ft", id="nothing else to learn from"),
        pytest.param("name,,y", ["text {i}", "", "2.{i}"], "fit", id="nothing else but gaps"),
    ],
)
def test_columns_that_tell_nothing_are_ignored(header: str, cells: list[str], roles: str) -> None:
    assert roles_of(header + "\n" + rows(10, *cells)) == roles


def test_text_that_differs_in_a_small_table_may_be_a_category() -> None:
    assert roles_of("a,b,y\n" + rows(9, "text {i}", "{i}.5", "{i}.5")) == "fft"


@pytest.mark.parametrize(
    ("n_rows", "n_texts", "role"), [(200, 150, "i"), (300, 110, "f"), (150, 90, "f")]
)
def test_text_that_mostly_differs_in_a_large_table_is_ignored(
    n_rows: int, n_texts: int, role: str
) -> None:
    texts = [f"ticket {i % n_texts}" for i in range(n_rows)]
    text = "a,b,y\n" + "".join(f"{cell},{i}.5,{i}.5\n" for i, cell in enumerate(texts))
    assert roles_of(text) == role + "ft"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2.5", "-3e4"], "n"),
        (["red", "blue", "red"], "c"),
        (["1", "2", "3", "x"], "n"),
        (["1", "2", "x", "z"], "c"),
        (["NA", "?", "7"], "n"),
        (["1_000", "2_000", "3_000"], "n"),
        (["0x1F", "0x20", "0x21"], "n"),
        (["٣", "٤", "٥"], "n"),
        (["1e999", "inf", "1"], "n"),
        (["1.234.567", "1'000", "1 000"], "n"),
        (["2020-01-01", "2020-01-02", "2020-01-02"], "c"),
        (["10%", "20%", "20%"], "c"),
    ],
)
def test_a_column_of_text_is_a_category(cells: list[str], kind: str) -> None:
    text = "a,y\n" + "".join(f"{cell},{i}.5\n" for i, cell in enumerate(cells))
    assert kinds_of(text) == kind + "n"


@pytest.mark.parametrize(
    ("n_gaps", "missing"),
    [(0, Missing.DROP), (4, Missing.DROP), (5, Missing.MEDIAN), (50, Missing.MEDIAN)],
)
def test_few_rows_with_gaps_are_dropped_and_many_filled(n_gaps: int, missing: Missing) -> None:
    cells = ["" if i < n_gaps else str(i) for i in range(100)]
    columns = guessed("a,b,y\n" + "".join(f"{cell},1,{i}.5\n" for i, cell in enumerate(cells)))
    assert [column.missing for column in columns.columns] == [missing, Missing.DROP, Missing.DROP]


def test_gaps_in_many_columns_add_up() -> None:
    cells = [[("" if i == 3 * k + 9 else "red" if k else "1") for k in range(2)] for i in range(20)]
    columns = guessed("a,b,y\n" + "".join(f"{a},{b},{i}.5\n" for i, (a, b) in enumerate(cells)))
    fills = [column.missing for column in columns.columns]
    assert fills == [Missing.MEDIAN, Missing.MOST_FREQUENT, Missing.DROP]


def test_gaps_in_the_target_and_in_what_is_ignored_do_not_count() -> None:
    columns = guessed("id,a,y\n" + rows(5, "", "{i}.5", "") + rows(50, "", "{i}.5", "{i}.5"))
    assert {column.missing for column in columns.columns} == {Missing.DROP}
    columns = guessed("id,a,y\n" + rows(5, "", "", "") + rows(50, "", "{i}.5", "{i}.5"))
    fills = [column.missing for column in columns.columns]
    assert fills == [Missing.DROP, Missing.MEDIAN, Missing.DROP]


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["p", "q", "p"], True),
        (["1.5", "q", "p"], True),
        (["0", "1", "1", "0"], True),
        (["1", "2", "3", "1", "2"], False),
        (["0.5", "1", "1", "0.5", "1"], False),
        ([str(i % 20) for i in range(100)], True),
        ([str(i % 21) for i in range(100)], False),
        (["1", "NA", "2", "1", "2", "1"], True),
    ],
)
def test_classes_are_told_from_a_regression(values: list[str], classes: bool) -> None:
    text = "a,y\n" + "".join(f"{i}.5,{value}\n" for i, value in enumerate(values))
    assert guessed(text).is_classification == classes


@pytest.mark.parametrize(
    ("name", "target", "classes"),
    [
        ("iris", "species", True),
        ("wine", "wine", True),
        ("breast_cancer", "diagnosis", True),
        ("digits", "digit", True),
        ("diabetes", "progression", False),
    ],
)
def test_the_bundled_tables_are_guessed_right(name: str, target: str, classes: bool) -> None:
    choices = preview(origin_of(resource_path("datasets", f"{name}.csv"))).choices
    assert choices.format == TextFormat()
    assert choices.is_classification == classes
    roles = {column.name: column.role for column in choices.columns}
    assert roles.pop(target) is Role.TARGET
    assert set(roles.values()) == {Role.FEATURE}
    kinds = {column.name: column.kind for column in choices.columns}
    kinds.pop(target)
    assert set(kinds.values()) == {Kind.NUMBER}


def test_a_guess_looks_at_no_more_than_the_beginning(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n" + "1,2.5\n" * 50_000 + "red;green;blue\n" * 9)
    looked = preview(origin_of(path))
    assert kinds_of("a,y\n1,2.5\n") == "nn"
    assert looked.n_rows is None
