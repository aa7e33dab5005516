import dataclasses
import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spec_strategies import OUTPUTS, network_specs

from nncore.activations import ACTIVATIONS
from nncore.errors import SpecError
from nncore.losses import LOSSES
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig, dense

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(network_specs())
@settings(deadline=None)
def test_json_gives_the_same_spec_back(spec: NetworkSpec) -> None:
    text = json.dumps(spec.to_json(), allow_nan=False)
    again = NetworkSpec.from_json(json.loads(text))
    assert again == spec
    assert hash(again) == hash(spec)


@given(network_specs())
@settings(deadline=None)
def test_sizes_depth_and_parameters_are_what_the_layers_say(spec: NetworkSpec) -> None:
    assert spec.sizes == (spec.n_inputs, *(layer.units for layer in spec.layers))
    assert spec.depth == len(spec.layers)
    assert spec.n_outputs == spec.sizes[-1]
    weights_and_biases = [
        np.zeros(shape).size
        for l in range(spec.depth)
        for shape in ((spec.sizes[l + 1], spec.sizes[l]), (spec.sizes[l + 1],))
    ]
    assert spec.n_parameters == sum(weights_and_biases)


def test_the_guides_network_has_193_parameters() -> None:
    assert dense(2, (16, 8), 1).n_parameters == 2 * 16 + 16 + 16 * 8 + 8 + 8 + 1


def test_the_valid_pairs_of_output_and_loss_are_these() -> None:
    valid = set()
    for output in ACTIVATIONS:
        for loss in LOSSES:
            try:
                dense(2, (), 2, output=output, loss=loss)
            except SpecError:
                continue
            valid.add((output, loss))
    assert valid == set(OUTPUTS)


def test_specs_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        dense(2, (), 1).n_inputs = 3  # type: ignore[misc]


def network(**changes: Any) -> NetworkSpec:
    parts: dict[str, Any] = {
        "n_inputs": 2,
        "layers": (LayerSpec(3, "relu"), LayerSpec(1, "sigmoid")),
        "loss": "binary_crossentropy",
    }
    return NetworkSpec(**(parts | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": ()}, ["output layer"]),
        ({"n_inputs": 0}, ["input layer", "0"]),
        ({"n_inputs": -7}, ["input layer", "-7"]),
        ({"n_inputs": 2.5}, ["input layer", "2.5"]),
        ({"n_inputs": True}, ["input layer", "True"]),
        ({"n_inputs": "2"}, ["input layer", "2"]),
        ({"n_inputs": float("nan")}, ["input layer", "nan"]),
        ({"layers": (LayerSpec(0, "relu"), LayerSpec(1, "sigmoid"))}, ["Layer 1", "0"]),
        ({"layers": (LayerSpec(3, "relu"), LayerSpec(-4, "sigmoid"))}, ["Layer 2", "-4"]),
        (
            {"layers": (LayerSpec(3, "softplus"), LayerSpec(1, "sigmoid"))},
            ["activation", "'softplus'", "relu", "tanh"],
        ),
        ({"layers": (LayerSpec(3, "softmax"), LayerSpec(1, "sigmoid"))}, ["Softmax", "layer 1"]),
        ({"layers": (LayerSpec(1, "tanh"),)}, ["Binary cross-entropy", "sigmoid", "tanh"]),
        (
            {"layers": (LayerSpec(2, "sigmoid"),), "loss": "categorical_crossentropy"},
            ["Categorical cross-entropy", "softmax", "sigmoid"],
        ),
        (
            {"layers": (LayerSpec(1, "softmax"),), "loss": "categorical_crossentropy"},
            ["Softmax", "1 unit"],
        ),
        ({"loss": "hinge"}, ["loss", "'hinge'", "mean_squared_error"]),
        ({"initializer": "ones"}, ["initializer", "'ones'", "he_normal"]),
        ({"dtype": "float16"}, ["dtype", "'float16'", "float32", "float64"]),
        (
            {"layers": (LayerSpec(99_999_999, "relu"), LayerSpec(1, "sigmoid"))},
            ["2-99999999-1", "399,999,997", "100,000,000"],
        ),
    ],
)
def test_a_network_that_can_not_be_built_is_refused_with_the_numbers(
    changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SpecError) as caught:
        network(**changes)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": -0.5}, ["learning rate", "-0.5"]),
        ({"learning_rate": float("nan")}, ["learning rate", "nan"]),
        ({"learning_rate": float("inf")}, ["learning rate", "inf"]),
        ({"batch_size": 0}, ["batch", "samples", "0"]),
        ({"batch_size": -3}, ["batch", "-3"]),
        ({"batch_size": 2.0}, ["batch", "2.0"]),
        ({"seed": -1}, ["seed", "-1"]),
        ({"seed": 2**32}, ["seed", "4294967296"]),
        ({"seed": 1.5}, ["seed", "1.5"]),
    ],
)
def test_a_training_that_can_not_be_run_is_refused_with_the_numbers(
    changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SpecError) as caught:
        TrainingConfig(**changes)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_the_ends_of_what_is_allowed_are_allowed() -> None:
    TrainingConfig(learning_rate=0, batch_size=1, seed=0)
    TrainingConfig(learning_rate=1e300, batch_size=None, seed=2**32 - 1)
    assert dense(1, (), 50_000_000).n_parameters == 100_000_000
    with pytest.raises(SpecError, match="100,000,002"):
        dense(1, (), 50_000_001)


