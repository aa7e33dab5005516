"""What gzip has compressed, as an origin like any other: it is unpacked as it is read."""

import gzip
import io
import zlib
from functools import partial
from typing import BinaryIO

from nncore.data.reading.binary import BLOCK_BYTES, NOT_COUNTED, require_fair
from nncore.data.reading.choices import Progress
from nncore.data.reading.origin import Origin
from nncore.errors import LoadError

MAGIC = b"\x1f\x8b"
PACKED = (MAGIC, b"PK\x03\x04")  # what may not lie inside


def is_gzip(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is compressed with gzip."""
    return head.startswith(MAGIC)


def unpacked(origin: Origin, progress: Progress | None = None) -> Origin:
    """The bytes inside, all checked and counted once; ``progress`` stays at 0 meanwhile.

    A file that isn't gzip is given back as it is. Raises LoadError for one that is called .gz
    nevertheless, or is cut short, damaged or too large unpacked; Cancelled.
    """
    if not _is_packed(origin):
        return origin
    n_bytes = 0
    with _unpacking(origin) as stream:
        while block := stream.read(BLOCK_BYTES):
            n_bytes += len(block)
            if progress:
                progress(0.0)
    return _inside(origin, n_bytes)


def peeked(origin: Origin) -> Origin:
    """The same, with only the beginning checked; if there is more, ``n_bytes`` is NOT_COUNTED."""
    if not _is_packed(origin):
        return origin
    with _unpacking(origin) as stream:
        n_bytes = len(stream.read(BLOCK_BYTES))
        return _inside(origin, NOT_COUNTED if stream.read(1) else n_bytes)


def _is_packed(origin: Origin) -> bool:
    if is_gzip(origin.head(len(MAGIC))):
        return True
    if origin.path.suffix.lower() == ".gz":
        hint = "If it has been unpacked already, rename it."
        raise LoadError(origin.path, "is named .gz and is not compressed with gzip", hint)
    return False


def _inside(origin: Origin, n_bytes: int) -> Origin:
    inside = Origin(origin.path, n_bytes, partial(_unpacking, origin), origin.stamp)
    if inside.head(4).startswith(PACKED):
        raise LoadError(origin.path, "holds another packed file", "Unpack it first.")
    return inside


def _unpacking(origin: Origin) -> BinaryIO:
    return io.BufferedReader(_Unpacking(origin), BLOCK_BYTES)


class _Unpacking(io.RawIOBase):
    """The unpacked bytes of a gzip file. Raises LoadError where it is damaged, or a bomb."""

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self._path = origin.path
        self._packed = origin.open()
        self._gzip = gzip.GzipFile(fileobj=self._packed, mode="rb")
        self._n_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            count = self._gzip.readinto(buffer)
        except EOFError:
            raise LoadError(self._path, "is cut short") from None
        except (gzip.BadGzipFile, zlib.error):
            raise LoadError(self._path, "is damaged and can't be unpacked") from None
        self._n_bytes += count
        require_fair(self._path, self._n_bytes, self._packed.tell())
        return count

    def close(self) -> None:
        self._packed.close()
        super().close()
