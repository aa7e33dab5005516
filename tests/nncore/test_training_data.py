"""What a trainer is given: how it is laid out, weighted, and refused."""

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nncore.errors import SpecError
from nncore.spec import EarlyStopping, LayerSpec, NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.training_data import MAX_BUFFER_BYTES, TrainingData, as_targets, require_room

BINARY = dense(2, (), 1, dtype="float64")
CLASSES = dense(
    2,
    (),
    3,
    output="softmax",
    loss="categorical_crossentropy",
    initializer="zeros",
    dtype="float64",
)
LINEAR = dense(1, (), 1, output="identity", loss="mean_squared_error", dtype="float64")
TANH = dense(2, (), 1, output="tanh", loss="mean_squared_error", dtype="float64")
X = np.arange(10.0).reshape(5, 2)


def refusal(spec: NetworkSpec, *data: Any, **weights: Any) -> str:
    with pytest.raises(SpecError) as caught:
        TrainingData(spec, *data, **weights)
    message = str(caught.value)
    assert message.endswith(".")
    return message


# Layout


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_tables_are_held_in_the_dtype_of_the_network(dtype: str) -> None:
    spec = dense(2, (3,), 2, output="identity", loss="huber", dtype=dtype)
    Y = X[:, ::-1] / 3
    data = TrainingData(spec, X.tolist(), Y)
    assert len(data) == 5
    assert data.X.dtype == data.Y.dtype == dtype
    assert_array_equal(data.X, X)
    assert_array_equal(data.Y, Y.astype(dtype))
    assert data.weights is None


def test_the_tables_are_copies() -> None:
    inputs, targets, weights = X.copy(), X[:, :1] / 9, np.ones(5)
    data = TrainingData(BINARY, inputs, targets, weights)
    before = [array.copy() for array in (data.X, data.Y, data.weights) if array is not None]
    inputs[:], targets[:], weights[:] = 7, 0.5, 3
    for array, kept in zip((data.X, data.Y, data.weights), before, strict=True):
        assert_array_equal(array, kept)


# Class indices


@pytest.mark.parametrize("dtype", [int, np.uint8, float, bool])
def test_two_classes_of_one_output_are_a_column_of_0_and_1(dtype: type) -> None:
    Y = as_targets(BINARY, np.array([0, 1, 1, 0], dtype))
    assert Y.tolist() == [[0.0], [1.0], [1.0], [0.0]]
    assert Y.dtype == np.float64


@pytest.mark.parametrize("dtype", [int, np.int8, float])
def test_classes_of_a_softmax_are_one_hot(dtype: type) -> None:
    Y = as_targets(CLASSES, np.array([2, 0, 1, 2], dtype))
    assert Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert as_targets(CLASSES, []).shape == (0, 3)


def test_tables_are_taken_as_they_are() -> None:
    soft = [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]]
    assert as_targets(CLASSES, soft).tolist() == soft
    assert as_targets(BINARY, [[0.25], [1]]).tolist() == [[0.25], [1]]


def test_class_indices_train_as_their_table_does() -> None:
    indices = np.array([2, 0, 1, 1, 2])
    for spec, classes, table in (
        (CLASSES, indices, np.eye(3)[indices]),
        (BINARY, indices % 2, (indices % 2).reshape(-1, 1)),
    ):
        a, b = (Trainer(spec, TrainingConfig(0.1, 2), X, Y) for Y in (classes, table))
        for t in (a, b):
            t.step_epoch()
        assert_array_equal(a.network.parameters.theta, b.network.parameters.theta)


