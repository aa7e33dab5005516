"""Lines of text into rows of cells, by the rules of CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from nncore.data.reading.origin import Origin
from nncore.data.reading.text_lines import MAX_ROW, Chunk, Sample, too_long
from nncore.errors import LoadError

if TYPE_CHECKING:
    from _csv import Reader

_OPEN_QUOTE = "unexpected end of data"
_TOO_LARGE = "field larger"


@dataclass(frozen=True, slots=True)
class Records:
    """Rows that aren't blank.

    lines  the number of the first line of each
    rows   their cells
    error  what is wrong with the next row after them
    """

    lines: list[int]
    rows: list[list[str]]
    error: LoadError | None = None

    def below(self) -> "Records":
        """The same without the first row."""
        return Records(self.lines[1:], self.rows[1:], self.error)


def records(origin: Origin, chunk: Chunk, more: Iterator[Chunk], delimiter: str) -> Records:
    """The rows of a chunk; while a quote is open at its end, of as much again below it."""
    lines, rows, line, fault = _parsed(chunk, delimiter)
    while _OPEN_QUOTE in fault:
        if len(chunk.text) > MAX_ROW:
            raise too_long(origin, line)
        longer = _longer(chunk, more)
        if longer is chunk:
            break
        chunk = longer
        lines, rows, line, fault = _parsed(chunk, delimiter)
    error = LoadError(origin.path, _in_words(line, fault)) if fault else None
    return Records(lines, rows, error)


def _longer(chunk: Chunk, more: Iterator[Chunk]) -> Chunk:
    """A chunk and those below it, twice as long; itself if there are none."""
    texts, n = [chunk.text], 0
    while n < len(chunk.text) and (following := next(more, None)):
        texts.append(following.text)
        n += len(following.text)
    return Chunk(chunk.line, "".join(texts)) if n else chunk


def parted(chunk: Chunk, delimiter: str) -> tuple[list[str], Chunk]:
    """The cells of the first line and the lines below it; none if a quote or a blank is there."""
    first, _, rest = chunk.text.partition("\n")
    if '"' in first or len(first) > csv.field_size_limit():
        return [], chunk
    cells = next(_parser([first], delimiter, strict=True), [])
    if _is_blank(cells, delimiter):
        return [], chunk
    return cells, Chunk(chunk.line + 1, rest)


def sample_rows(
    origin: Origin, sample: Sample, delimiter: str, most: int
) -> tuple[list[list[str]], bool]:
    """The rows of the beginning of a file up to the first fault; whether they are all.

    Those of a whole file are all looked at, of others so many lines at first; the last row may
    be cut then and goes, unless it is the only one below the first. Raises LoadError if there
    is no row, or no end of the first one.
    """
    few = "".join(islice(io.StringIO(sample.text), most))
    for text in (sample.text,) if sample.is_whole else (few, sample.text):
        lines, rows, line, fault = _parsed(Chunk(1, text), delimiter)
        if len(rows) > 1:
            break
    if sample.is_whole and rows and not (fault and len(rows) < 2):
        return rows, not fault
    if len(rows) < 2:
        raise LoadError(origin.path, _why_no_table(sample, lines, line, fault))
    return (rows if len(rows) < 3 else rows[:-1]), False


def _why_no_table(sample: Sample, lines: list[int], line: int, fault: str) -> str:
    """What keeps the beginning of a file from having two rows, or a whole file from having one."""
    if fault:
        return _in_words(line, fault)
    if sample.is_whole:
        return "is empty"
    return f"row {lines[0]} is too long for a table" if lines else "begins with blank lines"


def first_rows(text: str, delimiter: str, n_lines: int) -> list[list[str]]:
    """The rows of the first lines, to see how well a delimiter fits; none if it doesn't."""
    lines = [line for _, line in zip(range(n_lines), io.StringIO(text), strict=False)]
    try:
        return [
            cells
            for cells in _parser(lines, delimiter, strict=False)
            if not _is_blank(cells, delimiter)
        ]
    except csv.Error:
        return []


def _parsed(chunk: Chunk, delimiter: str) -> tuple[list[int], list[list[str]], int, str]:
    """Line numbers, rows, the line after them, and csv's words for what is wrong there."""
    lines, rows, line = [], [], chunk.line
    parser = _parser(io.StringIO(chunk.text), delimiter, strict=True)
    try:
        for cells in parser:
            if not _is_blank(cells, delimiter):
                lines.append(line)
                rows.append(cells)
            line = chunk.line + parser.line_num
    except csv.Error as error:
        return lines, rows, line, str(error)
    return lines, rows, line, ""


def _parser(lines: Iterable[str], delimiter: str, strict: bool) -> "Reader":
    """Rows of cells; with a space for a delimiter, runs of spaces and tabs part them."""
    if delimiter == " ":
        lines = (" ".join(line.split()) + "\n" for line in lines)
    pads = delimiter != " "
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=pads, strict=strict)


def _is_blank(cells: list[str], delimiter: str) -> bool:
    """Whether a line holds nothing: one of commas alone is a row of gaps, one of tabs isn't."""
    return (len(cells) < 2 or delimiter == "\t") and not "".join(cells).strip()


def _in_words(line: int, fault: str) -> str:
    if _OPEN_QUOTE in fault:
        return f"row {line} opens a quote that is never closed"
    if _TOO_LARGE in fault:
        return f"row {line} has a cell of more than {csv.field_size_limit():,} characters"
    return f"row {line} has text after a closing quote; a quote inside a cell is written twice"
