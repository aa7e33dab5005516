"""Run, pause, step, reset and re-seed, by key and by mouse, in the real window."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panels.training.panel import TrainingPanel
from app.state import Activity, experiment_of, with_hidden
from nncore import guide
from nncore.evaluation import Evaluator
from nncore.trainer import Trainer

GUIDE_COSTS = {0: 0.7249307666, 100: 0.3060294385, 200: 0.1813096556, 300: 0.1296391452}
Settle = Callable[[], None]


def press(nnscope: Application, keys: str) -> None:
    QTest.keySequence(nnscope.window, QKeySequence(keys))


def training_panel(nnscope: Application) -> TrainingPanel:
    return next(p for p in nnscope._panels if isinstance(p, TrainingPanel))


def type_into(box: QComboBox, text: str) -> None:
    """Replace what stands in an editable box, and press Enter."""
    editor = box.lineEdit()
    assert editor is not None
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def shown_train_loss(nnscope: Application) -> float:
    """The exact value in the read-out's tool-tip."""
    return float(nnscope.window.read_outs["train loss"].toolTip().split()[0])


def click(qtbot: QtBot, nnscope: Application, id: str) -> None:
    qtbot.mouseClick(nnscope.window.buttons[id], Qt.MouseButton.LeftButton)


def test_it_starts_paused_with_the_guide_untrained(nnscope: Application) -> None:
    state = nnscope.store.state
    assert state.activity is Activity.PAUSED
    assert state.spec.sizes == (2, 16, 8, 1)
    assert nnscope.window.read_outs["epoch"].text() == "0"
    assert nnscope.window.read_outs["train loss"].text() == "0.725"
    assert nnscope.window.banner.text().startswith("Paused")
    frame = nnscope.controller.last_frame
    assert frame is not None
    np.testing.assert_array_equal(frame.theta, guide.guide_theta())


