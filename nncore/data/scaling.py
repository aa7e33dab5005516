"""Scaling: each column moved and stretched, by its mean and deviation or by its extremes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from nncore.data.dataset import Float64Array

SCALINGS = ("none", "standardize", "min_max")
# Smallest normal float64. A scale below it would have lost digits, so it counts as none.
SMALLEST_SCALE = float(np.finfo(np.float64).tiny)
LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, eq=False, slots=True)
class Scaling:
    """The map x ↦ (x − offset) / scale of each column, fitted once and kept with the weights.

    offset, scale: float64 (d,), read-only, finite; scale > 0. Raises ValueError otherwise.
    """

    offset: Float64Array
    scale: Float64Array

    def __post_init__(self) -> None:
        offset, scale = np.array(self.offset, np.float64), np.array(self.scale, np.float64)
        if offset.ndim != 1 or offset.shape != scale.shape:
            raise ValueError(
                f"offset has shape {offset.shape} and scale {scale.shape}, not both (d,)"
            )
        if not np.isfinite(offset).all():
            raise ValueError(f"offsets must be finite, not {offset}")
        if not (np.isfinite(scale) & (scale >= SMALLEST_SCALE)).all():
            raise ValueError(
                f"scales must be finite and at least {SMALLEST_SCALE:.3g}, not {scale}"
            )
        offset.flags.writeable = scale.flags.writeable = False
        object.__setattr__(self, "offset", offset)
        object.__setattr__(self, "scale", scale)

    @classmethod
    def fit(cls, X: ArrayLike, kind: str) -> Self:
        """The scaling that brings each column of X (n, d), n ≥ 1, finite, to a common size.

        "standardize": offset is the mean, scale the standard deviation (divided by n), so that
        columns get mean 0 and deviation 1. "min_max": offset is the least value, scale the
        distance to the greatest, so that columns span 0 … 1 (further, if that distance is
        beyond the largest number). "none": the identity. A constant column gets scale 1, so
        that it becomes 0. Raises ValueError for other X and other kinds.
        """
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or len(X) == 0:
            raise ValueError(f"X has shape {X.shape}, not (n, d) with n at least 1")
        if not np.isfinite(X).all():
            raise ValueError("X has numbers that are not finite")
        if kind not in SCALINGS:
            raise ValueError(f"'{kind}' is none of {', '.join(SCALINGS)}")
        if kind == "none":
            return cls.none(X.shape[1])
        offset, scale = _mean_and_deviation(X) if kind == "standardize" else _least_and_range(X)
        return cls(offset, np.where(scale >= SMALLEST_SCALE, scale, 1.0))

    @classmethod
    def none(cls, d: int) -> Self:
        """The identity on d columns."""
        return cls(np.zeros(d), np.ones(d))

    @property
    def is_identity(self) -> bool:
        """Whether ``apply`` changes nothing."""
        return bool((self.offset == 0).all() and (self.scale == 1).all())

    def apply(self, X: ArrayLike) -> Float64Array:
        """(X − offset) / scale, a new float64 (n, d). Raises ValueError for another width.

        X may hold anything; what is beyond the largest number becomes infinite, silently.
        """
        X = self._checked(X)
        if self.is_identity:
            return X.copy()
        with np.errstate(all="ignore"):
            # In halves, as the difference of two large numbers of opposite sign would overflow.
            result = X / 2
            result -= self.offset / 2
            result /= self.scale / 2
        return np.asarray(result)

    def invert(self, X: ArrayLike) -> Float64Array:
        """X · scale + offset, a new float64 (n, d): undoes ``apply`` to within rounding."""
        X = self._checked(X)
        if self.is_identity:
            return X.copy()
        with np.errstate(all="ignore"):
            result = X * (self.scale / 2)
            result += self.offset / 2
            result *= 2
        return np.asarray(result)

    def describe(self, names: Sequence[str]) -> list[str]:
        """One line per column with three digits, such as "width: (x − 3.06) / 0.434"."""
        if len(names) != len(self.offset):
            raise ValueError(f"{len(names)} names for {len(self.offset)} columns")
        return [
            f"{name}: {_formula(offset, scale)}"
            for name, offset, scale in zip(
                names, self.offset.tolist(), self.scale.tolist(), strict=True
            )
        ]

    def _checked(self, X: ArrayLike) -> Float64Array:
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.offset):
            raise ValueError(f"X has shape {X.shape}, not (n, {len(self.offset)})")
        return X


def _mean_and_deviation(X: Float64Array) -> tuple[Float64Array, Float64Array]:
    # Columns are first divided by a power of two that brings them into [−1, 1]: exact, and
    # neither the sum nor the squares can overflow or vanish.
    exponent = np.frexp(np.abs(X).max(axis=0))[1]
    unit = np.ldexp(X, -exponent)
    low, high = unit.min(axis=0), unit.max(axis=0)
    # Rounding may carry a mean past the extremes; held there, it scales back to a finite one.
    mean = np.clip(unit.mean(axis=0), low, high)
    deviation = np.minimum(unit.std(axis=0), (high - low) / 2)
    return np.ldexp(mean, exponent), np.ldexp(deviation, exponent)


def _least_and_range(X: Float64Array) -> tuple[Float64Array, Float64Array]:
    low, high = X.min(axis=0), X.max(axis=0)
    with np.errstate(over="ignore"):
        return low, np.minimum(high - low, LARGEST)


def _formula(offset: float, scale: float) -> str:
    if offset == 0 and scale == 1:
        return "x, unchanged"
    sign = "+" if offset < 0 else "−"
    return f"(x {sign} {abs(offset):.3g}) / {scale:.3g}"
