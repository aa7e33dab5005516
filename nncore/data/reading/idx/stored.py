"""One IDX file: two zero bytes, a byte for the type of the values, a byte for the number of
dimensions, their lengths in four bytes each, and the values; all with the highest byte first.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.reading.binary import Meter, read_bytes, size_fault
from nncore.data.reading.blocks import PREVIEW_BYTES, Block, labels, require_few_columns
from nncore.data.reading.origin import Origin
from nncore.errors import LoadError

MAGIC = b"\0\0"
MOST_DIMENSIONS = 4
_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True, eq=False, slots=True)
class StoredValues:
    """An IDX file of which only the header has been read.

    shape  (n,) for labels, else (n, …)
    start  bytes before the first value
    """

    origin: Origin
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int

    @property
    def are_labels(self) -> bool:
        """Whether there is one value per sample."""
        return len(self.shape) == 1

    @property
    def n_samples(self) -> int:
        """Values along the first dimension."""
        return self.shape[0]

    @property
    def n_bytes(self) -> int:
        """Bytes of all values."""
        return self._n_bytes(self.n_samples)

    def block(self) -> Block:
        """The values as a column "label", or as pixels. Raises LoadError."""
        names = ["label"] if self.are_labels else self._names()
        return Block(
            names=tuple(names),
            n_rows=self.n_samples,
            n_bytes=self.n_bytes,
            first=self._first,
            all=self._all,
            are_classes=self.are_labels and self.dtype.kind in "iu",
        )

    def _names(self) -> list[str]:
        sample = self.shape[1:]
        require_few_columns(self.origin.path, math.prod(sample))
        return labels("pixel" if len(sample) > 1 else "column", sample)

    def _first(self) -> NDArray[Any]:
        rows = max(1, PREVIEW_BYTES // self._n_bytes(1))
        return self._values(min(rows, self.n_samples))

    def _all(self, meter: Meter) -> NDArray[Any]:
        return self._values(self.n_samples, meter)

    def _values(self, n_rows: int, meter: Meter | None = None) -> NDArray[Any]:
        needed = self._n_bytes(n_rows)
        with self.origin.open() as stream:
            stream.read(self.start)
            content = read_bytes(stream, needed, meter)
        if fault := size_fault(self.start + len(content), self.start + needed):
            raise LoadError(self.origin.path, fault)
        values = np.frombuffer(content, self.dtype).reshape(n_rows, -1)
        return values.astype(self.dtype.newbyteorder("="), copy=False)

    def _n_bytes(self, n_rows: int) -> int:
        return self.dtype.itemsize * n_rows * math.prod(self.shape[1:])


def stored_values(origin: Origin) -> StoredValues:
    """The file, its header read and compared with its size. Raises LoadError."""
    path = origin.path
    with origin.open() as stream:
        magic = stream.read(4)
        if len(magic) < 4 or not magic.startswith(MAGIC) or magic[2] not in _TYPES:
            found = magic.hex(" ") or "nothing"
            raise LoadError(path, f"begins with {found}, which is no magic number of IDX")
        n_dimensions = magic[3]
        if not 1 <= n_dimensions <= MOST_DIMENSIONS:
            raise LoadError(path, f"has {n_dimensions} dimensions, not 1 to {MOST_DIMENSIONS}")
        lengths = stream.read(4 * n_dimensions)
    if len(lengths) < 4 * n_dimensions:
        raise LoadError(path, "is cut short in its header")
    shape = tuple(np.frombuffer(lengths, ">u4").tolist())
    if 0 in shape:
        raise LoadError(path, f"is empty: its dimensions are {' × '.join(map(str, shape))}")
    values = StoredValues(origin, np.dtype(_TYPES[magic[2]]), shape, 4 + len(lengths))
    if fault := size_fault(origin.n_bytes, values.start + values.n_bytes):
        raise LoadError(path, fault)
    return values
