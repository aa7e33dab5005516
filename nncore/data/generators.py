"""Made-up data sets, each with something to teach: one table, ``GENERATORS``.

Coordinates lie roughly within [−3, 3]. The points are drawn before the noise, so turning the
noise up moves the same points further, or flips further labels; it never draws other points.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset, Float64Array, Int64Array

MIN_SAMPLES = 4
MAX_SAMPLES = 1_000_000
MAX_SEED = 2**32 - 1  # what RandomState takes; one limit for all

# At noise 1, the standard deviation of a displacement, in axis units.
FULL_DISPLACEMENT = 0.5

# Standard deviation of a cloud at noise 0 and at noise 1, in axis units.
NARROW, WIDE = 0.35, 1.0

# The guide draws 1000 points at once; more are drawn in further blocks of that many.
CIRCLE_BLOCK = 1000

MOVES_POINTS = "moves each point, in a random direction; its class stays"
WIDENS_CLOUDS = "moves the points away from the centre of their cloud"
FLIPS_LABELS = "flips labels: the share of samples put into the other class"
MOVES_TARGETS = "moves the target up or down; the inputs stay"

# Of n samples, noise from 0 to 1 and a seed: X (n, d), and y (n,).
Make = Callable[[int, float, int], tuple[Float64Array, Int64Array | Float64Array]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One row of the table: what a generated data set is called and how it is made.

    noise_meaning completes the sentence "Noise …"; class_names are empty for regression.
    """

    id: str
    title: str
    description: str
    noise_meaning: str
    default_noise: float
    make: Make
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ("x₁", "x₂")


def generate(id: str, n: int = 1000, noise: float | None = None, seed: int = 42) -> Dataset:
    """Generate ``n`` samples (4 … 1 000 000) of the data set ``id``, a key of ``GENERATORS``.

    ``noise`` is from 0 to 1, None meaning the recipe's own. The same arguments give the same
    bits. Raises ValueError, in a sentence, for an argument out of range.
    """
    if id not in GENERATORS:
        raise ValueError(f"There is no generator {id!r}; there are {', '.join(GENERATORS)}.")
    recipe = GENERATORS[id]
    noise = recipe.default_noise if noise is None else noise
    if not MIN_SAMPLES <= n <= MAX_SAMPLES:
        raise ValueError(f"{n} samples: the number must be from {MIN_SAMPLES} to {MAX_SAMPLES}.")
    if not 0 <= noise <= 1:
        raise ValueError(f"Noise {noise} is not between 0 and 1.")
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"Seed {seed} is not between 0 and {MAX_SEED}.")
    X, y = recipe.make(n, noise, seed)
    return Dataset(
        name=recipe.title,
        X=X,
        y=y,
        feature_names=recipe.feature_names,
        target_name="class" if recipe.class_names else "y",
        class_names=recipe.class_names,
        source=f"generated: {id}, n = {n}, noise {noise:g}, seed {seed}",
        exchangeable=True,
    )


