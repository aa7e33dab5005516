"""Standardization: each input column brought to mean 0 and standard deviation 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from nncore.data.dataset import Float64Array

# Smallest normal float64. A scale below it would have lost digits, so it counts as none.
SMALLEST_SCALE = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False, slots=True)
class Standardization:
    """The map x ↦ (x − mean) / scale of each column, fitted once and kept with the weights.

    mean, scale: float64 (d,), read-only, finite; scale > 0. Raises ValueError otherwise.
    """

    mean: Float64Array
    scale: Float64Array

    def __post_init__(self) -> None:
        mean, scale = np.array(self.mean, np.float64), np.array(self.scale, np.float64)
        if mean.ndim != 1 or mean.shape != scale.shape:
            raise ValueError(f"mean has shape {mean.shape} and scale {scale.shape}, not both (d,)")
        if not np.isfinite(mean).all():
            raise ValueError(f"means must be finite, not {mean}")
        if not (np.isfinite(scale) & (scale >= SMALLEST_SCALE)).all():
            raise ValueError(
                f"scales must be finite and at least {SMALLEST_SCALE:.3g}, not {scale}"
            )
        mean.flags.writeable = scale.flags.writeable = False
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "scale", scale)

    @classmethod
    def fit(cls, X: ArrayLike) -> Self:
        """Mean and standard deviation (divided by n) of each column of X (n, d), n ≥ 1, finite.

        A constant column gets scale 1, so that it becomes 0. Raises ValueError for other X.
        """
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or len(X) == 0:
            raise ValueError(f"X has shape {X.shape}, not (n, d) with n at least 1")
        if not np.isfinite(X).all():
            raise ValueError("X has numbers that are not finite")
        # Columns are first divided by a power of two that brings them into [−1, 1]: exact, and
        # neither the sum nor the squares can overflow or vanish.
        exponent = np.frexp(np.abs(X).max(axis=0))[1]
        unit = np.ldexp(X, -exponent)
        low, high = unit.min(axis=0), unit.max(axis=0)
        # Rounding may carry a mean past the extremes; held there, it scales back to a finite one.
        mean = np.clip(unit.mean(axis=0), low, high)
        deviation = np.minimum(unit.std(axis=0), (high - low) / 2)
        scale = np.ldexp(deviation, exponent)
        return cls(np.ldexp(mean, exponent), np.where(scale >= SMALLEST_SCALE, scale, 1.0))

    @classmethod
    def none(cls, d: int) -> Self:
        """The identity on d columns."""
        return cls(np.zeros(d), np.ones(d))

    @property
    def is_identity(self) -> bool:
        """Whether ``apply`` changes nothing."""
        return bool((self.mean == 0).all() and (self.scale == 1).all())

    def apply(self, X: ArrayLike) -> Float64Array:
        """(X − mean) / scale, a new float64 (n, d). Raises ValueError for another width."""
        X = self._checked(X)
        if self.is_identity:
            return X.copy()
        # In halves, as the difference of two large numbers of opposite sign would overflow.
        return np.asarray((X / 2 - self.mean / 2) / (self.scale / 2))

    def invert(self, X: ArrayLike) -> Float64Array:
        """X · scale + mean, a new float64 (n, d): undoes ``apply`` to within rounding."""
        X = self._checked(X)
        if self.is_identity:
            return X.copy()
        return np.asarray((X * (self.scale / 2) + self.mean / 2) * 2)

    def describe(self, feature_names: Sequence[str]) -> list[str]:
        """One line per column with three digits, such as "width: (x − 3.06) / 0.434"."""
        if len(feature_names) != len(self.mean):
            raise ValueError(f"{len(feature_names)} feature names for {len(self.mean)} columns")
        return [
            f"{name}: {_formula(mean, scale)}"
            for name, mean, scale in zip(
                feature_names, self.mean.tolist(), self.scale.tolist(), strict=True
            )
        ]

    def _checked(self, X: ArrayLike) -> Float64Array:
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.mean):
            raise ValueError(f"X has shape {X.shape}, not (n, {len(self.mean)})")
        return X


def _formula(mean: float, scale: float) -> str:
    if mean == 0 and scale == 1:
        return "x, unchanged"
    sign = "+" if mean < 0 else "−"
    return f"(x {sign} {abs(mean):.3g}) / {scale:.3g}"
