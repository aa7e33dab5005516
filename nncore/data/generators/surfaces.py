"""Regression of two inputs, over the square of half side 2.5."""

import numpy as np

from nncore.data.generators.draws import HALF_SIDE, around, displaced, square
from nncore.data.generators.recipe import MOVES_TARGETS, Option, Recipe, Valued
from nncore.data.generators.settings import Settings

BUMP_WIDTH = 0.6  # standard deviation, in axis units


def plane(s: Settings) -> Valued:
    """y = (x₁ + x₂) / 5: an inclined plane from −1 to 1."""
    rng = np.random.default_rng(s.seed)
    X = square(rng, s.n)
    return X, displaced(rng, X.sum(axis=1) / (2 * HALF_SIDE), s.noise)


def bumps(s: Settings) -> Valued:
    """y = Σₖ ± exp(−|x − cₖ|² / 2σ²), up and down in turn, like Playground's "multi gaussian".

    One bump is in the middle, several are on a circle around it.
    """
    rng = np.random.default_rng(s.seed)
    X = square(rng, s.n)
    number = s.options["bumps"]
    centres = around(number, 1.5 if number > 1 else 0.0)
    squares = ((X[:, np.newaxis] - centres) ** 2).sum(axis=2)
    signs = 1 - 2 * (np.arange(number) % 2)
    return X, displaced(rng, np.exp(-squares / (2 * BUMP_WIDTH**2)) @ signs, s.noise)


def saddle(s: Settings) -> Valued:
    """y = (x₁² − x₂²) / 6.25: up to 1 along the first axis, down to −1 along the second."""
    rng = np.random.default_rng(s.seed)
    X = square(rng, s.n)
    return X, displaced(rng, (X[:, 0] ** 2 - X[:, 1] ** 2) / HALF_SIDE**2, s.noise)


PLANE = Recipe(
    "plane",
    "Plane",
    "Regression: a target that rises evenly with both inputs.",
    MOVES_TARGETS,
    0.1,
    plane,
)
BUMPS = Recipe(
    "bumps",
    "Bumps",
    "Regression: round hills and hollows by turns, on level ground.",
    MOVES_TARGETS,
    0.1,
    bumps,
    options=(Option("bumps", "Bumps", 1, 6, 4, "How many hills and hollows there are."),),
)
SADDLE = Recipe(
    "saddle",
    "Saddle",
    "Regression: a target that rises to both sides along x₁, and falls along x₂.",
    MOVES_TARGETS,
    0.1,
    saddle,
)
