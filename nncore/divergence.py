"""Where training ran out of the finite numbers."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from nncore.network import Network, Trace
from nncore.spec import TrainingConfig
from nncore.types import FloatArray

MILD_RATE = 1e6
MILD_VALUE = 1e6  # of a parameter, an input, a target


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


def safe_square(
    theta: FloatArray, slots: FloatArray, largest_sample: float, config: TrainingConfig
) -> np.floating[Any]:
    """|gradient|² below which a step needs no closer look, in theta's dtype.

    The root of the largest number: |gradient| is its fourth root then. A learning rate of up
    to a million and what the optimiser gathers in its slots (number, P) from such gradients
    stay far from the spacing of the largest numbers, so that rounding leaves parameters of that
    size alone. And a loss can't overflow beside such a gradient while parameters and samples are
    mild. Where that can't be said it is 0, and each step is looked at.
    """
    square, rate = math.sqrt(float(np.finfo(theta.dtype).max)), config.learning_rate
    is_safe = (
        rate <= MILD_RATE
        and rate * config.weight_decay <= 1
        and np.abs(slots).max(initial=0) <= math.sqrt(square)
        and max(np.abs(theta).max(), largest_sample) <= MILD_VALUE
    )
    safe: np.floating[Any] = theta.dtype.type(square if is_safe else 0.0)
    return safe


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
