import math

import guide_style
import numpy as np
import pytest

from nncore.activations import ACTIVATIONS
from nncore.losses import LOSSES, loss_named
from nncore.operations import replay
from nncore.types import FloatArray

DTYPES = ("float32", "float64")
# Each loss with an output activation that it takes.
ALL = (
    ("binary_crossentropy", "sigmoid"),
    ("categorical_crossentropy", "softmax"),
    ("mean_squared_error", "identity"),
    ("mean_absolute_error", "identity"),
    ("huber", "identity"),
)


def outputs(output: str, Z: FloatArray) -> FloatArray:
    return np.ascontiguousarray(ACTIVATIONS[output].f(np.ascontiguousarray(Z.T)).T)


def value(
    loss: str,
    output: str,
    Z: FloatArray,
    Y: FloatArray,
    weights: FloatArray | None = None,
    huber_delta: float = 1.0,
) -> float:
    return loss_named(loss, huber_delta).value(Z, outputs(output, Z), Y, weights)


def gradient(
    loss: str, A: FloatArray, Y: FloatArray, m: int, huber_delta: float = 1.0
) -> FloatArray:
    """What is written into delta, (m, n[L]), turned into the gradient of the batch's mean."""
    row, delta = loss_named(loss, huber_delta), np.full(A.T.shape, np.nan, A.dtype)
    A, Y = np.ascontiguousarray(A.T), np.ascontiguousarray(Y.T)
    before = A.copy(), Y.copy()
    replay(row.bind_gradient(A, Y, delta))
    np.testing.assert_array_equal((A, Y), before)
    assert delta.dtype == A.dtype
    return row.gradient_scale(m, len(delta)) * delta.T


def test_the_table_holds_the_losses_under_their_names() -> None:
    links = {name: loss.link for name, loss in LOSSES.items()}
    assert links == {
        "binary_crossentropy": "sigmoid",
        "categorical_crossentropy": "softmax",
        "mean_squared_error": None,
        "mean_absolute_error": None,
        "huber": None,
    }
    assert all(loss.name == name for name, loss in LOSSES.items())
    assert all(loss_named(name) is LOSSES[name] for name in LOSSES if name != "huber")
    assert loss_named("huber", 0.3).name == "huber"
    assert {name for name, loss in LOSSES.items() if not loss.mean_of_outputs} == {
        "categorical_crossentropy"
    }


def test_binary_crossentropy_in_closed_form() -> None:
    # σ(log 3) = 3/4, σ(0) = 1/2
    Z, Y = np.array([[math.log(3)], [math.log(3)], [0.0]]), np.array([[1.0], [0.0], [1.0]])
    expected = -(math.log(3 / 4) + math.log(1 / 4) + math.log(1 / 2)) / 3
    assert value("binary_crossentropy", "sigmoid", Z, Y) == pytest.approx(expected, rel=1e-14)


def test_binary_crossentropy_takes_soft_targets_and_averages_over_outputs() -> None:
    Z, Y = np.array([[0.0, math.log(3)]]), np.array([[0.25, 0.5]])
    expected = (math.log(2) - 0.5 * (math.log(3 / 4) + math.log(1 / 4))) / 2
    assert value("binary_crossentropy", "sigmoid", Z, Y) == pytest.approx(expected, rel=1e-14)


def test_categorical_crossentropy_in_closed_form() -> None:
    Z, Y = np.log([[1.0, 2.0, 5.0], [4.0, 4.0, 8.0]]), np.eye(3)[[2, 0]]
    expected = (math.log(8 / 5) + math.log(4)) / 2
    assert value("categorical_crossentropy", "softmax", Z, Y) == pytest.approx(expected, rel=1e-14)


def test_of_k_equal_outputs_the_crossentropy_is_log_k() -> None:
    for k in (2, 3, 10):
        got = value("categorical_crossentropy", "softmax", np.full((4, k), 7.0), np.eye(k)[[0] * 4])
        assert got == pytest.approx(math.log(k), rel=1e-14)


def test_mean_squared_error_in_closed_form() -> None:
    Z, Y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.0, 2.0], [1.0, 1.0]])
    assert value("mean_squared_error", "identity", Z, Y) == (1 + 0 + 4 + 4) / 4


def test_mean_absolute_error_in_closed_form() -> None:
    Z, Y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.0, 2.0], [1.0, 1.0]])
    assert value("mean_absolute_error", "identity", Z, Y) == (1 + 0 + 2 + 2) / 4


