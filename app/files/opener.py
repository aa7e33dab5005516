"""Looking into files and reading them in the background: the window is never kept waiting."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.files.opening import What, look, read_data
from nncore.data.reading.choices import Choices, Progress, TextFormat
from nncore.errors import Cancelled, LoadError

JOIN_S = 1.0  # a daemon thread that takes longer ends with the program
LEAST_PROGRESS = 0.01


class _Job:
    """One thing asked for: ``work`` is done in the thread, ``tell`` gets what comes of it."""

    def __init__(
        self, what: What, work: Callable[[Progress], object], tell: SignalInstance
    ) -> None:
        self.what, self.work, self.tell = what, work, tell
        self.is_cancelled = False


class Opener(QObject):
    """One job at a time; what is asked for last wins, and all before it is heard of no more.

    All signals are emitted in the window's thread.
    """

    looked = Signal(object)  # opening.Looked
    progressed = Signal(float)  # share of the reading that is done, 0 … 1
    opened = Signal(object)  # opening.Opened
    _went_on = Signal(object, float)  # these two come from the thread, and are queued
    _ended = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._job: _Job | None = None
        self._thread: threading.Thread | None = None
        self._went_on.connect(self._on_went_on)
        self._ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """From the asking until the window has been told."""
        return self._job is not None

    def look(self, what: What, format: TextFormat | None = None) -> None:
        """Begin to look into a file or a text; ``looked`` tells."""
        self._begin(_Job(what, partial(_look, what, format), self.looked))

    def read(self, what: What, choices: Choices | None) -> None:
        """Begin to read all of it, None as guessed; ``progressed`` and ``opened`` tell."""
        self._begin(_Job(what, partial(read_data, what, choices), self.opened))

    def cancel(self) -> None:
        """Nothing more is heard of what was asked for."""
        if self._job is not None:
            self._job.is_cancelled = True
            self._job = None

    def close(self) -> None:
        """Cancel, and wait a little for the thread to notice."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(JOIN_S)

    def _begin(self, job: _Job) -> None:
        self.cancel()
        former, self._job = self._thread, job
        self._thread = threading.Thread(
            target=self._run, args=(job, former), name="nnscope opening", daemon=True
        )
        self._thread.start()

    # ---- in the thread -------------------------------------------------------------------

    def _run(self, job: _Job, former: threading.Thread | None) -> None:
        if former is not None:
            former.join()  # two large files at once might be too much for the memory
        watch = _Watch(job, self._went_on)
        try:
            watch(0.0)
            result = job.work(watch)
        except Cancelled:
            return
        except Exception as error:  # or the window would wait for ever
            path = Path("clipboard") if isinstance(job.what, str) else job.what
            result = LoadError(path, f"can't be read ({error!r})")
        if not job.is_cancelled:
            self._ended.emit(job, result)

    # ---- in the window's thread ----------------------------------------------------------

    def _on_went_on(self, job: _Job, share: float) -> None:
        if job is self._job:
            self.progressed.emit(share)

    def _on_ended(self, job: _Job, result: object) -> None:
        if job is self._job:
            self._job = None
            job.tell.emit(result)


class _Watch:
    """The ``Progress`` of a job: tells of each hundredth, and ends a job that is cancelled."""

    def __init__(self, job: _Job, told: SignalInstance) -> None:
        self._job, self._told = job, told
        self._last = 0.0

    def __call__(self, share: float) -> None:
        if self._job.is_cancelled:
            raise Cancelled
        if share >= self._last + LEAST_PROGRESS:
            self._last = share
            self._told.emit(self._job, share)


def _look(what: What, format: TextFormat | None, progress: Progress) -> object:
    return look(what, format)  # which is quick
