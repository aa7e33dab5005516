"""The whole state of a trainer at one moment, as a value."""

from dataclasses import dataclass

from nncore.monitor import Patience, Plateau, Stopped
from nncore.order import GeneratorState
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.types import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """All that the further course of a run depends on, beside the data.

    spec, n_samples         of the trainer that it was taken of
    step, epoch, batch      completed, as in ``Trainer``
    n_taken                 samples of this epoch that have been taken
    phase, sample           how far the batch under way has got
    theta (P,), slots (number, P), n_updates
                            parameters, and what the optimiser remembers
    order_state             of the generator that put this epoch's samples into order, before
    mask_state              of the generator of dropout's masks, before the batch under way
    schedule_from           the epoch in which the schedule was chosen
    plateau, patience, best_theta, stopped
                            reduction on a plateau, and early stopping
    """

    spec: NetworkSpec
    n_samples: int
    config: TrainingConfig
    step: int
    epoch: int
    batch: int
    n_taken: int
    phase: int
    sample: int
    theta: FloatArray
    slots: FloatArray
    n_updates: int
    order_state: GeneratorState
    mask_state: GeneratorState | None
    schedule_from: int
    plateau: Plateau
    patience: Patience
    best_theta: FloatArray | None
    stopped: Stopped | None

    @property
    def n_bytes(self) -> int:
        """Memory that it takes, roughly: its arrays, and a fixed share for the rest."""
        best = 0 if self.best_theta is None else self.best_theta.nbytes
        return self.theta.nbytes + self.slots.nbytes + best + 2000
