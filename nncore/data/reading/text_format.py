"""A guess at how the characters of a text file make a table."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice

from nncore.data.reading.choices import TextFormat
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_encoding import ENCODINGS
from nncore.data.reading.text_numbers import are_mostly_numbers, has_thousands, is_meant_as_number
from nncore.data.reading.text_records import first_rows
from nncore.errors import LoadError

DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
LINES_FOR_DELIMITER = 100
CELLS_FOR_DELIMITER = 2000
ROWS_FOR_FORMAT = 200

_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?")

# Beside the usual marks, these stand for a gap where all other cells of a column are numbers.
_RARER_MARKS = frozenset(
    {"NULL", "Null", "None", "none", "NONE", "nil", "NAN", "Nan", "n/a", "#N/A", "#NA"}
    | {"missing", "Missing", ".", "--", "*", "#VALUE!", "#DIV/0!"}
)


def require_usable(origin: Origin, format: TextFormat) -> None:
    """Raise LoadError for a format that no file can be read in."""
    reason = ""
    if format.encoding not in ENCODINGS:
        reason = f"can't be read in the encoding {format.encoding!a}, which isn't known"
    if len(format.delimiter) != 1 or format.delimiter in '"\n\r\0':
        reason = f"can't be parted by {format.delimiter!a}; the delimiter is one character"
    if format.decimal not in DECIMALS:
        reason = f"can't have {format.decimal!a} before decimals; a point or a comma is possible"
    if reason:
        raise LoadError(origin.path, reason)


def guessed_delimiter(text: str) -> str:
    """The delimiter that parts the most of the first lines into as many cells as each other.

    Among equals, the one that makes more numbers, then more columns. Spaces, which are in every
    text, are thought of only if nothing else parts the lines, and then only between numbers.
    """
    scores = {delimiter: _fit(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=scores.__getitem__)
    if not scores[best][0]:
        consistent, numeric, _ = _fit(text, " ")
        return " " if consistent >= 0.5 and numeric >= 0.5 else best
    return best


def _fit(text: str, delimiter: str) -> tuple[float, float, int]:
    """Share of rows that have the usual width, share of cells that are numbers, the width."""
    rows = first_rows(text, delimiter, LINES_FOR_DELIMITER)
    width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2:
        return 0.0, 0.0, 0
    cells = list(islice(chain.from_iterable(rows), CELLS_FOR_DELIMITER))
    numeric = sum(any(is_meant_as_number(cell.strip(), d) for d in DECIMALS) for cell in cells)
    return times / len(rows), numeric / len(cells), width


def guessed_format(rows: Sequence[Sequence[str]], encoding: str, delimiter: str) -> TextFormat:
    """The rest of the format, from the first rows as they are parted by the delimiter."""
    width = max(map(len, rows))
    padded = [
        [cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows[:ROWS_FOR_FORMAT]
    ]
    decimal = _decimal(padded[1:] or padded, delimiter)
    columns = [Counter(column) for column in zip(*padded[1:], strict=True)]
    marks = _marks(columns, decimal)
    has_header = _has_header(padded[0], columns, decimal, marks)
    return TextFormat(encoding, delimiter, decimal, has_header, marks)


def _decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """A comma if there are more of 3,14 than of 3.14; 1,234 may mean a thousand and more."""
    cells = list(chain.from_iterable(rows))
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    points = sum(_POINT.fullmatch(cell) is not None for cell in cells)
    is_unclear = delimiter != ";" and all(map(_may_be_thousands, commas))
    return "," if len(commas) > points and not is_unclear else "."


def _may_be_thousands(cell: str) -> bool:
    return has_thousands(cell) and not cell.lstrip("+-").startswith("0")


def _marks(columns: Sequence[Counter[str]], decimal: str) -> tuple[str, ...]:
    """The usual marks of missing values, and rarer ones that stand among numbers."""
    usual = TextFormat().missing_marks
    if any("+" in cells and "-" in cells for cells in columns):
        usual = tuple(mark for mark in usual if mark != "-")
    rarer = set()
    for cells in columns:
        others = [cell for cell in cells if cell and cell not in usual]
        texts = [cell for cell in others if not is_meant_as_number(cell, decimal)]
        if len(texts) < len(others) and _RARER_MARKS.issuperset(texts):
            rarer.update(texts)
    return usual + tuple(sorted(rarer))


def _has_header(
    first: Sequence[str], columns: Sequence[Counter[str]], decimal: str, marks: Sequence[str]
) -> bool:
    """Whether the first row holds names: one above numbers, or nothing but new text.

    A cell of it that is empty or a mark tells nothing.
    """
    cells = [(cell, i) for i, cell in enumerate(first) if cell and cell not in marks]
    texts = [(cell, i) for cell, i in cells if not is_meant_as_number(cell, decimal)]
    below = [{c: n for c, n in column.items() if c and c not in marks} for column in columns]
    if any(are_mostly_numbers(below[i], decimal) for _, i in texts if i < len(below)):
        return True
    is_new = not any(cell in below[i] for cell, i in texts if i < len(below))
    return bool(texts) and len(texts) == len(cells) and is_new
