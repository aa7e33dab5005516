"""Optimisers: from the gradient to the update, u, that a step takes off theta. One table.

Each is a formula over flat vectors: the gradient g (P,), the update u (P,), and its *slots*,
the vectors (P,) that it keeps from step to step. As in ``activations`` it is bound once to
the buffers and gives the NumPy calls that write u. The step itself, theta ← theta − u, is
the trainer's. η is the learning rate as it is in this step, schedule included.

The forms are PyTorch's, so that a run there and here can be compared number by number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nncore.operations import Operation, call, constant
from nncore.types import FloatArray

if TYPE_CHECKING:  # which reads the table below
    from nncore.spec import TrainingConfig


class OptimizerState:
    """What an optimiser remembers: ``slots`` (number, P), and how many updates it has made."""

    def __init__(self, n_slots: int, n_parameters: int, dtype: str) -> None:
        self.slots: FloatArray = np.zeros((n_slots, n_parameters), dtype)
        self.n_updates = 0  # counted by those whose formula reads it


@dataclass(frozen=True, eq=False, slots=True)
class OptimizerBuffers:
    """What an optimiser works on.

    g, u           gradient and update (P,)
    learning_rate  0-d array, read anew in each step
    """

    g: FloatArray
    u: FloatArray
    learning_rate: FloatArray
    state: OptimizerState


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One optimiser.

    formula   text for labels, in g, u, η and the names of slots and settings
    slots     names of the vectors that it keeps
    settings  the fields of TrainingConfig that it reads
    """

    name: str
    title: str
    formula: str
    slots: tuple[str, ...]
    settings: tuple[str, ...]
    bind: Callable[[OptimizerBuffers, "TrainingConfig"], list[Operation]]


def _sgd(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    return [call(np.multiply, buffers.g, buffers.learning_rate, buffers.u)]


def _velocity(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    """v ← momentum · v + g (Polyak 1964)."""
    v, momentum = buffers.state.slots[0], constant(config.momentum, buffers.g)
    return [call(np.multiply, v, momentum, v), call(np.add, v, buffers.g, v)]


def _momentum(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    v = buffers.state.slots[0]
    return [*_velocity(buffers, config), call(np.multiply, v, buffers.learning_rate, buffers.u)]


def _nesterov(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    """Looks ahead along the velocity (Sutskever et al. 2013)."""
    v, momentum = buffers.state.slots[0], constant(config.momentum, buffers.g)
    return [
        *_velocity(buffers, config),
        call(np.multiply, v, momentum, buffers.u),
        call(np.add, buffers.u, buffers.g, buffers.u),
        call(np.multiply, buffers.u, buffers.learning_rate, buffers.u),
    ]


def _over_root(
    buffers: OptimizerBuffers, numerator: FloatArray, mean_square: FloatArray, epsilon: FloatArray
) -> list[Operation]:
    """u ← η numerator / (√mean_square + epsilon)."""
    return [
        call(np.sqrt, mean_square, buffers.u),
        call(np.add, buffers.u, epsilon, buffers.u),
        call(np.divide, numerator, buffers.u, buffers.u),
        call(np.multiply, buffers.u, buffers.learning_rate, buffers.u),
    ]


def _running_mean(
    mean: FloatArray, new: FloatArray, keep: float, buffers: OptimizerBuffers
) -> list[Operation]:
    """mean ← keep · mean + (1 − keep) · new; u is used in between, and may be ``new``."""
    return [
        call(np.multiply, mean, constant(keep, buffers.g), mean),
        call(np.multiply, new, constant(1 - keep, buffers.g), buffers.u),
        call(np.add, mean, buffers.u, mean),
    ]


def _adagrad(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    """Duchi et al. 2011."""
    s = buffers.state.slots[0]
    return [
        call(np.square, buffers.g, buffers.u),
        call(np.add, s, buffers.u, s),
        *_over_root(buffers, buffers.g, s, constant(config.epsilon, buffers.g)),
    ]


def _rmsprop(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    """Tieleman and Hinton 2012."""
    s = buffers.state.slots[0]
    return [
        call(np.square, buffers.g, buffers.u),
        *_running_mean(s, buffers.u, config.rho, buffers),
        *_over_root(buffers, buffers.g, s, constant(config.epsilon, buffers.g)),
    ]


def _adam(buffers: OptimizerBuffers, config: "TrainingConfig") -> list[Operation]:
    """Kingma and Ba 2015 (arXiv:1412.6980).

    The means start at 0 and are too small at first, by 1 − βᵗ. That is put right not in the
    vectors but in two numbers, as the end of their section 2 suggests: with c = √(1 − β2ᵗ),
    u = η c/(1 − β1ᵗ) · m / (√v + c epsilon).
    """
    m, v = buffers.state.slots
    rate, epsilon = np.zeros((), buffers.g.dtype), np.zeros((), buffers.g.dtype)

    def correct_bias() -> None:
        buffers.state.n_updates += 1
        t = buffers.state.n_updates
        c = math.sqrt(1 - config.beta2**t)
        epsilon[...] = config.epsilon * c
        rate[...] = float(buffers.learning_rate) * c / (1 - config.beta1**t)

    corrected = OptimizerBuffers(buffers.g, buffers.u, rate, buffers.state)
    return [
        call(correct_bias),
        *_running_mean(m, buffers.g, config.beta1, buffers),
        call(np.square, buffers.g, buffers.u),
        *_running_mean(v, buffers.u, config.beta2, buffers),
        *_over_root(corrected, m, v, epsilon),
    ]


_ADAM = "m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g², u = η m̂ / (√v̂ + ε)"
_ADAM_SETTINGS = ("beta1", "beta2", "epsilon")
OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer("sgd", "SGD", "u = η g", (), (), _sgd),
        Optimizer(
            "momentum",
            "momentum",
            "v ← momentum · v + g, u = η v",
            ("v",),
            ("momentum",),
            _momentum,
        ),
        Optimizer(
            "nesterov",
            "Nesterov momentum",
            "v ← momentum · v + g, u = η (g + momentum · v)",
            ("v",),
            ("momentum",),
            _nesterov,
        ),
        Optimizer(
            "adagrad",
            "AdaGrad",
            "s ← s + g², u = η g / (√s + ε)",
            ("s",),
            ("epsilon",),
            _adagrad,
        ),
        Optimizer(
            "rmsprop",
            "RMSProp",
            "s ← ρ s + (1 − ρ) g², u = η g / (√s + ε)",
            ("s",),
            ("rho", "epsilon"),
            _rmsprop,
        ),
        Optimizer("adam", "Adam", _ADAM, ("m", "v"), _ADAM_SETTINGS, _adam),
        # Loshchilov and Hutter 2019 (arXiv:1711.05101): the decay is the trainer's.
        Optimizer(
            "adamw",
            "AdamW",
            f"{_ADAM} + η weight_decay W",
            ("m", "v"),
            (*_ADAM_SETTINGS, "weight_decay"),
            _adam,
        ),
    )
}
