"""A guess at what each column of a text table is for, from its first rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Role, TextFormat
from nncore.data.reading.targets import look_like_classes
from nncore.data.reading.text_numbers import are_mostly_numbers, fault, floats

# In this order, unless the last column has one of the names.
TARGET_NAMES = ("target", "label", "class", "y", "species", "outcome", "diagnosis", "survived")

# With fewer rows, names that differ from row to row may still be categories.
ROWS_OF_AN_ID = 10
CATEGORIES_OF_AN_ID = 100

# Rows with a gap are left out if they are fewer than this share.
FEW_GAPS = 0.05

_ID = re.compile(r"(.*[^a-zA-Z])?(id|Id|ID)|.*[a-z](Id|ID)")


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """The first cells of a column, spaces trimmed; "" is a missing value."""

    name: str
    is_named: bool
    cells: Sequence[str]


def guessed_choices(columns: Sequence[ColumnSample], format: TextFormat) -> Choices:
    """A choice for each column, and whether the target's values are classes."""
    decimal = format.decimal
    kinds = [_kind(column, decimal) for column in columns]
    ignored = [_is_idle(columns[i], i, kinds[i], format) for i in range(len(columns))]
    target = _target(columns, ignored)
    if all(ignored[:target] + ignored[target + 1 :]):
        ignored = [bool(column.cells) and not any(column.cells) for column in columns]
    roles = [Role.IGNORE if is_ignored else Role.FEATURE for is_ignored in ignored]
    roles[target] = Role.TARGET
    choices = [
        ColumnChoice(column.name, role, kind)
        for column, role, kind in zip(columns, roles, kinds, strict=True)
    ]
    if _share_with_gaps(columns, roles) >= FEW_GAPS:
        choices = [_filled(*pair) for pair in zip(choices, columns, strict=True)]
    is_category = kinds[target] is Kind.CATEGORY
    classes = is_category or look_like_classes(_numbers(columns[target].cells, decimal))
    return Choices(format, tuple(choices), classes)


def _kind(column: ColumnSample, decimal: str) -> Kind:
    present = [cell for cell in column.cells if cell]
    if floats(present, decimal) is not None:
        return Kind.NUMBER
    return Kind.NUMBER if are_mostly_numbers(Counter(present), decimal) else Kind.CATEGORY


def _is_idle(column: ColumnSample, at: int, kind: Kind, format: TextFormat) -> bool:
    """Whether a column tells nothing of its rows: it is empty, counts or names them."""
    present = [cell for cell in column.cells if cell]
    if not present:
        return True
    if kind is Kind.CATEGORY:
        return _names_rows(present)
    numbers = _numbers(column.cells, format.decimal)
    if len(numbers) < len(column.cells):
        return False
    if at == 0 and format.has_header and not column.is_named:
        return numbers[0] in (0, 1) and bool((np.diff(numbers) == 1).all())
    is_whole = bool((numbers == np.floor(numbers)).all())
    return bool(_ID.fullmatch(column.name)) and is_whole and len(np.unique(numbers)) == len(numbers)


def _names_rows(present: Sequence[str]) -> bool:
    """Whether texts differ from row to row, so that none of them would be learnt from."""
    n, n_distinct = len(present), len(set(present))
    many = n_distinct > CATEGORIES_OF_AN_ID and n_distinct > n / 2
    return many or n_distinct == n >= ROWS_OF_AN_ID


def _target(columns: Sequence[ColumnSample], ignored: Sequence[bool]) -> int:
    """The last column, unless it is ignored or another one has a target's name."""
    names = [column.name.casefold() if column.is_named else "" for column in columns]
    last = max(
        (i for i, is_ignored in enumerate(ignored) if not is_ignored), default=len(names) - 1
    )
    if names[last] in TARGET_NAMES:
        return last
    return next((names.index(name) for name in TARGET_NAMES if name in names), last)


def _share_with_gaps(columns: Sequence[ColumnSample], roles: Sequence[Role]) -> float:
    """The share of the rows in which a feature is missing."""
    features = [c.cells for c, role in zip(columns, roles, strict=True) if role is Role.FEATURE]
    rows = list(zip(*features, strict=True))
    return sum("" in row for row in rows) / max(1, len(rows))


def _filled(choice: ColumnChoice, column: ColumnSample) -> ColumnChoice:
    """The choice, with gaps filled in if there are any."""
    if choice.role is not Role.FEATURE or "" not in column.cells:
        return choice
    is_number = choice.kind is Kind.NUMBER
    return replace(choice, missing=Missing.MEDIAN if is_number else Missing.MOST_FREQUENT)


def _numbers(cells: Sequence[str], decimal: str) -> Float64Array:
    """The values of those cells that are numbers."""
    present = [cell for cell in cells if cell]
    numbers = floats(present, decimal)
    if numbers is None:
        numbers = floats([cell for cell in present if not fault(cell, decimal)], decimal)
    assert numbers is not None
    return numbers
