"""A fitted preparation: raw features become what a network takes.

Missing values are filled in, features left out, categories turned into inputs of 0 and 1,
derived inputs added, and all but those of categories scaled; in this order. Everything fitted
comes from the training samples alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.data.dataset import Dataset, Float64Array, Int64Array
from nncore.data.formula import Formula, readable
from nncore.data.preparation.fills import KINDS, ZERO, fit_fills
from nncore.data.preparation.layout import Layout
from nncore.data.preparation.plan import Plan
from nncore.data.preparation.steps import MOST_NAMED, Step, short, steps_of
from nncore.data.preparation.stored import parts_of_json, to_json
from nncore.data.scaling import Scaling
from nncore.errors import SpecError
from nncore.spec.checks import require_name, shown

MAX_VALUES = 1 << 28  # of samples × inputs: 2 GiB


@dataclass(frozen=True, eq=False, slots=True)
class Preparation:
    """The map from raw features (n, d) to inputs (n, n[0]). Raises SpecError for bad parts.

    plan           what was chosen
    feature_names  of the raw features, d
    categories     per feature the names of its categories; () where it holds numbers
    fills          per feature how ``fill`` was found: "mean", "median", "most_frequent", "zero"
    fill           what stands in for a missing value, float64 (d,), read-only
    missing        per feature the values missing in the data set it was fitted to
    scaling        over the inputs, n[0]; the identity on those of categories

    Rows to prepare may be others than those of the data set, and hold anything: NaN, and for a
    category what is none of its indices, count as missing. A derived value then may be NaN or
    infinite and is passed on so, without a warning.
    """

    plan: Plan
    feature_names: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    fills: tuple[str, ...]
    fill: Float64Array
    missing: tuple[int, ...]
    scaling: Scaling
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        fill = np.array(self.fill, np.float64)
        fill.flags.writeable = False
        object.__setattr__(self, "fill", fill)
        self._require_fills()
        object.__setattr__(
            self, "layout", Layout.of(self.feature_names, self.categories, self.plan)
        )
        self._require_scaling()

    @classmethod
    def none(cls, feature_names: Sequence[str]) -> Self:
        """Numbers as they are; what is missing becomes 0."""
        d, names = len(feature_names), tuple(feature_names)
        return cls(Plan(), names, ((),) * d, (ZERO,) * d, np.zeros(d), (0,) * d, Scaling.none(d))

    @classmethod
    def fit(cls, dataset: Dataset, plan: Plan, train_rows: ArrayLike) -> Self:
        """``plan`` fitted to the ``train_rows`` (m,) of ``dataset``, indices, m ≥ 1.

        Raises SpecError for a plan that doesn't fit the data set, or whose formulas have no
        finite value in one of its rows; ValueError for no rows.
        """
        rows: Int64Array = np.asarray(train_rows, np.int64)
        if rows.size == 0:
            raise ValueError("there are no training rows")
        layout = Layout.of(dataset.feature_names, dataset.categories, plan)
        _require_room(dataset, layout)
        fill, fills = fit_fills(dataset, rows)
        unscaled = cls(
            plan,
            dataset.feature_names,
            dataset.categories,
            fills,
            fill,
            tuple(np.isnan(dataset.X).sum(axis=0).tolist()),
            Scaling.none(len(layout.names)),
        )
        unscaled.require_values(dataset.X)
        return unscaled if plan.scaling == "none" else unscaled._scaled(dataset.X[rows])

    def _scaled(self, X: Float64Array) -> Self:
        """The same with the scaling of the plan, fitted to raw training rows X (m, d)."""
        inputs, numbers = self.expand(X), self.is_number
        if numbers.all():
            return replace(self, scaling=Scaling.fit(inputs, self.plan.scaling))
        fitted = Scaling.fit(inputs[:, numbers], self.plan.scaling)
        offset, scale = np.zeros(self.n_inputs), np.ones(self.n_inputs)
        offset[numbers], scale[numbers] = fitted.offset, fitted.scale
        return replace(self, scaling=Scaling(offset, scale))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Of the derived inputs, as many as the plan has."""
        return self.layout.formulas

    @property
    def input_names(self) -> tuple[str, ...]:
        """Of the inputs, n[0]: a feature's name, "colour = red", or a formula."""
        return self.layout.names

    @property
    def n_inputs(self) -> int:
        """n[0], columns of what the network takes."""
        return len(self.layout.names)

    @property
    def is_number(self) -> NDArray[np.bool_]:
        """Per input, bool (n[0],), whether it is a number that may be scaled, not 0 or 1 for a
        category."""
        return self.layout.is_number

    def fill_in(self, X: ArrayLike) -> Float64Array:
        """Raw features (n, d) without gaps: a new array, or X itself if it has none."""
        X = self._checked(X)
        gaps = np.isnan(X)
        for k, names in enumerate(self.categories):
            if names:
                gaps[:, k] = ~np.isin(X[:, k], np.arange(len(names)))
        return np.where(gaps, self.fill, X) if gaps.any() else X

    def expand(self, X: ArrayLike) -> Float64Array:
        """The inputs (n, n[0]) of raw rows X (n, d) before scaling; X itself if they are equal."""
        return self.layout.expand(self.fill_in(X))

    def apply(self, X: ArrayLike) -> Float64Array:
        """What the network takes (n, n[0]) of raw rows X (n, d); X itself if nothing is done.

        Raises ValueError for another width.
        """
        inputs = self.expand(X)
        return inputs if self.scaling.is_identity else self.scaling.apply(inputs)

    def require_values(self, X: ArrayLike) -> None:
        """Raises SpecError, with the row, if a formula has no finite value for raw rows X."""
        if not self.formulas:
            return
        X = self.fill_in(X)
        for formula, values in self.layout.derived(X):
            bad = np.flatnonzero(~np.isfinite(values))
            if bad.size:
                raise SpecError(_without_value(formula, values, int(bad[0]), self.feature_names, X))

    def steps(self) -> tuple[Step, ...]:
        """Everything that is done, in order, in words and as formulas."""
        return steps_of(self)

    def to_json(self) -> dict[str, Any]:
        """All of it, exactly, as JSON has it: objects, lists, texts, finite numbers."""
        return to_json(self)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The preparation that ``to_json`` wrote. Raises SpecError for anything else."""
        return cls(**parts_of_json(data))

    def _checked(self, X: ArrayLike) -> Float64Array:
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.feature_names):
            raise ValueError(f"X has shape {X.shape}, not (n, {len(self.feature_names)})")
        return X

    def _require_fills(self) -> None:
        d = len(self.feature_names)
        parts = (self.categories, self.fills, self.fill, self.missing)
        if any(len(part) != d for part in parts):
            raise SpecError(f"The preparation of {d} features has parts for another number.")
        for name, names, kind, value in zip(
            self.feature_names, self.categories, self.fills, self.fill.tolist(), strict=True
        ):
            require_name(kind, KINDS, "way to fill in missing values")
            if not np.isfinite(value) or (names and value not in range(len(names))):
                raise SpecError(
                    f"{shown(value)} can't stand in for missing values of '{readable(name)}'."
                )

    def _require_scaling(self) -> None:
        n = len(self.scaling.offset)
        if n != self.n_inputs:
            raise SpecError(f"The preparation gives {self.n_inputs} inputs and scales {n}.")
        untouched = ~self.is_number if self.plan.scaling != "none" else slice(None)
        offset, scale = self.scaling.offset[untouched], self.scaling.scale[untouched]
        if (offset != 0).any() or (scale != 1).any():
            raise SpecError("The preparation scales inputs that are to stay as they are.")


def _require_room(dataset: Dataset, layout: Layout) -> None:
    n, n_inputs = dataset.n_samples, len(layout.names)
    if n_inputs > dataset.n_features and n * n_inputs > MAX_VALUES:
        raise SpecError(
            f"{n_inputs:,} inputs of {n:,} samples are too many for the memory. "
            "Leave out features with many categories."
        )


def _without_value(
    formula: Formula,
    values: Float64Array,
    row: int,
    feature_names: tuple[str, ...],
    X: Float64Array,
) -> str:
    """A sentence on a formula whose ``values`` (n,) are not finite in a row of X (n, d)."""
    where = " and ".join(
        f"{readable(name)} = {short(X[row, feature_names.index(name)])}"
        for name in formula.names[:MOST_NAMED]
    )
    what = "not a number" if np.isnan(values[row]) else "infinite"
    return f"{readable(formula.text)} is {what} in row {row + 1:,}, where {where}."
