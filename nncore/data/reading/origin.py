"""Where the bytes of a table come from: a file, the clipboard, the inside of another file."""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from nncore.errors import LoadError

MAX_BYTES = 512 * 2**20


def _nothing() -> object:
    """The stamp of what can't change."""
    return None


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """Bytes that can be read from the beginning as often as needed.

    path     what messages call it
    n_bytes  how many bytes there are to read
    open     a fresh stream from the beginning, to be closed by whoever asked for it
    stamp    a value that differs once the bytes have changed
    """

    path: Path
    n_bytes: int
    open: Callable[[], BinaryIO]
    stamp: Callable[[], object] = _nothing

    def head(self, n_bytes: int) -> bytes:
        """The first bytes, at most so many."""
        with self.open() as stream:
            return stream.read(min(n_bytes, self.n_bytes))


def origin_of(path: str | Path, max_bytes: int = MAX_BYTES) -> Origin:
    """The file at ``path``. Raises LoadError for what isn't a file of a fair size.

    It is looked at before it is opened, because opening a pipe would wait for ever.
    """
    path = Path(path)
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError:
        raise LoadError(path, "is not a valid file name") from None
    if stat.S_ISDIR(status.st_mode):
        raise LoadError(path, "is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise LoadError(path, "is a device or a pipe, not a file")
    if status.st_size > max_bytes:
        raise LoadError(path, f"has {status.st_size:,} bytes; at most {max_bytes:,} are read")
    return Origin(path, status.st_size, partial(_opened, path), partial(_stamp, path))


def pasted(text: str) -> Origin:
    """Text from the clipboard."""
    return from_bytes(Path("clipboard"), text.encode("utf-8", "replace"))


def from_bytes(path: Path, content: bytes) -> Origin:
    """Bytes that are in memory already; ``path`` is what messages call them."""
    return Origin(path, len(content), partial(io.BytesIO, content))


@contextmanager
def watched(origin: Origin) -> Iterator[None]:
    """Reading inside this ends in LoadError if the file fails or changes meanwhile.

    A change is told rather than the fault it made: half a row is not what is wrong then.
    """
    try:
        before = origin.stamp()
        try:
            yield
        except LoadError:
            _require_same(origin, before)
            raise
        _require_same(origin, before)
    except OSError as error:
        raise _unreadable(origin.path, error) from None
    except MemoryError:
        raise LoadError(origin.path, "takes more memory than there is") from None


def _require_same(origin: Origin, before: object) -> None:
    if origin.stamp() != before:
        hint = "Open it again when nothing writes to it."
        raise LoadError(origin.path, "changed while it was read", hint) from None


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _stamp(path: Path) -> object:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns, status.st_ino


def _unreadable(path: Path, error: OSError) -> LoadError:
    if isinstance(error, FileNotFoundError):
        return LoadError(path, "there is no such file")
    if error.errno == errno.ELOOP:
        return LoadError(path, "is a link that leads back to itself")
    return LoadError(path, f"can't be read ({error.strerror or error})")
