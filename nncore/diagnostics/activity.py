"""What the units of a layer do on a batch."""

from dataclasses import dataclass

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.types import FloatArray

SATURATED_SHARE = 0.95  # of the samples on which a saturated unit is at a flat end
FAULTY_SHARE = 0.5  # of the units: from here on a layer as a whole is dead or saturated


@dataclass(frozen=True, slots=True)
class LayerActivity:
    """What the units of one layer do on a batch.

    mean, std   of all activations of the layer, float64
    dead        share of units whose f' is exactly 0 on every sample (ReLU, when it gives 0);
                None where it can't happen
    saturated   share of units at a flat end of their activation on at least 95 % of the
                samples (sigmoid, tanh, ELU, SELU); None where there are no flat ends
    """

    mean: float
    std: float
    dead: float | None
    saturated: float | None


def layer_activity(A: FloatArray, activation: str) -> LayerActivity:
    """A (m, n[l]): the activations of one layer on a batch."""
    dead = saturated = None
    row = ACTIVATIONS[activation]
    if row.can_die:
        dead = float((row.output_range[0] >= A).all(axis=0).mean())
    if row.flat_ends is not None:
        saturated = float((flat_shares(A, row.flat_ends) >= SATURATED_SHARE).mean())
    return LayerActivity(*mean_and_std(A), dead, saturated)


def flat_shares(A: FloatArray, flat_ends: tuple[float, float]) -> FloatArray:
    """Of each unit, the share of the samples on which it is at a flat end, (n[l],)."""
    shares: FloatArray = ((flat_ends[0] > A) | (flat_ends[1] < A)).mean(axis=0)
    return shares


def mean_and_std(values: FloatArray) -> tuple[float, float]:
    """In float64, where float32 sums don't lose digits; not finite if a value is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
