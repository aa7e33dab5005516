from collections.abc import Callable
from dataclasses import replace
from typing import Any

import guide_style
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from nncore.divergence import Divergence, first_nonfinite
from nncore.errors import SpecError
from nncore.evaluation import Evaluator
from nncore.operations import replay
from nncore.spec import EarlyStopping, NetworkSpec, TrainingConfig, dense
from nncore.trainer import PHASES, Trainer

Array = NDArray[Any]

SPEC = dense(2, (5, 3), 1, activation="tanh")
LINEAR = dense(1, (), 1, output="identity", loss="mean_squared_error", dtype="float64")


def data(n: int = 23, spec: NetworkSpec = SPEC, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, spec.n_inputs))
    return X, np.repeat((X.sum(axis=1, keepdims=True) > 0).astype(float), spec.n_outputs, axis=1)


def trainer(
    batch_size: int | None = 5, seed: int = 1, learning_rate: float = 0.3, n: int = 23
) -> Trainer:
    return Trainer(SPEC, TrainingConfig(learning_rate, batch_size, seed), *data(n))


def bits(trainer: Trainer) -> bytes:
    return trainer.network.parameters.theta.tobytes()


def bits_after(trainer: Trainer, epochs: int = 3) -> bytes:
    for _ in range(epochs):
        trainer.step_epoch()
    return bits(trainer)


def ordered_rows(trainer: Trainer) -> Array:
    """The inputs of the epoch begun by this call, in the order in which they are used."""
    rows = []
    for _ in range(trainer.n_batches):
        trainer.step_batch()
        rows.append(trainer.trace.A[0].copy())
    return np.concatenate(rows)


# One step


@pytest.mark.parametrize("m", [1, 7])
def test_a_step_is_theta_minus_learning_rate_times_gradient(m: int) -> None:
    spec = dense(2, (3,), 1, dtype="float64")
    X, Y = data(m, spec)
    a = Trainer(spec, TrainingConfig(0.25), X, Y)
    W = [W.copy() for W in a.network.parameters.W.values()]
    b = [b.reshape(-1, 1).copy() for b in a.network.parameters.b.values()]
    dW, db = guide_style.gradients(W, b, ("relu", "sigmoid"), X.T, Y.T)
    a.step_batch()
    for l in (1, 2):
        assert_allclose(a.network.parameters.W[l], W[l - 1] - 0.25 * dW[l - 1], rtol=1e-13)
        assert_allclose(
            a.network.parameters.b[l], (b[l - 1] - 0.25 * db[l - 1])[:, 0], rtol=1e-12, atol=1e-16
        )


def test_a_step_in_numbers_worked_by_hand() -> None:
    # a = 2·3 + 1 = 7, loss (7 − 5)² = 4, delta 2 (7 − 5) = 4, gradient (4·3, 4)
    a = Trainer(
        LINEAR, TrainingConfig(0.1), np.array([[3.0]]), np.array([[5.0]]), np.array([2.0, 1.0])
    )
    a.step_batch()
    assert a.batch_loss() == 4
    assert a.trace.Z[1].tolist() == a.trace.A[1].tolist() == [[7]]
    assert a.trace.delta[1].tolist() == [[4]]
    assert a.network.gradient.theta.tolist() == [12, 4]
    assert_allclose(a.network.parameters.theta, [2 - 1.2, 1 - 0.4], rtol=1e-15)


def test_batch_loss_is_of_the_parameters_before_the_update() -> None:
    a = trainer(batch_size=None)
    before = Evaluator(a.network, *data()).evaluate()
    a.step_batch()
    after = Evaluator(a.network, *data()).evaluate()
    assert before is not None and after is not None
    assert a.batch_loss() == pytest.approx(before.loss, rel=1e-6)
    assert after.loss < before.loss - 1e-3


