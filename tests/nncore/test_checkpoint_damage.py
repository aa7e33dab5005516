"""Files that hold no model, or one that is damaged or forged."""

import errno
import io
import os
import tempfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_files import (
    MEMBERS,
    VERSION_1,
    description,
    header,
    members_of,
    npy,
    refusal,
    write_zip,
)
from checkpoint_models import MODEL, SAVED, SAVED_RICH
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.checkpoint import Model, load_model, same_model, save_model
from nncore.errors import LoadError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.npz"


@pytest.fixture
def saved(path: Path) -> Path:
    save_model(path, MODEL)
    return path


def test_rewriting_the_members_alone_makes_no_difference(path: Path) -> None:
    for compress in (False, True):
        write_zip(path, MEMBERS, compress=compress)
        assert same_model(load_model(path), MODEL)
    write_zip(path, MEMBERS | {"description.npy": description()})
    assert same_model(load_model(path), MODEL)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.npz")
    assert "does not exist" in refusal(tmp_path / "none" / "none.npz")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.npz")
        assert "is not a file" in refusal(tmp_path / "pipe.npz")


def test_a_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    assert "can't be read" in refusal(tmp_path / ("a" * 5000))


def test_a_file_that_may_not_be_read_is_refused(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(zipfile, "ZipFile", denied)
    assert "can't be read (Permission denied)" in refusal(saved)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"x,y\n1,2\n", id="text"),
        pytest.param(b"PK\x03\x04", id="a zip's beginning"),
        pytest.param(b"PK\x05\x06" + bytes(18), id="an empty zip"),
        pytest.param(npy(np.zeros(3)), id="npy"),
        pytest.param(npy(np.array([{}]), allow_pickle=True), id="pickled npy"),
        pytest.param(b"\x80\x05K\x01.", id="pickle"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(99), id="png"),
        pytest.param(bytes(4096), id="zeros"),
    ],
)
def test_a_file_of_another_kind_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert "is not a network that nnscope has exported" in refusal(path)