@pytest.mark.parametrize(
    ("spec", "Y", "words"),
    [
        (CLASSES, [0, 1, 2, 3, 0], "from 0 to 2; there is a 3"),
        (CLASSES, [0, 1, -1, 2, 0], "from 0 to 2; there is a -1"),
        (CLASSES, [0, 1, 0.5, 2, 0], "from 0 to 2; there is a 0.5"),
        (CLASSES, [0, 1, math.nan, 2, 0], "from 0 to 2; there is a nan"),
        (CLASSES, [0, 1, math.inf, 2, 0], "from 0 to 2; there is a inf"),
        (BINARY, [0, 1, 2, 1, 0], "from 0 to 1; there is a 2"),
        (dense(2, (), 3), [0, 1, 2, 1, 0], "3 sigmoid outputs need .* not 5 class indices"),
        (LINEAR, [0, 1, 2, 1, 0], r"\(5, 2\) and targets \(5,\)"),
    ],
)
def test_class_indices_that_are_none_are_refused(
    spec: NetworkSpec, Y: list[float], words: str
) -> None:
    with pytest.raises(SpecError, match=words):
        TrainingData(spec, X, Y)


# Tables that don't fit


@pytest.mark.parametrize(
    ("inputs", "targets", "words"),
    [
        (np.ones((4, 3)), np.ones((4, 1)), "takes 2 inputs and gives 1 outputs; the data has 3"),
        (np.ones((4, 2)), np.ones((4, 5)), "takes 2 inputs and gives 1 outputs; the data has 2"),
        (np.ones((4, 2)), np.ones((3, 1)), "Inputs (4, 2) and targets (3, 1)"),
        (np.ones(4), np.ones((4, 1)), "Inputs (4,) and targets (4, 1)"),
        (np.ones((4, 2)), np.ones((4, 1, 1)), "targets (4, 1, 1)"),
        (np.ones((4, 2)), 1.0, "targets ()"),
        (np.empty((0, 2)), np.empty((0, 1)), "no samples"),
        (np.empty((0, 2)), [], "no samples"),
    ],
)
def test_tables_that_do_not_fit_are_refused_with_the_numbers(
    inputs: Any, targets: Any, words: str
) -> None:
    assert words in refusal(BINARY, inputs, targets)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e39, -1e39])
def test_values_that_are_not_finite_in_the_dtype_are_refused(value: float) -> None:
    spec = dense(2, (), 1, output="identity", loss="huber")
    inputs, targets = X.copy(), np.zeros((5, 1))
    inputs[3, 1] = value
    assert "not finite in float32" in refusal(spec, inputs, targets)
    targets[2] = value
    assert "not finite in float32" in refusal(spec, X, targets)


@pytest.mark.parametrize("value", [-0.25, 1.5, 7.0])
def test_targets_of_a_cross_entropy_are_probabilities(value: float) -> None:
    assert refusal(BINARY, X, [[0], [1], [value], [1], [0.5]]) == (
        f"Binary cross-entropy needs targets from 0 to 1; there is a {value:g}."
    )
    rows = np.eye(3)[[0, 1, 2, 0, 1]]
    rows[3] = [1 - value, value, 0]
    assert "needs targets from 0 to 1; there is a " in refusal(CLASSES, X, rows)


def test_targets_of_a_softmax_sum_to_1_as_closely_as_float32_does() -> None:
    rows = np.eye(3)[[0, 1, 2, 0, 1]]
    rows[3] = [0.5, 0.2, 0.2]
    assert refusal(CLASSES, X, rows) == (
        "Categorical cross-entropy needs targets that sum to 1 in each row; there is a 0.9."
    )
    rows[3] = np.float32([0.1, 0.2, 0.7])
    TrainingData(CLASSES, X, rows)
    TrainingData(dense(2, (), 3, output="softmax", loss="mean_squared_error"), X, rows + 1)


# Sample weights: (1/m) Σ wᵢ lossᵢ


def test_weights_come_into_loss_and_gradient_as_worked_by_hand() -> None:
    # 2x + 1 = 3, 5 against 1, 6: losses 4, 1; deltas 2 · 2, 2 · (−1), each times w/m
    a = Trainer(
        LINEAR,
        TrainingConfig(0.1),
        [[1.0], [2.0]],
        [[1.0], [6.0]],
        np.array([2.0, 1.0]),
        sample_weights=[0.5, 3],
    )
    a.step_batch()
    assert a.batch_loss() == (0.5 * 4 + 3 * 1) / 2
    assert a.trace.delta[1].tolist() == [[0.5 * 4 / 2], [3 * -2 / 2]]
    assert a.network.gradient.theta.tolist() == [1 * 1 + 2 * -3, 1 - 3]
    assert a.trace.sample_losses().tolist() == [4, 1]


