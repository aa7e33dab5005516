"""Clouds of points, and points whose classes mean nothing."""

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.generators.draws import around, classes, displaced, square
from nncore.data.generators.recipe import (
    MOVES_POINTS,
    WIDENS_CLOUDS,
    Labelled,
    Option,
    Recipe,
)
from nncore.data.generators.settings import Settings

# Standard deviation of a cloud at noise 0 and at noise 1, in axis units.
NARROW, WIDE = 0.35, 1.0


def gaussians(s: Settings) -> Labelled:
    """Two normal clouds around (−1, −1) and (1, 1)."""
    return _clouds(s, np.array([[-1.0, -1.0], [1.0, 1.0]]))


def blobs(s: Settings) -> Labelled:
    """Normal clouds, at the corners of a polygon 1.5 from the origin.

    From seven on it grows, which keeps neighbours 1.4 apart.
    """
    n_blobs = s.options["blobs"]
    return _clouds(s, around(n_blobs, max(1.5, 0.7 / np.sin(np.pi / n_blobs))))


def random(s: Settings) -> Labelled:
    """Points spread evenly over a square, each with a class that has nothing to do with it."""
    rng = np.random.default_rng(s.seed)
    y = classes(rng, s, 2)
    return displaced(rng, square(rng, s.n), s.noise), y


def _clouds(s: Settings, centres: Float64Array) -> Labelled:
    """A normal cloud around each centre (K, 2), wider with more noise."""
    rng = np.random.default_rng(s.seed)
    y = classes(rng, s, len(centres))
    spread = NARROW + (WIDE - NARROW) * s.noise
    return centres[y] + spread * rng.standard_normal((s.n, 2)), y


GAUSSIANS = Recipe(
    "gaussians",
    "Two Gaussians",
    "Two round clouds that a straight line parts: enough for a perceptron.",
    WIDENS_CLOUDS,
    0.2,
    gaussians,
    class_names=("lower left", "upper right"),
    can_balance=True,
)
BLOBS = Recipe(
    "blobs",
    "Three blobs",
    "Round clouds, each a class, for an output layer of as many units.",
    WIDENS_CLOUDS,
    0.1,
    blobs,
    class_names=("top", "lower left", "lower right"),
    options=(Option("blobs", "Blobs", 2, 10, 3, "How many clouds there are, each a class."),),
    can_balance=True,
    class_word="blob",
    other_title="Blobs",
)
RANDOM = Recipe(
    "random",
    "Random labels",
    "Classes tossed like a coin: there is nothing to learn but the samples themselves, by heart.",
    MOVES_POINTS,
    0.0,
    random,
    class_names=("heads", "tails"),
    can_balance=True,
)
