"""What a trainer holds from step to step, and what a person reads of it."""

import math

import numpy as np
from numpy.typing import ArrayLike

from nncore.divergence import Divergence, safe_square
from nncore.errors import SpecError
from nncore.monitor import Monitor, Stopped
from nncore.network import Network, Trace
from nncore.operations import quiet_context
from nncore.optimizers import OPTIMIZERS
from nncore.order import Masks, SampleOrder
from nncore.parameters import Parameters, initial_theta
from nncore.recorder import Recorder
from nncore.samples import Samples
from nncore.schedules import learning_rate_factor
from nncore.spec import NetworkSpec, Schedule, TrainingConfig
from nncore.types import FloatArray

PHASES = ("forward", "loss", "backward", "update")


class TrainerState:
    """A network, what it is trained on and with which settings, and how far it has come."""

    def __init__(
        self,
        spec: NetworkSpec,
        config: TrainingConfig,
        X: ArrayLike,
        Y: ArrayLike,
        theta: FloatArray | None = None,
        *,
        held_out: tuple[ArrayLike, ArrayLike] | None = None,
        sample_weights: ArrayLike | None = None,
        data_version: int = 0,
    ) -> None:
        """X (n, n[0]); Y (n, n[L]), or class indices (n,).

        theta (P,)      instead of weights drawn from the seed
        held_out        (X, Y) whose loss reduction on a plateau and early stopping watch
        sample_weights  factor on the loss of each sample (n,), beside the class weights
        data_version    by which the caller tells these samples from others

        Raises SpecError for what does not fit together.
        """
        if not isinstance(spec, NetworkSpec) or not isinstance(config, TrainingConfig):
            raise SpecError("A trainer takes a NetworkSpec and then a TrainingConfig.")
        samples = Samples.checked(
            spec, config.class_weights, X, Y, held_out, sample_weights, data_version
        )
        weights_seed, self._order_seed, masks_seed = np.random.SeedSequence(config.seed).spawn(3)
        self._masks = Masks(masks_seed) if spec.has_dropout else None
        self.network = _initial_network(spec, theta, weights_seed)
        self._gradient = self.network.gradient.theta
        self._square = np.zeros((), spec.dtype)  # of the gradient; a place to put it saves time
        # NumPy's warnings are off in a step: divergence is found, and told, by other means.
        self._quietly = quiet_context().run

        self.epoch = self.batch = self.step = self.phase = self.sample = 0
        self.divergence: Divergence | None = None
        self.stopped: Stopped | None = None
        self._n_taken = 0  # samples of this epoch that have been taken, the batch under way apart
        self._schedule_from = 0  # the epoch in which the schedule was chosen
        self._begun_at = 0  # the step from which on the trace holds what was computed

        self._put(samples, config)
        self._apply(config)
        self._find_safe_square()
        self._plan = self._recorder.plan(self._batch_size)

    # ---- what a person reads -------------------------------------------------------------

    @property
    def config(self) -> TrainingConfig:
        return self._config

    @property
    def samples(self) -> Samples:
        """What it is trained on, and what is held out."""
        return self._samples

    @property
    def trace(self) -> Trace:
        """Of the batch under way, or else of the last one."""
        return self._plan.trace

    @property
    def update(self) -> Parameters:
        """What the last step took off the parameters, in their layout."""
        return self._recorder.update

    @property
    def slots(self) -> dict[str, FloatArray]:
        """What the optimiser keeps from step to step, by name, each (P,)."""
        names = OPTIMIZERS[self._config.optimizer].slots
        return dict(zip(names, self._recorder.optimizer_state.slots, strict=True))

    @property
    def batch_size(self) -> int:
        """Samples per step, the short last batch of an epoch apart."""
        return self._batch_size

    @property
    def n_batches(self) -> int:
        """Batches of this epoch: those taken, and those that the rest of it makes."""
        return self.batch + math.ceil((self.n_samples - self._n_taken) / self._batch_size)

    @property
    def epochs(self) -> float:
        """Epochs completed, with the share of this one's samples that have been taken."""
        return self.epoch + self._n_taken / self.n_samples

    @property
    def is_between_epochs(self) -> bool:
        """Whether nothing of this epoch has been taken yet."""
        return self._n_taken == 0 and self.phase == 0

    @property
    def next_phase(self) -> str:
        """What ``step_phase`` does next, one of PHASES."""
        return PHASES[self.phase]

    @property
    def has_ended(self) -> bool:
        """Whether steps do nothing any more."""
        return self.divergence is not None or self.stopped is not None

    @property
    def current_learning_rate(self) -> float:
        """Learning rate times the schedule's factor: of the last step, or, after a change or a
        ``restore``, of the next."""
        return float(self._recorder.learning_rate)

    @property
    def best_theta(self) -> FloatArray | None:
        """With early stopping, the parameters (P,) of the best epoch so far."""
        return self._monitor.best_theta

    def batch_loss(self) -> float | None:
        """Loss of the last batch, under the parameters before its update; None before any."""
        return self.trace.loss() if self.step > self._begun_at or self.phase else None

    # ---- samples and settings ------------------------------------------------------------

    def _put(self, samples: Samples, config: TrainingConfig) -> None:
        """These samples instead of those before; ``_apply`` has to follow.

        Raises SpecError, and changes nothing, if they or a batch of them don't fit.
        """
        if samples.spec != self.network.spec:
            raise SpecError(
                f"The samples are for {samples.spec.shape_text}, not "
                f"{self.network.spec.shape_text}, or for other activations."
            )
        dropout = None if self._masks is None else self._masks.generator
        monitor = Monitor(self.network, *samples.watched)
        recorder = Recorder(self.network, samples.training, dropout)
        recorder.check(config)
        monitor.check(config)
        self._samples, self._monitor, self._recorder = samples, monitor, recorder
        self.n_samples, self._largest_sample = len(samples.training), samples.training.largest
        self._order = SampleOrder(self.n_samples, self._order_seed)

    def _apply(self, config: TrainingConfig) -> None:
        """These settings from now on; ``_find_safe_square`` has to follow."""
        self._config = config
        self._recorder.record(config)
        self._plans, self._update_calls = self._recorder.plans, self._recorder.update_calls
        self._batch_size = self._recorder.batch_size
        self._is_scheduled = config.schedule != Schedule()
        self._set_learning_rate()

    def _set_learning_rate(self) -> None:
        schedule, plateau = self._config.schedule, self._monitor.plateau
        factor = plateau.factor * learning_rate_factor(schedule, self.epoch - self._schedule_from)
        self._recorder.learning_rate[...] = self._config.learning_rate * factor

    def _find_safe_square(self) -> None:
        slots = self._recorder.optimizer_state.slots
        self._safe_square = safe_square(
            self.network.parameters.theta, slots, self._largest_sample, self._config
        )


def _initial_network(
    spec: NetworkSpec, theta: FloatArray | None, seed: np.random.SeedSequence
) -> Network:
    if theta is None:
        theta = initial_theta(spec, np.random.default_rng(seed))
    network = Network.from_theta(spec, theta)
    if not np.isfinite(network.parameters.theta).all():
        raise SpecError(f"The initial weights hold a value not finite in {spec.dtype}.")
    return network
