"""The guide's network written out plainly, one sample per column, to compare the engine with.

Nothing here imports nncore. Weights are lists W[0] … W[L-1] of (n[l], n[l-1]), biases (n[l], 1).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def sigmoid(Z: Array) -> Array:
    return 1 / (1 + np.exp(-Z))


def elu(Z: Array, alpha: float = 1.0) -> Array:
    return np.where(Z > 0, Z, alpha * (np.exp(np.minimum(Z, 0)) - 1))


def elu_slope(Z: Array, alpha: float = 1.0) -> Array:
    return np.where(Z > 0, 1.0, alpha * np.exp(np.minimum(Z, 0)))


def gelu_inner(Z: Array) -> Array:
    return np.sqrt(2 / np.pi) * (Z + 0.044715 * Z**3)


def gelu_slope(Z: Array) -> Array:
    inner_slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * Z**2)
    return (1 + np.tanh(gelu_inner(Z)) + Z * inner_slope / np.cosh(gelu_inner(Z)) ** 2) / 2


def softmax(Z: Array) -> Array:
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)


F = {
    "identity": lambda Z: Z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda Z: np.where(Z > 0, Z, 0.0),
    "leaky_relu": lambda Z: np.where(Z > 0, Z, 0.01 * Z),
    "elu": elu,
    "selu": lambda Z: SELU_SCALE * elu(Z, SELU_ALPHA),
    "gelu": lambda Z: Z * (1 + np.tanh(gelu_inner(Z))) / 2,
    "silu": lambda Z: Z * sigmoid(Z),
    "softplus": lambda Z: np.log(1 + np.exp(Z)),
    "softmax": softmax,
}
SLOPE = {
    "identity": np.ones_like,
    "sigmoid": lambda Z: sigmoid(Z) * (1 - sigmoid(Z)),
    "tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "relu": lambda Z: np.where(Z > 0, 1.0, 0.0),
    "leaky_relu": lambda Z: np.where(Z > 0, 1.0, 0.01),
    "elu": elu_slope,
    "selu": lambda Z: SELU_SCALE * elu_slope(Z, SELU_ALPHA),
    "gelu": gelu_slope,
    "silu": lambda Z: sigmoid(Z) * (1 + Z * (1 - sigmoid(Z))),
    "softplus": sigmoid,
}


def cost(A: Array, Y: Array, loss: str, huber_delta: float = 1.0) -> float:
    """The loss from the outputs, by its textbook formula; exact for mild values only."""
    if loss == "binary_crossentropy":
        return float(np.mean(-(Y * np.log(A) + (1 - Y) * np.log(1 - A))))
    if loss == "categorical_crossentropy":
        return float(np.mean(-(Y * np.log(A)).sum(axis=0)))
    if loss == "mean_absolute_error":
        return float(np.mean(np.abs(Y - A)))
    if loss == "huber":
        d = np.abs(Y - A)
        on_line = huber_delta * (d - huber_delta / 2)
        return float(np.mean(np.where(d <= huber_delta, d**2 / 2, on_line)))
    if loss == "mean_squared_error":
        return float(np.mean((Y - A) ** 2))
    raise ValueError(f"no formula for {loss}")


def forward(
    W: Sequence[Array], b: Sequence[Array], activations: Sequence[str], X: Array
) -> tuple[list[Array], list[Array]]:
    """Z[0] … Z[L-1] and A[0] … A[L], A[0] being X (n[0], m)."""
    Z, A = [], [X]
    for W_l, b_l, name in zip(W, b, activations, strict=True):
        Z.append(W_l @ A[-1] + b_l)
        A.append(F[name](Z[-1]))
    return Z, A


def gradients(
    W: Sequence[Array], b: Sequence[Array], activations: Sequence[str], X: Array, Y: Array
) -> tuple[list[Array], list[Array]]:
    """dW, db of binary cross-entropy at a sigmoid output, by the guide's chapter 5."""
    m = X.shape[1]
    Z, A = forward(W, b, activations, X)
    dA = -(Y / A[-1] - (1 - Y) / (1 - A[-1]))
    dW, db = [], []
    for l in reversed(range(len(W))):
        dZ = dA * SLOPE[activations[l]](Z[l])
        dW.insert(0, dZ @ A[l].T / m)
        db.insert(0, dZ.mean(axis=1, keepdims=True))
        dA = W[l].T @ dZ
    return dW, db
