"""Going back to before samples were replaced brings the samples of that time."""

from dataclasses import replace

import pytest
from desk import Desk
from test_worker_data import (
    experiment,
    is_of,
    other,
    replace_data,
    replaced,
    same_theta,
    steps,
    take_steps,
    told,
    trainer_of,
)

from app.training import worker
from app.training.messages import BackEpoch, Record, Run, Seek, Start


def run_with_a_change(desk: Desk) -> dict[int, Record]:
    """Two epochs, other samples, three epochs; the last record of each step."""
    desk.worker.send(Start(replace(experiment(), data_version=4)))
    desk.worker.send(Run(epochs=2))
    desk.paused()
    desk.worker.send(other(5))
    replaced(desk)
    desk.worker.send(Run(epochs=3))
    assert desk.paused() == 38
    return {record.step: record for record in desk.records}


def test_going_back_brings_the_samples_of_that_time(desk: Desk) -> None:
    seen = run_with_a_change(desk)
    desk.records.clear()
    for step, version in ((10, 4), (32, 5), (0, 4), (38, 5), (10, 4), (20, 5)):
        desk.worker.send(Seek(step))
        event = replaced(desk)
        assert (event.version, event.step, event.epoch) == (
            (version, step, step // 10) if step <= 20 else (version, step, 2 + (step - 20) // 6)
        )
        assert desk.paused() == step
        record = desk.records[-1]
        assert (record.step, record.train, record.test) == (
            (step, seen[step].train, seen[step].test)
        )
        frame = desk.look()
        assert is_of(frame.record, frame.theta, experiment() if version == 4 else other(5))
    desk.worker.send(Seek(26))
    desk.paused()
    assert desk.events == []  # nothing else is in force


def test_an_epoch_back_from_where_the_samples_were_replaced_is_one_on_the_old_ones(
    desk: Desk,
) -> None:
    run_with_a_change(desk)
    for step, version in ((32, None), (26, None), (20, None), (10, 4), (0, None)):
        desk.worker.send(BackEpoch())
        if version is not None:
            assert told(replaced(desk)) == (version, step, step // 10)
        assert desk.paused() == step
        assert desk.events == []


def test_after_going_back_training_goes_on_with_the_samples_of_that_time(desk: Desk) -> None:
    run_with_a_change(desk)
    desk.worker.send(Seek(15))
    assert replaced(desk).version == 4
    desk.paused()
    desk.worker.send(Run(epochs=3))
    assert desk.paused() == 40
    trainer = trainer_of(experiment())
    take_steps(trainer, 40)
    same_theta(desk, trainer)
    assert desk.events == []


def test_samples_that_wait_take_effect_where_a_person_goes_to_between_two_epochs(
    desk: Desk,
) -> None:
    run_with_a_change(desk)
    steps(desk, 2)
    desk.worker.send(other(6))
    desk.worker.send(Seek(15))  # amid an epoch: there they wait on
    assert told(replaced(desk)) == (4, 15, 1)
    assert desk.paused() == 15
    assert desk.look().batch == 5 and desk.events == []
    desk.worker.send(BackEpoch())
    assert told(replaced(desk)) == (6, 10, 1)
    assert desk.paused() == 10
    desk.worker.send(Seek(99))  # it ends the future that was known
    assert desk.paused() == 10
    trainer = trainer_of(experiment())
    take_steps(trainer, 10)
    replace_data(trainer, other(6))
    take_steps(trainer, 12)
    desk.worker.send(Run(epochs=2))
    desk.paused()
    same_theta(desk, trainer)


def test_the_window_is_told_which_samples_may_come_back(desk: Desk) -> None:
    desk.worker.send(Start(replace(experiment(), data_version=4)))
    known = []
    for version in (5, 6, 7):
        desk.worker.send(Run(epochs=1))
        desk.paused()
        for drawn in (10 * version, version):  # no step is taken with the first one
            desk.worker.send(other(drawn))
            event = replaced(desk)
        known.append(event.known)
    assert known == [(4, 5), (4, 5, 6), (4, 5, 6, 7)]
    desk.worker.send(Seek(3))
    assert replaced(desk).known == (4, 5, 6, 7)
    desk.paused()
    desk.worker.send(BackEpoch())
    desk.worker.send(other(8))
    assert replaced(desk).known == (4, 8)


def test_what_is_no_longer_known_can_not_be_gone_back_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TIMELINE_MIB", 1e-3)
    run_with_a_change(desk)
    desk.worker.send(other(6))
    assert replaced(desk).known == (6,)
    for message in (BackEpoch(), Seek(0)):
        desk.worker.send(message)
        assert desk.paused() == 38
    assert desk.events == []
