"""Models written to files and read back."""

import dataclasses
import errno
import json
import math
import os
import stat
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import guide_style
import numpy as np
import pytest
from checkpoint_files import VERSION_1
from checkpoint_models import MODEL, RICH, SAVED, SPEC, random_model
from hypothesis import given, settings
from hypothesis import strategies as st
from preparation_strategies import NAMES, fitted, rows_for
from spec_strategies import network_specs

from nncore.checkpoint import Model, load_model, same_model, save_model, write_whole
from nncore.data.preparation import Plan, Preparation
from nncore.data.scaling import Scaling
from nncore.spec import NetworkSpec, dense


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.npz"


@pytest.fixture
def saved(path: Path) -> Path:
    save_model(path, MODEL)
    return path


# Round trip


def test_a_model_comes_back_identical(saved: Path) -> None:
    again = load_model(saved)
    assert same_model(load_model(str(saved)), again)
    assert again.spec == MODEL.spec
    assert again.theta.tobytes() == MODEL.theta.tobytes()
    assert again.theta.dtype == MODEL.theta.dtype
    scalings = (again.preparation.scaling, MODEL.preparation.scaling)
    for a, b in (scalings, (again.targets, MODEL.targets)):
        assert a.offset.tobytes() == b.offset.tobytes()
        assert a.scale.tobytes() == b.scale.tobytes()
    assert again.feature_names == ("x0", "x1")
    assert again.class_names == ("no", "yes")
    assert again.target_name == "label"


def test_all_that_is_done_to_features_comes_back(path: Path) -> None:
    save_model(path, RICH)
    again = load_model(path)
    assert same_model(again, RICH)
    assert again.preparation.plan == RICH.preparation.plan
    assert again.preparation.input_names == (
        *("age", "colour = red", "colour = green", "colour = blue", "petal length (cm)"),
        *("sin(x₁)", "`petal length (cm)`²"),
    )
    assert again.preparation.steps() == RICH.preparation.steps()


