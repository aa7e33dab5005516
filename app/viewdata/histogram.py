"""Histograms whose range does not jump: it grows at once and shrinks slowly."""

import numpy as np

from app.viewdata.numbers import HUGE
from nncore.types import FloatArray

SHRINK = 0.02  # share of the superfluous range given up per update
# A range so many times too large, as after a run that has blown up, is given up at once.
MUCH_TOO_LARGE = 20.0


class SteadyRange:
    """The range (low, high) of a quantity that is looked at again and again."""

    def __init__(self) -> None:
        self.low = self.high = np.nan

    def update(self, low: float, high: float) -> tuple[float, float]:
        """Take the extremes of now into account; returns the range to draw."""
        is_new = np.isnan(self.low)
        if is_new or self.high - self.low > MUCH_TOO_LARGE * (high - low) > 0:
            self.low, self.high = low, high
        else:
            self.low = low if low < self.low else self.low + SHRINK * (low - self.low)
            self.high = high if high > self.high else self.high + SHRINK * (high - self.high)
        if self.high <= self.low:  # a constant has no width of its own
            half = max(0.5 * abs(self.low), 0.5)
            return self.low - half, self.high + half
        return self.low, self.high


def eased_limit(limit: float, largest: float) -> float:
    """The end of a scale from 0: as ``SteadyRange``, for the largest value of now."""
    if limit > MUCH_TOO_LARGE * largest > 0:
        return largest
    return max(largest, (1 - SHRINK) * limit)


def histogram(
    values: FloatArray, span: SteadyRange, bins: int
) -> tuple[FloatArray, FloatArray, float]:
    """(share per bin (bins,), edges (bins + 1,), share of exact zeros).

    Exact zeros are counted apart: with ReLU they are often half of all, and one bar of them
    would press all others flat. Values that are not finite, or near it,
    are left out of the bins.
    """
    flat = values.ravel()
    kept = flat[(flat != 0) & (np.abs(flat) < HUGE)]
    zero_share = float((flat == 0).mean()) if flat.size else 0.0
    if not kept.size:
        low, high = span.update(0.0, 0.0)
        return np.zeros(bins), np.linspace(low, high, bins + 1), zero_share
    low, high = span.update(float(kept.min()), float(kept.max()))
    # np.histogram takes ten times as long; the bins are equal, so the index is a product
    index = ((kept - low) * (bins / (high - low))).astype(np.intp)
    np.minimum(index, bins - 1, out=index)
    counts = np.bincount(index, minlength=bins) / flat.size
    return counts, np.linspace(low, high, bins + 1), zero_share
