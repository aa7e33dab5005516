"""Files of arrays that are damaged, forged, or hold what is no table: each ends in a sentence."""

import errno
import io
import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from array_files import MEBIBYTE, npy, npy_of, npz, refusal, written, zip_of_zeros

from nncore.data.reading import Origin, origin_of, preview, read
from nncore.data.reading.arrays.archive import LARGEST_DIRECTORY
from nncore.errors import LoadError

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])
GOOD = {"X.npy": npy(X), "y.npy": npy(Y)}


def header(descr: str = "'<f8'", order: str = "False", shape: str = "(6, 2)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


def with_entry(at: int, value: bytes, content: bytes | None = None) -> bytes:
    """A good archive with a field of its first directory entry changed."""
    content = npz(GOOD) if content is None else content
    begin = content.index(b"PK\1\2") + at
    return content[:begin] + value + content[begin + len(value) :]


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def twice(name: str) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")  # zipfile's, on the name
        for _ in range(2):
            archive.writestr(name, npy(X))
    return stream.getvalue()


def bomb(n_bytes: int, claimed: int | None = None) -> bytes:
    begin = npy_of(header("'|u1'", shape=f"({n_bytes // 2}, 2)"))
    return zip_of_zeros(begin, n_bytes, len(begin) + n_bytes if claimed is None else claimed)


def beside_y(content: bytes) -> bytes:
    """An archive with such a member X and a good y."""
    return npz({**GOOD, "X.npy": content})


def of_dtype(dtype: str) -> bytes:
    return beside_y(npy(np.zeros((6, 2), dtype)))


def large_end() -> bytes:
    """An archive that says where its directory is in the way of very large ones."""
    content = npz(GOOD)
    at = content.rindex(b"PK\5\6")
    directory = struct.unpack("<I", content[at + 16 : at + 20])[0]
    end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, at - directory, directory)
    return content[:at] + end + struct.pack("<4sIQI", b"PK\6\7", 0, at, 1) + content[at:]


def many_members() -> bytes:
    """A directory larger than is read, of members that are nothing."""
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 9) + bytes(16)
    n = LARGEST_DIRECTORY // 55 + 1
    entries = b"".join(entry + f"{i:05}.npy".encode() for i in range(n))
    return b"PK\3\4" + entries + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0, 0, len(entries), 4, 0)


def sharing(times: int) -> bytes:
    """Directory entries that all lead to the same 100 MiB: nothing is large by itself."""
    content = bomb(100 * MEBIBYTE)
    at, end = content.rindex(b"PK\1\2"), content.rindex(b"PK\5\6")
    entry = content[at:end]
    entries = b"".join(entry[:-5] + f"{i}.npy".encode() for i in range(times))
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, times, times, len(entries), at, 0)
    return content[:at] + entries + tail


RATIO = "unpacks to more than 200 times its size"
LARGE = "unpacks to more than 2 GiB"
DAMAGED = "is cut short or damaged"
ONLY_NUMBERS = "only real numbers and text are read"
NO_HEADER = "has a header that is no NumPy array's"

