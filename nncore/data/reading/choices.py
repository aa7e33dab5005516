"""How a table is read: what can be chosen, as values that are compared, stored and shown.

Reading goes in two steps. ``Preview`` holds the first rows and a guess at every choice; a
person looks at it and may choose otherwise; then the whole file is read with ``Choices``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from numpy.typing import NDArray

# Told the share of the work that is done, 0 … 1; may raise Cancelled.
Progress = Callable[[float], None]


class Role(Enum):
    """What a column is for."""

    FEATURE = "feature"
    TARGET = "target"
    IGNORE = "ignore"


class Kind(Enum):
    """What a column holds."""

    NUMBER = "number"
    CATEGORY = "category"


class Missing(Enum):
    """What becomes of a row whose cell in this column is missing, or of the cell."""

    DROP = "drop"
    MEAN = "mean"
    MEDIAN = "median"
    MOST_FREQUENT = "most_frequent"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How the characters of a text file make a table.

    encoding       as Python names it: "utf-8", "utf-16", "cp1252" …
    delimiter      one character
    decimal        "." or ","
    has_header     whether the first row holds the names of the columns
    missing_marks  cells that stand for a missing value, beside the empty cell
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    has_header: bool = True
    missing_marks: tuple[str, ...] = ("NA", "N/A", "NaN", "nan", "null", "?", "-")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What is made of one column."""

    name: str
    role: Role = Role.FEATURE
    kind: Kind = Kind.NUMBER
    missing: Missing = Missing.DROP


@dataclass(frozen=True, slots=True)
class Choices:
    """All choices for one file; ``format`` is None where the file isn't text.

    is_classification  whether the target's values are classes; with a category for a target
                       they always are
    """

    format: TextFormat | None
    columns: tuple[ColumnChoice, ...]
    is_classification: bool


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """The beginning of a table as it would be read, for a person to look at.

    choices   a guess at each
    rows      the first rows, as text, one cell per column; a missing cell is ""
    n_rows    rows in all, where that is known without reading everything; else None
    n_missing missing cells of each column among the rows looked at
    kind      of the file, for people: "text table", "NumPy arrays", "IDX images" …
    """

    choices: Choices
    rows: tuple[tuple[str, ...], ...]
    n_rows: int | None
    n_missing: tuple[int, ...]
    kind: str


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column as it was read.

    values      (n,) of any real dtype; NaN is a missing value. Of a category: the index into
                ``categories``
    categories  names, for a column of Kind.CATEGORY; else ()
    """

    name: str
    values: NDArray[Any]
    categories: tuple[str, ...] = ()