def test_the_window_shows_the_figures_of_the_guide(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    for epoch, cost in GUIDE_COSTS.items():
        assert nnscope.window.read_outs["epoch"].text() == str(epoch)
        assert shown_train_loss(nnscope) == pytest.approx(cost, abs=1e-6)
        click(qtbot, nnscope, "training.epochs")
        settle()


def test_space_runs_and_pauses(qtbot: QtBot, nnscope: Application, settle: Settle) -> None:
    press(nnscope, "Space")
    assert nnscope.store.state.activity is Activity.RUNNING
    assert nnscope.window.buttons["training.toggle"].text() == "Pause"
    qtbot.waitUntil(lambda: (nnscope.controller.last_frame or 0) and _epoch(nnscope) > 5)
    press(nnscope, "Space")
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED
    stood = _epoch(nnscope)
    qtbot.wait(100)
    assert _epoch(nnscope) == stood > 5
    assert f"{stood:,}" in nnscope.window.banner.text()


def _epoch(nnscope: Application) -> int:
    frame = nnscope.controller.last_frame
    return -1 if frame is None else frame.epoch


def test_e_steps_one_epoch(nnscope: Application, settle: Settle) -> None:
    for epoch in (1, 2, 3):
        press(nnscope, "E")
        settle()
        assert nnscope.window.read_outs["epoch"].text() == str(epoch)


def test_the_number_of_epochs_per_step_can_be_set(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    nnscope.window.step_epochs.setValue(7)
    assert nnscope.window.buttons["training.epochs"].text() == "Step 7 epochs"
    click(qtbot, nnscope, "training.epochs")
    settle()
    assert _epoch(nnscope) == 7


def test_reset_gives_the_same_weights_and_reseed_others(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    def theta() -> np.ndarray:
        frame = nnscope.controller.last_frame
        assert frame is not None
        return frame.theta

    first = theta()
    press(nnscope, "E")
    settle()
    assert not np.array_equal(theta(), first)
    click(qtbot, nnscope, "training.reset")
    settle()
    np.testing.assert_array_equal(theta(), first)
    press(nnscope, "Shift+R")
    settle()
    assert not np.array_equal(theta(), first)
    reseeded = theta()
    press(nnscope, "R")
    settle()
    np.testing.assert_array_equal(theta(), reseeded)


def test_the_learning_rate_takes_effect_while_it_runs(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    press(nnscope, "Space")
    run_id = nnscope.store.state.run_id
    qtbot.waitUntil(lambda: _epoch(nnscope) > 0)
    type_into(training_panel(nnscope).learning_rate, "0")
    assert nnscope.store.state.config.learning_rate == 0
    assert nnscope.store.state.run_id == run_id
    assert nnscope.store.state.activity is Activity.RUNNING
    qtbot.wait(150)
    press(nnscope, "Space")
    settle()
    before = shown_train_loss(nnscope)
    press(nnscope, "E")
    settle()
    assert shown_train_loss(nnscope) == before


def test_every_point_of_the_loss_curve_is_what_the_engine_has_there(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.controller.step(60)
    settle()
    loss = next(p for p in nnscope._panels if p.accessibleName() == "Loss")
    gradients = next(p for p in nnscope._panels if "Gradient" in p.accessibleName())
    e = experiment_of(nnscope.store.state)
    trainer = Trainer(e.spec, e.config, e.X_train, e.Y_train, e.theta)
    train = Evaluator(trainer.network, e.X_train, e.Y_train)
    test = Evaluator(trainer.network, e.X_test, e.Y_test)
    for epoch in range(61):
        expected = (epoch, train.evaluate().loss, test.evaluate().loss)  # type: ignore[union-attr]
        assert loss.point_at(epoch) == pytest.approx(expected, rel=1e-12)  # type: ignore[attr-defined]
        if epoch:
            shown = gradients.values_at(epoch)  # type: ignore[attr-defined]
            np.testing.assert_allclose(shown, trainer.network.gradient.layer_rms(), rtol=1e-9)
        trainer.step_epoch()


def test_a_diverging_run_stops_and_says_where(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    from app.state import Generated, with_data, with_learning_rate
    from nncore.data.generators import generate

    data = generate("plane", n=200, noise=0.0, seed=1)
    nnscope.store.apply(with_data, Generated("plane", 200, 0.0, 1), data)
    nnscope.store.apply(with_learning_rate, 1e6)
    settle()
    press(nnscope, "Space")
    settle()
    assert nnscope.store.state.activity is Activity.DIVERGED
    assert nnscope.window.banner.text().startswith("Diverged at epoch")
    assert not nnscope.window.buttons["training.toggle"].isEnabled()
    frame = nnscope.controller.last_frame
    assert frame is not None and np.isfinite(frame.theta).all()
    nnscope.controller.pause()  # too late: the run has ended
    qtbot.wait(50)
    assert nnscope.store.state.activity is Activity.DIVERGED
    press(nnscope, "R")
    settle()
    assert nnscope.window.buttons["training.toggle"].isEnabled()


def test_nothing_is_polled_while_paused(qtbot: QtBot, nnscope: Application, settle: Settle) -> None:
    press(nnscope, "E")
    settle()
    qtbot.waitUntil(lambda: not nnscope.controller._timer.isActive())


@pytest.mark.parametrize("after_ms", [0, 5, 60])
def test_closing_while_training_ends_the_thread(
    qtbot: QtBot, nnscope: Application, after_ms: int
) -> None:
    press(nnscope, "Space")
    qtbot.wait(after_ms)
    nnscope.window.close()
    assert not nnscope.controller._worker.is_alive()


def test_space_on_a_focused_box_is_for_the_box(nnscope: Application, settle: Settle) -> None:
    box = nnscope.data_panel.stratified
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    settle()
    assert nnscope.store.state.stratified
    assert nnscope.store.state.activity is Activity.PAUSED


@pytest.mark.parametrize(
    ("text", "batch_size"),
    [("3", 3), ("2", 2), ("10", 10), ("all", None), ("0", "no"), ("x", "no")],
)
def test_the_batch_size_is_what_was_typed(
    nnscope: Application, settle: Settle, text: str, batch_size: object
) -> None:
    box = training_panel(nnscope).batch_size
    type_into(box, text)
    settle()
    if batch_size == "no":
        assert nnscope.store.state.config.batch_size is None
        assert box.currentText() == "all"
        assert nnscope._open_message is not None
        nnscope._open_message.close()
    else:
        assert nnscope.store.state.config.batch_size == batch_size
    assert not box.lineEdit().hasFocus()


@pytest.mark.parametrize(("text", "rate"), [("0,5", 0.5), ("0", 0.0), ("0.123456789", 0.123456789)])
def test_the_learning_rate_is_what_was_typed(nnscope: Application, text: str, rate: float) -> None:
    box = training_panel(nnscope).learning_rate
    type_into(box, text)
    assert nnscope.store.state.config.learning_rate == rate
    assert float(box.currentText()) == rate


def test_many_layers_do_not_widen_the_window(nnscope: Application, settle: Settle) -> None:
    width = nnscope.window.width()
    nnscope.store.apply(with_hidden, (4,) * 8)
    settle()
    assert nnscope.window.width() == width
    assert nnscope.window.minimumSizeHint().width() <= width
