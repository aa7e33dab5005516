"""Single batches, and back in time, by key in the real window."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panel import Panel
from app.state import (
    Activity,
    Generated,
    experiment_of,
    with_batch_size,
    with_data,
    with_setting,
)
from app.training.messages import Frame, Paused
from nncore.data.generators import generate
from nncore.spec import EarlyStopping
from nncore.trainer import Trainer

Settle = Callable[[], None]
STEPPING_COMMANDS = ("training.batch", "training.back_batch", "training.back_epoch")


def press(nnscope: Application, keys: str) -> None:
    QTest.keySequence(nnscope.window, QKeySequence(keys))


def panel(nnscope: Application, name: str) -> Panel:
    return next(p for p in nnscope._panels if p.accessibleName() == name)


def frame_of(nnscope: Application) -> Frame:
    frame = nnscope.controller.last_frame
    assert frame is not None
    return frame


def enabled(nnscope: Application) -> tuple[bool, ...]:
    """Whether one can step a batch, go back a batch, go back an epoch."""
    return tuple(nnscope.window._actions[id].isEnabled() for id in STEPPING_COMMANDS)


def curve_lengths(nnscope: Application) -> tuple[int, ...]:
    names = ("Loss", "Gradient magnitudes")
    return tuple(len(panel(nnscope, name)._curves) for name in names)  # type: ignore[attr-defined]


@pytest.fixture
def batches(nnscope: Application, settle: Settle) -> Application:
    """The guide in batches of 32, paused at its beginning."""
    nnscope.store.apply(with_batch_size, 32)
    settle()
    return nnscope


def test_b_takes_one_batch_and_shift_b_takes_it_back(batches: Application, settle: Settle) -> None:
    assert enabled(batches) == (True, False, False)
    first = frame_of(batches).theta
    seen = [first]
    for batch in (1, 2, 3):
        press(batches, "B")
        settle()
        assert batches.window.banner.text().startswith(f"Paused at epoch 0, batch {batch}/32.")
        assert enabled(batches) == (True, True, True)
        seen.append(frame_of(batches).theta)
    for batch in (2, 1, 0):
        press(batches, "Shift+B")
        settle()
        assert frame_of(batches).step == batch
        np.testing.assert_array_equal(frame_of(batches).theta, seen[batch])
    assert enabled(batches) == (True, False, False)
    press(batches, "Shift+B")  # there is nothing before
    settle()
    assert frame_of(batches).step == 0
    assert batches.store.state.run_id == 0


def test_a_key_held_down_goes_as_far_as_it_says(batches: Application, settle: Settle) -> None:
    press(batches, "E")
    settle()
    for _ in range(5):
        press(batches, "Shift+B")
    settle()
    stood = batches.store.state.step
    assert 27 <= stood <= 31 and frame_of(batches).step == stood


def test_backspace_goes_to_the_beginning_of_the_epoch(batches: Application, settle: Settle) -> None:
    batches.controller.step(2)
    settle()
    press(batches, "B")
    settle()
    for epoch in (2, 1, 0):
        press(batches, "Backspace")
        settle()
        assert (frame_of(batches).epoch, frame_of(batches).batch) == (epoch, 0)
    assert batches.window.banner.text().startswith("Paused at epoch 0, untrained.")


def test_the_curves_end_at_the_present_and_have_no_point_twice(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.controller.step(60)
    settle()
    loss = panel(nnscope, "Loss")
    before = [loss.point_at(epoch) for epoch in range(61)]  # type: ignore[attr-defined]
    for _ in range(20):
        press(nnscope, "Backspace")
        settle()
    assert curve_lengths(nnscope) == (41, 41)
    assert loss.point_at(1e9) == before[40]  # type: ignore[attr-defined]
    nnscope.controller.step(20)
    settle()
    assert curve_lengths(nnscope) == (61, 61)
    assert [loss.point_at(epoch) for epoch in range(61)] == before  # type: ignore[attr-defined]
    x = loss._curves.x  # type: ignore[attr-defined]
    assert (np.diff(x) > 0).all()


def test_the_past_brings_its_settings_and_a_change_there_ends_the_future(
    nnscope: Application, settle: Settle
) -> None:
    def rate() -> float:
        return nnscope.store.state.config.learning_rate

    nnscope.controller.step(5)
    settle()
    nnscope.store.apply(with_setting, "learning_rate", 0.5)
    nnscope.controller.step(5)
    settle()
    end = frame_of(nnscope).theta
    for _ in range(6):
        press(nnscope, "Backspace")
        settle()
    assert (frame_of(nnscope).epoch, rate()) == (4, 0.1)
    nnscope.controller.step(6)  # with the settings that are shown
    settle()
    assert rate() == 0.1 and frame_of(nnscope).epoch == 10
    e = experiment_of(nnscope.store.state)
    straight = Trainer(e.spec, e.config, e.X_train, e.Y_train, e.theta)
    for _ in range(10):
        straight.step_epoch()
    np.testing.assert_array_equal(frame_of(nnscope).theta, straight.network.parameters.theta)
    assert not np.array_equal(frame_of(nnscope).theta, end)
    for _ in range(6):
        press(nnscope, "Backspace")
        settle()
    nnscope.store.apply(with_setting, "learning_rate", 0.01)
    nnscope.controller.step(6)
    settle()
    assert rate() == 0.01 and frame_of(nnscope).epoch == 10
    assert not np.array_equal(frame_of(nnscope).theta, end)


def test_nothing_is_stepped_or_undone_while_it_runs(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    press(nnscope, "Space")
    assert enabled(nnscope) == (False, False, False)
    qtbot.waitUntil(lambda: (nnscope.controller.last_frame or 0) and frame_of(nnscope).step > 5)
    for call in (nnscope.step_batch, nnscope.back_batch, nnscope.back_epoch):
        call()
    assert nnscope.store.state.activity is Activity.RUNNING
    press(nnscope, "Space")
    settle()
    assert enabled(nnscope) == (True, True, True)
    press(nnscope, "Shift+B")
    settle()
    assert frame_of(nnscope).step == nnscope.store.state.step


def test_an_answer_to_an_earlier_order_does_not_say_that_the_run_stands(
    nnscope: Application, settle: Settle
) -> None:
    press(nnscope, "E")
    settle()
    press(nnscope, "Space")
    nnscope.controller._on_event(Paused(nnscope.store.state.run_id, 1, n_orders=1))
    assert nnscope.store.state.activity is Activity.RUNNING
    press(nnscope, "Space")
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED


def test_keys_typed_into_a_field_are_for_the_field(nnscope: Application, settle: Settle) -> None:
    press(nnscope, "E")
    settle()
    editor = panel(nnscope, "Training").learning_rate.lineEdit()  # type: ignore[attr-defined]
    editor.setFocus()
    QTest.keyClicks(editor, "b")
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    settle()
    assert editor.text() == "0.1" and frame_of(nnscope).step == 1


def test_a_diverged_run_can_be_gone_back_in_and_used_again(
    nnscope: Application, settle: Settle
) -> None:
    data = generate("plane", n=200, noise=0.0, seed=1)
    nnscope.store.apply(with_data, Generated("plane", 200, 0.0, 1), data)
    nnscope.store.apply(with_setting, "learning_rate", 1e6)
    settle()
    press(nnscope, "Space")
    settle()
    run_id = nnscope.store.state.run_id
    assert nnscope.store.state.activity is Activity.DIVERGED
    assert enabled(nnscope) == (False, True, True)
    press(nnscope, "Backspace")
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    while frame_of(nnscope).step:
        press(nnscope, "Shift+B")
        settle()
    nnscope.store.apply(with_setting, "learning_rate", 0.01)
    nnscope.controller.step(20)
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    assert (frame_of(nnscope).epoch, nnscope.store.state.run_id) == (20, run_id)


def test_another_setting_wakes_a_diverged_run(nnscope: Application, settle: Settle) -> None:
    data = generate("plane", n=200, noise=0.0, seed=1)
    nnscope.store.apply(with_data, Generated("plane", 200, 0.0, 1), data)
    nnscope.store.apply(with_setting, "learning_rate", 1e6)
    settle()
    press(nnscope, "Space")
    settle()
    assert not nnscope.window.buttons["training.toggle"].isEnabled()
    nnscope.store.apply(with_setting, "learning_rate", 0.0)
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    assert nnscope.window.buttons["training.toggle"].isEnabled()


def test_a_run_that_stops_early_says_why_and_what_to_do(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.store.apply(with_setting, "early_stopping", EarlyStopping(3, min_delta=1.0))
    press(nnscope, "Space")
    settle()
    state = nnscope.store.state
    assert state.activity is Activity.STOPPED
    assert nnscope.window.banner.text() == (
        "Stopped early at epoch 4: the test loss has not fallen for 3 epochs; the weights are "
        "those of epoch 1. To run on, change a setting, go back or reset."
    )
    assert not nnscope.window.buttons["training.toggle"].isEnabled()
    assert enabled(nnscope) == (False, True, True)
    nnscope.store.apply(with_setting, "early_stopping", None)
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    nnscope.controller.step(10)
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    assert frame_of(nnscope).epoch == 14
    assert curve_lengths(nnscope) == (15, 15)


def test_what_the_worker_refuses_is_said_and_undone(nnscope: Application, settle: Settle) -> None:
    nnscope.store.apply(
        with_data, Generated("blobs", 100, 0.1, 1), generate("blobs", n=100, noise=0.1, seed=1)
    )
    state = nnscope.store.state
    spec = replace(state.spec, dtype="float32")
    nnscope.store.set(replace(state, spec=spec, run_id=state.run_id + 1))
    settle()
    nnscope.store.apply(with_setting, "learning_rate", 1e39)
    settle()
    assert nnscope.store.state.config.learning_rate == 0.1
    assert panel(nnscope, "Training").learning_rate.currentText() == "0.1"  # type: ignore[attr-defined]
    assert nnscope._open_message is not None
    assert "too large for float32" in nnscope._open_message.text()
    nnscope._open_message.close()
    nnscope.controller.step(1)
    settle()
    assert frame_of(nnscope).epoch == 1