def test_batch_loss_is_of_the_last_batch_taken() -> None:
    a, spec = trainer(), SPEC
    for _ in range(2 * a.n_batches):
        W = [W.astype(float) for W in a.network.parameters.W.values()]
        b = [b.astype(float).reshape(-1, 1) for b in a.network.parameters.b.values()]
        a.step_batch()
        X = a.trace.A[0].astype(float).T
        Y = (X.sum(axis=0, keepdims=True) > 0).astype(float)
        A = guide_style.forward(W, b, [layer.activation for layer in spec.layers], X)[1][-1]
        assert a.batch_loss() == pytest.approx(guide_style.cost(A, Y, spec.loss), rel=1e-5)


# Batches, epochs and their order


@pytest.mark.parametrize("batch_size", [1, 4, 5, 22, 23, 24, None])
def test_an_epoch_taken_by_batch_equals_one_taken_whole(batch_size: int | None) -> None:
    whole, stepped = trainer(batch_size), trainer(batch_size)
    for _ in range(3):
        whole.step_epoch()
        for _ in range(stepped.n_batches):
            stepped.step_batch()
        assert bits(whole) == bits(stepped)
        assert (whole.epoch, whole.batch, whole.step) == (
            stepped.epoch,
            stepped.batch,
            stepped.step,
        )


def test_an_epoch_begun_by_batch_is_finished_by_step_epoch() -> None:
    whole, mixed = trainer(), trainer()
    whole.step_epoch()
    mixed.step_batch()
    mixed.step_batch()
    mixed.step_epoch()
    assert (mixed.epoch, mixed.batch) == (1, 0)
    assert bits(whole) == bits(mixed)


def test_same_seed_same_bits_and_another_seed_differs() -> None:
    assert bits_after(trainer(seed=4)) == bits_after(trainer(seed=4))
    assert bits(trainer(seed=4)) != bits(trainer(seed=5))


