import os
import re
import time
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nncore.data import csv_reader
from nncore.data.csv_reader import column_names, read_csv
from nncore.errors import LoadError

IRIS = Path(str(files("resources") / "datasets" / "iris.csv"))


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, target: str | int | None = None) -> str:
    """The sentence of the LoadError, checked to be one line that starts with the file's name."""
    with pytest.raises(LoadError) as caught:
        read_csv(path, target)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path.name}: ")
    assert sentence.isprintable()
    assert caught.value.path == path
    assert not caught.value.reason.endswith(".")
    return sentence


# --------------------------------------------------------------------------------- good files


def test_iris_is_fishers() -> None:
    iris = read_csv(IRIS)
    assert iris.X.shape == (150, 4)
    assert iris.class_names == ("setosa", "versicolor", "virginica")
    assert iris.class_counts.tolist() == [50, 50, 50]
    assert iris.feature_names[0] == "sepal_length_cm"
    assert iris.target_name == "species"
    assert (iris.name, iris.source) == ("iris", "iris.csv")
    assert not iris.exchangeable
    # The two samples that are wrong in the repository's file, and the sums of Fisher's.
    assert iris.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    np.testing.assert_allclose(iris.X.sum(axis=0), [876.5, 458.6, 563.7, 179.9])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = ["a,b,y", "1,2,0.5", "3,4,0.25"]
    text = "\n".join(lines).replace(",", delimiter)
    data = read_csv(written(tmp_path, text))
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [0.5, 0.25]
    assert data.feature_names == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"a, in cm; b";y\n1;2.5\n3;4.5\n', id="both in a quoted name"),
        pytest.param("a, in cm;y, in kg\n1;2.5\n3;4.5\n", id="commas in the header only"),
        pytest.param('a;y\n1;"p,q"\n3;"r,s"\n', id="commas in every quoted cell"),
        pytest.param("  \n\na;y\n1;2.5\n3;4.5\n", id="blank lines before the header"),
    ],
)
def test_the_consistent_delimiter_wins(tmp_path: Path, text: str) -> None:
    assert read_csv(written(tmp_path, text)).X.tolist() == [[1], [3]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_each_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = "größe,y\n1,blå\n2,rød\n"
    if encoding.endswith("-bom"):
        content = ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    else:
        content = text.encode(encoding)
    data = read_csv(written(tmp_path, content))
    assert data.feature_names == ("größe",)
    assert data.class_names == ("blå", "rød")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_ending_is_read_and_counted(tmp_path: Path, end: str) -> None:
    path = written(tmp_path, end.join(["a,y", "1,2.5", "", "x,3.5"]))
    assert "row 4, column 'a'" in refusal(path)
    path = written(tmp_path, end.join(["a,y", "1,2.5", "", "2,3.5"]))
    assert read_csv(path).X.tolist() == [[1], [2]]


def test_cells_may_be_quoted_padded_and_span_lines(tmp_path: Path) -> None:
    text = '"a ""1""", b ,y\n "1" , 2,"left\n or, right"\n  \n\t\n3,\t4 , up\n'
    data = read_csv(written(tmp_path, text.replace('"1" ', '"1"')))
    assert data.feature_names == ('a "1"', "b")
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.class_names == ("left\n or, right", "up")


def test_rows_are_line_numbers_even_after_cells_that_span_lines(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,y\n1,"p\nq\nr"\n\nx,s\n')
    assert "row 6, column 'a': 'x' is not a number" in refusal(path)


def test_lines_that_start_with_a_hash_are_data(tmp_path: Path) -> None:
    data = read_csv(written(tmp_path, "y,#a\n#p,1\nq,2\n#p,3\n"), target="y")
    assert data.class_names == ("#p", "q")
    assert data.y.tolist() == [0, 1, 0]
    assert "row 2, column '#a': '#1'" in refusal(written(tmp_path, "#a,y\n#1,p\n2,q\n"))


def test_a_column_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    data = read_csv(written(tmp_path, ",b,y\n0,1,p\n1,2,q\n"))
    assert data.feature_names == ("column 1", "b")


@pytest.mark.parametrize("text", ["a,y\n1,2.5\n2,3.5", "a,y\n1,2.5\n2,3.5\n\n\n"])
def test_the_last_line_may_end_or_not(tmp_path: Path, text: str) -> None:
    assert read_csv(written(tmp_path, text)).n_samples == 2


NUMBERS = ["0", "-1", "+1", "1.5", "1.", ".5", "-.5", "1e3", "1E-3", "1.5e+10", "007", " 2 ", "\t2"]


@pytest.mark.parametrize("cell", NUMBERS)
def test_numbers_of_the_grammar_are_read(tmp_path: Path, cell: str) -> None:
    data = read_csv(written(tmp_path, f"a,b,y\n{cell},1,p\n1,1,q\n"))
    assert data.X[0, 0] == float(cell)


NOT_NUMBERS = ["1_000", "٣", "0x10", "1 2", "1e", "e5", ".", "-", "1,5", "--1", "1.2.3", "½", "1d3"]


@pytest.mark.parametrize("cell", NOT_NUMBERS)
def test_what_is_not_of_the_grammar_is_no_number(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, f'a,b,y\n1,1,p\n1,"{cell}",q\n')
    assert f"row 3, column 'b': '{cell}' is not a number" in refusal(path)


@given(st.lists(st.text("0123456789+-.eE \t", max_size=6), min_size=1, max_size=5))
def test_the_fast_path_takes_exactly_the_grammar(cells: list[str]) -> None:
    numbers = csv_reader._floats(cells)
    assert (numbers is None) == any(csv_reader._fault(cell) for cell in cells)
    if numbers is not None:
        assert numbers.tolist() == [float(cell) for cell in cells]


# ----------------------------------------------------------------------------------- the target


@pytest.mark.parametrize("target", ["b", " b ", 1])
def test_the_target_may_be_any_column(tmp_path: Path, target: str | int) -> None:
    data = read_csv(written(tmp_path, "a,b,c\n1,p,2\n3,q,4\n"), target)
    assert data.target_name == "b"
    assert data.feature_names == ("a", "c")
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [0, 1]


def read_target(folder: Path, cells: list[str]) -> tuple[tuple[str, ...], list[float]]:
    rows = "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    data = read_csv(written(folder, "x,y\n" + rows))
    return data.class_names, data.y.tolist()


@pytest.mark.parametrize(
    ("cells", "class_names", "y"),
    [
        pytest.param(["b", "a", "b"], ("a", "b"), [1, 0, 1], id="text"),
        pytest.param(["k10", "k9", "K1"], ("K1", "k9", "k10"), [2, 1, 0], id="natural order"),
        pytest.param(["k10", "k009"], ("k009", "k10"), [1, 0], id="leading zeros"),
        pytest.param(["B", "a", "C"], ("a", "B", "C"), [1, 0, 2], id="capitals among the rest"),
        pytest.param([" a", "a ", "b"], ("a", "b"), [0, 0, 1], id="spaces are trimmed"),
        pytest.param(["1", "b", "1"], ("1", "b"), [0, 1, 0], id="numbers and text"),
        pytest.param(["0", "1", "1", "0"], ("0", "1"), [0, 1, 1, 0], id="the table of xor"),
        pytest.param(["1", "2", "3"], ("1", "2", "3"), [0, 1, 2], id="few rows"),
        pytest.param(["10", "-9", "10", "-9", "10"], ("-9", "10"), [1, 0, 1, 0, 1], id="numeric"),
        pytest.param(["1.0", "2", "1", "2.0", "1e0"], ("1", "2"), [0, 1, 0, 1, 0], id="written"),
        pytest.param(["1", "2", "3", "1", "2"], (), [1, 2, 3, 1, 2], id="3 values in 5 rows"),
        pytest.param(["1", "2", "3", "1"] * 2, ("1", "2", "3"), [0, 1, 2, 0] * 2, id="3 in 8"),
        pytest.param(["0.5", "1", "1", "0.5", "1"], (), [0.5, 1, 1, 0.5, 1], id="fractions"),
        pytest.param(["2.5", "2.5"], (), [2.5, 2.5], id="a constant regression"),
        pytest.param(["1e300", "2", "2", "2", "2"], (), [1e300, 2, 2, 2, 2], id="too large"),
    ],
)
def test_classes_or_regression(
    tmp_path: Path, cells: list[str], class_names: tuple[str, ...], y: list[float]
) -> None:
    assert read_target(tmp_path, cells) == (class_names, y)


@pytest.mark.parametrize(("values", "n_classes"), [(20, 20), (21, 0)])
def test_up_to_20_whole_numbers_are_classes(tmp_path: Path, values: int, n_classes: int) -> None:
    class_names, _ = read_target(tmp_path, [str(i % values) for i in range(100)])
    assert len(class_names) == n_classes


def test_a_thousand_classes_of_text_are_read(tmp_path: Path) -> None:
    class_names, y = read_target(tmp_path, [f"k{i % 1000}" for i in range(1500)])
    assert class_names[:3] == ("k0", "k1", "k2")
    assert y == [i % 1000 for i in range(1500)]


def test_codes_that_are_numbers_at_times_are_classes(tmp_path: Path) -> None:
    codes = [str(i) for i in range(30)] + [f"{i}A" for i in range(40)]
    class_names, _ = read_target(tmp_path, codes)
    assert class_names[:3] == ("0", "0A", "1")
    assert len(class_names) == 70


def test_long_runs_of_digits_in_names_can_be_sorted(tmp_path: Path) -> None:
    long = "9" * 5000
    assert read_target(tmp_path, ["k" + long, "k1"])[0] == ("k1", "k" + long)


def test_all_is_the_same_when_read_in_small_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "a,y\n" + "".join(f"{i},{i % 3}\n" for i in range(50)) + "50,x\n")
    whole = read_csv(path)
    monkeypatch.setattr(csv_reader, "CHUNK_CELLS", 6)
    chunked = read_csv(path)
    assert chunked.class_names == whole.class_names == ("0", "1", "2", "x")
    assert np.array_equal(chunked.X, whole.X)
    assert np.array_equal(chunked.y, whole.y)


# ----------------------------------------------------------------------------------- bad files


def many(cells: list[str]) -> str:
    return "a,y\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n\n\t\n", "is empty", id="blank lines only"),
        pytest.param("\ufeff", "is empty", id="byte order mark only"),
        pytest.param("a,y\n", "has a header and no rows below it", id="header only"),
        pytest.param("a\n1\n2\n", "has only one column, 'a'", id="one column"),
        pytest.param("1,2.5,3\n4,5,6\n", "row 1, the header, is made of numbers", id="no header"),
        pytest.param("\n\n1,2\n3,4\n", "row 3, the header, is made of numbers", id="no header 3"),
        pytest.param("a,a,y\n1,2,3\n", "row 1, the header, has 2 columns named 'a'", id="twice"),
        pytest.param("a,b,y\n1,2,p\n1,q\n", "row 3 has 2 cells where the header has 3", id="short"),
        pytest.param("a,b,y\n1,2,3,4\n", "row 2 has 4 cells where the header has 3", id="long"),
        pytest.param("a,y\n1,2\n7\n", "row 3 has 1 cell where the header has 2", id="one cell"),
        pytest.param("a,y\n1,2\n2,3,\n", "row 3 has 3 cells where", id="comma at the end"),
        pytest.param("a,b,y\n1,2,p\n1,x,q\n", "row 3, column 'b': 'x' is not a number", id="text"),
        pytest.param("a,b,y\n1,,p\n", "row 2, column 'b': the cell is empty", id="missing input"),
        pytest.param("a,b,y\n1, ,p\n", "row 2, column 'b': the cell is empty", id="a space"),
        pytest.param("a,y\n1,p\n2,\n", "row 3, column 'y': the cell is empty", id="missing target"),
        pytest.param("a,y\n,\n", "row 2, column 'a': the cell is empty", id="commas alone"),
        pytest.param("a,y\nnan,p\n", "row 2, column 'a': 'nan' is not a finite number", id="nan"),
        pytest.param("a,y\n-Inf,p\n", "row 2, column 'a': '-Inf' is not a finite", id="inf"),
        pytest.param("a,y\n1e999,p\n", "row 2, column 'a': '1e999' is too large", id="overflow"),
        pytest.param("a,y\n1,2.5\n2,NaN\n", "row 3, column 'y': 'NaN' is not a", id="nan target"),
        pytest.param("a,y\n1,1e999\n", "row 2, column 'y': '1e999' is too", id="overflow target"),
        pytest.param("a;y\n1,5;p\n", "Write decimals with a point.", id="decimal comma"),
        pytest.param("a,y\n1,p\n2,p\n", "column 'y' has a single class, 'p'", id="one class"),
        pytest.param("a,y\n1,7\n2,7\n", "column 'y' has a single class, '7'", id="one number"),
        pytest.param('a,y\n1,p\n2,"q\n3,p\n', "row 3 opens a quote that is never", id="open quote"),
        pytest.param('"a,y\n1,p\n', "row 1 opens a quote that is never", id="open quote in header"),
        pytest.param('a,y\n1,"p"q\n', "row 2 has text after a closing quote", id="after a quote"),
        pytest.param(
            'a,y\n1,"' + "p" * 200_000, "row 2 has a cell of more than 131,072", id="long cell"
        ),
        pytest.param(b"a,y\n1,p\n2,\0q\n", "row 3 holds a NUL character", id="NUL"),
        pytest.param(b"\0\1\2\3", "row 1 holds a NUL character", id="binary"),
        pytest.param(b"a,y\n1,p\n2,\xe9\n", "row 3 holds bytes that are not text", id="Latin-1"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "row 1 holds bytes that are not text", id="picture"),
        pytest.param(b"\xff\xfea", "holds bytes that are not text", id="half a UTF-16"),
        pytest.param("a,y\n1,p\n".encode("utf-16-le"), "row 1 holds a NUL", id="UTF-16 unmarked"),
        pytest.param("a,y\n1,p\n".encode("utf-32"), "row 1 holds a NUL", id="UTF-32"),
        pytest.param(
            many([f"k{i}" for i in range(1001)]),
            "column 'y' has more than 1,000 classes",
            id="1001 classes",
        ),
        pytest.param(
            many([f"{i}.5" for i in range(30)] + ["?"]),
            "row 32, column 'y': '?' is text, in a column of many different numbers",
            id="a slip in a short regression",
        ),
        pytest.param(
            many(["?"] + [f"{i}.5" for i in range(2000)]),
            "row 2, column 'y': '?' is text, in a column of many different numbers",
            id="a slip in a long regression",
        ),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    assert sentence in refusal(written(tmp_path, content))


