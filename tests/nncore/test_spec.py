import dataclasses
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from config_strategies import training_configs
from hypothesis import given, settings
from hypothesis import strategies as st
from spec_strategies import network_specs

from nncore.activations import ACTIVATIONS
from nncore.errors import SpecError
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES
from nncore.optimizers import OPTIMIZERS
from nncore.spec import EarlyStopping, LayerSpec, NetworkSpec, Schedule, TrainingConfig, dense

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
NAN, INF = float("nan"), float("inf")
HUGE = 10**5000  # more digits than Python writes out
NO_NUMBERS = (NAN, INF, -INF, True, "0.5", [0.5], {}, 10**400, HUGE)
NO_COUNTS = (NAN, INF, True, "3", [3], 2.5, 2.0, -7, np.float32(2))
REASONS = {
    "identity": "can be any number",
    "sigmoid": "need not sum to 1 over the classes",
    "tanh": "go down to −1",
    "relu": "go beyond 1",
    "leaky_relu": "can be any number",
    "elu": "go down to −1",
    "selu": "go down to −1.76",
    "gelu": "go beyond 1",
    "silu": "go beyond 1",
    "softplus": "go beyond 1",
    "softmax": "depend on each other",
}


def network(**changes: Any) -> NetworkSpec:
    parts: dict[str, Any] = {
        "n_inputs": 2,
        "layers": (LayerSpec(3, "relu"), LayerSpec(1, "sigmoid")),
        "loss": "binary_crossentropy",
    }
    return NetworkSpec(**(parts | changes))


def hidden_layer(**changes: Any) -> NetworkSpec:
    parts: dict[str, Any] = {"units": 3, "activation": "relu"}
    return network(layers=(LayerSpec(**(parts | changes)), LayerSpec(1, "sigmoid")))


def refusal(make: Callable[..., Any], **parts: Any) -> str:
    with pytest.raises(SpecError) as caught:
        make(**parts)
    message = str(caught.value)
    assert message.endswith(".")
    assert message[0].isupper() or message[0].isdigit()  # as 2-16-8-1 does
    assert len(message) < 300
    assert "  " not in message
    return message


def told(value: Any) -> str:
    """How a message shows a value."""
    is_long = isinstance(value, int) and value > 10**60
    if is_long:
        return "a number of more than 60 digits"
    return f"'{value}'" if isinstance(value, str) else str(value)


# What a network is


@given(network_specs())
@settings(deadline=None)
def test_sizes_depth_and_parameters_are_what_the_layers_say(spec: NetworkSpec) -> None:
    assert spec.sizes == (spec.n_inputs, *(layer.units for layer in spec.layers))
    assert spec.depth == len(spec.layers)
    assert spec.n_outputs == spec.sizes[-1]
    assert spec.shape_text == "-".join(str(size) for size in spec.sizes)
    assert spec.has_dropout == any(layer.dropout > 0 for layer in spec.layers)
    weights_and_biases = [
        np.zeros(shape).size
        for l in range(spec.depth)
        for shape in ((spec.sizes[l + 1], spec.sizes[l]), (spec.sizes[l + 1],))
    ]
    assert spec.n_parameters == sum(weights_and_biases)


def test_the_guides_network_has_193_parameters() -> None:
    assert dense(2, (16, 8), 1).n_parameters == 2 * 16 + 16 + 16 * 8 + 8 + 8 + 1


def test_a_loss_goes_with_the_output_it_is_linked_to_or_else_with_any() -> None:
    valid = set()
    for output in ACTIVATIONS:
        for loss in LOSSES:
            try:
                dense(2, (), 2, output=output, loss=loss)
            except SpecError:
                continue
            valid.add((output, loss))
    free = ("mean_squared_error", "mean_absolute_error", "huber")
    assert valid == {
        ("sigmoid", "binary_crossentropy"),
        ("softmax", "categorical_crossentropy"),
        *((output, loss) for output in ACTIVATIONS for loss in free),
    }


