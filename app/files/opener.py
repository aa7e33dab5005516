"""Opening a file in the background: reading never blocks the window."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.files.opening import open_file
from nncore.errors import LoadError

JOIN_S = 5.0  # a daemon thread that takes longer ends with the program


class Opener(QObject):
    """Opens one file at a time in a thread; ``opened`` is emitted in the window's thread."""

    opened = Signal(object)  # Opened

    def __init__(self) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None
        self._unheard = 0  # results that the window has not yet been told
        self.opened.connect(self._on_opened)

    @property
    def is_busy(self) -> bool:
        """From the asking until the window has been told."""
        return self._unheard > 0

    def open(self, path: Path, target: str | None = None) -> None:
        """Begin; a file that is still being read is waited for first."""
        self.close()
        self._thread = threading.Thread(
            target=self._read, args=(path, target), name="nnscope opening", daemon=True
        )
        self._unheard += 1
        self._thread.start()

    def close(self) -> None:
        """Wait for the file that is being read."""
        if self._thread is not None:
            self._thread.join(JOIN_S)

    def _on_opened(self) -> None:
        self._unheard -= 1

    def _read(self, path: Path, target: str | None) -> None:
        try:
            self.opened.emit(open_file(path, target))
        except Exception as error:  # or the window would wait for ever
            self.opened.emit(LoadError(path, f"can't be read ({error!r})"))
