"""Opening a file in the background: reading never blocks the window."""

import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nncore.checkpoint import Model, load_model
from nncore.data.csv_reader import column_names, read_csv
from nncore.data.dataset import Dataset
from nncore.errors import LoadError

MODEL_SUFFIX = ".npz"


@dataclass(frozen=True, eq=False, slots=True)
class OpenedData:
    path: Path
    dataset: Dataset
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class OpenedModel:
    path: Path
    model: Model


Opened = OpenedData | OpenedModel | LoadError


def open_file(path: Path, target: str | None = None) -> Opened:
    """The data or the model in ``path``, or why it can't be had; no Qt."""
    try:
        if path.suffix.lower() == MODEL_SUFFIX:
            return OpenedModel(path, load_model(path))
        return OpenedData(path, read_csv(path, target), column_names(path))
    except LoadError as error:
        return error
    except MemoryError:
        return LoadError(path, "is too large for the memory of this machine")


class Opener(QObject):
    """Opens one file at a time in a thread; ``opened`` is emitted in the window's thread."""

    opened = Signal(object)  # Opened

    def __init__(self) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def open(self, path: Path, target: str | None = None) -> None:
        """Begin; a file that is still being read is waited for first."""
        self.close()
        self._thread = threading.Thread(
            target=self._read, args=(path, target), name="nnscope opening", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Wait for the file that is being read."""
        if self._thread is not None:
            self._thread.join()

    def _read(self, path: Path, target: str | None) -> None:
        self.opened.emit(open_file(path, target))
