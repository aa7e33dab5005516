"""Backpropagation is right for every network that can be built, and the check can tell."""

import dataclasses
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from spec_strategies import HIDDEN, INITIALIZERS, OUTPUTS

from nncore.activations import ACTIVATIONS
from nncore.gradcheck import GradientCheck, check_gradient
from nncore.losses import LOSSES
from nncore.network import Network
from nncore.parameters import initial_theta
from nncore.spec import NetworkSpec, dense

TOLERANCE = 1e-6
# n[0], hidden layers, n[L], m. No hidden layer is a perceptron.
SHAPES = [
    (3, (5,), 2, 7),
    (2, (4, 3), 3, 1),
    (1, (1,), 2, 2),
    (5, (2, 7, 3), 4, 3),
    (2, (3,), 2, 11),
]
PERCEPTRONS = [(3, (), 2, 7), (1, (), 3, 1), (7, (), 2, 1), (2, (), 5, 4)]
CASES = [
    *product(SHAPES, HIDDEN, OUTPUTS, INITIALIZERS),
    *product(PERCEPTRONS, ("relu",), OUTPUTS, INITIALIZERS),
    *product(
        [(2, (3,), 1, 5), (4, (2, 2), 1, 1)],
        HIDDEN,
        [pair for pair in OUTPUTS if pair[0] != "softmax"],
        INITIALIZERS,
    ),
]


def batch(spec: NetworkSpec, m: int, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, spec.n_inputs))
    if spec.loss == "mean_squared_error":
        return X, rng.normal(size=(m, spec.n_outputs))
    if spec.loss == "categorical_crossentropy":
        return X, np.eye(spec.n_outputs)[rng.integers(0, spec.n_outputs, m)]
    return X, rng.integers(0, 2, (m, spec.n_outputs)).astype(float)


def random_theta(spec: NetworkSpec, seed: int = 1) -> NDArray[Any]:
    """Initial weights and, to be no special case, biases that are not 0."""
    rng = np.random.default_rng(seed)
    theta = initial_theta(dataclasses.replace(spec, dtype="float64"), rng)
    return theta + 0.1 * rng.normal(size=theta.shape) * (spec.initializer != "zeros")


def test_the_cases_are_every_combination() -> None:
    combinations = {(hidden, pair, init) for (_, h, _, _), hidden, pair, init in CASES if h}
    assert len(combinations) == len(HIDDEN) * len(OUTPUTS) * len(INITIALIZERS)
    assert set(HIDDEN) | {"softmax"} == set(ACTIVATIONS)


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_backpropagation_agrees_with_central_differences(
    pair: tuple[str, str], initializer: str
) -> None:
    output, loss = pair
    n_cases = 0
    for (n_inputs, hidden, n_outputs, m), activation, case_pair, case_initializer in CASES:
        if (case_pair, case_initializer) != (pair, initializer):
            continue
        spec = dense(
            n_inputs,
            hidden,
            n_outputs,
            activation=activation,
            output=output,
            loss=loss,
            initializer=initializer,
            dtype="float64",
        )
        check = check_gradient(spec, random_theta(spec), *batch(spec, m))
        n_cases += 1
        assert check.max_relative_error <= TOLERANCE, spec
        assert check.n_checked + check.n_kinks == spec.n_parameters
        if initializer != "zeros":
            assert check.n_kinks == 0, spec
    one_output = 0 if output == "softmax" else 2 * len(HIDDEN)
    assert n_cases == len(SHAPES) * len(HIDDEN) + len(PERCEPTRONS) + one_output


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_hidden_layers_of_different_kinds_agree_too(pair: tuple[str, str]) -> None:
    output, loss = pair
    for seed, kinds in enumerate(product(HIDDEN, repeat=2)):
        layers = dense(3, (4, 3), 2, output=output, loss=loss).layers
        spec = NetworkSpec(
            3,
            (
                dataclasses.replace(layers[0], activation=kinds[0]),
                dataclasses.replace(layers[1], activation=kinds[1]),
                layers[2],
            ),
            loss,
            dtype="float64",
        )
        check = check_gradient(spec, random_theta(spec, seed), *batch(spec, 6, seed))
        assert check.max_relative_error <= TOLERANCE, spec


