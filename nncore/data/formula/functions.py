"""The functions and constants that formulas may use."""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))  # where exp overflows to infinity this is 0, as it should be


def _relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def _step(z: Any) -> Any:
    """1 where z > 0, else 0."""
    return np.heaviside(z, 0.0)


def _least(*values: Any) -> Any:
    return reduce(np.minimum, values)


def _greatest(*values: Any) -> Any:
    return reduce(np.maximum, values)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "relu": _relu,
    "step": _step,
    "min": _least,
    "max": _greatest,
    "round": np.round,
    "floor": np.floor,
}
OF_SEVERAL = ("min", "max")  # they take two values or more; all others one

CONSTANTS = {"π": math.pi, "pi": math.pi, "e": math.e}
