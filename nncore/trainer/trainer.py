"""The trainer: stepped, changed at any moment, and put back into any earlier one."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from nncore.errors import SpecError
from nncore.samples import Samples
from nncore.snapshot import Snapshot
from nncore.spec import TrainingConfig
from nncore.spec.checks import is_int, shown
from nncore.trainer.stepping import Stepper


class Trainer(Stepper):
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

    # ---- changes during a run ------------------------------------------------------------

    def configure(self, config: TrainingConfig) -> None:
        """Train on with other settings, from the next step on.

        A batch under way is begun anew and taken as far as it was. A run that has ended may go
        on: the step that diverged is tried again, and early stopping waits anew. Another
        optimiser starts with empty slots, another schedule with this epoch. Raises SpecError,
        and changes nothing, for settings that are impossible or that belong to the beginning of
        a run: seed and class weights.
        """
        _require_changeable(self._config, config)
        self._recorder.check(config)
        self._monitor.check(config)
        phase, sample = self._reopen(config)
        if config.schedule != self._config.schedule:
            self._schedule_from = self.epoch
        self._apply(config)
        self._resume(phase, sample)

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
        self._resume(phase, sample)

    def set_data(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        held_out: tuple[ArrayLike, ArrayLike] | None = None,
        sample_weights: ArrayLike | None = None,
        data_version: int = 0,
    ) -> None:
        """``use`` other samples between two epochs; the arguments are those of a new trainer.

        An epoch in which the run has diverged can't be taken to its end, so it begins anew.
        Raises SpecError, and changes nothing, amid any other epoch and for what does not fit.
        """
        if not self.is_between_epochs and self.divergence is None:
            raise SpecError("Other samples can be taken between two epochs only, not amid one.")
        spec, class_weights = self.network.spec, self._config.class_weights
        self.use(Samples.checked(spec, class_weights, X, Y, held_out, sample_weights, data_version))

    def use(self, samples: Samples) -> None:
        """Begin an epoch on ``samples``, giving up what has been taken of the one under way.

        Parameters, what the optimiser remembers, settings, the other counts and the generators
        stay as they are, and a run that has ended may go on. Reduction on a plateau and early
        stopping wait anew, for they watch another loss now; a rate once reduced stays reduced.
        Raises SpecError, and changes nothing, if the samples or a batch of them don't fit.
        """
        begun_at = self._begun_at
        self.restore(self.snapshot().on_other_samples(len(samples.training)), samples)
        self._begun_at = begun_at  # the last batch is still there to be read

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

    def _resume(self, phase: int, sample: int) -> None:
        """After a change: from the beginning of the batch to as far as it had come."""
        self._find_safe_square()  # parameters, settings, slots or samples are others now
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

    def restore(self, snapshot: Snapshot, samples: Samples | None = None) -> None:
        """Back into the state of a snapshot of this trainer, or of one made with its arguments.

        ``samples`` are those that it was taken on, if they may be others than the present ones.
        Between two batches ``trace``, ``update`` and the gradient keep what was computed last;
        amid a batch they are computed anew. Raises SpecError, and changes nothing, if it is of
        another network or of another number of samples.
        """
        samples = samples or self._samples
        snapshot.require_fit(self.network.spec, len(samples.training))
        if samples is not self._samples:
            update = self.update.theta
            self._put(samples, snapshot.config)
            self.update.theta[...] = update
        self._restore_position(snapshot)
        self._restore_memory(snapshot)
        self._resume(snapshot.phase, snapshot.sample)

    def _restore_position(self, snapshot: Snapshot) -> None:
        """At the beginning of the batch that was under way."""
        self._begun_at = snapshot.step
        self.step, self.epoch, self.batch = snapshot.step, snapshot.epoch, snapshot.batch
        self.phase = self.sample = 0
        self.divergence, self.stopped = None, snapshot.stopped
        self._n_taken = snapshot.n_taken
        self._order.restore(snapshot.order_state, under_way=snapshot.n_taken > 0)
        if self._masks is not None and snapshot.mask_state is not None:
            self._masks.restore(snapshot.mask_state)

    def _restore_memory(self, snapshot: Snapshot) -> None:
        """Parameters and settings, and what optimiser, schedule and monitor remember."""
        self.network.parameters.theta[...] = snapshot.theta
        self._schedule_from = snapshot.schedule_from
        self._monitor.plateau, self._monitor.patience = snapshot.plateau, snapshot.patience
        self._monitor.best_theta = snapshot.best_theta
        self._apply(snapshot.config)
        optimizer = self._recorder.optimizer_state
        optimizer.slots[...], optimizer.n_updates = snapshot.slots, snapshot.n_updates


def _require_changeable(old: TrainingConfig, new: TrainingConfig) -> None:
    """SpecError for what is no settings, or changes what belongs to the beginning of a run."""
    if not isinstance(new, TrainingConfig):
        raise SpecError(f"Settings are a TrainingConfig, not {shown(new)}.")
    for name in ("seed", "class_weights"):
        if getattr(new, name) != getattr(old, name):
            raise SpecError(f"The {name.replace('_', ' ')} can't be changed during a run.")
