"""Curves that grow: storage, thinning for the screen, nearest point for the read-out."""

import numpy as np

from app.viewdata.numbers import HUGE
from nncore.types import FloatArray


class Curves:
    """Some values over one common x, one point per step, in arrays that double when full.

    A run may go back in time: a point at an earlier step than the last takes all later ones
    away, so that a curve is always the course that led to the present.
    """

    def __init__(self, n_values: int) -> None:
        self._data = np.empty((2 + n_values, 256))  # step, x, values
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, step: int, x: float, values: tuple[float, ...]) -> None:
        """One point of every curve, in place of those at this step and later; NaN is a gap."""
        steps = self._data[0, : self._length]
        if self._length and step <= steps[-1]:
            self._length = int(np.searchsorted(steps, step))
        if self._length == self._data.shape[1]:
            self._data = np.concatenate([self._data, np.empty_like(self._data)], axis=1)
        if self._length:  # smaller batches stretch the epoch under way, but time goes on
            x = max(x, float(self._data[1, self._length - 1]))
        self._data[0, self._length] = step
        self._data[1, self._length] = x
        self._data[2:, self._length] = values
        self._length += 1

    @property
    def x(self) -> FloatArray:
        return self._data[1, : self._length]

    def values(self, curve: int) -> FloatArray:
        return self._data[2 + curve, : self._length]

    def nearest(self, x: float) -> int | None:
        """Index of the point whose x is nearest; None if there is none."""
        if not self._length:
            return None
        right = min(int(np.searchsorted(self.x, x)), self._length - 1)
        left = max(right - 1, 0)
        return left if x - self.x[left] < self.x[right] - x else right


def thin(x: FloatArray, y: FloatArray, buckets: int) -> tuple[FloatArray, FloatArray]:
    """The points to draw: all, or the lowest and highest of each of ``buckets`` runs.

    No peak is lost, however many points there are. What is not finite, or near it, is left out.
    """
    kept = np.abs(y) < HUGE
    if not kept.all():
        x, y = x[kept], y[kept]
    if len(x) <= 3 * buckets:
        return x, y
    size = -(-len(x) // buckets)
    whole = len(x) // size * size
    runs = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    picked = np.sort(np.stack([starts + runs.argmin(axis=1), starts + runs.argmax(axis=1)], axis=1))
    # The newest points are kept as they are, so that the end of the curve is where it should be.
    index = np.concatenate([picked.ravel(), np.arange(min(whole, len(x) - 1), len(x))])
    return x[index], y[index]


def span(values: list[FloatArray], log: bool) -> tuple[float, float] | None:
    """(low, high) over all finite, and if ``log`` positive, values; None if there are none."""
    lows, highs = [], []
    for array in values:
        drawable = np.abs(array) < HUGE
        kept = array[drawable & (array > 0)] if log else array[drawable]
        if len(kept):
            lows.append(float(kept.min()))
            highs.append(float(kept.max()))
    return (min(lows), max(highs)) if lows else None