def weighted(spec: NetworkSpec, Y: Any, **arguments: Any) -> Trainer:
    config = TrainingConfig(0.1, class_weights=arguments.pop("class_weights", None))
    a = Trainer(spec, config, X / 9, Y, **arguments)
    a.step_batch()
    return a


SPECS: dict[str, tuple[NetworkSpec, Any]] = {
    "binary": (dense(2, (4,), 1, activation="tanh", dtype="float64"), [0, 1, 1, 0, 1]),
    "softmax": (
        dense(2, (4,), 3, output="softmax", loss="categorical_crossentropy", dtype="float64"),
        [0, 2, 1, 0, 1],
    ),
    "huber": (
        dense(2, (4,), 2, output="identity", loss="huber", dtype="float64"),
        X[:, ::-1] / 5,
    ),
    "absolute": (
        dense(2, (4,), 2, output="tanh", loss="mean_absolute_error", dtype="float64"),
        X[:, ::-1] / 5,
    ),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_weighted_batch_is_the_weighted_sum_of_its_samples(name: str) -> None:
    spec, Y = SPECS[name]
    weights = [0.5, 0.0, 2.0, 1.0, 7.0]
    a = weighted(spec, Y, sample_weights=weights)
    loss, gradient = 0.0, np.zeros(spec.n_parameters)
    for i, weight in enumerate(weights):
        single = Trainer(spec, TrainingConfig(0.1), X[i : i + 1] / 9, Y[i : i + 1])
        single.step_batch()
        loss += weight * (single.batch_loss() or 0) / 5
        gradient += weight * single.network.gradient.theta / 5
    assert a.batch_loss() == pytest.approx(loss, rel=1e-13)
    assert_allclose(a.network.gradient.theta, gradient, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", SPECS)
def test_weights_of_1_change_no_bit(name: str) -> None:
    spec, Y = SPECS[name]
    a, plain = weighted(spec, Y, sample_weights=np.ones(5)), weighted(spec, Y)
    assert_array_equal(a.network.gradient.theta, plain.network.gradient.theta)
    assert a.batch_loss() == plain.batch_loss()


def test_samples_of_weight_0_are_as_good_as_not_there_but_in_m() -> None:
    spec, Y = SPECS["binary"]
    a = weighted(spec, Y, sample_weights=[1, 1, 0, 0, 0])
    b = Trainer(spec, TrainingConfig(0.1), X[:2] / 9, Y[:2])
    b.step_batch()
    assert_allclose(a.network.gradient.theta * 5, b.network.gradient.theta * 2, rtol=1e-12)


def test_weights_move_with_their_samples_through_the_epochs() -> None:
    # y = 0 and theta = (1, 0), kept by rate 0: the loss of x is x², and its weight 1/x
    x = np.array([[1.0], [2.0], [4.0], [8.0], [16.0]])
    a = Trainer(
        LINEAR, TrainingConfig(0.0, 2), x, 0 * x, np.array([1.0, 0.0]), sample_weights=1 / x[:, 0]
    )
    for _ in range(3 * a.n_batches):
        a.step_batch()
        assert a.batch_loss() == pytest.approx(float(a.trace.X.mean()), rel=1e-14)
        assert_allclose(a.network.gradient.W[1], [[2 * a.trace.X.mean()]], rtol=1e-14)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, 2.0], "shape (2,) for 5 samples"),
        (np.ones((5, 1)), "shape (5, 1) for 5 samples"),
        (2.0, "shape () for 5 samples"),
        ([1, 1, -0.5, 1, 1], "0 or more, not -0.5"),
        ([1, 1, math.nan, 1, 1], "0 or more, not nan"),
        ([1, math.inf, 1, 1, 1], "0 or more, not inf"),
    ],
)
def test_weights_that_are_none_are_refused_with_the_numbers(weights: Any, words: str) -> None:
    assert words in refusal(LINEAR, X[:, :1], X[:, :1], weights)


