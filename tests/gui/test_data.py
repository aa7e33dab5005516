"""Choosing, painting and loading data, with real events."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panels.data import DataPanel
from app.state import Activity, Drawn, FromFile
from nncore.data.generators import GENERATORS
from resources import resource_path

Settle = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton


def on_canvas(panel: DataPanel, x: float, y: float) -> QPoint:
    """Where a point in data coordinates is on the canvas."""
    return panel.canvas.mapFromScene(panel.canvas.box.mapViewToScene(QPointF(x, y)))


def stroke(panel: DataPanel, *places: tuple[float, float]) -> None:
    target = panel.canvas.viewport()
    first, *rest = (on_canvas(panel, *place) for place in places)
    QTest.mousePress(target, LEFT, pos=first)
    for place in rest:
        QTest.mouseMove(target, place)
    QTest.mouseRelease(target, LEFT, pos=(rest or [first])[-1])


def drop(nnscope: Application, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(
        QPoint(200, 200), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(nnscope.window, enter)
    assert enter.isAccepted()
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        data,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    QApplication.sendEvent(nnscope.window, event)


def choose(panel: DataPanel, index: int) -> None:
    panel.source.setCurrentIndex(index)
    panel.source.activated.emit(index)


@pytest.mark.parametrize("index", range(len(GENERATORS)), ids=list(GENERATORS))
def test_every_data_set_can_be_chosen_and_trained_on(
    nnscope: Application, settle: Settle, index: int
) -> None:
    choose(nnscope.data_panel, index)
    settle()
    before = nnscope.controller.last_frame
    nnscope.controller.step(3)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None and before is not None and frame.epoch == 3
    assert frame.record.train.loss != before.record.train.loss
    assert frame.output_map is not None and np.isfinite(frame.output_map).all()


def test_painting_from_an_empty_canvas(nnscope: Application, settle: Settle) -> None:
    panel = nnscope.data_panel
    QTest.mouseClick(panel.clear_button, LEFT)
    QTest.mouseClick(panel.tools["point"], LEFT)
    QTest.mouseClick(panel.swatches[0], LEFT)
    stroke(panel, (-2.0, 0.0))
    assert not isinstance(nnscope.store.state.source, Drawn)  # one point is not enough
    assert "two points" in nnscope.window.banner.text()
    QTest.mouseClick(panel.swatches[2], LEFT)
    stroke(panel, (2.0, 1.0))
    state = nnscope.store.state
    assert isinstance(state.source, Drawn)
    np.testing.assert_allclose(state.dataset.X, [[-2, 0], [2, 1]], atol=0.1)
    assert state.dataset.y.tolist() == [0, 2]
    assert state.spec.layers[-1].units == 3
    settle()
    nnscope.controller.step(5)
    settle()
    assert nnscope.window.read_outs["epoch"].text() == "5"


def test_brush_erase_undo_and_clear(nnscope: Application, settle: Settle) -> None:
    panel = nnscope.data_panel
    n = nnscope.store.state.dataset.n_samples
    stroke(panel, (2.0, 2.0), (2.3, 2.0), (2.6, 2.0))
    painted = nnscope.store.state.dataset
    assert painted.n_samples > n
    assert (painted.y[n:] == 1).all()
    assert np.abs(painted.X[n:] - (2.3, 2.0)).max() < 1.5
    QTest.mouseClick(panel.tools["erase"], LEFT)
    stroke(panel, (0.0, 0.0))
    erased = nnscope.store.state.dataset
    assert erased.n_samples < painted.n_samples
    assert np.hypot(*erased.X.T).min() > np.hypot(*painted.X.T).min()
    QTest.mouseClick(panel.undo_button, LEFT)
    np.testing.assert_array_equal(nnscope.store.state.dataset.X, painted.X)
    QTest.mouseClick(panel.undo_button, LEFT)
    assert nnscope.store.state.dataset.n_samples == n
    assert not panel.undo_button.isEnabled()
    QTest.mouseClick(panel.clear_button, LEFT)
    QTest.mouseClick(panel.undo_button, LEFT)
    assert nnscope.store.state.dataset.n_samples == n
    settle()


def test_painting_while_it_runs_starts_afresh(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    nnscope.controller.run()
    qtbot.wait(50)
    stroke(nnscope.data_panel, (1.0, 2.0), (1.5, 2.0))
    settle()
    assert nnscope.window.read_outs["epoch"].text() == "0"
    assert "started afresh" in nnscope.window.banner.text()


def test_iris_loads_as_any_file_does(nnscope: Application, settle: Settle) -> None:
    drop(nnscope, resource_path("datasets", "iris.csv"))
    settle()
    state = nnscope.store.state
    assert isinstance(state.source, FromFile)
    assert (state.dataset.n_samples, state.dataset.n_features) == (150, 4)
    assert state.spec.sizes == (4, 16, 8, 3)
    assert state.standardize and not state.inputs.is_identity
    prepared = state.inputs.apply(state.dataset.X[state.split.train])
    np.testing.assert_allclose(prepared.mean(axis=0), 0, atol=1e-9)
    assert "sepal_length_cm: (x − " in nnscope.data_panel._facts.text()
    nnscope.controller.step(200)
    settle()
    assert float(nnscope.window.read_outs["test accuracy"].text().split()[0]) > 90


def test_another_column_can_be_the_target(nnscope: Application, settle: Settle) -> None:
    drop(nnscope, resource_path("datasets", "iris.csv"))
    settle()
    panel = nnscope.data_panel
    panel.target.setCurrentText("petal_width_cm")
    panel.target.activated.emit(panel.target.currentIndex())
    settle()
    # species is text and can't be an input, which is said; the data stays
    assert nnscope.store.state.dataset.target_name == "species"
    assert nnscope._open_message is not None
    assert "species" in nnscope._open_message.text()
    nnscope._open_message.close()


BAD_FILES = {
    "empty": b"",
    "ragged": b"a,b,c\n1,2,x\n1,2\n1,2,y\n",
    "text_for_a_number": b"a,b,c\n1,2,x\n1,two,y\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00\x00",
    "one_column": b"a\n1\n2\n",
}


@pytest.mark.parametrize("kind", [*BAD_FILES, "missing", "folder"])
def test_a_bad_file_gives_one_sentence_and_changes_nothing(
    nnscope: Application, settle: Settle, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "bad.csv"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(BAD_FILES[kind])
    before = nnscope.store.state
    drop(nnscope, path)
    settle()
    assert nnscope.store.state is before
    assert nnscope._open_message is not None
    text = nnscope._open_message.text()
    assert text.startswith("bad.csv: ") and "Traceback" not in text
    nnscope._open_message.close()


def test_several_files_dropped_are_refused(nnscope: Application, tmp_path: Path) -> None:
    before = nnscope.store.state
    drop(nnscope, tmp_path / "a.csv", tmp_path / "b.csv")
    assert nnscope.store.state is before
    assert nnscope._open_message is not None
    nnscope._open_message.close()


def test_all_samples_can_train(nnscope: Application, settle: Settle) -> None:
    nnscope.data_panel.test_share.setValue(0)
    settle()
    nnscope.controller.step(3)
    settle()
    assert nnscope.window.read_outs["epoch"].text() == "3"
    assert nnscope.window.read_outs["test loss"].text() == "–"


def test_samples_noise_seed_and_split_start_afresh(nnscope: Application, settle: Settle) -> None:
    panel = nnscope.data_panel
    run_id = nnscope.store.state.run_id
    panel.samples.setValue(300)
    panel.noise.setValue(20)
    panel.data_seed.setValue(7)
    panel.test_share.setValue(50)
    state = nnscope.store.state
    assert state.run_id == run_id + 4
    assert (len(state.split.train), len(state.split.test)) == (150, 150)
    settle()


def test_changing_the_data_while_it_runs_never_fails(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    circle, sine = (list(GENERATORS).index(id) for id in ("circle", "sine"))
    for turn in range(12):
        nnscope.controller.run()
        qtbot.wait(25 + turn)
        choose(nnscope.data_panel, sine if turn % 2 == 0 else circle)
        settle()
        assert nnscope.store.state.activity is Activity.PAUSED
        assert nnscope.store.state.axes == ((0, 0) if turn % 2 == 0 else (0, 1))


def test_a_file_that_fails_leaves_the_curves(
    nnscope: Application, settle: Settle, tmp_path: Path
) -> None:
    nnscope.controller.step(30)
    settle()
    loss = next(p for p in nnscope._panels if p.accessibleName() == "Loss")
    before = loss.point_at(30)  # type: ignore[attr-defined]
    drop(nnscope, tmp_path / "missing.csv")
    settle()
    assert loss.point_at(30) == before  # type: ignore[attr-defined]
    assert nnscope._open_message is not None
    nnscope._open_message.close()


def test_values_too_large_to_draw_are_refused_in_a_sentence(
    nnscope: Application, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "huge.csv"
    path.write_text("a,b,c\n1.5e308,1,x\n-1.5e308,2,y\n1,3,x\n")
    before = nnscope.store.state
    drop(nnscope, path)
    settle()
    assert nnscope.store.state is before
    assert nnscope._open_message is not None and "1.5e+308" in nnscope._open_message.text()
    nnscope._open_message.close()
