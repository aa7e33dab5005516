"""What the recipes draw alike: classes, places and the noise."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Float64Array, Int64Array
from nncore.data.generators.settings import Settings

# At noise 1, the standard deviation of a displacement, in axis units.
FULL_DISPLACEMENT = 0.5

HALF_SIDE = 2.5  # of the square that uniform points fill


def classes(rng: np.random.Generator, s: Settings, n_classes: int) -> Int64Array:
    """Class indices (n,) in random order, the classes equal in size to within one sample.

    With a balance the first class has its share, and the others are equal.
    """
    return parts(rng, s, [0], range(1, n_classes))


def parts(
    rng: np.random.Generator, s: Settings, first: Sequence[int], rest: Sequence[int]
) -> Int64Array:
    """Members of ``first`` and ``rest`` (n,) in random order, all equally often.

    With a balance ``first``, the parts that make up the first class, have its share together.
    However the classes are balanced, as many numbers are drawn.
    """
    if s.balance is None:
        members = np.resize(sorted((*first, *rest)), s.n)
    else:
        n_first = s.n_first
        members = np.concatenate((np.resize(first, n_first), np.resize(rest, s.n - n_first)))
    return rng.permutation(members).astype(np.int64)


def square(rng: np.random.Generator, n: int) -> Float64Array:
    """Points (n, 2) spread evenly over the square around the origin."""
    return rng.uniform(-HALF_SIDE, HALF_SIDE, (n, 2))


def displaced(
    rng: np.random.Generator, values: NDArray[np.float64], noise: float
) -> NDArray[np.float64]:
    """``values`` with normal noise added; the draws don't depend on the noise's size."""
    return values + FULL_DISPLACEMENT * noise * rng.standard_normal(values.shape)


def polar(radius: Float64Array, angle: Float64Array) -> Float64Array:
    """Points (n, 2) from radii and angles (n,), in radians."""
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def around(n: int, radius: float) -> Float64Array:
    """The corners (n, 2) of a regular polygon around the origin, the first one at the top."""
    return polar(np.full(n, radius), np.deg2rad(90 + 360 / n * np.arange(n)))