# Class weights


def test_class_weights_in_numbers_worked_by_hand() -> None:
    # theta 0: three classes of probability 1/3, so each loss is log 3
    a = weighted(CLASSES, [0, 2, 2, 1, 0], class_weights=(1.0, 0.5, 4.0))
    assert a.batch_loss() == pytest.approx((2 * 1 + 0.5 + 2 * 4) * math.log(3) / 5, rel=1e-14)
    # delta of a sample of class 2 is w (1/3, 1/3, 1/3 − 1) / m
    assert_allclose(a.trace.delta[1][1], [4 / 15, 4 / 15, -8 / 15], rtol=1e-14)
    assert_allclose(a.trace.delta[1][3], [0.5 / 15, -1 / 15, 0.5 / 15], rtol=1e-14)


def test_two_class_weights_of_one_sigmoid() -> None:
    zeros = np.zeros(3)
    a = weighted(BINARY, [0, 1, 1, 0, 1], theta=zeros, class_weights=(3, 0.25))
    assert a.batch_loss() == pytest.approx((2 * 3 + 3 * 0.25) * math.log(2) / 5, rel=1e-14)
    assert_allclose(a.trace.delta[1][:, 0], [0.3, -0.025, -0.025, 0.3, -0.025], rtol=1e-14)


@pytest.mark.parametrize("low", [-1.0, 0.0])
def test_two_class_weights_of_one_tanh_go_by_the_side_of_0(low: float) -> None:
    Y = np.array([[low], [1.0], [1.0], [low], [1.0]])
    data = TrainingData(TANH, X, Y, class_weights=(3.0, 0.25))
    assert data.weights is not None
    assert data.weights.tolist() == [3, 0.25, 0.25, 3, 0.25]


def test_soft_targets_take_the_weight_of_their_likeliest_class() -> None:
    data = TrainingData(BINARY, X, [[0.1], [0.9], [0.5], [0.51], [0]], class_weights=(3, 7))
    assert data.weights is not None
    assert data.weights.tolist() == [3, 7, 3, 7, 3]
    rows = [[0.4, 0.3, 0.3], [0.0, 0.2, 0.8], [0, 1, 0], [0.1, 0.6, 0.3], [1, 0, 0]]
    data = TrainingData(CLASSES, X, rows, class_weights=(3, 7, 9))
    assert data.weights is not None
    assert data.weights.tolist() == [3, 9, 7, 7, 3]


def test_class_weights_and_sample_weights_multiply() -> None:
    data = TrainingData(BINARY, X, [0, 1, 1, 0, 1], [1, 2, 0, 4, 0.5], (3.0, 10.0))
    assert data.weights is not None
    assert data.weights.tolist() == [3, 20, 0, 12, 5]


@pytest.mark.parametrize(
    ("spec", "weights", "words"),
    [
        (BINARY, (1.0, 2.0, 3.0), "3 class weights for 2 classes"),
        (CLASSES, (1.0, 2.0), "2 class weights for 3 classes"),
        (LINEAR, (1.0, 2.0), "not 1 identity"),
        (dense(2, (), 3), (1.0, 2.0, 3.0), "not 3 sigmoid"),
        (dense(2, (), 2, output="tanh", loss="huber"), (1.0, 2.0), "not 2 tanh"),
        (dense(2, (), 1, output="relu", loss="huber"), (1.0, 2.0), "not 1 relu"),
    ],
)
def test_class_weights_without_such_classes_are_refused(
    spec: NetworkSpec, weights: tuple[float, ...], words: str
) -> None:
    Y = np.eye(3)[[0, 1, 2, 0, 1]][:, : spec.n_outputs]
    assert words in refusal(spec, X[:, : spec.n_inputs], Y, class_weights=weights)