def test_a_million_by_a_million_is_refused_before_anything_is_allocated() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match=r"1000000-1000000-1 has 1,000,002,000,001 parameters"):
            dense(10**6, (10**6,), 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize("missing", ["n_inputs", "layers", "loss", "initializer", "dtype"])
def test_a_description_with_a_part_missing_is_refused_by_name(missing: str) -> None:
    data = dense(2, (3,), 1).to_json()
    del data[missing]
    with pytest.raises(SpecError, match=f"incomplete.*{missing}"):
        NetworkSpec.from_json(data)


@given(JSON)
@settings(deadline=None)
def test_any_other_json_is_refused_as_a_spec(data: Any) -> None:
    with pytest.raises(SpecError):
        NetworkSpec.from_json(data)


@given(network_specs(), st.data())
@settings(deadline=None)
def test_a_part_replaced_by_any_json_is_refused_or_valid(spec: NetworkSpec, data: Any) -> None:
    description = json.loads(json.dumps(spec.to_json()))
    description[data.draw(st.sampled_from(sorted(description)))] = data.draw(JSON)
    try:
        again = NetworkSpec.from_json(description)
    except SpecError:
        return
    assert json.loads(json.dumps(again.to_json())) == description


@pytest.mark.parametrize("layer", [None, 3, "relu", {}, {"units": 3}, [3, "relu"]])
def test_a_layer_that_is_none_is_refused(layer: Any) -> None:
    with pytest.raises(SpecError):
        NetworkSpec.from_json(dense(2, (), 1).to_json() | {"layers": [layer]})


def test_numpy_whole_numbers_make_the_same_spec_as_python_ones_and_go_into_json() -> None:
    spec = NetworkSpec(
        np.int64(2),  # type: ignore[arg-type]
        (LayerSpec(np.int64(1), "sigmoid"),),  # type: ignore[arg-type]
        "binary_crossentropy",
    )
    assert json.loads(json.dumps(spec.to_json())) == dense(2, (), 1).to_json() | {
        "layers": [{"units": 1, "activation": "sigmoid"}]
    }


def test_the_parameter_limit_holds_for_numpy_whole_numbers_too() -> None:
    units = np.int32(65536)
    with np.errstate(all="ignore"), pytest.raises(SpecError, match="4,295,032,832"):
        dense(units, (), units)  # type: ignore[arg-type]
