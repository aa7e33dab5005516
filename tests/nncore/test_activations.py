import guide_style
import numpy as np
import pytest

from nncore.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nncore.operations import replay

DTYPES = ("float32", "float64")
ELEMENTWISE = tuple(name for name in ACTIVATIONS if name != "softmax")
LOG_2, LOG_3, LOG_4 = np.log([2, 3, 4])
# SELU's constants: the scale, and the scale times alpha
SCALE, STEEP = 1.0507009873554805, 1.7580993408473769
KNOWN: dict[str, list[tuple[float, float]]] = {
    "identity": [(-3.5, -3.5), (0, 0), (2, 2)],
    "sigmoid": [(0, 0.5), (LOG_3, 0.75), (-LOG_3, 0.25), (np.log(99), 0.99)],
    "tanh": [(0, 0), (LOG_2, 0.6), (-LOG_2, -0.6), (LOG_3, 0.8)],
    "relu": [(-2, 0), (0, 0), (1e-30, 1e-30), (7, 7)],
    "leaky_relu": [(-2, -0.02), (0, 0), (1e-30, 1e-30), (-1e-30, -1e-32), (7, 7)],
    "elu": [(-LOG_2, -0.5), (-LOG_4, -0.75), (0, 0), (-1e-30, -1e-30), (7, 7)],
    "selu": [(-LOG_2, -0.5 * STEEP), (-LOG_4, -0.75 * STEEP), (0, 0), (7, 7 * SCALE)],
    # computed with 40 digits
    "gelu": [(0, 0), (1, 0.8411919906082767), (-1, -0.1588080093917233), (2, 1.954597694087775)],
    "silu": [(0, 0), (LOG_3, 0.75 * LOG_3), (-LOG_3, -0.25 * LOG_3)],
    "softplus": [(0, LOG_2), (LOG_3, LOG_4), (-LOG_3, LOG_4 - LOG_3)],
}
KNOWN_SLOPES: dict[str, list[tuple[float, float]]] = {
    "identity": [(-3, 1), (0, 1)],
    "sigmoid": [(0, 0.25), (LOG_3, 0.1875), (-LOG_3, 0.1875)],
    "tanh": [(0, 1), (LOG_2, 0.64), (-LOG_3, 0.36)],
    "relu": [(-1e-30, 0), (0, 0), (1e-30, 1), (5, 1)],
    "leaky_relu": [(-5, 0.01), (-1e-30, 0.01), (0, 0.01), (1e-30, 1), (5, 1)],
    "elu": [(-LOG_2, 0.5), (-LOG_4, 0.25), (0, 1), (5, 1)],
    "selu": [(-LOG_2, 0.5 * STEEP), (-LOG_4, 0.25 * STEEP), (0, STEEP), (1e-30, SCALE)],
    "gelu": [(0, 0.5), (1, 1.0829640838457826), (-1, -0.08296408384578255)],
    "silu": [
        (0, 0.5),
        (LOG_3, 0.75 + 0.1875 * LOG_3),
        (-LOG_3, 0.25 - 0.1875 * LOG_3),
    ],
    "softplus": [(0, 0.5), (LOG_3, 0.75), (-LOG_3, 0.25)],
}


def test_the_table_holds_the_functions_under_their_names() -> None:
    guides = {"identity", "sigmoid", "tanh", "relu", "softmax"}
    assert set(ACTIVATIONS) == guides | {"leaky_relu", "elu", "selu", "gelu", "silu", "softplus"}
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())
    assert set(HIDDEN_ACTIVATIONS) == set(ELEMENTWISE) == set(KNOWN) == set(KNOWN_SLOPES)


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
    z = np.linspace(-6, 6, 241)[np.newaxis] + 0.013  # not on a kink
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
    replay(softmax.bind_chain_rule(Z, A, result))
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


