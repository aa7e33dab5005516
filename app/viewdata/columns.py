"""What the columns of a table hold: figures, histograms, and orders of the rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Float64Array, Int64Array
from nncore.data.preparation import Preparation
from nncore.data.preparation.layout import Layout
from nncore.data.scaling import Scaling

MOST_BARS = 20
EXACT_WHOLE = 2.0**52  # above it a half cannot be added to a number


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of the values that are there; NaN for each if there are none.

    deviation  the standard deviation, divided by n
    quartiles  a quarter, half and three quarters of the values are not above them;
               in between two values, linear
    """

    count: int
    missing: int
    mean: float
    deviation: float
    low: float
    quartiles: tuple[float, float, float]
    high: float


def summary(values: Float64Array) -> Summary:
    """Of a column (n,) of numbers; NaN is a missing value."""
    known = values[~np.isnan(values)]
    missing = len(values) - len(known)
    if not known.size:
        nothing = float("nan")
        return Summary(0, missing, nothing, nothing, nothing, (nothing,) * 3, nothing)
    low, first, half, third, high = np.quantile(known, (0, 0.25, 0.5, 0.75, 1)).tolist()
    mean, deviation = float(known.mean()), float(known.std())
    return Summary(len(known), missing, mean, deviation, low, (first, half, third), high)


def category_counts(values: Float64Array, n_categories: int) -> tuple[Int64Array, int]:
    """How often each category occurs, (n_categories,), and how many values are missing."""
    known = values[~np.isnan(values)].astype(np.int64)
    return np.bincount(known, minlength=n_categories), len(values) - len(known)


def prepared_column(preparation: Preparation, samples: Float64Array, column: int) -> Float64Array:
    """Input ``column`` of samples (n, d) without gaps, (n,): as ``apply`` gives it with all
    others, which would take a long time for a picture of many pixels."""
    layout, scaling = preparation.layout, preparation.scaling
    derived = column - len(layout.sources)
    formulas = layout.formulas[derived : derived + 1] if derived >= 0 else ()
    names = layout.names[column : column + 1]
    own = Layout(layout.feature_names, layout.sources[column : column + 1], formulas, names)
    one = slice(column, column + 1)
    return Scaling(scaling.offset[one], scaling.scale[one]).apply(own.expand(samples))[:, 0]


# ---- histograms ------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Histogram:
    """counts (bars, groups) of the values between edges (bars + 1,); the last edge is inside."""

    edges: Float64Array
    counts: Int64Array

    def rows(self, values: Float64Array, bar: int) -> Int64Array:
        """Which of the values (n,) the bar counts."""
        low, high = self.edges[bar], self.edges[bar + 1]
        is_last = bar == len(self.counts) - 1
        below = values <= high if is_last else values < high
        return np.flatnonzero((values >= low) & below)


def histogram(
    values: Float64Array, groups: NDArray[np.int64], n_groups: int, n_categories: int = 0
) -> Histogram:
    """Of a column (n,), each bar divided by the group (n,) of its samples.

    Categories get a bar each, or a bar for several neighbours if they are many; so do whole
    numbers that are close together. What is not finite is left out.
    """
    is_known = np.isfinite(values)
    known = values if is_known.all() else values[is_known]
    groups = groups if len(known) == len(values) else groups[is_known]
    edges = _category_edges(n_categories) if n_categories else _number_edges(known)
    n_bars = len(edges) - 1
    bar = np.minimum(np.searchsorted(edges, known, side="right") - 1, n_bars - 1)
    counts = np.bincount(bar * n_groups + groups, minlength=n_bars * n_groups)
    return Histogram(edges, counts.reshape(n_bars, n_groups))


def _category_edges(n_categories: int) -> Float64Array:
    step = -(-n_categories // MOST_BARS)
    return np.append(np.arange(0, n_categories, step), n_categories) - 0.5


def _number_edges(values: Float64Array) -> Float64Array:
    if not values.size:
        return np.array([-0.5, 0.5])
    low, high = float(values.min()), float(values.max())
    if low == high:
        half = max(0.5, 0.5 * abs(low))
        return np.array([low - half, low + half])
    whole = max(abs(low), abs(high)) < EXACT_WHOLE and bool((values == np.rint(values)).all())
    if whole and high - low < MOST_BARS:
        return np.arange(low, high + 2) - 0.5
    return np.linspace(low, high, MOST_BARS + 1)


# ---- orders ----------------------------------------------------------------------------------


def sorted_rows(values: NDArray[np.number], descending: bool = False) -> Int64Array:
    """Rows by their values (n,), equal ones as they were; missing ones come last."""
    return np.argsort(-values if descending else values, kind="stable")


def places_in(order: Int64Array) -> Int64Array:
    """Where each row stands in ``order``, (n,)."""
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places


def blocks(rows: Int64Array) -> list[tuple[int, int]]:
    """Ascending rows as (first, last) of each stretch without a gap."""
    if not rows.size:
        return []
    gaps = np.flatnonzero(np.diff(rows) > 1)
    first = rows[np.append(0, gaps + 1)]
    last = rows[np.append(gaps, len(rows) - 1)]
    return list(zip(first.tolist(), last.tolist(), strict=True))
