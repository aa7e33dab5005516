"""Initial weights: one table of functions that draw a matrix (n_out, n_in). Biases are 0.

He et al. 2015 (arXiv:1502.01852), for ReLU, is the guide's choice; Glorot and Bengio 2010
("Xavier") had sigmoid and tanh in mind; LeCun et al. 1998 ("Efficient BackProp") keeps the
variance of a linear layer; Saxe et al. 2013 (arXiv:1312.6120) proposed orthogonal matrices.
All numbers come from ``rng``: a ``np.random.Generator``, or a ``RandomState`` as in the guide.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nncore.types import FloatArray


class RandomSource(Protocol):
    """What is asked of a generator; both kinds of NumPy's have it."""

    def standard_normal(self, size: tuple[int, int]) -> FloatArray: ...

    def uniform(self, low: float, high: float, size: tuple[int, int]) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class Initializer:
    """One way to draw initial weights.

    formula        text for labels: N(mean, variance), U(lowest, highest), or what holds for W
    draw           (rng, n_out, n_in, value) -> new weights, float64 (n_out, n_in)
    value_name     what ``value`` is; None where there is nothing to choose, and it is ignored
    default_value  the value to take if none was chosen
    """

    name: str
    title: str
    formula: str
    draw: Callable[[RandomSource, int, int, float], FloatArray]
    value_name: str | None = None
    default_value: float = 0.0


def _normal(rng: RandomSource, n_out: int, n_in: int, deviation: float) -> FloatArray:
    return np.multiply(rng.standard_normal((n_out, n_in)), deviation)


def _uniform(rng: RandomSource, n_out: int, n_in: int, bound: float) -> FloatArray:
    return np.multiply(rng.uniform(-1.0, 1.0, (n_out, n_in)), bound)


def _he_normal(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """Keeps the variance of ReLU activations from layer to layer."""
    return _normal(rng, n_out, n_in, math.sqrt(2 / n_in))


def _he_uniform(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """The variance of ``_he_normal``: that of U(−a, a) is a² / 3."""
    return _uniform(rng, n_out, n_in, math.sqrt(6 / n_in))


def _xavier_normal(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """Between what keeps the variance on the way forwards and on the way back."""
    return _normal(rng, n_out, n_in, math.sqrt(2 / (n_in + n_out)))


def _xavier_uniform(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    return _uniform(rng, n_out, n_in, math.sqrt(6 / (n_in + n_out)))


def _lecun_normal(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """Keeps the variance where f is the identity near 0; SELU is made for it."""
    return _normal(rng, n_out, n_in, math.sqrt(1 / n_in))


def _orthogonal(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """Orthonormal columns, or rows if there are fewer of these: Q of a normal matrix's QR."""
    normals = rng.standard_normal((n_out, n_in))
    Q, R = np.linalg.qr(normals if n_out >= n_in else normals.T)
    # QR leaves the sign of each column open. With R's diagonal positive it is settled, and
    # every orthogonal matrix is equally likely (Mezzadri 2007, arXiv:math-ph/0609050).
    Q *= np.copysign(1.0, R.diagonal())
    return Q if n_out >= n_in else Q.T


def _zeros(rng: RandomSource, n_out: int, n_in: int, _: float) -> FloatArray:
    """Every unit of a layer stays the same as its neighbours; there to be seen failing."""
    return np.zeros((n_out, n_in))


def _constant(rng: RandomSource, n_out: int, n_in: int, value: float) -> FloatArray:
    """Fails as zeros do: equal units get equal gradients."""
    return np.full((n_out, n_in), value, np.float64)


INITIALIZERS: dict[str, Initializer] = {
    row.name: row
    for row in (
        Initializer("he_normal", "He normal", "N(0, 2 / n_in)", _he_normal),
        Initializer("he_uniform", "He uniform", "U(−a, a), a = √(6 / n_in)", _he_uniform),
        Initializer("xavier_normal", "Xavier normal", "N(0, 2 / (n_in + n_out))", _xavier_normal),
        Initializer(
            "xavier_uniform",
            "Xavier uniform",
            "U(−a, a), a = √(6 / (n_in + n_out))",
            _xavier_uniform,
        ),
        Initializer("lecun_normal", "LeCun normal", "N(0, 1 / n_in)", _lecun_normal),
        Initializer("normal", "normal", "N(0, σ²)", _normal, "standard deviation", 0.1),
        Initializer("uniform", "uniform", "U(−a, a)", _uniform, "bound", 0.1),
        Initializer("orthogonal", "orthogonal", "W Wᵀ = I or Wᵀ W = I", _orthogonal),
        Initializer("zeros", "zeros", "0", _zeros),
        Initializer("constant", "constant", "c", _constant, "value", 0.1),
    )
}
INITIALIZER_TITLES = {name: row.title for name, row in INITIALIZERS.items()}
