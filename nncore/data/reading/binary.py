"""Files that say themselves how many bytes they hold: read without believing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nncore.data.reading.choices import Progress
from nncore.errors import LoadError

BLOCK_BYTES = 2**20  # read at a time: memory grows with what is there, not with what is claimed

# What is packed may unpack to FREE_BYTES; beyond that only to so many times its size, and never
# to more than MAX_UNPACKED.
MAX_UNPACKED = 2 * 2**30
MAX_RATIO = 200
FREE_BYTES = 128 * 2**20

# ``n_bytes`` of an origin whose bytes nobody has counted yet.
NOT_COUNTED = MAX_UNPACKED


@dataclass(slots=True)
class Meter:
    """Tells a Progress how much of a known number of bytes is done."""

    progress: Progress | None
    total: int
    done: int = 0

    def add(self, n_bytes: int) -> None:
        """So many more are done. Raises what the progress raises."""
        self.done += n_bytes
        if self.progress:
            self.progress(min(1.0, self.done / self.total))


def read_bytes(stream: BinaryIO, n_bytes: int, meter: Meter | None = None) -> bytearray:
    """The next ``n_bytes``, or fewer where the stream ends before."""
    content = bytearray()
    while len(content) < n_bytes:
        block = stream.read(min(BLOCK_BYTES, n_bytes - len(content)))
        if not block:
            break
        content += block
        if meter:
            meter.add(len(block))
    return content


def size_fault(n_bytes: int, needed: int) -> str:
    """What is wrong with ``n_bytes`` where the header asks for ``needed``; "" if nothing is."""
    if n_bytes < needed:
        return f"is cut short: its header asks for {needed:,} bytes, and there are {n_bytes:,}"
    if n_bytes > needed and n_bytes != NOT_COUNTED:
        return f"has {n_bytes - needed:,} bytes after its last value, so its header is wrong"
    return ""


def require_fair(path: Path, unpacked: int, packed: int) -> None:
    """Raise LoadError where ``packed`` bytes become too many."""
    if unpacked > MAX_UNPACKED:
        raise LoadError(path, f"unpacks to more than {MAX_UNPACKED >> 30} GiB")
    if unpacked > FREE_BYTES and unpacked > MAX_RATIO * packed:
        raise LoadError(path, f"unpacks to more than {MAX_RATIO} times its size")
