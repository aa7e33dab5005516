"""A step of training: forward propagation, the loss, backpropagation, the update (chapter 6).

The phases are lists of NumPy calls, recorded by ``network`` (the first three) and ``update``.
Here they are made for one batch after the other, epoch after epoch.
"""

from nncore.divergence import Divergence
from nncore.operations import replay
from nncore.recorder import StepPlan
from nncore.trainer.care import update_with_care
from nncore.trainer.state import PHASES, TrainerState


class Stepper(TrainerState):
    """Takes a network from batch to batch, or a part of the way."""

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

    # ---- a batch -------------------------------------------------------------------------

    def _step_batch(self) -> None:
        # Calls are written out here: each function of ours would show in a step of 7 µs.
        if self.divergence is not None or self.stopped is not None:
            return
        if self.phase == 0:
            # forward propagation, the gradient of the loss at the output, backpropagation
            for function, arguments in self._load_batch().passes:
                function(*arguments)
        else:
            self._finish_passes()
        # One product tells that all is well: finite, and far from where numbers end.
        if self._gradient.dot(self._gradient, self._square) < self._safe_square:
            # the update: theta ← theta − learning rate · gradient, or as the optimiser has it
            for function, arguments in self._update_calls:
                function(*arguments)
        elif not self._update_with_care():
            return
        self.phase = self.sample = 0
        self.step += 1
        self.batch += 1
        self._n_taken += self._plan.m
        if self._n_taken == self.n_samples:
            self._end_epoch()

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

    def _update_with_care(self) -> bool:
        """Whether the update could be made; if not, what was in its way is noted."""
        found = update_with_care(self.network, self.trace, self._recorder)
        if found is None:
            self._find_safe_square()
            return True
        what, layer = found
        self.divergence = Divergence(self.epoch + 1, self.step + 1, layer, what)
        self.phase = PHASES.index("update")
        return False

    # ---- an epoch ------------------------------------------------------------------------

    def _step_epoch(self) -> None:
        for _ in range(self.n_batches - self.batch):
            self._step_batch()

    def _begin_epoch(self) -> None:
        if self._is_scheduled:
            self._set_learning_rate()
        self._order.begin_epoch(shuffled=self._batch_size < self.n_samples)

    def _end_epoch(self) -> None:
        self.batch = self._n_taken = 0
        self.epoch += 1
        self._order.end_epoch()
        since = self.epoch - self._schedule_from
        self.stopped = self._monitor.after_epoch(self.epoch, since, self._config)

    # ---- a part of a batch ---------------------------------------------------------------

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
