"""The fast path: lines that hold nothing but plain numbers are left to NumPy's C parser.

It takes only what the careful path would take, and gives the same bits: both round correctly.
"""

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.reading.choices import TextFormat
from nncore.data.reading.text_lines import Chunk
from nncore.data.reading.text_numbers import NUMBER_CHARACTERS, is_number


def gap_marks(format: TextFormat) -> frozenset[str]:
    """What a cell without a value holds, spaces trimmed."""
    return frozenset(mark.strip() for mark in ("", *format.missing_marks))


def may_be_plain(format: TextFormat) -> bool:
    """Whether what looks like a number is one, as no mark of a gap looks like one."""
    return not any(is_number(mark, format.decimal) for mark in gap_marks(format))


def plain_numbers(chunk: Chunk, format: TextFormat, width: int) -> Float64Array | None:
    """The numbers of a chunk, float64 (rows, width); None unless all of them are plain."""
    if format.decimal == ",":
        if "." in chunk.text:
            return None
        chunk = Chunk(chunk.line, chunk.text.replace(",", "."))
    text = chunk.text
    if not text.isascii() or not format.delimiter.isascii():
        return None
    if text.encode().translate(None, NUMBER_CHARACTERS + b"\n" + format.delimiter.encode()):
        return None
    if not text or text.isspace():
        return np.empty((0, width))
    delimiter = None if format.delimiter == " " else format.delimiter
    try:
        numbers = np.loadtxt(chunk.lines, delimiter=delimiter, comments=None, ndmin=2)
    except ValueError:
        return None
    fits = numbers.shape[1] == width and np.isfinite(numbers).all()
    return numbers if fits else None
