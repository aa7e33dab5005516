import math

import guide_style
import numpy as np
import pytest

from nncore.activations import ACTIVATIONS
from nncore.losses import LOSSES
from nncore.types import FloatArray

DTYPES = ("float32", "float64")


def value(loss: str, output: str, Z: FloatArray, Y: FloatArray) -> float:
    A = np.ascontiguousarray(ACTIVATIONS[output].f(np.ascontiguousarray(Z.T)).T)
    return LOSSES[loss].value(Z, A, Y)


def test_the_table_holds_the_guides_losses_under_their_names() -> None:
    links = {name: loss.link for name, loss in LOSSES.items()}
    assert links == {
        "binary_crossentropy": "sigmoid",
        "categorical_crossentropy": "softmax",
        "mean_squared_error": None,
    }
    assert all(loss.name == name for name, loss in LOSSES.items())


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


@pytest.mark.parametrize("dtype", DTYPES)
def test_extreme_logits_stay_finite_and_exact(dtype: str) -> None:
    Z, Y = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype), np.array([[1], [0], [0], [1]], dtype)
    assert value("binary_crossentropy", "sigmoid", Z[:2], Y[:2]) == 0
    assert value("binary_crossentropy", "sigmoid", Z[2:], Y[2:]) == 1e4
    Z, Y = np.array([[1e4, -1e4, 0.0]] * 3, dtype), np.eye(3, dtype=dtype)
    for k, expected in enumerate((0, 2e4, 1e4)):
        got = value("categorical_crossentropy", "softmax", Z[k : k + 1], Y[k : k + 1])
        assert got == expected


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
    expected = guide_style.cost(guide_style.F[output](Z.T), Y.T, loss)
    assert value(loss, output, Z, Y) == pytest.approx(expected, rel=1e-12)
    assert value(loss, output, Z.astype("f4"), Y.astype("f4")) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("binary_crossentropy", "sigmoid"),
        ("categorical_crossentropy", "softmax"),
        ("mean_squared_error", "identity"),
    ],
)
def test_the_gradient_towards_the_logits_is_scale_times_output_minus_target(
    loss: str, output: str
) -> None:
    rng = np.random.default_rng(1)
    m, width, h = 3, 4, 1e-5
    Z, Y = rng.normal(size=(m, width)), np.eye(width)[[1, 3, 0]]
    A = ACTIVATIONS[output].f(np.ascontiguousarray(Z.T)).T
    gradient = LOSSES[loss].gradient_scale(m, width) * (A - Y)
    for i, k in np.ndindex(m, width):
        above, below = Z.copy(), Z.copy()
        above[i, k] += h
        below[i, k] -= h
        numeric = (value(loss, output, above, Y) - value(loss, output, below, Y)) / (2 * h)
        assert gradient[i, k] == pytest.approx(numeric, abs=1e-9)


def test_float32_losses_are_averaged_in_float64() -> None:
    A = np.random.default_rng(2).random((1000, 1)).astype("f4")
    got = LOSSES["mean_squared_error"].value(A, A, np.zeros_like(A))
    assert got == pytest.approx(math.fsum(np.square(A)[:, 0].tolist()) / 1000, rel=1e-12)