def test_the_seed_sets_the_order_apart_from_the_weights() -> None:
    theta = trainer().network.parameters.theta
    runs = [
        bits_after(Trainer(SPEC, TrainingConfig(0.3, 5, seed), *data(), theta))
        for seed in (4, 4, 5)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_the_global_random_state_has_no_say() -> None:
    np.random.seed(0)
    first = bits_after(trainer())
    np.random.seed(1)
    assert bits_after(trainer()) == first


def test_counters_count_what_is_completed() -> None:
    a = trainer()
    assert a.n_batches == 5
    seen = [(a.epoch, a.batch, a.step)]
    for _ in range(6):
        a.step_batch()
        seen.append((a.epoch, a.batch, a.step))
    assert seen == [(0, 0, 0), (0, 1, 1), (0, 2, 2), (0, 3, 3), (0, 4, 4), (1, 0, 5), (1, 1, 6)]


@given(n=st.integers(1, 30), batch_size=st.none() | st.integers(1, 35))
@settings(max_examples=60, deadline=None)
def test_every_epoch_covers_every_sample_once(n: int, batch_size: int | None) -> None:
    a, X = trainer(batch_size, n=n), data(n)[0].astype(np.float32)
    for _ in range(2):
        rows = ordered_rows(a)
        assert sorted(map(tuple, rows.tolist())) == sorted(map(tuple, X.tolist()))


def test_each_epoch_has_an_order_of_its_own() -> None:
    a = trainer()
    orders = {ordered_rows(a).tobytes() for _ in range(5)}
    assert len(orders) == 5
    assert data()[0].astype(np.float32).tobytes() not in orders


@pytest.mark.parametrize("batch_size", [23, 24, 1000, None])
def test_a_full_batch_is_not_shuffled(batch_size: int | None) -> None:
    a = trainer(batch_size)
    for _ in range(2):
        assert_array_equal(ordered_rows(a), data()[0].astype(np.float32))
    assert bits_after(a) == bits_after(trainer(None), 5)


def test_targets_move_with_their_inputs() -> None:
    a = Trainer(LINEAR, TrainingConfig(0.0, 3, 0), *([np.arange(1.0, 11).reshape(-1, 1)] * 2))
    for _ in range(2 * a.n_batches):
        a.step_batch()  # with theta 0 kept by rate 0 and y = x, delta = 2 (a − x) / m
        x, A = a.trace.A[0], a.trace.A[1]
        assert_allclose(a.trace.delta[1], 2 * (A - x) / len(x), rtol=1e-14)


def test_the_short_last_batch_is_used_with_its_own_size() -> None:
    x, theta = np.array([[1.0], [2.0], [4.0], [8.0], [16.0]]), np.array([0.5, 0.0])
    a = Trainer(LINEAR, TrainingConfig(1e-3, 3, 0), x, np.zeros((5, 1)), theta)
    sizes, expected = [], theta.copy()
    for _ in range(2 * a.n_batches):
        a.step_batch()
        batch = a.trace.A[0][:, 0]
        sizes.append(len(batch))
        delta = 2 * (expected[0] * batch + expected[1]) / len(batch)
        expected = expected - 1e-3 * np.array([delta @ batch, delta.sum()])
        assert_allclose(a.network.parameters.theta, expected, rtol=1e-13)
    assert sizes == [3, 2, 3, 2]


def test_data_is_copied() -> None:
    X, Y = data()
    a = Trainer(SPEC, TrainingConfig(0.3, 5, 1), X, Y)
    X[:], Y[:] = 99, 99
    assert bits_after(a) == bits_after(trainer())


# Phases and samples


def taken_by_phase(a: Trainer) -> None:
    a.step_phase()
    while a.phase:
        a.step_phase()


def taken_by_sample(a: Trainer) -> None:
    a.step_sample()
    while a.phase:
        a.step_sample()


@pytest.mark.parametrize("step", [taken_by_phase, taken_by_sample])
@pytest.mark.parametrize("batch_size", [None, 5, 1])
def test_an_epoch_taken_finer_equals_one_taken_whole(
    step: Callable[[Trainer], None], batch_size: int | None
) -> None:
    whole, stepped = trainer(batch_size), trainer(batch_size)
    for _ in range(3):
        whole.step_epoch()
        for _ in range(stepped.n_batches):
            step(stepped)
        assert bits(whole) == bits(stepped)
        assert stepped.network.gradient.theta.tobytes() == whole.network.gradient.theta.tobytes()
        assert (whole.epoch, whole.batch, whole.step) == (
            stepped.epoch,
            stepped.batch,
            stepped.step,
        )


def test_each_phase_brings_what_it_is_named_for_and_nothing_else() -> None:
    a, whole = trainer(), trainer()
    whole.step_batch()
    for tables in (a.trace.Z, a.trace.delta):
        for table in tables.values():
            table[...] = 99
    a.network.gradient.theta[...] = a.update.theta[...] = 99
    theta = bits(a)
    done = []
    for _ in PHASES:
        done.append(a.next_phase)
        a.step_phase()
        has_delta = "loss" in done
        assert_array_equal(a.trace.Z[3], whole.trace.Z[3])
        assert (a.trace.delta[3] != 99).all() == has_delta
        assert (a.trace.delta[1] != 99).all() == ("backward" in done)
        assert (a.network.gradient.theta != 99).all() == ("backward" in done)
        assert (a.update.theta != 99).all() == ("update" in done)
        assert (bits(a) != theta) == ("update" in done)
    assert done == list(PHASES)
    assert (a.step, a.phase) == (1, 0)
    assert bits(a) == bits(whole)


def test_samples_are_counted_and_the_last_one_brings_the_update() -> None:
    a = trainer()
    theta = bits(a)
    for i in range(4):
        a.step_sample()
        assert (a.sample, a.step, a.next_phase) == (i + 1, 0, "update")
    assert bits(a) == theta
    a.step_sample()
    assert (a.sample, a.step, a.phase) == (0, 1, 0)
    assert bits(a) != theta


def test_what_samples_add_to_the_gradient_sums_to_it() -> None:
    a = Trainer(replace(SPEC, dtype="float64"), TrainingConfig(0.3, 5, 1), *data())
    sums = []
    while a.step == 0:
        a.step_sample()
        i = (a.sample or a.trace.m) - 1
        sums.append(a.trace.sample_gradient(i))
        assert_allclose(a.trace.partial_gradient(i + 1), np.sum(sums, axis=0), atol=1e-15)
    assert_allclose(np.sum(sums, axis=0), a.network.gradient.theta, atol=1e-15)
    single = Trainer(
        replace(SPEC, dtype="float64"), TrainingConfig(0.3), a.trace.X[2:3], a.trace.Y[2:3]
    )
    single.network.parameters.theta[...] = a.network.parameters.theta + a.update.theta
    single.step_batch()
    assert_allclose(sums[2], single.network.gradient.theta / 5, rtol=1e-9, atol=1e-14)


def test_a_batch_begun_finely_is_finished_by_any_coarser_step() -> None:
    whole = trainer()
    whole.step_epoch()
    for begin in (Trainer.step_phase, Trainer.step_sample):
        for finish in (Trainer.step_batch, Trainer.step_epoch):
            a = trainer()
            begin(a)
            begin(a)
            finish(a)
            assert a.phase == a.sample == 0
            a.step_epoch() if a.batch else None
            assert bits(a) == bits(whole)


# The learning rate


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_new_learning_rate_takes_effect_at_the_next_step_and_does_nothing_else(
    dtype: str,
) -> None:
    spec = dense(2, (5,), 1, dtype=dtype)
    a, b = (Trainer(spec, TrainingConfig(0.5, 5, 3), *data()) for _ in range(2))
    for t in (a, b):
        t.step_batch()
    theta = a.network.parameters.theta.copy()
    a.learning_rate = 0.125
    assert a.learning_rate == 0.125
    assert_array_equal(a.network.parameters.theta, theta)
    a.step_batch()
    b.step_batch()
    assert_array_equal(a.trace.A[0], b.trace.A[0])
    assert_array_equal(a.network.gradient.theta, b.network.gradient.theta)
    updates = [theta - t.network.parameters.theta for t in (a, b)]
    tolerance = 1e-6 if dtype == "float32" else 1e-14
    assert_allclose(4 * updates[0], updates[1], rtol=1e-4, atol=tolerance)
    assert (a.epoch, a.batch, a.step) == (b.epoch, b.batch, b.step)


def test_a_learning_rate_changed_and_changed_back_leaves_no_trace() -> None:
    a = trainer(learning_rate=0.25)
    a.step_batch()
    a.learning_rate = 7
    a.learning_rate = 0.25
    assert bits_after(a) == bits_after(trainer(learning_rate=0.25))


def test_a_learning_rate_of_0_keeps_the_parameters() -> None:
    a = trainer(learning_rate=0)
    before = bits(a)
    assert bits_after(a) == before
    assert a.epoch == 3


@pytest.mark.parametrize("rate", [-0.1, float("nan"), float("inf")])
def test_an_impossible_learning_rate_is_refused_and_the_old_one_kept(rate: float) -> None:
    a = trainer(learning_rate=0.25)
    with pytest.raises(SpecError, match=str(rate)):
        a.learning_rate = rate
    assert a.learning_rate == 0.25


# Divergence


def diverging(batch_size: int | None = None) -> Trainer:
    # Linear, for a ReLU may die before it overflows.
    spec = dense(
        2,
        (6, 4),
        1,
        activation="identity",
        output="identity",
        loss="mean_squared_error",
        dtype="float64",
    )
    X, _ = data(40)
    return Trainer(spec, TrainingConfig(5.0, batch_size, 1), X, X[:, :1] * X[:, 1:] + 3)


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_step_that_would_diverge_is_not_made(batch_size: int | None) -> None:
    a = diverging(batch_size)
    with np.errstate(all="ignore"):
        while a.divergence is None:
            before, step = bits(a), a.step
            a.step_batch()
    assert bits(a) == before
    assert a.step == step
    assert (a.divergence.step, a.divergence.epoch) == (step + 1, a.epoch + 1)
    assert np.isfinite(a.network.parameters.theta).all()
    found = first_nonfinite(a.network, a.trace)
    assert found == (a.divergence.what, a.divergence.layer)


def test_it_stops_at_the_first_loss_or_gradient_that_is_not_finite() -> None:
    a, watched = diverging(2), diverging(2)
    gradient, theta = watched.network.gradient.theta, watched.network.parameters.theta
    with np.errstate(all="ignore"):
        while a.divergence is None:
            a.step_batch()
        for _ in range(a.step):  # the same steps by hand, with nothing that looks
            watched._load_batch()
            replay(watched._plan.passes)
            assert np.isfinite(watched.trace.loss())
            assert np.isfinite(gradient).all()
            theta -= 5.0 * gradient
            watched._n_taken = (watched._n_taken + 2) % 40
        watched._load_batch()
        replay(watched._plan.passes)
        assert not (np.isfinite(watched.trace.loss()) and np.isfinite(gradient).all())


def test_after_divergence_steps_do_nothing() -> None:
    a = diverging(7)
    with np.errstate(all="ignore"):
        while a.divergence is None:
            a.step_batch()
    state = (a.epoch, a.batch, a.step, a.phase, a.divergence, bits(a), a.trace)
    a.step_batch()
    a.step_epoch()
    a.step_phase()
    a.step_sample()
    assert (a.epoch, a.batch, a.step, a.phase, a.divergence, bits(a), a.trace) == state
    assert a.has_ended


def test_a_run_whose_update_overflowed_goes_on_at_a_lower_rate() -> None:
    theta = np.array([1e150, 0.0])
    a = Trainer(LINEAR, TrainingConfig(1e300), [[1.0]], [[0.0]], theta)
    with np.errstate(all="ignore"):
        a.step_batch()
        assert a.divergence is not None
        a.learning_rate = 0.25
        assert not a.has_ended
        a.step_batch()
    assert a.step == 1
    assert_allclose(a.network.parameters.theta, [0.5e150, -0.5e150])


def test_divergence_by_phase_stops_before_the_update_with_all_to_be_read() -> None:
    a = diverging()
    with np.errstate(all="ignore"):
        while a.divergence is None:
            a.step_phase()
    assert a.next_phase == "update"
    assert not np.isfinite(a.network.gradient.theta).all()
    assert np.isfinite(a.network.parameters.theta).all()


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_divergence_names_the_layer_whose_pre_activation_overflows_first(layer: int) -> None:
    spec = dense(
        1,
        (1, 1),
        1,
        activation="relu",
        output="identity",
        loss="mean_squared_error",
        dtype="float64",
    )
    a = Trainer(spec, TrainingConfig(0.1), np.array([[2.0]]), np.array([[0.0]]), np.ones(6))
    for l in range(1, 4):
        a.network.parameters.b[l][:] = 0
    a.network.parameters.W[layer][:] = 1e308
    with np.errstate(all="ignore"):
        a.step_epoch()
    assert a.divergence == Divergence(1, 1, layer, "pre-activation")


@pytest.mark.parametrize(
    ("x", "w1", "w2", "layer"),
    [(1e200, 1e-200, 1e-80, 1), (1.0, 1e150, 1e-160, 2), (1e210, 1e-60, 1e-100, 2)],
    ids=["first", "second", "both, the second before the first"],
)
def test_divergence_in_the_way_back_names_the_gradient_that_overflows_first(
    x: float, w1: float, w2: float, layer: int
) -> None:
    # a = w₂ w₁ x; with |a| as the loss, weighted by v: ∂loss/∂w₂ = v w₁ x, ∂loss/∂w₁ = v w₂ x
    spec = dense(
        1,
        (1,),
        1,
        activation="identity",
        output="identity",
        loss="mean_absolute_error",
        dtype="float64",
    )
    theta = np.array([w1, 0.0, w2, 0.0])
    a = Trainer(spec, TrainingConfig(0.1), [[x]], [[0.0]], theta, sample_weights=[1e200])
    with np.errstate(all="ignore"):
        a.step_epoch()
    assert a.divergence == Divergence(1, 1, layer, "gradient")
    assert_array_equal(a.network.parameters.theta, theta)


def test_divergence_in_the_update_names_the_weight() -> None:
    theta = np.array([1e150, 0.0])
    a = Trainer(LINEAR, TrainingConfig(1e300), np.array([[1.0]]), np.array([[0.0]]), theta)
    with np.errstate(all="ignore"):
        a.step_epoch()
    assert a.divergence == Divergence(1, 1, 1, "weight")
    assert_array_equal(a.network.parameters.theta, theta)


def test_a_loss_that_is_not_finite_is_named_though_the_gradient_is() -> None:
    # (a − y)² overflows, 2 (a − y) does not
    theta = np.array([1e160, 0.0])
    a = Trainer(LINEAR, TrainingConfig(0.1), np.array([[1.0]]), np.array([[0.0]]), theta)
    with np.errstate(all="ignore"):
        a.step_batch()
    assert a.divergence == Divergence(1, 1, 1, "loss")
    assert_array_equal(a.network.parameters.theta, theta)


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("sigmoid", "binary_crossentropy"),
        ("identity", "mean_absolute_error"),
        ("identity", "huber"),
    ],
)
@pytest.mark.parametrize("typed_in", [False, True])
def test_an_infinite_logit_is_found_beside_a_gradient_that_is_small(
    output: str, loss: str, label: float, typed_in: bool
) -> None:
    # w x overflows; the gradient by w is x (a − y) or ± x, as small as can be
    spec = dense(1, (), 1, output=output, loss=loss)
    theta = np.array([1e37, 0.0], np.float32)
    X, Y = np.array([[100.0]]), np.array([[label]])
    a = Trainer(spec, TrainingConfig(0.1), X, Y, 0 * theta if typed_in else theta)
    if typed_in:
        a.step_batch()
        a.set_parameter(0, 1e37)
        a.step_batch()
    else:
        a.step_batch()
    assert a.divergence == Divergence(a.epoch + 1, a.step + 1, 1, "pre-activation")
    assert a.step == typed_in


