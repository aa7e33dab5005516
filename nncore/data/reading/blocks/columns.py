"""The values of one column as they are wanted: numbers, or categories."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Float64Array
from nncore.data.reading.assemble import MAX_CATEGORIES
from nncore.data.reading.blocks.block import gaps_in
from nncore.data.reading.choices import Column, ColumnChoice, Kind
from nncore.data.reading.targets import name_of_number
from nncore.data.reading.text_columns import LONGEST_CATEGORY
from nncore.data.reading.text_numbers import fault, floats, shortened, shown
from nncore.errors import LoadError


def column_of(path: Path, choice: ColumnChoice, values: NDArray[Any]) -> Column:
    """The column of text or numbers (n,). Raises LoadError where they aren't as chosen."""
    if choice.kind is Kind.CATEGORY:
        return _category(path, choice.name, values)
    if values.dtype.kind == "U":
        values = _numbers(path, choice.name, values)
    return Column(choice.name, values)


def _category(path: Path, name: str, values: NDArray[Any]) -> Column:
    is_text = values.dtype.kind == "U"
    values = np.strings.strip(values) if is_text else values
    present = ~gaps_in(values)
    labels, codes = np.unique(values[present], return_inverse=True)
    if len(labels) > MAX_CATEGORIES:
        reason = f"column {shown(name)} has more than {MAX_CATEGORIES:,} different values"
        raise LoadError(path, reason, "Ignore the column, or take its values as numbers.")
    indices = np.full(len(values), np.nan)
    indices[present] = codes
    name_of = _name_of_text if is_text else name_of_number
    return Column(name, indices, tuple(map(name_of, labels.tolist())))


def _name_of_text(text: str) -> str:
    return shortened(text, LONGEST_CATEGORY)


def _numbers(path: Path, name: str, values: NDArray[Any]) -> Float64Array:
    """Text as numbers, NaN where it is missing."""
    present = ~gaps_in(values)
    cells = values[present].tolist()
    numbers = floats(cells, ".")
    if numbers is None:
        i, (reason, hint) = next((i, f) for i, c in enumerate(cells) if (f := fault(c, ".")))
        row = int(np.flatnonzero(present)[i]) + 1
        raise LoadError(path, f"row {row}, column {shown(name)}: {reason}", hint)
    filled = np.full(len(values), np.nan)
    filled[present] = numbers
    return filled
