"""Arrays that NumPy or another program has saved, NPY and NPZ, read without trusting them."""

from collections.abc import Iterator
from contextlib import contextmanager

from nncore.checkpoint import FORMAT, MAX_DESCRIPTION
from nncore.data.dataset import Dataset
from nncore.data.reading.arrays.archive import archive_in, array_name, member_in
from nncore.data.reading.arrays.archived import archived_blocks
from nncore.data.reading.arrays.header import MAGIC, Place
from nncore.data.reading.arrays.stored import array_at
from nncore.data.reading.blocks import (
    Block,
    labels,
    preview_blocks,
    read_blocks,
    require_few_columns,
)
from nncore.data.reading.choices import Choices, Preview, Progress
from nncore.data.reading.origin import Origin, watched
from nncore.errors import LoadError

# What a zip archive begins with, one without members too.
_ZIP = (b"PK\3\4", b"PK\5\6")


def is_npy(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a NumPy array."""
    return head.startswith(MAGIC)


def is_zip(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a zip archive, as NPZ is."""
    return head.startswith(_ZIP)


def is_model(origin: Origin) -> bool:
    """Whether it is a network that nnscope has exported, and no data."""
    try:
        with watched(origin):
            return is_zip(origin.head(4)) and _describes_network(origin)
    except LoadError:
        return False


def _describes_network(origin: Origin) -> bool:
    # NumPy stores text in four bytes per character, in the order of the machine
    marks = [FORMAT.encode(encoding) for encoding in ("utf-32-le", "utf-32-be")]
    with archive_in(origin) as archive:
        for member in archive.infolist():
            if array_name(member) == "description":
                with member_in(Place(origin.path, "description"), archive, member) as stream:
                    content = stream.read(MAX_DESCRIPTION)
                return any(mark in content for mark in marks)
    return False


def preview(origin: Origin) -> Preview:
    """The first rows of an NPY or NPZ file. Raises LoadError."""
    with _blocks(origin) as (blocks, _):
        kind = "NumPy array" if len(blocks) == 1 else "NumPy arrays"
        return preview_blocks(origin.path, blocks, kind)


def read(origin: Origin, choices: Choices | None, progress: Progress | None) -> Dataset:
    """All of an NPY or NPZ file. Raises LoadError, and Cancelled."""
    with _blocks(origin) as (blocks, notes):
        return read_blocks(origin.path, blocks, choices, progress, notes)


@contextmanager
def _blocks(origin: Origin) -> Iterator[tuple[list[Block], tuple[str, ...]]]:
    """The table in the file, with notes on it; only headers have been read."""
    if is_npy(origin.head(len(MAGIC))):
        yield _only_block(origin)
    else:
        with archive_in(origin) as archive:
            yield archived_blocks(origin, archive)


def _only_block(origin: Origin) -> tuple[list[Block], tuple[str, ...]]:
    array = array_at(Place(origin.path), origin.open, origin.n_bytes)
    require_few_columns(origin.path, array.header.n_columns)
    sample = array.header.shape[1:]
    if len(sample) < 2:
        return [array.block(tuple(labels("column", sample)))], ()
    note = "The images have no labels beside them, so the target is one of their pixels."
    return [array.block(tuple(labels("pixel", sample)))], (note,)
