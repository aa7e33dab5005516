"""What may be changed during a run takes effect at the next step, and nothing else happens."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nncore.errors import SpecError
from nncore.optimizers import OPTIMIZERS
from nncore.spec import EarlyStopping, NetworkSpec, Schedule, TrainingConfig, dense
from nncore.timeline import Timeline
from nncore.trainer import Trainer

SPEC = dense(2, (5, 3), 1, activation="tanh", dtype="float64")
CONFIG = TrainingConfig(0.25, batch_size=5, seed=1)
X = np.random.default_rng(0).normal(size=(23, 2))
Y = (X.sum(axis=1) > 0).astype(int)

CHANGES: dict[str, dict[str, Any]] = {
    "learning rate": {"learning_rate": 0.01},
    "momentum": {"optimizer": "nesterov", "momentum": 0.5},
    "l1": {"l1": 0.1},
    "l2": {"l2": 0.1},
    "weight decay": {"weight_decay": 0.1},
    "clip norm": {"clip_norm": 1e-3},
    "clip value": {"clip_value": 1e-3},
    "batch size": {"batch_size": 4},
    "schedule": {"schedule": Schedule("exponential", factor=0.5, warm_up=9)},
    "adam": {"optimizer": "adam"},
}


def trainer(config: TrainingConfig = CONFIG, spec: NetworkSpec = SPEC) -> Trainer:
    return Trainer(spec, config, X, Y)


def bits(a: Trainer) -> bytes:
    return a.network.parameters.theta.tobytes()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_takes_effect_at_the_next_step_and_moves_nothing_itself(name: str) -> None:
    a, b = trainer(), trainer()
    for t in (a, b):
        t.step_batch()
        t.step_batch()
    seen = (bits(a), a.trace, a.step, a.epoch, a.batch)
    a.configure(replace(CONFIG, **CHANGES[name]))
    assert (bits(a), a.trace, a.step, a.epoch, a.batch) == seen
    a.step_batch()
    b.step_batch()
    assert bits(a) != bits(b)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_and_back_before_the_next_step_leaves_no_trace(name: str) -> None:
    a, b = trainer(), trainer()
    for t in (a, b):
        t.step_batch()
    a.configure(replace(CONFIG, **CHANGES[name]))
    a.configure(CONFIG)
    for _ in range(7):
        a.step_batch()
        b.step_batch()
    assert bits(a) == bits(b)


@pytest.mark.parametrize("name", CHANGES)
def test_a_run_begun_with_the_change_is_the_run_changed_before_its_first_step(name: str) -> None:
    changed, begun = trainer(), trainer(replace(CONFIG, **CHANGES[name]))
    changed.configure(begun.config)
    for _ in range(12):
        changed.step_batch()
        begun.step_batch()
    assert bits(changed) == bits(begun)


@pytest.mark.parametrize("phase", [1, 2, 3])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_amid_a_batch_is_one_made_before_it(name: str, phase: int) -> None:
    amid, before = trainer(), trainer()
    for t in (amid, before):
        t.step_batch()
    for _ in range(phase):
        amid.step_phase()
    for t in (amid, before):
        t.configure(replace(CONFIG, **CHANGES[name]))
    assert amid.phase == phase
    for _ in range(7):
        amid.step_batch()
        before.step_batch()
    assert bits(amid) == bits(before)


def test_another_batch_size_takes_the_rest_of_the_epoch_in_the_same_order() -> None:
    a, b = trainer(), trainer()
    rows = []
    for t, size in ((a, 5), (b, 8)):
        t.step_batch()
        t.configure(replace(CONFIG, batch_size=size))
        taken = [t.trace.X.copy()]
        sizes = []
        while t.epoch == 0:
            t.step_batch()
            taken.append(t.trace.X.copy())
            sizes.append(t.trace.m)
        rows.append((np.concatenate(taken), sizes))
    assert_array_equal(rows[0][0], rows[1][0])
    assert (rows[0][1], rows[1][1]) == ([5, 5, 5, 3], [8, 8, 2])


@pytest.mark.parametrize("size", [None, 1000])
def test_all_samples_in_one_batch_amid_an_epoch_takes_the_rest_and_then_all(
    size: int | None,
) -> None:
    a = trainer()
    a.step_batch()
    a.configure(replace(CONFIG, batch_size=size))
    assert a.n_batches == 2
    a.step_batch()
    assert (a.trace.m, a.epoch, a.batch) == (18, 1, 0)
    a.step_batch()
    assert (a.trace.m, a.epoch) == (23, 2)
    assert_array_equal(a.trace.X, X)
    a.configure(CONFIG)
    assert a.n_batches == 5


def test_batches_count_what_was_taken_and_what_is_left() -> None:
    a = trainer()
    counts = []
    for size in (5, 4, 9, 1):
        a.configure(replace(CONFIG, batch_size=size))
        a.step_batch()
        counts.append((a.batch, a.n_batches, round(23 * a.epochs)))
    assert counts == [(1, 5, 5), (2, 6, 9), (3, 4, 18), (4, 8, 19)]


def test_another_optimizer_starts_with_empty_slots() -> None:
    a = trainer(replace(CONFIG, optimizer="adam"))
    a.step_batch()
    assert all(slot.any() for slot in a.slots.values())
    a.configure(replace(CONFIG, optimizer="adam", learning_rate=1.0))
    assert all(slot.any() for slot in a.slots.values())
    for name, optimizer in OPTIMIZERS.items():
        if name != "adam":
            a.configure(replace(CONFIG, optimizer=name))
            assert tuple(a.slots) == optimizer.slots
            assert not any(slot.any() for slot in a.slots.values())


def test_momentum_and_betas_keep_what_has_been_gathered() -> None:
    a = trainer(replace(CONFIG, optimizer="momentum"))
    a.step_batch()
    v = a.slots["v"].copy()
    a.configure(replace(a.config, momentum=0.25))
    a.step_batch()
    assert_allclose(a.slots["v"], 0.25 * v + a.network.gradient.theta, rtol=1e-14)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"seed": 2}, "seed"), ({"class_weights": (1.0, 2.0)}, "class weights")],
)
def test_what_belongs_to_the_beginning_is_refused(change: dict[str, Any], words: str) -> None:
    a = trainer()
    a.step_batch()
    with pytest.raises(SpecError, match=f"{words} can't be changed"):
        a.configure(replace(CONFIG, **change))
    assert a.config == CONFIG


def test_what_is_impossible_is_refused_and_the_run_goes_on() -> None:
    a, b = (
        trainer(spec=replace(SPEC, dtype="float32")),
        trainer(spec=replace(SPEC, dtype="float32")),
    )
    a.step_phase()
    for name in ("learning_rate", "l1", "l2", "weight_decay", "clip_norm", "clip_value"):
        with pytest.raises(SpecError, match=f"{name.replace('_', ' ')} 1e.39 .* float32"):
            a.configure(replace(CONFIG, **{name: 1e39}))
    a.step_epoch()
    b.step_epoch()
    assert bits(a) == bits(b)


# Single parameters


def test_a_parameter_is_set_and_training_goes_on_from_it() -> None:
    a, b = trainer(), trainer()
    a.set_parameter(4, -0.75)
    assert a.network.parameters.theta[4] == -0.75
    b.network.parameters.theta[4] = -0.75
    a.step_epoch()
    b.step_epoch()
    assert bits(a) == bits(b)


def test_a_parameter_set_amid_a_batch_is_seen_at_once() -> None:
    a, b = trainer(), trainer()
    b.set_parameter(4, -0.75)
    for t in (a, b):
        for _ in range(3):
            t.step_phase()
    assert (a.trace.Z[1] != b.trace.Z[1]).any()
    a.set_parameter(4, -0.75)
    assert_array_equal(a.trace.Z[1], b.trace.Z[1])
    assert_array_equal(a.network.gradient.theta, b.network.gradient.theta)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39])
def test_a_parameter_that_is_not_finite_is_refused(value: float) -> None:
    a = trainer(spec=replace(SPEC, dtype="float32"))
    before = bits(a)
    with pytest.raises(SpecError, match="finite in float32"):
        a.set_parameter(0, value)
    assert bits(a) == before


@pytest.mark.parametrize("index", [-1, 37])
def test_a_parameter_that_there_is_not_is_refused_with_the_numbers(index: int) -> None:
    with pytest.raises(SpecError, match=f"no parameter {index}; they go from 0 to 36"):
        trainer().set_parameter(index, 0.0)


# Snapshots into another trainer, and refusals


def test_a_snapshot_goes_into_a_new_trainer_of_the_same_making() -> None:
    config = replace(
        CONFIG,
        optimizer="adam",
        schedule=Schedule("plateau", patience=1),
        early_stopping=EarlyStopping(30),
    )
    a = trainer(config)
    for _ in range(33):
        a.step_batch()
    a.step_sample()
    a.step_sample()
    b = trainer(CONFIG)
    b.restore(a.snapshot())
    assert (b.sample, b.phase, b.step) == (2, 3, 33)
    for _ in range(50):
        a.step_batch()
        b.step_batch()
    assert bits(a) == bits(b)
    assert a.best_theta is not None
    assert b.best_theta is not None
    assert_array_equal(a.best_theta, b.best_theta)


def test_a_snapshot_of_another_network_is_refused_with_the_numbers() -> None:
    others = (
        trainer(spec=dense(2, (4,), 1)),
        trainer(spec=dense(2, (5, 3), 1, dtype="float64")),
        Trainer(SPEC, CONFIG, X[:9], Y[:9]),
    )
    for other in others:
        with pytest.raises(SpecError, match=r"of another run: 2-.* samples, not 2-5-3-1 on 23"):
            trainer().restore(other.snapshot())


def test_a_snapshot_is_not_changed_by_going_on() -> None:
    a = trainer(replace(CONFIG, optimizer="adam"))
    a.step_batch()
    snapshot = a.snapshot()
    before = (snapshot.theta.copy(), snapshot.slots.copy(), dict(snapshot.order_state))
    for _ in range(20):
        a.step_batch()
    a.restore(snapshot)
    for _ in range(20):
        a.step_batch()
    assert_array_equal(snapshot.theta, before[0])
    assert_array_equal(snapshot.slots, before[1])
    assert snapshot.order_state == before[2]


def test_after_a_restore_the_loss_of_the_last_batch_is_not_known_until_the_next() -> None:
    a, b = trainer(), trainer()
    for _ in range(7):
        a.step_batch()
    b.restore(a.snapshot())
    assert b.batch_loss() is None
    a.step_batch()
    b.step_batch()
    assert a.batch_loss() == b.batch_loss()
    assert a.batch_loss() is not None


def test_a_fresh_trainer_shows_zeros_and_no_loss() -> None:
    a = trainer()
    assert a.batch_loss() is None
    assert not any(Z.any() for Z in a.trace.Z.values())
    assert not any(delta.any() for delta in a.trace.delta.values())


@pytest.mark.parametrize(
    ("theta", "words"),
    [
        (np.zeros(3), r"shape \(3,\), not \(37,\)"),
        (np.full(37, 1e300), "not finite in float32"),
        (np.full(37, np.nan), "not finite in float32"),
        ([0.0] * 36, r"shape \(36,\)"),
    ],
)
def test_initial_parameters_that_do_not_fit_are_refused(theta: Any, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Trainer(replace(SPEC, dtype="float32"), CONFIG, X, Y, theta)


def test_clipping_by_norm_holds_for_enormous_gradients_too() -> None:
    spec = dense(1, (), 1, output="identity", loss="mean_absolute_error", dtype="float64")
    a = Trainer(spec, TrainingConfig(0.5, clip_norm=1.0), [[1e160]], [[0.0]], np.array([1.0, 0.0]))
    a.step_batch()
    assert a.divergence is None
    assert_allclose(a.network.gradient.theta, [1.0, 0.0], atol=1e-15)
    assert a.network.parameters.theta[0] == 0.5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Trainer(CONFIG, SPEC, X, Y), "a NetworkSpec and then a TrainingConfig"),  # type: ignore[arg-type]
        (lambda: Trainer(SPEC, CONFIG, [[1, 2], [3]], [0, 1]), "Inputs .* of equal length"),
        (lambda: Trainer(SPEC, CONFIG, [["a", "b"]], [0]), "Inputs must be real numbers, not str"),
        (lambda: Trainer(SPEC, CONFIG, X * 1j, Y), "Inputs must be real numbers, not complex"),
        (lambda: Trainer(SPEC, CONFIG, X, ["a"] * 23), "Targets must be real numbers"),
        (lambda: Trainer(SPEC, CONFIG, X, Y, held_out=X), "a pair: inputs and targets"),  # type: ignore[arg-type]
        (lambda: trainer().configure("x"), "a TrainingConfig, not 'x'"),  # type: ignore[arg-type]
        (lambda: Timeline(trainer()).configure(None), "a TrainingConfig, not None"),  # type: ignore[arg-type]
        (lambda: Timeline(trainer()).seek("x"), "whole number, not 'x'"),  # type: ignore[arg-type]
        (lambda: Timeline(trainer()).seek(1.5), "whole number, not 1.5"),  # type: ignore[arg-type]
        (lambda: dense(2, 4, 1), "hidden layers are a list of numbers, not 4"),  # type: ignore[arg-type]
        (lambda: NetworkSpec(2, 5, "huber"), "a list of LayerSpec, not 5"),  # type: ignore[arg-type]
        (lambda: TrainingConfig("0.1"), "finite, not '0.1'"),  # type: ignore[arg-type]
    ],
)
def test_what_is_of_another_kind_is_refused_in_a_sentence(
    make: Callable[[], object], words: str
) -> None:
    with pytest.raises(SpecError, match=words):
        make()