def test_averages_of_the_optimiser_that_overflow_are_undone_too() -> None:
    # in float32 the square of 1e20 is infinite, and Adam would never move again
    spec = dense(1, (), 1, output="identity", loss="mean_squared_error")
    config = TrainingConfig(0.1, optimizer="adam")
    a = Trainer(spec, config, np.array([[1e10]]), np.array([[1e10]]), np.zeros(2, np.float32))
    with np.errstate(all="ignore"):
        a.step_batch()
    assert a.divergence == Divergence(1, 1, 1, "state of the optimiser")
    assert not any(slot.any() for slot in a.slots.values())
    assert not a.network.parameters.theta.any()


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_what_an_enormous_gradient_has_left_in_the_optimiser_is_looked_at(optimizer: str) -> None:
    # at rate 0 the velocity becomes enormous, and theta does not
    spec = dense(1, (), 1, output="identity", loss="mean_squared_error")
    config = TrainingConfig(0.0, 1, 0, optimizer)
    big, small = [[1e18], [1.0]], [[1e18], [0.0]]
    a = Trainer(spec, config, big, small, np.zeros(2, np.float32))
    while a.step == 0 or a.trace.X[0, 0] == 1:
        a.step_batch()
    b = Trainer(spec, config, big, small, np.zeros(2, np.float32))
    b.restore(a.snapshot())
    for t in (a, b):
        t.configure(replace(config, learning_rate=1e4))
        for _ in range(4):
            t.step_batch()
        assert np.isfinite(t.network.parameters.theta).all()
        assert t.divergence is not None


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_runaway_always_ends_in_finite_parameters(optimizer: str, dtype: str) -> None:
    spec = dense(2, (6,), 1, activation="identity", output="identity", loss="mean_squared_error")
    X, _ = data(40)
    config = TrainingConfig(1e9, 7, 1, optimizer, l2=0.1)
    a = Trainer(replace(spec, dtype=dtype), config, X, X[:, :1] * X[:, 1:] + 3)
    with np.errstate(all="ignore"):
        for _ in range(400):
            a.step_batch()
    assert np.isfinite(a.network.parameters.theta).all()
    assert all(np.isfinite(slot).all() for slot in a.slots.values())
    if optimizer in ("sgd", "momentum", "nesterov"):
        assert a.divergence is not None