@pytest.mark.parametrize(
    ("loss", "title", "needed"),
    [
        ("binary_crossentropy", "Binary cross-entropy", "sigmoid"),
        ("categorical_crossentropy", "Categorical cross-entropy", "softmax"),
    ],
)
def test_a_pair_without_meaning_is_refused_with_the_reason(
    loss: str, title: str, needed: str
) -> None:
    for output in set(ACTIVATIONS) - {needed}:
        message = refusal(dense, n_inputs=2, hidden=(), n_outputs=2, output=output, loss=loss)
        assert message == (
            f"{title} reads the outputs as probabilities: it needs {needed} at the output, "
            f"not {output}, whose values {REASONS[output]}."
        )


@pytest.mark.parametrize("spec_class", [LayerSpec, Schedule, EarlyStopping, TrainingConfig])
def test_specs_are_frozen(spec_class: Any) -> None:
    spec = LayerSpec(2, "relu") if spec_class is LayerSpec else spec_class()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(spec, dataclasses.fields(spec)[0].name, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        dense(2, (), 1).n_inputs = 3  # type: ignore[misc]


# Networks that can't be built


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": ()}, ["output layer"]),
        ({"n_inputs": 0}, ["input layer", "0"]),
        ({"layers": (LayerSpec(0, "relu"), LayerSpec(1, "sigmoid"))}, ["Layer 1", "0"]),
        ({"layers": (LayerSpec(3, "relu"), LayerSpec(-4, "sigmoid"))}, ["Layer 2", "-4"]),
        (
            {"layers": (LayerSpec(3, "maxout"), LayerSpec(1, "sigmoid"))},
            ["activation", "'maxout'", "relu", "tanh", "softplus"],
        ),
        ({"layers": (LayerSpec(3, "softmax"), LayerSpec(1, "sigmoid"))}, ["Softmax", "layer 1"]),
        (
            {"layers": (LayerSpec(1, "softmax"),), "loss": "categorical_crossentropy"},
            ["Softmax", "1 unit"],
        ),
        ({"loss": "hinge"}, ["loss", "'hinge'", "mean_squared_error", "huber"]),
        ({"loss": None}, ["loss", "'None'"]),
        ({"initializer": "ones"}, ["initializer", "'ones'", "he_normal", "orthogonal"]),
        ({"dtype": "float16"}, ["dtype", "'float16'", "float32", "float64"]),
        ({"dtype": np.float32}, ["dtype", "float32"]),
        (
            {"layers": (LayerSpec(99_999_999, "relu"), LayerSpec(1, "sigmoid"))},
            ["2-99999999-1", "399,999,997", "100,000,000"],
        ),
        ({"n_inputs": HUGE}, ["more than 10⁶⁰", "100,000,000"]),
        ({"layers": (LayerSpec(10**400, "relu"), LayerSpec(1, "sigmoid"))}, ["10⁶⁰"]),
        ({"huber_delta": 0}, ["delta of the Huber loss", "0"]),
        ({"huber_delta": 1e39}, ["delta of the Huber loss", "1e+39"]),
        ({"layers": (LayerSpec(3, "relu"), LayerSpec(1, "sigmoid", 0.25))}, ["Dropout 0.25"]),
        ({"initializer_value": 0.5}, ["He normal", "0.5"]),
        ({"initializer": "normal", "initializer_value": -0.5}, ["standard deviation", "-0.5"]),
        ({"initializer": "uniform", "initializer_value": 2e6}, ["bound", "2000000.0"]),
        ({"initializer": "constant", "initializer_value": -2e6}, ["value", "-2000000.0"]),
    ],
)
def test_a_network_that_can_not_be_built_is_refused_with_the_numbers(
    changes: dict[str, Any], words: list[str]
) -> None:
    message = refusal(network, **changes)
    assert all(word in message for word in words), message


@pytest.mark.parametrize("value", NO_COUNTS, ids=told)
def test_units_that_are_no_whole_number_are_refused_with_what_they_are(value: Any) -> None:
    message = refusal(network, n_inputs=value)
    assert message == (f"The input layer needs a whole number of units from 1, not {told(value)}.")
    assert refusal(hidden_layer, units=value) == message.replace("The input layer", "Layer 1")


