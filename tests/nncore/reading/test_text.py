"""Characters into tables: encodings, line ends, quotes, names, numbers."""

from pathlib import Path

import numpy as np
import pytest
from tables import refusal, table, written

from nncore.data.reading import origin_of, pasted, read
from nncore.data.reading.choices import Choices, ColumnChoice, Role, TextFormat
from resources import resource_path


def chosen(*names: str, delimiter: str = ",", decimal: str = ".", marks: str = "") -> Choices:
    """Numbers only, the last of them the target of a regression."""
    columns = [*map(ColumnChoice, names[:-1]), ColumnChoice(names[-1], Role.TARGET)]
    format = TextFormat("utf-8", delimiter, decimal, True, tuple(marks.split()))
    return Choices(format, tuple(columns), False)


def test_iris_is_fishers() -> None:
    iris = read(origin_of(resource_path("datasets", "iris.csv")))
    assert iris.X.shape == (150, 4)
    assert iris.class_names == ("setosa", "versicolor", "virginica")
    assert iris.class_counts.tolist() == [50, 50, 50]
    assert iris.feature_names[0] == "sepal_length_cm"
    assert iris.target_name == "species"
    assert (iris.name, iris.source, iris.notes) == ("iris", "iris.csv", ())
    assert not iris.exchangeable
    # The two samples that are wrong in the repository's file, and the sums of Fisher's.
    assert iris.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    np.testing.assert_allclose(iris.X.sum(axis=0), [876.5, 458.6, 563.7, 179.9])


def test_pasted_text_is_a_table_too() -> None:
    data = read(pasted("größe\ty\n1,5\tp\n2,5\tq\n"))
    assert data.feature_names == ("größe",)
    assert data.X.tolist() == [[1.5], [2.5]]
    assert (data.name, data.source) == ("clipboard", "clipboard")


def test_half_a_character_in_the_clipboard_is_no_matter() -> None:
    assert read(pasted("a,y\n1,p\ud83e\n2,q\n")).class_names == ("p?", "q")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"]
)
def test_each_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = "größe,y\n1,blå\n2,rød\n"
    if encoding.endswith("-bom"):
        content = ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    else:
        content = text.encode(encoding)
    data = table(tmp_path, content)
    assert data.feature_names == ("größe",)
    assert data.class_names == ("blå", "rød")


