"""Where training ran out of the finite numbers."""

import math
from dataclasses import dataclass

import numpy as np

from nncore.network import Network, Trace
from nncore.spec import TrainingConfig
from nncore.types import FloatArray

MILD_RATE = 1e6


@dataclass(frozen=True, slots=True)
class Divergence:
    """The step that could not be made, in epoch ``epoch`` (1, 2, …) as step ``step`` (1, 2, …).

    what   the first tensor that is not finite, in the order of computation: "pre-activation",
           "loss", "gradient", "weight" or "state of the optimiser"
    layer  its layer index, 1 … L; that of the output for the last and for the loss
    """

    epoch: int
    step: int
    layer: int
    what: str


def safe_square(slots: FloatArray, config: TrainingConfig) -> float:
    """|gradient|² below which no update can overflow, nor any number of them in a row.

    The root of the largest number: |gradient| is its fourth root then. A learning rate of up
    to a million and what the optimiser gathers in its slots (number, P) from such gradients
    stay far from the spacing of the largest numbers, so that rounding leaves parameters of that
    size alone. Where that can't be said it is 0, and each step is looked at.
    """
    square, rate = math.sqrt(float(np.finfo(slots.dtype).max)), config.learning_rate
    is_mild = rate <= MILD_RATE and rate * config.weight_decay <= 1
    return square if is_mild and np.abs(slots).max(initial=0) <= math.sqrt(square) else 0.0


def first_nonfinite(network: Network, trace: Trace) -> tuple[str, int] | None:
    """(what, layer) after a backward pass, or None if loss and gradient are finite."""
    loss_is_finite = np.isfinite(trace.loss())
    if loss_is_finite and np.isfinite(network.gradient.theta).all():
        return None
    L = network.spec.depth
    for l in range(1, L + 1):
        if not np.isfinite(trace.Z[l]).all():
            return "pre-activation", l
    if not loss_is_finite:
        return "loss", L
    for l in range(L, 0, -1):
        if not np.isfinite(network.gradient.block[l]).all():
            return "gradient", l
    return None
