"""Tables for the tests of reading, written into files, and how they end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, preview, read
from nncore.data.reading.choices import Choices, TextFormat
from nncore.errors import LoadError


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(folder: Path, content: str | bytes, choices: Choices | None = None) -> Dataset:
    """The data of a file with such content."""
    return read(origin_of(written(folder, content)), choices)


def refusal(path: Path, choices: Choices | None = None) -> str:
    """The sentence of the LoadError, checked to be one line that starts with the file's name."""
    with pytest.raises(LoadError) as caught:
        read(origin_of(path), choices)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path.name}: ")
    assert sentence.isprintable()
    assert caught.value.path == path
    assert not caught.value.reason.endswith((".", "?"))
    return sentence


def read_or_refuse(path: Path, format: TextFormat | None = None) -> None:
    """Look at a file and read it as guessed; see data or a LoadError within a second."""
    with within_a_second(), suppress(LoadError):
        choices = preview(origin_of(path), format).choices
        check(read(origin_of(path), choices))
    with within_a_second(), suppress(LoadError):
        check(read(origin_of(path)))


def check(data: Dataset) -> None:
    assert data.n_samples >= 1
    assert np.isfinite(data.y).all()
    assert len(data.categories) == data.n_features
    if data.is_classification:
        assert set(data.y.tolist()) == set(range(data.n_classes))


@contextmanager
def within_a_second() -> Iterator[None]:
    """A sentence of two lines, or one that comes late, fails the test.

    The time is what this thread computes, so that a busy machine is no matter.
    """
    begin = time.thread_time()
    try:
        yield
    except LoadError as error:
        assert str(error).isprintable()
        raise
    finally:
        assert time.thread_time() - begin < 1