@pytest.mark.parametrize(
    ("dtype", "sample_weight", "class_weight"),
    [
        ("float32", 1e39, 1),
        ("float32", 1, 1e39),
        ("float32", 1e20, 1e20),
        ("float64", 1e200, 1e109),
    ],
)
def test_weights_too_large_for_the_dtype_are_refused(
    dtype: str, sample_weight: float, class_weight: float
) -> None:
    spec = dense(2, (), 1, dtype=dtype)
    with np.errstate(over="ignore"):
        message = refusal(
            spec, X, [0, 0, 1, 1, 0], [1, 1, 1, sample_weight, 1], (1.0, class_weight)
        )
    assert f"is too large for {dtype}" in message


# Room


def test_buffers_of_absurd_size_are_refused_with_the_numbers() -> None:
    wide = NetworkSpec(
        1, (LayerSpec(4096, "relu"), LayerSpec(4096, "relu"), LayerSpec(1, "sigmoid")), "huber"
    )
    with pytest.raises(SpecError) as caught:
        require_room(wide, 200_000)
    assert str(caught.value) == (
        "A batch of 200,000 samples through 1-4096-4096-1 needs about 31 GiB of memory; "
        "the limit is 8 GiB. Use smaller batches."
    )
    require_room(wide, 32)


def has_room(spec: NetworkSpec, m: int) -> bool:
    try:
        require_room(spec, m)
    except SpecError:
        return False
    return True


def test_float64_takes_twice_the_room() -> None:
    single, double = (dense(2, (1022,), 1024, dtype=dtype) for dtype in ("float32", "float64"))
    # five buffers of 2048 units
    assert has_room(single, MAX_BUFFER_BYTES // (5 * 2048 * 4))
    assert not has_room(single, MAX_BUFFER_BYTES // (5 * 2048 * 4) + 1)
    assert has_room(double, MAX_BUFFER_BYTES // (5 * 2048 * 8))
    assert not has_room(double, MAX_BUFFER_BYTES // (5 * 2048 * 8) + 1)


def test_a_trainer_refuses_too_large_a_batch_before_it_makes_the_buffers() -> None:
    spec, inputs = dense(1, (100_000,), 1), np.zeros((20_000, 1))
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match=r"batch of 20,000 samples .* 37 GiB"):
            Trainer(spec, TrainingConfig(), inputs, inputs)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20e6
    a = Trainer(spec, TrainingConfig(batch_size=2), inputs[:8], inputs[:8])
    b = Trainer(spec, TrainingConfig(batch_size=10**9), inputs[:8], inputs[:8])
    assert (a.n_batches, b.n_batches) == (4, 1)


# Held-out samples


@pytest.mark.parametrize(
    ("held_out", "words"),
    [
        ((np.ones((3, 5)), np.ones((3, 1))), "takes 2 inputs .* has 5 and 1"),
        ((np.ones((3, 1)), np.ones((3, 1))), "takes 2 inputs .* has 1 and 1"),
        ((np.ones((3, 2)), np.ones((1, 1))), r"\(3, 2\) and targets \(1, 1\)"),
        ((np.ones((1, 2)), np.ones((3, 1))), r"\(1, 2\) and targets \(3, 1\)"),
        ((np.empty((0, 2)), []), "no samples"),
        ((np.full((3, 2), math.nan), [0, 1, 1]), "not finite"),
        ((np.ones((3, 2)), [0, 1, 2]), "there is a 2"),
    ],
)
def test_held_out_samples_that_do_not_fit_are_refused_at_once(held_out: Any, words: str) -> None:
    for config in (TrainingConfig(), TrainingConfig(early_stopping=EarlyStopping())):
        with pytest.raises(SpecError, match=words):
            Trainer(BINARY, config, X, [0, 1, 1, 0, 1], held_out=held_out)
