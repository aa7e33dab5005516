"""Classes that wind around the origin or into each other."""

import numpy as np

from nncore.data.generators.draws import classes, displaced, polar
from nncore.data.generators.recipe import MOVES_POINTS, Labelled, Option, Recipe, numbered
from nncore.data.generators.settings import Settings


def ring(s: Settings) -> Labelled:
    """A disc of radius 1.25 in a ring from 1.75 to 2.5, with the gap of TensorFlow Playground."""
    rng = np.random.default_rng(s.seed)
    y = classes(rng, s, 2)
    share, angle = rng.random(s.n), rng.uniform(0, 2 * np.pi, s.n)
    radius = np.where(y == 1, 1.25 * share, 1.75 + 0.75 * share)
    return displaced(rng, polar(radius, angle), s.noise), y


def spiral(s: Settings) -> Labelled:
    """Arms whose radius and angle grow together, the first from angle 0.

    Two make 1¾ turns. More make fewer, so that from three on, as seen from the origin,
    neighbours are 0.5 apart.
    """
    rng = np.random.default_rng(s.seed)
    arms = s.options["arms"]
    y = classes(rng, s, arms)
    along = rng.random(s.n)
    half_turns = min(3.5, 10 / arms)
    X = polar(2.5 * along, np.pi * (half_turns * along + y * (2 / arms)))
    return displaced(rng, X, s.noise), y


def moons(s: Settings) -> Labelled:
    """Two half circles of radius 1.5, hooked into each other."""
    rng = np.random.default_rng(s.seed)
    y = classes(rng, s, 2)
    X = polar(np.full(s.n, 1.5), rng.uniform(0, np.pi, s.n) + np.pi * y)
    # One radius apart sideways and half of one into each other, each moon's tip lies in the
    # hollow of the other.
    X += np.where(y[:, np.newaxis] == 0, [-0.75, -0.375], [0.75, 0.375])
    return displaced(rng, X, s.noise), y


def rings(s: Settings) -> Labelled:
    """Rings of equal width out to 2.5, the gaps as wide as they are; the innermost is a ring."""
    rng = np.random.default_rng(s.seed)
    n_rings = s.options["rings"]
    y = classes(rng, s, n_rings)
    radius = (y + 0.5 + 0.5 * rng.random(s.n)) * (2.5 / n_rings)
    return displaced(rng, polar(radius, rng.uniform(0, 2 * np.pi, s.n)), s.noise), y


RING = Recipe(
    "ring",
    "Ring",
    "A disc, and a ring around it with a gap between them.",
    MOVES_POINTS,
    0.1,
    ring,
    class_names=("outside", "inside"),
    can_balance=True,
)
SPIRAL = Recipe(
    "spiral",
    "Spiral",
    "Arms wound into each other: the hardest of the classics.",
    MOVES_POINTS,
    0.1,
    spiral,
    class_names=numbered(2, "arm"),
    options=(Option("arms", "Arms", 2, 8, 2, "How many arms there are, each a class."),),
    can_balance=True,
    class_word="arm",
)
MOONS = Recipe(
    "moons",
    "Moons",
    "Two half circles hooked into each other.",
    MOVES_POINTS,
    0.2,
    moons,
    class_names=("upper moon", "lower moon"),
    can_balance=True,
)
RINGS = Recipe(
    "rings",
    "Concentric rings",
    "Rings inside each other, counted from the middle, each a class.",
    MOVES_POINTS,
    0.1,
    rings,
    class_names=numbered(3, "ring"),
    options=(Option("rings", "Rings", 2, 6, 3, "How many rings there are, each a class."),),
    can_balance=True,
    class_word="ring",
)