ARCHIVES = {
    "bomb of a GiB": (bomb(2**30), RATIO),
    "bomb beyond the limit": (bomb(MEBIBYTE, 2**32 - 2), LARGE),
    "bomb of members that share their bytes": (sharing(9), RATIO),
    "bomb that claims to be small": (bomb(2**30, 300), f"member 'X' {DAMAGED}"),
    "bomb behind a small array": (
        zip_of_zeros(npy_of(header(), bytes(8)), 2**30, len(npy_of(header())) + 96),
        f"member 'X' {DAMAGED}",
    ),
    "size that is not there": (
        zip_of_zeros(npy_of(header("'|u1'", shape="(50000000, 2)")), 0, 100_000_068),
        f"member 'X' {DAMAGED}",
    ),
    "forged shape": (
        beside_y(npy_of(header(shape="(6, 1000000000000)"), X.tobytes())),
        "member 'X' is cut short: its header asks for 48,000,000,000,0",
    ),
    "forged shape that overflows": (
        beside_y(npy_of(header(shape="(6, 4294967296, 4294967296, 8)"), X.tobytes())),
        "member 'X' is cut short",
    ),
    "shape smaller than the values": (
        beside_y(npy_of(header(shape="(6, 1)"), X.tobytes())),
        "member 'X' has 48 bytes after its last value",
    ),
    "negative shape": (beside_y(npy_of(header(shape="(6, -2)"))), f"member 'X' {NO_HEADER}"),
    "shape without commas": (beside_y(npy_of(header(shape="(6 2)"))), f"member 'X' {NO_HEADER}"),
    "shape of endless digits": (beside_y(npy_of(header(shape=f"({'9' * 5000},)"))), NO_HEADER),
    "many dimensions": (
        beside_y(npy_of(header(shape=f"(6, {'1, ' * 100})"))),
        "member 'X' has 101 dimensions; at most 8 are read",
    ),
    "pickled objects": (
        beside_y(npy(np.array([{1: 2}] * 6, object))),
        f"member 'X' holds Python objects; {ONLY_NUMBERS}",
    ),
    "structured": (
        of_dtype("f8, i4"),
        f"member 'X' holds records of several fields; {ONLY_NUMBERS}",
    ),
    "raw bytes": (of_dtype("V3"), "member 'X' holds records"),
    "complex": (of_dtype("c16"), f"member 'X' holds complex numbers; {ONLY_NUMBERS}"),
    "dates": (of_dtype("M8[D]"), f"member 'X' holds dates; {ONLY_NUMBERS}"),
    "spans of time": (of_dtype("m8[s]"), f"member 'X' holds spans of time; {ONLY_NUMBERS}"),
    "wide floats": (
        beside_y(npy_of(header("'<f16'"), bytes(192))),
        "member 'X' holds numbers of more than 64 bits",
    ),
    "integers of three bytes": (beside_y(npy_of(header("'<i3'"), bytes(36))), NO_HEADER),
    "a single value": (beside_y(npy(np.array(3.0))), "member 'X' holds a single value"),
    "no rows": (beside_y(npy(np.zeros((0, 2)))), "member 'X' is empty: its shape is (0, 2)"),
    "no columns": (beside_y(npy(np.zeros((6, 0)))), "member 'X' is empty: its shape is (6, 0)"),
    "lengths that disagree": (
        npz({**GOOD, "y.npy": npy(Y[:5])}),
        "member 'y' has 5 rows where 'X' has 6",
    ),
    "header of Python 2": (
        beside_y(npy_of(header(shape="(6L, 2L)"), X.tobytes())),
        "member 'X' was written by Python 2",
    ),
    "header of 4 GB": (
        beside_y(b"\x93NUMPY\2\0\xff\xff\xff\xff" + X.tobytes()),
        "member 'X' has a header of 4,294,967,295 bytes; at most 10,000 are read",
    ),
    "header that is cut short": (
        beside_y(b"\x93NUMPY\1\0\xff\x0f" + header().encode()),
        "member 'X' is cut short in its header",
    ),
    "unknown version": (beside_y(b"\x93NUMPY\4\0" + bytes(90)), "member 'X' has version 4.0"),
    "member that is no array": (beside_y(b"Hello"), "member 'X' is not a NumPy array"),
    "header that runs code": (
        beside_y(npy_of(header("__import__('os').system('false')"), X.tobytes())),
        NO_HEADER,
    ),
    "header nested deeply": (beside_y(npy_of(header(shape="(" * 9000))), NO_HEADER),
    "text of no width": (
        beside_y(npy_of(header("'<U0'"))),
        "member 'X' holds texts 0 characters wide",
    ),
    "text of great width": (
        beside_y(npy(np.zeros((6, 1), "S1001"))),
        "member 'X' holds texts 1,001 characters wide, not 1 to 1,000",
    ),
    "text with impossible characters": (
        beside_y(npy_of(header("'<U1'"), b"\xff" * 48)),
        "member 'X' holds text with impossible characters",
    ),
    "text with half a character": (
        beside_y(npy_of(header("'<U1'"), b"\x00\xd8\0\0" * 12)),
        "member 'X' holds text with impossible characters",
    ),
    "text that is not UTF-8": (
        beside_y(npy(np.full((6, 2), b"\xff"))),
        "member 'X' holds text that is not in UTF-8",
    ),
    "infinity": (
        beside_y(npy(np.where(X == 7, -np.inf, X))),
        "row 4, column 'X 2': the value is infinite",
    ),
    "infinity among the targets": (
        npz({**GOOD, "y.npy": npy(np.array([0, 1, 0, 1, np.inf, 2]))}),
        "row 5, column 'y': the value is infinite",
    ),
    "a single column": (npz({"X.npy": npy(Y)}), "has only one column"),
    "too many columns": (
        npz({"X.npy": npy(np.zeros((2, 6000))), "Z.npy": npy(np.zeros((2, 6000)))}),
        "has 12,000 columns; at most 10,000 are read",
    ),
    "path in a member name": (npz({**GOOD, "../x.npy": npy(X)}), "'../x' has a path for a name"),
    "folder in a member name": (npz({**GOOD, "a/x.npy": npy(X)}), "'a/x' has a path for a name"),
    "drive in a member name": (npz({**GOOD, "C:x.npy": npy(X)}), "'C:x' has a path for a name"),
    "path of Windows in a member name": (
        npz({**GOOD, "..\\x.npy": npy(X)}),
        "has a path for a name",
    ),
    "line end in a member name": (
        npz({**GOOD, "a\nb.npy": npy(X)}),
        "has a name that is not plain",
    ),
    "NUL in a member name": (
        npz({**GOOD, "a.npy": npy(X)}).replace(b"a.npy", b"\0.npy"),
        "has a name that is not plain",
    ),
    "long member name": (npz({**GOOD, f"{'a' * 101}.npy": npy(X)}), "has a name that is not plain"),
    "duplicate members": (twice("X.npy"), "holds 2 members named 'X'"),
    "no members": (npz({}), "is a zip archive without NumPy arrays"),
    "no arrays": (npz({"a.csv": b"a,b"}), "is a zip archive without NumPy arrays"),
    "encrypted": (with_entry(8, b"\1"), "member 'X' is encrypted"),
    "encrypted strongly": (with_entry(8, b"\x40"), "member 'X' is encrypted"),
    "compressed patch": (with_entry(8, b"\x20"), f"member 'X' {DAMAGED}"),
    "future version of zip": (with_entry(6, b"\xff"), DAMAGED),
    "bzip2": (npz(GOOD, zipfile.ZIP_BZIP2), "member 'X' is compressed in a way"),
    "lzma": (npz(GOOD, zipfile.ZIP_LZMA), "member 'X' is compressed in a way"),
    "checksum": (with_entry(16, b"\0\0\0\0"), f"member 'X' {DAMAGED}"),
    "place outside the file": (with_entry(42, b"\xff\xff\xff\x7f"), f"member 'X' {DAMAGED}"),
    "another name in the member": (
        npz(GOOD).replace(b"X.npy", b"Q.npy", 1),
        f"member 'X' {DAMAGED}",
    ),
    "directory too large": (many_members(), "is a zip archive of too many members"),
    "end as of large archives": (large_end(), "is a zip archive of too many members"),
    "directory of nonsense": (with_entry(0, b"QQ"), DAMAGED),
    "directory before the file": (
        npz(GOOD)[:-10] + b"\xff\xff\x0f\0" + npz(GOOD)[-6:],
        DAMAGED,
    ),
    "place before the file": (
        npz(GOOD)[:-6] + struct.pack("<I", npz(GOOD).index(b"PK\1\2") + 40) + bytes(2),
        f"member 'X' {DAMAGED}",
    ),
    "columns without number": (
        zip_of_zeros(
            npy_of(header("'|u1'", shape="(1, 104857600)")), 100 * MEBIBYTE, 104_857_600 + 77
        ),
        "has 104,857,600 columns; at most 10,000 are read",
    ),
    "only a beginning": (b"PK\3\4", f"is a zip archive that {DAMAGED}"),
}