@pytest.mark.parametrize("value", [*NO_NUMBERS, -0.1], ids=told)
def test_settings_of_a_network_that_are_no_number_are_refused_with_what_they_are(
    value: Any,
) -> None:
    assert refusal(network, huber_delta=value) == (
        f"The delta of the Huber loss must be more than 0 and less than 1e+38, not {told(value)}."
    )
    assert refusal(hidden_layer, dropout=value) == (
        f"The dropout of layer 1 must be 0 or more and less than 1, not {told(value)}."
    )
    message = refusal(network, initializer="normal", initializer_value=value)
    assert message.endswith(f", not {told(value)}.")


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_only_initializers_with_a_value_take_one(initializer: str) -> None:
    if INITIALIZERS[initializer].value_name is None:
        message = refusal(network, initializer=initializer, initializer_value=0.5)
        assert message.endswith(" takes no value, such as 0.5.")
    else:
        assert network(initializer=initializer, initializer_value=0.5).initializer_value == 0.5
    assert network(initializer=initializer).initializer_value is None


def test_every_layer_is_checked_on_its_own() -> None:
    for l in range(1, 5):
        layers = [LayerSpec(2, "relu")] * 4 + [LayerSpec(1, "sigmoid")]
        layers[l - 1] = LayerSpec(2, "relu", dropout=1.0)
        assert f"layer {l} " in refusal(network, layers=tuple(layers))


# Trainings that can't be run


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": -0.5}, ["learning rate", "-0.5"]),
        ({"batch_size": 0}, ["batch", "samples", "0"]),
        ({"seed": -1}, ["seed", "-1"]),
        ({"seed": 2**32}, ["seed", "4294967296"]),
        ({"seed": HUGE}, ["seed", "60 digits"]),
        ({"optimizer": "adamax"}, ["optimizer", "'adamax'", *OPTIMIZERS]),
        ({"optimizer": None}, ["optimizer", "'None'"]),
        ({"momentum": 1}, ["momentum", "less than 1", "not 1."]),
        ({"beta1": 1.0}, ["beta1", "less than 1", "1.0"]),
        ({"beta2": 1.5}, ["beta2", "less than 1", "1.5"]),
        ({"rho": -0.1}, ["rho", "0 or more", "-0.1"]),
        ({"epsilon": 0.0}, ["epsilon", "1e-30 or more", "0.0"]),
        ({"l1": -1e-9}, ["l1", "-1e-09"]),
        ({"weight_decay": -2}, ["weight decay", "-2"]),
        ({"clip_norm": 0}, ["clip norm", "more than 0", "not 0."]),
        ({"clip_value": -3.0}, ["clip value", "more than 0", "-3.0"]),
        ({"optimizer": "adam", "weight_decay": 0.01}, ["0.01", "AdamW", "adamw", "l2"]),
        ({"class_weights": ()}, ["Class weights", "()"]),
        ({"class_weights": (1.0,)}, ["one number per class", "(1.0,)"]),
        ({"class_weights": 2.0}, ["one number per class", "2.0"]),
        ({"class_weights": (1.0, -0.5)}, ["weight of class 1", "-0.5"]),
        ({"class_weights": (NAN, 1.0)}, ["weight of class 0", "nan"]),
        ({"class_weights": (1.0, 1.0, "2")}, ["weight of class 2", "2"]),
        ({"class_weights": (0.0, 0)}, ["all 0"]),
    ],
)
def test_a_training_that_can_not_be_run_is_refused_with_the_numbers(
    changes: dict[str, Any], words: list[str]
) -> None:
    message = refusal(TrainingConfig, **changes)
    assert all(word in message for word in words), message


NUMBERS = ("learning_rate", "momentum", "beta1", "beta2", "rho", "epsilon")
PENALTIES = ("l1", "l2", "weight_decay", "clip_norm", "clip_value")