def test_a_file_may_begin_like_an_archive(tmp_path: Path) -> None:
    assert table(tmp_path, "PK,y\n1,2.5\n2,3.5\n").feature_names == ("PK",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_is_read_and_counted(tmp_path: Path, end: str) -> None:
    lines = ["a,b,y", *["1,4,2.5"] * 5, "", "x,5,3.5"]
    assert "row 8, column 'a'" in refusal(written(tmp_path, end.join(lines)))
    data = table(tmp_path, end.join(["a,y", "1,2.5", "", "2,3.5"]))
    assert data.X.tolist() == [[1], [2]]


def test_cells_may_be_quoted_padded_and_span_lines(tmp_path: Path) -> None:
    text = '"a ""1""", b ,y\n "1", 2,"left\n or, right"\n  \n\t\n3,\t4 , up\n'
    data = table(tmp_path, text)
    assert data.feature_names == ('a "1"', "b")
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.class_names == ("left· or, right", "up")


def test_rows_are_line_numbers_even_after_cells_that_span_lines(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,y\n1,"p\nq\nr"\n2,s\n3,s\n4,s\n\nx,s\n')
    assert "row 9, column 'a': 'x' is not a number" in refusal(path)


def test_names_are_trimmed_and_told_apart(tmp_path: Path) -> None:
    data = table(tmp_path, ' a ,,a,a (2),"two\nlines",a,y\n5,2,3,4,5,6,7.5\n4,3,2,1,0,1,2.5\n')
    names = ("a", "column 2", "a (2)", "a (2) (2)", "two lines", "a (3)")
    assert data.feature_names == names
    assert data.notes == ("Columns of the same name were numbered: 'a'.",)


def test_many_names_that_are_the_same_make_a_short_note(tmp_path: Path) -> None:
    header = ",".join(["a", "a", "b", "b", "c", "c", "d", "d"]) + ",y\n"
    data = table(tmp_path, header + "1,2,3,4,5,6,7,8,9.5\n")
    assert data.notes == ("Columns of the same name were numbered: 'a', 'b', 'c' and others.",)


def test_long_and_unprintable_names_are_cut_down(tmp_path: Path) -> None:
    data = table(tmp_path, "\x1b" + "a" * 10_000 + ",y\n1,2.5\n2,3.5\n")
    assert data.feature_names == ("·" + "a" * 59 + "…",)


@pytest.mark.parametrize("text", ["a,y\n1,2.5\n2,3.5", "a,y\n1,2.5\n2,3.5\n\n\n"])
def test_the_last_line_may_end_or_not(tmp_path: Path, text: str) -> None:
    assert table(tmp_path, text).n_samples == 2


NUMBERS = ["0", "-1", "+1", "1.5", "1.", ".5", "-.5", "1e3", "1E-3", "1.5e+10", "007", " 2 ", "\t2"]


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("cell", NUMBERS)
def test_numbers_of_the_grammar_are_read(tmp_path: Path, cell: str, quote: str) -> None:
    data = table(tmp_path, f"a,b,y\n{quote}{cell}{quote},1,1\n1,1,2\n", chosen("a", "b", "y"))
    assert data.X[0, 0] == float(cell)


NOT_NUMBERS = ["1_000", "٣", "0x10", "1 2", "1e", "e5", ".", "-", "1,5", "--1", "1.2.3", "½", "1d3"]


@pytest.mark.parametrize("cell", NOT_NUMBERS)
def test_what_is_not_of_the_grammar_is_no_number(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, f'a,b,y\n1,1,2\n1,"{cell}",2\n')
    sentence = refusal(path, chosen("a", "b", "y"))
    assert f"row 3, column 'b': '{cell}' is not a number" in sentence


@pytest.mark.parametrize("cell", ["1.5", "1,5.", "1.234,5", "1,2,3", "1.234"])
def test_with_a_decimal_comma_a_point_makes_no_number(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, f"a;y\n1,5;2\n{cell};3\n")
    sentence = refusal(path, chosen("a", "y", delimiter=";", decimal=","))
    assert f"row 3, column 'a': '{cell}' is not a number" in sentence


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1,5", "Write decimals with a point, and no marks between the thousands."),
        ("1,234.5", "Write numbers without marks between the thousands."),
        ("٣", "Write numbers with the digits 0 to 9 and nothing between them."),
        ("red", "Make the column a category, or add the text to the marks of missing values"),
        ("inf", "If it stands for a missing value, add it to the marks of those."),
    ],
)
def test_a_hint_tells_what_can_be_done(tmp_path: Path, cell: str, hint: str) -> None:
    path = written(tmp_path, f'a,y\n"{cell}",2\n1,3\n')
    assert hint in refusal(path, chosen("a", "y"))


def test_long_and_unprintable_text_is_cut_down_in_the_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,y\n"x\n\x1b' + "z" * 100 + '",2\n')
    assert "'x··" + "z" * 37 + "…' is not a number" in refusal(path, chosen("a", "y"))


def test_the_first_fault_in_the_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n1,2,3\n1,x,4\nz,1,5\n1,2\n1,2,3,4\n")
    assert "row 3, column 'b'" in refusal(path, chosen("a", "b", "y"))
    path = written(tmp_path, 'a,b,y\n1,2,3\nx,z,4\nz,1,5\n1,"2"2,3\n')
    assert "row 3, column 'a'" in refusal(path, chosen("a", "b", "y"))
    path = written(tmp_path, 'a,b,y\n1,2,3\n1,2\n1,"2"2,3\n')
    assert "row 3 has 2 cells" in refusal(path, chosen("a", "b", "y"))


def test_a_fault_far_down_is_named(tmp_path: Path) -> None:
    rows = ["1,2,1.5"] * 150_000
    rows[123_456] = "1,2_0,2.5"
    path = written(tmp_path, "a,b,y\n" + "\n".join(rows))
    assert "row 123458, column 'b': '2_0' is not a number" in refusal(path)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_bad_bytes_far_down_are_named_by_their_row(tmp_path: Path, end: bytes) -> None:
    path = written(tmp_path, b"a,y" + end + (b"1,p" + end) * 100_000 + b"1,\xff" + end)
    sentence = refusal(path)
    assert "row 100002 holds bytes that are not text in UTF-8" in sentence
    assert "Choose another encoding" in sentence


def test_nul_far_down_is_named_by_its_row(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,y\n" + b"1,p\n" * 100_000 + b"1,\0\n")
    assert "row 100002 holds a NUL character" in refusal(path)


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,y\n" + b"1,2.5\n" * 100_000 + b"1," * 3_000_000)
    assert "row 100002 has more than 4,194,304 characters" in refusal(path)


def test_a_row_of_endless_quotes_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    row = b'"' + b"p\n" * 50_000 + b'",'
    path = written(tmp_path, b"a,y\n" + b"1,2.5\n" * 100_000 + row * 120)
    assert "row 100002 has more than 4,194,304 characters" in refusal(path)
