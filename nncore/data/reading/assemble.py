"""Columns, as a reader has found them, and a person's choices become a dataset."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import FILLS, Dataset, Float64Array, Int64Array
from nncore.data.reading.choices import Choices, Column, ColumnChoice, Kind, Missing, Role
from nncore.data.reading.targets import MAX_CLASSES, name_of_number, natural_order
from nncore.data.reading.text_numbers import shortened, shown
from nncore.errors import LoadError

MAX_CATEGORIES = 1000
LONGEST_NAME = 100
MAX_CELLS = 100_000_000  # of all samples together: 800 MB

# X is filled some rows at a time, so that many columns don't each sweep through all memory.
_CELLS_AT_A_TIME = 100_000

_Rows = NDArray[np.bool_]


def assemble(
    path: Path, columns: list[Column], choices: Choices, notes: Sequence[str] = ()
) -> Dataset:
    """The dataset of ``columns``: those that aren't ignored, in the order of ``choices``.

    Rows without a target are left out, and those with a gap in a column whose choice is to
    drop them; ``notes`` are kept beside those on such rows. Categories and classes come in
    natural order, and those without a sample go. The list is emptied, so that its memory is
    free again before the dataset takes some. Raises LoadError.
    """
    chosen = _used(choices)
    at = target_index(path, choices)
    gaps = {i: found for i, c in enumerate(columns) if (found := _gaps(path, c)) is not None}
    keep, notes_on_rows = _kept_rows(path, chosen, len(columns[0].values), gaps, at)
    features = [_taken(column, keep) for column in columns]
    columns.clear()
    for i, found in gaps.items():
        if found[keep].all():
            raise LoadError(path, f"column {shown(features[i].name)} has no value in any row")
    target = features.pop(at)
    y, class_names = _target(path, target, choices.is_classification)
    X = _matrix(features)
    X.flags.writeable = False  # so that the dataset need not copy it
    names, categories = [c.name for c in features], [c.categories for c in features]
    _require_few_categories(path, features)
    target_name = target.name
    del features, target
    return Dataset(
        name=shortened(path.stem, LONGEST_NAME),
        X=X,
        y=y,
        feature_names=tuple(names),
        target_name=target_name,
        class_names=class_names,
        source=shortened(path.name, LONGEST_NAME),
        categories=tuple(categories),
        fills=tuple(_fill(choice) for choice in chosen if choice.role is Role.FEATURE),
        notes=(*notes, *notes_on_rows),
    )


def target_index(path: Path, choices: Choices) -> int:
    """Where the target is among the columns that aren't ignored.

    Raises LoadError unless there is one, with a feature beside it.
    """
    chosen = _used(choices)
    targets = [i for i, choice in enumerate(chosen) if choice.role is Role.TARGET]
    if len(targets) != 1:
        count = f"{len(targets)} columns are targets" if targets else "no column is the target"
        raise LoadError(path, f"{count}; one is needed")
    if len(chosen) == 1:
        reason = f"has no column to learn from beside the target, {shown(chosen[0].name)}"
        raise LoadError(path, reason, "Let at least one column be a feature.")
    return targets[0]


def _used(choices: Choices) -> list[ColumnChoice]:
    return [choice for choice in choices.columns if choice.role is not Role.IGNORE]


def _gaps(path: Path, column: Column) -> _Rows | None:
    """Where values are missing; None for nowhere. Raises LoadError for infinite values."""
    values = column.values
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return None
    if (infinite := np.isinf(values)).any():
        row = int(infinite.argmax()) + 1
        raise LoadError(path, f"row {row}, column {shown(column.name)}: the value is infinite")
    missing: _Rows = np.isnan(values)
    return missing


def _kept_rows(
    path: Path, chosen: Sequence[ColumnChoice], n: int, gaps: Mapping[int, _Rows], at: int
) -> tuple[_Rows | slice, list[str]]:
    """Which of the n rows stay, and a sentence on each kind of those that don't."""
    if not gaps:
        return slice(None), []
    no_target = gaps.get(at, np.zeros(n, bool))
    gap = np.zeros(n, bool)
    names = []
    for i, missing in gaps.items():
        if i != at and chosen[i].missing is Missing.DROP and (lost := missing & ~no_target).any():
            gap |= lost
            names.append(shown(chosen[i].name))
    keep = ~(no_target | gap)
    if not keep.any():
        hint = "Fill missing values in, or ignore the columns that have many."
        raise LoadError(path, "has no row in which nothing is missing", hint)
    notes = []
    if no_target.any():
        notes.append(_left_out(int(no_target.sum()), "without a target"))
    if gap.any():
        notes.append(_left_out(int(gap.sum()), f"with a missing value in {_listed(names)}"))
    return (slice(None) if keep.all() else keep), notes


def _left_out(n: int, what: str) -> str:
    return f"1 row {what} was left out." if n == 1 else f"{n:,} rows {what} were left out."


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"one of {len(names)} columns"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _taken(column: Column, keep: _Rows | slice) -> Column:
    """The rows of a column that stay; its categories in order, without those that none has."""
    values = column.values[keep]
    if not column.categories:
        return Column(column.name, values)
    # one more place, for the gaps
    codes = np.where(np.isnan(values), len(column.categories), values).astype(np.intp)
    ranks = np.full(len(column.categories) + 1, np.nan)
    present = np.flatnonzero(np.bincount(codes, minlength=len(ranks))[:-1])
    names = [column.categories[i] for i in present]
    order = natural_order(names)
    ranks[present[order]] = np.arange(len(order))
    return Column(column.name, ranks[codes], tuple(names[i] for i in order))


def _target(
    path: Path, column: Column, is_classification: bool
) -> tuple[Int64Array | Float64Array, tuple[str, ...]]:
    """y (n,) and the names of its classes, none for regression."""
    if column.categories:
        y, class_names = column.values.astype(np.int64), column.categories
    elif is_classification:
        labels, y = np.unique(column.values.astype(np.float64), return_inverse=True)
        class_names = tuple(map(name_of_number, labels[: MAX_CLASSES + 1].tolist()))
    else:
        return column.values.astype(np.float64), ()
    if len(class_names) > MAX_CLASSES:
        reason = f"column {shown(column.name)} has more than {MAX_CLASSES:,} classes"
        or_values = "" if column.categories else ", or let its numbers be values"
        raise LoadError(path, reason, f"Choose another column as the target{or_values}.")
    if len(class_names) == 1:
        reason = f"column {shown(column.name)} has a single class, {shown(class_names[0])}"
        raise LoadError(path, reason, "Two are needed; choose another column as the target.")
    return y, class_names


def _require_few_categories(path: Path, features: Sequence[Column]) -> None:
    for feature in features:
        if len(feature.categories) > MAX_CATEGORIES:
            reason = f"column {shown(feature.name)} has more than {MAX_CATEGORIES:,} categories"
            raise LoadError(path, reason, "Ignore the column.")


def _matrix(columns: Sequence[Column]) -> Float64Array:
    """The values of the columns beside each other, float64 (n, d)."""
    n, d = len(columns[0].values), len(columns)
    X = np.empty((n, d))
    step = max(1, _CELLS_AT_A_TIME // d)
    for begin in range(0, n, step):
        for k, column in enumerate(columns):
            X[begin : begin + step, k] = column.values[begin : begin + step]
    return X


def _fill(choice: ColumnChoice) -> str:
    """The word for what stands in for a gap; it is used only where there are any."""
    if choice.kind is Kind.CATEGORY:
        return Missing.MOST_FREQUENT.value
    return choice.missing.value if choice.missing.value in FILLS else Missing.MEAN.value
