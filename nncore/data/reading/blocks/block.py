"""One array of a file, as some columns of a table."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.reading.binary import Meter
from nncore.data.reading.text_preview import MAX_COLUMNS
from nncore.errors import LoadError

PREVIEW_BYTES = 256 * 1024  # of each block, to look at and to guess from


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Some columns of the table that are one array in the file.

    names        one per column, different from those of other blocks
    n_rows       rows, as the file claims
    n_bytes      bytes of all values, as the file claims
    first        reads the first rows: (rows, columns), text, or numbers in the machine's order
    all          reads all rows, and tells the meter
    is_target    its last column is what is to be predicted
    are_classes  should its last column be the target: it holds classes, however many they are
    """

    names: tuple[str, ...]
    n_rows: int
    n_bytes: int
    first: Callable[[], NDArray[Any]]
    all: Callable[[Meter], NDArray[Any]]
    is_target: bool = False
    are_classes: bool = False


def gaps_in(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value is missing: NaN, or a text of nothing but spaces."""
    is_text = values.dtype.kind == "U"
    gaps: NDArray[np.bool_] = np.strings.strip(values) == "" if is_text else np.isnan(values)
    return gaps


def require_few_columns(path: Path, width: int) -> None:
    """Raise LoadError for more columns than anybody could look at."""
    if width > MAX_COLUMNS:
        raise LoadError(path, f"has {width:,} columns; at most {MAX_COLUMNS:,} are read")


def labels(name: str, shape: tuple[int, ...]) -> list[str]:
    """Names for the values of one sample, counted from 1: "y", or "X 1" …, or "pixel 1,1" …"""
    if math.prod(shape) == 1:
        return [name]
    return [f"{name} {','.join(str(i + 1) for i in place)}" for place in np.ndindex(shape)]