@given(network_specs(), fitted(), st.data())
@settings(max_examples=40, deadline=None)
def test_any_model_comes_back_identical(
    spec: NetworkSpec, prepared: tuple[Any, Any, Preparation], data: st.DataObject
) -> None:
    preparation = prepared[2]
    spec = dataclasses.replace(spec, n_inputs=preparation.n_inputs)
    model = dataclasses.replace(
        random_model(spec, data.draw(st.integers(0, 99))),
        preparation=preparation,
        class_names=tuple(data.draw(st.lists(NAMES, max_size=4))),
        target_name=data.draw(NAMES),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        save_model(path, model)
        again = load_model(path)
    assert same_model(again, model)
    assert again.feature_names == model.feature_names == preparation.feature_names
    X = rows_for(preparation, 3, 1)
    assert again.predict(X).tobytes() == model.predict(X).tobytes()


def test_the_extremes_of_a_number_survive(path: Path) -> None:
    extremes = [5e-324, -0.0, np.finfo(float).max, np.finfo(float).tiny, 0.1]
    theta = np.resize(extremes, SPEC.n_parameters)
    save_model(path, dataclasses.replace(MODEL, theta=theta))
    assert load_model(path).theta.tobytes() == theta.tobytes()


def with_preparation(**changes: Any) -> Model:
    return dataclasses.replace(MODEL, preparation=dataclasses.replace(MODEL.preparation, **changes))


def halved(column: int) -> Scaling:
    """The scaling of MODEL's inputs with one column scaled otherwise, the other not at all."""
    offset, scale = np.zeros(2), np.ones(2)
    offset[column], scale[column] = MODEL.preparation.scaling.offset[column], 0.5
    return Scaling(offset, scale)


def test_same_model_sees_every_difference() -> None:
    assert same_model(MODEL, random_model())
    theta = MODEL.theta.copy()
    theta[3] = np.nextafter(theta[3], 9)
    zeros = np.zeros(SPEC.n_parameters)
    others = [
        dataclasses.replace(MODEL, theta=theta),
        dataclasses.replace(MODEL, theta=MODEL.theta.astype("f4")),
        dataclasses.replace(MODEL, spec=dense(2, (4, 3), 2, dtype="float64")),
        dataclasses.replace(MODEL, preparation=Preparation.none(["x0", "x1"])),
        with_preparation(plan=Plan("min_max")),
        with_preparation(feature_names=("x1", "x0")),
        with_preparation(categories=((), ("a", "b")), scaling=halved(0)),
        with_preparation(fill=np.array([0.0, -0.0])),
        with_preparation(fills=("zero", "mean")),
        with_preparation(missing=(0, 1)),
        with_preparation(scaling=halved(0)),
        with_preparation(plan=Plan("standardize", ("x0",), ("x0²",))),
        dataclasses.replace(MODEL, targets=Scaling(np.zeros(2), MODEL.targets.scale)),
        dataclasses.replace(MODEL, targets=Scaling(MODEL.targets.offset, np.ones(2))),
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
        *("input_offset", "input_scale", "target_offset", "target_scale"),
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
    description = json.loads(str(arrays["description"]))
    assert description["spec"]["n_inputs"] == 2
    assert description["version"] == 2
    assert [feature["name"] for feature in description["preparation"]["features"]] == ["x0", "x1"]


def test_the_weights_are_stored_in_c_order_for_readers_of_the_raw_bytes(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive, archive.open("W1.npy") as file:
        assert np.lib.format.read_magic(file) == (1, 0)
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
        raw = np.frombuffer(file.read(), dtype).reshape(shape)
    assert not fortran_order
    W1 = MODEL.theta[:8].reshape(2, 4).T  # theta holds it transposed
    np.testing.assert_array_equal(raw, W1)


def test_predict_on_raw_rows_applies_both_scalings(saved: Path) -> None:
    X = np.random.default_rng(3).normal(0, 20, (6, 2))
    with np.load(saved) as arrays:
        A = (X.T - arrays["input_offset"][:, np.newaxis]) / arrays["input_scale"][:, np.newaxis]
        W = [arrays[f"W{l}"] for l in (1, 2, 3)]
        b = [arrays[f"b{l}"][:, np.newaxis] for l in (1, 2, 3)]
        A = guide_style.forward(W, b, ("tanh", "tanh", "sigmoid"), A)[1][-1]
        expected = A.T * arrays["target_scale"] + arrays["target_offset"]
    np.testing.assert_allclose(load_model(saved).predict(X), expected, rtol=1e-12)


def test_predict_takes_raw_rows_with_gaps_and_categories() -> None:
    X = np.array([[25.0, 2, 1.5, 3.0], [np.nan, np.nan, np.nan, np.nan], [25.0, 7, 1.5, -1.0]])
    inputs = np.array(
        [
            [5 / 50, 0, 0, 1, 3.0, math.sin(1.5), 9.0],
            [10 / 50, 1, 0, 0, 1.0, math.sin(2.375), 1.0],
            [5 / 50, 1, 0, 0, -1.0, math.sin(1.5), 1.0],
        ]
    )
    least, greatest = math.sin(5.0), math.sin(1.5)
    inputs[:, 5] = (inputs[:, 5] - least) / (greatest - least)
    plain = Preparation.none([f"x{i}" for i in range(7)])
    expected = dataclasses.replace(RICH, preparation=plain).predict(inputs)
    np.testing.assert_allclose(RICH.predict(X), expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_where_a_formula_has_no_value_the_outputs_have_none_without_a_warning(dtype: str) -> None:
    preparation = dataclasses.replace(
        Preparation.none(["x"]), plan=Plan(derived=("log x", "exp x")), scaling=Scaling.none(3)
    )
    model = random_model(dense(3, (), 2, output="identity", loss="huber", dtype=dtype))
    model = dataclasses.replace(model, preparation=preparation)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outputs = model.predict(np.array([[1.0], [-1.0], [400.0], [1e308]]))
    assert np.isfinite(outputs[0]).all()
    assert np.isnan(outputs[1]).all()
    assert not np.isfinite(outputs[3]).any()


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
        pytest.param({"preparation": Preparation.none(["one"])}, id="inputs"),
    ],
)
def test_a_model_that_would_not_read_back_leaves_the_old_file(
    saved: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises((OSError, ValueError)):
        save_model(saved, dataclasses.replace(MODEL, **changes))
    assert same_model(load_model(saved), MODEL)


# The version before


def test_a_file_of_version_1_predicts_what_it_did_then() -> None:
    model = load_model(VERSION_1)
    assert model.feature_names == ("width", 'x₁ "wide"')
    assert model.preparation.input_names == model.feature_names
    assert model.preparation.plan == Plan("standardize")
    assert model.preparation.fill.tolist() == [3.0586, -12.25]  # the means it was trained with
    assert (model.class_names, model.target_name) == ((), "price")
    X = np.array([[3.1, -10.0], [2.0, -15.5], [4.4, -12.25], [0.0, 0.0]])
    then = [27.497335463762283, 25.393282670527697, 24.65134751982987, 21.41738368012011]
    np.testing.assert_allclose(model.predict(X)[:, 0], then, rtol=1e-6)


def test_a_file_of_version_1_becomes_one_of_this_version_when_it_is_saved(path: Path) -> None:
    model = load_model(VERSION_1)
    save_model(path, model)
    assert same_model(load_model(path), model)
