"""Formulas over the columns of a table, such as x₁² or sin(x₂): read, written and computed.

A formula is parsed by rules of its own into a tree of arithmetic; nothing a person types is
ever run as a program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from nncore.data.dataset import Float64Array
from nncore.data.formula.parser import Parser
from nncore.data.formula.tokens import MAX_LENGTH, on_one_line, readable, written
from nncore.data.formula.tree import Node
from nncore.errors import SpecError

__all__ = ["Formula", "on_one_line", "parse_formula", "readable", "written"]


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression with at least one column in it.

    text   as it is written in labels; parses back to an equal formula
    names  the columns it reads, in the order in which they first appear
    """

    text: str
    names: tuple[str, ...]
    tree: Node = field(repr=False)

    def evaluate(self, columns: Mapping[str, ArrayLike]) -> Float64Array:
        """Its value in each row, a new float64 (n,), for columns (n,) by name.

        Where there is no number (0/0, the logarithm of −1) it is NaN, where it is too large
        infinite, without a warning. Raises KeyError for a column that is missing.
        """
        used = {name: np.asarray(columns[name], np.float64) for name in self.names}
        with np.errstate(all="ignore"):
            return np.array(self.tree.value(used), np.float64)


def parse_formula(text: str, names: Sequence[str]) -> Formula:
    """The formula in ``text`` over columns called ``names``.

    ============================  ========================================================
    a + b, a − b, a·b, a/b        also ``*`` and ``×`` for ``·``, ``-`` for ``−``
    a^b, a**b, a², a³             from right to left; −a² is −(a²)
    2, 0.5, .5, 1e-3, π, pi, e    numbers
    sin(a), max(a, b)             ``functions.FUNCTIONS``; those of one value also as sin a
    x₁, `petal length (cm)`       columns; a backtick within a name is written twice
    ============================  ========================================================

    Digits may stand for subscripts: x1 is x₁, unless there is a column x1. Two values side by
    side are not multiplied. At most 1000 characters and 50 levels, as typed and as ``.text``.
    Raises SpecError, a sentence with the place, for anything else.
    """
    parser = Parser(text, names)
    tree = parser.formula()
    pretty = tree.text()
    if len(pretty) > MAX_LENGTH:
        raise SpecError(f"A formula may have {MAX_LENGTH} characters; written out this has more.")
    return Formula(pretty, tuple(parser.used), tree)
