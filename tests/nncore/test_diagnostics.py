"""The numbers of a diagnosis; the verdicts are in ``test_verdicts.py``."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from spec_strategies import network_specs

from nncore.diagnostics import diagnose, first_nonfinite_tensor, layer_activity
from nncore.diagnostics.measures import measure, rms, sample_rms
from nncore.network import Network, Trace
from nncore.parameters import Parameters, initial_theta
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.types import FloatArray

VERDICTS = {"healthy", "vanishing", "exploding", "dead", "saturated", "diverged"}
LINEAR = dense(1, (1,), 1, activation="identity", output="identity", loss="mean_squared_error")


def passed(network: Network, X: FloatArray, Y: FloatArray) -> Trace:
    """The trace of one forward and backward pass."""
    trace = network.trace(len(X))
    trace.X[...], trace.Y[...] = X, Y
    with np.errstate(all="ignore"):
        trace.forward()
        trace.loss_gradient()
        trace.backward()
    return trace


def stepped(spec: NetworkSpec, config: TrainingConfig, n_steps: int = 3, n: int = 40) -> Trainer:
    rng = np.random.default_rng(0)
    Y = rng.integers(0, 2, (n, spec.n_outputs)).astype(float)
    trainer = Trainer(spec, config, rng.normal(size=(n, spec.n_inputs)), Y)
    for _ in range(n_steps):
        trainer.step_batch()
    return trainer


# What the units of a layer do


def test_mean_and_spread_are_over_all_units_and_samples() -> None:
    activity = layer_activity(np.array([[1.0, 2.0], [3.0, 6.0]]), "identity")
    assert activity.mean == 3
    assert activity.std == pytest.approx(np.sqrt(3.5))


def test_a_relu_unit_is_dead_if_it_gives_0_on_every_sample() -> None:
    A = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 1e-20, 2.0, 0.0]])
    assert layer_activity(A, "relu").dead == 0.5


def test_a_network_with_hopeless_biases_has_dead_units() -> None:
    network = Network.from_theta(dense(2, (4,), 1, dtype="float64"), np.ones(17))
    network.parameters.b[1][:3] = -100
    trace = network.trace(50)
    trace.X[...] = np.random.default_rng(0).normal(size=(50, 2))
    trace.forward()
    assert layer_activity(trace.A[1], "relu").dead == 0.75


@pytest.mark.parametrize(
    ("activation", "low", "middle", "high"),
    [("sigmoid", 0.001, 0.5, 0.999), ("tanh", -0.999, 0.0, 0.999)],
)
def test_a_unit_is_saturated_if_it_is_at_a_flat_end_on_95_percent_of_the_samples(
    activation: str, low: float, middle: float, high: float
) -> None:
    A = np.full((100, 4), middle)
    A[:95, 0] = high  # just enough
    A[:94, 1] = high  # one too few
    A[:50, 2], A[50:, 2] = low, high  # either end counts
    assert layer_activity(A, activation).saturated == 0.5


@pytest.mark.parametrize(("activation", "end"), [("elu", -1.0), ("selu", -1.758)])
def test_elu_and_selu_saturate_at_their_lower_end_only(activation: str, end: float) -> None:
    A = np.array([[end, 50.0, -0.5]] * 3)
    assert layer_activity(A, activation).saturated == pytest.approx(1 / 3)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_large_pre_activation_saturates_and_a_small_one_does_not(activation: str) -> None:
    spec = dense(1, (3,), 1, activation=activation, dtype="float64")
    for size, expected in ((20.0, 1.0), (0.1, 0.0)):
        network = Network.from_theta(spec, np.full(spec.n_parameters, size))
        network.parameters.b[1][:] = 0
        trace = network.trace(2)
        trace.X[...] = [[1.0], [-1.0]]
        trace.forward()
        assert layer_activity(trace.A[1], activation).saturated == expected


@pytest.mark.parametrize(
    ("activation", "dead", "saturated"),
    [
        ("identity", False, False),
        ("relu", True, False),
        ("leaky_relu", False, False),
        ("sigmoid", False, True),
        ("tanh", False, True),
        ("elu", False, True),
        ("selu", False, True),
        ("gelu", False, False),
        ("silu", False, False),
        ("softplus", False, False),
        ("softmax", False, False),
    ],
)
def test_what_can_not_happen_is_none_not_0(activation: str, dead: bool, saturated: bool) -> None:
    activity = layer_activity(np.full((3, 2), 0.5), activation)
    assert (activity.dead is not None, activity.saturated is not None) == (dead, saturated)
    assert {activity.dead, activity.saturated} <= {None, 0.0}


def test_float32_sums_do_not_lose_digits() -> None:
    activity = layer_activity(np.full((1_000_000, 2), 0.1, "f4"), "identity")
    assert activity.mean == pytest.approx(float(np.float32(0.1)), rel=1e-12)
    assert activity.std == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 1.7e308])
def test_activities_that_are_not_finite_are_no_reason_to_warn(
    activation: str, value: float
) -> None:
    activity = layer_activity(np.array([[value, 0.5], [-value, 0.5]]), activation)
    assert not np.isfinite(activity.std)


# Root mean squares


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e-20, 1.0, 1e20, 1e160, 1e300])
def test_no_size_is_too_small_or_too_large_for_a_root_mean_square(size: float) -> None:
    expected = np.sqrt(12.5) * size
    assert_allclose(rms(np.array([3.0, 4.0]) * size), expected, 1e-12)
    assert_allclose(sample_rms(np.array([[3.0, 4.0], [0.0, 0.0]]) * size), [expected, 0], 1e-12)


def test_a_root_mean_square_is_0_only_for_zeros_and_in_float64() -> None:
    assert rms(np.zeros(5, "f4")) == 0
    assert rms(np.array([0, 1e-45], "f4")) > 0
    assert rms(np.full(1_000_000, 0.1, "f4")) == pytest.approx(float(np.float32(0.1)), rel=1e-12)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_a_root_mean_square_of_what_is_not_finite_is_not_either(value: float) -> None:
    values = np.array([[1.0, value]])
    assert not np.isfinite(rms(values))
    assert not np.isfinite(sample_rms(values)).any()


# The numbers of a layer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_numbers_are_those_of_the_formulas(dtype: str, optimizer: str) -> None:
    spec = dense(3, (5, 4), 2, activation="tanh", dtype=dtype)
    trainer = stepped(spec, TrainingConfig(0.1, 8, 0, optimizer), n_steps=2)
    before = trainer.network.parameters.theta.astype("f8")
    trainer.step_batch()
    network, trace = trainer.network, trainer.trace
    W_before = Parameters(spec.sizes, "float64", before).W
    W_after = network.parameters.W
    for l, layer in enumerate(diagnose(network, trace, trainer.update), start=1):
        assert layer.layer == l
        g = np.concatenate([network.gradient.W[l].ravel(), network.gradient.b[l]]).astype("f8")
        assert layer.gradient_rms == pytest.approx(np.sqrt((g**2).mean()), rel=1e-12)
        assert layer.gradient_rms == pytest.approx(network.gradient.layer_rms()[l - 1], rel=1e-12)
        delta = trace.delta[l].astype("f8")
        assert layer.delta_rms == pytest.approx(np.sqrt((delta**2).mean()), rel=1e-12)
        moved = np.linalg.norm(W_after[l] - W_before[l]) / np.linalg.norm(W_before[l])
        assert layer.update_ratio == pytest.approx(moved, rel=1e-3 if dtype == "float32" else 1e-9)
        Z, A = trace.Z[l].astype("f8"), trace.A[l].astype("f8")
        expected = (Z.mean(), Z.std(), A.mean(), A.std())
        assert (layer.z_mean, layer.z_std, layer.a_mean, layer.a_std) == pytest.approx(expected)
        activity = layer_activity(trace.A[l], spec.layers[l - 1].activation)
        assert (layer.dead, layer.saturated) == (activity.dead, activity.saturated)


def test_a_diagnosis_changes_nothing() -> None:
    trainer = stepped(dense(3, (5, 4), 2), TrainingConfig(0.1))
    network, trace = trainer.network, trainer.trace
    arrays = [network.parameters.theta, network.gradient.theta, trainer.update.theta, trace.Y]
    arrays += [*trace.Z.values(), *trace.A.values(), *trace.delta.values()]
    before = [array.tobytes() for array in arrays]
    first = diagnose(network, trace, trainer.update)
    assert diagnose(network, trace, trainer.update) == first
    assert [array.tobytes() for array in arrays] == before


def test_there_is_no_update_ratio_before_a_step_or_from_weights_that_are_all_0() -> None:
    spec = dense(2, (), 1, initializer="zeros")
    trainer = stepped(spec, TrainingConfig(0.1), n_steps=1)
    assert diagnose(trainer.network, trainer.trace)[0].update_ratio is None
    assert diagnose(trainer.network, trainer.trace, trainer.update)[0].update_ratio is None
    trainer.step_batch()
    ratio = diagnose(trainer.network, trainer.trace, trainer.update)[0].update_ratio
    assert ratio is not None
    assert ratio > 0


def test_the_biases_have_no_part_in_the_update_ratio() -> None:
    trainer = stepped(dense(2, (), 1), TrainingConfig(0.1))
    trainer.network.parameters.b[1][:] = 1e6
    before = diagnose(trainer.network, trainer.trace, trainer.update)[0].update_ratio
    trainer.network.parameters.b[1][:] = 0
    assert diagnose(trainer.network, trainer.trace, trainer.update)[0].update_ratio == before


def test_the_size_of_weights_is_in_terms_of_those_that_keep_the_size_of_a_signal() -> None:
    spec = dense(400, (100,), 1, activation="selu", initializer="lecun_normal")
    trainer = stepped(spec, TrainingConfig(0.1), n_steps=1)
    found = measure(trainer.network, trainer.trace, trainer.update, 1)
    assert found.weight_size == pytest.approx(1, rel=0.02)


def test_the_input_of_a_layer_is_what_dropout_hands_on() -> None:
    spec = NetworkSpec(
        2, (LayerSpec(8, "tanh", 0.75), LayerSpec(1, "sigmoid")), "binary_crossentropy"
    )
    trainer = stepped(spec, TrainingConfig(0.1))
    found = measure(trainer.network, trainer.trace, trainer.update, 2)
    assert found.input_rms == pytest.approx(rms(trainer.trace.dropped[1]))
    assert found.input_rms > 1.5 * rms(trainer.trace.A[1])
    assert measure(trainer.network, trainer.trace, None, 1).input_rms == rms(trainer.trace.X)


def test_a_gradient_of_0_is_0() -> None:
    network = Network.from_theta(LINEAR, np.array([1, 0, 1, 0], "f4"))
    trace = passed(network, np.array([[2.0]]), np.array([[2.0]]))
    for layer in diagnose(network, trace):
        assert layer.gradient_rms == layer.delta_rms == 0
        assert layer.verdict == "healthy"


# What is not finite


def finite() -> tuple[Network, Trace, Parameters]:
    spec = dense(2, (3, 3), 1, activation="tanh")
    network = Network.from_theta(spec, initial_theta(spec, np.random.default_rng(0)))
    trace = passed(network, np.ones((4, 2)), np.ones((4, 1)))
    return network, trace, Parameters(spec.sizes, spec.dtype)


def test_nothing_is_named_if_all_is_finite() -> None:
    assert first_nonfinite_tensor(*finite()) is None


@pytest.mark.parametrize("l", [1, 2, 3])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "what", ["pre-activation", "activation", "delta", "gradient", "update", "weight"]
)
def test_a_tensor_that_is_not_finite_is_named(what: str, l: int, value: float) -> None:
    network, trace, update = finite()
    tensors = {
        "pre-activation": trace.Z[l],
        "activation": trace.A[l],
        "delta": trace.delta[l],
        "gradient": network.gradient.block[l],
        "update": update.block[l],
        "weight": network.parameters.block[l],
    }
    tensors[what][-1, -1] = value
    assert first_nonfinite_tensor(network, trace, update) == (what, l)
    found = diagnose(network, trace, update)[l - 1]
    if what != "pre-activation":  # that one alone, see test_verdicts.py
        assert found.verdict == "diverged"
        assert found.reason.startswith(f"Diverged: the {what} is not finite")


def test_they_are_looked_at_in_the_order_of_computation() -> None:
    network, trace, update = finite()
    order = [
        ("weight", 3, network.parameters.block[3]),
        ("weight", 1, network.parameters.block[1]),
        ("update", 3, update.block[3]),
        ("update", 1, update.block[1]),
        ("gradient", 1, network.gradient.block[1]),
        ("delta", 1, trace.delta[1]),
        ("gradient", 3, network.gradient.block[3]),
        ("delta", 3, trace.delta[3]),
        ("loss", 3, trace.Y),
        ("activation", 3, trace.A[3]),
        ("pre-activation", 3, trace.Z[3]),
        ("activation", 1, trace.A[1]),
        ("pre-activation", 1, trace.Z[1]),
    ]
    for what, l, tensor in order:  # from the last to the first
        tensor[0] = np.nan
        assert first_nonfinite_tensor(network, trace, update) == (what, l)


def test_the_update_is_looked_at_only_if_there_is_one() -> None:
    network, trace, update = finite()
    update.block[2][:] = np.inf
    assert first_nonfinite_tensor(network, trace, update) == ("update", 2)
    assert first_nonfinite_tensor(network, trace) is None


def test_a_scaled_activation_that_dropout_hands_on_beyond_all_numbers_is_named() -> None:
    layers = (LayerSpec(8, "identity", 0.5), LayerSpec(1, "identity"))
    spec = NetworkSpec(1, layers, "mean_squared_error")
    network = Network.from_theta(spec, np.full(spec.n_parameters, 1.0))
    trace = Trace(network, 2, np.random.default_rng(0))
    trace.X[...] = np.finfo("f4").max * 0.75  # finite, but not if doubled
    with np.errstate(all="ignore"):
        trace.forward()
    assert np.isfinite(trace.A[1]).all()
    assert first_nonfinite_tensor(network, trace) == ("activation", 1)


# Whatever the network


@settings(deadline=None, max_examples=300)
@given(
    network_specs(),
    st.integers(1, 20),
    st.integers(-40, 38),
    st.integers(-40, 38),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_every_network_gets_a_diagnosis_in_words_without_a_warning(
    spec: NetworkSpec, m: int, weight_decade: int, input_decade: int, dropout: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    if spec.dtype == "float64":
        weight_decade, input_decade = 7 * weight_decade, 7 * input_decade
    theta = rng.normal(size=spec.n_parameters) * 10.0**weight_decade
    update = Parameters(spec.sizes, spec.dtype, rng.normal(size=spec.n_parameters))
    with np.errstate(all="ignore"):
        network = Network.from_theta(spec, theta)
        trace = Trace(network, m, rng if dropout else None)
        trace.X[...] = rng.normal(size=(m, spec.n_inputs)) * 10.0**input_decade
        trace.Y[...] = np.eye(spec.n_outputs)[rng.integers(0, spec.n_outputs, m)]
        trace.forward()
        trace.loss_gradient()
        trace.backward()
    snapshot = np.concatenate([array.ravel() for array in trace.delta.values()])
    for given_update in (None, update):
        found = diagnose(network, trace, given_update)
        assert [layer.layer for layer in found] == list(range(1, spec.depth + 1))
        for layer in found:
            assert layer.verdict in VERDICTS
            assert layer.reason.startswith(f"{layer.verdict.capitalize()}: ")
            assert layer.reason.endswith(".")
            assert "nan" not in layer.reason
            assert " inf" not in layer.reason
        if first_nonfinite_tensor(network, trace, given_update) is None:
            assert all(layer.verdict != "diverged" for layer in found)
    assert_array_equal(np.concatenate([array.ravel() for array in trace.delta.values()]), snapshot)
