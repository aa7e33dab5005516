"""The whole state of a trainer at one moment, as a value."""

from dataclasses import dataclass, replace

from nncore.errors import SpecError
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

    def require_fit(self, spec: NetworkSpec, n_samples: int) -> None:
        """SpecError, with the numbers, unless it is of such a network and so many samples."""
        if self.spec != spec or self.n_samples != n_samples:
            raise SpecError(
                f"The snapshot is of another run: {self.spec.shape_text} on "
                f"{self.n_samples:,} samples, not {spec.shape_text} on "
                f"{n_samples:,}, or with other activations."
            )

    def on_other_samples(self, n_samples: int) -> "Snapshot":
        """At the beginning of the same epoch, which is to take ``n_samples`` other samples.

        A run that has ended may go on; reduction on a plateau and early stopping wait anew, but
        a rate once reduced stays reduced.
        """
        return replace(
            self,
            n_samples=n_samples,
            batch=0,
            n_taken=0,
            phase=0,
            sample=0,
            plateau=Plateau(factor=self.plateau.factor),
            patience=Patience(),
            best_theta=None,
            stopped=None,
        )
