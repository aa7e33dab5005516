"""One NPY array where it lies in a file, and its values as rows and columns."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nncore.data.reading.arrays.header import Header, Place, read_header
from nncore.data.reading.binary import Meter, read_bytes, size_fault
from nncore.data.reading.blocks import PREVIEW_BYTES, Block

LARGEST_TEXT = 128 * 2**20  # bytes, of which each may take four in memory

_LARGEST_CHARACTER = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)

Opening = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, eq=False, slots=True)
class StoredArray:
    """An array of which only the header has been read.

    open  a stream of the array from its beginning, to be used in a ``with``
    """

    place: Place
    open: Opening
    header: Header

    def block(self, names: tuple[str, ...], is_target: bool = False) -> Block:
        """The array as columns of these names."""
        header = self.header
        return Block(names, header.n_rows, header.n_bytes, self.first, self.all, is_target)

    def all(self, meter: Meter | None = None) -> NDArray[Any]:
        """All values, (n, columns). Raises LoadError."""
        return self._values(self.header, meter)

    def first(self) -> NDArray[Any]:
        """The first rows, (rows, columns), at least one.

        Where whole columns follow one another, that is all: the rows end in the last of them.
        """
        header = self.header
        if header.fortran_order and len(header.shape) > 1:
            return self.all()
        rows = max(1, PREVIEW_BYTES // (header.dtype.itemsize * header.n_columns))
        return self._values(replace(header, shape=(min(rows, header.n_rows), *header.shape[1:])))

    def _values(self, header: Header, meter: Meter | None = None) -> NDArray[Any]:
        with self.open() as stream:
            stream.read(header.start)
            content = read_bytes(stream, header.n_bytes, meter)
        if fault := size_fault(len(content), header.n_bytes):
            raise self.place.error(fault)
        order: Any = "F" if header.fortran_order else "C"
        values = np.frombuffer(content, header.dtype).reshape(header.shape, order=order)
        return _plain(values.reshape(header.n_rows, -1), self.place)


def array_at(place: Place, open: Opening, n_bytes: int) -> StoredArray:
    """The array in ``n_bytes``, its header read and compared with them. Raises LoadError."""
    with open() as stream:
        header = read_header(stream, place)
    if fault := size_fault(n_bytes, header.start + header.n_bytes):
        raise place.error(fault)
    if header.dtype.kind in "US" and header.n_bytes > LARGEST_TEXT:
        raise place.error(
            f"holds {header.n_bytes:,} bytes of text; at most {LARGEST_TEXT:,} are read"
        )
    return StoredArray(place, open, header)


def _plain(values: NDArray[Any], place: Place) -> NDArray[Any]:
    """Booleans as 0 and 1, bytes as text, half precision as single, all in native byte order."""
    if values.dtype.kind == "b":
        return np.array(values.view(np.uint8) != 0, np.uint8)
    if values.dtype.kind == "S":
        try:
            text: NDArray[Any] = np.strings.decode(values, "utf-8")
        except UnicodeDecodeError:
            raise place.error("holds text that is not in UTF-8") from None
        return text
    is_half = values.dtype.kind == "f" and values.dtype.itemsize == 2
    native = np.dtype(np.float32) if is_half else values.dtype.newbyteorder("=")
    values = values.astype(native, copy=False)
    if values.dtype.kind == "U":
        _require_characters(values, place)
    return values


def _require_characters(text: NDArray[Any], place: Place) -> None:
    codes = np.frombuffer(text.tobytes(), np.uint32)
    surrogates = (codes >= _SURROGATES[0]) & (codes <= _SURROGATES[1])
    if (surrogates | (codes > _LARGEST_CHARACTER)).any():
        raise place.error("holds text with impossible characters, so it is damaged")
