"""Loss functions (the guide's chapter 4): value, and gradient towards the output layer.

Targets Y and outputs are (m, n[L]), one sample per row. The loss of a sample is the mean
over its outputs (as in PyTorch), categorical cross-entropy excepted, which is a sum over the
classes by definition. The loss of a batch is the mean over its samples, (1/m) Σ wᵢ lossᵢ
with the sample weights wᵢ, 1 unless given.

A loss may be *linked* to an output activation: sigmoid with binary and softmax with
categorical cross-entropy. Its value then is computed from the logits Z, so that it stays
finite and exact however extreme they are (the guide adds 1e-8 inside the logarithms
instead), and its gradient towards Z is A − Y. The others take any output activation and go
through the chain rule: their gradient is towards A.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncore.operations import Operation, call
from nncore.types import FloatArray


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function.

    link             output activation that it needs, or None if it takes any
    of_samples       (Z, A, Y), each (m, n[L]) -> loss of each sample, float64 (m,)
    bind_gradient    (A, Y, gradient), feature-first (n[L], m) -> the NumPy calls that write
                     the derivative of one output's loss: by Z if linked, else by A
    mean_of_outputs  whether a sample's loss is the mean over its outputs, not their sum
    kink             its second derivative jumps somewhere
    """

    name: str
    title: str
    formula: str
    link: str | None
    of_samples: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    bind_gradient: Callable[[FloatArray, FloatArray, FloatArray], list[Operation]]
    mean_of_outputs: bool = True
    kink: bool = False

    def value(
        self, Z: FloatArray, A: FloatArray, Y: FloatArray, weights: FloatArray | None = None
    ) -> float:
        """(1/m) Σ wᵢ lossᵢ, with weights (m,)."""
        losses = self.of_samples(Z, A, Y)
        return float(losses.mean() if weights is None else (losses * weights).mean())

    def gradient_scale(self, m: int, n_outputs: int) -> float:
        """What turns the derivative of one output's loss into that of the batch's mean."""
        return 1 / (m * n_outputs) if self.mean_of_outputs else 1 / m


def _mean_of_outputs(losses: FloatArray) -> FloatArray:
    """(m, n[L]) -> (m,), in float64."""
    mean: FloatArray = losses.mean(axis=1, dtype=np.float64)
    return mean


def _binary_crossentropy(Z: FloatArray, A: FloatArray, Y: FloatArray) -> FloatArray:
    """−[y log σ(z) + (1 − y) log(1 − σ(z))] = max(z, 0) − z y + log(1 + e^−|z|)."""
    losses = np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    return _mean_of_outputs(losses)


def _categorical_crossentropy(Z: FloatArray, A: FloatArray, Y: FloatArray) -> FloatArray:
    """−Σₖ yₖ log softmax(z)ₖ = Σₖ yₖ (log Σⱼ e^zⱼ − zₖ)."""
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    losses: FloatArray = (Y * (log_sum - shifted)).sum(axis=1, dtype=np.float64)
    return losses


def _output_minus_target(A: FloatArray, Y: FloatArray, gradient: FloatArray) -> list[Operation]:
    """∂/∂z of both cross-entropies: a − y (the guide's dZ = A − Y).

    For sigmoid, dA · σ′(z) = −(y/a − (1 − y)/(1 − a)) · a (1 − a) = a − y; for softmax
    ∂/∂zₖ of log Σⱼ e^zⱼ is aₖ, and of −Σₖ yₖ zₖ it is −yₖ.
    """
    return [call(np.subtract, A, Y, gradient)]


def _difference(A: FloatArray, Y: FloatArray) -> FloatArray:
    """A − Y in float64, where the square of a large float32 is finite too."""
    return np.subtract(A, Y, dtype=np.float64)


def _squared_error(Z: FloatArray, A: FloatArray, Y: FloatArray) -> FloatArray:
    return _mean_of_outputs(np.square(_difference(A, Y)))


def _squared_error_gradient(A: FloatArray, Y: FloatArray, gradient: FloatArray) -> list[Operation]:
    """∂/∂a (a − y)² = 2 (a − y)."""
    return [
        call(np.subtract, A, Y, gradient),
        call(np.add, gradient, gradient, gradient),
    ]


def _absolute_error(Z: FloatArray, A: FloatArray, Y: FloatArray) -> FloatArray:
    return _mean_of_outputs(np.abs(_difference(A, Y)))


def _absolute_error_gradient(A: FloatArray, Y: FloatArray, gradient: FloatArray) -> list[Operation]:
    """∂/∂a |a − y| = sign(a − y), 0 where they are equal."""
    return [call(np.subtract, A, Y, gradient), call(np.sign, gradient, gradient)]


def huber(huber_delta: float) -> Loss:
    """Half the square up to |a − y| = ``huber_delta``, from there on a line (Huber 1964)."""

    def of_samples(Z: FloatArray, A: FloatArray, Y: FloatArray) -> FloatArray:
        distance = np.abs(_difference(A, Y))
        near = np.minimum(distance, huber_delta)
        return _mean_of_outputs(near * (distance - near / 2))

    def bind_gradient(A: FloatArray, Y: FloatArray, gradient: FloatArray) -> list[Operation]:
        """∂/∂a: a − y, kept within ± huber_delta."""
        limit = np.full_like(gradient, huber_delta)
        return [
            call(np.subtract, A, Y, gradient),
            call(np.minimum, gradient, limit, out=gradient),
            call(np.maximum, gradient, -limit, out=gradient),
        ]

    return Loss(
        name="huber",
        title="Huber loss",
        formula="(1/m) Σ [d²/2 if d < δ, else δ (d − δ/2)], d = |y − a|",
        link=None,
        of_samples=of_samples,
        bind_gradient=bind_gradient,
        kink=True,
    )


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            name="binary_crossentropy",
            title="binary cross-entropy",
            formula="−(1/m) Σ [y log a + (1 − y) log(1 − a)]",
            link="sigmoid",
            of_samples=_binary_crossentropy,
            bind_gradient=_output_minus_target,
        ),
        Loss(
            name="categorical_crossentropy",
            title="categorical cross-entropy",
            formula="−(1/m) Σ Σₖ yₖ log aₖ",
            link="softmax",
            of_samples=_categorical_crossentropy,
            bind_gradient=_output_minus_target,
            mean_of_outputs=False,
        ),
        Loss(
            name="mean_squared_error",
            title="mean squared error",
            formula="(1/m) Σ (y − a)²",
            link=None,
            of_samples=_squared_error,
            bind_gradient=_squared_error_gradient,
        ),
        Loss(
            name="mean_absolute_error",
            title="mean absolute error",
            formula="(1/m) Σ |y − a|",
            link=None,
            of_samples=_absolute_error,
            bind_gradient=_absolute_error_gradient,
            kink=True,
        ),
        huber(1.0),
    )
}


def loss_named(name: str, huber_delta: float = 1.0) -> Loss:
    """The loss of that name; the Huber loss with its own turn."""
    return huber(huber_delta) if name == "huber" else LOSSES[name]
