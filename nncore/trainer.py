"""Training, stepped from outside at every grain (the guide's chapter 6).

A step takes one batch through four phases: forward propagation, the loss and its gradient at
the output, backpropagation, and the update of theta. An epoch takes every sample once. A
trainer can be stepped by phase, by sample within a batch, by batch and by epoch, in any
mixture; all come to the same bits.

The rules: the loss is the mean over the batch; the samples are put into a new order at the
start of each epoch, from the seed (not when one batch holds them all); the short last batch
is used, with its own size. There are no callbacks and no threads: whoever holds a trainer
steps it and reads what it wants between two steps.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from nncore.divergence import Divergence, first_nonfinite, safe_square
from nncore.errors import SpecError
from nncore.monitor import Monitor, Stopped
from nncore.network import Network, Trace
from nncore.operations import quiet_context, replay
from nncore.optimizers import OPTIMIZERS
from nncore.order import Masks, SampleOrder
from nncore.parameters import Parameters, initial_theta
from nncore.recorder import Recorder, StepPlan
from nncore.schedules import learning_rate_factor
from nncore.snapshot import Snapshot
from nncore.spec import NetworkSpec, Schedule, TrainingConfig
from nncore.spec.checks import is_int, shown
from nncore.training_data import TrainingData
from nncore.types import FloatArray

PHASES = ("forward", "loss", "backward", "update")


class Trainer:
    """Mini-batch training of one network on one set of samples.

    ``epoch``, ``batch`` and ``step`` count what has been completed; ``batch`` within the
    epoch. ``phase`` counts the phases of the batch under way that have been completed, 0 … 3
    (3 too where a step has diverged), and ``sample`` those of its samples that have been seen.
    ``trace`` holds Z, A, delta of the last batch, ``network.gradient`` the gradient as it was
    applied, ``update`` what was taken off the parameters, each as far as the phases have come.

    A step that meets a loss or gradient that is not finite does not happen: ``divergence``
    says where, theta stays as it was, and further steps do nothing. The same holds once
    early stopping has ``stopped`` the run; theta then is that of the best epoch.
    """

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
    ) -> None:
        """X (n, n[0]); Y (n, n[L]), or class indices (n,).

        theta (P,)      instead of weights drawn from the seed
        held_out        (X, Y) whose loss reduction on a plateau and early stopping watch
        sample_weights  factor on the loss of each sample (n,), beside the class weights

        Raises SpecError for what does not fit together.
        """
        if not isinstance(spec, NetworkSpec) or not isinstance(config, TrainingConfig):
            raise SpecError("A trainer takes a NetworkSpec and then a TrainingConfig.")
        data = TrainingData(spec, X, Y, sample_weights, config.class_weights)
        weights_seed, order_seed, masks_seed = np.random.SeedSequence(config.seed).spawn(3)
        if theta is None:
            theta = initial_theta(spec, np.random.default_rng(weights_seed))
        self.network = Network.from_theta(spec, theta)
        if not np.isfinite(self.network.parameters.theta).all():
            raise SpecError(f"The initial weights hold a value not finite in {spec.dtype}.")
        self._gradient = self.network.gradient.theta
        self._square = np.zeros((), spec.dtype)  # of the gradient; a place to put it saves time
        self.n_samples, self._largest_sample = len(data), data.largest
        self.epoch = self.batch = self.step = self.phase = self.sample = 0
        self.divergence: Divergence | None = None
        self.stopped: Stopped | None = None

        self._n_taken = 0  # samples of this epoch that have been taken, the batch under way apart
        self._schedule_from = 0  # the epoch in which the schedule was chosen
        self._begun_at = 0  # the step from which on the trace holds what was computed
        self._order = SampleOrder(self.n_samples, order_seed)
        self._masks = Masks(masks_seed) if spec.has_dropout else None
        if held_out is not None and (not isinstance(held_out, tuple) or len(held_out) != 2):
            raise SpecError("Held-out samples are a pair: inputs and targets.")
        self._monitor = Monitor(self.network, *(held_out or (data.X, data.Y)))
        self._recorder = Recorder(
            self.network, data, None if self._masks is None else self._masks.generator
        )
        # NumPy's warnings are off in a step: divergence is found, and told, by other means.
        self._quietly = quiet_context().run
        self._check(config)
        self._apply(config)
        self._plan = self._recorder.plan(self._batch_size)

    # ---- what a person reads -------------------------------------------------------------

    @property
    def config(self) -> TrainingConfig:
        return self._config

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

    # ---- stepping ------------------------------------------------------------------------

    def step_batch(self) -> None:
        """One step: the next batch, or the rest of the one under way."""
        self._quietly(self._step_batch)

    def step_epoch(self) -> None:
        """Steps to the end of the current epoch."""
        self._quietly(self._step_epoch)

    def step_phase(self) -> None:
        """The next phase of the batch under way, or the first of the next batch."""
        self._quietly(self._step_phase)

    def step_sample(self) -> None:
        """The next sample of the batch; with the last one the batch's update is made.

        The passes are made for the batch as a whole, with its first sample, so that the
        result is that of ``step_batch`` to the last bit. ``trace`` shows the rows of single
        samples, ``trace.sample_gradient(sample - 1)`` what the last one adds to the
        gradient, ``trace.partial_gradient(sample)`` the sum so far.
        """
        self._quietly(self._step_sample)

    def _step_batch(self) -> None:
        # Calls are written out here: each function of ours would show in a step of 7 µs.
        if self.divergence is not None or self.stopped is not None:
            return
        if self.phase == 0:
            for function, arguments in self._load_batch().passes:
                function(*arguments)
        else:
            self._finish_passes()
        # One product tells that all is well: finite, and far from where numbers end.
        if self._gradient.dot(self._gradient, self._square) < self._safe_square:
            for function, arguments in self._update_calls:
                function(*arguments)
        elif not self._update_with_care():
            self.phase = PHASES.index("update")
            return
        self.phase = self.sample = 0
        self.step += 1
        self.batch += 1
        self._n_taken += self._plan.m
        if self._n_taken == self.n_samples:
            self._end_epoch()

    def _step_epoch(self) -> None:
        for _ in range(self.n_batches - self.batch):
            self._step_batch()

    def _step_phase(self) -> None:
        phase = PHASES[self.phase]
        if self.has_ended:
            return
        if phase == "update":
            self._step_batch()  # of which only this is left
            return
        if phase == "forward":
            self._load_batch()
            replay(self._plan.forward)
        elif phase == "loss":
            replay(self._plan.loss)
        else:
            replay(self._plan.backward)
        self.phase += 1

    def _step_sample(self) -> None:
        if self.has_ended:
            return
        self._finish_passes()
        self.sample += 1
        if self.sample == self.trace.m:
            self._step_batch()  # of which only the update is left

    def _finish_passes(self) -> None:
        """The phases of the batch under way up to the update."""
        while PHASES[self.phase] != "update":
            self._step_phase()

    def _load_batch(self) -> StepPlan:
        """Put the next samples into the buffers of their trace; the calls to make on them."""
        start = self._n_taken
        if start == 0:
            self._begin_epoch()
        indices = self._order.indices[start : start + self._batch_size]
        try:
            plan = self._plans[len(indices)]
        except KeyError:
            plan = self._recorder.plan(len(indices))
        self._plan = plan
        for take, axis, buffer in plan.takes:  # as ``gather`` does, written out too
            take(indices, axis, buffer, "clip")
        if self._masks is not None:
            self._masks.mark()
        return plan

    def _begin_epoch(self) -> None:
        if self._is_scheduled:
            self._set_learning_rate()
        self._order.begin_epoch(shuffled=self._batch_size < self.n_samples)

    def _update_with_care(self) -> bool:
        """An update that may overflow. If it does it is undone, and where is noted."""
        found = first_nonfinite(self.network, self.trace)
        if found is None:
            theta, state = self.network.parameters.theta, self._recorder.optimizer_state
            before, slots, n_updates = theta.copy(), state.slots.copy(), state.n_updates
            replay(self._update_calls)
            layer = self.network.parameters.first_nonfinite()
            if layer is not None:
                found = "weight", layer
            elif not np.isfinite(state.slots).all():
                found = "state of the optimiser", self.network.spec.depth
            if found is not None:
                theta[...], state.slots[...], state.n_updates = before, slots, n_updates
            self._find_safe_square()
        if found is not None:
            self.divergence = Divergence(self.epoch + 1, self.step + 1, found[1], found[0])
        return found is None

    def _end_epoch(self) -> None:
        self.batch = self._n_taken = 0
        self.epoch += 1
        self._order.end_epoch()
        since = self.epoch - self._schedule_from
        self.stopped = self._monitor.after_epoch(self.epoch, since, self._config)

    # ---- changes during a run ------------------------------------------------------------

    def configure(self, config: TrainingConfig) -> None:
        """Train on with other settings, from the next step on.

        A batch under way is begun anew and taken as far as it was. A run that has ended may go
        on: the step that diverged is tried again, and early stopping waits anew. Another
        optimiser starts with empty slots, another schedule with this epoch. Raises SpecError,
        and changes nothing, for settings that are impossible or that belong to the beginning of
        a run: seed and class weights.
        """
        if not isinstance(config, TrainingConfig):
            raise SpecError(f"Settings are a TrainingConfig, not {shown(config)}.")
        for name in ("seed", "class_weights"):
            if getattr(config, name) != getattr(self._config, name):
                raise SpecError(f"The {name.replace('_', ' ')} can't be changed during a run.")
        self._check(config)
        phase, sample = self._reopen(config)
        if config.schedule != self._config.schedule:
            self._schedule_from = self.epoch
        self._apply(config)
        self._advance_batch(phase, sample)

    @property
    def learning_rate(self) -> float:
        """The learning rate before the schedule's factor; setting it is a ``configure``."""
        return self._config.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.configure(replace(self._config, learning_rate=value))

    def set_parameter(self, index: int, value: float) -> None:
        """theta[index] ← value, a change as in ``configure``.

        Raises SpecError if there is no such parameter or the value is not finite.
        """
        theta = self.network.parameters.theta
        if not is_int(index) or not 0 <= index < len(theta):
            raise SpecError(f"There is no parameter {index}; they go from 0 to {len(theta) - 1:,}.")
        if not abs(value) <= float(np.finfo(theta.dtype).max):
            raise SpecError(f"A parameter must be finite in {theta.dtype}, not {value}.")
        phase, sample = self._reopen(self._config)
        theta[index] = value
        self._find_safe_square()
        self._advance_batch(phase, sample)

    def _check(self, config: TrainingConfig) -> None:
        self._recorder.check(config)
        self._monitor.check(config)

    def _apply(self, config: TrainingConfig) -> None:
        self._config = config
        self._recorder.record(config)
        self._plans, self._update_calls = self._recorder.plans, self._recorder.update_calls
        self._batch_size = self._recorder.batch_size
        self._is_scheduled = config.schedule != Schedule()
        self._set_learning_rate()
        self._find_safe_square()

    def _find_safe_square(self) -> None:
        slots = self._recorder.optimizer_state.slots
        self._safe_square = safe_square(
            self.network.parameters.theta, slots, self._largest_sample, self._config
        )

    def _set_learning_rate(self) -> None:
        schedule, plateau = self._config.schedule, self._monitor.plateau
        factor = plateau.factor * learning_rate_factor(schedule, self.epoch - self._schedule_from)
        self._recorder.learning_rate[...] = self._config.learning_rate * factor

    def _reopen(self, config: TrainingConfig) -> tuple[int, int]:
        """Before a change: back to the beginning of the batch under way, and a run that has
        ended may go on. How far the batch had come."""
        phase, sample = self.phase, self.sample
        if phase and self._n_taken == 0:
            self._order.rewind_epoch()
        if phase and self._masks is not None:
            self._masks.rewind()
        self.phase = self.sample = 0
        self._monitor.reconsider(self._config, config, self.stopped is not None)
        self.divergence = self.stopped = None
        return phase, sample

    def _advance_batch(self, phase: int, sample: int) -> None:
        """From the beginning of a batch to as far as it had come."""
        while self.phase < phase:
            self._quietly(self._step_phase)
        self.sample = min(sample, self.trace.m - 1)

    # ---- snapshots -----------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The state of this moment; ``restore`` continues from it bit for bit."""
        optimizer, monitor, masks = self._recorder.optimizer_state, self._monitor, self._masks
        if masks is not None and self.phase == 0:
            masks.mark()
        return Snapshot(
            spec=self.network.spec,
            n_samples=self.n_samples,
            config=self._config,
            step=self.step,
            epoch=self.epoch,
            batch=self.batch,
            n_taken=self._n_taken,
            phase=self.phase,
            sample=self.sample,
            theta=self.network.parameters.theta.copy(),
            slots=optimizer.slots.copy(),
            n_updates=optimizer.n_updates,
            order_state=self._order.state,
            mask_state=None if masks is None else masks.marked,
            schedule_from=self._schedule_from,
            plateau=monitor.plateau,
            patience=monitor.patience,
            best_theta=monitor.best_theta,
            stopped=self.stopped,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Back into the state of a snapshot of this trainer, or of one made with its arguments.

        Between two batches ``trace``, ``update`` and the gradient keep what was computed last;
        amid a batch they are computed anew. Raises SpecError if it is of another network or of
        another number of samples.
        """
        if snapshot.spec != self.network.spec or snapshot.n_samples != self.n_samples:
            raise SpecError(
                f"The snapshot is of another run: {snapshot.spec.shape_text} on "
                f"{snapshot.n_samples:,} samples, not {self.network.spec.shape_text} on "
                f"{self.n_samples:,}, or with other activations."
            )
        self.network.parameters.theta[...] = snapshot.theta
        self._begun_at = snapshot.step
        self.step, self.epoch, self.batch = snapshot.step, snapshot.epoch, snapshot.batch
        self.phase = self.sample = 0
        self.divergence, self.stopped = None, snapshot.stopped
        self._n_taken = snapshot.n_taken
        self._order.restore(snapshot.order_state, under_way=snapshot.n_taken > 0)
        if self._masks is not None and snapshot.mask_state is not None:
            self._masks.restore(snapshot.mask_state)
        self._schedule_from = snapshot.schedule_from
        self._monitor.plateau, self._monitor.patience = snapshot.plateau, snapshot.patience
        self._monitor.best_theta = snapshot.best_theta
        self._apply(snapshot.config)
        optimizer = self._recorder.optimizer_state
        optimizer.slots[...], optimizer.n_updates = snapshot.slots, snapshot.n_updates
        self._find_safe_square()
        self._advance_batch(snapshot.phase, snapshot.sample)
