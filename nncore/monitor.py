"""What training makes of how it goes: the rate reduced on a plateau, and early stopping.

Both watch one loss, taken at the end of each epoch. Their states are values, a state and a
loss give the next one, and a trainer's snapshot holds them.
"""

import math
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from nncore.evaluation import Evaluator
from nncore.network import Network
from nncore.spec import EarlyStopping, Schedule, TrainingConfig
from nncore.training_data import as_table, as_targets, require_fit, require_room
from nncore.types import FloatArray

PLATEAU_THRESHOLD = 1e-4  # a fall by less than this share of the best loss is none


@dataclass(frozen=True, slots=True)
class Plateau:
    """``factor`` on the learning rate; ``waited`` epochs since the ``best`` loss."""

    best: float = math.inf
    waited: int = 0
    factor: float = 1.0

    def after(self, loss: float, schedule: Schedule) -> "Plateau":
        """The rate falls after more than ``patience`` epochs without improvement, as PyTorch's
        ReduceLROnPlateau has it."""
        if loss < self.best * (1 - PLATEAU_THRESHOLD):
            return replace(self, best=loss, waited=0)
        if self.waited < schedule.patience:
            return replace(self, waited=self.waited + 1)
        # the floor stops it from falling, but does not lift what had fallen below it before
        lower = max(self.factor * schedule.factor, min(self.factor, schedule.floor))
        return replace(self, waited=0, factor=lower)


@dataclass(frozen=True, slots=True)
class Patience:
    """Early stopping: the ``best`` loss, its epoch, and the epochs since."""

    best: float = math.inf
    best_epoch: int = 0
    waited: int = 0

    def after(self, loss: float, epoch: int, stopping: EarlyStopping) -> "Patience":
        if self.best_epoch == 0 or loss < self.best - stopping.min_delta:
            return Patience(math.inf if math.isnan(loss) else loss, epoch)
        return replace(self, waited=self.waited + 1)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Training has ended by early stopping; the parameters are those of ``best_epoch``, what the
    optimiser keeps is that of the last one."""

    epoch: int
    best_epoch: int
    best_loss: float


class Monitor:
    """Takes the watched loss at the end of each epoch, if anything depends on it.

    It is the plain mean over the samples watched, without their weights and without penalties.
    """

    def __init__(self, network: Network, X: ArrayLike, Y: ArrayLike) -> None:
        """X (n, n[0]), Y (n, n[L]) or class indices (n,): the held-out samples, or the training
        samples. Raises SpecError, with the numbers, if they don't fit the network."""
        targets = as_targets(network.spec, Y)
        inputs = as_table(X, "Inputs")
        require_fit(network.spec, inputs, targets)
        self._network, self._samples = network, (inputs, targets)
        self._evaluator: Evaluator | None = None
        self.plateau, self.patience = Plateau(), Patience()
        self.best_theta: FloatArray | None = None

    def check(self, config: TrainingConfig) -> None:
        """SpecError, with the numbers, if the samples are too many to watch."""
        if _watches(config):
            require_room(self._network.spec, len(self._samples[1]))

    def after_epoch(
        self, epoch: int, scheduled_epochs: int, config: TrainingConfig
    ) -> Stopped | None:
        """What early stopping says; theta then is back at that of the best epoch.

        ``scheduled_epochs`` have been completed since the schedule was chosen.
        """
        stopping, schedule = config.early_stopping, config.schedule
        if not _watches(config):
            return None
        loss = self._loss()
        if schedule.name == "plateau" and scheduled_epochs > schedule.warm_up:
            self.plateau = self.plateau.after(loss, schedule)
        if stopping is None:
            return None
        self.patience = best = self.patience.after(loss, epoch, stopping)
        theta = self._network.parameters.theta
        if best.waited == 0 or self.best_theta is None:
            self.best_theta = theta.copy()
        if best.waited < stopping.patience:
            return None
        theta[...] = self.best_theta
        return Stopped(epoch, best.best_epoch, best.best)

    def reconsider(self, old: TrainingConfig, new: TrainingConfig, has_stopped: bool) -> None:
        """After a change of the settings: what was gathered under others counts no more."""
        if new.schedule != old.schedule:
            self.plateau = Plateau()
        if old.early_stopping is None or new.early_stopping is None:
            self.patience, self.best_theta = Patience(), None
        elif has_stopped or new.early_stopping != old.early_stopping:
            self.patience = replace(self.patience, waited=0)

    def _loss(self) -> float:
        if self._evaluator is None:
            self._evaluator = Evaluator(self._network, *self._samples)
        return self._evaluator.loss()


def _watches(config: TrainingConfig) -> bool:
    return config.early_stopping is not None or config.schedule.name == "plateau"