# At (1e4, −1e4, 0): f, and f'.
LIMITS: dict[str, tuple[list[float], list[float]]] = {
    "identity": ([1e4, -1e4, 0], [1, 1, 1]),
    "sigmoid": ([1, 0, 0.5], [0, 0, 0.25]),
    "tanh": ([1, -1, 0], [0, 0, 1]),
    "relu": ([1e4, 0, 0], [1, 0, 0]),
    "leaky_relu": ([1e4, -1e2, 0], [1, 0.01, 0.01]),
    "elu": ([1e4, -1, 0], [1, 0, 1]),
    "selu": ([1e4 * SCALE, -STEEP, 0], [SCALE, 0, STEEP]),
    "gelu": ([1e4, 0, 0], [1, 0, 0.5]),
    "silu": ([1e4, 0, 0], [1, 0, 0.5]),
    "softplus": ([1e4, 0, LOG_2], [1, 0, 0.5]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LIMITS)
def test_extreme_inputs_give_the_limits_and_no_warning(name: str, dtype: str) -> None:
    Z, activation = np.array([[1e4, -1e4, 0.0]], dtype), ACTIVATIONS[name]
    f, slope = LIMITS[name]
    few_eps = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(activation.f(Z)[0], f, rtol=few_eps, atol=0)
    np.testing.assert_allclose(activation.derivative(Z)[0], slope, rtol=few_eps, atol=0)
    assert set(LIMITS) == set(ELEMENTWISE)


@pytest.mark.parametrize("dtype", DTYPES)
def test_extreme_inputs_of_softmax_give_the_limits_and_no_warning(dtype: str) -> None:
    Z = np.array([[1e4, -1e4, 1e4], [-1e4, -1e4, 0.0]], dtype)
    np.testing.assert_array_equal(ACTIVATIONS["softmax"].f(Z), [[1, 0.5, 1], [0, 0.5, 0]])
    np.testing.assert_array_equal(ACTIVATIONS["softmax"].derivative(Z), np.zeros((2, 3)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values_and_slopes_far_out_are_the_textbook_formulas_in_either_dtype(
    name: str, dtype: str
) -> None:
    Z = np.linspace(-20, 20, 801)[np.newaxis].astype(dtype)
    exact, slope = guide_style.F[name](Z.astype(float)), guide_style.SLOPE[name](Z.astype(float))
    atol = 8 * np.finfo(dtype).eps
    np.testing.assert_allclose(ACTIVATIONS[name].f(Z), exact, rtol=atol, atol=atol)
    # the factor is for GELU, whose terms there are that large before they cancel
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(Z), slope, rtol=atol, atol=4 * atol)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_outputs_lie_in_the_stated_range_and_come_near_its_ends(name: str, dtype: str) -> None:
    activation = ACTIVATIONS[name]
    Z = np.linspace(-5000, 5000, 100_002).reshape(6, -1).astype(dtype)
    A = activation.f(Z)
    low, high = activation.output_range
    # −1.758… is no float32; what comes next to it is the end too
    assert np.array(low, dtype) <= A.min() and A.max() <= high
    for end, nearest in ((low, A.min()), (high, A.max())):
        assert abs(nearest) >= 50 if np.isinf(end) else nearest == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_a_lowest_value_that_is_not_at_an_end_is_stated_to_five_places(name: str) -> None:
    lowest = ACTIVATIONS[name].f(np.linspace(-2, 0, 200_001)[np.newaxis]).min()
    stated = ACTIVATIONS[name].output_range[0]
    assert lowest - 1e-5 < stated <= lowest


FLAT = ("sigmoid", "tanh", "elu", "selu")


@pytest.mark.parametrize("name", FLAT)
def test_the_slope_at_the_flat_ends_is_under_4_percent_of_its_maximum(name: str) -> None:
    z = np.linspace(-8, 8, 4001)[np.newaxis]
    low, high = ACTIVATIONS[name].flat_ends or (np.nan, np.nan)
    slope, A = ACTIVATIONS[name].derivative(z), ACTIVATIONS[name].f(z)
    flat = (low > A) | (high < A)
    assert flat.any() and not flat.all()
    assert slope[flat].max() <= 0.0401 * slope.max() < slope[~flat].min() * 1.02


def test_only_functions_with_ends_that_are_flat_have_them_stated() -> None:
    assert {name for name, row in ACTIVATIONS.items() if row.flat_ends is not None} == set(FLAT)
    for name in ("elu", "selu"):
        assert (ACTIVATIONS[name].flat_ends or (0, 0))[1] == np.inf  # flat on one side only


def test_units_can_die_whose_slope_is_exactly_0_on_one_side() -> None:
    z = np.linspace(-20, 20, 401)[np.newaxis]
    z = z[np.abs(z) > 1e-9][np.newaxis]
    for name in ELEMENTWISE:
        slope = ACTIVATIONS[name].derivative(z)
        dead = any((slope[side] == 0).all() for side in (z < 0, z > 0))
        assert dead == ACTIVATIONS[name].can_die == (name == "relu")


def test_a_kink_is_a_jump_of_the_first_or_second_derivative_at_0() -> None:
    h = 1e-4
    for name in ELEMENTWISE:
        slope = ACTIVATIONS[name].derivative(np.array([[-2 * h, -h, h, 2 * h]]))[0]
        bend_left, bend_right = (slope[1] - slope[0]) / h, (slope[3] - slope[2]) / h
        jump = max(abs(slope[2] - slope[1]), abs(bend_right - bend_left))
        assert jump > 0.5 if ACTIVATIONS[name].kink else jump < 1e-2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_functions_leave_their_inputs_alone(name: str) -> None:
    Z = np.random.default_rng(3).normal(size=(3, 4))
    before = Z.copy()
    A = ACTIVATIONS[name].f(Z)
    assert not np.shares_memory(A, Z)
    A_before = A.copy()
    delta = np.ones_like(Z)
    replay(ACTIVATIONS[name].bind_chain_rule(Z, A, delta))
    np.testing.assert_array_equal(Z, before)
    np.testing.assert_array_equal(A, A_before)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_bound_function_replays_on_what_its_buffers_hold_now(name: str) -> None:
    rng = np.random.default_rng(4)
    Z, A, delta = (np.empty((3, 5)) for _ in range(3))
    forward = ACTIVATIONS[name].bind_f(Z, A)
    backward = ACTIVATIONS[name].bind_chain_rule(Z, A, delta)
    for _ in range(3):
        Z[...] = rng.normal(size=Z.shape)
        delta[...] = 1
        replay([*forward, *backward])
        np.testing.assert_array_equal(A, ACTIVATIONS[name].f(Z.copy()))
        np.testing.assert_array_equal(delta, ACTIVATIONS[name].derivative(Z.copy()))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_number_that_is_not_one_stays_visible(name: str) -> None:
    for dtype in DTYPES:
        Z = np.array([[np.nan], [0.0]], dtype)
        assert np.isnan(ACTIVATIONS[name].f(Z)[0, 0])
