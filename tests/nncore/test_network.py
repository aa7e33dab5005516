import dataclasses

import guide_style
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from spec_strategies import HIDDEN, OUTPUTS, network_specs

from nncore.errors import SpecError
from nncore.evaluation import Evaluator
from nncore.losses import LOSSES
from nncore.network import Network, Trace
from nncore.spec import LayerSpec, NetworkSpec, dense
from nncore.types import FloatArray


def random_network(spec: NetworkSpec, seed: int = 0) -> Network:
    theta = np.random.default_rng(seed).normal(0, 0.7, spec.n_parameters)
    return Network.from_theta(spec, theta)


def passed(trace: Trace, X: FloatArray, Y: FloatArray) -> Trace:
    """The trace after all three passes of a batch."""
    trace.X[...], trace.Y[...] = X, Y
    trace.forward()
    trace.loss_gradient()
    trace.backward()
    return trace


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
    trace.X[...] = X
    trace.forward()
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
    outputs = guide_style.forward(W, b, activations, A)[1][-1]
    return guide_style.cost(outputs, Y.T, spec.loss, spec.huber_delta)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_delta_is_the_derivative_of_the_mean_loss_by_the_pre_activation(
    hidden: str, output: str, loss: str
) -> None:
    spec = dense(3, (4, 2), 3, activation=hidden, output=output, loss=loss, dtype="float64")
    spec = dataclasses.replace(spec, huber_delta=0.6)
    network, rng, m, h = random_network(spec), np.random.default_rng(2), 4, 1e-5
    X, Y = rng.normal(size=(m, 3)), np.eye(3)[rng.integers(0, 3, m)]
    trace = passed(network.trace(m), X, Y)
    for l in (1, 2, 3):
        for i, unit in np.ndindex(m, spec.sizes[l]):
            above, below = trace.Z[l].copy(), trace.Z[l].copy()
            above[i, unit] += h
            below[i, unit] -= h
            numeric = (loss_from(network, l, above, Y) - loss_from(network, l, below, Y)) / (2 * h)
            assert trace.delta[l][i, unit] == pytest.approx(numeric, abs=1e-8)


