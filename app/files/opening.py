"""What a file holds: data, a model, or why neither."""

from dataclasses import dataclass
from pathlib import Path

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
