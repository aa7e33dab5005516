"""The training thread, without a window."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.state import experiment_of, guide_state
from app.training.mailbox import Mailbox
from app.training.messages import (
    Diverged,
    Event,
    Failed,
    Frame,
    FrameRequest,
    Pause,
    Paused,
    Record,
    Run,
    SetLearningRate,
    Start,
    Started,
    Stop,
)
from app.training.observer import record_interval
from app.training.worker import Worker
from nncore.spec import TrainingConfig
from nncore.trainer import Trainer

NOTHING = FrameRequest(activations=False, output_map=None, unit_maps=False)


class Desk:
    """A worker and all that has come from it."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self.worker = Worker(self.mailbox)
        self.worker.start()
        self.records: list[Record] = []
        self.events: list[Event] = []
        self.frame: Frame | None = None

    def wait(self, kind: type, seconds: float = 20.0) -> Event:
        """Collect until an event of ``kind`` comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            delivery = self.mailbox.collect()
            self.records += delivery.records
            self.events += delivery.events
            self.frame = delivery.frame or self.frame
            for event in delivery.events:
                if isinstance(event, kind):
                    return event
            time.sleep(0.001)
        raise AssertionError(f"no {kind.__name__} came")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.send(Stop())
    desk.worker.join(10)
    assert not desk.worker.is_alive()


def experiment(run_id: int = 1, **config: object):  # type: ignore[no-untyped-def]
    state = guide_state()
    state = replace(state, run_id=run_id, config=replace(state.config, **config))
    return experiment_of(state)


def test_a_run_begins_paused_with_one_record(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    desk.wait(Started)
    assert [record.step for record in desk.records] == [0]
    assert desk.records[0].train.loss == pytest.approx(0.7249307666, abs=1e-6)


def test_epochs_are_taken_exactly_and_the_same_as_without_a_thread(desk: Desk) -> None:
    e = experiment(batch_size=32, learning_rate=0.05)
    desk.worker.send(Start(e))
    desk.worker.send(Run(epochs=20))
    desk.wait(Paused)
    trainer = Trainer(e.spec, e.config, e.X_train, e.Y_train, e.theta)
    for _ in range(20):
        trainer.step_epoch()
    desk.worker.send(FrameRequest(True, None, False))
    while desk.frame is None:
        desk.frame = desk.mailbox.collect().frame
    np.testing.assert_array_equal(desk.frame.theta, trainer.network.parameters.theta)
    assert (desk.frame.epoch, desk.frame.step) == (20, 20 * trainer.n_batches)


def test_every_record_comes_once_and_in_order_and_the_same_in_every_run(desk: Desk) -> None:
    runs = []
    for run_id in (1, 2):
        desk.records.clear()
        desk.worker.send(Start(experiment(run_id)))
        desk.worker.send(Run(epochs=400))
        if run_id == 2:  # looking must not change what is recorded
            for _ in range(50):
                desk.worker.send(NOTHING)
        desk.wait(Paused)
        records = [record for record in desk.records if record.run_id == run_id]
        runs.append({(r.step, r.train.loss, r.test.loss) for r in records if r.test})
        steps = [record.step for record in records]
        assert steps == sorted(steps) and set(range(101)) <= set(steps) and 400 in steps
    assert runs[0] == runs[1]


def test_pause_is_answered_at_once_even_in_a_long_epoch(desk: Desk) -> None:
    desk.worker.send(Start(experiment(batch_size=1)))
    desk.worker.send(Run())
    time.sleep(0.05)
    begin = time.monotonic()
    desk.worker.send(Pause())
    desk.wait(Paused)
    assert time.monotonic() - begin < 1.0
    desk.worker.send(NOTHING)
    while desk.frame is None or desk.frame.step == 0:
        desk.frame = desk.mailbox.collect().frame or desk.frame
    assert desk.frame.step > 0


def test_a_learning_rate_of_zero_stands_still(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    desk.worker.send(SetLearningRate(0.0))
    desk.worker.send(Run(epochs=5))
    desk.wait(Paused)
    assert len({record.train.loss for record in desk.records}) == 1


def test_a_diverging_run_ends_with_its_place(desk: Desk) -> None:
    e = experiment()
    spec = replace(
        e.spec,
        loss="mean_squared_error",
        layers=(*e.spec.layers[:-1], replace(e.spec.layers[-1], activation="identity")),
    )
    config = TrainingConfig(learning_rate=1e6)
    desk.worker.send(Start(replace(e, spec=spec, config=config, theta=None)))
    desk.worker.send(Run())
    event = desk.wait(Diverged)
    assert isinstance(event, Diverged) and 1 <= event.divergence.layer <= 3


def test_an_impossible_run_fails_in_a_sentence_and_the_next_one_goes(desk: Desk) -> None:
    e = experiment()
    desk.worker.send(Start(replace(e, X_train=e.X_train[:, :1])))
    event = desk.wait(Failed)
    assert isinstance(event, Failed) and "takes 2 inputs" in event.reason
    desk.worker.send(Run())  # nothing to run: no harm
    desk.worker.send(Start(experiment(2)))
    started = desk.wait(Started)
    assert isinstance(started, Started) and started.run_id == 2


def test_only_the_newest_frame_waits_in_the_mailbox(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    desk.worker.send(NOTHING)
    desk.worker.send(Run(epochs=3))
    desk.worker.send(NOTHING)
    desk.wait(Paused)
    desk.worker.send(NOTHING)
    end = time.monotonic() + 5
    while time.monotonic() < end and (desk.frame is None or desk.frame.epoch < 3):
        desk.frame = desk.mailbox.collect().frame or desk.frame
    assert desk.frame is not None and desk.frame.epoch == 3
    assert desk.mailbox.collect().frame is None


def test_stop_ends_the_thread_while_it_trains() -> None:
    desk = Desk()
    desk.worker.send(Start(experiment()))
    desk.worker.send(Run())
    desk.worker.send(Stop())
    desk.worker.join(10)
    assert desk.worker not in threading.enumerate()


def test_records_thin_out_as_a_run_grows() -> None:
    assert record_interval(1000, 250, 1, 50) == 1
    base = record_interval(1000, 250, 1, 200)
    assert 1 < base <= 20
    assert record_interval(1000, 250, 1, 10_000_000) > base
    count = 0
    epoch = 0
    while epoch < 10_000_000:
        epoch += record_interval(1000, 250, 1, epoch)
        count += 1
    assert count < 120_000
