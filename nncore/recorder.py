"""One training step as recorded NumPy calls, with the settings that are in force.

This puts together what ``network`` (forward propagation, loss, backpropagation) and ``update``
(penalties, clipping, optimiser, weight decay) record. What is switched off is not in the
lists, so it costs nothing.
"""

from dataclasses import dataclass

import numpy as np

from nncore.errors import SpecError
from nncore.network import Network, Trace
from nncore.operations import Operation
from nncore.optimizers import OPTIMIZERS, OptimizerState
from nncore.parameters import Parameters
from nncore.spec import TrainingConfig
from nncore.training_data import Take, TrainingData, gather, require_room
from nncore.update import record_penalties, record_update

# Settings that must not overflow in the network's dtype; or vanish; or be rounded to 1.
SCALES = ("learning_rate", "l1", "l2", "weight_decay", "clip_norm", "clip_value", "epsilon")
NEVER_0 = ("learning_rate", "clip_norm", "clip_value", "epsilon")
BELOW_1 = ("momentum", "beta1", "beta2", "rho")


@dataclass(frozen=True, eq=False, slots=True)
class StepPlan:
    """The calls of a step on m samples, by phase; ``passes`` are the first three in one."""

    m: int
    trace: Trace
    takes: list[Take]
    forward: list[Operation]
    loss: list[Operation]
    backward: list[Operation]
    passes: list[Operation]


class Recorder:
    """Records the steps of one network on one set of data; owns the buffers for it.

    plans          by number of samples, as far as they have been made
    update         what the last step took off the parameters, in their layout
    update_calls   the calls of the last phase
    learning_rate  0-d, as it is in this step; the calls read it
    """

    def __init__(
        self, network: Network, data: TrainingData, dropout: np.random.Generator | None
    ) -> None:
        spec = network.spec
        self._network, self._data, self._dropout = network, data, dropout
        self.update = Parameters(spec.sizes, spec.dtype)
        self.learning_rate = np.zeros((), spec.dtype)
        self.optimizer_state = OptimizerState(0, spec.n_parameters, spec.dtype)
        self.update_calls: list[Operation] = []
        self.batch_size = 0
        self._optimizer = ""
        self._penalties: list[Operation] = []
        self._traces: dict[int, Trace] = {}
        self.plans: dict[int, StepPlan] = {}

    def check(self, config: TrainingConfig) -> None:
        """SpecError, with the numbers, if ``config`` can't be had with this network and data."""
        spec = self._network.spec
        require_room(spec, self._batch_size_of(config))
        for name in (*SCALES, *BELOW_1):
            value = getattr(config, name)
            problem = "" if not value else _misfit(name, value, spec.dtype)
            if problem:
                words = name.replace("_", " ")
                raise SpecError(f"The {words} {value:.12g} {problem} {spec.dtype}.")

    def record(self, config: TrainingConfig) -> None:
        """From now on with these settings. Another optimiser starts with empty slots."""
        if config.optimizer != self._optimizer:
            spec, n_slots = self._network.spec, len(OPTIMIZERS[config.optimizer].slots)
            self._optimizer = config.optimizer
            self.optimizer_state = OptimizerState(n_slots, spec.n_parameters, spec.dtype)
        if self.batch_size != self._batch_size_of(config):
            self.batch_size = self._batch_size_of(config)
            self._traces.clear()
        self._penalties = record_penalties(self._network, config)
        self.update_calls = record_update(
            self._network, self.update, config, self.learning_rate, self.optimizer_state
        )
        self.plans.clear()

    def plan(self, m: int) -> StepPlan:
        """The calls of a step on m samples."""
        if m not in self.plans:
            trace = self._trace(m)
            forward, loss = trace.forward_pass, trace.loss_pass
            backward = trace.backward_pass + self._penalties
            passes = forward + loss + backward
            # the one batch of all samples never changes, and is in place
            takes = self._data.takes(trace) if m < len(self._data) else []
            self.plans[m] = StepPlan(m, trace, takes, forward, loss, backward, passes)
        return self.plans[m]

    def _trace(self, m: int) -> Trace:
        if m not in self._traces:
            self._traces[m] = Trace(self._network, m, self._dropout, self._data.weights is not None)
            if m == len(self._data):
                gather(self._data.takes(self._traces[m]), np.arange(m))
        return self._traces[m]

    def _batch_size_of(self, config: TrainingConfig) -> int:
        return min(config.batch_size or len(self._data), len(self._data))


def _misfit(name: str, value: float, dtype: str) -> str:
    """What becomes of a positive setting in ``dtype``, if it must not; else ""."""
    if value > float(np.finfo(dtype).max):
        return "is too large for"
    rounded = float(np.dtype(dtype).type(value))
    if name in NEVER_0 and rounded == 0:
        return "is 0 in"
    return "is 1 in" if name in BELOW_1 and rounded == 1 else ""
