"""The example of the guide's chapter 6."""

from collections.abc import Iterator

import numpy as np

from nncore.data.generators.draws import classes
from nncore.data.generators.recipe import FLIPS_LABELS, Labelled, Recipe
from nncore.data.generators.settings import Settings

# The guide draws 1000 points at once; more are drawn in further blocks of that many.
BLOCK = 1000


def circle(s: Settings) -> Labelled:
    """Standard normal points, class 1 inside the unit circle.

    A larger n only adds points. With a balance points are drawn until there are enough of
    each class, flips included; the first of each are taken.
    """
    if s.balance is not None:
        return _balanced(s)
    blocks = _blocks(s)
    X, y = _joined([next(blocks) for _ in range(0, s.n, BLOCK)])
    return X[: s.n], y[: s.n]


def _balanced(s: Settings) -> Labelled:
    # The order of the classes comes from a third stream: all classes of one kind would
    # otherwise come last, and be the test.
    y = classes(np.random.default_rng((s.seed, 1)), s, 2)
    wanted = np.bincount(y)
    drawn, counts = [], np.zeros(2, np.int64)
    blocks = _blocks(s)
    while (counts < wanted).any():
        drawn.append(next(blocks))
        counts += np.bincount(drawn[-1][1], minlength=2)
    points, labels = _joined(drawn)
    X = np.empty((s.n, 2))
    for k in range(2):
        X[y == k] = points[labels == k][: wanted[k]]
    return X, y


def _blocks(s: Settings) -> Iterator[Labelled]:
    """Block after block of the one stream of points.

    The points come from one RandomState, as the guide's do. The flips come from a generator
    of their own, one number per sample, so they don't disturb the points.
    """
    points, flips = np.random.RandomState(s.seed), np.random.default_rng(s.seed)
    while True:
        X = points.randn(2, BLOCK).T
        inside = X[:, 0] ** 2 + X[:, 1] ** 2 < 1
        yield X, (inside ^ (flips.random(BLOCK) < s.noise)).astype(np.int64)


def _joined(blocks: list[Labelled]) -> Labelled:
    return np.concatenate([X for X, _ in blocks]), np.concatenate([y for _, y in blocks])


CIRCLE = Recipe(
    "circle",
    "Circle",
    "Standard normal points, those inside the unit circle against the rest: the guide's example.",
    FLIPS_LABELS,
    0.0,
    circle,
    class_names=("outside", "inside"),
    can_balance=True,
)
