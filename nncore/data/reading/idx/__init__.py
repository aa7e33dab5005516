"""IDX, the format of MNIST: images and, in the file beside them, their labels."""

from nncore.data.dataset import Dataset
from nncore.data.reading import gzipped
from nncore.data.reading.blocks import Block, preview_blocks, read_blocks
from nncore.data.reading.choices import Choices, Preview, Progress
from nncore.data.reading.idx.pair import partner_of
from nncore.data.reading.idx.stored import MAGIC, StoredValues, stored_values
from nncore.data.reading.origin import Origin, watched
from nncore.data.reading.text_numbers import shown
from nncore.errors import LoadError

_UTF_32_MARK = b"\0\0\xfe\xff"


def is_idx(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is IDX; no text begins like it but UTF-32."""
    return head.startswith(MAGIC) and not head.startswith(_UTF_32_MARK)


def preview(origin: Origin) -> Preview:
    """The first samples; of the file beside, the beginning is read too. Raises LoadError."""
    values = stored_values(origin)
    partner = partner_of(origin, values.are_labels)
    with watched(partner):
        blocks = _blocks(values, stored_values(gzipped.peeked(partner)))
        return preview_blocks(origin.path, blocks, "IDX images")


def read(origin: Origin, choices: Choices | None, progress: Progress | None) -> Dataset:
    """All samples. Raises LoadError, and Cancelled."""
    values = stored_values(origin)
    partner = partner_of(origin, values.are_labels)
    with watched(partner):
        other = stored_values(gzipped.unpacked(partner, progress))
        blocks = _blocks(values, other)
        what = "labels" if other.are_labels else "images"
        note = f"The {what} were read from {shown(partner.path.name)}."
        return read_blocks(origin.path, blocks, choices, progress, (note,))


def _blocks(values: StoredValues, other: StoredValues) -> list[Block]:
    """The pixels and, after them, the labels. Raises LoadError unless they belong together."""
    path, name = values.origin.path, shown(other.origin.path.name)
    if values.are_labels == other.are_labels:
        what = "labels" if values.are_labels else "images"
        raise LoadError(path, f"holds {what}, and so does {name} beside it")
    images, targets = (other, values) if values.are_labels else (values, other)
    if images.n_samples != targets.n_samples:
        counts = f"{images.n_samples:,} images and {targets.n_samples:,} labels"
        raise LoadError(path, f"does not go with {name} beside it: there are {counts}")
    return [images.block(), targets.block()]
