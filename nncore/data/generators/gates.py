"""The logic gates: the four rows of a truth table, over and over."""

from functools import partial

import numpy as np

from nncore.data.generators.draws import displaced
from nncore.data.generators.recipe import MOVES_POINTS, Labelled, Recipe
from nncore.data.generators.settings import Settings

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _gate(outputs: tuple[int, int, int, int], s: Settings) -> Labelled:
    """The rows of INPUTS, each four samples in an order of their own, and what the gate says.

    Any seven samples in succession have all four rows among them.
    """
    rng = np.random.default_rng(s.seed)
    rounds = np.tile(np.arange(4), (-(-s.n // 4), 1))
    row = rng.permuted(rounds, axis=1).ravel()[: s.n]
    return displaced(rng, INPUTS[row], s.noise), np.array(outputs, np.int64)[row]


def _recipe(id: str, name: str, outputs: tuple[int, int, int, int], description: str) -> Recipe:
    return Recipe(
        id,
        f"{name} gate",
        description,
        MOVES_POINTS,
        0.0,
        partial(_gate, outputs),
        class_names=("false", "true"),
    )


AND = _recipe("and", "AND", (0, 0, 0, 1), "True if both inputs are: a single unit can learn it.")
OR = _recipe("or", "OR", (0, 1, 1, 1), "True if any input is: a single unit can learn it.")
XOR_GATE = _recipe(
    "xor_gate", "XOR", (0, 1, 1, 0), "True if just one input is: it takes a hidden layer."
)
XNOR = _recipe("xnor", "XNOR", (1, 0, 0, 1), "True if the inputs agree: it takes a hidden layer.")
