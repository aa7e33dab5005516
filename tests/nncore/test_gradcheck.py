"""Backpropagation is right for every network that can be built, and the check can tell."""

import dataclasses
from functools import cached_property
from itertools import permutations, product
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from spec_strategies import HIDDEN, INITIALIZERS, OUTPUTS, REGRESSION_LOSSES

from nncore import gradcheck
from nncore.activations import ACTIVATIONS, Activation
from nncore.errors import SpecError
from nncore.gradcheck import GradientCheck, check_gradient
from nncore.losses import LOSSES, Loss
from nncore.network import Network, Trace
from nncore.operations import Operation, call
from nncore.parameters import initial_theta
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer

Array = NDArray[Any]
Pair = tuple[str, str]  # output activation, loss

TOLERANCE = 1e-6
PENALTIES = {
    "none": TrainingConfig(),
    "l1": TrainingConfig(l1=0.05),
    "l2": TrainingConfig(l2=0.3),
    "l1 and l2": TrainingConfig(l1=0.05, l2=0.3),
}
SPREADING = tuple(name for name in INITIALIZERS if name not in ("zeros", "constant"))


class Shape(NamedTuple):
    """n[0], units of the hidden layers, n[L]; m samples."""

    n_inputs: int
    hidden: tuple[int, ...]
    n_outputs: int
    m: int


class Case(NamedTuple):
    hidden: str
    pair: Pair
    penalty: str
    shape: Shape
    initializer: str
    seed: int


