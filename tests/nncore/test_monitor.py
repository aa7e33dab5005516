"""Early stopping and the rate reduced on a plateau, in real runs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nncore.evaluation import Evaluator
from nncore.monitor import Patience, Plateau
from nncore.spec import EarlyStopping, Schedule, TrainingConfig, dense
from nncore.trainer import Trainer

rng = np.random.default_rng(0)
X, X_HELD = rng.normal(size=(40, 2)), rng.normal(size=(60, 2))
NOISE = rng.random(40) < 0.25
Y = (X.sum(axis=1) > 0) ^ NOISE
Y_HELD = X_HELD.sum(axis=1) > 0
SPEC = dense(2, (16,), 1, activation="tanh")
CONFIG = TrainingConfig(0.05, 8, 1, "adam", early_stopping=EarlyStopping(patience=6))


def trainer(config: TrainingConfig = CONFIG) -> Trainer:
    return Trainer(SPEC, config, X, Y.astype(int), held_out=(X_HELD, Y_HELD.astype(int)))


def held_out_losses(config: TrainingConfig, epochs: int) -> list[float]:
    """Held-out loss after each epoch of a run that nothing stops, and the parameters."""
    a = trainer(replace(config, early_stopping=None))
    evaluator = Evaluator(a.network, X_HELD, Y_HELD.astype(int))
    losses = []
    for _ in range(epochs):
        a.step_epoch()
        losses.append(evaluator.loss())
    return losses


@pytest.mark.parametrize("patience", [1, 3, 6])
@pytest.mark.parametrize("min_delta", [0.0, 0.01])
def test_it_stops_after_so_many_epochs_without_improvement(patience: int, min_delta: float) -> None:
    losses = held_out_losses(CONFIG, 120)
    best, best_epoch, expected = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - min_delta:
            best, best_epoch = loss, epoch
        if epoch - best_epoch == patience:
            expected = epoch
            break
    assert expected  # or this test would show nothing
    a = trainer(replace(CONFIG, early_stopping=EarlyStopping(patience, min_delta)))
    for _ in range(120):
        a.step_epoch()
    assert a.stopped is not None
    assert (a.stopped.epoch, a.stopped.best_epoch) == (expected, best_epoch)
    assert a.stopped.best_loss == best
    assert a.epoch == expected


def test_the_best_parameters_are_put_back_and_stay() -> None:
    a = trainer()
    after_epoch = []
    while a.stopped is None:
        a.step_epoch()
        after_epoch.append(a.network.parameters.theta.copy())
    plain = trainer(replace(CONFIG, early_stopping=None))
    for _ in range(a.stopped.best_epoch):
        plain.step_epoch()
    assert_array_equal(a.network.parameters.theta, plain.network.parameters.theta)
    state = (a.step, a.network.parameters.theta.tobytes())
    a.step_epoch()
    a.step_phase()
    a.step_sample()
    assert (a.step, a.network.parameters.theta.tobytes()) == state
    evaluator = Evaluator(a.network, X_HELD, Y_HELD.astype(int))
    assert evaluator.loss() == a.stopped.best_loss


def test_a_stopped_run_goes_on_from_the_best_epoch_when_something_is_changed() -> None:
    a = trainer()
    while a.stopped is None:
        a.step_epoch()
    epoch, best = a.epoch, a.stopped.best_loss
    a.configure(replace(a.config, learning_rate=0.001))
    assert a.stopped is None
    for _ in range(5):
        a.step_epoch()
    assert a.epoch == epoch + 5  # less than its patience
    while a.stopped is None:
        a.step_epoch()
    assert a.stopped.best_loss <= best
    a.configure(replace(a.config, early_stopping=None))
    for _ in range(20):
        a.step_epoch()
    assert not a.has_ended


def test_without_held_out_samples_the_training_loss_is_watched() -> None:
    config = replace(CONFIG, early_stopping=EarlyStopping(2), learning_rate=0.0)
    a = Trainer(SPEC, config, X, Y.astype(int))
    for _ in range(10):
        a.step_epoch()
    assert a.stopped is not None
    assert (a.stopped.epoch, a.stopped.best_epoch) == (3, 1)
    assert a.stopped.best_loss == Evaluator(a.network, X, Y.astype(int)).loss()


def test_nothing_is_watched_when_nothing_depends_on_it() -> None:
    a = trainer(replace(CONFIG, early_stopping=None))
    a.step_epoch()
    assert a.best_theta is None
    assert a._monitor._evaluator is None


def test_the_rate_falls_on_a_plateau() -> None:
    schedule = Schedule("plateau", factor=0.5, patience=1, floor=0.1)
    config = replace(CONFIG, early_stopping=None, schedule=schedule, learning_rate=0.08)
    a = trainer(config)
    evaluator = Evaluator(a.network, X_HELD, Y_HELD.astype(int))
    best, waited, rate, rates = np.inf, 0, 0.08, []
    for _ in range(60):
        a.step_batch()
        rates.append(a.current_learning_rate)
        assert a.current_learning_rate == pytest.approx(rate, rel=1e-6)
        a.step_epoch()
        loss = evaluator.loss()
        if loss < best * (1 - 1e-4):
            best, waited = loss, 0
        else:
            waited += 1
        if waited > 1:
            rate, waited = max(rate * 0.5, 0.008), 0
    assert len(set(rates)) == 5  # 0.08, 0.04, 0.02, 0.01 and the floor
    assert a.learning_rate == 0.08


def test_a_plateau_is_not_counted_during_the_warm_up() -> None:
    schedule = Schedule("plateau", factor=0.5, patience=0, warm_up=5)
    a = trainer(replace(CONFIG, early_stopping=None, schedule=schedule, learning_rate=0.0))
    for _ in range(5):
        a.step_epoch()
    assert a._monitor.plateau == Plateau()
    for _ in range(3):
        a.step_epoch()
    assert a._monitor.plateau.factor == 0.25


def test_a_loss_that_is_not_a_number_is_no_improvement() -> None:
    stopping = EarlyStopping(3)
    state = Patience().after(1.0, 1, stopping).after(float("nan"), 2, stopping)
    assert (state.best, state.best_epoch, state.waited) == (1.0, 1, 1)
    plateau = Plateau().after(float("nan"), Schedule("plateau", patience=0))
    assert plateau.factor == pytest.approx(0.1)


def test_the_plateau_is_forgotten_with_its_schedule() -> None:
    plateau = Schedule("plateau", factor=0.1, patience=0)
    config = replace(CONFIG, early_stopping=None, schedule=plateau, learning_rate=0.0)
    a = trainer(config)
    for _ in range(4):
        a.step_epoch()
    assert a._monitor.plateau.factor < 1e-2
    a.configure(replace(config, learning_rate=0.1, schedule=Schedule()))
    a.step_epoch()
    assert a.current_learning_rate == pytest.approx(0.1)
    a.configure(config)
    assert a._monitor.plateau == Plateau()


def test_early_stopping_switched_on_anew_begins_anew() -> None:
    on = replace(CONFIG, early_stopping=EarlyStopping(5), learning_rate=0.0)
    a = trainer(on)
    for _ in range(4):
        a.step_epoch()
    a.configure(replace(on, early_stopping=None))
    a.set_parameter(SPEC.n_parameters - 1, 3.0)
    for _ in range(10):
        a.step_epoch()
    a.configure(on)
    assert a.best_theta is None
    for _ in range(5):
        a.step_epoch()
    assert a.stopped is None
    a.step_epoch()
    assert a.stopped is not None
    assert (a.stopped.epoch, a.stopped.best_epoch) == (20, 15)
    assert a.network.parameters.theta[-1] == 3.0


def test_a_parameter_set_after_an_early_stop_lets_the_run_go_on() -> None:
    a = trainer()
    while a.stopped is None:
        a.step_epoch()
    a.set_parameter(0, 1.0)
    assert not a.has_ended
    epoch = a.epoch
    a.step_epoch()
    assert a.epoch == epoch + 1


def test_a_held_out_loss_that_is_always_infinite_stops_at_the_first_epoch() -> None:
    linear = dense(2, (), 1, output="identity", loss="mean_squared_error", dtype="float64")
    far = (np.full((2, 2), 1e200), np.zeros((2, 1)))
    config = TrainingConfig(1e-3, 8, 1, early_stopping=EarlyStopping(3))
    a = Trainer(linear, config, X, Y[:, np.newaxis].astype(float), held_out=far)
    theta = []
    while a.stopped is None:
        a.step_epoch()
        theta.append(a.network.parameters.theta.copy())
    assert (a.stopped.epoch, a.stopped.best_epoch) == (4, 1)
    assert_array_equal(a.network.parameters.theta, theta[0])


def test_a_schedule_chosen_amid_a_run_begins_there() -> None:
    a = trainer(replace(CONFIG, early_stopping=None))
    for _ in range(7):
        a.step_epoch()
    cosine = Schedule("cosine", length=4, warm_up=2)
    a.configure(replace(a.config, schedule=cosine))
    b = trainer(replace(CONFIG, early_stopping=None, schedule=cosine))
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(8):
        for t, seen in zip((a, b), rates, strict=True):
            t.step_batch()
            seen.append(t.current_learning_rate)
            t.step_epoch()
    assert rates[0] == rates[1]
    assert rates[0][0] == pytest.approx(0.05 / 3) and rates[0][-1] == 0
    c = trainer()
    c.restore(a.snapshot())
    a.configure(replace(a.config, learning_rate=0.1))  # the schedule goes on
    assert a.current_learning_rate == c.current_learning_rate == 0
