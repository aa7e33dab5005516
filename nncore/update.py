"""From the gradient to new parameters: penalties, clipping, optimiser, weight decay.

Like the passes of ``network``, each part is a list of NumPy calls over fixed buffers; what is
switched off is not in the list.
"""

import math

import numpy as np

from nncore.network import Network
from nncore.operations import Operation, call, constant
from nncore.optimizers import OPTIMIZERS, OptimizerBuffers, OptimizerState
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.types import FloatArray


def record_penalties(network: Network, config: TrainingConfig) -> list[Operation]:
    """gradient of W[l] += l1 sign(W[l]) + l2 W[l]: of l1 Σ|W| + l2/2 ΣW². Biases go free."""
    operations: list[Operation] = []
    if not config.l1 and not config.l2:
        return operations
    scratch = _scratch(network.spec)
    for l, W in network.parameters.W.items():
        gradient, spent = network.gradient.W[l], scratch.W[l]
        if config.l1:
            operations.append(call(np.sign, W, spent))
            operations += _add_scaled(gradient, spent, config.l1)
        if config.l2:
            operations.append(call(np.copyto, spent, W))
            operations += _add_scaled(gradient, spent, config.l2)
    return operations


def record_update(
    network: Network,
    update: Parameters,
    config: TrainingConfig,
    learning_rate: FloatArray,
    state: OptimizerState,
) -> list[Operation]:
    """theta ← theta − update. ``learning_rate`` is 0-d, and read anew in each step."""
    theta, g, u = network.parameters.theta, network.gradient.theta, update.theta
    buffers = OptimizerBuffers(g, u, learning_rate, state)
    return [
        *_record_clipping(g, config),
        *OPTIMIZERS[config.optimizer].bind(buffers, config),
        *_record_weight_decay(network, update, config, learning_rate),
        call(np.subtract, theta, u, theta),
    ]


def _record_clipping(g: FloatArray, config: TrainingConfig) -> list[Operation]:
    operations: list[Operation] = []
    if config.clip_value is not None:
        limit = np.full_like(g, config.clip_value)
        operations.append(call(np.minimum, g, limit, out=g))
        operations.append(call(np.maximum, g, -limit, out=g))
    if config.clip_norm is not None:
        operations.append(call(_clip_norm, g, config.clip_norm))
    return operations


def _clip_norm(g: FloatArray, limit: float) -> None:
    """g ← g · limit / |g| if |g| > limit (Pascanu et al. 2013)."""
    largest = float(np.abs(g).max())
    # taken apart, for the square of a large number overflows
    norm = largest and largest * math.sqrt(np.square(g / largest, dtype=np.float64).sum())
    if norm > limit:
        np.multiply(g, limit / norm, g)


def _record_weight_decay(
    network: Network, update: Parameters, config: TrainingConfig, learning_rate: FloatArray
) -> list[Operation]:
    """u of W[l] += learning_rate · weight_decay · W[l], apart from the gradient (Loshchilov and
    Hutter 2019)."""
    if not config.weight_decay:
        return []
    operations: list[Operation] = []
    scratch = _scratch(network.spec)
    for l, W in network.parameters.W.items():
        operations += [
            call(np.multiply, W, learning_rate, scratch.W[l]),
            *_add_scaled(update.W[l], scratch.W[l], config.weight_decay),
        ]
    return operations


def _add_scaled(to: FloatArray, scratch: FloatArray, scale: float) -> list[Operation]:
    """to += scale · scratch, which is spent by it."""
    return [
        call(np.multiply, scratch, constant(scale, to), scratch),
        call(np.add, to, scratch, to),
    ]


def _scratch(spec: NetworkSpec) -> Parameters:
    return Parameters(spec.sizes, spec.dtype)