SHAPES = (
    Shape(3, (5,), 2, 7),
    Shape(2, (4, 3), 3, 1),
    Shape(1, (1,), 2, 2),
    Shape(4, (2, 5, 3), 3, 3),
    Shape(2, (3,), 2, 11),
    Shape(1, (3,), 5, 1),
    Shape(4, (2, 2), 2, 1),
    Shape(7, (1,), 2, 5),
    Shape(2, (3, 1, 2), 2, 3),
)
PERCEPTRONS = (Shape(3, (), 2, 7), Shape(1, (), 3, 1), Shape(7, (), 2, 1), Shape(2, (), 5, 4))
ONE_OUTPUT = (Shape(2, (3,), 1, 5), Shape(4, (2, 2), 1, 1), Shape(1, (), 1, 1))
# Every hidden activation × output and loss × penalty; shapes and initializers take turns, so
# that each meets each of the former (asserted below).
CASES = [
    Case(hidden, pair, penalty, SHAPES[i % 9], SPREADING[i // 4 % len(SPREADING)], i)
    for i, (hidden, pair, penalty) in enumerate(product(HIDDEN, OUTPUTS, PENALTIES))
]
MANY_SHAPES = [
    Case("identity", pair, penalty, shape, "he_normal", i)
    for i, (pair, penalty, shape) in enumerate(product(OUTPUTS, PENALTIES, PERCEPTRONS))
] + [
    Case(hidden, pair, list(PENALTIES)[i % 4], shape, "xavier_normal", i)
    for i, (hidden, pair, shape) in enumerate(product(HIDDEN, OUTPUTS, ONE_OUTPUT))
    if pair[0] != "softmax"
]


def spec_of(case: Case) -> NetworkSpec:
    n_inputs, hidden, n_outputs, _ = case.shape
    layers = (
        *(LayerSpec(units, case.hidden) for units in hidden),
        LayerSpec(n_outputs, case.pair[0]),
    )
    return NetworkSpec(n_inputs, layers, case.pair[1], case.initializer, "float64", huber_delta=0.7)


def batch(spec: NetworkSpec, m: int, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, spec.n_inputs))
    if spec.loss == "categorical_crossentropy":
        return X, np.eye(spec.n_outputs)[rng.integers(0, spec.n_outputs, m)]
    if spec.loss == "binary_crossentropy":
        return X, rng.integers(0, 2, (m, spec.n_outputs)).astype(float)
    return X, rng.normal(size=(m, spec.n_outputs))


def random_theta(spec: NetworkSpec, seed: int = 1) -> Array:
    """Initial weights and, to be no special case, biases that are not 0."""
    rng = np.random.default_rng(seed)
    theta = initial_theta(dataclasses.replace(spec, dtype="float64"), rng)
    return theta + 0.1 * rng.normal(size=theta.shape)


def check(spec: NetworkSpec, m: int, seed: int = 0, **parts: Any) -> GradientCheck:
    return check_gradient(spec, random_theta(spec, seed + 1), *batch(spec, m, seed), **parts)


def assert_right(spec: NetworkSpec, m: int, seed: int = 0, **parts: Any) -> None:
    """Every single parameter was compared, and agrees."""
    result = check(spec, m, seed, **parts)
    assert result.max_relative_error <= TOLERANCE, (spec, m, seed, parts)
    assert (result.n_checked, result.kinks) == (spec.n_parameters, ()), (spec, m, seed, parts)


def test_the_cases_are_every_combination() -> None:
    assert {*HIDDEN, "softmax"} == set(ACTIVATIONS)
    assert len(HIDDEN) == 10
    assert len(OUTPUTS) == 35 == 1 + 1 + 3 * 11
    assert {loss for _, loss in OUTPUTS} == set(LOSSES)
    assert len(CASES) == len({case[:3] for case in CASES}) == 10 * 35 * 4
    assert len({(case.hidden, case.shape) for case in CASES}) == 10 * 9
    assert len({(case.pair, case.shape) for case in CASES}) == 35 * 9
    assert len({(case.penalty, case.shape) for case in CASES}) == 4 * 9
    assert len({(case.pair, case.initializer) for case in CASES}) == 35 * 8
    assert len(MANY_SHAPES) == 35 * 4 * 4 + 10 * (35 - 4) * 3
    assert sum(case.shape.m == 1 for case in CASES) > 400


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_backpropagation_agrees_with_central_differences(pair: Pair, penalty: str) -> None:
    cases = [case for case in CASES if (case.pair, case.penalty) == (pair, penalty)]
    for case in cases:
        assert_right(spec_of(case), case.shape.m, case.seed, config=PENALTIES[penalty])
    assert len(cases) == len(HIDDEN)


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_perceptrons_and_single_outputs_agree_too(pair: Pair) -> None:
    cases = [case for case in MANY_SHAPES if case.pair == pair]
    for case in cases:
        assert_right(spec_of(case), case.shape.m, case.seed, config=PENALTIES[case.penalty])
    assert len(cases) == 4 * 4 + (0 if pair[0] == "softmax" else 10 * 3)


@pytest.mark.parametrize("first", HIDDEN)
def test_hidden_layers_of_different_kinds_agree_too(first: str) -> None:
    n_cases = 0
    for i, second in enumerate(HIDDEN):
        orders = ((first, second), (first, first, second), (first, second, second))
        orders = (*orders, (first, second, first), (second, first, first, second))
        for hidden, (output, loss) in zip(orders, OUTPUTS[i % 7 :: 7], strict=True):
            layers = [LayerSpec(2 + l % 2, kind) for l, kind in enumerate(hidden)]
            spec = NetworkSpec(2, (*layers, LayerSpec(2, output)), loss)
            assert_right(spec, 6, seed=i)
            n_cases += 1
    assert n_cases == 10 * 5


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_sample_weights_agree_too(pair: Pair, penalty: str) -> None:
    rng = np.random.default_rng(8)
    for i, m in enumerate((1, 5)):
        hidden = HIDDEN[(OUTPUTS.index(pair) + 5 * i) % 10]
        spec = dense(2, (3, 2), 2, activation=hidden, output=pair[0], loss=pair[1])
        weights = rng.uniform(0.2, 3, m) * (np.arange(m) != 2)  # one sample weighs nothing
        assert_right(spec, m, 3, config=PENALTIES[penalty], sample_weights=weights)


@pytest.mark.parametrize(("output", "units"), [("sigmoid", 1), ("tanh", 1), ("softmax", 3)])
def test_class_weights_agree_too(output: str, units: int) -> None:
    losses = {"sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}
    loss = losses.get(output, "mean_squared_error")
    spec = dense(2, (3,), units, activation="tanh", output=output, loss=loss)
    config = TrainingConfig(class_weights=(0.5, 3.0, 2.0)[: max(units, 2)], l2=0.1)
    assert_right(spec, 8, config=config)
    assert_right(spec, 8, config=config, sample_weights=np.linspace(0, 2, 8))


def with_dropout(spec: NetworkSpec, *dropout: float) -> NetworkSpec:
    layers = [
        dataclasses.replace(layer, dropout=p)
        for layer, p in zip(spec.layers, (*dropout, 0.0), strict=True)
    ]
    return dataclasses.replace(spec, layers=tuple(layers))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_with_dropout_the_gradient_is_that_of_the_units_left_in(hidden: str) -> None:
    for seed, (output, loss) in enumerate(OUTPUTS):
        spec = dense(2, (4, 3), 2, activation=hidden, output=output, loss=loss)
        spec = with_dropout(spec, *((0.5, 0.25), (0.3, 0.0), (0.0, 0.6))[seed % 3])
        config = list(PENALTIES.values())[seed % 4]
        weights = np.linspace(0.5, 2, 4) if seed % 5 == 0 else None
        assert_right(spec, 4, seed, config=config, sample_weights=weights, dropout_seed=seed)


def test_a_float32_spec_is_checked_in_float64() -> None:
    spec = dense(3, (4,), 1, activation="tanh", dtype="float32")
    assert_right(spec, 9, config=TrainingConfig(l1=0.1, l2=0.1), sample_weights=np.ones(9))


def test_the_gradient_that_a_trainer_goes_on_with_agrees_too() -> None:
    spec = dense(3, (4, 3), 2, activation="tanh", output="softmax", loss="mean_squared_error")
    spec = dataclasses.replace(with_dropout(spec, 0.5, 0.25), dtype="float64")
    config = TrainingConfig(l1=0.05, l2=0.3, class_weights=(2.0, 0.5))
    weights, h = np.linspace(0.5, 2, 6), 1e-5
    trainer = Trainer(spec, config, *batch(spec, 6), random_theta(spec), sample_weights=weights)
    for _ in range(3):
        trainer.step_phase()
    theta, gradient = trainer.network.parameters.theta, trainer.network.gradient.theta.copy()

    def objective(i: int, value: float) -> float:
        trainer.set_parameter(i, value)
        W = np.concatenate([W.ravel() for W in trainer.network.parameters.W.values()])
        loss = trainer.batch_loss()
        assert loss is not None
        return loss + 0.05 * float(np.abs(W).sum()) + 0.15 * float(np.square(W).sum())

    for i, middle in enumerate(theta.tolist()):
        numeric = (objective(i, middle + h) - objective(i, middle - h)) / (2 * h)
        trainer.set_parameter(i, middle)
        assert gradient[i] == pytest.approx(numeric, rel=1e-6, abs=1e-9)


def test_class_indices_are_targets_too() -> None:
    spec = dense(3, (4,), 3, output="softmax", loss="categorical_crossentropy")
    theta, (X, Y) = random_theta(spec), batch(spec, 9)
    assert check_gradient(spec, theta, X, Y.argmax(axis=1)) == check_gradient(spec, theta, X, Y)


def test_data_that_do_not_fit_are_refused() -> None:
    spec = dense(3, (4,), 1)
    with pytest.raises(SpecError):
        check_gradient(spec, random_theta(spec), np.ones((2, 4)), np.ones((2, 1)))
    with pytest.raises(SpecError):
        check(spec, 5, sample_weights=np.ones(4))


def test_theta_and_data_are_left_alone() -> None:
    spec = dense(3, (4,), 1, dtype="float64")
    theta, (X, Y), weights = random_theta(spec), batch(spec, 9), np.linspace(0, 1, 9)
    arrays = (theta, X, Y, weights)
    before = [array.copy() for array in arrays]
    check_gradient(spec, theta, X, Y, TrainingConfig(l1=0.1, l2=0.1), sample_weights=weights)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# From here on: kinks.

DISTANCES = (2e-4, -2e-4, 2e-5, -2e-5, 3e-6, -3e-6, 8e-7, -8e-7)
BENT = ("relu", "leaky_relu", "elu", "selu")


def test_the_functions_that_have_kinks_say_so() -> None:
    assert {name for name, activation in ACTIVATIONS.items() if activation.kink} == set(BENT)
    assert {name for name, loss in LOSSES.items() if loss.kink} == {"mean_absolute_error", "huber"}


def near_kink(activation: str, distance: float) -> tuple[NetworkSpec, Array, Array, Array]:
    """A 1-2-1 network whose unit 1 has z = ``distance`` for the one sample, x = 3."""
    spec = dense(1, (2,), 1, activation=activation, output="identity", loss="mean_squared_error")
    network = Network.from_theta(dataclasses.replace(spec, dtype="float64"), np.zeros(7))
    network.parameters.W[1][:] = [[1.0], [2.0]]
    network.parameters.b[1][:] = [-3.0 + distance, 1.0]
    network.parameters.W[2][:] = 0.5
    return spec, network.parameters.theta, np.array([[3.0]]), np.array([[1.0]])


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("activation", BENT)
def test_near_a_kink_of_an_activation_smaller_steps_are_taken(
    activation: str, distance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = near_kink(activation, distance)
    result = check_gradient(*case)
    assert result.max_relative_error <= TOLERANCE
    assert (result.n_checked, result.kinks) == (7, ())
    # theta is W[1] of both units, b[1] of both, W[2], b[2]
    monkeypatch.setattr(gradcheck, "STEPS", (3e-4,))
    assert check_gradient(*case).kinks == (0, 2)


@pytest.mark.parametrize("activation", BENT)
def test_parameters_that_sit_on_a_kink_are_named_and_left_out(activation: str) -> None:
    result = check_gradient(*near_kink(activation, 0.0))
    assert (result.n_checked, result.n_kinks) == (5, 2)
    assert result.kinks == (0, 2)
    assert result.max_relative_error <= TOLERANCE


def near_target(loss: str, distance: float) -> tuple[NetworkSpec, Array, Array, Array]:
    """A 1-2 perceptron with a − y = ``distance`` at output 1 and far from 0 at output 2."""
    spec = dense(1, (), 2, output="identity", loss=loss)
    spec = dataclasses.replace(spec, huber_delta=0.25)
    return spec, np.array([2.0, 1.0, 0.5, 0.0]), np.array([[1.0]]), np.array([[2.5 - distance, 7]])


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize(
    ("loss", "turn"), [("mean_absolute_error", 0), ("huber", 0.25), ("huber", -0.25)]
)
def test_near_a_kink_of_a_loss_smaller_steps_are_taken(
    loss: str, turn: float, distance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = near_target(loss, turn + distance)
    result = check_gradient(*case)
    assert result.max_relative_error <= TOLERANCE
    assert (result.n_checked, result.kinks) == (4, ())
    monkeypatch.setattr(gradcheck, "STEPS", (3e-4,))
    assert check_gradient(*case).kinks == (0, 2)


@pytest.mark.parametrize(
    ("loss", "turn"), [("mean_absolute_error", 0), ("huber", 0.25), ("huber", -0.25)]
)
def test_outputs_on_a_kink_of_the_loss_leave_their_parameters_out(loss: str, turn: float) -> None:
    result = check_gradient(*near_target(loss, turn))
    assert (result.n_checked, result.kinks) == (2, (0, 2))
    assert result.max_relative_error <= TOLERANCE


def test_huber_is_smooth_where_output_and_target_are_equal() -> None:
    result = check_gradient(*near_target("huber", 0.0))
    assert result.max_relative_error <= TOLERANCE
    assert result.n_kinks == 0


@pytest.mark.parametrize("distance", DISTANCES)
def test_near_a_weight_of_0_under_l1_smaller_steps_are_taken(
    distance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, config = dense(2, (), 1), TrainingConfig(l1=0.3)
    case = spec, np.array([distance, 0.4, 0.0]), *batch(spec, 3), config
    result = check_gradient(*case)
    assert result.max_relative_error <= TOLERANCE
    assert (result.n_checked, result.kinks) == (3, ())
    monkeypatch.setattr(gradcheck, "STEPS", (3e-4,))
    assert check_gradient(*case).kinks == (0,)


def test_a_weight_of_0_is_a_kink_under_l1_only_and_a_bias_of_0_is_none() -> None:
    spec, theta = dense(2, (), 1), np.array([0.0, 0.4, 0.0])
    for l1, kinks in ((0.3, (0,)), (0.0, ())):
        result = check_gradient(spec, theta, *batch(spec, 3), TrainingConfig(l1=l1, l2=0.3))
        assert result.max_relative_error <= TOLERANCE
        assert result.kinks == kinks


def test_zero_weights_put_every_hidden_relu_on_its_kink() -> None:
    spec = dense(2, (3,), 1, initializer="zeros", dtype="float64")
    result = check_gradient(spec, np.zeros(13), np.array([[1.0, 2.0]]), np.array([[1.0]]))
    assert (result.n_checked, result.kinks) == (4, tuple(range(9)))


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_zero_weights_leave_out_exactly_what_moves_a_bent_unit(pair: Pair) -> None:
    output, loss = pair
    for hidden in HIDDEN:
        spec = dense(2, (3,), 2, activation=hidden, output=output, loss=loss, initializer="zeros")
        result = check_gradient(spec, np.zeros(17), *batch(spec, 4))
        left_out: list[int] = []
        if hidden in BENT:
            left_out += range(9)  # all of the first layer
        if output in BENT and hidden in ("sigmoid", "softplus"):
            left_out += range(9, 15)  # of the weights those whose input is not 0
        if output in BENT:
            left_out += (15, 16)
        assert list(result.kinks) == left_out
        assert result.n_checked == 17 - len(left_out)
        assert result.max_relative_error <= TOLERANCE


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
def test_units_that_are_all_alike_agree_too(pair: Pair) -> None:
    for hidden in HIDDEN:
        spec = dense(2, (3,), 2, activation=hidden, output=pair[0], loss=pair[1])
        result = check_gradient(spec, np.full(17, 0.1), *batch(spec, 4))
        assert result.max_relative_error <= TOLERANCE
        assert result.n_kinks == 0


def test_a_number_that_is_not_one_is_neither_a_kink_nor_right() -> None:
    spec = dense(2, (3,), 1)
    theta = random_theta(spec)
    theta[-1] = np.nan
    with np.errstate(all="ignore"):
        result = check_gradient(spec, theta, *batch(spec, 3))
    assert np.isnan(result.max_relative_error)
    assert result.n_kinks == 0


# From here on: a wrong gradient is found.


def checked(activation: str, output: str, loss: str, **parts: Any) -> GradientCheck:
    spec = dense(2, (3, 2), 2, activation=activation, output=output, loss=loss, dtype="float64")
    return check(spec, 5, **parts)


@pytest.mark.parametrize("pair", OUTPUTS, ids="-".join)
@pytest.mark.parametrize("factor", [1.001, 0.5, 2, -1, 0])
def test_a_wrong_scale_of_the_loss_is_caught(
    monkeypatch: pytest.MonkeyPatch, pair: Pair, factor: float
) -> None:
    output, name = pair
    right = Loss.gradient_scale

    def wrong(loss: Loss, m: int, n_outputs: int) -> float:
        return factor * right(loss, m, n_outputs)

    monkeypatch.setattr(Loss, "gradient_scale", wrong)
    assert checked("tanh", output, name).max_relative_error > 9e-4


@pytest.mark.parametrize("name", LOSSES)
def test_a_sum_over_outputs_in_place_of_their_mean_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    output = LOSSES[name].link or "identity"

    def wrong(loss: Loss, m: int, n_outputs: int) -> float:
        return 1 / (m * n_outputs) if not loss.mean_of_outputs else 1 / m

    monkeypatch.setattr(Loss, "gradient_scale", wrong)
    assert checked("tanh", output, name).max_relative_error > 0.4


def swap_derivative(monkeypatch: pytest.MonkeyPatch, name: str, other: Activation) -> None:
    """Let the activation ``name`` have the derivative of ``other``."""
    wrong = dataclasses.replace(
        ACTIVATIONS[name], bind_slope=other.bind_slope, bind_jacobian=other.bind_jacobian
    )
    monkeypatch.setitem(ACTIVATIONS, name, wrong)


def nearly(activation: Activation) -> Activation:
    """With a derivative that is wrong by a thousandth."""
    bind_slope, bind_jacobian = activation.bind_slope, activation.bind_jacobian

    def wrong_slope(Z: Array, A: Array) -> tuple[Array, list[Operation]]:
        slope, operations = (np.ones_like(Z), []) if bind_slope is None else bind_slope(Z, A)
        wrong = np.empty_like(Z)
        return wrong, [*operations, call(np.multiply, slope, 1.001, wrong)]

    def wrong_jacobian(A: Array, delta: Array) -> list[Operation]:
        assert bind_jacobian is not None
        return [*bind_jacobian(A, delta), call(np.multiply, delta, 1.001, delta)]

    if bind_jacobian is not None:
        return dataclasses.replace(activation, bind_jacobian=wrong_jacobian)
    return dataclasses.replace(activation, bind_slope=wrong_slope)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_wrong_derivative_of_a_hidden_activation_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    swap_derivative(monkeypatch, name, nearly(ACTIVATIONS[name]))
    assert checked(name, "sigmoid", "binary_crossentropy").max_relative_error > 9e-4


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_wrong_derivative_of_an_output_activation_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    swap_derivative(monkeypatch, name, nearly(ACTIVATIONS[name]))
    hidden = "relu" if name == "tanh" else "tanh"
    assert checked(hidden, name, "mean_squared_error").max_relative_error > 9e-4


@pytest.mark.parametrize(("name", "other"), [*permutations(HIDDEN, 2)])
def test_the_derivative_of_another_activation_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str, other: str
) -> None:
    swap_derivative(monkeypatch, name, ACTIVATIONS[other])
    assert checked(name, "sigmoid", "binary_crossentropy").max_relative_error > 1e-3


@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if name != "identity"])
@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_a_loss_without_the_outputs_derivative_is_caught(
    monkeypatch: pytest.MonkeyPatch, output: str, loss: str
) -> None:
    swap_derivative(monkeypatch, output, ACTIVATIONS["identity"])
    assert checked("tanh", output, loss).max_relative_error > 0.04


def test_a_diagonal_in_place_of_softmaxs_jacobian_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    swap_derivative(monkeypatch, "softmax", ACTIVATIONS["sigmoid"])
    spec = dense(3, (4,), 3, output="softmax", loss="mean_squared_error", dtype="float64")
    assert check(spec, 5).max_relative_error > 1e-2


@pytest.mark.parametrize(("loss", "other"), [*permutations(REGRESSION_LOSSES, 2)])
def test_the_gradient_of_another_loss_is_caught(
    monkeypatch: pytest.MonkeyPatch, loss: str, other: str
) -> None:
    wrong = dataclasses.replace(LOSSES[loss], bind_gradient=LOSSES[other].bind_gradient)
    monkeypatch.setattr("nncore.network.loss_named", lambda name, delta: wrong)
    assert checked("tanh", "identity", loss).max_relative_error > 0.01


def add_to_gradient(network: Network, l1: float, l2: float, biases: bool) -> None:
    """A penalty's gradient with the factors l1 and l2, on the biases too if wished."""
    for gradient, values in (
        (network.gradient.W, network.parameters.W),
        (network.gradient.b, network.parameters.b if biases else {}),
    ):
        for l, value in values.items():
            gradient[l][...] += l1 * np.sign(value) + l2 * value


@pytest.mark.parametrize(
    ("l1", "l2", "biases", "is_right"),
    [
        (0.1, 0.2, False, True),
        (0.1, 0.2, True, False),
        (0.2, 0.2, False, False),
        (0.1, 0.4, False, False),
        (0.1, 0.1, False, False),
        (0.0, 0.2, False, False),
        (0.1, 0.0, False, False),
        (-0.1, 0.2, False, False),
        (0.1, 0.2002, False, False),
    ],
)
def test_a_wrong_penalty_is_caught(
    monkeypatch: pytest.MonkeyPatch, l1: float, l2: float, biases: bool, is_right: bool
) -> None:
    def record(network: Network, config: TrainingConfig) -> list[Operation]:
        return [call(add_to_gradient, network, l1, l2, biases)]

    monkeypatch.setattr(gradcheck, "record_penalties", record)
    config = TrainingConfig(l1=0.1, l2=0.2)
    error = checked("tanh", "identity", "mean_squared_error", config=config).max_relative_error
    assert error <= TOLERANCE if is_right else error > 1e-5


def change_gradient(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Let every trace run ``change(trace)`` after its pass for the loss."""
    right = Trace.loss_gradient

    def wrong(trace: Trace) -> None:
        right(trace)
        change(trace)

    monkeypatch.setattr(Trace, "loss_gradient", wrong)


def ignore_weights(trace: Trace) -> None:
    trace.delta[3][...] /= trace.weights[:, None]  # type: ignore[index]


def divide_by_their_sum(trace: Trace) -> None:
    trace.delta[3][...] *= trace.m / trace.weights.sum()  # type: ignore[union-attr]


@pytest.mark.parametrize("change", [ignore_weights, divide_by_their_sum])
def test_weights_ignored_or_normalised_are_caught(
    monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    pair, weights = ("softmax", "categorical_crossentropy"), np.array([0.5, 1, 2, 3, 4])
    assert checked("tanh", *pair, sample_weights=weights).max_relative_error <= TOLERANCE
    change_gradient(monkeypatch, change)
    assert checked("tanh", *pair, sample_weights=weights).max_relative_error > 0.1


@pytest.mark.parametrize("slip", ["no mask", "no scale"])
def test_dropout_forgotten_on_the_way_back_is_caught(
    monkeypatch: pytest.MonkeyPatch, slip: str
) -> None:
    right = Trace.backward_pass.func

    def wrong(trace: Trace) -> list[Operation]:
        masks = trace._masks
        kept = {l: np.empty_like(mask) for l, mask in masks.items() if slip == "no scale"}
        trace._masks = kept
        operations = [call(np.sign, masks[l], kept[l]) for l in kept] + right(trace)
        trace._masks = masks
        return operations

    spec = with_dropout(dense(3, (6, 5), 2, activation="tanh"), 0.5, 0.3)
    assert_right(spec, 4)
    wrong_pass = cached_property(wrong)
    wrong_pass.__set_name__(Trace, "backward_pass")
    monkeypatch.setattr(Trace, "backward_pass", wrong_pass)
    assert check(spec, 4).max_relative_error > 0.1


def test_a_wrong_slope_near_a_kink_is_caught_with_the_smaller_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    swap_derivative(monkeypatch, "relu", ACTIVATIONS["leaky_relu"])
    for distance in (-2e-4, -2e-5, -3e-6, -8e-7):
        result = check_gradient(*near_kink("relu", distance))
        assert result.n_kinks == 0
        assert result.max_relative_error > 1e-3
