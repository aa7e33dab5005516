"""Initial weights: one table of functions (rng, n_out, n_in) -> (n_out, n_in). Biases are 0.

``rng`` is anything with NumPy's ``standard_normal``. He et al. 2015 (arXiv:1502.01852) for
``he_normal``, the guide's choice; Glorot and Bengio 2010 for ``xavier_normal``.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from nncore.types import FloatArray


class NormalSource(Protocol):
    """A source of standard normal numbers, such as ``np.random.Generator``."""

    def standard_normal(self, size: tuple[int, ...]) -> FloatArray: ...


def _normal(rng: NormalSource, n_out: int, n_in: int, variance: float) -> FloatArray:
    return np.multiply(rng.standard_normal((n_out, n_in)), np.sqrt(variance))


def he_normal(rng: NormalSource, n_out: int, n_in: int) -> FloatArray:
    """N(0, 2 / n_in): keeps the variance of ReLU activations from layer to layer."""
    return _normal(rng, n_out, n_in, variance=2 / n_in)


def xavier_normal(rng: NormalSource, n_out: int, n_in: int) -> FloatArray:
    """N(0, 2 / (n_in + n_out)): for sigmoid and tanh, forwards and backwards alike."""
    return _normal(rng, n_out, n_in, variance=2 / (n_in + n_out))


def zeros(rng: NormalSource, n_out: int, n_in: int) -> FloatArray:
    """All 0: every unit of a layer stays the same; there to be seen failing."""
    return np.zeros((n_out, n_in))


INITIALIZERS: dict[str, Callable[[NormalSource, int, int], FloatArray]] = {
    "he_normal": he_normal,
    "xavier_normal": xavier_normal,
    "zeros": zeros,
}
INITIALIZER_TITLES = {"he_normal": "He", "xavier_normal": "Xavier", "zeros": "zeros"}