@pytest.mark.parametrize("m", [1, 6])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_gradient_equals_the_guides_formulas(hidden: str, m: int) -> None:
    spec = dense(3, (4, 2), 1, activation=hidden, dtype="float64")
    network, rng = random_network(spec), np.random.default_rng(3)
    X, Y = rng.normal(size=(m, 3)), rng.integers(0, 2, (m, 1)).astype(float)
    passed(network.trace(m), X, Y)
    W = list(network.parameters.W.values())
    b = [b.reshape(-1, 1) for b in network.parameters.b.values()]
    dW, db = guide_style.gradients(W, b, (hidden, hidden, "sigmoid"), X.T, Y.T)
    for l in (1, 2, 3):
        assert_allclose(network.gradient.W[l], dW[l - 1], rtol=1e-12, atol=1e-15)
        assert_allclose(network.gradient.b[l], db[l - 1][:, 0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_the_loss_of_a_trace_equals_the_textbook_formula(output: str, loss: str) -> None:
    spec = dense(3, (4,), 3, output=output, loss=loss, dtype="float64")
    spec = dataclasses.replace(spec, huber_delta=0.6)
    network, rng = random_network(spec), np.random.default_rng(4)
    X, Y = rng.normal(size=(8, 3)), np.eye(3)[rng.integers(0, 3, 8)]
    trace = passed(network.trace(8), X, Y)
    A = guide_forward(network, X)[1][-1]
    expected = guide_style.cost(A, Y.T, loss, 0.6)
    assert trace.loss() == pytest.approx(expected, rel=1e-12)
    single = [guide_style.cost(A[:, i : i + 1], Y[i : i + 1].T, loss, 0.6) for i in range(8)]
    assert trace.sample_losses().dtype == np.float64
    assert_allclose(trace.sample_losses(), single, rtol=1e-12)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_the_loss_and_gradient_of_a_sample_count_by_its_weight(output: str, loss: str) -> None:
    spec = dense(3, (4,), 3, activation="tanh", output=output, loss=loss, dtype="float64")
    network, rng, m = random_network(spec), np.random.default_rng(4), 5
    X, Y = rng.normal(size=(m, 3)), np.eye(3)[rng.integers(0, 3, m)]
    weights = np.array([0.0, 0.5, 1.0, 2.0, 5.0])

    def gradient_and_loss(rows: slice) -> tuple[FloatArray, float]:
        trace = passed(network.trace(len(X[rows])), X[rows], Y[rows])
        return network.gradient.theta.copy(), trace.loss()

    plain, plain_loss = gradient_and_loss(slice(None))
    single = [gradient_and_loss(slice(i, i + 1)) for i in range(m)]
    trace = Trace(network, m, weighted=True)
    assert trace.weights is not None
    assert_array_equal(passed(trace, X, Y).weights, 1)
    assert (network.gradient.theta.tobytes(), trace.loss()) == (plain.tobytes(), plain_loss)
    trace.weights[...] = weights
    passed(trace, X, Y)
    expected = sum(w * gradient for w, (gradient, _) in zip(weights, single, strict=True)) / m
    assert_allclose(network.gradient.theta, expected, rtol=1e-12, atol=1e-15)
    losses = [loss for _, loss in single]
    assert trace.loss() == pytest.approx(weights @ losses / m, rel=1e-13)
    assert_allclose(trace.sample_losses(), losses, rtol=1e-13)
    assert_array_equal(trace.sample_gradient(0), 0)
    assert network.trace(m).weights is None


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("m", [1, 7])
def test_what_the_samples_add_sums_up_to_the_gradient(
    m: int, dropout: float, weighted: bool
) -> None:
    layers = (LayerSpec(4, "gelu", dropout), LayerSpec(3, "elu", dropout), LayerSpec(2, "softmax"))
    spec = NetworkSpec(3, layers, "categorical_crossentropy", dtype="float64")
    network, rng = random_network(spec), np.random.default_rng(11)
    trace = Trace(network, m, np.random.default_rng(12), weighted)
    if trace.weights is not None:
        trace.weights[...] = rng.uniform(0, 3, m)
    passed(trace, rng.normal(size=(m, 3)), np.eye(2)[rng.integers(0, 2, m)])
    gradient = network.gradient.theta.copy()
    single = [trace.sample_gradient(i) for i in range(m)]
    assert all(part.shape == gradient.shape for part in single)
    assert_array_equal(trace.partial_gradient(0), 0)
    for k in range(m + 1):
        assert_allclose(trace.partial_gradient(k), sum(single[:k]) + 0 * gradient, atol=1e-15)
    assert_allclose(trace.partial_gradient(m), gradient, rtol=1e-13, atol=1e-16)
    assert_array_equal(network.gradient.theta, gradient)  # reading has changed nothing


def test_what_one_sample_adds_is_its_own_gradient_divided_by_m() -> None:
    spec = dense(3, (4, 3), 2, activation="silu", dtype="float64")
    network, rng, m = random_network(spec), np.random.default_rng(11), 5
    X, Y = rng.normal(size=(m, 3)), rng.integers(0, 2, (m, 2)).astype(float)
    trace = passed(network.trace(m), X, Y)
    for i in range(m):
        passed(network.trace(1), X[i : i + 1], Y[i : i + 1])
        alone = network.gradient.theta / m
        assert_allclose(trace.sample_gradient(i), alone, rtol=1e-12, atol=1e-16)


def dropout_trace(
    dropout: tuple[float, float],
    m: int,
    seed: int = 0,
    dtype: str = "float64",
    activation: str = "softplus",
) -> tuple[Network, Trace]:
    """After all passes of a 3-40-30-2 network; softplus activations are never 0 themselves."""
    layers = (LayerSpec(40, activation, dropout[0]), LayerSpec(30, activation, dropout[1]))
    spec = NetworkSpec(3, (*layers, LayerSpec(2, "identity")), "mean_squared_error", dtype=dtype)
    network, rng = random_network(spec), np.random.default_rng(7)
    trace = Trace(network, m, np.random.default_rng(seed))
    return network, passed(trace, rng.normal(size=(m, 3)), rng.normal(size=(m, 2)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_hands_on_0_or_what_is_scaled_up_and_leaves_a_alone(p: float, dtype: str) -> None:
    network, trace = dropout_trace((p, p), 200, dtype=dtype)
    assert list(trace.dropped) == [1, 2]
    W, b = network.parameters.W, network.parameters.b
    rtol = 1e-12 if dtype == "float64" else 1e-4
    for l in (1, 2):
        handed_on, A = trace.dropped[l], trace.A[l]
        assert handed_on.dtype == dtype
        assert_allclose(A, guide_style.F["softplus"](trace.Z[l]), rtol=rtol, atol=rtol)
        kept = handed_on != 0
        n, eps = A.size, np.finfo(dtype).eps
        assert abs(kept.mean() - (1 - p)) < 4 * np.sqrt(p * (1 - p) / n)
        assert_allclose(handed_on[kept], A[kept] / (1 - p), rtol=4 * eps)
        assert_allclose(trace.Z[l + 1], handed_on @ W[l + 1].T + b[l + 1], rtol=rtol, atol=rtol)
        # no unit and no sample is special
        for axis in (0, 1):
            share, length = kept.mean(axis=axis), kept.shape[axis]
            assert np.abs(share - (1 - p)).max() < 5 * np.sqrt(p * (1 - p) / length)


def test_over_many_masks_the_mean_handed_on_is_a() -> None:
    _, trace = dropout_trace((0.3, 0.0), 20)
    A, total, n = trace.A[1].copy(), np.zeros_like(trace.A[1]), 2000
    for _ in range(n):
        trace.forward()
        total += trace.dropped[1]
    assert_array_equal(trace.A[1], A)
    # the deviation of one is a √(p / (1 − p)); 800 of them are within 4.5 of that of the mean
    assert np.abs(total / n / A - 1).max() < 4.5 * np.sqrt(0.3 / 0.7 / n)


@pytest.mark.parametrize("activation", HIDDEN)
def test_nothing_flows_back_through_a_dropped_unit(activation: str) -> None:
    network, trace = dropout_trace((0.5, 0.4), 2, activation=activation)
    gradient, W = network.gradient, network.parameters.W
    for l, p in ((1, 0.5), (2, 0.4)):
        dropped = (trace.dropped[l] == 0) & (trace.A[l] != 0)
        assert dropped.any()
        assert_array_equal(trace.delta[l][dropped], 0)
        back = (trace.delta[l + 1] @ W[l + 1]) * guide_style.SLOPE[activation](trace.Z[l])
        kept = trace.dropped[l] != 0
        assert_allclose(trace.delta[l][kept], back[kept] / (1 - p), rtol=1e-9, atol=1e-12)
        never = dropped.all(axis=0)  # units that no sample had
        assert never.any()
        assert_array_equal(gradient.W[l][never], 0)
        assert_array_equal(gradient.b[l][never], 0)
        assert_array_equal(gradient.W[l + 1][:, never], 0)


def test_each_pass_draws_new_masks_from_the_generator_and_only_from_it() -> None:
    _, trace = dropout_trace((0.5, 0.5), 4)
    _, twin = dropout_trace((0.5, 0.5), 4)
    _, other = dropout_trace((0.5, 0.5), 4, seed=1)
    seen = set()
    for _ in range(5):
        masks = [(t.dropped[1].tobytes(), t.dropped[2].tobytes()) for t in (trace, twin, other)]
        assert masks[0] == masks[1] != masks[2]
        seen.add(masks[0])
        for t in (trace, twin, other):
            t.forward()
    assert len(seen) == 5


def test_without_dropout_in_the_spec_nothing_is_drawn_or_dropped() -> None:
    generator, untouched = np.random.default_rng(3), np.random.default_rng(3)
    network, rng = random_network(dense(3, (5,), 1)), np.random.default_rng(1)
    X, Y = rng.normal(size=(4, 3)), rng.integers(0, 2, (4, 1)).astype(float)
    trace = passed(Trace(network, 4, generator), X, Y)
    gradient = network.gradient.theta.copy()
    assert trace.dropped == {}
    assert generator.random() == untouched.random()
    passed(network.trace(4), X, Y)
    assert_array_equal(network.gradient.theta, gradient)
    _, trace = dropout_trace((0.0, 0.4), 4)
    assert list(trace.dropped) == [2]


def test_predictions_and_the_traces_of_a_network_are_without_dropout() -> None:
    network, training = dropout_trace((0.5, 0.25), 6)
    X = training.X.copy()
    layers = tuple(dataclasses.replace(layer, dropout=0.0) for layer in network.spec.layers)
    plain = Network(dataclasses.replace(network.spec, layers=layers), network.parameters)
    trace = passed(network.trace(6), X, training.Y)
    assert trace.dropped == {}
    assert_array_equal(trace.A[3], plain.predict(X))
    assert_array_equal(network.predict(X), plain.predict(X))
    assert (training.A[3] != trace.A[3]).all()
    with_it, without = network.gradient.theta.copy(), plain.gradient.theta
    passed(plain.trace(6), X, training.Y)
    assert_array_equal(with_it, without)


def test_passes_repeat_bit_for_bit_and_forget_the_batch_before() -> None:
    spec = dense(2, (5, 3), 2)
    network, rng = random_network(spec), np.random.default_rng(5)
    batches = [(rng.normal(size=(4, 2)), rng.random((4, 2))) for _ in range(3)]
    trace = network.trace(4)

    def gradient(X: FloatArray, Y: FloatArray) -> bytes:
        passed(trace, X, Y)
        return network.gradient.theta.tobytes()

    first = [gradient(*batch) for batch in batches]
    assert len(set(first)) == 3
    assert [gradient(*batch) for batch in reversed(batches)] == first[::-1]


def test_buffers_stay_the_same_arrays_from_pass_to_pass() -> None:
    layers = (LayerSpec(5, "relu", 0.5), LayerSpec(1, "sigmoid"))
    network = random_network(NetworkSpec(2, layers, "binary_crossentropy"))
    trace, rng = Trace(network, 3, np.random.default_rng(0)), np.random.default_rng(6)
    seen, values = [], []
    for _ in range(2):
        passed(trace, rng.normal(size=(3, 2)), np.ones((3, 1)))
        arrays = [x for d in (trace.Z, trace.A, trace.delta, trace.dropped) for x in d.values()]
        arrays += [trace.X, trace.Y]
        seen.append([(id(x), x.ctypes.data) for x in arrays])
        values.append(arrays[0].copy())
    assert seen[0] == seen[1]
    assert (values[0] != values[1]).any()


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


@pytest.mark.parametrize("loss", LOSSES)
def test_no_samples_give_no_predictions(loss: str) -> None:
    output = {"binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}
    spec = dense(3, (4,), 2, output=output.get(loss, "identity"), loss=loss)
    assert random_network(spec).predict(np.empty((0, 3))).shape == (0, 2)


@pytest.mark.parametrize("X", [np.ones(2), np.ones((5, 1)), np.ones((5, 3)), np.ones((1, 5, 2))])
def test_inputs_of_another_shape_are_refused_with_it(X: FloatArray) -> None:
    network = random_network(dense(2, (4,), 1))
    with pytest.raises(SpecError, match=r"table of 2 columns, not \("):
        network.predict(X)
    with pytest.raises(SpecError, match=r"2 inputs|tables"):
        Evaluator(network, X, np.ones((5, 1)))
