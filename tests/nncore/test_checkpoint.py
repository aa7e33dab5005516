import dataclasses
import errno
import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guide_style
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from spec_strategies import network_specs

from nncore.checkpoint import Model, load_model, same_model, save_model, write_whole
from nncore.data.preprocessing import Standardization
from nncore.errors import LoadError
from nncore.spec import NetworkSpec, dense

Array = NDArray[Any]
SPEC = dense(2, (4, 3), 2, activation="tanh", dtype="float64")
# Lone halves of surrogate pairs and control characters too: a CSV header may hold anything.
NAMES = st.text(max_size=8) | st.text("\x00\ud800\U0001f600\"\\\u202e'", max_size=4)


def random_model(spec: NetworkSpec = SPEC, seed: int = 0) -> Model:
    rng = np.random.default_rng(seed)

    def standardization(d: int) -> Standardization:
        return Standardization(rng.normal(0, 5, d), rng.uniform(0.1, 9, d))

    return Model(
        spec,
        rng.normal(size=spec.n_parameters).astype(spec.dtype),
        standardization(spec.n_inputs),
        standardization(spec.n_outputs),
        tuple(f"x{i}" for i in range(spec.n_inputs)),
        ("no", "yes"),
        "label",
    )


MODEL = random_model()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.npz"


@pytest.fixture
def saved(path: Path) -> Path:
    save_model(path, MODEL)
    return path


def saved_bytes() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        save_model(path, MODEL)
        return path.read_bytes()


SAVED = saved_bytes()


# Round trip


def test_a_model_comes_back_identical(saved: Path) -> None:
    again = load_model(saved)
    assert again.spec == MODEL.spec
    assert again.theta.tobytes() == MODEL.theta.tobytes()
    assert again.theta.dtype == MODEL.theta.dtype
    for a, b in ((again.inputs, MODEL.inputs), (again.targets, MODEL.targets)):
        assert a.mean.tobytes() == b.mean.tobytes()
        assert a.scale.tobytes() == b.scale.tobytes()
    assert again.feature_names == ("x0", "x1")
    assert again.class_names == ("no", "yes")
    assert again.target_name == "label"