@pytest.mark.parametrize("value", [*NO_NUMBERS, -0.1], ids=told)
@pytest.mark.parametrize("name", [*NUMBERS, *PENALTIES])
def test_a_setting_that_is_no_number_is_refused_with_what_it_is(name: str, value: Any) -> None:
    message = refusal(TrainingConfig, **{name: value})
    assert message.startswith(f"The {name.replace('_', ' ')} must be "), message
    assert message.endswith(f", not {told(value)}."), message


@pytest.mark.parametrize("value", NO_COUNTS, ids=told)
def test_counts_of_a_training_are_whole_numbers(value: Any) -> None:
    assert refusal(TrainingConfig, batch_size=value) == (
        f"A batch needs a whole number of samples from 1, not {told(value)}."
    )
    message = refusal(TrainingConfig, seed=value)
    assert message == f"The seed must be a whole number from 0 to 2³² − 1, not {told(value)}."
    for subject, make, name, least in EPOCHS:
        assert refusal(make, **{name: value}) == (
            f"{subject} needs a whole number of epochs from {least}, not {told(value)}."
        )


EPOCHS: tuple[tuple[str, Callable[..., Any], str, int], ...] = (
    ("A schedule by steps", Schedule, "every", 1),
    ("A cosine", Schedule, "length", 1),
    ("The schedule's patience", Schedule, "patience", 0),
    ("A warm-up", Schedule, "warm_up", 0),
    ("The patience of early stopping", EarlyStopping, "patience", 1),
)


@pytest.mark.parametrize(("subject", "make", "name", "least"), EPOCHS)
def test_so_many_epochs_and_no_fewer(
    subject: str, make: Callable[..., Any], name: str, least: int
) -> None:
    assert getattr(make(**{name: least}), name) == least
    assert f"from {least}, not {least - 1}." in refusal(make, **{name: least - 1})


@pytest.mark.parametrize("value", [*NO_NUMBERS, -0.1], ids=told)
def test_numbers_of_a_schedule_and_of_early_stopping_are_refused_with_what_they_are(
    value: Any,
) -> None:
    assert refusal(Schedule, factor=value) == (
        f"The factor of the schedule must be more than 0 and at most 1, not {told(value)}."
    )
    assert refusal(Schedule, floor=value) == (
        f"The floor of the schedule must be 0 or more and at most 1, not {told(value)}."
    )
    assert refusal(EarlyStopping, min_delta=value) == (
        f"The least improvement of early stopping must be 0 or more and finite, not {told(value)}."
    )


def test_a_schedule_never_raises_the_rate_above_its_full_height() -> None:
    assert Schedule(factor=1.0, floor=1.0) == Schedule(factor=1, floor=1)
    above = np.nextafter(1.0, 2.0)
    assert "at most 1" in refusal(Schedule, factor=above)
    assert "at most 1" in refusal(Schedule, floor=above)
    assert "more than 0" in refusal(Schedule, factor=0.0)
    assert "'linear'" in refusal(Schedule, name="linear")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_only_adam_refuses_a_decoupled_weight_decay(optimizer: str) -> None:
    if optimizer == "adam":
        assert "AdamW" in refusal(TrainingConfig, optimizer=optimizer, weight_decay=0.1)
    else:
        assert TrainingConfig(optimizer=optimizer, weight_decay=0.1).weight_decay == 0.1
    TrainingConfig(optimizer=optimizer, l2=0.1, weight_decay=0)


def test_the_ends_of_what_is_allowed_are_allowed() -> None:
    largest = np.finfo(float).max
    below_1 = float(np.nextafter(1.0, 0.0))
    TrainingConfig(learning_rate=0, batch_size=1, seed=0, momentum=0, beta1=0, beta2=0, rho=0)
    TrainingConfig(learning_rate=largest, batch_size=None, seed=2**32 - 1, epsilon=largest)
    TrainingConfig(momentum=below_1, beta1=below_1, beta2=below_1, rho=below_1, epsilon=1e-30)
    TrainingConfig(l1=largest, l2=largest, weight_decay=largest, clip_norm=5e-324, clip_value=1)
    TrainingConfig(class_weights=(0.0, largest), batch_size=10**400)
    EarlyStopping(patience=10**400, min_delta=largest)
    network(initializer="constant", initializer_value=-1e6)
    network(initializer="normal", initializer_value=0)
    hidden_layer(dropout=below_1)


