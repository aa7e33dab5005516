import guide_style
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from spec_strategies import HIDDEN, OUTPUTS, network_specs

from nncore.losses import LOSSES
from nncore.network import Network, with_ones
from nncore.spec import NetworkSpec, dense
from nncore.types import FloatArray


def random_network(spec: NetworkSpec, seed: int = 0) -> Network:
    theta = np.random.default_rng(seed).normal(0, 0.7, spec.n_parameters)
    return Network.from_theta(spec, theta)


def guide_forward(network: Network, X: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Z[0] … and A[0] … of the guide's own formulas, (units × samples), in float64."""
    W = [W.astype(float) for W in network.parameters.W.values()]
    b = [b.astype(float).reshape(-1, 1) for b in network.parameters.b.values()]
    activations = [layer.activation for layer in network.spec.layers]
    return guide_style.forward(W, b, activations, X.astype(float).T)


@given(network_specs())
@settings(max_examples=200, deadline=None)
def test_predict_equals_the_guides_formulas(spec: NetworkSpec) -> None:
    network = random_network(spec)
    X = np.random.default_rng(1).normal(size=(6, spec.n_inputs))
    A = network.predict(X)
    assert A.shape == (6, spec.n_outputs)
    assert A.dtype == spec.dtype
    tolerance = 1e-12 if spec.dtype == "float64" else 1e-4
    assert_allclose(A, guide_forward(network, X)[1][-1].T, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("m", [1, 2, 9])
def test_z_and_a_of_every_layer_are_there_one_sample_per_row(m: int) -> None:
    spec = dense(3, (5, 4), 2, activation="tanh", dtype="float64")
    network = random_network(spec)
    X = np.random.default_rng(1).normal(size=(m, 3))
    trace = network.trace(m)
    trace.forward(with_ones(X, "float64").T)
    Z, A = guide_forward(network, X)
    assert_array_equal(trace.A[0], X)
    assert list(trace.Z) == list(trace.delta) == [1, 2, 3]
    assert sorted(trace.A) == [0, 1, 2, 3]
    for l in (1, 2, 3):
        assert trace.Z[l].shape == trace.A[l].shape == trace.delta[l].shape == (m, spec.sizes[l])
        assert_allclose(trace.Z[l], Z[l - 1].T, rtol=1e-13)
        assert_allclose(trace.A[l], A[l].T, rtol=1e-13)


def loss_from(network: Network, l: int, Z_l: FloatArray, Y: FloatArray) -> float:
    """Loss if layer l had the pre-activations Z_l (m, n[l]), by the guide's formulas."""
    spec = network.spec
    A = guide_style.F[spec.layers[l - 1].activation](Z_l.T)
    W = [network.parameters.W[k] for k in range(l + 1, spec.depth + 1)]
    b = [network.parameters.b[k].reshape(-1, 1) for k in range(l + 1, spec.depth + 1)]
    activations = [layer.activation for layer in spec.layers[l:]]
    return guide_style.cost(guide_style.forward(W, b, activations, A)[1][-1], Y.T, spec.loss)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_delta_is_the_derivative_of_the_mean_loss_by_the_pre_activation(
    hidden: str, output: str, loss: str
) -> None:
    spec = dense(3, (4, 2), 3, activation=hidden, output=output, loss=loss, dtype="float64")
    network, rng, m, h = random_network(spec), np.random.default_rng(2), 4, 1e-5
    X, Y = rng.normal(size=(m, 3)), np.eye(3)[rng.integers(0, 3, m)]
    trace = network.trace(m)
    A0 = with_ones(X, "float64").T
    trace.forward(A0)
    trace.backward(A0, np.ascontiguousarray(Y.T))
    for l in (1, 2, 3):
        for i, unit in np.ndindex(m, spec.sizes[l]):
            above, below = trace.Z[l].copy(), trace.Z[l].copy()
            above[i, unit] += h
            below[i, unit] -= h
            numeric = (loss_from(network, l, above, Y) - loss_from(network, l, below, Y)) / (2 * h)
            assert trace.delta[l][i, unit] == pytest.approx(numeric, abs=1e-8)


@pytest.mark.parametrize("m", [1, 6])
def test_the_gradient_equals_the_guides_formulas(m: int) -> None:
    spec = dense(3, (4, 2), 1, dtype="float64")
    network, rng = random_network(spec), np.random.default_rng(3)
    X, Y = rng.normal(size=(m, 3)), rng.integers(0, 2, (m, 1)).astype(float)
    trace = network.trace(m)
    A0 = with_ones(X, "float64").T
    trace.forward(A0)
    trace.backward(A0, np.ascontiguousarray(Y.T))
    W = list(network.parameters.W.values())
    b = [b.reshape(-1, 1) for b in network.parameters.b.values()]
    dW, db = guide_style.gradients(W, b, ("relu", "relu", "sigmoid"), X.T, Y.T)
    for l in (1, 2, 3):
        assert_allclose(network.gradient.W[l], dW[l - 1], rtol=1e-12, atol=1e-15)
        assert_allclose(network.gradient.b[l], db[l - 1][:, 0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_the_loss_of_a_trace_equals_the_textbook_formula(output: str, loss: str) -> None:
    spec = dense(3, (4,), 3, output=output, loss=loss, dtype="float64")
    network, rng = random_network(spec), np.random.default_rng(4)
    X, Y = rng.normal(size=(8, 3)), np.eye(3)[rng.integers(0, 3, 8)]
    trace = network.trace(8)
    trace.forward(with_ones(X, "float64").T)
    expected = guide_style.cost(guide_forward(network, X)[1][-1], Y.T, loss)
    assert trace.loss(Y) == pytest.approx(expected, rel=1e-12)


def test_passes_repeat_bit_for_bit_and_forget_the_batch_before() -> None:
    spec = dense(2, (5, 3), 2)
    network, rng = random_network(spec), np.random.default_rng(5)
    batches = [
        (with_ones(rng.normal(size=(4, 2)), "float32").T, rng.random((2, 4)).astype("f4"))
        for _ in range(3)
    ]
    trace = network.trace(4)

    def gradient(A0: FloatArray, Y: FloatArray) -> bytes:
        trace.forward(A0)
        trace.backward(A0, Y)
        return network.gradient.theta.tobytes()

    first = [gradient(*batch) for batch in batches]
    assert len(set(first)) == 3
    assert [gradient(*batch) for batch in reversed(batches)] == first[::-1]


def test_buffers_stay_the_same_arrays_from_pass_to_pass() -> None:
    network = random_network(dense(2, (5,), 1))
    trace, rng = network.trace(3), np.random.default_rng(6)
    seen = []
    for _ in range(2):
        A0 = with_ones(rng.normal(size=(3, 2)), "float32").T
        trace.forward(A0)
        trace.backward(A0, np.ones((1, 3), "f4"))
        seen.append([id(x) for d in (trace.Z, trace.delta) for x in d.values()])
    assert seen[0] == seen[1]


def test_a_prediction_is_a_plain_array_of_its_own() -> None:
    A = random_network(dense(2, (5,), 3)).predict(np.ones((4, 2)))
    assert A.flags.c_contiguous
    assert A.base is None


def test_from_theta_copies_but_networks_may_share_their_parameters() -> None:
    spec = dense(2, (), 1, dtype="float64")
    theta = np.ones(3)
    network = Network.from_theta(spec, theta)
    twin = Network(spec, network.parameters)
    theta[:] = 7
    X = np.array([[1.0, 1.0]])
    assert_array_equal(network.parameters.theta, 1)
    network.parameters.theta[:] = 0
    assert twin.predict(X)[0, 0] == 0.5
    assert not np.shares_memory(twin.gradient.theta, network.gradient.theta)


def test_with_ones_appends_a_contiguous_column() -> None:
    table = with_ones(np.array([[1, 2], [3, 4]], order="F"), "float32")
    assert table.tolist() == [[1, 2, 1], [3, 4, 1]]
    assert table.dtype == np.float32
    assert table.flags.c_contiguous


@pytest.mark.parametrize("loss", LOSSES)
def test_no_samples_give_no_predictions(loss: str) -> None:
    output = {"binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}
    spec = dense(3, (4,), 2, output=output.get(loss, "identity"), loss=loss)
    assert random_network(spec).predict(np.empty((0, 3))).shape == (0, 2)