@given(network_specs(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_model_comes_back_identical(spec: NetworkSpec, data: st.DataObject) -> None:
    model = dataclasses.replace(
        random_model(spec, data.draw(st.integers(0, 99))),
        feature_names=tuple(
            data.draw(st.lists(NAMES, min_size=spec.n_inputs, max_size=spec.n_inputs))
        ),
        class_names=tuple(data.draw(st.lists(NAMES, max_size=4))),
        target_name=data.draw(NAMES),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        save_model(path, model)
        again = load_model(path)
    assert same_model(again, model)
    assert again.feature_names == model.feature_names
    X = np.random.default_rng(1).normal(size=(3, spec.n_inputs))
    assert again.predict(X).tobytes() == model.predict(X).tobytes()


def test_the_extremes_of_a_number_survive(path: Path) -> None:
    extremes = [5e-324, -0.0, np.finfo(float).max, np.finfo(float).tiny, 0.1]
    theta = np.resize(extremes, SPEC.n_parameters)
    save_model(path, dataclasses.replace(MODEL, theta=theta))
    assert load_model(path).theta.tobytes() == theta.tobytes()


def test_same_model_sees_every_difference() -> None:
    assert same_model(MODEL, random_model())
    theta = MODEL.theta.copy()
    theta[3] = np.nextafter(theta[3], 9)
    zeros = np.zeros(SPEC.n_parameters)
    others = [
        dataclasses.replace(MODEL, theta=theta),
        dataclasses.replace(MODEL, theta=MODEL.theta.astype("f4")),
        dataclasses.replace(MODEL, spec=dense(2, (4, 3), 2, dtype="float64")),
        dataclasses.replace(MODEL, inputs=Standardization.none(2)),
        dataclasses.replace(MODEL, targets=Standardization.none(2)),
        dataclasses.replace(MODEL, feature_names=("x1", "x0")),
        dataclasses.replace(MODEL, class_names=()),
        dataclasses.replace(MODEL, target_name=""),
    ]
    assert not any(same_model(MODEL, other) for other in others)
    assert not same_model(
        dataclasses.replace(MODEL, theta=zeros), dataclasses.replace(MODEL, theta=-zeros)
    )


def test_numpy_alone_can_use_the_weights(saved: Path) -> None:
    with np.load(saved, allow_pickle=False) as members:
        arrays = dict(members)
    assert set(arrays) == {
        *("theta", "W1", "b1", "W2", "b2", "W3", "b3", "description"),
        *("input_mean", "input_scale", "target_mean", "target_scale"),
    }
    layout = []
    for l, shape in enumerate(((4, 2), (3, 4), (2, 3)), start=1):
        W, b = arrays[f"W{l}"], arrays[f"b{l}"]
        assert W.shape == shape
        assert b.shape == shape[:1]
        assert W.flags.c_contiguous
        assert W.dtype == b.dtype == np.float64
        layout += [W.T.ravel(), b]
    assert np.concatenate(layout).tobytes() == arrays["theta"].tobytes() == MODEL.theta.tobytes()
    assert json.loads(str(arrays["description"]))["spec"]["n_inputs"] == 2


def test_the_weights_are_stored_in_c_order_for_readers_of_the_raw_bytes(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive, archive.open("W1.npy") as file:
        assert np.lib.format.read_magic(file) == (1, 0)
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
        raw = np.frombuffer(file.read(), dtype).reshape(shape)
    assert not fortran_order
    W1 = MODEL.theta[:8].reshape(2, 4).T  # theta holds it transposed
    np.testing.assert_array_equal(raw, W1)


def test_predict_on_raw_rows_applies_both_standardizations(saved: Path) -> None:
    X = np.random.default_rng(3).normal(0, 20, (6, 2))
    with np.load(saved) as arrays:
        A = (X.T - arrays["input_mean"][:, np.newaxis]) / arrays["input_scale"][:, np.newaxis]
        W = [arrays[f"W{l}"] for l in (1, 2, 3)]
        b = [arrays[f"b{l}"][:, np.newaxis] for l in (1, 2, 3)]
        A = guide_style.forward(W, b, ("tanh", "tanh", "sigmoid"), A)[1][-1]
        expected = A.T * arrays["target_scale"] + arrays["target_mean"]
    np.testing.assert_allclose(load_model(saved).predict(X), expected, rtol=1e-12)


def test_predict_refuses_rows_of_another_width() -> None:
    with pytest.raises(ValueError, match=r"\(1, 3\), not \(n, 2\)"):
        MODEL.predict(np.zeros((1, 3)))


def test_predict_on_no_rows_gives_no_rows() -> None:
    assert MODEL.predict(np.empty((0, 2))).shape == (0, 2)


# Writing


def no_space(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["replace", "fsync"])
@pytest.mark.parametrize("existed", [True, False])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, existed: bool
) -> None:
    path = tmp_path / "net.npz"
    if existed:
        path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, no_space)
        with pytest.raises(OSError, match="No space left"):
            save_model(path, MODEL)
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("net.npz", b"old")] * existed


# In a process of its own: the limit would hold for the output of the tests too.
FULL_DISK = """
import resource, sys
from pathlib import Path
from nncore.checkpoint import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
try:
    write_whole(Path(sys.argv[1]), bytes(10_000))
except OSError as error:
    print(type(error).__name__, error.strerror)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX systems")
def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    path.write_bytes(b"old")
    result = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "OSError File too large"
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("net.npz", b"old")]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "net.npz"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_whole(path, b"new")
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("net.npz", b"old")]


def test_bytes_are_on_the_disk_before_the_name_changes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    fsync, replace = os.fsync, os.replace

    def spy_fsync(descriptor: int) -> None:
        calls.append(f"fsync of {os.fstat(descriptor).st_size} bytes")
        fsync(descriptor)

    def spy_replace(source: Any, target: Any) -> None:
        calls.append(f"replace {Path(target).name}")
        assert Path(source).parent == path.parent  # so that it is a rename, not a copy
        replace(source, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(os, "replace", spy_replace)
    write_whole(path, b"12345")
    assert calls == ["fsync of 5 bytes", "replace net.npz"]


@pytest.mark.parametrize("existed", [True, False])
def test_a_folder_that_is_missing_or_in_the_way_is_an_oserror(
    tmp_path: Path, existed: bool
) -> None:
    target = tmp_path / "folder"
    if existed:
        target.mkdir()
    with pytest.raises(OSError):
        save_model(target if existed else target / "net.npz", MODEL)
    assert list(tmp_path.rglob("*")) == [target] * existed


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_permissions_of_the_file_replaced_are_kept(path: Path, mode: int) -> None:
    path.write_bytes(b"old")
    path.chmod(mode)
    save_model(path, MODEL)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        save_model(tmp_path / "a.npz", MODEL)
        (tmp_path / "b").write_bytes(b"")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert (tmp_path / "a.npz").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_new_model_replaces_the_old_one(saved: Path) -> None:
    other = random_model(seed=5)
    save_model(saved, other)
    assert same_model(load_model(saved), other)
    assert [f.name for f in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("name", ["ü" * 100 + ".npz", "名" * 83 + ".npz", ".npz", "a b'\".npz"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    save_model(tmp_path / name, MODEL)
    assert same_model(load_model(tmp_path / name), MODEL)


def test_a_theta_of_another_length_is_refused_before_anything_is_written(saved: Path) -> None:
    with pytest.raises(ValueError, match=r"\(5,\)"):
        save_model(saved, dataclasses.replace(MODEL, theta=np.zeros(5)))
    assert saved.read_bytes() == SAVED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"theta": np.full(SPEC.n_parameters, np.nan)}, id="nan"),
        pytest.param({"theta": MODEL.theta.astype("f4")}, id="dtype"),
        pytest.param({"feature_names": ("one",)}, id="names"),
    ],
)
def test_a_model_that_would_not_read_back_leaves_the_old_file(
    saved: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises((OSError, ValueError)):
        save_model(saved, dataclasses.replace(MODEL, **changes))
    assert same_model(load_model(saved), MODEL)


# Reading what is no model


def refusal(path: Path) -> str:
    """The sentence with which ``path`` is refused; without a warning, naming the file."""
    with warnings.catch_warnings(), pytest.raises(LoadError) as caught:
        warnings.simplefilter("error")
        load_model(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "pickle" not in message
    assert caught.value.path == path
    # nor does a traceback say it
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


MEMBERS = members_of(SAVED)


def write_zip(
    path: Path, members: dict[str, bytes], *more: tuple[str, bytes], compress: bool = False
) -> None:
    """An archive with sound checksums, whatever the members hold."""
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, data in (*members.items(), *more):
            archive.writestr(name, data)


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def header(descr: Any, shape: tuple[int, ...], fortran_order: bool = False) -> bytes:
    buffer = io.BytesIO()
    fields = {"descr": descr, "fortran_order": fortran_order, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, fields)  # type: ignore[arg-type]
    return buffer.getvalue()


def description(**changes: Any) -> bytes:
    data = json.loads(str(np.load(io.BytesIO(MEMBERS["description.npy"]))))
    return npy(np.array(json.dumps(data | changes)))


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


def flipped(data: bytes, flips: list[tuple[float, int]]) -> bytes:
    damaged = bytearray(data)
    for where, bits in flips:
        damaged[int(where * len(data))] ^= bits
    return bytes(damaged)


@given(FLIPS)
@settings(max_examples=300, deadline=None)
def test_flipped_bytes_are_refused_or_without_effect(flips: list[tuple[float, int]]) -> None:
    loads_the_same_or_refuses(flipped(SAVED, flips), lambda model: same_model(model, MODEL))


def usable(model: Model) -> bool:
    """Whatever was in the file, what comes out is a whole model of finite numbers."""
    spec = model.spec
    return (
        model.theta.shape == (spec.n_parameters,)
        and model.theta.dtype == spec.dtype
        and bool(np.isfinite(model.theta).all())
        and len(model.inputs.mean) == len(model.feature_names) == spec.n_inputs
        and len(model.targets.mean) == spec.n_outputs
        and bool((model.inputs.scale > 0).all() and (model.targets.scale > 0).all())
    )


@given(st.sampled_from(sorted(MEMBERS)), FLIPS)
@settings(max_examples=300, deadline=None)
def test_flipped_bytes_under_a_sound_checksum_are_refused_or_give_a_whole_model(
    name: str, flips: list[tuple[float, int]]
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, data in MEMBERS.items():
            archive.writestr(member, flipped(data, flips) if member == name else data)
    loads_the_same_or_refuses(buffer.getvalue(), usable)


@given(st.sampled_from(sorted(MEMBERS)), FLIPS)
@settings(max_examples=200, deadline=None)
def test_flipped_bytes_in_a_members_header_are_refused_or_give_a_whole_model(
    name: str, flips: list[tuple[float, int]]
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, data in MEMBERS.items():
            head, body = data[:80], data[80:]
            archive.writestr(member, flipped(head, flips) + body if member == name else data)
    loads_the_same_or_refuses(buffer.getvalue(), usable)


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


@pytest.mark.parametrize(
    "dtype", ["c16", "V8", "O", "M8[s]", "i8", "?", "S4", [("a", "f8"), ("b", "f8")], ">f8", "f2"]
)
@pytest.mark.parametrize("name", ["theta", "input_mean"])
def test_numbers_of_another_kind_are_refused(path: Path, name: str, dtype: Any) -> None:
    array = np.zeros(MODEL.theta.shape if name == "theta" else 2, dtype)
    write_zip(path, MEMBERS | {f"{name}.npy": npy(array, allow_pickle=True)})
    refusal(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("name", "size"), [("theta", SPEC.n_parameters), ("input_mean", 2), ("target_scale", 2)]
)
def test_numbers_that_are_not_finite_are_refused(
    path: Path, name: str, size: int, value: float
) -> None:
    array = np.ones(size)
    array[-1] = value
    write_zip(path, MEMBERS | {f"{name}.npy": npy(array)})
    message = refusal(path)
    assert f"'{name}'" in message
    assert "not finite" in message


@pytest.mark.parametrize("scale", [0.0, -1.0, 1e-320])
def test_an_impossible_scale_is_refused(path: Path, scale: float) -> None:
    write_zip(path, MEMBERS | {"input_scale.npy": npy(np.array([1.0, scale]))})
    refusal(path)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("theta", np.zeros(34), ["(34,)", "(35,)"]),
        ("theta", np.zeros((35, 1)), ["(35, 1)", "(35,)"]),
        ("theta", np.float64(3), ["()", "(35,)"]),
        ("theta", np.zeros(35, "f4"), ["float32", "float64"]),
        ("theta", np.zeros(35, "U1"), ["<U1", "float64"]),
        ("input_mean", np.zeros(3), ["(3,)", "(2,)"]),
        ("target_scale", np.ones(1), ["(1,)", "(2,)"]),
    ],
)
def test_a_shape_or_dtype_that_disagrees_with_the_network_is_refused_with_both(
    path: Path, name: str, array: Any, words: list[str]
) -> None:
    assert SPEC.n_parameters == 35
    write_zip(path, MEMBERS | {f"{name}.npy": npy(array)})
    message = refusal(path)
    assert all(word in message for word in (*words, f"'{name}'")), message


@pytest.mark.parametrize("name", ["theta", "input_mean", "target_scale", "description"])
def test_a_member_missing_is_refused(path: Path, name: str) -> None:
    members = dict(MEMBERS)
    del members[f"{name}.npy"]
    write_zip(path, members)
    refusal(path)


@pytest.mark.parametrize(
    "name", ["theta.npy", "input_scale.npy", "description.npy", "theta", "W1.npy"]
)
def test_a_member_that_is_there_twice_is_refused(path: Path, name: str) -> None:
    twin = MEMBERS[name.removesuffix(".npy") + ".npy"]
    write_zip(path, MEMBERS, (name, twin))
    refusal(path)


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
        np.savez(path, **arrays)  # type: ignore[arg-type]
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
    "text",
    ["", "null", "3", "[]", '"text"', "{}", "{", "[" * 100_000, "NaN", '{"format": NaN}', "\x00"],
    ids=lambda text: repr(text[:9]),
)
def test_a_description_that_is_none_is_refused(path: Path, text: str) -> None:
    write_zip(path, MEMBERS | {"description.npy": npy(np.array(text))})
    refusal(path)


def test_a_description_that_is_no_text_is_refused(path: Path) -> None:
    for array in (np.zeros(3), np.array(["{}", "{}"]), np.array([], "U1")):
        write_zip(path, MEMBERS | {"description.npy": npy(array)})
        refusal(path)


def test_letters_that_do_not_exist_are_refused(path: Path) -> None:
    write_zip(path, MEMBERS | {"description.npy": header("<U2", ()) + b"\xff" * 8})
    refusal(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"format": None},
        {"version": None},
        {"version": "1"},
        {"spec": None},
        {"spec": []},
        {"feature_names": None},
        {"feature_names": "ab"},
        {"feature_names": ["a"]},
        {"feature_names": ["a", "b", "c"]},
        {"class_names": {"a": 1}},
    ],
    ids=str,
)
def test_a_description_with_a_wrong_part_is_refused(path: Path, changes: dict[str, Any]) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(**changes)})
    refusal(path)


def test_a_newer_version_is_refused_with_what_to_do(path: Path) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(version=2)})
    message = refusal(path)
    assert "newer version of nnscope" in message
    assert "Update nnscope." in message


@pytest.mark.parametrize("version", [0, -1, 0.5, True, float("nan")])
def test_a_version_that_never_was_is_refused(path: Path, version: Any) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(version=version)})
    refusal(path)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"n_inputs": 0}, "0"),
        ({"n_inputs": 2.0}, "2.0"),
        ({"n_inputs": 10**9}, "4,000,000,027"),
        ({"loss": "hinge"}, "'hinge'"),
        ({"dtype": "object"}, "'object'"),
        ({"layers": []}, "output layer"),
        ({"layers": [{"units": 3}]}, "activation"),
    ],
)
def test_an_impossible_network_is_refused_with_the_reason(
    path: Path, changes: dict[str, Any], word: str
) -> None:
    spec = SPEC.to_json() | changes
    write_zip(path, MEMBERS | {"description.npy": description(spec=spec)})
    message = refusal(path)
    assert "impossible network" in message
    assert word in message


@pytest.mark.parametrize("value", ["x" * 100_000, 10**3000, [[0] * 50_000]], ids=["a", "b", "c"])
def test_a_refusal_stays_one_readable_sentence(path: Path, value: Any) -> None:
    write_zip(
        path, MEMBERS | {"description.npy": description(spec=SPEC.to_json() | {"n_inputs": value})}
    )
    assert len(refusal(path)) < 1000


def test_a_load_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    damaged = SAVED[:-30]
    path.write_bytes(damaged)
    refusal(path)
    assert path.read_bytes() == damaged
    path.unlink()  # nor does it hold the file open: a ResourceWarning would fail this test
