"""Regression of one input x, from −3 to 3."""

from collections.abc import Callable
from functools import partial

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.generators.draws import displaced
from nncore.data.generators.recipe import MOVES_TARGETS, Recipe, Valued
from nncore.data.generators.settings import Settings


def sine(x: Float64Array) -> Float64Array:
    """y = sin 2x: nearly two periods."""
    return np.sin(2 * x)


def x_sine(x: Float64Array) -> Float64Array:
    """y = x · sin x."""
    return x * np.sin(x)


def step(x: Float64Array) -> Float64Array:
    """y = 0 left of zero, 1 from there on."""
    return np.heaviside(x, 1.0)


def noise(s: Settings) -> Valued:
    """y from −1 to 1, drawn without a look at x."""
    rng = np.random.default_rng(s.seed)
    x = rng.uniform(-3, 3, s.n)
    return x[:, np.newaxis], displaced(rng, rng.uniform(-1, 1, s.n), s.noise)


def _curve(f: Callable[[Float64Array], Float64Array], s: Settings) -> Valued:
    rng = np.random.default_rng(s.seed)
    x = rng.uniform(-3, 3, s.n)
    return x[:, np.newaxis], displaced(rng, f(x), s.noise)


SINE = Recipe(
    "sine",
    "Sine",
    "Regression of one input: a sine curve, nearly two periods of it.",
    MOVES_TARGETS,
    0.2,
    partial(_curve, sine),
    feature_names=("x",),
)
X_SINE = Recipe(
    "xsinx",
    "x · sin x",
    "Regression of one input: two hills of x · sin x and the hollow between them.",
    MOVES_TARGETS,
    0.1,
    partial(_curve, x_sine),
    feature_names=("x",),
)
STEP = Recipe(
    "step",
    "Step",
    "Regression of one input: a sudden step from 0 to 1, which smooth functions round off.",
    MOVES_TARGETS,
    0.1,
    partial(_curve, step),
    feature_names=("x",),
)
NOISE = Recipe(
    "noise",
    "Pure noise",
    "Regression of one input: a target without any relation to it, so that only the mean helps.",
    MOVES_TARGETS,
    0.0,
    noise,
    feature_names=("x",),
)
