"""A zip archive of arrays: its directory is looked through before anything in it is read."""

import errno
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from nncore.data.reading.arrays.header import Place
from nncore.data.reading.binary import require_fair
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_numbers import shown
from nncore.errors import Cancelled, LoadError

LARGEST_DIRECTORY = 2**20  # bytes: some ten thousand members
LONGEST_NAME = 100
DAMAGED = "is cut short or damaged"

_SUFFIX = ".npy"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x41  # flags of a member: encrypted in the old way, or in the strong one

# The record that says where the directory is: 22 bytes and a comment, at the end of the file.
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\5\6", 22, 2**16
_LARGE_END, _LARGE_END_BYTES = b"PK\6\7", 20  # stands before it in archives of more than 4 GiB


@contextmanager
def archive_in(origin: Origin) -> Iterator[zipfile.ZipFile]:
    """The archive, its directory checked. Raises LoadError."""
    with origin.open() as stream:
        _require_small_directory(origin, stream)
        with _told(Place(origin.path)):
            archive = zipfile.ZipFile(stream)
        with archive:
            members = archive.infolist()
            _require_arrays(origin, members)
            for member in members:
                _require_plain(Place(origin.path, array_name(member)), member)
            require_fair(origin.path, sum(m.file_size for m in members), origin.n_bytes)
            yield archive


@contextmanager
def member_in(
    place: Place, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> Iterator[BinaryIO]:
    """The unpacked bytes of a member. What reading them raises is told as LoadError."""
    with _told(place), archive.open(member) as stream:
        yield cast(BinaryIO, stream)


def is_array(member: zipfile.ZipInfo) -> bool:
    """Whether a member is named as an array is."""
    return member.orig_filename.endswith(_SUFFIX)


def array_name(member: zipfile.ZipInfo) -> str:
    """What the array is called."""
    return member.orig_filename.removesuffix(_SUFFIX)


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Whatever damaged bytes make zipfile and zlib raise becomes one sentence on ``place``.

    That is a dozen kinds of error; the one of the system for a place before the beginning, too.
    """
    try:
        yield
    except (LoadError, Cancelled, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise place.error(DAMAGED) from None


def _require_small_directory(origin: Origin, stream: BinaryIO) -> None:
    """Raise LoadError for more members than fit into memory; zipfile takes any number."""
    stream.seek(max(0, origin.n_bytes - _END_BYTES - _LONGEST_COMMENT))
    tail = stream.read()
    at = tail.rfind(_END)
    if not 0 <= at <= len(tail) - _END_BYTES:
        raise LoadError(origin.path, f"is a zip archive that {DAMAGED}")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if size > LARGEST_DIRECTORY or tail[:at][-_LARGE_END_BYTES:].startswith(_LARGE_END):
        raise LoadError(origin.path, "is a zip archive of too many members")


def _require_arrays(origin: Origin, members: Sequence[zipfile.ZipInfo]) -> None:
    """Raise LoadError unless there are arrays, with different names."""
    names = Counter(array_name(member) for member in members if is_array(member))
    if not names:
        hint = "Unpack it and open what is inside."
        raise LoadError(origin.path, "is a zip archive without NumPy arrays", hint)
    name, times = names.most_common(1)[0]
    if times > 1:
        raise LoadError(origin.path, f"holds {times} members named {shown(name)}")


def _require_plain(place: Place, member: zipfile.ZipInfo) -> None:
    """Raise LoadError for a member that isn't a file of a fair name, stored or deflated."""
    name = place.member
    if any(mark in name for mark in "/\\:") or name in ("", ".", ".."):
        raise place.error("has a path for a name")
    if not name.isprintable() or len(name) > LONGEST_NAME:
        raise place.error(f"has a name that is not plain text of {LONGEST_NAME} characters")
    if member.flag_bits & _ENCRYPTED:
        raise place.error("is encrypted", "Save the arrays without a password.")
    if member.compress_type not in _METHODS:
        raise place.error("is compressed in a way that NumPy doesn't use")