def test_a_float32_spec_is_checked_in_float64() -> None:
    spec = dense(3, (4,), 1, activation="tanh", dtype="float32")
    check = check_gradient(spec, random_theta(spec), *batch(spec, 9))
    assert check.max_relative_error <= TOLERANCE


def test_theta_and_data_are_left_alone() -> None:
    spec = dense(3, (4,), 1, dtype="float64")
    theta, (X, Y) = random_theta(spec), batch(spec, 9)
    before = [array.copy() for array in (theta, X, Y)]
    check_gradient(spec, theta, X, Y)
    for array, copy in zip((theta, X, Y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_parameters_that_carry_a_relu_across_its_kink_are_counted_and_left_out() -> None:
    spec = dense(1, (2,), 1, output="identity", loss="mean_squared_error", dtype="float64")
    network = Network.from_theta(spec, np.zeros(spec.n_parameters))
    network.parameters.W[1][:] = [[1.0], [2.0]]
    network.parameters.b[1][:] = [-3.0, 1.0]  # unit 1 of layer 1 is at its kink for x = 3
    network.parameters.W[2][:] = 0.5
    theta, X, Y = network.parameters.theta, np.array([[3.0]]), np.array([[1.0]])
    check = check_gradient(spec, theta, X, Y)
    assert (check.n_checked, check.n_kinks) == (5, 2)  # left out: its weight and its bias
    assert check.max_relative_error <= TOLERANCE


def test_zero_weights_put_every_hidden_relu_on_its_kink() -> None:
    spec = dense(2, (3,), 1, initializer="zeros", dtype="float64")
    check = check_gradient(spec, np.zeros(13), np.array([[1.0, 2.0]]), np.array([[1.0]]))
    assert (check.n_checked, check.n_kinks) == (4, 9)


# From here on: a wrong gradient is found.


def checked(activation: str, output: str, loss: str) -> GradientCheck:
    spec = dense(3, (4, 3), 2, activation=activation, output=output, loss=loss, dtype="float64")
    return check_gradient(spec, random_theta(spec), *batch(spec, 5))


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
@pytest.mark.parametrize("factor", [1.001, 0.5, 2, -1, 0])
def test_a_wrong_scale_of_the_loss_is_caught(
    monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str], factor: float
) -> None:
    output, name = pair
    loss = LOSSES[name]

    def wrong(m: int, n_outputs: int) -> float:
        return factor * loss.gradient_scale(m, n_outputs)

    monkeypatch.setitem(LOSSES, name, dataclasses.replace(loss, gradient_scale=wrong))
    assert checked("tanh", output, name).max_relative_error > 9e-4


@pytest.mark.parametrize("name", HIDDEN)
def test_a_wrong_derivative_of_a_hidden_activation_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    activation = ACTIVATIONS[name]

    def wrong(Z: Any, A: Any, delta: Any) -> list[Any]:
        nearly = partial(np.multiply, delta, 1.001, out=delta)
        return [*activation.bind_derivative(Z, A, delta), nearly]

    monkeypatch.setitem(ACTIVATIONS, name, dataclasses.replace(activation, bind_derivative=wrong))
    assert checked(name, "sigmoid", "binary_crossentropy").max_relative_error > 9e-4


@pytest.mark.parametrize("output", ["sigmoid", "tanh", "softmax"])
def test_squared_error_without_the_outputs_derivative_is_caught(
    monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    linear = ACTIVATIONS["identity"].bind_derivative
    wrong = dataclasses.replace(ACTIVATIONS[output], bind_derivative=linear)
    monkeypatch.setitem(ACTIVATIONS, output, wrong)
    assert checked("relu", output, "mean_squared_error").max_relative_error > 0.1


def test_a_diagonal_in_place_of_softmaxs_jacobian_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    diagonal = ACTIVATIONS["sigmoid"].bind_derivative
    wrong = dataclasses.replace(ACTIVATIONS["softmax"], bind_derivative=diagonal)
    monkeypatch.setitem(ACTIVATIONS, "softmax", wrong)
    spec = dense(3, (4,), 3, output="softmax", loss="mean_squared_error", dtype="float64")
    check = check_gradient(spec, random_theta(spec), *batch(spec, 5))
    assert check.max_relative_error > 1e-2