def test_large_but_finite_parameters_are_no_divergence() -> None:
    theta = np.array([1e200, 0.0])  # its square overflows
    a = Trainer(LINEAR, TrainingConfig(0.0), np.array([[1e-200]]), np.array([[1.0]]), theta)
    with np.errstate(all="ignore"):
        a.step_epoch()
    assert a.divergence is None
    assert_array_equal(a.network.parameters.theta, theta)


def test_large_but_finite_parameters_are_kept_after_a_change_of_the_learning_rate_too() -> None:
    # a = 10¹⁵⁰, ∂loss/∂w = ∂loss/∂b = 2·10¹⁵⁰, taken at rate 0 and then at rate 0.1
    ones, theta = np.ones((2, 1)), np.array([1e150, 0.0])
    a = Trainer(LINEAR, TrainingConfig(0.0, batch_size=1), ones, 0 * ones, theta)
    with np.errstate(all="ignore"):
        a.step_batch()
        a.learning_rate = 0.1
        a.step_batch()
    assert a.divergence is None
    assert_allclose(a.network.parameters.theta, [0.8e150, -0.2e150], rtol=1e-14)


# Evaluation


def test_evaluation_is_loss_and_accuracy_under_the_current_parameters() -> None:
    X, Y = data(40, seed=9)
    a = trainer()
    evaluator = Evaluator(a.network, X, Y)
    for _ in range(2):
        a.step_epoch()
        evaluation, P = evaluator.evaluate(), a.network.predict(X).astype(float)
        assert evaluation is not None
        assert evaluation.loss == pytest.approx(
            guide_style.cost(P, Y, "binary_crossentropy"), rel=1e-5
        )
        assert evaluation.accuracy == ((P > 0.5) == Y).mean()
        assert_array_equal(evaluator.trace.A[3], a.network.predict(X))


