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
from app.panels.data.panel import DataPanel
from app.panels.output_map import OutputMapPanel
from app.state import Activity, FromFile, with_selection
from nncore.data.generators import GENERATORS
from resources import resource_path

Settle = Callable[[], None]
LEFT = Qt.MouseButton.LeftButton


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


def accept(nnscope: Application, settle: Settle) -> None:
    """Press Enter in the import dialog, with whatever it has guessed."""
    settle()
    assert nnscope.importer.dialog is not None
    QTest.keyClick(nnscope.importer.dialog, Qt.Key.Key_Return)
    settle()


def test_iris_loads_as_any_file_does(nnscope: Application, settle: Settle) -> None:
    drop(nnscope, resource_path("datasets", "iris.csv"))
    accept(nnscope, settle)
    state = nnscope.store.state
    assert isinstance(state.source, FromFile)
    assert (state.dataset.n_samples, state.dataset.n_features) == (150, 4)
    assert state.spec.sizes == (4, 16, 8, 3)
    prepared = state.preparation.apply(state.dataset.X[state.split.train])
    np.testing.assert_allclose(prepared.mean(axis=0), 0, atol=1e-9)
    assert "sepal_length_cm: (x − " in nnscope.data_panel.scaling.toolTip()
    nnscope.controller.step(200)
    settle()
    assert float(nnscope.window.read_outs["test accuracy"].text().split()[0]) > 90


def test_a_bundled_set_is_read_without_asking(nnscope: Application, settle: Settle) -> None:
    choose(nnscope.data_panel, nnscope.data_panel.source.ids.index("wine.csv"))
    settle()
    assert nnscope.importer.dialog is None
    assert nnscope.store.state.spec.sizes == (13, 16, 8, 3)
    assert nnscope.data_panel.source.currentText() == "Wine"


def test_another_column_can_be_the_target(nnscope: Application, settle: Settle) -> None:
    choose(nnscope.data_panel, nnscope.data_panel.source.ids.index("iris.csv"))
    settle()
    panel = nnscope.data_panel
    panel.target.setCurrentText("petal_width_cm")
    panel.target.activated.emit(panel.target.currentIndex())
    settle()
    dataset = nnscope.store.state.dataset
    assert dataset.target_name == "petal_width_cm" and not dataset.is_classification
    # the species is an input now, as one of three categories
    assert nnscope.store.state.spec.sizes == (6, 16, 8, 1)
    assert panel.target.currentText() == "petal_width_cm"