def test_the_first_fault_in_the_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n1,2,p\n1,x,q\nz,1,q\n1,2\n")
    assert "row 3, column 'b'" in refusal(path)


def test_the_first_of_several_slips_is_named_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_reader, "CHUNK_CELLS", 6)
    numbers = [f"{i}.5" for i in range(15)]
    path = written(tmp_path, many([*numbers, "?", *numbers, "!", "-1.5", *map(str, range(15))]))
    assert "row 17, column 'y': '?' is text" in refusal(path)


def test_a_fault_far_down_is_named(tmp_path: Path) -> None:
    rows = ["1,2,p"] * 150_000
    rows[123_456] = "1,2_0,p"
    path = written(tmp_path, "a,b,y\n" + "\n".join(rows))
    assert "row 123458, column 'b': '2_0' is not a number" in refusal(path)


def test_bad_bytes_far_down_are_named_by_their_row(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,y\n" + b"1,p\n" * 20_000 + b"1,\xff\n")
    assert "row 20002 holds bytes that are not text" in refusal(path)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("z", "has no column 'z'; the columns are 'a', 'b', 'y'"),
        ("", "has no column ''; the columns are"),
        (3, "has no column with index 3; the columns are 'a', 'b', 'y'"),
        (-1, "has no column with index -1; the columns are"),
    ],
)
def test_an_unknown_target_names_the_columns_there_are(
    tmp_path: Path, target: str | int, sentence: str
) -> None:
    assert sentence in refusal(written(tmp_path, "a,b,y\n1,2,p\n1,3,q\n"), target)


