"""Delimited text files: a header line, numbers, and one target column.

Every refusal is a ``LoadError`` of one sentence that names the file and, where they are known,
the row (its line number in the file) and the column.
"""

import csv
import math
import re
import stat
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from nncore.data.dataset import Dataset, Float64Array, Int64Array
from nncore.errors import LoadError

MAX_BYTES = 512 * 2**20
MAX_CLASSES = 1000

# Whole numbers with no more distinct values than this are class labels.
MAX_NUMBER_CLASSES = 20

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 50

# Cells converted at a time: bounds the memory that text takes beside the numbers.
CHUNK_CELLS = 200_000

# The one number grammar. float() alone would take 1_000, Arabic digits, nan and infinity.
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")

# Of text made of these characters only, float() takes exactly the grammar.
_NUMBER_CHARACTERS = re.compile(r"[0-9+\-.eE \t]*")

# Beyond this, float64 skips whole numbers.
_LARGEST_WHOLE = 2**53

# A record of the file: the number of its first line, and its cells.
Record = tuple[int, list[str]]


def read_csv(
    path: str | Path, target: str | int | None = None, max_bytes: int = MAX_BYTES
) -> Dataset:
    """Read a table with a header line; all columns but the target are inputs, and numbers.

    ``target`` is a column's name or its index from 0; None means the last. Its text makes
    classes in natural order, whole numbers of at most 20 values that repeat make classes in
    numeric order, and other numbers make a regression. Commas, semicolons, tabs or '|' part
    the cells; the encoding is UTF-8, or UTF-16 with a byte order mark. Raises LoadError.
    """
    path = Path(path)
    with closing(_records(path, max_bytes)) as records:
        header = _header(path, records)
        at = _target_index(path, header, target)
        names = header[:at] + header[at + 1 :]
        labels = _Target(path, header[at])
        blocks = []
        for lines, rows in _chunks(path, records, len(header)):
            cells = [row.pop(at) for row in rows]
            blocks.append(_inputs(path, names, lines, rows))
            labels.add(lines, cells)
    if not blocks:
        raise LoadError(path, "has a header and no rows below it")
    y, class_names = labels.finish()
    return Dataset(
        name=path.stem,
        X=np.concatenate(blocks),
        y=y,
        feature_names=tuple(names),
        target_name=header[at],
        class_names=class_names,
        source=path.name,
    )


def column_names(path: str | Path, max_bytes: int = MAX_BYTES) -> tuple[str, ...]:
    """The names in the header, for choosing the target. Raises LoadError as ``read_csv``."""
    path = Path(path)
    with closing(_records(path, max_bytes)) as records:
        return tuple(_header(path, records))


# --------------------------------------------------------------------------- file to records


def _records(path: Path, max_bytes: int) -> Generator[Record, None, None]:
    """The records of the file, blank lines left out."""
    try:
        _require_file(path, max_bytes)
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as stream:
            delimiter = _delimiter(list(islice(_lines(path, stream), SAMPLE_LINES)))
            stream.seek(0)
            yield from _parsed(path, stream, delimiter)
    except UnicodeDecodeError:
        where = f"row {_undecodable_line(path)} holds" if encoding == "utf-8-sig" else "holds"
        raise LoadError(
            path, f"{where} bytes that are not text", "Save the table as CSV in UTF-8."
        ) from None
    except FileNotFoundError:
        raise LoadError(path, "there is no such file") from None
    except OSError as error:
        raise LoadError(path, f"can't be read ({error.strerror or error})") from None