def _circle(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """Standard normal points, class 1 inside the unit circle: the example of the guide's ch. 6.

    Blocks come from one RandomState, so a larger n only adds points. The flips come from a
    generator of their own, one number per sample, so they don't disturb the points.
    """
    rng = np.random.RandomState(seed)
    blocks = [rng.randn(2, CIRCLE_BLOCK).T for _ in range(0, n, CIRCLE_BLOCK)]
    X = np.concatenate(blocks)[:n]
    inside = X[:, 0] ** 2 + X[:, 1] ** 2 < 1
    flipped = np.random.default_rng(seed).random(n) < noise
    return X, (inside ^ flipped).astype(np.int64)


def _ring(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """A disc of radius 1.25 in a ring from 1.75 to 2.5, with the gap of TensorFlow Playground."""
    rng = np.random.default_rng(seed)
    y = _balanced(rng, n, 2)
    share, angle = rng.random(n), rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y == 1, 1.25 * share, 1.75 + 0.75 * share)
    return _displaced(rng, _polar(radius, angle), noise), y


def _xor(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """A square in four quarters, kept 0.15 apart; class 1 where the signs of x₁, x₂ differ."""
    rng = np.random.default_rng(seed)
    quarter = _balanced(rng, n, 4)
    signs = np.column_stack((quarter // 2, quarter % 2)) * 2 - 1
    X = signs * rng.uniform(0.15, 2.5, (n, 2))
    return _displaced(rng, X, noise), (signs[:, 0] != signs[:, 1]).astype(np.int64)


def _gaussians(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """Two normal clouds around (−1, −1) and (1, 1)."""
    return _clouds(n, noise, seed, np.array([[-1.0, -1.0], [1.0, 1.0]]))


def _blobs(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """Three normal clouds, at the corners of a triangle 1.5 from the origin."""
    angles = np.deg2rad([90.0, 210.0, 330.0])
    return _clouds(n, noise, seed, _polar(np.full(3, 1.5), angles))


def _spiral(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """Two arms of 1¾ turns, half a turn apart: radius and angle grow together."""
    rng = np.random.default_rng(seed)
    y = _balanced(rng, n, 2)
    along = rng.random(n)
    X = _polar(2.5 * along, np.pi * (3.5 * along + y))
    return _displaced(rng, X, noise), y


def _moons(n: int, noise: float, seed: int) -> tuple[Float64Array, Int64Array]:
    """Two half circles of radius 1.5, hooked into each other."""
    rng = np.random.default_rng(seed)
    y = _balanced(rng, n, 2)
    X = _polar(np.full(n, 1.5), rng.uniform(0, np.pi, n) + np.pi * y)
    # One radius apart sideways and half of one into each other, each moon's tip lies in the
    # hollow of the other.
    X += np.where(y[:, np.newaxis] == 0, [-0.75, -0.375], [0.75, 0.375])
    return _displaced(rng, X, noise), y


def _plane(n: int, noise: float, seed: int) -> tuple[Float64Array, Float64Array]:
    """y = (x₁ + x₂) / 5 on the square of half side 2.5: an inclined plane from −1 to 1."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2.5, 2.5, (n, 2))
    return X, _displaced(rng, X.sum(axis=1) / 5, noise)


def _sine(n: int, noise: float, seed: int) -> tuple[Float64Array, Float64Array]:
    """y = sin 2x for x from −3 to 3: nearly two periods."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, n)
    return x[:, np.newaxis], _displaced(rng, np.sin(2 * x), noise)


def _clouds(
    n: int, noise: float, seed: int, centres: Float64Array
) -> tuple[Float64Array, Int64Array]:
    """A normal cloud around each centre (K, 2), wider with more noise."""
    rng = np.random.default_rng(seed)
    y = _balanced(rng, n, len(centres))
    spread = NARROW + (WIDE - NARROW) * noise
    return centres[y] + spread * rng.standard_normal((n, 2)), y


def _balanced(rng: np.random.Generator, n: int, n_classes: int) -> Int64Array:
    """Class indices (n,) in random order, the classes equal in size to within one sample."""
    return rng.permutation(np.arange(n) % n_classes).astype(np.int64)


def _displaced(
    rng: np.random.Generator, values: NDArray[np.float64], noise: float
) -> NDArray[np.float64]:
    """``values`` with normal noise added; the draws don't depend on the noise's size."""
    return values + FULL_DISPLACEMENT * noise * rng.standard_normal(values.shape)


def _polar(radius: Float64Array, angle: Float64Array) -> Float64Array:
    """Points (n, 2) from radii and angles (n,), in radians."""
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


GENERATORS: dict[str, Recipe] = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            "circle",
            "Circle",
            "Standard normal points, those inside the unit circle against the rest: "
            "the guide's example.",
            FLIPS_LABELS,
            0.0,
            _circle,
            class_names=("outside", "inside"),
        ),
        Recipe(
            "ring",
            "Ring",
            "A disc, and a ring around it with a gap between them.",
            MOVES_POINTS,
            0.1,
            _ring,
            class_names=("outside", "inside"),
        ),
        Recipe(
            "xor",
            "Exclusive or",
            "Four quarters, opposite ones of the same class: no single unit can part them.",
            MOVES_POINTS,
            0.0,
            _xor,
            class_names=("same signs", "different signs"),
        ),
        Recipe(
            "gaussians",
            "Two Gaussians",
            "Two round clouds that a straight line parts: enough for a perceptron.",
            WIDENS_CLOUDS,
            0.2,
            _gaussians,
            class_names=("lower left", "upper right"),
        ),
        Recipe(
            "spiral",
            "Spiral",
            "Two arms wound into each other: the hardest of the classics.",
            MOVES_POINTS,
            0.1,
            _spiral,
            class_names=("first arm", "second arm"),
        ),
        Recipe(
            "blobs",
            "Three blobs",
            "Three round clouds, for an output layer of three units.",
            WIDENS_CLOUDS,
            0.1,
            _blobs,
            class_names=("top", "lower left", "lower right"),
        ),
        Recipe(
            "moons",
            "Moons",
            "Two half circles hooked into each other.",
            MOVES_POINTS,
            0.2,
            _moons,
            class_names=("upper moon", "lower moon"),
        ),
        Recipe(
            "plane",
            "Plane",
            "Regression: a target that rises evenly with both inputs.",
            MOVES_TARGETS,
            0.1,
            _plane,
        ),
        Recipe(
            "sine",
            "Sine",
            "Regression of one input: a sine curve, nearly two periods of it.",
            MOVES_TARGETS,
            0.2,
            _sine,
            feature_names=("x",),
        ),
    )
}
