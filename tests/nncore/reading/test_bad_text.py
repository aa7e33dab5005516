"""Whatever a person opens ends in data, or in one sentence on what is wrong, within a second."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tables import check, refusal, table, within_a_second, written

from nncore.data.reading import origin_of, preview, read
from nncore.errors import LoadError

COLUMNS = "a,b,y\n"


def many(target: Callable[[int], str], n: int = 12, header: str = "a,y\n") -> str:
    """A column of numbers beside a target."""
    return header + "".join(f"{i}.5,{target(i)}\n" for i in range(n))


REFUSED = {
    "empty": ("", "is empty."),
    "blank lines only": (" \n\n\t\n", "is empty."),
    "byte order mark only": ("\ufeff", "is empty."),
    "a megabyte of blank lines": ("\n" * 10**6, "begins with blank lines."),
    "header only": (COLUMNS, "has a header and no rows below it."),
    "one column": ("a\n1\n2\n", "has only one column, 'a'; inputs and a target are needed."),
    "a row too short": (COLUMNS + "1,2,p\n1,q\n3,4,q\n", "row 3 has 2 cells where there are 3"),
    "a row too long": (COLUMNS + "1,2,3,4\n", "row 2 has 4 cells where there are 3 columns."),
    "a row of one cell": (COLUMNS + "1,2,p\n7\n2,3,q\n", "row 3 has 1 cell where there are 3"),
    "a comma after one row": ("a,y\n1,2\n2,3,\n1,2\n", "row 3 has 3 cells where there are 2"),
    "commas alone": (",,\n,,\n", "has no column to learn from beside the target, 'column 3'."),
    "inf": (many(str).replace("3.5", "-Inf"), "row 5, column 'a': '-Inf' is not a finite number."),
    "1e999": (many(str).replace("3.5", "1e999"), "row 5, column 'a': '1e999' is too large for a"),
    "1e999 as target": (many(lambda i: f"{i}e99{i}"), "row 3, column 'y': '1e991' is too large"),
    "1_000": ("a,y\n1_000,1.5\n2_000,2.5\n", "row 2, column 'a': '1_000' is not a number."),
    "hexadecimal": ("a,y\n0x1F,1.5\n0x20,2.5\n", "row 2, column 'a': '0x1F' is not a number."),
    "digits that aren't ASCII": ("a,y\n٣,1.5\n٤,2.5\n", "row 2, column 'a': '٣' is not a number."),
    "thousands with commas": ('a,y\n"1,234",5\n"2,345",6\n', "row 2, column 'a': '1,234' is not"),
    "thousands with points": ("a;y\n1.234,5;1,5\n2.345,6;2,5\n", "'1.234,5' is not a number."),
    "thousands with spaces": ("a;y\n1 234;1,5\n2 345;2,5\n", "'1 234' is not a number. Write num"),
    "two kinds of decimals": ("a;y\n1,5;1,5\n2.5;2,5\n", "'2.5' is not a number. Write decimals"),
    "a slip in a regression": (
        many(lambda i: "x" if i == 7 else f"{i}.5"),
        "row 9, column 'y': 'x'",
    ),
    "NUL bytes": (b"a,y\n1,p\n2,\0q\n", "row 3 holds a NUL character; this is not a text file."),
    "UTF-16 without a mark": ("a,y\n1,p\n".encode("utf-16-le"), "row 1 holds a NUL character"),
    "UTF-32": ("a,y\n1,p\n".encode("utf-32"), "row 1 holds a NUL character"),
    "half a UTF-16": ("\ufeffa,y\n1,p\n".encode("utf-16-le")[:-1], "row 2 holds bytes that are"),
    "bytes of any kind": (bytes(range(1, 256)) * 9, "row 1 holds bytes that are not text."),
    "unclosed quote": ('a,y\n1,p\n2,"q\n3,p\n', "row 3 opens a quote that is never closed."),
    "unclosed quote in the header": ('"a,y\n1,p\n', "row 1 opens a quote that is never closed."),
    "a megabyte after a quote": (COLUMNS + '1,2,"' + "p\n" * 500_000, "row 2 has a cell of more"),
    "text after a quote": ('a,y\n1,"p"q\n', "row 2 has text after a closing quote"),
    "1 MB cell": ("a,y\n1," + "p" * 10**6 + "\n2,q\n", "row 2 has a cell of more than 131,072"),
    "1 MB cell in quotes": ('a,y\n1,"' + "p" * 10**6 + '"\n', "row 2 has a cell of more than"),
    "1 MB cell far down": (many(str, 99) + "1," + "p" * 10**6 + "\n", "row 101 has a cell of more"),
    "1 MB of quotes": ('"' * 10**6, "row 1 is too long for a table."),
    "1 MB of commas": ("," * 10**6, "row 1 is too long for a table."),
    "100 000 columns": ("\n".join([",".join(["1"] * 10**5)] * 2), "has 100,000 columns; at most"),
    "100 000 long columns": (
        ",".join(f"column {i}" for i in range(10**5)),
        "row 1 is too long",
    ),
    "one class": ("a,y\n1,p\n2,p\n", "column 'y' has a single class, 'p'. Two are needed;"),
    "one class, a number": ("a,y\n1,7\n2,7\n", "column 'y' has a single class, '7'. Two are"),
    "all columns constant": ("a,y\n7,7\n7,7\n7,7\n", "column 'y' has a single class, '7'."),
    "one row": ("a,y\n1,2\n", "column 'y' has a single class, '2'."),
    "10 000 classes": (many(lambda i: f"k{i}", 10_000), "column 'y' has more than 1,000 classes."),
    "1001 classes": (many(lambda i: f"k{i % 1001}", 3000), "has more than 1,000 classes. Choose"),
    "nothing but gaps": ("a,y\n,p\n,q\n", "has no column to learn from beside the target, 'y'."),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture, not a table in text. Save the"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "is a picture, not a table in text."),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "is a PDF document, not a table in text."),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "is an Office document"),
    "web page": ("\n<!DOCTYPE html>\n<p>Sign in, please", "is a web page or another document with"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_table_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = REFUSED[name]
    with within_a_second():
        assert sentence in refusal(written(tmp_path, content))


def spreadsheet(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("docProps/app.xml", "<Properties/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")


def endless_link(path: Path) -> None:
    path.symlink_to(path)


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "spreadsheet renamed to csv": (spreadsheet, "is a spreadsheet or another Office document"),
    "folder": (Path.mkdir, "is a folder, not a file."),
    "missing file": (lambda path: None, "there is no such file."),
    "symlink loop": (endless_link, "is a link that leads back to itself."),
    "FIFO": (os.mkfifo, "is a device or a pipe, not a file."),
    "/dev/zero": (link_to_zeros, "is a device or a pipe, not a file."),
    "file that is a folder in the path": (
        lambda path: path.parent.rmdir() or path.parent.write_bytes(b""),
        "can't be read (Not a directory).",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_table_file_is_refused(tmp_path: Path, name: str) -> None:
    make, sentence = PLACES[name]
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder / "table.csv")
    with within_a_second():
        assert refusal(folder / "table.csv").startswith(f"table.csv: {sentence}")


def rows_of_y(values: list[object]) -> str:
    return "a,y\n" + "".join(f"{i * 7 % 5}.5,{value}\n" for i, value in enumerate(values))


# Content, and what becomes of it: the first row of X, the first targets, class names.
READ: dict[str, tuple[str | bytes, list[float], list[float], tuple[str, ...]]] = {
    "one row without a header": ("1,2.5\n", [1], [2.5], ()),
    "trailing comma": ("a,b,y,\n1,2,p,\n3,4,q,\n", [1, 2], [0, 1], ("p", "q")),
    "trailing comma below the header": ("a,b,y\n1,2,p,\n3,4,q,\n", [1, 2], [0, 1], ("p", "q")),
    "trailing comma in the header": ("a,b,y,\n1,2,p\n3,4,q\n", [1, 2], [0, 1], ("p", "q")),
    "blank lines": ("\n \na,y\n\n1,2.5\n\t\n3,4.5\n\n", [1], [2.5, 4.5], ()),
    "# rows": ("#a,y\n#p,2.5\nq,3.5\n#p,4.5\n", [0], [2.5, 3.5, 4.5], ()),
    "missing values": ("a,y\n1,2.5\n,3.5\n3,4.5\n", [1], [2.5, 3.5, 4.5], ()),
    "nan": ("a,y\n1,2.5\nnan,3.5\n3,4.5\n", [1], [2.5, 3.5, 4.5], ()),
    "1e308": ("a,y\n1e308,-1e308\n2,2.5\n", [1e308], [-1e308, 2.5], ()),
    "40-digit integers": ("a,y\n" + "9" * 40 + ",1.5\n1,2.5\n", [1e40], [1.5, 2.5], ()),
    "BOM": ("\ufeffa,y\n1,2.5\n2,3.5\n", [1], [2.5, 3.5], ()),
    "UTF-16": ("a,y\n1,ä\n2,ö\n".encode("utf-16"), [1], [0, 1], ("ä", "ö")),
    "cp1252": ("a,y\n1,ä\n2,ö\n".encode("cp1252"), [1], [0, 1], ("ä", "ö")),
    "bytes that no encoding has": (b"a,y\n1,p\x81\n2,q\x90\n", [1], [0, 1], ("p·", "q·")),
    "semicolon with decimal comma": ("a;y\n1,5;2,5\n2,5;3,5\n", [1.5], [2.5, 3.5], ()),
    "decimal comma in quotes": ('a,y\n"1,5","2,5"\n"2,5","3,5"\n', [1.5], [2.5, 3.5], ()),
    "tab": ("a\ty\n1\t2.5\n3\t4.5\n", [1], [2.5, 4.5], ()),
    "tab with decimal comma": ("a\ty\n0,125\t2,5\n3\t4,5\n", [0.125], [2.5, 4.5], ()),
    "pipe": ("a|y\n1|2.5\n3|4.5\n", [1], [2.5, 4.5], ()),
    "spaces": ("  a    y\n 1.5  2.5\n10.5 13.5  \n", [1.5], [2.5, 13.5], ()),
    "CR only": ("a,y\r1,2.5\r3,4.5\r", [1], [2.5, 4.5], ()),
    "line ends of three kinds": ("a,y\r\n1,2.5\r3,4.5\n5,6.5", [1], [2.5, 4.5, 6.5], ()),
    "a line for Excel": ("sep=;\na;y\n1;2,5\n3;4,5\n", [1], [2.5, 4.5], ()),
    "as R writes it": ('"a" "y"\n"1" 1.5 "p"\n"2" 2 "q q"\n', [1.5], [0, 1], ("p", "q q")),
    "duplicate header names": ("a,a,y\n1,2,p\n3,4,q\n", [1, 2], [0, 1], ("p", "q")),
    "empty header names": (",b,y\n3,2,p\n5,4,q\n", [3, 2], [0, 1], ("p", "q")),
    "10 kB header names": ("a" * 10_000 + ",y\n1,p\n3,q\n", [1], [0, 1], ("p", "q")),
    "no header": ("1,2,p\n3,4,q\n", [1, 2], [0, 1], ("p", "q")),
    "text targets": ("a,y\n1,p\n2,q\n3,p\n", [1], [0, 1, 0], ("p", "q")),
    "numbers that are 10 000 classes": (many(str, 10_000), [0.5], [0, 1, 2], ()),
    "-1 and +1": (rows_of_y(["-1", "+1"] * 3), [0.5], [0, 1, 0], ("-1", "1")),
    "1 to K": (rows_of_y([3, 1, 2] * 9), [0.5], [2, 0, 1], ("1", "2", "3")),
    "constant column": ("a,b,y\n1,7,p\n2,7,q\n", [1, 7], [0, 1], ("p", "q")),
    "1 : 10 000 imbalance": (rows_of_y([0] * 10_000 + [1]), [0.5], [0, 0], ("0", "1")),
    "classes + and -": ("a,y\n1,+\n2,-\n3,+\n", [1], [0, 1, 0], ("+", "-")),
}


@pytest.mark.parametrize("name", READ)
def test_an_odd_table_is_read(tmp_path: Path, name: str) -> None:
    content, first, targets, class_names = READ[name]
    with within_a_second():
        data = table(tmp_path, content)
    check(data)
    assert data.X[0].tolist() == first
    assert data.y[: len(targets)].tolist() == targets
    assert data.class_names == class_names


NAMES = {
    "spaces": " a  table .csv",
    "quotes": 'it\'s "quoted".csv',
    "a line end": "two\nlines.csv",
    "emoji": "table 🦊.csv",
    "surrogates": os.fsdecode(b"gr\xf6\xdfe.csv"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_read_and_told_of_in_one_line(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "a,y\n1,p\n2,q\n", NAMES[name])
    data = read(origin_of(path))
    assert data.source.isprintable()
    assert data.source.endswith(".csv")
    with pytest.raises(LoadError) as caught:
        read(origin_of(written(tmp_path, "", NAMES[name])))
    assert str(caught.value) == f"{data.source}: is empty."
    str(caught.value).encode()


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is not a valid file name"):
        origin_of(tmp_path / "a\0b.csv")


@pytest.mark.parametrize("change", ["longer", "shorter", "as long"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    row = b"1,2.5\n"
    path = written(tmp_path, b"a,y\n" + row * 200_000)
    contents = {"longer": row * 300_000, "shorter": b"1,", "as long": b"9,9.5\n" * 200_000}

    def write(share: float) -> None:
        path.write_bytes(b"a,y\n" + contents[change])

    with pytest.raises(LoadError, match="changed while it was read"):
        read(origin_of(path), progress=write)


def test_a_file_that_is_gone_while_it_is_looked_at_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n1,2.5\n")
    origin = origin_of(path)
    path.unlink()
    with pytest.raises(LoadError, match="there is no such file"):
        preview(origin)


def test_1e308_and_40_digits_are_the_nearest_numbers(tmp_path: Path) -> None:
    data = table(tmp_path, "a,y\n" + "1234567890" * 4 + ",1.7976931348623157e308\n2,1.5\n")
    assert data.X[0, 0] == float("1234567890" * 4)
    assert data.y[0] == np.finfo(float).max
