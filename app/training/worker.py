"""The training thread. It owns the trainer; the window only sends it messages.

Training runs in turns of about a millisecond. Between two turns the thread lets go of the
interpreter, reads its messages and, if asked, makes a frame, though never so often that
looking would take a notable share of the time from training.
"""

import queue
import threading
import time

import numpy as np

from app.training.mailbox import Mailbox
from app.training.messages import (
    BackEpoch,
    Change,
    Configure,
    Configured,
    DataRefused,
    DataReplaced,
    Diverged,
    Experiment,
    Failed,
    FrameRequest,
    Message,
    Order,
    Pause,
    Paused,
    Refused,
    ReplaceData,
    Run,
    Seek,
    Start,
    Started,
    Step,
    Stop,
    StoppedEarly,
)
from app.training.observer import Observer
from nncore.errors import SpecError
from nncore.samples import Samples
from nncore.spec import TrainingConfig
from nncore.timeline import Timeline
from nncore.trainer import Trainer
from nncore.types import FloatArray

TURN_S = 0.001
TIMELINE_MIB = 64.0
# A frame waits until this many times its own cost has been spent on training.
TRAINING_PER_FRAME = 10


class Worker(threading.Thread):
    """Trains in the background; started once, ended by a Stop message."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name="nnscope training", daemon=True)
        self._mailbox = mailbox
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._run_id = -1
        self._timeline: Timeline | None = None
        self._observer: Observer | None = None
        self._config: TrainingConfig | None = None  # in force, as the window was told …
        self._samples: Samples | None = None  # … and so these
        self._waiting: ReplaceData | None = None  # for the epoch under way to end
        self._n_orders = 0  # of this run
        self._training = False
        self._last_epoch: int | None = None  # where to pause, if anywhere
        self._request: FrameRequest | None = None
        self._next_frame_s = 0.0
        self._alive = True

    def send(self, message: Message) -> None:
        """From any thread; never blocks."""
        self._inbox.put(message)

    def run(self) -> None:
        # The trainer sees to its own overflows; this is for what is made of its numbers on the
        # way to a frame. (np.seterr would not reach this thread.)
        with np.errstate(all="ignore"):
            while self._alive:
                try:
                    self._work()
                except SpecError as error:
                    self._fail(str(error))
                except MemoryError:
                    self._fail("There is not enough memory for this network and data.")
                except Exception as error:
                    # Nobody above would hear of it: a thread's exception ends the thread.
                    self._fail(f"Training stopped on an internal error: {error!r}.")

    def _work(self) -> None:
        """One message, if there is one or nothing else to do; one turn; one frame, if due."""
        if not self._training or not self._inbox.empty():
            self._handle(self._inbox.get())
        if self._training:
            self._train()
            time.sleep(0)  # lets the window have the interpreter
        self._answer()

    def _handle(self, message: Message) -> None:
        match message:
            case Start(experiment):
                self._start(experiment)
            case FrameRequest():
                self._request = message
            case Stop():
                self._alive = self._training = False
            case _ if self._timeline is not None and self._observer is not None:
                self._direct(message, self._timeline, self._observer)

    def _direct(self, message: Message, timeline: Timeline, observer: Observer) -> None:
        """What a person wants of the run there is."""
        self._n_orders += isinstance(message, Order)
        if isinstance(message, Run | Step):
            timeline.leave_later_changes()  # for what is in force now is what is shown
        match message:
            case Run(epochs):
                self._training = not timeline.trainer.has_ended
                self._last_epoch = None if epochs is None else timeline.trainer.epoch + epochs
                if not self._training:
                    self._tell_end(timeline.trainer)
            case Pause():
                self._pause(timeline.trainer, observer)
            case Step():
                timeline.step_batch()
                self._stand_still(timeline, observer)
            case Seek(step):
                self._seek(step, timeline, observer)
                self._stand_still(timeline, observer)
            case BackEpoch():
                # One step back is in the epoch whose beginning is wanted.
                self._seek(timeline.trainer.step - 1, timeline, observer)
                self._seek(timeline.trainer.step - timeline.trainer.batch, timeline, observer)
                self._stand_still(timeline, observer)
            case Configure() | ReplaceData():
                self._change(message, timeline, observer)

    def _start(self, experiment: Experiment) -> None:
        self._training = False
        self._timeline = self._observer = self._waiting = None
        self._request = None  # it was for another network
        self._run_id, self._n_orders = experiment.run_id, 0
        trainer = Trainer(
            experiment.spec,
            experiment.config,
            experiment.X_train,
            experiment.Y_train,
            experiment.theta,
            held_out=_held_out(experiment),
            data_version=experiment.data_version,
        )
        self._config, self._samples = experiment.config, trainer.samples
        self._timeline = Timeline(trainer, TIMELINE_MIB)
        self._observer = Observer(experiment.run_id, trainer)
        self._mailbox.put_record(self._observer.record())
        self._mailbox.put_event(Started(self._run_id))

    def _train(self) -> None:
        """Steps until the turn is over or training has come to its end."""
        timeline, observer = self._timeline, self._observer
        assert timeline is not None and observer is not None
        trainer, step, clock = timeline.trainer, timeline.step_batch, time.perf_counter
        end = clock() + TURN_S
        while True:
            step()
            if trainer.batch == 0:
                if self._waiting is not None:
                    self._replace_data(self._waiting, timeline, observer)
                if trainer.has_ended:
                    break
                if observer.record_due():
                    self._mailbox.put_record(observer.record())
                if trainer.epoch == self._last_epoch:
                    self._pause(trainer, observer)
                    break
            if clock() >= end:
                break
        if trainer.has_ended:  # perhaps amid an epoch: further steps of the turn did nothing
            self._end(trainer, observer)

    def _pause(self, trainer: Trainer, observer: Observer) -> None:
        """Even if not training: whoever asked waits for the answer. A run that has ended by
        itself has said so already."""
        self._training = False
        if trainer.has_ended:
            return
        self._mailbox.put_record(observer.record())
        self._mailbox.put_event(Paused(self._run_id, trainer.step, self._n_orders))

    def _end(self, trainer: Trainer, observer: Observer) -> None:
        """Training has come to its end by itself."""
        self._training = False
        if trainer.divergence is None:  # else the gradient is that of a step not taken
            self._mailbox.put_record(observer.record())
        self._tell_end(trainer)

    def _tell_end(self, trainer: Trainer) -> None:
        if trainer.divergence is not None:
            self._mailbox.put_event(Diverged(self._run_id, trainer.divergence))
        elif trainer.stopped is not None:
            watched = "train" if trainer.samples.held_out is None else "test"
            self._mailbox.put_event(
                StoppedEarly(self._run_id, trainer.step, trainer.stopped, watched)
            )

    def _stand_still(self, timeline: Timeline, observer: Observer) -> None:
        """After a single step, or at another moment of the run."""
        self._tell_config(timeline.trainer)
        if self._waiting is not None and timeline.trainer.is_between_epochs:
            self._replace_data(self._waiting, timeline, observer)
        self._tell_data(timeline)
        if timeline.trainer.has_ended:
            self._end(timeline.trainer, observer)
        else:
            self._pause(timeline.trainer, observer)

    def _seek(self, step: int, timeline: Timeline, observer: Observer) -> None:
        timeline.seek(min(max(step, timeline.first_step), timeline.last_step))
        observer.follow()

    def _change(self, change: Change, timeline: Timeline, observer: Observer) -> None:
        """Train on with other settings or samples. A run that had ended may go on then."""
        trainer = timeline.trainer
        had_ended = trainer.has_ended
        if isinstance(change, Configure):
            self._configure(change.config, timeline)
        elif trainer.is_between_epochs or had_ended:
            self._replace_data(change, timeline, observer)
        else:
            self._waiting = change
        if had_ended and not trainer.has_ended:
            self._mailbox.put_event(Paused(self._run_id, trainer.step, self._n_orders))

    def _configure(self, config: TrainingConfig, timeline: Timeline) -> None:
        """Train on with ``config``, and say so, or say why not."""
        trainer = timeline.trainer
        if config == trainer.config:
            self._mailbox.put_event(Configured(self._run_id, config))
            return
        try:
            timeline.configure(config)
        except SpecError as error:
            self._mailbox.put_event(Refused(self._run_id, config, trainer.config, str(error)))
            return
        self._config = config
        self._mailbox.put_event(Configured(self._run_id, config))

    def _replace_data(self, data: ReplaceData, timeline: Timeline, observer: Observer) -> None:
        """Train on with ``data``, and say so, or say why not."""
        trainer, self._waiting = timeline.trainer, None
        X, Y, held_out, version = data.X_train, data.Y_train, _held_out(data), data.version
        had_diverged = trainer.divergence is not None
        try:
            timeline.set_data(X, Y, held_out=held_out, data_version=version)
        except SpecError as error:
            in_force = trainer.samples.version
            self._mailbox.put_event(DataRefused(self._run_id, version, in_force, str(error)))
            return
        observer.follow()
        if not had_diverged:  # else the gradient is that of a step not taken
            self._mailbox.put_record(observer.record())
        self._tell_data(timeline)

    def _tell_data(self, timeline: Timeline) -> None:
        """Which samples are in force: those asked for or, in the past, those of that time."""
        trainer = timeline.trainer
        if trainer.samples is not self._samples:
            self._samples, known = trainer.samples, timeline.data_versions
            version, step, epoch = self._samples.version, trainer.step, trainer.epoch
            self._mailbox.put_event(DataReplaced(self._run_id, version, step, epoch, known))

    def _tell_config(self, trainer: Trainer) -> None:
        """In the past the settings are those of that time."""
        if trainer.config is not self._config:
            self._config = trainer.config
            self._mailbox.put_event(Configured(self._run_id, self._config))

    def _answer(self) -> None:
        """Make the frame that was asked for, if any and if it is time for one."""
        if self._request is None or self._observer is None:
            return
        begin = time.perf_counter()
        if self._training and begin < self._next_frame_s:
            return
        self._mailbox.put_frame(self._observer.frame(self._request))
        self._request = None
        now = time.perf_counter()
        self._next_frame_s = now + TRAINING_PER_FRAME * (now - begin)

    def _fail(self, reason: str) -> None:
        self._training = False
        self._timeline = self._observer = self._request = self._waiting = None
        self._mailbox.put_event(Failed(self._run_id, reason))


def _held_out(data: Experiment | ReplaceData) -> tuple[FloatArray, FloatArray] | None:
    return (data.X_test, data.Y_test) if len(data.X_test) else None
