"""Classes that alternate along both axes: exclusive or, and a chessboard."""

import numpy as np

from nncore.data.generators.draws import HALF_SIDE, displaced, parts
from nncore.data.generators.recipe import MOVES_POINTS, Labelled, Option, Recipe
from nncore.data.generators.settings import Settings


def xor(s: Settings) -> Labelled:
    """A square in four quarters, kept 0.15 apart; class 1 where the signs of x₁, x₂ differ."""
    rng = np.random.default_rng(s.seed)
    quarter = parts(rng, s, [0, 3], [1, 2])
    signs = np.column_stack((quarter // 2, quarter % 2)) * 2 - 1
    X = signs * rng.uniform(0.15, HALF_SIDE, (s.n, 2))
    return displaced(rng, X, s.noise), (signs[:, 0] != signs[:, 1]).astype(np.int64)


def checkerboard(s: Settings) -> Labelled:
    """A board of cells × cells, the cell at the lower left dark, all equally full."""
    rng = np.random.default_rng(s.seed)
    cells = s.options["cells"]
    row, column = np.divmod(np.arange(cells**2), cells)
    colour = (row + column) % 2
    cell = parts(rng, s, np.flatnonzero(colour == 0).tolist(), np.flatnonzero(colour).tolist())
    corner = np.column_stack((column, row))[cell]
    X = (corner + rng.random((s.n, 2))) * (2 * HALF_SIDE / cells) - HALF_SIDE
    return displaced(rng, X, s.noise), colour[cell]


XOR = Recipe(
    "xor",
    "Exclusive or",
    "Four quarters, opposite ones of the same class: no single unit can part them.",
    MOVES_POINTS,
    0.0,
    xor,
    class_names=("same signs", "different signs"),
    can_balance=True,
)
CHECKERBOARD = Recipe(
    "checkerboard",
    "Checkerboard",
    "Dark and light cells in turn: the more of them, the more units it takes.",
    MOVES_POINTS,
    0.0,
    checkerboard,
    class_names=("dark", "light"),
    options=(Option("cells", "Cells", 2, 8, 4, "How many cells there are along each side."),),
    can_balance=True,
)
