"""The tree of a formula: what each part computes, and how it is written."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.formula.functions import CONSTANTS, FUNCTIONS
from nncore.data.formula.tokens import SUPERSCRIPTS, written

Columns = Mapping[str, Float64Array]
_SUPERSCRIPT_OF = {power: sign for sign, power in SUPERSCRIPTS.items()}
_SEPARATORS = {"+": " + ", "-": " − ", "*": "·", "/": "/"}
_OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


class Binding(IntEnum):
    """How strongly the parts of an expression hold together without parentheses."""

    SUM = 0
    PRODUCT = 1
    SIGN = 2
    POWER = 3
    ATOM = 4


class Node(ABC):
    """A part of a formula. Equal parts are equal as values."""

    __slots__ = ()
    binding: ClassVar[Binding] = Binding.ATOM

    @abstractmethod
    def value(self, columns: Columns) -> Any:
        """A number, or float64 (n,) if there is a column in it."""

    @abstractmethod
    def text(self) -> str:
        """As it is written."""

    def within(self, least: Binding) -> str:
        """As it is written where only what holds together that strongly may stand."""
        return self.text() if self.binding >= least else f"({self.text()})"


@dataclass(frozen=True, slots=True)
class Number(Node):
    amount: float  # 0 or more, finite

    def value(self, columns: Columns) -> Any:
        return np.float64(self.amount)

    def text(self) -> str:
        mantissa, _, exponent = repr(self.amount).partition("e")
        mantissa = mantissa.removesuffix(".0")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa


@dataclass(frozen=True, slots=True)
class Constant(Node):
    symbol: str

    def value(self, columns: Columns) -> Any:
        return np.float64(CONSTANTS[self.symbol])

    def text(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Column(Node):
    name: str

    def value(self, columns: Columns) -> Any:
        return columns[self.name]

    def text(self) -> str:
        return written(self.name)


@dataclass(frozen=True, slots=True)
class Negative(Node):
    of: Node
    binding = Binding.SIGN

    def value(self, columns: Columns) -> Any:
        return -self.of.value(columns)

    def text(self) -> str:
        return f"−{self.of.within(Binding.SIGN)}"


@dataclass(frozen=True, slots=True)
class Power(Node):
    base: Node
    exponent: Node
    binding = Binding.POWER

    def value(self, columns: Columns) -> Any:
        return np.power(self.base.value(columns), self.exponent.value(columns))

    def text(self) -> str:
        base = self.base.within(Binding.ATOM)
        if isinstance(self.exponent, Number) and self.exponent.amount in _SUPERSCRIPT_OF:
            return base + _SUPERSCRIPT_OF[self.exponent.amount]
        return f"{base}^{self.exponent.within(Binding.SIGN)}"


class _Chain(Node):
    """Operands one after the other, computed from left to right.

    Flat, so that long sums need no deep trees.
    """

    __slots__ = ()
    first: Node
    rest: tuple[tuple[str, Node], ...]  # each with the sign before it

    def value(self, columns: Columns) -> Any:
        total = self.first.value(columns)
        for sign, operand in self.rest:
            total = _OPERATIONS[sign](total, operand.value(columns))
        return total

    def text(self) -> str:
        tighter = Binding(self.binding + 1)
        parts = [self.first.within(tighter)]
        for sign, operand in self.rest:
            parts += _SEPARATORS[sign], operand.within(tighter)
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Sum(_Chain):
    first: Node
    rest: tuple[tuple[str, Node], ...]
    binding = Binding.SUM


@dataclass(frozen=True, slots=True)
class Product(_Chain):
    first: Node
    rest: tuple[tuple[str, Node], ...]
    binding = Binding.PRODUCT


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    def value(self, columns: Columns) -> Any:
        return FUNCTIONS[self.function](*(node.value(columns) for node in self.arguments))

    def text(self) -> str:
        return f"{self.function}({', '.join(node.text() for node in self.arguments)})"
