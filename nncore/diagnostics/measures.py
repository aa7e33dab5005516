"""The numbers of one layer that a verdict rests on."""

import math
from dataclasses import dataclass

import numpy as np

from nncore.diagnostics.activity import LayerActivity, layer_activity, mean_and_std
from nncore.network import Network, Trace
from nncore.parameters import Parameters
from nncore.types import FloatArray

# Units whose deltas differ by less, relatively, and whose parameters differ by less, are copies
# of each other: that is float32 rounding, summed up over some hundred steps.
COPIES = 1e-5
LEAST_SQUARE = 1e-290  # squares that are smaller have lost digits


@dataclass(frozen=True, slots=True)
class Measures:
    """One layer on one batch; root mean squares in float64.

    gradient_rms  over weights and biases
    delta_rms     over units and samples
    input_rms     of what the layer gets from the one before; of X for the first
    update_ratio  |update| / |W[l] before it|; None if those are 0, or without an update
    weight_size   of W[l] before the update, in terms of weights that keep a signal's size,
                  1/√n[l-1]
    z             mean and standard deviation of Z[l]
    activity      of A[l]
    are_copies    whether all its units, two or more, have the same parameters and delta
    """

    gradient_rms: float
    delta_rms: float
    input_rms: float
    update_ratio: float | None
    weight_size: float
    z: tuple[float, float]
    activity: LayerActivity
    are_copies: bool


def measure(network: Network, trace: Trace, update: Parameters | None, l: int) -> Measures:
    """The numbers of layer l, 1 … L."""
    before = _weights_before(network, update, l)
    block, delta = network.parameters.block[l], trace.delta[l]
    return Measures(
        gradient_rms=rms(network.gradient.block[l]),
        delta_rms=rms(delta),
        input_rms=rms(trace.dropped.get(l - 1, trace.A[l - 1])),
        update_ratio=rms(update.W[l]) / before if update is not None and before else None,
        weight_size=before * math.sqrt(network.spec.sizes[l - 1]),
        z=mean_and_std(trace.Z[l]),
        activity=layer_activity(trace.A[l], network.spec.layers[l - 1].activation),
        are_copies=_are_alike(delta) and _are_alike(block, least_size=1.0),
    )


def rms(values: FloatArray) -> float:
    """Root mean square in float64; 0 only if all are 0. Not finite if a value is not."""
    with np.errstate(all="ignore"):
        mean_square = float(np.square(values, dtype=np.float64).mean())
    if LEAST_SQUARE < mean_square < math.inf:
        return math.sqrt(mean_square)
    # scaled by the largest, so that no square leaves the range of float64
    largest = float(np.abs(values).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = np.divide(values, largest, dtype=np.float64)
    return largest * math.sqrt(np.square(scaled, out=scaled).mean())


def sample_rms(values: FloatArray) -> FloatArray:
    """Root mean square of each row, float64 (m,), as ``rms``."""
    largest = np.abs(values).max(axis=1, keepdims=True).astype(np.float64)
    largest[largest == 0] = 1.0
    with np.errstate(all="ignore"):
        squares = np.square(values / largest).mean(axis=1)
    scaled: FloatArray = largest[:, 0] * np.sqrt(squares)
    return scaled


def _weights_before(network: Network, update: Parameters | None, l: int) -> float:
    """Root mean square of W[l] before the update, as theta ← theta − update."""
    W = network.parameters.W[l]
    if update is None:
        return rms(W)
    with np.errstate(all="ignore"):
        return rms(np.add(W, update.W[l], dtype=np.float64))


def _are_alike(values: FloatArray, least_size: float = 0.0) -> bool:
    """Whether all columns, one per unit, are the same up to rounding; False for only one."""
    if values.shape[1] == 1:
        return False
    with np.errstate(all="ignore"):
        spread = np.ptp(values, axis=1).max()
        return bool(spread <= COPIES * max(np.abs(values).max(), least_size))
