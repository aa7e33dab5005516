"""Files of arrays made by NumPy, zipfile, gzip and struct, never by the reader; and the two ends
that reading one may have."""

import gzip
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, preview, read
from nncore.errors import LoadError

MEBIBYTE = 2**20
IMAGES = "train-images-idx3-ubyte"
LABELS = "train-labels-idx1-ubyte"


def npy(array: Any) -> bytes:
    """An array as NumPy saves it; objects are pickled."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def npy_of(header: str, values: bytes = b"", version: int = 1) -> bytes:
    """An NPY file with any text for a header."""
    size = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + size + header.encode("latin-1") + values


def npz(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive of any members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def idx(array: np.ndarray[Any, Any]) -> bytes:
    """An array as an IDX file."""
    code = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}[array.dtype.str[1:]]
    head = struct.pack(">HBB", 0, code, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def zeros_deflated(n_bytes: int) -> bytes:
    """A raw deflate stream of so many zeros (whole MiB), made in no time: one MiB, repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (n_bytes // MEBIBYTE) + packer.flush()


def zip_of_zeros(before: bytes, n_bytes: int, claimed: int) -> bytes:
    """A zip archive whose member X.npy is some bytes and then zeros; its checksum is wrong.

    ``claimed`` is what the directory says that the member unpacks to.
    """
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH) + zeros_deflated(n_bytes)
    fields = struct.pack("<5H3I2H", 20, 0, 8, 0, 0, 0, len(packed), claimed, 5, 0)
    local = b"PK\3\4" + fields + b"X.npy" + packed
    entry = b"PK\1\2\x14\0" + fields + struct.pack("<3H2I", 0, 0, 0, 0, 0) + b"X.npy"
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def gzip_of_zeros(before: bytes, n_bytes: int) -> bytes:
    """A gzip file of some bytes and then zeros; its checksum is wrong."""
    packer = zlib.compressobj(9, wbits=-15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + head + zeros_deflated(n_bytes) + bytes(8)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def mnist(folder: Path, n: int = 30) -> tuple[Path, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """A small data set in MNIST's format, under MNIST's names: the images' path, and both."""
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    labels = np.arange(n, dtype=np.uint8) % 10
    written(folder, LABELS, idx(labels))
    return written(folder, IMAGES, idx(images)), images, labels


def loaded(path: Path) -> Dataset:
    return read(origin_of(path))


def outcome(path: Path, peak: int = 32 * MEBIBYTE) -> Dataset | LoadError:
    """What a look at a file and then reading it ends in: soon, and without much memory."""
    began = time.perf_counter()
    tracemalloc.start()
    try:
        try:
            preview(origin_of(path))
        except LoadError as error:
            _require_sentence(error)
        try:
            return loaded(path)
        except LoadError as error:
            _require_sentence(error)
            return error
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < peak
        assert time.perf_counter() - began < 2


def _require_sentence(error: LoadError) -> None:
    sentence = str(error)
    assert sentence.startswith(f"{error.path.name}: ")
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert not error.reason.endswith(".")
    assert "allow_pickle" not in sentence
    assert len(sentence) < 400


def refusal(path: Path, peak: int = 32 * MEBIBYTE) -> str:
    """The sentence with which a file is refused."""
    error = outcome(path, peak)
    assert isinstance(error, LoadError), f"read as {error}"
    return str(error)


def refused_at_a_look(path: Path) -> str:
    with pytest.raises(LoadError) as caught:
        preview(origin_of(path))
    return str(caught.value)
