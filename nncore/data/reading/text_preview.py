"""The beginning of a text table, and a guess at how it is to be read."""

from collections.abc import Sequence

from nncore.data.reading.choices import Preview, TextFormat
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_encoding import guessed_encoding
from nncore.data.reading.text_format import guessed_delimiter, guessed_format, require_usable
from nncore.data.reading.text_guesses import ColumnSample, guessed_choices
from nncore.data.reading.text_header import column_names, is_name, matched_header
from nncore.data.reading.text_lines import Sample, sample
from nncore.data.reading.text_numbers import shortened
from nncore.data.reading.text_plain import gap_marks
from nncore.data.reading.text_records import sample_rows
from nncore.errors import LoadError

MAX_COLUMNS = 10_000
ROWS_LOOKED_AT = 2000
ROWS_SHOWN = 100
LONGEST_SHOWN_CELL = 80


def preview_text(origin: Origin, format: TextFormat | None = None) -> Preview:
    """The first rows and a guess at each choice; what ``format`` says isn't guessed.

    Raises LoadError if there is nothing that could be shown.
    """
    if format:
        require_usable(origin, format)
    encoding = format.encoding if format else guessed_encoding(origin)
    beginning = sample(origin, encoding)
    delimiter = format.delimiter if format else _guessed_delimiter(beginning)
    rows, are_all = sample_rows(origin, beginning, delimiter, ROWS_LOOKED_AT)
    _require_few_columns(origin, rows)
    format = format or guessed_format(rows, encoding, delimiter)
    header, body = (rows[0], rows[1:]) if format.has_header else ([], rows)
    header = matched_header(header, body)
    cells = _cells(body[:ROWS_LOOKED_AT], len(header), format)
    columns = [
        ColumnSample(name, is_name(cell), column)
        for name, cell, column in zip(column_names(header), header, cells, strict=True)
    ]
    return Preview(
        choices=guessed_choices(columns, format),
        rows=_shown_rows(cells),
        n_rows=len(body) if are_all else None,
        n_missing=tuple(column.count("") for column in cells),
        kind="text table",
    )


def _guessed_delimiter(beginning: Sample) -> str:
    return beginning.delimiter or guessed_delimiter(beginning.text)


def _require_few_columns(origin: Origin, rows: Sequence[Sequence[str]]) -> None:
    width = max(map(len, rows))
    if width > MAX_COLUMNS:
        raise LoadError(origin.path, f"has {width:,} columns; at most {MAX_COLUMNS:,} are read")


def _cells(body: Sequence[Sequence[str]], width: int, format: TextFormat) -> list[tuple[str, ...]]:
    """The cells of each column, trimmed; "" stands for what is missing, or beyond a short row."""
    marks = gap_marks(format)
    rows = [
        [*("" if (text := cell.strip()) in marks else text for cell in row[:width])]
        + [""] * (width - len(row))
        for row in body
    ]
    return list(zip(*rows, strict=True)) or [()] * width


def _shown_rows(cells: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    rows = zip(*(column[:ROWS_SHOWN] for column in cells), strict=True)
    return tuple(tuple(shortened(cell, LONGEST_SHOWN_CELL) for cell in row) for row in rows)