def test_huber_in_closed_form_on_both_sides_of_its_turn() -> None:
    # |a − y| = 1/4, 1/2, 3/4, 2: below delta, at it, above it
    Z, Y = np.array([[0.25], [-0.5], [0.75], [-2.0]]), np.zeros((4, 1))
    losses = [1 / 32, 1 / 8, 0.5 * (0.75 - 0.25), 0.5 * (2 - 0.25)]
    of_samples = loss_named("huber", 0.5).of_samples(Z, Z, Y)
    np.testing.assert_array_equal(of_samples, losses)
    assert value("huber", "identity", Z, Y, huber_delta=0.5) == sum(losses) / 4
    slopes = [[0.25], [-0.5], [0.5], [-0.5]]
    np.testing.assert_array_equal(4 * gradient("huber", Z, Y, 4, huber_delta=0.5), slopes)


def test_huber_is_half_the_squared_error_below_delta_and_near_the_absolute_error_above() -> None:
    rng = np.random.default_rng(4)
    Z, Y = rng.normal(size=(9, 3)), rng.normal(size=(9, 3))
    half = value("mean_squared_error", "identity", Z, Y) / 2
    assert value("huber", "identity", Z, Y, huber_delta=100) == pytest.approx(half, rel=1e-14)
    tiny = value("huber", "identity", Z, Y, huber_delta=1e-9) / 1e-9
    absolute = value("mean_absolute_error", "identity", Z, Y)
    assert tiny == pytest.approx(absolute, rel=1e-8)
    assert value("huber", "identity", Z, Y) == value("huber", "identity", Z, Y, huber_delta=1.0)


def test_the_slope_of_the_absolute_error_is_0_where_output_and_target_are_equal() -> None:
    A, Y = np.array([[2.0, -1.0, 3.0]]), np.array([[1.0, -1.0, 7.0]])
    np.testing.assert_array_equal(3 * gradient("mean_absolute_error", A, Y, 1), [[1, 0, -1]])


