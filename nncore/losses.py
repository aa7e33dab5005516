"""Loss functions (the guide's chapter 4): value, and gradient towards the output layer.

Targets Y and outputs are (m, n[L]), one sample per row. Every value is the **mean over the
batch**, and over the outputs too where there are several (as PyTorch does), categorical
cross-entropy excepted, which is a sum over the classes by definition.

A loss knows the output activation that it is *linked* to: sigmoid with binary and softmax
with categorical cross-entropy. For these the value is computed from the logits Z, so that
it stays finite and exact however extreme they are (the guide adds 1e-8 inside the
logarithms instead), and the gradient is A − Y. Squared error takes any output activation
and goes through the chain rule.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncore.types import FloatArray


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function.

    link            output activation that it needs, or None if it takes any
    value           (Z, A, Y), each (m, n[L]) -> mean loss
    gradient_scale  (m, n[L]) -> c: the gradient is c (A − Y), towards Z for a linked loss
                    and towards A, before the output activation's derivative, for the others
    """

    name: str
    title: str
    formula: str
    link: str | None
    value: Callable[[FloatArray, FloatArray, FloatArray], float]
    gradient_scale: Callable[[int, int], float]


def _binary_crossentropy(Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
    """−[y log σ(z) + (1 − y) log(1 − σ(z))] = max(z, 0) − z y + log(1 + e^−|z|)."""
    losses = np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    return float(losses.mean(dtype=np.float64))


def _categorical_crossentropy(Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
    """−Σₖ yₖ log softmax(z)ₖ = Σₖ yₖ (log Σⱼ e^zⱼ − zₖ)."""
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float((Y * (log_sum - shifted)).sum(axis=1).mean(dtype=np.float64))


def _mean_squared_error(Z: FloatArray, A: FloatArray, Y: FloatArray) -> float:
    return float(np.square(A - Y).mean(dtype=np.float64))


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "binary_crossentropy",
            "binary cross-entropy",
            "−(1/m) Σ [y log a + (1 − y) log(1 − a)]",
            "sigmoid",
            _binary_crossentropy,
            lambda m, n_outputs: 1 / (m * n_outputs),
        ),
        Loss(
            "categorical_crossentropy",
            "categorical cross-entropy",
            "−(1/m) Σ Σₖ yₖ log aₖ",
            "softmax",
            _categorical_crossentropy,
            lambda m, n_outputs: 1 / m,
        ),
        Loss(
            "mean_squared_error",
            "mean squared error",
            "(1/m) Σ (y − a)²",
            None,
            _mean_squared_error,
            lambda m, n_outputs: 2 / (m * n_outputs),
        ),
    )
}