def test_regression_is_evaluated_without_an_accuracy() -> None:
    a = Trainer(LINEAR, TrainingConfig(), *([np.ones((3, 1))] * 2), np.array([3.0, 0.0]))
    evaluation = Evaluator(a.network, np.ones((2, 1)), np.ones((2, 1))).evaluate()
    assert evaluation is not None
    assert (evaluation.loss, evaluation.accuracy) == (4, None)


def test_an_empty_set_evaluates_to_none() -> None:
    evaluator = Evaluator(trainer().network, np.empty((0, 2)), np.empty((0, 1)))
    assert evaluator.evaluate() is None


def test_the_evaluators_gradient_is_that_of_its_whole_set() -> None:
    a = trainer(batch_size=None, learning_rate=0)
    a.step_epoch()
    expected = a.network.gradient.theta.copy()
    a.network.gradient.theta[:] = 0
    evaluator = Evaluator(a.network, *data())
    evaluator.evaluate()
    evaluator.backward()
    assert_allclose(a.network.gradient.theta, expected, rtol=1e-5, atol=1e-8)


def test_looking_never_changes_the_bits_of_training() -> None:
    watched = trainer()
    evaluator = Evaluator(watched.network, *data(11, seed=5))
    for _ in range(3):
        for _ in range(watched.n_batches):
            watched.step_batch()
            watched.batch_loss()
            evaluator.evaluate()
            evaluator.backward()
            watched.network.predict(np.ones((3, 2)))
            watched.network.trace(4)
            watched.network.parameters.layer_rms()
    assert bits(watched) == bits_after(trainer())


