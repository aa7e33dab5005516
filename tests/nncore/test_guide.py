"""The engine reproduces the figures of the guide's example."""

from itertools import pairwise
from typing import Any

import guide_style
import numpy as np
import pytest
from numpy.typing import NDArray

from nncore.data.generators import generate
from nncore.evaluation import Evaluator
from nncore.guide import CONFIG, SPEC, guide_data, guide_theta
from nncore.network import Network
from nncore.parameters import Parameters
from nncore.spec import dense
from nncore.trainer import Trainer

Array = NDArray[Any]

SIZES = (2, 16, 8, 1)
ACTIVATIONS = ("relu", "relu", "sigmoid")
COSTS = {
    0: 0.7249307666,
    100: 0.3060294385,
    200: 0.1813096556,
    300: 0.1296391452,
    400: 0.1005754403,
    500: 0.0820009294,
    600: 0.0714285386,
    700: 0.0619624650,
    800: 0.0554774379,
    900: 0.0505583616,
}


def guide_script() -> tuple[Array, Array, list[Array], list[Array]]:
    """X (2, 1000), Y (1, 1000), W and b as the guide makes them, out of one random stream."""
    stream = np.random.RandomState(42)
    X = stream.randn(2, 1000)
    Y = ((X[0] ** 2 + X[1] ** 2) < 1).astype(float).reshape(1, -1)
    W = [stream.randn(n, k) * np.sqrt(2.0 / k) for k, n in pairwise(SIZES)]
    return X, Y, W, [np.zeros((n, 1)) for n in SIZES[1:]]


def test_the_spec_is_the_guides() -> None:
    assert SPEC.sizes == SIZES
    assert tuple(layer.activation for layer in SPEC.layers) == ACTIVATIONS
    assert (SPEC.loss, SPEC.initializer, SPEC.dtype) == (
        "binary_crossentropy",
        "he_normal",
        "float64",
    )
    assert (CONFIG.learning_rate, CONFIG.batch_size) == (0.1, None)


def test_data_and_weights_are_the_guides() -> None:
    X_script, Y_script, W, b = guide_script()
    X, Y = guide_data()
    np.testing.assert_array_equal(X, X_script.T)
    np.testing.assert_array_equal(Y, Y_script.T)
    parameters = Parameters(SIZES, "float64", guide_theta())
    for l in (1, 2, 3):
        np.testing.assert_allclose(parameters.W[l], W[l - 1], rtol=1e-15)
        np.testing.assert_array_equal(parameters.b[l], b[l - 1][:, 0])


def test_the_costs_are_the_guides_and_it_learns_the_circle() -> None:
    X, Y = guide_data()
    trainer = Trainer(SPEC, CONFIG, X, Y, guide_theta())
    costs = {}
    for epoch in range(1000):
        trainer.step_epoch()
        if epoch in COSTS:
            costs[epoch] = trainer.batch_loss()
    assert costs == pytest.approx(COSTS, abs=1e-6, rel=0)
    evaluation = Evaluator(trainer.network, X, Y).evaluate()
    assert evaluation is not None
    assert evaluation.accuracy == 0.993
    assert np.mean((trainer.network.predict(X) > 0.5) == Y) == 0.993


def test_twenty_epochs_give_the_same_parameters_as_the_guides_own_formulas() -> None:
    X, Y, W, b = guide_script()
    for _ in range(20):
        dW, db = guide_style.gradients(W, b, ACTIVATIONS, X, Y)
        W = [w - 0.1 * d for w, d in zip(W, dW, strict=True)]
        b = [w - 0.1 * d for w, d in zip(b, db, strict=True)]
    trainer = Trainer(SPEC, CONFIG, *guide_data(), guide_theta())
    for _ in range(20):
        trainer.step_epoch()
    for l in (1, 2, 3):
        parameters = trainer.network.parameters
        np.testing.assert_allclose(parameters.W[l], W[l - 1], rtol=0, atol=1e-12)
        np.testing.assert_allclose(parameters.b[l], b[l - 1][:, 0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("n", [1000, 1250])
def test_the_circle_generator_begins_with_the_guides_data(n: int) -> None:
    circle = generate("circle", n=n, seed=42)
    X, Y = guide_data()
    np.testing.assert_array_equal(circle.X[:1000], X)
    np.testing.assert_array_equal(circle.y[:1000], Y[:, 0])


def test_a_perceptron_is_a_weighted_sum_and_an_activation() -> None:
    theta = np.array([2.0, -1.0, 0.5])  # w₁, w₂, b
    perceptron = Network.from_theta(dense(2, (), 1, dtype="float64"), theta)
    a = perceptron.predict(np.array([[3.0, 4.0]]))
    assert a.shape == (1, 1)
    assert a[0, 0] == pytest.approx(1 / (1 + np.exp(-(2 * 3 - 1 * 4 + 0.5))), rel=1e-15)
