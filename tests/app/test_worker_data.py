"""Samples that are replaced while a network trains: from the next epoch on, to the bit."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from desk import ACTIVATIONS, Desk

from app.training.messages import (
    BackEpoch,
    Configure,
    DataRefused,
    DataReplaced,
    Diverged,
    Experiment,
    Pause,
    Paused,
    Record,
    ReplaceData,
    Run,
    Seek,
    Start,
    Started,
    Step,
    StoppedEarly,
)
from nncore.evaluation import Evaluator
from nncore.network import Network
from nncore.samples import Samples
from nncore.spec import EarlyStopping, LayerSpec, TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.types import FloatArray

SPEC = dense(2, (8, 4), 1, activation="tanh")
BATCHES = TrainingConfig(0.05, batch_size=10, seed=3, optimizer="momentum")  # 10 steps an epoch
WHOLE = TrainingConfig(0.05, seed=3, optimizer="momentum")


def points(n: int, seed: int) -> tuple[FloatArray, FloatArray]:
    X = np.random.default_rng(seed).normal(size=(n, 2))
    return X, (X[:, :1] * (-1) ** seed > 0).astype(float)


def experiment(config: TrainingConfig = BATCHES, run_id: int = 1) -> Experiment:
    return Experiment(run_id, SPEC, config, *points(96, 0), *points(20, 2), theta=None)


def other(version: int, n: int = 53, n_test: int = 14) -> ReplaceData:
    """6 steps an epoch."""
    return ReplaceData(version, *points(n, version), *points(n_test, version + 50))


def trainer_of(e: Experiment) -> Trainer:
    return Trainer(e.spec, e.config, e.X_train, e.Y_train, held_out=(e.X_test, e.Y_test))


def replace_data(trainer: Trainer, data: ReplaceData) -> None:
    held_out = (data.X_test, data.Y_test) if len(data.X_test) else None
    trainer.set_data(data.X_train, data.Y_train, held_out=held_out)


def take_steps(trainer: Trainer, n: int) -> None:
    for _ in range(n):
        trainer.step_batch()


def same_theta(desk: Desk, trainer: Trainer) -> None:
    frame = desk.look()
    assert (frame.step, frame.epoch, frame.batch) == (trainer.step, trainer.epoch, trainer.batch)
    np.testing.assert_array_equal(frame.theta, trainer.network.parameters.theta)


def is_of(record: Record, theta: FloatArray, data: Experiment | ReplaceData) -> bool:
    """Whether it tells of these parameters on these samples."""
    network = Network.from_theta(SPEC, theta)
    train = Evaluator(network, data.X_train, data.Y_train).evaluate()
    test = Evaluator(network, data.X_test, data.Y_test).evaluate()
    return (record.train, record.test) == (train, test)


def replaced(desk: Desk) -> DataReplaced:
    event = desk.wait(DataReplaced)
    assert isinstance(event, DataReplaced)
    return event


def told(event: DataReplaced) -> tuple[int, int, int]:
    assert event.run_id == 1
    return event.version, event.step, event.epoch


def steps(desk: Desk, n: int) -> None:
    """Single steps, and the last of them done."""
    for _ in range(n):
        desk.worker.send(Step())
    for _ in range(n):
        desk.wait(Paused)


def test_of_samples_that_stay_nothing_is_told(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    for message in (Step(), Step(), Seek(1), BackEpoch()):
        desk.worker.send(message)
    desk.look()
    assert [type(event) for event in desk.events] == [Started, Paused, Paused, Paused, Paused]


def test_between_two_epochs_other_samples_take_effect_at_once(desk: Desk) -> None:
    e, data = experiment(), other(1)
    desk.worker.send(Start(e))
    desk.worker.send(Run(epochs=2))
    desk.paused()
    before = desk.look()
    assert is_of(desk.records[-1], before.theta, e)
    desk.worker.send(data)
    assert told(replaced(desk)) == (1, 20, 2)
    after = desk.look()
    np.testing.assert_array_equal(after.theta, before.theta)
    assert (after.step, after.epoch, after.batch, after.n_batches) == (20, 2, 0, 6)
    assert [record.step for record in desk.records[-2:]] == [20, 20]
    assert after.record is desk.records[-1] and is_of(after.record, after.theta, data)
    trainer = trainer_of(e)
    take_steps(trainer, 20)
    replace_data(trainer, data)
    take_steps(trainer, 18)
    desk.worker.send(Run(epochs=3))
    assert desk.paused() == 38
    same_theta(desk, trainer)


def test_while_it_runs_they_take_effect_when_the_epoch_ends(desk: Desk) -> None:
    e, data = experiment(replace(BATCHES, batch_size=1)), other(1)
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    while desk.look().epoch < 1:
        pass
    desk.worker.send(data)
    event = replaced(desk)
    while desk.look().step <= event.step:
        pass
    desk.worker.send(Pause())
    last = desk.paused()
    assert event.step == 96 * event.epoch
    trainer = trainer_of(e)
    take_steps(trainer, event.step)
    replace_data(trainer, data)
    take_steps(trainer, last - event.step)
    same_theta(desk, trainer)
    # the point of the curve at the change is the other samples' already
    at = [record for record in desk.records if record.step == event.step]
    trainer = trainer_of(e)
    take_steps(trainer, event.step)
    assert is_of(at[-1], trainer.network.parameters.theta, data)


def test_amid_an_epoch_they_wait_for_its_end_and_the_newest_wins(desk: Desk) -> None:
    e = experiment()
    desk.worker.send(Start(e))
    steps(desk, 7)
    for version in (1, 2, 3):
        desk.worker.send(other(version, n=40 + version))
    frame = desk.look()
    assert desk.events == []
    assert is_of(frame.record, frame.theta, e)
    steps(desk, 2)
    assert desk.look().batch == 9 and desk.events == []
    desk.worker.send(Step())
    assert told(replaced(desk)) == (3, 10, 1)
    assert desk.paused() == 10
    trainer = trainer_of(e)
    take_steps(trainer, 10)
    replace_data(trainer, other(3, n=43))
    take_steps(trainer, 10)
    desk.worker.send(Run(epochs=2))
    desk.paused()
    same_theta(desk, trainer)
    assert desk.events == []


def test_training_to_the_end_of_an_epoch_ends_there_with_the_other_samples(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    steps(desk, 3)
    desk.worker.send(other(1))
    desk.worker.send(Run(epochs=1))
    assert replaced(desk).step == 10
    assert desk.paused() == 10
    frame = desk.look()
    assert is_of(frame.record, frame.theta, other(1))


def test_in_one_batch_every_replacement_is_taken_and_comes_to_the_same_bits(desk: Desk) -> None:
    e = experiment(WHOLE)
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    for version in range(1, 9):
        time.sleep(0.01)
        desk.worker.send(other(version))
    events = [replaced(desk) for _ in range(8)]
    desk.worker.send(Pause())
    last = desk.paused()
    assert [event.version for event in events] == list(range(1, 9))
    trainer = trainer_of(e)
    for event in events:
        take_steps(trainer, event.step - trainer.step)
        replace_data(trainer, other(event.version))
    take_steps(trainer, last - trainer.step)
    same_theta(desk, trainer)


@pytest.mark.parametrize("amid", [False, True])
def test_samples_that_do_not_fit_are_refused_and_the_old_ones_stay(desk: Desk, amid: bool) -> None:
    e = experiment()
    desk.worker.send(Start(replace(e, data_version=4)))
    n = 13 if amid else 10
    steps(desk, n)
    desk.worker.send(replace(other(5), X_train=np.zeros((53, 3))))
    desk.worker.send(Run(epochs=2))
    event = desk.wait(DataRefused)
    assert isinstance(event, DataRefused)
    assert (event.run_id, event.version, event.in_force) == (1, 5, 4)
    assert event.reason == ("The network takes 2 inputs and gives 1 outputs; the data has 3 and 1.")
    desk.wait(Paused)
    trainer = trainer_of(e)
    while trainer.epoch < 3:
        trainer.step_batch()
    same_theta(desk, trainer)
    assert desk.events == []


def test_a_new_run_knows_nothing_of_samples_that_wait(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    steps(desk, 3)
    desk.worker.send(other(1))
    desk.worker.send(Start(experiment(run_id=2)))
    desk.worker.send(Run(epochs=2))
    desk.wait(Started)
    desk.wait(Paused)
    assert desk.events == []
    trainer = trainer_of(experiment())
    take_steps(trainer, 20)
    same_theta(desk, trainer)


def test_pictures_of_the_units_are_of_the_other_samples(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    desk.worker.send(Run(epochs=1))
    desk.paused()
    for data in (other(1, n=1500), other(2, n=30), other(3, n=1200, n_test=0)):
        desk.worker.send(data)
        replaced(desk)
        frame = desk.look(ACTIVATIONS)
        outputs = Network.from_theta(SPEC, frame.theta).predict(data.X_train[:1000])
        np.testing.assert_allclose(frame.layers[-1].unit_means, outputs.mean(axis=0), rtol=1e-5)
        assert is_of(desk.records[-1], frame.theta, data)
    assert desk.records[-1].test is None


def test_records_are_as_far_apart_as_the_other_samples_want(desk: Desk) -> None:
    desk.worker.send(Start(experiment(WHOLE)))
    desk.worker.send(Run(epochs=120))
    desk.paused()
    for n, n_test, interval in ((2000, 100, 10), (2000, 4000, 20)):
        desk.worker.send(other(1, n, n_test))
        desk.worker.send(Run(epochs=40))
        begin = replaced(desk).step
        assert desk.paused() == begin + 40
        steps = {record.step for record in desk.records if record.step >= begin}
        assert sorted(steps) == list(range(begin, begin + 41, interval))


# ---- runs that have ended --------------------------------------------------------------------


def stopping(patience: int = 3) -> Experiment:
    return experiment(replace(BATCHES, early_stopping=EarlyStopping(patience, min_delta=9.0)))


def test_a_run_that_was_stopped_early_goes_on_with_other_samples(desk: Desk) -> None:
    e, data = stopping(), other(1, n_test=0)
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    event = desk.wait(StoppedEarly)
    assert isinstance(event, StoppedEarly) and (event.step, event.watched) == (40, "test")
    desk.worker.send(data)
    assert told(replaced(desk)) == (1, 40, 4)
    assert desk.paused() == 40
    desk.worker.send(Run())
    event = desk.wait(StoppedEarly)  # which waited anew
    assert isinstance(event, StoppedEarly) and (event.step, event.watched) == (64, "train")
    trainer = trainer_of(e)
    while trainer.stopped is None:
        trainer.step_batch()
    replace_data(trainer, data)
    while trainer.stopped is None:
        trainer.step_batch()
    same_theta(desk, trainer)


def test_refused_samples_leave_a_stopped_run_stopped(desk: Desk) -> None:
    desk.worker.send(Start(stopping()))
    desk.worker.send(Run())
    desk.wait(StoppedEarly)
    desk.worker.send(replace(other(1), Y_train=np.zeros((3, 1))))
    desk.wait(DataRefused)
    desk.look()
    assert desk.events == []
    desk.worker.send(Run())
    assert isinstance(desk.wait(StoppedEarly), StoppedEarly)


@pytest.mark.parametrize("go", [lambda: Run(), lambda: Step()])
def test_samples_that_wait_keep_a_run_from_being_stopped_for_the_old_ones(
    desk: Desk, go: Callable[[], Run | Step]
) -> None:
    desk.worker.send(Start(stopping()))
    steps(desk, 39)
    desk.worker.send(other(1))
    desk.worker.send(go())
    assert replaced(desk).step == 40
    desk.worker.send(Run())
    event = desk.wait(StoppedEarly)
    assert isinstance(event, StoppedEarly) and event.step == 64


def exploding() -> Experiment:
    """Steps at an enormous rate are impossible here, and don't happen."""
    layers = (*SPEC.layers[:-1], LayerSpec(1, "identity"))
    spec = replace(SPEC, layers=layers, loss="mean_squared_error")
    e = replace(experiment(replace(BATCHES, learning_rate=1e-4)), spec=spec)
    return replace(e, Y_train=1e3 * e.Y_train)


