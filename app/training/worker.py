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
    Diverged,
    Experiment,
    Failed,
    FrameRequest,
    Message,
    Pause,
    Paused,
    Run,
    SetLearningRate,
    Start,
    Started,
    Stop,
)
from app.training.observer import Observer
from nncore.errors import SpecError
from nncore.trainer import Trainer

TURN_S = 0.001
# A frame waits until this many times its own cost has been spent on training.
TRAINING_PER_FRAME = 10


class Worker(threading.Thread):
    """Trains in the background; started once, ended by a Stop message."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name="nnscope training", daemon=True)
        self._mailbox = mailbox
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._run_id = -1
        self._trainer: Trainer | None = None
        self._observer: Observer | None = None
        self._training = False
        self._last_epoch: int | None = None  # where to pause, if anywhere
        self._request: FrameRequest | None = None
        self._next_frame_s = 0.0
        self._alive = True

    def send(self, message: Message) -> None:
        """From any thread; never blocks."""
        self._inbox.put(message)

    def run(self) -> None:
        # A diverging run overflows before it is stopped; the trainer finds and reports it.
        # (np.seterr would not reach this thread.)
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
            case Run(epochs) if self._trainer is not None:
                self._training = self._trainer.divergence is None
                self._last_epoch = None if epochs is None else self._trainer.epoch + epochs
            case Pause():
                self._pause()
            case SetLearningRate(value) if self._trainer is not None:
                self._trainer.learning_rate = value
            case FrameRequest():
                self._request = message
            case Stop():
                self._alive = self._training = False

    def _start(self, experiment: Experiment) -> None:
        self._training = False
        self._trainer = self._observer = None
        self._request = None  # it was for another network
        self._run_id = experiment.run_id
        self._trainer = Trainer(
            experiment.spec,
            experiment.config,
            experiment.X_train,
            experiment.Y_train,
            experiment.theta,
        )
        self._observer = Observer(experiment, self._trainer)
        self._mailbox.put_record(self._observer.record())
        self._mailbox.put_event(Started(self._run_id))

    def _train(self) -> None:
        """Steps until the turn is over or training has come to its end."""
        trainer, observer = self._trainer, self._observer
        assert trainer is not None and observer is not None
        step, clock = trainer.step_batch, time.perf_counter
        end = clock() + TURN_S
        while True:
            step()
            if trainer.batch == 0:
                if trainer.divergence is not None:
                    self._training = False
                    self._mailbox.put_event(Diverged(self._run_id, trainer.divergence))
                    return
                if observer.record_due():
                    self._mailbox.put_record(observer.record())
                if trainer.epoch == self._last_epoch:
                    self._pause()
                    return
            if clock() >= end:
                return

    def _pause(self) -> None:
        """Even if not training: whoever asked waits for the answer. A run that has ended by
        itself has said so already."""
        self._training = False
        if self._trainer is None or self._observer is None or self._trainer.divergence is not None:
            return
        self._mailbox.put_record(self._observer.record())
        self._mailbox.put_event(Paused(self._run_id))

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
        self._trainer = self._observer = self._request = None
        self._mailbox.put_event(Failed(self._run_id, reason))