# What is refused


def test_tables_of_other_widths_are_refused_with_the_numbers() -> None:
    with pytest.raises(SpecError, match=r"takes 2 inputs and gives 1 outputs.*has 3 and 1"):
        Trainer(SPEC, TrainingConfig(), np.ones((4, 3)), np.ones((4, 1)))
    with pytest.raises(SpecError, match=r"takes 2 inputs and gives 1 outputs.*has 2 and 5"):
        Trainer(SPEC, TrainingConfig(), np.ones((4, 2)), np.ones((4, 5)))


def test_tables_of_unequal_length_or_other_rank_are_refused_with_their_shapes() -> None:
    with pytest.raises(SpecError, match=r"\(4, 2\).*\(3, 1\)"):
        Trainer(SPEC, TrainingConfig(), np.ones((4, 2)), np.ones((3, 1)))
    with pytest.raises(SpecError, match=r"\(4, 2\).*\(4,\)"):
        Trainer(
            dense(2, (), 1, output="identity", loss="mean_squared_error"),
            TrainingConfig(),
            np.ones((4, 2)),
            np.ones(4),
        )


def test_no_samples_are_refused() -> None:
    with pytest.raises(SpecError, match="no samples"):
        Trainer(SPEC, TrainingConfig(), np.empty((0, 2)), np.empty((0, 1)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", [0, 1])
def test_data_that_is_not_finite_is_refused(value: float, which: int) -> None:
    tables = data()
    tables[which][7, 0] = value
    with pytest.raises(SpecError, match="not finite"):
        Trainer(SPEC, TrainingConfig(), *tables)


@pytest.mark.parametrize("which", [0, 1])
def test_data_that_is_not_finite_in_float32_is_refused(which: int) -> None:
    tables = data()
    tables[which][7, 0] = 1e39
    with pytest.raises(SpecError, match="finite"):
        Trainer(SPEC, TrainingConfig(), *tables)


def test_buffers_of_absurd_size_are_refused_before_they_are_made() -> None:
    X = np.zeros((200_000, 1))
    wide = dense(1, (4096, 4096), 1)
    with pytest.raises(SpecError, match=r"200,000 samples through 1-4096-4096-1 .* 31 GiB"):
        Trainer(wide, TrainingConfig(), X, X)


def test_a_watched_set_of_absurd_size_is_refused_at_once_too() -> None:
    X, wide = np.zeros((200_000, 1)), dense(1, (4096, 4096), 1)
    config = TrainingConfig(batch_size=32, early_stopping=EarlyStopping())
    with pytest.raises(SpecError, match=r"200,000 samples .* 31 GiB"):
        Trainer(wide, config, X, X)
    a = Trainer(wide, replace(config, early_stopping=None), X, X)
    with pytest.raises(SpecError, match=r"200,000 samples .* 31 GiB"):
        a.configure(config)


def test_a_theta_of_another_length_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=r"\(3,\).*\(37,\)"):
        Trainer(SPEC, TrainingConfig(), *data(), np.zeros(3))


def test_training_from_a_given_theta_leaves_that_array_alone() -> None:
    theta = np.full(SPEC.n_parameters, 0.1, np.float32)
    bits_after(Trainer(SPEC, TrainingConfig(), *data(), theta))
    assert_array_equal(theta, np.full(SPEC.n_parameters, 0.1, np.float32))