@pytest.mark.parametrize(("content", "words"), ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_that_is_bad_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in refusal(written(tmp_path, "data.npz", content))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95, 0.99])
def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path, method: int, share: float) -> None:
    content = npz(GOOD, method)
    path = written(tmp_path, "data.npz", content[: int(len(content) * share)])
    assert DAMAGED in refusal(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_among_the_values_is_found(tmp_path: Path, method: int) -> None:
    content = npz({"X.npy": npy(np.random.default_rng(0).normal(size=(50, 3)))}, method)
    path = written(tmp_path, "data.npz", flipped(content, len(content) // 2))
    assert f"member 'X' {DAMAGED}" in refusal(path)


ARRAYS = {
    "one dimension": (npy(Y), "has only one column; inputs and a target are needed"),
    "one column": (npy(X[:, :1]), "has only one column"),
    "a single value": (npy(np.array(1)), "holds a single value"),
    "nothing": (npy(np.zeros((0, 3))), "is empty: its shape is (0, 3)"),
    "objects": (npy(np.array([[None, 1]])), "holds Python objects"),
    "complex": (npy(X + 1j), "holds complex numbers"),
    "cut short": (npy(X)[:-1], "is cut short: its header asks for 224 bytes, and there are 223"),
    "cut short in the header": (npy(X)[:20], "is cut short in its header"),
    "cut short in the magic number": (npy(X)[:7], "is not a NumPy array"),
    "longer": (npy(X) + b"abc", "has 3 bytes after its last value"),
    "forged shape": (
        npy_of(header(shape="(99999999999, 2)"), X.tobytes()),
        "is cut short: its header asks for 1,600,000,000,063 bytes",
    ),
    "forged columns": (
        npy_of(header("'|u1'", shape="(1, 20000)"), bytes(20000)),
        "has 20,000 columns; at most 10,000 are read",
    ),
    "infinity": (npy(np.where(X == 4, np.inf, X)), "row 3, column 'column 1': the value is inf"),
    "fields without names": (npy_of(header("[('', '<f8')]"), X.tobytes()), "holds records"),
    "no header": (npy_of("", X.tobytes()), NO_HEADER),
    "text": (npy(np.array([["a"], ["b"]])), "has only one column"),
}


@pytest.mark.parametrize(("content", "words"), ARRAYS.values(), ids=ARRAYS)
def test_an_array_that_is_bad_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    sentence = refusal(written(tmp_path, "data.npy", content))
    assert words in sentence
    assert "member" not in sentence


class _Failing(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        if 0 < self.tell() < 100:  # in the first member
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_is_not_taken_for_a_damaged_archive() -> None:
    content = npz(GOOD)
    origin = Origin(Path("data.npz"), len(content), lambda: _Failing(content))
    with pytest.raises(LoadError, match=r"can't be read \(Input/output error\)"):
        read(origin)


@pytest.mark.parametrize("content", [ARRAYS["forged shape"][0], ARRAYS["longer"][0]])
def test_what_the_header_tells_is_refused_at_a_look(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(LoadError, match="bytes"):
        preview(origin_of(written(tmp_path, "data.npy", content)))