@pytest.mark.parametrize("n_steps", [13, 10])
@pytest.mark.parametrize("waits", [False, True])
def test_a_diverged_run_begins_its_epoch_anew_with_other_samples(
    desk: Desk, n_steps: int, waits: bool
) -> None:
    e, data = exploding(), other(1)
    desk.worker.send(Start(e))
    steps(desk, n_steps)
    if waits and n_steps == 13:
        # a run that diverges says so, though there are other samples to go on with
        desk.worker.send(other(2))
    desk.worker.send(Configure(replace(e.config, learning_rate=3e38)))
    desk.worker.send(Run())
    event = desk.wait(Diverged)
    assert isinstance(event, Diverged) and event.divergence.step == n_steps + 1
    records = len(desk.records)
    desk.worker.send(data)
    assert told(replaced(desk)) == (1, n_steps, 1)
    assert desk.paused() == n_steps
    # none of the step that did not happen
    assert len(desk.records) == records
    trainer = trainer_of(e)
    take_steps(trainer, n_steps)
    trainer.use(Samples.checked(e.spec, None, data.X_train, data.Y_train))
    same_theta(desk, trainer)
    take_steps(trainer, 12)
    desk.worker.send(Configure(e.config))
    desk.worker.send(Run(epochs=2))
    assert desk.paused() == n_steps + 12
    same_theta(desk, trainer)
    assert desk.events == []
