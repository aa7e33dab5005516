"""Is a layer doing its work? Numbers per layer, from the trace of a batch."""

from dataclasses import dataclass

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.types import FloatArray

SATURATED_SHARE = 0.95  # of the samples on which a saturated unit is at a flat end


@dataclass(frozen=True, slots=True)
class LayerActivity:
    """What the units of one layer do on a batch.

    mean, std   of all activations of the layer
    dead        share of units that give 0 on every sample (ReLU); None where it can't happen
    saturated   share of units at a flat end of their activation on at least 95 % of the
                samples (sigmoid, tanh); None where there are no flat ends
    """

    mean: float
    std: float
    dead: float | None
    saturated: float | None


def layer_activity(A: FloatArray, activation: str) -> LayerActivity:
    """A (m, n[l]): the activations of one layer on a batch."""
    dead = saturated = None
    if activation == "relu":
        dead = float((A.max(axis=0) <= 0).mean())
    flat_ends = ACTIVATIONS[activation].flat_ends
    if flat_ends is not None:
        flat = ((flat_ends[0] > A) | (flat_ends[1] < A)).mean(axis=0)
        saturated = float((flat >= SATURATED_SHARE).mean())
    return LayerActivity(
        float(A.mean(dtype=np.float64)), float(A.std(dtype=np.float64)), dead, saturated
    )
