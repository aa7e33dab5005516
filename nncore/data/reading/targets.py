"""When numbers are classes, and in which order classes and categories come."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.reading.text_numbers import is_number

MAX_CLASSES = 1000

# Whole numbers with no more distinct values than this are class labels.
MAX_NUMBER_CLASSES = 20

# Beyond this, float64 skips whole numbers.
_LARGEST_WHOLE = 2**53


def look_like_classes(values: NDArray[Any]) -> bool:
    """Whether numbers (n,), NaN among them or not, are labels: few whole ones that repeat."""
    values = values[~np.isnan(values)]
    if (values[:100] != np.floor(values[:100])).any():
        return False  # soon told of most
    if not ((values == np.floor(values)) & (np.abs(values) <= _LARGEST_WHOLE)).all():
        return False
    n_distinct = len(np.unique(values))
    repeat = len(values) <= 4 or n_distinct < len(values) / 2
    return repeat and n_distinct <= MAX_NUMBER_CLASSES


def name_of_number(value: float) -> str:
    """A number as the name of a class: 3, not 3.0."""
    whole = abs(value) <= _LARGEST_WHOLE and value == int(value)
    return str(int(value)) if whole else repr(float(value))


def natural_order(names: Sequence[str]) -> list[int]:
    """The indices of the names in order: numbers by their size, "class 2" before "class 10"."""
    if all(is_number(name, ".") for name in names):
        return sorted(range(len(names)), key=lambda i: (float(names[i]), names[i]))
    return sorted(range(len(names)), key=lambda i: _natural_key(names[i]))


def _natural_key(name: str) -> tuple[list[tuple[str, int, str]], str]:
    """Capitals beside small letters; runs of digits by their value.

    Those compare by their length and then as text, as int() refuses very long ones.
    """
    parts = re.split(r"([0-9]+)", name)
    texts, numbers = parts[::2], [digits.lstrip("0") for digits in parts[1::2]] + [""]
    key = [
        (text.casefold(), len(digits), digits) for text, digits in zip(texts, numbers, strict=True)
    ]
    return key, name
