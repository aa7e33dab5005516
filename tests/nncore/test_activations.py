from typing import Any

import numpy as np
import pytest

from nncore.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS

DTYPES = ("float32", "float64")
ELEMENTWISE = tuple(name for name in ACTIVATIONS if name != "softmax")
KNOWN: dict[str, list[tuple[float, float]]] = {
    "identity": [(-3.5, -3.5), (0, 0), (2, 2)],
    "sigmoid": [(0, 0.5), (np.log(3), 0.75), (-np.log(3), 0.25), (np.log(99), 0.99)],
    "tanh": [(0, 0), (np.log(2), 0.6), (-np.log(2), -0.6), (np.log(3), 0.8)],
    "relu": [(-2, 0), (0, 0), (1e-30, 1e-30), (7, 7)],
}
KNOWN_SLOPES: dict[str, list[tuple[float, float]]] = {
    "identity": [(-3, 1), (0, 1)],
    "sigmoid": [(0, 0.25), (np.log(3), 0.1875), (-np.log(3), 0.1875)],
    "tanh": [(0, 1), (np.log(2), 0.64), (-np.log(3), 0.36)],
    "relu": [(-1e-30, 0), (0, 0), (1e-30, 1), (5, 1)],
}


def test_the_table_holds_the_guides_functions_under_their_names() -> None:
    assert set(ACTIVATIONS) == {"identity", "sigmoid", "tanh", "relu", "softmax"}
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())
    assert set(HIDDEN_ACTIVATIONS) == set(ELEMENTWISE)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", KNOWN)
def test_values_and_slopes_at_known_points(name: str, dtype: str) -> None:
    activation = ACTIVATIONS[name]
    for table, function in ((KNOWN, activation.f), (KNOWN_SLOPES, activation.derivative)):
        z, expected = np.array(table[name], dtype).T
        result = function(z.reshape(1, -1))
        assert result.dtype == dtype
        np.testing.assert_allclose(result[0], expected, rtol=8 * np.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_equals_central_differences(name: str) -> None:
    z = np.linspace(-6, 6, 241)[np.newaxis] + 0.013  # not on ReLU's kink
    f, h = ACTIVATIONS[name].f, 1e-5
    numeric = (f(z + h) - f(z - h)) / (2 * h)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(z), numeric, rtol=0, atol=1e-9)


def test_softmax_applies_its_jacobian_to_delta() -> None:
    rng = np.random.default_rng(1)
    Z, delta, h = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 1e-5
    softmax = ACTIVATIONS["softmax"]
    expected = np.empty_like(Z)
    for i, s in np.ndindex(*Z.shape):
        step = np.zeros_like(Z)
        step[i, s] = h
        change = (softmax.f(Z + step) - softmax.f(Z - step)) / (2 * h)
        expected[i, s] = (delta * change).sum()
    A, result = softmax.f(Z), delta.copy()
    for operation in softmax.bind_derivative(Z, A, result):
        operation()
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


def test_softmax_at_known_points() -> None:
    Z = np.log([[1.0, 5.0], [2.0, 5.0], [5.0, 10.0]])
    expected = [[1 / 8, 1 / 4], [2 / 8, 1 / 4], [5 / 8, 1 / 2]]
    np.testing.assert_allclose(ACTIVATIONS["softmax"].f(Z), expected, rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_sums_to_1_over_the_units_and_ignores_a_common_shift(dtype: str) -> None:
    Z = np.random.default_rng(2).normal(0, 20, (5, 40)).astype(dtype)
    eps = np.finfo(dtype).eps
    A = ACTIVATIONS["softmax"].f(Z)
    assert (A >= 0).all()
    np.testing.assert_allclose(A.sum(axis=0), 1, rtol=4 * eps)
    shifted = ACTIVATIONS["softmax"].f(Z + np.array(1024, dtype))
    np.testing.assert_allclose(shifted, A, rtol=0, atol=2048 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_give_the_limits_and_no_warning(name: str, dtype: str) -> None:
    Z = np.array([[1e4, -1e4, 1e4], [-1e4, -1e4, 0.0]], dtype)
    limits: dict[str, Any] = {
        "identity": Z,
        "sigmoid": [[1, 0, 1], [0, 0, 0.5]],
        "tanh": [[1, -1, 1], [-1, -1, 0]],
        "relu": [[1e4, 0, 1e4], [0, 0, 0]],
        "softmax": [[1, 0.5, 1], [0, 0.5, 0]],
    }
    activation = ACTIVATIONS[name]
    tiny = float(np.finfo(dtype).tiny)
    np.testing.assert_allclose(activation.f(Z), limits[name], rtol=1e-6, atol=4 * tiny)
    slope = activation.derivative(Z)
    assert np.isfinite(slope).all()
    if name in ("sigmoid", "tanh"):
        assert slope[:, 0].max() <= 4 * tiny


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_outputs_lie_in_the_stated_range_and_come_near_its_ends(name: str, dtype: str) -> None:
    activation = ACTIVATIONS[name]
    Z = np.linspace(-50, 50, 1001).reshape(7, -1).astype(dtype)
    A = activation.f(Z)
    low, high = activation.output_range
    assert low <= A.min() and A.max() <= high
    for end, nearest in ((low, A.min()), (high, A.max())):
        assert abs(nearest) >= 50 if np.isinf(end) else nearest == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_slope_at_the_flat_ends_is_under_4_percent_of_its_maximum(name: str) -> None:
    z = np.linspace(-8, 8, 4001)[np.newaxis]
    low, high = ACTIVATIONS[name].flat_ends or (np.nan, np.nan)
    slope, A = ACTIVATIONS[name].derivative(z), ACTIVATIONS[name].f(z)
    flat = (low > A) | (high < A)
    assert flat.any() and not flat.all()
    assert slope[flat].max() <= 0.0401 * slope.max() < slope[~flat].min() * 1.02
    assert all(ACTIVATIONS[other].flat_ends is None for other in ("identity", "relu", "softmax"))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_functions_leave_their_inputs_alone(name: str) -> None:
    Z = np.random.default_rng(3).normal(size=(3, 4))
    before = Z.copy()
    A = ACTIVATIONS[name].f(Z)
    assert not np.shares_memory(A, Z)
    A_before = A.copy()
    delta = np.ones_like(Z)
    for operation in ACTIVATIONS[name].bind_derivative(Z, A, delta):
        operation()
    np.testing.assert_array_equal(Z, before)
    np.testing.assert_array_equal(A, A_before)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_bound_function_replays_on_what_its_buffers_hold_now(name: str) -> None:
    rng = np.random.default_rng(4)
    Z, A, delta = (np.empty((3, 5)) for _ in range(3))
    forward = ACTIVATIONS[name].bind_f(Z, A)
    backward = ACTIVATIONS[name].bind_derivative(Z, A, delta)
    for _ in range(3):
        Z[...] = rng.normal(size=Z.shape)
        delta[...] = 1
        for operation in (*forward, *backward):
            operation()
        np.testing.assert_array_equal(A, ACTIVATIONS[name].f(Z.copy()))
        np.testing.assert_array_equal(delta, ACTIVATIONS[name].derivative(Z.copy()))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_number_that_is_not_one_stays_visible(name: str) -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(ACTIVATIONS[name].f(np.array([[np.nan], [0.0]]))[0, 0])
