"""Activation functions f and their derivatives f' (the guide's chapter 2), one table.

An activation is *bound* to the buffers it works on: ``bind_f(Z, A)`` and
``bind_derivative(Z, A, delta)`` return the NumPy calls, in order, that write A = f(Z) and
that multiply delta by f'(Z) in place. A network records them once and then only replays
them, so a training step allocates nothing. ``f(Z)`` and ``derivative(Z)`` are the same
calls on fresh arrays. Every function works elementwise but softmax, which works along the
units: axis 0 of the engine's feature-first buffers (n, m).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nncore.types import FloatArray, Operation


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function.

    formula, derivative_formula  text for labels, in z and a = f(z)
    output_range                 (lowest, highest) value that f can take
    flat_ends                    outputs below the first or above the second count as
                                 saturated: f' there is under about 4 % of its maximum
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    bind_f: Callable[[FloatArray, FloatArray], list[Operation]]
    bind_derivative: Callable[[FloatArray, FloatArray, FloatArray], list[Operation]]
    flat_ends: tuple[float, float] | None = None

    def f(self, Z: FloatArray) -> FloatArray:
        """Activation of the pre-activations Z (n, m)."""
        A = np.empty_like(Z)
        for operation in self.bind_f(Z, A):
            operation()
        return A

    def derivative(self, Z: FloatArray) -> FloatArray:
        """f'(Z) (n, m), elementwise; for softmax, which has a Jacobian, the Jacobian times 1."""
        A, slope = self.f(Z), np.ones_like(Z)
        for operation in self.bind_derivative(Z, A, slope):
            operation()
        return slope


def _identity(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [partial(np.copyto, A, Z)]


def _identity_derivative(Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
    return []


def _sigmoid(Z: FloatArray, A: FloatArray) -> list[Operation]:
    one = np.ones((), Z.dtype)
    # exp overflows above this; 1/(1 + exp(limit)) is 0 to within the smallest number anyway
    limit = np.full_like(Z, np.floor(np.log(np.finfo(Z.dtype).max)) - 1)
    return [
        partial(np.negative, Z, out=A),
        partial(np.minimum, A, limit, out=A),
        partial(np.exp, A, out=A),
        partial(np.add, A, one, out=A),
        partial(np.divide, one, A, out=A),
    ]


def _sigmoid_derivative(Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
    one, slope = np.ones((), Z.dtype), np.empty_like(Z)
    return [
        partial(np.subtract, one, A, out=slope),
        partial(np.multiply, slope, A, out=slope),
        partial(np.multiply, delta, slope, out=delta),
    ]


def _tanh(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [partial(np.tanh, Z, out=A)]


def _tanh_derivative(Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
    one, slope = np.ones((), Z.dtype), np.empty_like(Z)
    return [
        partial(np.multiply, A, A, out=slope),
        partial(np.subtract, one, slope, out=slope),
        partial(np.multiply, delta, slope, out=delta),
    ]


def _relu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    # Against an array of zeros np.maximum runs vectorised; against the number 0 it does not.
    return [partial(np.maximum, Z, np.zeros_like(Z), out=A)]


def _relu_derivative(Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
    zeros, positive = np.zeros_like(Z), np.empty(Z.shape, np.bool_)
    return [
        partial(np.greater, Z, zeros, out=positive),
        partial(np.multiply, delta, positive, out=delta),
    ]


def _softmax(Z: FloatArray, A: FloatArray) -> list[Operation]:
    row = np.empty((1, Z.shape[1]), Z.dtype)
    return [
        # The maximum is subtracted so that no exponential overflows; the quotient is the same.
        partial(np.maximum.reduce, Z, axis=0, keepdims=True, out=row),
        partial(np.subtract, Z, row, out=A),
        partial(np.exp, A, out=A),
        partial(np.add.reduce, A, axis=0, keepdims=True, out=row),
        partial(np.divide, A, row, out=A),
    ]


def _softmax_derivative(Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
    """delta ← Jᵀ delta with the Jacobian J = diag(a) − a aᵀ of every sample."""
    row, product = np.empty((1, Z.shape[1]), Z.dtype), np.empty_like(Z)
    return [
        partial(np.multiply, delta, A, out=product),
        partial(np.add.reduce, product, axis=0, keepdims=True, out=row),
        partial(np.subtract, delta, row, out=delta),
        partial(np.multiply, delta, A, out=delta),
    ]


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "identity", "identity", "z", "1", (-np.inf, np.inf), _identity, _identity_derivative
        ),
        Activation(
            "sigmoid",
            "sigmoid",
            "1 / (1 + e⁻ᶻ)",
            "a (1 − a)",
            (0.0, 1.0),
            _sigmoid,
            _sigmoid_derivative,
            flat_ends=(0.01, 0.99),
        ),
        Activation(
            "tanh",
            "tanh",
            "(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
            "1 − a²",
            (-1.0, 1.0),
            _tanh,
            _tanh_derivative,
            flat_ends=(-0.98, 0.98),
        ),
        Activation(
            "relu",
            "ReLU",
            "max(0, z)",
            "1 if z > 0, else 0",
            (0.0, np.inf),
            _relu,
            _relu_derivative,
        ),
        Activation(
            "softmax",
            "softmax",
            "eᶻⁱ / Σⱼ eᶻʲ",
            "aᵢ ([i = j] − aⱼ)",
            (0.0, 1.0),
            _softmax,
            _softmax_derivative,
        ),
    )
}
HIDDEN_ACTIVATIONS = ("relu", "tanh", "sigmoid", "identity")