def _require_file(path: Path, max_bytes: int) -> None:
    """Refuse what isn't a file of a fair size, before it is opened: a pipe would block."""
    try:
        status = path.stat()
    except ValueError:
        raise LoadError(path, "is not a valid file name") from None
    if stat.S_ISDIR(status.st_mode):
        raise LoadError(path, "is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise LoadError(path, "is a device or a pipe, not a file")
    if status.st_size > max_bytes:
        raise LoadError(path, f"has {status.st_size:,} bytes; at most {max_bytes:,} are read")


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        mark = stream.read(2)
    return "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _lines(path: Path, stream: TextIO) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        if "\0" in line:
            raise LoadError(path, f"row {number} holds a NUL character; this is not a text file")
        yield line


def _undecodable_line(path: Path) -> int:
    """Number of the first line that isn't UTF-8; decoding in blocks doesn't tell."""
    with path.open("rb") as stream:
        return next((i for i, line in enumerate(stream, 1) if not _is_utf8(line)), 1)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(lines: list[str]) -> str:
    """The delimiter that parts the most lines into as many cells as the header has.

    Among equals, the one that makes more columns. Each candidate parses the lines, so that
    those inside quotes aren't counted.
    """
    return max(DELIMITERS, key=lambda delimiter: _consistency(lines, delimiter))


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        widths = [len(cells) for cells in reader if "".join(cells).strip()]
    except csv.Error:
        return (0.0, 0)
    if not widths or widths[0] < 2:
        return (0.0, 0)
    return (widths.count(widths[0]) / len(widths), widths[0])


def _parsed(path: Path, stream: TextIO, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(
        _lines(path, stream), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    line = 1
    try:
        for cells in reader:
            # A line of tabs alone looks blank; a line of commas is a row of missing cells.
            if (len(cells) > 1 and delimiter != "\t") or "".join(cells).strip():
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise LoadError(path, _syntax_fault(line, str(error))) from None


def _syntax_fault(line: int, message: str) -> str:
    if "unexpected end of data" in message:
        return f"row {line} opens a quote that is never closed"
    if "field larger" in message:
        limit = csv.field_size_limit()
        return f"row {line} has a cell of more than {limit:,} characters; is a quote left open?"
    return f"row {line} has text after a closing quote; a quote inside a cell is written twice"


# ---------------------------------------------------------------------------------- header


def _header(path: Path, records: Iterator[Record]) -> list[str]:
    """The names of the columns, spaces trimmed; a column without a name is "column 3"."""
    line, cells = next(records, (0, []))
    if not cells:
        raise LoadError(path, "is empty")
    names = [" ".join(cell.split()) or f"column {i}" for i, cell in enumerate(cells, 1)]
    if all(_NUMBER.fullmatch(name) for name in names):
        raise LoadError(
            path,
            f"row {line}, the header, is made of numbers",
            "Put a line with the names of the columns above it.",
        )
    if len(names) == 1:
        raise LoadError(
            path,
            f"has only one column, {_shown(names[0])}; inputs and a target are needed",
            "Part the columns with commas, semicolons, tabs or '|'.",
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise LoadError(path, f"row {line}, the header, has {times} columns named {_shown(name)}")
    return names


def _target_index(path: Path, header: list[str], target: str | int | None) -> int:
    if target is None:
        return len(header) - 1
    if isinstance(target, int) and 0 <= target < len(header):
        return target
    if isinstance(target, str) and target.strip() in header:
        return header.index(target.strip())
    shown = ", ".join(_shown(name) for name in header[:20])
    more = f" and {len(header) - 20} more" if len(header) > 20 else ""
    wanted = _shown(target) if isinstance(target, str) else f"with index {target}"
    raise LoadError(path, f"has no column {wanted}; the columns are {shown}{more}")


# ------------------------------------------------------------------------------ rows to numbers


def _chunks(
    path: Path, records: Iterator[Record], width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Line numbers and rows, some at a time, every row ``width`` cells wide."""
    lines: list[int] = []
    rows: list[list[str]] = []
    fault = None
    try:
        for line, cells in records:
            if len(cells) != width:
                count = f"{len(cells)} cell" + ("s" if len(cells) > 1 else "")
                raise LoadError(path, f"row {line} has {count} where the header has {width}")
            lines.append(line)
            rows.append(cells)
            if len(rows) * width >= CHUNK_CELLS:
                yield lines, rows
                lines, rows = [], []
    except LoadError as error:
        fault = error
    # The rows before a fault come first: one of them may have an earlier one.
    if rows:
        yield lines, rows
    if fault:
        raise fault


def _inputs(path: Path, names: list[str], lines: list[int], rows: list[list[str]]) -> Float64Array:
    """The cells of some rows as float64 (rows, columns)."""
    cells = [cell for row in rows for cell in row]
    numbers = _floats(cells)
    if numbers is None:
        i, fault, hint = _first_fault(cells)
        row, column = divmod(i, len(names))
        raise _cell_error(path, lines[row], names[column], fault, hint)
    return numbers.reshape(len(rows), len(names))


def _floats(cells: list[str]) -> Float64Array | None:
    """The cells as float64 (cells,); None if one of them has a ``_fault``."""
    if not _NUMBER_CHARACTERS.fullmatch("".join(cells)):
        return None
    try:
        numbers = np.array(cells, np.float64)
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _first_fault(cells: list[str]) -> tuple[int, str, str]:
    """Index of the first cell with a fault, the fault, and a hint."""
    return next((i, *fault) for i, cell in enumerate(cells) if (fault := _fault(cell)))


def _fault(cell: str) -> tuple[str, str] | None:
    """What keeps a cell from being a number, and a hint; None for a number."""
    text = cell.strip(" \t")
    if _NUMBER.fullmatch(text):
        too_large = math.isinf(float(text))
        return (f"{_shown(text)} is too large for a number", "") if too_large else None
    if not text.strip():
        return "the cell is empty", ""
    if _NOT_FINITE.fullmatch(text):
        return f"{_shown(text)} is not a finite number", ""
    hint = "Write decimals with a point." if _DECIMAL_COMMA.fullmatch(text) else ""
    return f"{_shown(text)} is not a number", hint


def _is_text(cell: str) -> bool:
    """Whether a cell is a name rather than a number, good or bad, or a gap."""
    text = cell.strip()
    return bool(text) and not (_NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text))


def _cell_error(path: Path, line: int, column: str, fault: str, hint: str = "") -> LoadError:
    return LoadError(path, f"row {line}, column {_shown(column)}: {fault}", hint)


def _shown(text: str) -> str:
    """Text of a file in quotes, fit for a one-line sentence."""
    text = "".join(c if c.isprintable() else "·" for c in text[:41])
    return f"'{text[:40]}…'" if len(text) > 40 else f"'{text}'"


# ---------------------------------------------------------------------------------- the target


class _Target:
    """The target column as it comes in, as numbers and as names while each is possible.

    Neither reading alone will do: one text in the last row turns numbers into names. Once there
    are more names than classes may be, no more are collected: a regression needs none.
    """

    def __init__(self, path: Path, column: str) -> None:
        self._path = path
        self._column = column
        self._numbers: list[Float64Array] | None = []
        self._codes: list[Int64Array] | None = []
        self._names: dict[str, int] = {}
        self._text_at: tuple[int, str] = (0, "")  # line and cell of the first text

    def add(self, lines: list[int], cells: list[str]) -> None:
        """Take some more cells. Raises LoadError for a gap, a nan or too many names."""
        numbers = _floats(cells)
        if numbers is None:
            self._require_names(lines, cells)
            self._numbers = None
        elif self._numbers is not None:
            self._numbers.append(numbers)
        if self._codes is not None:
            self._add_names(cells)
        if self._numbers is None and self._codes is None:
            raise self._stray_text() if self._is_mostly_numbers() else self._too_many_names()

    def _require_names(self, lines: list[int], cells: list[str]) -> None:
        """Raise LoadError unless the cells that aren't numbers are text; note the first text."""
        for cell in dict.fromkeys(cells):
            line = lines[cells.index(cell)]
            if not _is_text(cell) and (fault := _fault(cell)):
                raise _cell_error(self._path, line, self._column, *fault)
            if _is_text(cell) and not self._text_at[0]:
                self._text_at = (line, cell.strip())

    def _add_names(self, cells: list[str]) -> None:
        assert self._codes is not None
        names = self._names
        codes = [names.setdefault(cell.strip(), len(names)) for cell in cells]
        if len(names) > MAX_CLASSES:
            self._codes = None
        else:
            self._codes.append(np.array(codes, np.int64))

    def finish(self) -> tuple[Int64Array | Float64Array, tuple[str, ...]]:
        """y (n,) and the class names, none for regression."""
        if self._numbers is not None:
            return self._checked(*_classes_of_numbers(np.concatenate(self._numbers)))
        assert self._codes is not None
        if self._is_mostly_numbers():
            raise self._stray_text()
        class_names = sorted(self._names, key=_natural_order)
        ranks = np.empty(len(class_names), np.int64)
        for rank, name in enumerate(class_names):
            ranks[self._names[name]] = rank
        return self._checked(ranks[np.concatenate(self._codes)], tuple(class_names))

    def _checked(
        self, y: Int64Array | Float64Array, class_names: tuple[str, ...]
    ) -> tuple[Int64Array | Float64Array, tuple[str, ...]]:
        if len(class_names) == 1:
            raise LoadError(
                self._path,
                f"column {_shown(self._column)} has a single class, {_shown(class_names[0])}; "
                "two are needed",
            )
        return y, class_names

    def _is_mostly_numbers(self) -> bool:
        """Whether the texts look like slips in a column of numbers rather than like names."""
        numeric = sum(_NUMBER.fullmatch(name) is not None for name in self._names)
        return numeric > max(MAX_NUMBER_CLASSES, len(self._names) / 2)

    def _stray_text(self) -> LoadError:
        line, text = self._text_at
        fault = f"{_shown(text)} is text, in a column of many different numbers"
        return _cell_error(self._path, line, self._column, fault)

    def _too_many_names(self) -> LoadError:
        reason = f"column {_shown(self._column)} has more than {MAX_CLASSES:,} classes"
        return LoadError(self._path, reason, "Choose another column as the target.")


def _classes_of_numbers(values: Float64Array) -> tuple[Int64Array | Float64Array, tuple[str, ...]]:
    """Class indices and names where the values (n,) look like labels, else the values."""
    whole = (values == np.floor(values)) & (np.abs(values) <= _LARGEST_WHOLE)
    if not whole.all():
        return values, ()
    labels, indices = np.unique(values, return_inverse=True)
    few = len(labels) <= MAX_NUMBER_CLASSES
    repeating = len(values) <= 4 or len(labels) < len(values) / 2
    if not (few and repeating):
        return values, ()
    return indices.astype(np.int64), tuple(str(int(label)) for label in labels)


def _natural_order(name: str) -> tuple[list[tuple[str, int, str]], str]:
    """Sort key: "class 2" before "class 10", capitals beside small letters.

    Runs of digits compare by their length and then as text, as int() refuses very long ones.
    """
    parts = re.split(r"([0-9]+)", name)
    texts, numbers = parts[::2], [digits.lstrip("0") for digits in parts[1::2]] + [""]
    key = [
        (text.casefold(), len(digits), digits) for text, digits in zip(texts, numbers, strict=True)
    ]
    return key, name