@pytest.mark.parametrize(("loss", "output"), ALL)
def test_a_sample_counts_by_its_weight_and_the_sum_is_divided_by_m(loss: str, output: str) -> None:
    rng = np.random.default_rng(5)
    m, width = 6, 3
    Z, Y = rng.normal(size=(m, width)), np.eye(width)[rng.integers(0, width, m)]
    weights = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 7.0])
    single = [value(loss, output, Z[i : i + 1], Y[i : i + 1]) for i in range(m)]
    of_samples = LOSSES[loss].of_samples(Z, outputs(output, Z), Y)
    assert of_samples.shape == (m,)
    assert of_samples.dtype == np.float64
    np.testing.assert_allclose(of_samples, single, rtol=1e-14)
    expected = math.fsum(weights * single) / m  # not divided by the sum of the weights
    assert value(loss, output, Z, Y, weights) == pytest.approx(expected, rel=1e-14)
    assert value(loss, output, Z, Y, np.ones(m)) == value(loss, output, Z, Y)
    assert value(loss, output, Z, Y, np.full(m, 2.5)) == pytest.approx(
        2.5 * value(loss, output, Z, Y), rel=1e-14
    )
    assert value(loss, output, Z, Y, np.zeros(m)) == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_extreme_logits_stay_finite_and_exact(dtype: str) -> None:
    Z, Y = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype), np.array([[1], [0], [0], [1]], dtype)
    assert value("binary_crossentropy", "sigmoid", Z[:2], Y[:2]) == 0
    assert value("binary_crossentropy", "sigmoid", Z[2:], Y[2:]) == 1e4
    Z, Y = np.array([[1e4, -1e4, 0.0]] * 3, dtype), np.eye(3, dtype=dtype)
    for k, expected in enumerate((0, 2e4, 1e4)):
        got = value("categorical_crossentropy", "softmax", Z[k : k + 1], Y[k : k + 1])
        assert got == expected
    gradients = gradient("categorical_crossentropy", outputs("softmax", Z), Y, 1)
    np.testing.assert_array_equal(gradients, [[0, 0, 0], [1, -1, 0], [1, 0, -1]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_extreme_outputs_of_a_regression_stay_finite_and_exact(dtype: str) -> None:
    A, Y = np.array([[1e4], [-1e4], [1e4]], dtype), np.array([[-1e4], [1e4], [1e4]], dtype)
    expected = {
        "mean_squared_error": ([4e8, 4e8, 0], [4e4, -4e4, 0]),
        "mean_absolute_error": ([2e4, 2e4, 0], [1, -1, 0]),
        "huber": ([2e4 - 0.5, 2e4 - 0.5, 0], [1, -1, 0]),
    }
    for loss, (values, slopes) in expected.items():
        np.testing.assert_array_equal(LOSSES[loss].of_samples(A, A, Y), values)
        np.testing.assert_array_equal(gradient(loss, A, Y, 1)[:, 0], slopes)


def test_the_square_of_a_large_float32_is_finite() -> None:
    A, Y = np.array([[1e25]], "f4"), np.array([[0]], "f4")
    assert LOSSES["mean_squared_error"].value(A, A, Y) == pytest.approx(1e50, rel=1e-6)
    assert LOSSES["huber"].value(A, A, Y) == pytest.approx(1e25, rel=1e-6)


@pytest.mark.parametrize(("loss", "output"), ALL)
def test_a_number_that_is_not_one_stays_visible(loss: str, output: str) -> None:
    Z, Y = np.array([[np.nan, 1.0], [1.0, 2.0]]), np.eye(2)
    of_samples = LOSSES[loss].of_samples(Z, outputs(output, Z), Y)
    assert np.isnan(of_samples).tolist() == [True, False]
    assert math.isnan(value(loss, output, Z, Y))
    assert np.isnan(gradient(loss, outputs(output, Z), Y, 2)[0, 0])


def test_a_confident_mistake_is_not_capped_as_it_is_with_1e_8_inside_the_logarithm() -> None:
    Z, Y = np.array([[50.0]]), np.array([[0.0]])
    assert value("binary_crossentropy", "sigmoid", Z, Y) == pytest.approx(50, rel=1e-15)


@pytest.mark.parametrize("m", [1, 17])
@pytest.mark.parametrize(
    ("loss", "output", "width"),
    [
        ("binary_crossentropy", "sigmoid", 1),
        ("binary_crossentropy", "sigmoid", 3),
        ("categorical_crossentropy", "softmax", 4),
        ("mean_squared_error", "identity", 2),
        ("mean_squared_error", "tanh", 3),
        ("mean_squared_error", "softmax", 3),
        ("mean_absolute_error", "identity", 2),
        ("mean_absolute_error", "softmax", 3),
        ("mean_absolute_error", "gelu", 1),
        ("huber", "identity", 2),
        ("huber", "softplus", 1),
        ("huber", "selu", 3),
    ],
)
def test_mild_values_agree_with_the_textbook_formula(
    loss: str, output: str, width: int, m: int
) -> None:
    rng = np.random.default_rng(0)
    Z = rng.normal(0, 2, (m, width))
    Y = rng.random((m, width))
    if loss == "categorical_crossentropy":
        Y /= Y.sum(axis=1, keepdims=True)
    for delta in (0.4, 1.0, 3.0) if loss == "huber" else (1.0,):
        expected = guide_style.cost(guide_style.F[output](Z.T), Y.T, loss, delta)
        got = value(loss, output, Z, Y, huber_delta=delta)
        assert got == pytest.approx(expected, rel=1e-12)
        got = value(loss, output, Z.astype("f4"), Y.astype("f4"), huber_delta=delta)
        assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("loss", "output"), ALL)
def test_the_gradient_towards_the_logits_is_that_of_the_mean_over_the_batch(
    loss: str, output: str
) -> None:
    rng = np.random.default_rng(1)
    m, width, h, turn = 3, 4, 1e-5, 0.6
    Z, Y = rng.normal(size=(m, width)), np.eye(width)[[1, 3, 0]]
    A = outputs(output, Z)
    exact = gradient(loss, A, Y, m, huber_delta=turn)
    if LOSSES[loss].link is not None:
        np.testing.assert_array_equal(exact, LOSSES[loss].gradient_scale(m, width) * (A - Y))
    for i, k in np.ndindex(m, width):
        above, below = Z.copy(), Z.copy()
        above[i, k] += h
        below[i, k] -= h
        change = value(loss, output, above, Y, huber_delta=turn)
        change -= value(loss, output, below, Y, huber_delta=turn)
        assert exact[i, k] == pytest.approx(change / (2 * h), abs=1e-9)


def test_float32_losses_are_averaged_in_float64() -> None:
    A = np.random.default_rng(2).random((1000, 1)).astype("f4")
    squares = np.square(A, dtype=float)[:, 0].tolist()
    got = LOSSES["mean_squared_error"].value(A, A, np.zeros_like(A))
    assert got == pytest.approx(math.fsum(squares) / 1000, rel=1e-12)
    got = LOSSES["mean_absolute_error"].value(A, A, np.zeros_like(A))
    assert got == pytest.approx(math.fsum(A[:, 0].tolist()) / 1000, rel=1e-12)
