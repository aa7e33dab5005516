import numpy as np
import pytest

from nncore.diagnostics import layer_activity
from nncore.network import Network, with_ones
from nncore.spec import dense


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
    trace.forward(with_ones(np.random.default_rng(0).normal(size=(50, 2)), "float64").T)
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


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_large_pre_activation_saturates_and_a_small_one_does_not(activation: str) -> None:
    spec = dense(1, (3,), 1, activation=activation, dtype="float64")
    for size, expected in ((20.0, 1.0), (0.1, 0.0)):
        network = Network.from_theta(spec, np.full(spec.n_parameters, size))
        network.parameters.b[1][:] = 0
        trace = network.trace(2)
        trace.forward(with_ones(np.array([[1.0], [-1.0]]), "float64").T)
        assert layer_activity(trace.A[1], activation).saturated == expected


@pytest.mark.parametrize(
    ("activation", "dead", "saturated"),
    [
        ("identity", False, False),
        ("relu", True, False),
        ("sigmoid", False, True),
        ("tanh", False, True),
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