BAD_FILES = {
    "empty": b"",
    "ragged": b"a,b,c\n1,2,x\n1,2\n1,2,y\n",
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
    dialog = nnscope.importer.dialog
    if dialog is not None:  # other choices might help
        assert dialog.windowTitle() == "Import bad.csv" and not dialog.ok_button.isEnabled()
        text = dialog.status.text()
        dialog.reject()
    else:
        assert nnscope._open_message is not None
        text = nnscope._open_message.text()
        assert text.startswith("bad.csv: ")
        nnscope._open_message.close()
    assert text.endswith(".") and "\n" not in text


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
    panel.recipe.samples.setValue(300)
    panel.recipe.noise.setValue(20)
    panel.recipe.seed.setValue(7)
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
        assert nnscope.store.state.view.axes == ((0, 0) if turn % 2 == 0 else (0, 1))


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
    accept(nnscope, settle)
    assert nnscope.store.state is before
    assert nnscope._open_message is not None and "1.5e+308" in nnscope._open_message.text()
    nnscope._open_message.close()


def test_balance_and_option_make_the_data(nnscope: Application, settle: Settle) -> None:
    panel = nnscope.data_panel
    choose(panel, panel.source.ids.index("blobs"))
    assert panel.recipe.option.isVisibleTo(panel.recipe)
    panel.recipe.option.setValue(5)
    panel.recipe.balance.setValue(60)
    dataset = nnscope.store.state.dataset
    assert dataset.class_counts.tolist() == [750, 125, 125, 125, 125]
    assert nnscope.store.state.spec.layers[-1].units == 5
    panel.recipe.balance.setValue(panel.recipe.balance.minimum())
    assert nnscope.store.state.dataset.class_counts.tolist() == [250] * 5
    choose(panel, panel.source.ids.index("plane"))
    assert not panel.recipe.balance.isVisibleTo(panel.recipe)
    assert not panel.recipe.option.isVisibleTo(panel.recipe)
    settle()


def test_the_scaling_is_chosen_and_undone(nnscope: Application, settle: Settle) -> None:
    box = nnscope.data_panel.scaling
    for name, low, high in (("min_max", 0, 1), ("none", -4, 4)):
        box.setCurrentIndex(box.findData(name))
        box.activated.emit(box.currentIndex())
        state = nnscope.store.state
        prepared = state.preparation.apply(state.dataset.X[state.split.train])
        assert state.plan.scaling == name
        assert prepared.min() >= low and prepared.max() <= high
    settle()


def test_a_click_on_a_sample_selects_it_in_every_picture(
    nnscope: Application, settle: Settle
) -> None:
    output = next(p for p in nnscope._panels if isinstance(p, OutputMapPanel))
    panel = nnscope.data_panel
    for plot in (panel.picture, output.plot):
        far = int(nnscope.store.state.dataset.X[:, 0].argmax())  # it stands alone
        place = nnscope.store.state.dataset.X[far]
        at = plot.mapFromScene(plot.box.mapViewToScene(QPointF(*place)))
        QTest.mouseClick(plot.viewport(), LEFT, pos=at)
        assert nnscope.store.state.selected.tolist() == [far]
        assert panel._scatter._rings and output._scatter._rings
        QTest.keyClick(nnscope.window, Qt.Key.Key_Escape)
        assert not len(nnscope.store.state.selected) and not output._scatter._rings
    settle()


def test_the_plane_of_the_maps_can_be_chosen(nnscope: Application, settle: Settle) -> None:
    choose(nnscope.data_panel, nnscope.data_panel.source.ids.index("iris.csv"))
    settle()
    output = next(p for p in nnscope._panels if isinstance(p, OutputMapPanel))
    output._plane_actions["principal"].trigger()
    settle()
    assert output.plot.getAxis("bottom").labelText.startswith("component 1 (")
    assert not output.axis_boxes[0].isVisible()
    nnscope.store.apply(with_selection, np.array([7]))
    output._fill_plane_menu()
    output._plane_actions["sample"].trigger()
    settle()
    assert "through sample 8" in output._legend.text()
    output._plane_actions["features"].trigger()
    output.axis_boxes[0].setCurrentIndex(3)
    output.axis_boxes[0].activated.emit(3)
    settle()
    assert output.plot.getAxis("bottom").labelText == "petal_width_cm"
    assert "2 other features as in sample 8" in output._legend.text()
    frame = nnscope.controller.last_frame
    assert frame is not None and frame.output_map is not None


@pytest.mark.parametrize("own", [False, True])
def test_the_gallery_shows_a_picture_of_every_data_set(
    nnscope: Application, settle: Settle, tmp_path: Path, own: bool
) -> None:
    gallery = nnscope.data_panel.source
    if own:
        path = tmp_path / "t.csv"
        path.write_text("a,b,c\n" + "".join(f"{k},{k * k % 7},{k % 3}\n" for k in range(30)))
        nnscope.importer.open_at_once(path)
        settle()
        assert gallery.currentText() == "t"
    gallery.showPopup()
    assert gallery.count() == len(gallery.ids) + own
    assert all(not gallery.itemIcon(k).isNull() for k in range(gallery.count()))
    places = [gallery.view().visualRect(gallery.model().index(k, 0)) for k in range(7)]
    assert places[5].y() == places[0].y() < places[6].y() and places[0].width() > 100
    gallery.hidePopup()


def test_a_letter_beside_the_gallery_changes_nothing(nnscope: Application) -> None:
    before = nnscope.store.state
    nnscope.data_panel.source.setFocus()
    for key in (Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_D):
        QTest.keyClick(nnscope.data_panel.source, key)
    assert nnscope.store.state is before
    QTest.keyClick(nnscope.data_panel.source, Qt.Key.Key_Down)
    assert nnscope.store.state.dataset.name == "Ring"


def test_a_regression_shows_no_accuracy(nnscope: Application, settle: Settle) -> None:
    label = nnscope.window.read_outs["train accuracy"]
    assert label.isVisible()
    choose(nnscope.data_panel, nnscope.data_panel.source.ids.index("plane"))
    settle()
    assert not label.isVisible()
