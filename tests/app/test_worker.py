"""The training thread, without a window."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from desk import NOTHING, Desk

from app.state import experiment_of, guide_state
from app.training.messages import (
    BackEpoch,
    Configure,
    Configured,
    Diverged,
    Experiment,
    Failed,
    FrameRequest,
    Pause,
    Paused,
    Refused,
    Run,
    Seek,
    Start,
    Started,
    Step,
    Stop,
    StoppedEarly,
)
from app.training.observer import record_interval
from nncore.spec import EarlyStopping, Schedule, TrainingConfig
from nncore.trainer import Trainer


def experiment(run_id: int = 1, **config: object) -> Experiment:
    state = guide_state()
    config_ = replace(state.config, **config)  # type: ignore[arg-type]
    state = replace(state, run_id=run_id, config=config_)
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
    desk.worker.send(Configure(replace(experiment().config, learning_rate=0.0)))
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


# ---- single steps, and back ------------------------------------------------------------------

BATCHES = {"batch_size": 32, "learning_rate": 0.05}  # 32 steps an epoch, the last one short


def trainer_of(e: Experiment) -> Trainer:
    return Trainer(e.spec, e.config, e.X_train, e.Y_train, e.theta, held_out=(e.X_test, e.Y_test))


def thetas(e: Experiment, n: int) -> list[np.ndarray]:
    """The parameters after 0 … n steps, as the engine alone has them."""
    trainer = trainer_of(e)
    found = [trainer.network.parameters.theta.copy()]
    for _ in range(n):
        trainer.step_batch()
        found.append(trainer.network.parameters.theta.copy())
    return found


def test_single_steps_are_those_of_the_engine_and_leave_a_record_each(desk: Desk) -> None:
    e = experiment(**BATCHES)
    expected = thetas(e, 3)
    desk.worker.send(Start(e))
    for step in (1, 2, 3):
        desk.worker.send(Step())
        assert desk.paused() == step
        frame = desk.look()
        assert (frame.step, frame.epoch, frame.batch, frame.n_batches) == (step, 0, step, 32)
        np.testing.assert_array_equal(frame.theta, expected[step])
    assert [record.step for record in desk.records] == [0, 1, 2, 3]


@pytest.mark.parametrize("config", [BATCHES, {"optimizer": "adam", "batch_size": 100}, {}])
def test_any_step_can_be_gone_to_and_is_the_same_to_the_bit(
    desk: Desk, config: dict[str, object]
) -> None:
    e = experiment(**config)
    expected = thetas(e, 70)
    desk.worker.send(Start(e))
    for _ in range(70):
        desk.worker.send(Step())
    while desk.paused() != 70:
        pass
    for step in (69, 3, 0, 50, 70):
        desk.worker.send(Seek(step))
        assert desk.paused() == step
        frame = desk.look()
        assert frame.step == step
        np.testing.assert_array_equal(frame.theta, expected[step])
        record = desk.records[-1]
        assert record.step == step and frame.record is record


def test_records_after_going_back_are_those_of_before(desk: Desk) -> None:
    e = experiment()
    desk.worker.send(Start(e))
    desk.worker.send(Run(epochs=40))
    desk.paused()
    first = {r.step: (r.train.loss, r.gradient_rms.tolist()) for r in desk.records}
    desk.worker.send(Seek(25))
    desk.paused()
    again = len(desk.records)
    assert desk.records[-1].step == 25
    desk.worker.send(Run(epochs=15))
    assert desk.paused() == 40
    for record in desk.records[again - 1 :]:
        assert first[record.step] == (record.train.loss, record.gradient_rms.tolist())


def test_going_back_ends_at_the_first_step_and_forwards_at_the_last(desk: Desk) -> None:
    desk.worker.send(Start(experiment()))
    desk.worker.send(Run(epochs=5))
    desk.paused()
    desk.worker.send(Seek(-3))
    assert desk.paused() == 0
    desk.worker.send(BackEpoch())
    assert desk.paused() == 0
    desk.worker.send(Seek(10**9))
    assert desk.paused() == 5


def test_an_epoch_back_is_to_its_beginning_whatever_the_batches_were(desk: Desk) -> None:
    desk.worker.send(Start(e := experiment(**BATCHES)))
    desk.worker.send(Run(epochs=2))
    assert desk.paused() == 64
    desk.worker.send(Configure(replace(e.config, batch_size=500)))
    desk.worker.send(Step())
    assert desk.paused() == 65
    for step in (64, 32, 0):
        desk.worker.send(BackEpoch())
        assert desk.paused() == step
        frame = desk.look()
        assert (frame.epoch, frame.batch) == (step // 32, 0)


# ---- settings --------------------------------------------------------------------------------

CHANGES: tuple[dict[str, object], ...] = (
    {"learning_rate": 0.01},
    {"batch_size": 50},
    {"optimizer": "adam"},
    {"l2": 0.1},
    {"l1": 0.01},
    {"clip_norm": 0.01},
    {"schedule": Schedule("exponential", factor=0.5)},
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_settings_take_effect_at_the_next_step_and_the_run_goes_on(
    desk: Desk, change: dict[str, object]
) -> None:
    e = experiment(**BATCHES)
    config = replace(e.config, **change)  # type: ignore[arg-type]
    trainer = trainer_of(e)
    for _ in range(3):
        trainer.step_batch()
    trainer.configure(config)
    while trainer.epoch < 3:
        trainer.step_batch()
    desk.worker.send(Start(e))
    for _ in range(3):
        desk.worker.send(Step())
    desk.worker.send(Configure(config))
    desk.worker.send(Run(epochs=3))
    answer = desk.wait(Configured)
    assert isinstance(answer, Configured) and answer.config is config
    while desk.paused() != trainer.step:
        pass
    frame = desk.look()
    np.testing.assert_array_equal(frame.theta, trainer.network.parameters.theta)
    assert frame.learning_rate == trainer.current_learning_rate


def test_settings_are_taken_while_it_runs(desk: Desk) -> None:
    desk.worker.send(Start(e := experiment(**BATCHES)))
    desk.worker.send(Run())
    time.sleep(0.05)
    desk.worker.send(Configure(replace(e.config, learning_rate=0.0)))
    desk.wait(Configured)
    desk.worker.send(Pause())
    desk.paused()
    before = desk.look()
    assert before.step > 0 and before.learning_rate == 0
    desk.worker.send(Run(epochs=2))
    desk.paused()
    np.testing.assert_array_equal(desk.look().theta, before.theta)


def test_the_settings_of_the_past_come_back_with_it_and_stay(desk: Desk) -> None:
    desk.worker.send(Start(e := experiment()))
    desk.worker.send(Run(epochs=10))
    while desk.paused() != 10:
        pass
    desk.worker.send(Configure(replace(e.config, learning_rate=0.5)))
    desk.worker.send(Run(epochs=10))
    while desk.paused() != 20:
        pass
    other = desk.look().theta
    desk.worker.send(Seek(5))
    told = desk.wait(Configured)
    assert isinstance(told, Configured) and told.config == e.config
    desk.worker.send(Run(epochs=15))
    while desk.paused() != 20:
        pass
    # with what the window shows, not with what was changed later on the way before
    theta = desk.look().theta
    np.testing.assert_array_equal(theta, thetas(e, 20)[20])
    assert (theta != other).any()


def test_a_change_in_the_past_ends_the_recorded_future(desk: Desk) -> None:
    desk.worker.send(Start(e := experiment()))
    desk.worker.send(Run(epochs=20))
    desk.paused()
    desk.worker.send(Seek(5))
    desk.paused()
    desk.worker.send(Configure(replace(e.config, learning_rate=0.5)))
    desk.worker.send(Seek(20))
    assert desk.paused() == 5


def in_float32(e: Experiment) -> Experiment:
    return replace(e, spec=replace(e.spec, dtype="float32"), theta=None)


def test_impossible_settings_are_refused_and_the_run_goes_on_without(desk: Desk) -> None:
    desk.worker.send(Start(e := in_float32(experiment())))
    desk.worker.send(Run(epochs=2))
    desk.paused()
    asked = replace(e.config, learning_rate=1e39)
    desk.worker.send(Configure(asked))
    event = desk.wait(Refused)
    assert isinstance(event, Refused)
    assert event.asked is asked and event.in_force == e.config
    assert event.reason.endswith("too large for float32.")
    desk.worker.send(Run(epochs=2))
    assert desk.paused() == 4


# ---- ends ------------------------------------------------------------------------------------


def diverging(**config: object) -> Experiment:
    e = experiment()
    output = replace(e.spec.layers[-1], activation="identity")
    spec = replace(e.spec, loss="mean_squared_error", layers=(*e.spec.layers[:-1], output))
    return replace(e, spec=spec, theta=None, config=TrainingConfig(**config))  # type: ignore[arg-type]


@pytest.mark.parametrize("batch_size", [None, 32])
def test_a_diverged_run_goes_on_from_before(desk: Desk, batch_size: int | None) -> None:
    e = diverging(learning_rate=1e3, batch_size=batch_size)
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    event = desk.wait(Diverged)
    assert isinstance(event, Diverged)
    last = event.divergence.step - 1
    frame = desk.look()
    assert frame.step == last and np.isfinite(frame.theta).all()
    desk.worker.send(Seek(last))  # what is seen is of that step, not of the one that failed
    assert desk.paused() == last
    assert desk.records[-1].step == last and np.isfinite(desk.records[-1].gradient_rms).all()
    desk.worker.send(Seek(last - 1))  # back, and into it again
    assert desk.paused() == last - 1
    desk.worker.send(Run())
    again = desk.wait(Diverged)
    assert isinstance(again, Diverged) and again.divergence == event.divergence
    desk.worker.send(Seek(0))
    desk.worker.send(Configure(replace(e.config, learning_rate=1e-3)))
    desk.worker.send(Run(epochs=3))
    assert desk.paused() == 0
    assert desk.paused() == 3 * (1 if batch_size is None else 32)


def test_a_rate_that_was_too_high_is_made_good_by_a_lower_one(desk: Desk) -> None:
    e = diverging(learning_rate=1e308)
    e = replace(e, Y_train=1e4 * e.Y_train, X_test=e.X_test[:0], Y_test=e.Y_test[:0])
    desk.worker.send(Start(e))
    desk.worker.send(Step())
    event = desk.wait(Diverged)
    assert isinstance(event, Diverged)
    assert (event.divergence.step, event.divergence.what) == (1, "weight")
    desk.worker.send(Configure(e.config))  # nothing has changed
    desk.worker.send(Run())  # so it does not; whoever asks is told again
    assert isinstance(desk.wait(Diverged), Diverged)
    desk.worker.send(Configure(replace(e.config, learning_rate=1e-6)))
    assert desk.paused() == 0
    desk.worker.send(Step())
    assert desk.paused() == 1


@pytest.mark.parametrize(("has_test", "watched"), [(True, "test"), (False, "train")])
def test_early_stopping_ends_with_the_weights_of_the_best_epoch(
    desk: Desk, has_test: bool, watched: str
) -> None:
    stopping = EarlyStopping(patience=4, min_delta=1.0)  # nothing falls by that much
    e = experiment(early_stopping=stopping)
    if not has_test:
        e = replace(e, X_test=e.X_test[:0], Y_test=e.Y_test[:0])
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    event = desk.wait(StoppedEarly)
    assert isinstance(event, StoppedEarly)
    assert (event.stopped.epoch, event.stopped.best_epoch) == (5, 1)
    assert (event.step, event.watched) == (5, watched)
    assert desk.records[-1].step == 5
    after_one_epoch = thetas(experiment(), 1)[1]
    np.testing.assert_array_equal(desk.look().theta, after_one_epoch)


def test_a_run_that_was_stopped_goes_on_after_a_change(desk: Desk) -> None:
    e = in_float32(experiment(early_stopping=EarlyStopping(patience=4, min_delta=1.0)))
    free = replace(e.config, early_stopping=None)
    desk.worker.send(Start(e))
    desk.worker.send(Run())
    desk.wait(StoppedEarly)
    best = desk.look()
    desk.worker.send(Configure(replace(free, l1=1e300)))
    desk.wait(Refused)  # it stays stopped
    refused = desk.look()
    assert refused.step == best.step == 5
    np.testing.assert_array_equal(refused.theta, best.theta)
    desk.worker.send(Configure(free))
    assert desk.paused() == 5
    desk.worker.send(Run(epochs=10))
    while (step := desk.paused()) != 15:
        assert step == 5
    trainer = trainer_of(e)
    while trainer.stopped is None:
        trainer.step_epoch()
    trainer.configure(free)
    for _ in range(10):
        trainer.step_epoch()
    np.testing.assert_array_equal(desk.look().theta, trainer.network.parameters.theta)


def test_a_run_that_was_stopped_can_be_gone_back_in(desk: Desk) -> None:
    desk.worker.send(Start(experiment(early_stopping=EarlyStopping(patience=4, min_delta=1.0))))
    desk.worker.send(Run())
    desk.wait(StoppedEarly)
    desk.worker.send(BackEpoch())
    assert desk.paused() == 4
    desk.worker.send(Step())
    event = desk.wait(StoppedEarly)
    assert isinstance(event, StoppedEarly) and event.step == 5