def test_many_columns_are_not_all_named(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(784))
    sentence = refusal(written(tmp_path, header + "\n"), "z")
    assert sentence.endswith("'c18', 'c19' and 764 more.")


def test_long_and_unprintable_text_is_cut_down_in_the_sentence(tmp_path: Path) -> None:
    sentence = refusal(written(tmp_path, 'a,y\n"x\n\x1b' + "z" * 100 + '",p\n'))
    assert "'x··" + "z" * 37 + "…' is not a number" in sentence


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == "none.csv: there is no such file."


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is not a valid file name"):
        read_csv(tmp_path / "a\0b.csv")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder, not a file" in refusal(tmp_path)


def test_a_file_used_as_a_folder_is_refused(tmp_path: Path) -> None:
    assert "can't be read (Not a directory)" in refusal(written(tmp_path, "a,y\n") / "b.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    assert "is a device or a pipe, not a file" in refusal(path)


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, "a,y\n1,p\n2,q\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == "table.csv: can't be read (Permission denied)."


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n1,p\n2,q\n")
    assert read_csv(path, max_bytes=12).n_samples == 2
    with pytest.raises(LoadError, match=r"^table\.csv: has 12 bytes; at most 11 are read\.$"):
        read_csv(path, max_bytes=11)


# ------------------------------------------------------------------------------- column names


def test_column_names_are_those_of_the_header(tmp_path: Path) -> None:
    assert column_names(IRIS)[3:] == ("petal_width_cm", "species")
    path = written(tmp_path, "a;;c\nno number\n")
    assert column_names(str(path)) == ("a", "column 2", "c")


@pytest.mark.parametrize("content", ["", "a\n1\n", "1,2\n3,4\n", "a,a\n", '"a,b', "a,\0", b"\xff"])
def test_column_names_and_read_csv_refuse_a_header_alike(
    tmp_path: Path, content: str | bytes
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(LoadError, match=f"^{re.escape(refusal(path))}$"):
        column_names(path)


# ------------------------------------------------------------------------- any content at all


def read_or_refuse(path: Path) -> None:
    """Read and check the result, or see a LoadError; anything else fails the test."""
    try:
        data = read_csv(path)
    except LoadError as error:
        assert str(error).startswith("table.csv: ")
        assert "\n" not in str(error)
    else:
        assert data.n_samples >= 1
        assert np.isfinite(data.X).all()
    with suppress(LoadError):
        column_names(path)


VALID = b'a,"b ""c""",y\r\n1,2.5,p\n-3e2,.5,"q, r"\n\n 4 ,5.,p\n'

UNCHECKED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNCHECKED
@given(content=st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    read_or_refuse(written(tmp_path, content))


@UNCHECKED
@given(text=st.text('01.e-+,;\t|"\n\r #nafxé\0\x85\u2028', max_size=80), utf16=st.booleans())
def test_random_tables_are_read_or_refused(tmp_path: Path, text: str, utf16: bool) -> None:
    read_or_refuse(written(tmp_path, text.encode("utf-16" if utf16 else "utf-8")))


@UNCHECKED
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 3), st.binary(max_size=3)),
        min_size=1,
        max_size=5,
    )
)
def test_mutated_tables_are_read_or_refused(
    tmp_path: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    content = VALID
    for start, removed, inserted in edits:
        content = content[:start] + inserted + content[start + removed :]
    read_or_refuse(written(tmp_path, content))


def test_the_table_that_is_mutated_is_valid(tmp_path: Path) -> None:
    data = read_csv(written(tmp_path, VALID))
    assert data.X.tolist() == [[1, 2.5], [-300, 0.5], [4, 5]]
    assert data.class_names == ("p", "q, r")


# ---------------------------------------------------------------------------------- speed


def test_half_a_million_cells_take_no_more_than_seconds(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((100_000, 5))
    lines = [",".join(map(repr, row)) for row in values.tolist()]
    path = written(tmp_path, "a,b,c,d,y\n" + "\n".join(lines))
    start = time.perf_counter()
    data = read_csv(path)
    seconds = time.perf_counter() - start
    assert np.array_equal(data.X, values[:, :4])
    assert np.array_equal(data.y, values[:, 4])
    # About 0.4 s when measured; the allowance is for a busy machine.
    assert seconds < 4
