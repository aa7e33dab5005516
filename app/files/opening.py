"""What a file or a text holds: a table to be looked at, data, a model, or why neither; no Qt."""

from dataclasses import dataclass, replace
from pathlib import Path

from app.state import FromFile, Pasted
from nncore.checkpoint import Model, load_model
from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, pasted, preview, read
from nncore.data.reading.arrays import is_model
from nncore.data.reading.choices import Choices, Preview, Progress, TextFormat
from nncore.data.reading.origin import Origin
from nncore.errors import LoadError

What = Path | str  # a file, or a pasted text


@dataclass(frozen=True, eq=False, slots=True)
class FoundTable:
    """The beginning of a table; ``n_bytes`` of all of it."""

    what: What
    preview: Preview
    n_bytes: int


@dataclass(frozen=True, eq=False, slots=True)
class FoundModel:
    path: Path
    model: Model


@dataclass(frozen=True, eq=False, slots=True)
class OpenedData:
    """A dataset, and all that is needed to read it again."""

    source: FromFile | Pasted
    dataset: Dataset


Looked = FoundTable | FoundModel | LoadError
Opened = OpenedData | LoadError


def look(what: What, format: TextFormat | None = None) -> Looked:
    """What ``what`` holds; ``format`` is that of a text table, None guesses it."""
    try:
        origin = _origin(what)
        if isinstance(what, Path) and is_model(origin):
            return FoundModel(what, load_model(what))
        return FoundTable(what, preview(origin, format), origin.n_bytes)
    except LoadError as error:
        return error
    except MemoryError:
        return _too_large(what)


def read_data(
    what: What, choices: Choices | None = None, progress: Progress | None = None
) -> Opened:
    """All of the table, as chosen or, for None, as guessed. ``progress`` may raise Cancelled."""
    try:
        origin = _origin(what)
        dataset = read(origin, choices, progress)
        if choices is None:
            guess = preview(origin).choices
            choices = replace(guess, is_classification=dataset.is_classification)
    except LoadError as error:
        return error
    except MemoryError:
        return _too_large(what)
    source = Pasted(what, choices) if isinstance(what, str) else FromFile(what, choices)
    return OpenedData(source, dataset)


def name_of(what: What) -> str:
    """What people call it."""
    return "the clipboard" if isinstance(what, str) else what.name


def _origin(what: What) -> Origin:
    return pasted(what) if isinstance(what, str) else origin_of(what)


def _too_large(what: What) -> LoadError:
    path = Path("clipboard") if isinstance(what, str) else what
    return LoadError(path, "is too large for the memory of this machine")
