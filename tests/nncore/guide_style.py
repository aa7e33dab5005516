"""The guide's network written out plainly, one sample per column, to compare the engine with.

Nothing here imports nncore. Weights are lists W[0] … W[L-1] of (n[l], n[l-1]), biases (n[l], 1).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def sigmoid(Z: Array) -> Array:
    return 1 / (1 + np.exp(-Z))


def softmax(Z: Array) -> Array:
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)


F = {
    "identity": lambda Z: Z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda Z: np.where(Z > 0, Z, 0.0),
    "softmax": softmax,
}
SLOPE = {
    "identity": np.ones_like,
    "sigmoid": lambda Z: sigmoid(Z) * (1 - sigmoid(Z)),
    "tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "relu": lambda Z: np.where(Z > 0, 1.0, 0.0),
}


def cost(A: Array, Y: Array, loss: str) -> float:
    """The loss from the outputs, by its textbook formula; exact for mild values only."""
    if loss == "binary_crossentropy":
        return float(np.mean(-(Y * np.log(A) + (1 - Y) * np.log(1 - A))))
    if loss == "categorical_crossentropy":
        return float(np.mean(-(Y * np.log(A)).sum(axis=0)))
    return float(np.mean((Y - A) ** 2))


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
