"""Rows of text into columns of values: numbers, and categories in the order of their coming."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.reading.assemble import MAX_CATEGORIES
from nncore.data.reading.choices import Choices, Column, ColumnChoice, Kind, Role, TextFormat
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_lines import Chunk
from nncore.data.reading.text_numbers import fault, floats, shortened, shown
from nncore.data.reading.text_plain import gap_marks, may_be_plain, plain_numbers
from nncore.data.reading.text_records import Records
from nncore.errors import LoadError

LONGEST_CATEGORY = 100


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell that can't be taken: its index, what is wrong, and a hint."""

    index: int
    reason: str
    hint: str


class Columns:
    """The columns that are used, each with its way to make float64 of its cells.

    A block is some rows of them, (rows, used columns), with NaN for a missing value.
    """

    def __init__(self, origin: Origin, choices: Choices, format: TextFormat) -> None:
        self._path = origin.path
        self._format = format
        self._width = len(choices.columns)
        self._used = [i for i, c in enumerate(choices.columns) if c.role is not Role.IGNORE]
        self._choices = [choices.columns[i] for i in self._used]
        self._coders = [_coder(origin, choice, format) for choice in self._choices]
        are_numbers = all(choice.kind is Kind.NUMBER for choice in self._choices)
        self._may_be_plain = are_numbers and may_be_plain(format)

    @property
    def n_used(self) -> int:
        """Columns of a block."""
        return len(self._used)

    def plain_block(self, chunk: Chunk) -> Float64Array | None:
        """A chunk of plain numbers; None where ``block`` must have a look at the rows."""
        if not self._may_be_plain:
            return None
        numbers = plain_numbers(chunk, self._format, self._width)
        if numbers is None or self.n_used == self._width:
            return numbers
        return numbers[:, self._used]

    def block(self, found: Records) -> Float64Array:
        """The rows. Raises LoadError for the first thing in the file that is wrong."""
        n = self._n_of_right_width(found.rows)
        block = np.empty((n, self.n_used))
        slips = []
        for k, cells in enumerate(self._cells(found.rows[:n])):
            coded = self._coders[k].code(cells)
            if isinstance(coded, Slip):
                slips.append((coded.index, k, coded))
            else:
                block[:, k] = coded
        if slips:
            row, k, slip = min(slips, key=lambda slip: slip[:2])
            where = f"row {found.lines[row]}, column {shown(self._choices[k].name)}"
            raise LoadError(self._path, f"{where}: {slip.reason}", slip.hint)
        if n < len(found.rows):
            raise self._ragged(found.lines[n], len(found.rows[n]))
        if found.error:
            raise found.error
        return block

    def _n_of_right_width(self, rows: list[list[str]]) -> int:
        """How many rows come before the first that is too short or too long."""
        if set(map(len, rows)) == {self._width}:
            return len(rows)
        return next((i for i, row in enumerate(rows) if len(row) != self._width), 0)

    def _cells(self, rows: list[list[str]]) -> Iterator[Sequence[str]]:
        columns = list(zip(*rows, strict=True)) or [()] * self._width
        return (columns[i] for i in self._used)

    def _ragged(self, line: int, n_cells: int) -> LoadError:
        cells = "1 cell" if n_cells == 1 else f"{n_cells:,} cells"
        return LoadError(
            self._path,
            f"row {line} has {cells} where there are {self._width:,} columns",
            "Put a cell that holds the delimiter in quotes." if n_cells > self._width else "",
        )

    def columns(self, table: Float64Array) -> list[Column]:
        """The columns of all blocks together."""
        return [
            Column(choice.name, table[:, k], coder.categories())
            for k, (choice, coder) in enumerate(zip(self._choices, self._coders, strict=True))
        ]


class _Coder(Protocol):
    """How the cells of one column become float64."""

    def code(self, cells: Sequence[str]) -> Float64Array | Slip: ...

    def categories(self) -> tuple[str, ...]: ...


def _coder(origin: Origin, choice: ColumnChoice, format: TextFormat) -> _Coder:
    if choice.kind is Kind.CATEGORY:
        return _CategoryCoder(origin, choice, format)
    return _NumberCoder(format)


class _NumberCoder:
    def __init__(self, format: TextFormat) -> None:
        self._decimal = format.decimal
        self._marks = gap_marks(format)
        self._may_be_plain = may_be_plain(format)

    def code(self, cells: Sequence[str]) -> Float64Array | Slip:
        if self._may_be_plain and (numbers := floats(cells, self._decimal)) is not None:
            return numbers
        texts = [cell.strip() for cell in cells]
        is_present = np.array([text not in self._marks for text in texts], bool)
        present = [text for text in texts if text not in self._marks]
        numbers = floats(present, self._decimal)
        if numbers is None:
            return self._slip(texts)
        values = np.full(len(texts), np.nan)
        values[is_present] = numbers
        return values

    def _slip(self, texts: Sequence[str]) -> Slip:
        """The first text that isn't a number and stands for no gap."""
        for i, text in enumerate(texts):
            if text not in self._marks and (wrong := fault(text, self._decimal)):
                return Slip(i, *wrong)
        raise AssertionError("floats() refuses only what has a fault")

    def categories(self) -> tuple[str, ...]:
        return ()


class _CategoryCoder:
    def __init__(self, origin: Origin, choice: ColumnChoice, format: TextFormat) -> None:
        self._path = origin.path
        self._choice = choice
        # gaps have codes below 0
        self._codes = dict.fromkeys(gap_marks(format), -1)
        self._n_marks = len(self._codes)

    def code(self, cells: Sequence[str]) -> Float64Array | Slip:
        known, n_marks = self._codes, self._n_marks
        texts = map(str.strip, cells)
        codes = [known.setdefault(text, len(known) - n_marks) for text in texts]
        if len(known) - n_marks > MAX_CATEGORIES:
            raise self._too_many()
        values = np.array(codes, np.float64)
        values[values < 0] = np.nan
        return values

    def categories(self) -> tuple[str, ...]:
        names = list(self._codes)[self._n_marks :]
        return tuple(shortened(name, LONGEST_CATEGORY) for name in names)

    def _too_many(self) -> LoadError:
        is_target = self._choice.role is Role.TARGET
        what = "classes" if is_target else "categories"
        reason = f"column {shown(self._choice.name)} has more than {MAX_CATEGORIES:,} {what}"
        hint = "Choose another column as the target." if is_target else "Ignore the column."
        return LoadError(self._path, reason, hint)