@pytest.mark.parametrize("twentieth", range(20))
def test_a_truncated_file_is_refused(path: Path, twentieth: int) -> None:
    path.write_bytes(SAVED[: len(SAVED) * twentieth // 20])
    refusal(path)


@pytest.mark.parametrize("missing", [1, 2, 21, 22, 23])
def test_a_file_without_its_last_bytes_is_refused(path: Path, missing: int) -> None:
    path.write_bytes(SAVED[:-missing])
    refusal(path)


def loads_the_same_or_refuses(data: bytes, same: Callable[[Model], bool]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                model = load_model(path)
        except LoadError as error:
            assert "net.npz" in str(error)
            assert "pickle" not in str(error)
        else:
            assert same(model)


FLIPS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=6
)


CHARACTERS = st.sampled_from('0123456789.-+eE",:[]{}abx₁²·`\\\n \x00')


def flipped(data: bytes, flips: list[tuple[float, int]]) -> bytes:
    damaged = bytearray(data)
    for where, bits in flips:
        damaged[int(where * len(data))] ^= bits
    return bytes(damaged)


@given(FLIPS)
@settings(max_examples=300, deadline=None)
def test_flipped_bytes_are_refused_or_without_effect(flips: list[tuple[float, int]]) -> None:
    loads_the_same_or_refuses(flipped(SAVED, flips), lambda model: same_model(model, MODEL))


ARCHIVES = [SAVED, SAVED_RICH, VERSION_1.read_bytes()]


def usable(model: Model) -> bool:
    """Whatever was in the file, what comes out is a whole model of finite numbers."""
    spec, preparation = model.spec, model.preparation
    return (
        model.theta.shape == (spec.n_parameters,)
        and model.theta.dtype == spec.dtype
        and bool(np.isfinite(model.theta).all())
        and len(preparation.scaling.offset) == preparation.n_inputs == spec.n_inputs
        and bool(np.isfinite(preparation.fill).all())
        and len(model.targets.offset) == spec.n_outputs
        and bool((preparation.scaling.scale > 0).all() and (model.targets.scale > 0).all())
        and model.predict(np.zeros((1, len(model.feature_names)))).shape == (1, spec.n_outputs)
    )


def with_flipped_member(saved: bytes, name: str, flip: Callable[[bytes], bytes]) -> bytes:
    """An archive with sound checksums in which the bytes of one member are others."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, data in members_of(saved).items():
            archive.writestr(member, flip(data) if member == name else data)
    return buffer.getvalue()


@given(st.sampled_from(ARCHIVES), st.integers(0, 20), FLIPS)
@settings(max_examples=200, deadline=None)
def test_flipped_bytes_under_a_sound_checksum_are_refused_or_give_a_whole_model(
    saved: bytes, k: int, flips: list[tuple[float, int]]
) -> None:
    name = sorted(members_of(saved))[k % len(members_of(saved))]
    data = with_flipped_member(saved, name, lambda data: flipped(data, flips))
    loads_the_same_or_refuses(data, usable)


@given(st.sampled_from(sorted(MEMBERS)), FLIPS)
@settings(max_examples=200, deadline=None)
def test_flipped_bytes_in_a_members_header_are_refused_or_give_a_whole_model(
    name: str, flips: list[tuple[float, int]]
) -> None:
    data = with_flipped_member(SAVED, name, lambda data: flipped(data[:80], flips) + data[80:])
    loads_the_same_or_refuses(data, usable)


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), CHARACTERS), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_other_characters_in_the_description_are_refused_or_give_a_whole_model(
    changes: list[tuple[float, str]],
) -> None:
    text = list(str(np.load(io.BytesIO(members_of(SAVED_RICH)["description.npy"]))))
    for where, character in changes:
        text[int(where * len(text))] = character
    data = with_flipped_member(
        SAVED_RICH, "description.npy", lambda _: npy(np.array("".join(text)))
    )
    loads_the_same_or_refuses(data, usable)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_random_bytes_are_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        path.write_bytes(data)
        refusal(path)


class Detonator:
    exploded = False

    def __reduce__(self) -> Any:
        return (setattr, (Detonator, "exploded", True))


@pytest.mark.parametrize("name", ["theta.npy", "description.npy", "extra.npy"])
def test_a_pickled_object_is_refused_and_never_run(path: Path, name: str) -> None:
    bomb = npy(np.array([Detonator()], object), allow_pickle=True)
    write_zip(path, MEMBERS | {name: bomb})
    refusal(path)
    assert not Detonator.exploded
    np.load(io.BytesIO(bomb), allow_pickle=True)
    assert Detonator.exploded  # it was a live one
    Detonator.exploded = False


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("<f8", (2**20,)),
        ("<f8", (2**27,)),
        ("<f8", (10**12,)),
        ("<f8", (2**31, 2**31)),
        ("<f8", (2**32, 2**32)),
        ("<f8", (10**30,)),
        ("<f8", (0, 10**30)),
        ("<f8", (-1,)),
        ("<f8", (-(10**6), -(10**6))),
        ("<U1000000000", ()),
        ("<U4", (10**12,)),
    ],
)
@pytest.mark.parametrize("name", ["theta.npy", "description.npy", "extra.npy"])
def test_a_forged_shape_is_refused_before_memory_is_taken(
    path: Path, name: str, descr: str, shape: tuple[int, ...]
) -> None:
    write_zip(path, MEMBERS | {name: header(descr, shape) + bytes(1 << 20)})
    tracemalloc.start()
    try:
        refusal(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_a_zip_that_claims_to_unpack_to_gigabytes_is_refused(path: Path) -> None:
    claimed = 3 << 30
    data = bytearray(SAVED)
    end = data.rfind(b"PK\x01\x02")  # the last member in the directory
    data[end + 24 : end + 28] = claimed.to_bytes(4, "little")
    path.write_bytes(data)
    assert "more than 2 GiB" in refusal(path)


def test_many_members_that_unpack_to_gigabytes_together_are_refused(path: Path) -> None:
    claimed, data, start = 500 << 20, bytearray(SAVED), 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 24 : start + 28] = claimed.to_bytes(4, "little")
        start += 4
    path.write_bytes(data)
    assert "more than 2 GiB" in refusal(path)


@pytest.mark.parametrize("version", [(1, 9), (3, 0), (9, 0)])
def test_an_array_of_an_unknown_version_is_refused(path: Path, version: tuple[int, int]) -> None:
    damaged = bytearray(MEMBERS["theta.npy"])
    damaged[6:8] = bytes(version)
    write_zip(path, MEMBERS | {"theta.npy": bytes(damaged)})
    refusal(path)


def test_an_array_header_as_python_2_wrote_it_is_refused_or_read_without_a_warning(
    path: Path,
) -> None:
    old = MEMBERS["theta.npy"].replace(b"(35,), }", b"(35L,),}")
    assert old != MEMBERS["theta.npy"]
    write_zip(path, MEMBERS | {"theta.npy": old})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            load_model(path)
        except LoadError as error:
            assert "net.npz" in str(error)
    assert [str(warning.message) for warning in caught] == []


def test_a_foreign_npz_is_refused(path: Path) -> None:
    for arrays in ({"a": np.zeros(3)}, {"theta": np.zeros(35), "description": np.array("hello")}):
        np.savez(path, **arrays)
        assert "is not a network that nnscope has exported" in refusal(path)


def test_a_foreign_zip_is_refused(path: Path) -> None:
    write_zip(path, {"word/document.xml": b"<xml/>"})
    refusal(path)


def test_an_encrypted_member_is_refused(path: Path) -> None:
    data = bytearray(SAVED)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    path.write_bytes(data)
    refusal(path)


@pytest.mark.parametrize(
    "name", ["theta.npy", "input_scale.npy", "description.npy", "theta", "W1.npy"]
)
def test_a_member_that_is_there_twice_is_refused(path: Path, name: str) -> None:
    twin = MEMBERS[name.removesuffix(".npy") + ".npy"]
    write_zip(path, MEMBERS, (name, twin))
    refusal(path)


def test_a_load_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    damaged = SAVED[:-30]
    path.write_bytes(damaged)
    refusal(path)
    assert path.read_bytes() == damaged
    path.unlink()  # nor does it hold the file open: a ResourceWarning would fail this test
