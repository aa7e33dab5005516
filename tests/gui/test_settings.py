"""The optimiser's box and the dialog of all settings, with real clicks and keys."""

from collections.abc import Callable
from operator import attrgetter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panels.training.panel import TrainingPanel
from app.panels.training.settings import TrainingSettings
from app.state import Activity, with_hidden, with_setting
from app.training.messages import Frame
from nncore.optimizers import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.spec import EarlyStopping, TrainingConfig

Settle = Callable[[], None]


def training_panel(nnscope: Application) -> TrainingPanel:
    return next(p for p in nnscope._panels if isinstance(p, TrainingPanel))


@pytest.fixture
def dialog(qtbot: QtBot, nnscope: Application) -> TrainingSettings:
    panel = training_panel(nnscope)
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    assert panel._dialog is not None and panel._dialog.isVisible()
    return panel._dialog


def press(nnscope: Application, keys: str) -> None:
    """As in the main window, after a click on it."""
    nnscope.window.activateWindow()
    for _ in range(1000):
        if QApplication.activeWindow() is nnscope.window:
            break
        QTest.qWait(1)
    QTest.keySequence(nnscope.window, QKeySequence(keys))


def choose(box: QComboBox, name: str) -> None:
    """As with the keyboard: Home, and down to the entry."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findData(name)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == name


def enter(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)


def config_of(nnscope: Application) -> TrainingConfig:
    return nnscope.store.state.config


def refusal(nnscope: Application) -> str:
    """The message that is open, which is closed."""
    assert nnscope._open_message is not None
    text = nnscope._open_message.text()
    nnscope._open_message.close()
    return text


# ---- the panel -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_can_be_chosen_while_it_runs(
    nnscope: Application, settle: Settle, name: str
) -> None:
    box = training_panel(nnscope).optimizer
    press(nnscope, "Space")
    run_id = nnscope.store.state.run_id
    if name != "sgd":
        choose(box, name)
    assert config_of(nnscope).optimizer == name
    assert OPTIMIZERS[name].formula in box.toolTip()
    tip = box.itemData(box.currentIndex(), Qt.ItemDataRole.ToolTipRole)
    assert tip == OPTIMIZERS[name].formula
    assert nnscope.store.state.activity is Activity.RUNNING
    assert nnscope.store.state.run_id == run_id
    press(nnscope, "Space")
    settle()
    assert training_panel(nnscope).summary.text() == OPTIMIZERS[name].title


def test_another_batch_size_goes_on_from_where_it_is(nnscope: Application, settle: Settle) -> None:
    nnscope.controller.step(3)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None
    box = training_panel(nnscope).batch_size
    enter(box.lineEdit(), "100")  # type: ignore[arg-type]
    settle()
    after = nnscope.controller.last_frame
    assert after is not None and (after.epoch, after.n_batches) == (3, 10)
    np.testing.assert_array_equal(after.theta, frame.theta)
    assert "next step" in box.toolTip()


def test_the_summary_says_what_is_on(nnscope: Application, settle: Settle) -> None:
    for name, value in (("optimizer", "adam"), ("l2", 0.001), ("schedule.name", "cosine")):
        nnscope.store.apply(with_setting, name, value)
    settle()
    assert training_panel(nnscope).summary.text() == "Adam · L2 0.001 · cosine over 100 epochs"


def test_the_rate_that_a_schedule_makes_is_shown(nnscope: Application, settle: Settle) -> None:
    panel = training_panel(nnscope)
    assert not panel.rate_now.isVisible()
    nnscope.store.apply(with_setting, "schedule.name", "cosine")
    settle()
    nnscope.controller.step(51)  # the last of these epochs is e = 50, in the middle
    settle()
    assert panel.rate_now.isVisible()
    assert panel.rate_now.text() == "now 0.0500"


def test_the_panel_fits_a_small_window(nnscope: Application, settle: Settle) -> None:
    assert (nnscope.window.width(), nnscope.window.height()) == (1280, 720)
    panel = training_panel(nnscope)
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.window() is nnscope.window:
            corner = widget.mapTo(panel, widget.rect().bottomRight())
            assert panel.rect().contains(corner), widget


def test_many_changes_in_a_row_come_to_the_last_one(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    press(nnscope, "Space")
    for k in range(1, 60):
        nnscope.store.apply(with_setting, "learning_rate", k / 1000)
        nnscope.store.apply(with_setting, "optimizer", ("adam", "sgd")[k % 2])
        if k % 10 == 0:
            qtbot.wait(5)
            assert config_of(nnscope).learning_rate == k / 1000
    press(nnscope, "Space")
    settle()
    assert (config_of(nnscope).learning_rate, config_of(nnscope).optimizer) == (0.059, "sgd")
    assert nnscope.controller._worker._timeline is not None
    assert nnscope.controller._worker._timeline.trainer.config == config_of(nnscope)


# ---- the dialog ------------------------------------------------------------------------------

NUMBERS = (
    ("l1", "0.001", 0.001),
    ("l2", "0,01", 0.01),
    ("weight_decay", "1e-3", 0.001),
    ("clip_norm", "5", 5.0),
    ("clip_value", ".5", 0.5),
    ("schedule.warm_up", "3", 3),
)


@pytest.mark.parametrize(("name", "text", "value"), NUMBERS)
def test_a_number_is_in_force_when_it_is_entered(
    nnscope: Application,
    dialog: TrainingSettings,
    settle: Settle,
    name: str,
    text: str,
    value: float,
) -> None:
    run_id = nnscope.store.state.run_id
    enter(dialog.fields[name], text)
    settle()
    assert attrgetter(name)(config_of(nnscope)) == value
    assert nnscope.store.state.run_id == run_id
    assert nnscope.controller._config is config_of(nnscope)
    assert not nnscope.controller._is_asking


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("l2", "-1", "The l2 must be 0 or more and finite, not -1.0."),
        ("l2", "much", "L2: it must be a number, not 'much'."),
        ("l2", "", "L2: it must be a number, not ''."),
        ("clip_norm", "0", "The clip norm must be more than 0 and finite, not 0.0."),
        ("clip_norm", "x", "Norm: it must be a number, or empty, not 'x'."),
        ("schedule.warm_up", "1.5", "A warm-up needs a whole number of epochs from 0, not 1.5."),
        ("l1", "1e999", "The l1 must be 0 or more and finite, not inf."),
    ],
)
def test_a_bad_number_gets_one_sentence_and_the_old_one_comes_back(
    nnscope: Application, dialog: TrainingSettings, name: str, text: str, sentence: str
) -> None:
    before, shown = config_of(nnscope), dialog.fields[name].text()
    refusals: list[str] = []
    nnscope.store.refused.connect(refusals.append)
    enter(dialog.fields[name], text)
    dialog.fields[name].clearFocus()
    assert refusals == [sentence]
    assert refusal(nnscope) == sentence
    assert config_of(nnscope) is before and dialog.fields[name].text() == shown


def test_an_empty_field_switches_clipping_off(
    nnscope: Application, dialog: TrainingSettings, settle: Settle
) -> None:
    enter(dialog.fields["clip_norm"], "1")
    assert config_of(nnscope).clip_norm == 1
    enter(dialog.fields["clip_norm"], "")
    settle()
    assert config_of(nnscope).clip_norm is None
    assert dialog.fields["clip_norm"].placeholderText() == "off"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_only_the_numbers_of_the_chosen_optimizer_are_there(
    nnscope: Application, dialog: TrainingSettings, settle: Settle, name: str
) -> None:
    choose(dialog.optimizer, name)
    settle()
    numbers = ("momentum", "beta1", "beta2", "rho", "epsilon")
    shown = {number for number in numbers if dialog.fields[number].isVisible()}
    assert shown == set(OPTIMIZERS[name].settings) & set(numbers)
    assert training_panel(nnscope).optimizer.currentData() == name


@pytest.mark.parametrize("name", SCHEDULES)
def test_only_the_numbers_of_the_chosen_schedule_are_there(
    nnscope: Application, dialog: TrainingSettings, settle: Settle, name: str
) -> None:
    choose(dialog.schedule, name)
    settle()
    assert config_of(nnscope).schedule.name == name
    shown = {
        field.removeprefix("schedule.")
        for field, widget in dialog.fields.items()
        if field.startswith("schedule.") and widget.isVisible()
    }
    assert shown == {*SCHEDULES[name].settings, "warm_up"}


def test_adam_with_weight_decay_is_refused_and_the_box_shows_what_is_so(
    nnscope: Application, dialog: TrainingSettings
) -> None:
    enter(dialog.fields["weight_decay"], "0.1")
    box = training_panel(nnscope).optimizer
    box.setCurrentIndex(box.findData("adam"))
    box.activated.emit(box.currentIndex())
    assert "is AdamW" in refusal(nnscope)
    assert box.currentData() == dialog.optimizer.currentData() == "sgd"


def test_early_stopping_is_switched_with_a_click(
    qtbot: QtBot, nnscope: Application, dialog: TrainingSettings, settle: Settle
) -> None:
    assert not dialog.fields["early_stopping.patience"].isVisible()
    dialog.stops_early.click()
    assert config_of(nnscope).early_stopping == EarlyStopping()
    assert dialog.fields["early_stopping.patience"].isVisible()
    enter(dialog.fields["early_stopping.patience"], "2")
    enter(dialog.fields["early_stopping.min_delta"], "0.9")
    press(nnscope, "Space")
    settle()
    assert nnscope.store.state.activity is Activity.STOPPED
    dialog.stops_early.click()
    settle()
    assert config_of(nnscope).early_stopping is None
    assert nnscope.store.state.activity is Activity.PAUSED


def test_dropout_starts_afresh_and_needs_hidden_layers(
    nnscope: Application, dialog: TrainingSettings, settle: Settle
) -> None:
    run_id = nnscope.store.state.run_id
    enter(dialog.dropout, "0.5")
    settle()
    assert nnscope.store.state.run_id == run_id + 1
    assert [layer.dropout for layer in nnscope.store.state.spec.layers] == [0.5, 0.5, 0.0]
    enter(dialog.dropout, "1")
    assert "less than 1" in refusal(nnscope)
    enter(dialog.dropout, "half")
    assert refusal(nnscope) == "The dropout must be a number, not 'half'."
    assert dialog.dropout.text() == "0.5"
    nnscope.store.apply(with_hidden, ())
    settle()
    assert not dialog.dropout.isEnabled()


def test_escape_closes_and_takes_back_what_is_being_typed(
    nnscope: Application, dialog: TrainingSettings, qtbot: QtBot
) -> None:
    field = dialog.fields["l2"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert config_of(nnscope).l2 == 0
    qtbot.mouseClick(training_panel(nnscope).more, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and field.text() == "0"


def test_closing_enters_what_was_typed(nnscope: Application, dialog: TrainingSettings) -> None:
    field = dialog.fields["l2"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    dialog.close()
    assert config_of(nnscope).l2 == 0.5


def test_enter_in_a_field_leaves_the_dialog_open(
    nnscope: Application, dialog: TrainingSettings
) -> None:
    enter(dialog.fields["l2"], "0.5")
    assert dialog.isVisible()


def test_what_is_being_typed_stays_while_other_things_change(
    nnscope: Application, dialog: TrainingSettings, settle: Settle
) -> None:
    field = dialog.fields["l2"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.25")
    nnscope.store.apply(with_setting, "learning_rate", 0.2)
    settle()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (config_of(nnscope).l2, config_of(nnscope).learning_rate) == (0.25, 0.2)


def test_going_back_shows_the_settings_of_that_time(
    nnscope: Application, dialog: TrainingSettings, settle: Settle
) -> None:
    nnscope.controller.step(3)
    settle()
    enter(dialog.fields["l2"], "0.5")
    nnscope.controller.step(1)
    settle()
    for _ in range(2):
        press(nnscope, "Backspace")
        settle()
    assert dialog.fields["l2"].text() == "0"


@pytest.mark.parametrize("after_ms", [0, 50])
def test_closing_the_window_while_training_closes_the_dialog_too(
    qtbot: QtBot, nnscope: Application, dialog: TrainingSettings, after_ms: int
) -> None:
    press(nnscope, "Space")
    enter(dialog.fields["l2"], "0.5")
    qtbot.wait(after_ms)
    assert nnscope.store.state.activity is Activity.RUNNING
    nnscope.window.close()
    assert not dialog.isVisible()
    assert not nnscope.controller._worker.is_alive()


def test_closing_the_window_leaves_no_message_behind(
    nnscope: Application, dialog: TrainingSettings
) -> None:
    field = dialog.fields["l2"]
    field.setFocus()
    QTest.keyClicks(field, "abc")
    nnscope.window.close()
    assert not [box for box in nnscope.window.findChildren(QDialog) if box.isVisible()]


def test_the_close_button_enters_what_was_typed(
    qtbot: QtBot, nnscope: Application, dialog: TrainingSettings
) -> None:
    field = dialog.fields["l2"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    (close,) = dialog.findChildren(QPushButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible() and config_of(nnscope).l2 == 0.5


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_control_is_named_explained_and_whole(
    nnscope: Application, dialog: TrainingSettings, settle: Settle, name: str, appearance: str
) -> None:
    nnscope.set_appearance(appearance)
    for setting, value in (
        ("optimizer", "adamw"),
        ("schedule.name", name),
        ("early_stopping", EarlyStopping()),
    ):
        nnscope.store.apply(with_setting, setting, value)
    settle()
    for kind in (QLineEdit, QComboBox):
        for control in dialog.findChildren(kind):
            assert control.accessibleName() and control.toolTip(), control
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible() and widget.parent() is dialog:
            assert dialog.rect().contains(widget.geometry()), widget
    for label in dialog.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.minimumSizeHint().width(), label.text()
    assert dialog.height() <= 720


def frame_of(nnscope: Application) -> Frame:
    frame = nnscope.controller.last_frame
    assert frame is not None
    return frame


def type_into(box: QComboBox, text: str) -> None:
    editor = box.lineEdit()
    assert editor is not None
    QTest.mouseClick(editor, Qt.MouseButton.LeftButton)
    editor.selectAll()
    QTest.keyClicks(editor, text)


def key(nnscope: Application, sequence: str) -> None:
    """As the system sends it: to whatever has the focus in the window."""
    handle = nnscope.window.windowHandle()
    assert handle is not None
    QTest.keySequence(handle, QKeySequence(sequence))


def test_after_enter_and_after_a_pick_the_keys_are_the_windows_again(
    nnscope: Application, settle: Settle
) -> None:
    box = training_panel(nnscope).learning_rate
    type_into(box, "0.5")
    key(nnscope, "Return")
    key(nnscope, "E")
    settle()
    assert frame_of(nnscope).epoch == 1
    assert nnscope.store.state.config.learning_rate == 0.5
    box.setFocus()
    box.setCurrentIndex(box.findText("0.3"))
    box.activated.emit(box.currentIndex())
    key(nnscope, "E")
    settle()
    assert frame_of(nnscope).epoch == 2
    assert (box.currentText(), nnscope.store.state.config.learning_rate) == ("0.3", 0.3)


def test_a_number_still_being_typed_counts_when_training_goes_on(
    nnscope: Application, settle: Settle
) -> None:
    type_into(training_panel(nnscope).learning_rate, "0.25")
    button = nnscope.window.buttons["training.epoch"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()
    assert nnscope.store.state.config.learning_rate == 0.25
    assert frame_of(nnscope).learning_rate == 0.25
    steps = nnscope.window.step_epochs
    QTest.mouseClick(steps.lineEdit(), Qt.MouseButton.LeftButton)
    steps.lineEdit().selectAll()
    QTest.keyClicks(steps.lineEdit(), "7")
    QTest.mouseClick(nnscope.window.buttons["training.epochs"], Qt.MouseButton.LeftButton)
    settle()
    assert frame_of(nnscope).epoch == 8


def test_the_arrow_keys_go_on_from_the_value_that_is_shown(
    nnscope: Application, settle: Settle
) -> None:
    box = training_panel(nnscope).learning_rate
    assert box.itemText(box.currentIndex()) == box.currentText() == "0.1"


def test_a_wheel_that_passes_by_changes_nothing(nnscope: Application, settle: Settle) -> None:
    before = nnscope.store.state
    boxes: list[QWidget] = [
        *nnscope.window.findChildren(QComboBox),
        *nnscope.window.findChildren(QSpinBox),
    ]
    assert len(boxes) > 8
    for box in boxes:
        for turn in (-120, 120):
            position = QPointF(box.rect().center())
            event = QWheelEvent(
                position,
                QPointF(box.mapToGlobal(position)),
                QPoint(),
                QPoint(0, turn),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(box, event)
    assert nnscope.store.state is before
