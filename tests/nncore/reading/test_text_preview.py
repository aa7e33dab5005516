"""What a person sees of a text table before it is read."""

from dataclasses import replace
from pathlib import Path

import pytest
from tables import within_a_second, written

from nncore.data.reading import origin_of, pasted, preview
from nncore.data.reading.choices import Kind, Role, TextFormat
from nncore.errors import LoadError


def test_a_small_table_is_shown_whole() -> None:
    looked = preview(pasted('a,"b\nc",y\n1, red ,NA\n2.50,,"p,q"\n'))
    assert looked.kind == "text table"
    assert looked.rows == (("1", "red", ""), ("2.50", "", "p,q"))
    assert looked.n_rows == 2
    assert looked.n_missing == (0, 1, 1)
    assert [column.name for column in looked.choices.columns] == ["a", "b c", "y"]


def test_of_many_rows_the_first_hundred_are_shown() -> None:
    looked = preview(pasted("a,y\n" + "".join(f"{i},\n" for i in range(5000))))
    assert looked.rows == tuple((str(i), "") for i in range(100))
    assert looked.n_rows == 5000
    assert looked.n_missing == (0, 2000)


def test_of_a_large_file_only_the_beginning_is_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n" + "1,2.5\n" * 200_000 + "\0")
    looked = preview(origin_of(path))
    assert looked.n_rows is None
    assert len(looked.rows) == 100


def test_long_cells_are_shown_in_part() -> None:
    looked = preview(pasted(f"a,y\n{'x' * 1000},1\n"))
    assert looked.rows == (("x" * 80 + "…", "1"),)


def test_a_row_that_is_cut_is_not_shown() -> None:
    wide = ",".join(["12345"] * 500)
    looked = preview(pasted("\n".join([wide] * 200)))
    assert {len(row) for row in looked.rows} == {500}
    assert {cell for row in looked.rows for cell in row} == {"12345"}


def test_a_row_as_long_as_the_beginning_is_shown_as_far_as_it_goes() -> None:
    header = ",".join(f"column {i}" for i in range(9_000))
    row = ",".join(["1.23456789123456789"] * 9_000)
    with within_a_second():
        looked = preview(pasted(f"{header}\n{row}\n{row}\n"))
    assert len(looked.choices.columns) == 9_000
    assert [len(row) for row in looked.rows] == [9_000]
    assert looked.rows[0][0] == "1.23456789123456789"
    assert looked.rows[0][-1] == ""


def test_rows_that_do_not_fit_are_shown_as_far_as_they_do() -> None:
    looked = preview(pasted("a,b,y\n1,2,3\n4\n5,6,7,8\n9,10,11\n"))
    assert looked.rows == (("1", "2", "3"), ("4", "", ""), ("5", "6", "7"), ("9", "10", "11"))


def test_a_table_is_shown_up_to_its_first_fault() -> None:
    looked = preview(pasted('a,y\n1,2\n3,"4"5\n6,7\n'))
    assert looked.rows == (("1", "2"),)
    assert looked.n_rows is None


def test_a_format_is_taken_as_it_is() -> None:
    text = "a;y\n1,5;2\nx;3\n"
    guess = preview(pasted(text)).choices.format
    assert guess == TextFormat(delimiter=";", decimal=",")
    without_header = replace(guess, has_header=False)
    looked = preview(pasted(text), without_header)
    assert looked.choices.format is without_header
    assert looked.rows == (("a", "y"), ("1,5", "2"), ("x", "3"))
    assert {column.kind for column in looked.choices.columns} == {Kind.CATEGORY}
    marked = preview(pasted(text), replace(guess, missing_marks=("x",)))
    assert marked.rows == (("1,5", "2"), ("", "3"))
    assert marked.n_missing == (1, 0)


def test_a_wrong_format_is_shown_so_that_it_can_be_put_right() -> None:
    looked = preview(pasted("a;y\n1;2\n3;4\n"), TextFormat(delimiter=","))
    assert looked.rows == (("1;2",), ("3;4",))
    looked = preview(pasted("größe;y\n1;2\n"), TextFormat(delimiter=";", encoding="cp1252"))
    assert looked.choices.columns[0].name == "grÃ¶ÃŸe"


def test_bytes_that_are_not_text_in_the_chosen_encoding_are_shown_as_such(tmp_path: Path) -> None:
    path = written(tmp_path, "größe,y\n1,2\n".encode("cp1252"))
    looked = preview(origin_of(path), TextFormat())
    assert looked.choices.columns[0].name == "gr\ufffd\ufffde"


def test_a_header_alone_is_shown() -> None:
    looked = preview(pasted("a,y\n"))
    assert looked.rows == ()
    assert looked.n_rows == 0
    assert [column.role for column in looked.choices.columns] == [Role.FEATURE, Role.TARGET]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "clipboard: is empty."),
        ('"a,y\n1,2\n', "clipboard: row 1 opens a quote that is never closed."),
        ("a,y\n1,\0\n", "clipboard: row 2 holds a NUL character"),
        (",".join("1" * 10_001) + "\n", "clipboard: has 10,001 columns; at most 10,000 are read."),
    ],
)
def test_what_can_not_be_shown_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(LoadError) as caught:
        preview(pasted(text))
    assert str(caught.value).startswith(sentence)


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(LoadError, match="the delimiter is one character"):
        preview(pasted("a,y\n1,2\n"), TextFormat(delimiter=""))