# Nothing is allocated for what is refused


def test_the_limit_of_parameters_is_exact() -> None:
    assert dense(1, (), 50_000_000).n_parameters == 100_000_000
    with pytest.raises(SpecError, match="100,000,002"):
        dense(1, (), 50_000_001)


def test_the_parameter_limit_holds_for_numpy_whole_numbers_too() -> None:
    units = np.int32(65536)
    with np.errstate(all="ignore"), pytest.raises(SpecError, match="4,295,032,832"):
        dense(units, (), units)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: dense(10**6, (10**6,), 1),
            "1000000-1000000-1 has 1,000,002,000,001 parameters; the limit is 100,000,000",
        ),
        (lambda: dense(2, (10**5,) * 4, 1), "2-100000-100000-100000-100000-1 has 30,000,700,001 "),
        (lambda: dense(HUGE, (HUGE,), HUGE), "has more than 10⁶⁰ parameters"),
        (lambda: TrainingConfig(batch_size=-(10**12)), "not -1000000000000"),
    ],
)
def test_what_is_too_large_is_refused_before_anything_is_allocated(
    make: Callable[[], Any], words: str
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(SpecError) as caught:
            make()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert words in str(caught.value)
    assert peak < 100_000


# As JSON


def through_json(description: dict[str, Any]) -> Any:
    return json.loads(json.dumps(description, allow_nan=False))


def holds(whole: Any, part: Any) -> bool:
    """Whether ``whole`` is ``part``, or has it with the defaults filled in."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and holds(whole[name], value) for name, value in part.items()
        )
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part and isinstance(whole, bool) == isinstance(part, bool))


@given(network_specs())
@settings(deadline=None)
def test_json_gives_the_same_network_back(spec: NetworkSpec) -> None:
    again = NetworkSpec.from_json(through_json(spec.to_json()))
    assert again == spec
    assert hash(again) == hash(spec)


@given(training_configs())
@settings(deadline=None)
def test_json_gives_the_same_training_back(config: TrainingConfig) -> None:
    again = TrainingConfig.from_json(through_json(config.to_json()))
    assert again == config
    assert hash(again) == hash(config)


def test_descriptions_of_the_first_version_are_still_read() -> None:
    layers = [{"units": 3, "activation": "relu"}, {"units": 1, "activation": "sigmoid"}]
    description = {
        "n_inputs": 2,
        "layers": layers,
        "loss": "binary_crossentropy",
        "initializer": "xavier_normal",
        "dtype": "float64",
    }
    expected = dense(2, (3,), 1, initializer="xavier_normal", dtype="float64")
    assert NetworkSpec.from_json(description) == expected
    first = {"learning_rate": 0.5, "batch_size": None, "seed": 3}
    assert TrainingConfig.from_json(first) == TrainingConfig(0.5, None, 3)
    assert TrainingConfig.from_json({}) == TrainingConfig()
    assert TrainingConfig.from_json({"schedule": {"name": "step"}}).schedule == Schedule("step")
    assert TrainingConfig.from_json({"early_stopping": {}}).early_stopping == EarlyStopping()


@pytest.mark.parametrize("missing", ["n_inputs", "layers", "loss", "initializer", "dtype"])
def test_a_description_with_a_part_missing_is_refused_by_name(missing: str) -> None:
    data = dense(2, (3,), 1).to_json()
    del data[missing]
    assert refusal(NetworkSpec.from_json, data=data) == (
        f"The network's description is incomplete: it lacks {missing}."
    )


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (None, "layers are not a list, but None"),
        (3, "layers are not a list, but 3"),
        ("relu", "layers are not a list, but 'relu'"),
        ({}, "layers are not a list, but {}"),
        ([], "needs at least an output layer"),
        ([None], "layer's description is not an object, but None"),
        ([3], "layer's description is not an object, but 3"),
        (["relu"], "layer's description is not an object, but 'relu'"),
        ([{}], "layer's description is incomplete: it lacks units, activation"),
        ([{"units": 3}], "layer's description is incomplete: it lacks activation"),
        ([[3, "relu"]], "layer's description is not an object"),
        ([{"units": 3, "activation": "relu", "bias": 1}], "unknown part 'bias'"),
        ([{"units": 3, "activation": "relu", "dropout": None}], "dropout of layer 1"),
    ],
)
def test_layers_that_are_none_are_refused(layers: Any, words: str) -> None:
    data = dense(2, (), 1).to_json() | {"layers": layers}
    assert words in refusal(NetworkSpec.from_json, data=data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "training's description is not an object, but None"),
        ([], "training's description is not an object, but []"),
        ({"rate": 1}, "unknown part 'rate'"),
        ({"schedule": None}, "schedule's description is not an object, but None"),
        ({"schedule": "step"}, "schedule's description is not an object, but 'step'"),
        ({"schedule": {"gamma": 0.1}}, "schedule's description has an unknown part 'gamma'"),
        ({"early_stopping": False}, "early stopping's description is not an object, but False"),
        ({"early_stopping": {"patience": 0}}, "from 1, not 0"),
        ({"class_weights": []}, "one number per class, not ()"),
        ({"class_weights": {"0": 1}}, "one number per class"),
        ({"class_weights": [1, [2]]}, "weight of class 1"),
        ({"seed": True}, "not True"),
    ],
)
def test_settings_that_are_none_are_refused(data: Any, words: str) -> None:
    assert words in refusal(TrainingConfig.from_json, data=data)


@given(JSON)
@settings(deadline=None)
def test_any_other_json_is_refused(data: Any) -> None:
    for read in (NetworkSpec.from_json, TrainingConfig.from_json):
        if data != {} or read == NetworkSpec.from_json:
            refusal(read, data=data)


@given(network_specs() | training_configs(), st.data())
@settings(deadline=None)
def test_a_part_replaced_by_any_json_is_refused_or_valid(
    spec: NetworkSpec | TrainingConfig, data: st.DataObject
) -> None:
    description = through_json(spec.to_json())
    part = description
    if isinstance(spec, NetworkSpec) and data.draw(st.booleans()):
        part = description["layers"][-1]
    elif isinstance(spec, TrainingConfig) and data.draw(st.booleans()):
        part = description["schedule"]
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    try:
        again = type(spec).from_json(description)
    except SpecError:
        return
    assert holds(through_json(again.to_json()), description)


def test_numpy_numbers_make_the_same_specs_as_python_ones_and_go_into_json() -> None:
    spec = NetworkSpec(
        np.int64(2),  # type: ignore[arg-type]
        (LayerSpec(np.int64(1), "sigmoid"),),  # type: ignore[arg-type]
        "binary_crossentropy",
        huber_delta=np.float32(0.5),  # type: ignore[arg-type]
    )
    assert through_json(spec.to_json()) == dense(2, (), 1).to_json() | {
        "layers": [{"units": 1, "activation": "sigmoid", "dropout": 0.0}],
        "huber_delta": 0.5,
    }
    config = TrainingConfig(
        np.float32(0.5),  # type: ignore[arg-type]
        np.int16(7),  # type: ignore[arg-type]
        np.uint32(3),  # type: ignore[arg-type]
        schedule=Schedule(every=np.int8(3)),  # type: ignore[arg-type]
        class_weights=(np.float32(0.5), np.int64(2)),  # type: ignore[arg-type]
    )
    plain = TrainingConfig(0.5, 7, 3, schedule=Schedule(every=3), class_weights=(0.5, 2))
    assert config == plain
    assert TrainingConfig.from_json(through_json(config.to_json())) == plain
