"""Files and pasted text become data, or one sentence on what is wrong with them.

``preview`` looks at the beginning and guesses how to read it; ``read`` reads everything. What
kind of file it is, its content tells; its name does not.
"""

from nncore.data.dataset import Dataset
from nncore.data.reading import arrays, foreign, gzipped, idx
from nncore.data.reading.choices import Choices, Preview, Progress, TextFormat
from nncore.data.reading.origin import Origin, origin_of, pasted, watched
from nncore.data.reading.text import read_text
from nncore.data.reading.text_preview import preview_text

__all__ = ["Origin", "origin_of", "pasted", "preview", "read"]

HEAD_BYTES = 512


def preview(origin: Origin, format: TextFormat | None = None) -> Preview:
    """The first rows and a guess at each choice; ``format`` says how text is to be taken.

    Raises LoadError.
    """
    with watched(origin):
        origin = gzipped.peeked(origin)
        head = origin.head(HEAD_BYTES)
        foreign.refuse(origin.path, head)
        if arrays.is_npy(head) or arrays.is_zip(head):
            return arrays.preview(origin)
        if idx.is_idx(head):
            return idx.preview(origin)
        return preview_text(origin, format)


def read(
    origin: Origin, choices: Choices | None = None, progress: Progress | None = None
) -> Dataset:
    """The whole table as ``choices`` say; None leaves them to the guesses of ``preview``.

    ``progress`` is told the share that is done and may raise Cancelled. Raises LoadError.
    """
    with watched(origin):
        origin = gzipped.unpacked(origin, progress)
        head = origin.head(HEAD_BYTES)
        foreign.refuse(origin.path, head)
        if arrays.is_npy(head) or arrays.is_zip(head):
            return arrays.read(origin, choices, progress)
        if idx.is_idx(head):
            return idx.read(origin, choices, progress)
        return read_text(origin, choices, progress)
