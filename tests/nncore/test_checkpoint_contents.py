"""Sound archives whose arrays and descriptions make no model."""

import io
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
from checkpoint_models import MODEL, RICH, SAVED_RICH, SPEC

from nncore.checkpoint import load_model, same_model
from nncore.data.preparation import Plan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.npz"


@pytest.mark.parametrize(
    "dtype", ["c16", "V8", "O", "M8[s]", "i8", "?", "S4", [("a", "f8"), ("b", "f8")], ">f8", "f2"]
)
@pytest.mark.parametrize("name", ["theta", "input_offset"])
def test_numbers_of_another_kind_are_refused(path: Path, name: str, dtype: Any) -> None:
    array = np.zeros(MODEL.theta.shape if name == "theta" else 2, dtype)
    write_zip(path, MEMBERS | {f"{name}.npy": npy(array, allow_pickle=True)})
    refusal(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("name", "size"), [("theta", SPEC.n_parameters), ("input_offset", 2), ("target_scale", 2)]
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
        ("input_offset", np.zeros(3), ["(3,)", "(2,)"]),
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


@pytest.mark.parametrize("name", ["theta", "input_offset", "target_scale", "description"])
def test_a_member_missing_is_refused(path: Path, name: str) -> None:
    members = dict(MEMBERS)
    del members[f"{name}.npy"]
    write_zip(path, members)
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
    # in the midst of a name, where JSON doesn't look at them
    impossible = (0x110000).to_bytes(4, "little")
    changed = MEMBERS["description.npy"].replace("x0".encode("utf-32-le"), 2 * impossible)
    assert changed != MEMBERS["description.npy"]
    write_zip(path, MEMBERS | {"description.npy": changed})
    assert "is not a network that nnscope has exported" in refusal(path)


def test_a_description_of_the_other_byte_order_is_read(path: Path) -> None:
    text = str(np.load(io.BytesIO(MEMBERS["description.npy"])))
    write_zip(path, MEMBERS | {"description.npy": npy(np.array(text).astype(f">U{len(text)}"))})
    assert same_model(load_model(path), MODEL)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"format": None},
        {"version": None},
        {"version": "1"},
        {"spec": None},
        {"spec": []},
        {"preparation": None},
        {"preparation": "ab"},
        {"preparation": [["plan", {}], ["features", []]]},
        {"preparation": {}},
        {"version": 1},
        {"class_names": {"a": 1}},
    ],
    ids=str,
)
def test_a_description_with_a_wrong_part_is_refused(path: Path, changes: dict[str, Any]) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(**changes)})
    refusal(path)


def test_a_newer_version_is_refused_with_what_to_do(path: Path) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(version=3)})
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


# What is done to features

RICH_MEMBERS = members_of(SAVED_RICH)
PREPARATION = {key: RICH.preparation.to_json()[key] for key in ("plan", "features")}


def with_feature(k: int, **changes: Any) -> dict[str, Any]:
    features = [dict(feature) for feature in PREPARATION["features"]]
    features[k] |= changes
    return PREPARATION | {"features": features}


@pytest.mark.parametrize(
    ("preparation", "words"),
    [
        (PREPARATION | {"features": PREPARATION["features"][1:]}, "gives 6 inputs and scales 7"),
        (PREPARATION | {"plan": Plan("min_max").to_json()}, "gives 6 inputs and scales 7"),
        (PREPARATION | {"plan": {"scaling": "log"}}, "no scaling 'log'"),
        (PREPARATION | {"plan": {"derived": ["sin(x₁"]}}, "closing parenthesis is missing"),
        (with_feature(1, categories=["red", "green"]), "gives 5 inputs and scales 7"),
        (with_feature(1, fill=3), "3.0 can't stand in for missing values of 'colour'"),
        (with_feature(0, fill=None), "list of numbers is needed"),
        (with_feature(2, name="x"), "no feature 'x₁'"),
    ],
)
def test_an_impossible_preparation_is_refused_with_the_reason(
    path: Path, preparation: dict[str, Any], words: str
) -> None:
    changed = description(RICH_MEMBERS, preparation=preparation)
    write_zip(path, RICH_MEMBERS | {"description.npy": changed})
    message = refusal(path)
    assert "impossible network" in message
    assert words in message


def test_a_preparation_for_another_network_is_refused(path: Path) -> None:
    write_zip(path, MEMBERS | {"description.npy": description(preparation=PREPARATION)})
    assert "gives 7 inputs and scales 2" in refusal(path)


@pytest.mark.parametrize("name", ["input_offset", "input_scale"])
def test_scaled_categories_are_refused(path: Path, name: str) -> None:
    array = np.full(7, 0.5)
    write_zip(path, RICH_MEMBERS | {f"{name}.npy": npy(array)})
    assert "scales inputs that are to stay as they are" in refusal(path)


# Version 1

OLD_MEMBERS = members_of(VERSION_1.read_bytes())


@pytest.mark.parametrize(
    "changes",
    [
        {"feature_names": None},
        {"feature_names": "ab"},
        {"feature_names": ["a"]},
        {"feature_names": ["a", "b", "c"]},
        {"version": 2},
    ],
    ids=str,
)
def test_a_description_of_version_1_with_a_wrong_part_is_refused(
    path: Path, changes: dict[str, Any]
) -> None:
    write_zip(path, OLD_MEMBERS | {"description.npy": description(OLD_MEMBERS)})
    load_model(path)
    write_zip(path, OLD_MEMBERS | {"description.npy": description(OLD_MEMBERS, **changes)})
    refusal(path)


@pytest.mark.parametrize("name", ["input_mean", "input_scale", "target_mean", "target_scale"])
def test_a_member_of_version_1_missing_is_refused(path: Path, name: str) -> None:
    members = dict(OLD_MEMBERS)
    del members[f"{name}.npy"]
    write_zip(path, members)
    refusal(path)


def test_a_model_of_version_1_without_standardisation_does_nothing_to_its_inputs(
    path: Path,
) -> None:
    plain = {"input_mean.npy": npy(np.zeros(2)), "input_scale.npy": npy(np.ones(2))}
    write_zip(path, OLD_MEMBERS | plain)
    preparation = load_model(path).preparation
    assert preparation.plan == Plan()
    assert preparation.steps() == ()
    assert preparation.scaling.is_identity
    changed = description(OLD_MEMBERS, feature_names=["a"])
    write_zip(path, OLD_MEMBERS | plain | {"description.npy": changed})
    assert "names 1 inputs and takes 2" in refusal(path)
