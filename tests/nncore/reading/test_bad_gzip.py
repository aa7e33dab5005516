"""gzip files that are damaged, or that are none: each ends in a sentence, and soon."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from array_files import MEBIBYTE, gzip_of_zeros, idx, npy, npy_of, npz, refusal, written

from nncore.data.reading import origin_of, preview
from nncore.errors import LoadError

TABLE = b"a,b,y\n" + b"".join(b"%d,%d,%d\n" % (i, i * i % 7, i % 2) for i in range(2000))
PACKED = gzip.compress(TABLE)
DAMAGED = "is damaged and can't be unpacked"


def with_byte(content: bytes, at: int, value: int) -> bytes:
    changed = bytearray(content)
    changed[at] = value
    return bytes(changed)


FILES = {
    "cut short": (PACKED[:-100], "is cut short"),
    "cut short in its checksum": (PACKED[:-3], "is cut short"),
    "cut short in its header": (PACKED[:5], "is cut short"),
    "only a magic number": (PACKED[:2], "is cut short"),
    "unknown method": (with_byte(PACKED, 2, 7), DAMAGED),
    "corrupt": (with_byte(PACKED, 300, PACKED[300] ^ 16), DAMAGED),
    "wrong checksum": (with_byte(PACKED, -5, PACKED[-5] ^ 1), DAMAGED),
    "wrong length": (with_byte(PACKED, -1, 1), DAMAGED),
    "something after the end": (PACKED + b"more", DAMAGED),
    "not gzip": (TABLE, "is named .gz and is not compressed with gzip"),
    "bytes that are not gzip": (bytes(range(256)), "is named .gz and is not compressed"),
    "empty": (b"", "is named .gz and is not compressed"),
    "nothing inside": (gzip.compress(b""), "is empty"),
    "gzip inside": (gzip.compress(PACKED), "holds another packed file"),
    "archive inside": (gzip.compress(npz({"X.npy": b""})), "holds another packed file"),
    "bomb of text": (gzip_of_zeros(TABLE, 2**30), "unpacks to more than 200 times its size"),
    "bomb in an array": (
        gzip_of_zeros(
            npy_of("{'descr': '|u1', 'fortran_order': False, 'shape': (536870912, 2), }"), 2**30
        ),
        "unpacks to more than 200 times its size",
    ),
    "array that is cut short": (
        gzip.compress(npy(np.zeros((9, 2)))[:-8]),
        "is cut short: its header asks for 272 bytes, and there are 264",
    ),
    "array of nothing else but a shape": (
        gzip.compress(npy_of("{'descr': '<f8', 'fortran_order': True, 'shape': (99999999, 2), }")),
        "is cut short: its header asks for 1,600,000,0",
    ),
    "array that is longer": (gzip.compress(npy(np.eye(3)) + b"abc"), "has 3 bytes after its last"),
    "array of columns without number": (
        gzip_of_zeros(
            npy_of("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 99999999), }"),
            100 * MEBIBYTE,
        ),
        "is damaged",
    ),
    "images without a partner": (gzip.compress(idx(np.ones((3, 2, 2), np.uint8))), "labels"),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_a_gzip_file_that_is_bad_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in refusal(written(tmp_path, "table.csv.gz", content), 16 * MEBIBYTE)


@pytest.mark.parametrize("name", ["array that is longer", "array that is cut short"])
def test_what_is_short_is_counted_at_a_look(tmp_path: Path, name: str) -> None:
    content, words = FILES[name]
    with pytest.raises(LoadError, match=words):
        preview(origin_of(written(tmp_path, "data.npy.gz", content)))


def test_a_bomb_that_grows_slowly_meets_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nncore.data.reading.binary.MAX_UNPACKED", 3 * MEBIBYTE)
    noise = np.random.default_rng(0).integers(32, 127, 4 * MEBIBYTE, np.uint8).tobytes()
    path = written(tmp_path, "table.csv.gz", gzip.compress(noise, 1))
    assert "unpacks to more than" in refusal(path)
