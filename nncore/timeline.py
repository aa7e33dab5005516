"""Going back in time: any past step of a run can be had again, bit for bit.

A timeline steps a trainer and keeps a *keyframe*, a snapshot, every so many steps. To go to a
step it restores the last keyframe before it and trains on from there: a run is deterministic,
so that comes to the same bits. What a person changes during the run, a setting, a single
parameter or the samples, is recorded with the step at which it was done, and done again at that
step.

Keyframes are thinned when they outgrow their memory, the older the more, so that a step back
from the end stays quick however long the run has become. The samples of the past take memory
too, which can't be thinned: when they take too much, the timeline begins later.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import attrgetter

import numpy as np
from numpy.typing import ArrayLike

from nncore.changes import Change, DataChange, ParameterChange, SettingsChange, is_overtaken
from nncore.errors import SpecError
from nncore.samples import Samples
from nncore.snapshot import Snapshot
from nncore.spec import TrainingConfig
from nncore.spec.checks import is_int, shown
from nncore.trainer import Trainer

LEAST_KEYFRAMES = 4
SPACINGS = (32, 256)
COPY_SHARE = 0.01  # of the time of training that goes into keyframes, about
DATA_SHARE = 0.5  # of the memory that may go into samples of the past
# What a snapshot and a step cost, roughly: measured on networks of 100 to 500,000 parameters.
SNAPSHOT_US, BYTES_PER_US = 5.0, 2_000.0
STEP_US, FLOPS_PER_US = 5.0, 50_000.0
STEP = attrgetter("step")  # of a change, and of a keyframe


class Timeline:
    """A trainer with its past. Step and change it through the timeline; read it directly.

    After going back, ``last_step`` is still the furthest step known: stepping walks along the
    recorded future, changes included, and a new change ends it there.
    """

    def __init__(self, trainer: Trainer, memory_mib: float = 64.0) -> None:
        """Keeps keyframes and the samples of the past in about ``memory_mib`` MiB; keyframes are
        not thinned to fewer than four.

        Raises SpecError unless that is a positive number.
        """
        if not memory_mib > 0:
            raise SpecError(f"The memory of a timeline must be more than 0 MiB, not {memory_mib}.")
        self.trainer = trainer
        self.memory_bytes = memory_mib * 2**20
        self._begin()

    def _begin(self) -> None:
        """With the present, and no past."""
        self._furthest = self.trainer.step  # when this was last looked at
        self._changes: list[Change] = []
        self._first_samples = self.trainer.samples  # of the first keyframe
        self._keep([self.trainer.snapshot()])
        self.spacing = keyframe_spacing(self.trainer, self._keyframes[0])  # in steps
        # the step after which there is work to do
        self._next_stop = self._furthest + self.spacing

    # ---- what a person reads -------------------------------------------------------------

    @property
    def first_step(self) -> int:
        """The earliest step that can be had back: where the timeline began, or a later one, if
        the samples of before take too much memory."""
        return self._keyframes[0].step

    @property
    def last_step(self) -> int:
        """The furthest step that has been taken, unless a change has ended the run before it."""
        return max(self._furthest, self.trainer.step)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was changed during the run, in order."""
        return tuple(self._changes)

    @property
    def data_versions(self) -> tuple[int, ...]:
        """Of the samples that there are in the known part of the run, in order."""
        return tuple(samples.version for samples in self._all_samples())

    @property
    def n_keyframes(self) -> int:
        return len(self._keyframes)

    # ---- stepping ------------------------------------------------------------------------

    def step_batch(self) -> None:
        """As ``Trainer.step_batch``, and so are the others."""
        self._take(self.trainer.step_batch)

    def step_epoch(self) -> None:
        epoch = self.trainer.epoch
        while self.trainer.epoch == epoch and not self.trainer.has_ended:
            self.step_batch()

    def step_phase(self) -> None:
        self._take(self.trainer.step_phase)

    def step_sample(self) -> None:
        self._take(self.trainer.step_sample)

    def _take(self, step: Callable[[], None]) -> None:
        before = self.trainer.step
        step()
        # not if it has diverged, or is amid a batch
        if self.trainer.step > before and self.trainer.step >= self._next_stop:
            self._attend()

    def _attend(self) -> None:
        """At a step just completed: keep a keyframe, if one is due, before what was changed
        at this step is done again."""
        step = self.trainer.step
        if step >= self._keyframes[-1].step + self.spacing:
            self._keyframes.append(self.trainer.snapshot())
            self.n_bytes += self._keyframes[-1].n_bytes
            if self.n_bytes > self.memory_bytes:
                self._thin()
        self._repeat_changes()

    def _repeat_changes(self) -> None:
        """Do again what was changed at the present step, and see where to stop next."""
        step = self.trainer.step
        begin = bisect_left(self._changes, step, key=STEP)
        end = bisect_right(self._changes, step, key=STEP)
        for change in self._changes[begin:end]:
            change.apply(self.trainer)
        self._next_stop = self._keyframes[-1].step + self.spacing
        if end < len(self._changes):
            self._next_stop = min(self._next_stop, self._changes[end].step)

    def _thin(self) -> None:
        """Drop up to a quarter of the keyframes: those closest together for their age."""
        kept, now = self._keyframes, self._keyframes[-1].step
        # never two neighbours, nor the first or the last
        candidates = range(1, len(kept) - 1, 2)

        def closeness(i: int) -> float:
            before = kept[i - 1].step
            return (kept[i + 1].step - before) / (now - before)

        n_drop = min((len(candidates) + 1) // 2, len(kept) - LEAST_KEYFRAMES)
        dropped = set(sorted(candidates, key=closeness)[: max(n_drop, 0)])
        self._keep([keyframe for i, keyframe in enumerate(kept) if i not in dropped])

    def _keep(self, keyframes: list[Snapshot]) -> None:
        self._keyframes = keyframes
        # memory that the past takes, roughly
        self.n_bytes = sum(keyframe.n_bytes for keyframe in keyframes) + self._data_bytes()

    # ---- going back ----------------------------------------------------------------------

    def seek(self, step: int) -> None:
        """Put the trainer where it was when ``step`` steps were completed, changes included.

        ``trace``, gradient and update are those of that step too (but at ``first_step``, which
        was not come to by a step). Raises SpecError for a step that is not known.
        """
        if not is_int(step):
            raise SpecError(f"A step is a whole number, not {shown(step)}.")
        if not self.first_step <= step <= self.last_step:
            raise SpecError(
                f"There is no step {step:,} to go to; the run is known from step "
                f"{self.first_step:,} to step {self.last_step:,}."
            )
        self._furthest = self.last_step
        # from before the step, so that it is taken and its trace is there to be read
        at = bisect_left(self._keyframes, step, key=STEP) - 1
        keyframe = self._keyframes[max(at, 0)]
        if not keyframe.step <= self.trainer.step < step:
            self.trainer.restore(keyframe, self._samples_of(keyframe))
            self._repeat_changes()
        while self.trainer.step < step and not self.trainer.has_ended:
            self.step_batch()

    # ---- changes -------------------------------------------------------------------------

    def configure(self, config: TrainingConfig) -> None:
        """As ``Trainer.configure``, and recorded."""
        self._change(SettingsChange(self.trainer.step, config))

    def set_parameter(self, index: int, value: float) -> None:
        """As ``Trainer.set_parameter``, and recorded."""
        self._change(ParameterChange(self.trainer.step, index, value))

    def set_data(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        held_out: tuple[ArrayLike, ArrayLike] | None = None,
        sample_weights: ArrayLike | None = None,
        data_version: int = 0,
    ) -> None:
        """As ``Trainer.set_data``, and recorded; the beginning of the run may be given up."""
        self.trainer.set_data(
            X, Y, held_out=held_out, sample_weights=sample_weights, data_version=data_version
        )
        self._record(DataChange(self.trainer.step, self.trainer.samples))
        while self._data_bytes() > DATA_SHARE * self.memory_bytes:
            self._give_up_first_samples()

    def leave_later_changes(self) -> None:
        """After going back: from here on with what is in force now, and not with what was changed
        later on the way before."""
        if self._changes and self._changes[-1].step > self.trainer.step:
            self.configure(self.trainer.config)

    def _change(self, change: Change) -> None:
        change.apply(self.trainer)  # which may refuse it
        self._record(change)

    def _record(self, change: Change) -> None:
        """What has just been changed, which ends the recorded future."""
        self.spacing = keyframe_spacing(self.trainer, self._keyframes[0])
        self._changes = [earlier for earlier in self._changes if earlier.step <= change.step]
        if self._changes and is_overtaken(self._changes[-1], change):
            self._changes.pop()
        self._changes.append(change)
        self._keep([keyframe for keyframe in self._keyframes if keyframe.step <= change.step])
        self._furthest = change.step
        self._next_stop = self._keyframes[-1].step + self.spacing

    # ---- samples of the past -------------------------------------------------------------

    def _data_changes(self) -> list[DataChange]:
        return [change for change in self._changes if isinstance(change, DataChange)]

    def _samples_of(self, keyframe: Snapshot) -> Samples:
        """A keyframe is from before the changes at its step."""
        earlier = [change for change in self._data_changes() if change.step < keyframe.step]
        return earlier[-1].samples if earlier else self._first_samples

    def _all_samples(self) -> list[Samples]:
        return [self._first_samples, *(change.samples for change in self._data_changes())]

    def _data_bytes(self) -> int:
        """Memory of all samples that were changed for others."""
        return sum(samples.n_bytes for samples in self._all_samples()[:-1])

    def _give_up_first_samples(self) -> None:
        """Begin at the first keyframe with later samples or, if there is none, now."""
        at = bisect_right(self._keyframes, self._data_changes()[0].step, key=STEP)
        if at == len(self._keyframes):
            self._begin()
            return
        first = self._keyframes[at]
        self._first_samples = self._samples_of(first)
        self._changes = [change for change in self._changes if change.step >= first.step]
        self._keep(self._keyframes[at:])


def keyframe_spacing(trainer: Trainer, snapshot: Snapshot) -> int:
    """Steps from one keyframe to the next, so that making them costs a small share of training,
    and the way back is not longer than it must be."""
    copying_us = SNAPSHOT_US + snapshot.n_bytes / BYTES_PER_US
    # three products with every weight, of one multiplication and one addition
    flops = 6 * trainer.network.spec.n_parameters * trainer.batch_size
    step_us = STEP_US + flops / FLOPS_PER_US
    return int(np.clip(copying_us / (COPY_SHARE * step_us), *SPACINGS))
