"""Whatever happens to the bytes of a good file, reading ends in data or in a sentence."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_files import IMAGES, LABELS, idx, loaded, npy, npz, outcome, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nncore.data.reading import origin_of, read
from nncore.data.reading.choices import Choices, ColumnChoice, Role

X = np.random.default_rng(0).normal(size=(8, 3))
TABLE = b"a,b,y\n1,2,no\n3,4,yes\n5,6,no\n7,8,yes\n"
MEMBERS = {"X.npy": npy(X), "c.npy": npy(np.array(["p", "q"] * 4)), "y.npy": npy(np.arange(8) % 2)}
PIXELS = np.arange(8 * 6, dtype=np.uint8).reshape(8, 2, 3)


def as_it_is(content: bytes) -> bytes:
    return content


def with_member(content: bytes) -> bytes:
    return npz({**MEMBERS, "X.npy": content})


def with_text(content: bytes) -> bytes:
    return npz({**MEMBERS, "c.npy": content})


# The name of the file, what is spoilt, and what is done to that to make the file.
FILES: dict[str, tuple[str, bytes, Callable[[bytes], bytes]]] = {
    "npy": ("data.npy", npy(X), as_it_is),
    "npz, stored": ("data.npz", npz(MEMBERS), as_it_is),
    "npz, deflated": ("data.npz", npz(MEMBERS, zipfile.ZIP_DEFLATED), as_it_is),
    "array in npz": ("data.npz", MEMBERS["X.npy"], with_member),
    "text in npz": ("data.npz", MEMBERS["c.npy"], with_text),
    "idx, images": (IMAGES, idx(PIXELS), as_it_is),
    "idx, labels": (LABELS, idx(np.arange(8, dtype=np.uint8) % 2), as_it_is),
    "gzip of text": ("table.csv.gz", gzip.compress(TABLE), as_it_is),
    "gzip of an array": ("data.npy.gz", gzip.compress(npy(X)), as_it_is),
    "array in gzip": ("data.npy.gz", npy(X), gzip.compress),
    "images in gzip": (IMAGES + ".gz", idx(PIXELS), gzip.compress),
}

# What is done to some bytes: one is changed, some go, some come in, or the end goes.
PLACE = st.floats(0, 1, exclude_max=True)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), PLACE, st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("insert"), PLACE, st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("remove"), PLACE, st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("end"), PLACE, st.just(b"")),
    ),
    min_size=1,
    max_size=4,
)


def edited(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for what, place, piece in edits:
        at = int(place * len(content))
        rest = {
            "change": piece + content[at + len(piece) :],
            "insert": piece + content[at:],
            "remove": content[at + len(piece) :],
            "end": b"",
        }[what]
        content = content[:at] + rest
    return content


def whole(folder: Path) -> None:
    """The partners of the files that have one."""
    written(folder, IMAGES, idx(PIXELS))
    written(folder, LABELS, idx(np.arange(8, dtype=np.uint8) % 2))


@pytest.mark.parametrize("kind", FILES)
def test_the_file_is_good_before_anything_happens_to_it(tmp_path: Path, kind: str) -> None:
    whole(tmp_path)
    name, content, packed = FILES[kind]
    assert loaded(written(tmp_path, name, packed(content))).n_samples in (4, 8)


@pytest.mark.parametrize("kind", FILES)
@given(edits=EDITS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_spoilt_bytes_end_in_data_or_in_a_sentence(
    tmp_path: Path, kind: str, edits: list[tuple[str, float, bytes]]
) -> None:
    whole(tmp_path)
    name, content, packed = FILES[kind]
    outcome(written(tmp_path, name, packed(edited(content, edits))))


REAL = st.one_of(
    arrays.integer_dtypes(endianness="?"),
    arrays.unsigned_integer_dtypes(endianness="?"),
    arrays.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    st.just(np.dtype(bool)),
)
SHAPES = arrays.array_shapes(min_dims=2, max_dims=4, max_side=5)
TABLES = SHAPES.filter(lambda shape: np.prod(shape[1:]) > 1)


@given(data=st.data(), dtype=REAL, shape=TABLES, order=st.sampled_from("CF"))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_array_of_numbers_is_read_as_it_is(
    tmp_path: Path, data: st.DataObject, dtype: np.dtype[Any], shape: tuple[int, ...], order: Any
) -> None:
    finite = {"allow_nan": False, "allow_infinity": False} if dtype.kind == "f" else {}
    elements = arrays.from_dtype(dtype, **finite)
    array = np.array(data.draw(arrays.arrays(dtype, shape, elements=elements)), order=order)
    expected = array.reshape(shape[0], -1).astype(np.float64)
    names = [f"c{k}" for k in range(expected.shape[1])]
    columns = [ColumnChoice(name) for name in names[1:]]
    choices = Choices(None, (ColumnChoice("c0", Role.TARGET), *columns), is_classification=False)
    stored = npy(array)
    for name, content in (("a.npy", stored), ("a.npz", npz({"X.npy": stored}))):
        got = read(origin_of(written(tmp_path, name, content)), choices)
        np.testing.assert_array_equal(got.X, expected[:, 1:])
        np.testing.assert_array_equal(got.y, expected[:, 0])
