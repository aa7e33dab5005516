"""The header of one NPY array, read by a grammar of its own: nothing in it is evaluated.

The format is that of numpy.lib.format: a magic number, a version, the length of the header, and
a Python dictionary as text, such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nncore.data.reading.text_numbers import shown
from nncore.errors import LoadError

MAGIC = b"\x93NUMPY"
LONGEST = 10_000  # bytes of a header
MOST_DIMENSIONS = 8
WIDEST_TEXT = 1000  # characters

_DESCR = re.compile(r"""['"]descr['"]\s*:\s*(?:['"]([<>|=]?)([A-Za-z])([0-9]{0,9})['"[]|[\[(])""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)""")
_LENGTH = re.compile(r"[0-9]{1,18}")

_NUMBERS = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
_REFUSED = {
    "O": "Python objects",
    "V": "records of several fields",
    "c": "complex numbers",
    "M": "dates",
    "m": "spans of time",
    "f": "numbers of more than 64 bits",
}
_UNREADABLE = "has a header that is no NumPy array's"


@dataclass(frozen=True, slots=True)
class Place:
    """A file and, in an archive, one of its members; what a refusal is about."""

    path: Path
    member: str = ""

    def error(self, reason: str, hint: str = "") -> LoadError:
        """The refusal, ``reason`` being a sentence without its subject."""
        subject = f"member {shown(self.member)} " if self.member else ""
        return LoadError(self.path, subject + reason, hint)


@dataclass(frozen=True, eq=False, slots=True)
class Header:
    """What an NPY array says of itself.

    start  bytes before the first value
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran_order: bool
    start: int

    @property
    def n_bytes(self) -> int:
        """Bytes of all values."""
        return self.dtype.itemsize * math.prod(self.shape)

    @property
    def n_rows(self) -> int:
        """Values along the first dimension: the samples."""
        return self.shape[0]

    @property
    def n_columns(self) -> int:
        """Values of one sample."""
        return math.prod(self.shape[1:])


def read_header(stream: BinaryIO, place: Place) -> Header:
    """The header at the beginning of ``stream``, which then stands at the first value.

    Raises LoadError unless it is that of an array of real numbers or text, of one dimension at
    least and without a dimension of length 0. How many values there are it doesn't know.
    """
    start = stream.read(8)
    if len(start) < 8 or not start.startswith(MAGIC):
        raise place.error("is not a NumPy array")
    size = _size(stream, start[6:8], place)
    text = stream.read(size)
    if len(text) < size:
        raise place.error("is cut short in its header")
    dtype, order, shape = _fields(text.decode("latin-1"), place)
    before = 8 + (2 if start[6] == 1 else 4) + size
    return Header(dtype, shape, order, before)


def _size(stream: BinaryIO, version: bytes, place: Place) -> int:
    """Length of the header's text; version 1 has 2 bytes for it, the others have 4."""
    if version not in (b"\1\0", b"\2\0", b"\3\0"):
        raise place.error(f"has version {version[0]}.{version[1]} of NumPy's format, not 1, 2 or 3")
    size = int.from_bytes(stream.read(2 if version == b"\1\0" else 4), "little")
    if size > LONGEST:
        raise place.error(f"has a header of {size:,} bytes; at most {LONGEST:,} are read")
    return size


def _fields(text: str, place: Place) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    descr, order, shape = _DESCR.search(text), _ORDER.search(text), _SHAPE.search(text)
    if not (descr and order and shape):
        raise place.error(_UNREADABLE)
    return _dtype(descr, place), order[1] == "True", _shape(shape[1], place)


def _dtype(descr: re.Match[str], place: Place) -> np.dtype[Any]:
    byte_order, kind, size = descr[1] or "", descr[2] or "V", descr[3] or ""
    if kind + size in _NUMBERS:
        return np.dtype(byte_order.replace("|", "") + kind + size)
    if kind in "US" and size:
        if not 0 < int(size) <= WIDEST_TEXT:
            raise place.error(
                f"holds texts {int(size):,} characters wide, not 1 to {WIDEST_TEXT:,}"
            )
        return np.dtype(byte_order.replace("|", "") + kind + size)
    if kind not in _REFUSED:
        raise place.error(_UNREADABLE)
    raise place.error(f"holds {_REFUSED[kind]}; only real numbers and text are read")


def _shape(text: str, place: Place) -> tuple[int, ...]:
    if "L" in text:
        raise place.error("was written by Python 2", "Save it again with a current NumPy.")
    lengths = [length.strip() for length in text.strip().removesuffix(",").split(",")]
    if lengths == [""]:
        raise place.error("holds a single value, not an array")
    if not all(_LENGTH.fullmatch(length) for length in lengths):
        raise place.error(_UNREADABLE)
    shape = tuple(map(int, lengths))
    if len(shape) > MOST_DIMENSIONS:
        raise place.error(f"has {len(shape)} dimensions; at most {MOST_DIMENSIONS} are read")
    if 0 in shape:
        raise place.error(f"is empty: its shape is {shape}")
    return shape
