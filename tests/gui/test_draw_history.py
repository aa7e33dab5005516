"""Undo and redo, what is loaded before and after, and painting while the network trains."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from board import LEFT, Board, box, stroke
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panels.draw.history import MOST_STEPS
from app.state import (
    Activity,
    Drawn,
    Generated,
    made_data,
    with_activity,
    with_data,
    with_drawing,
    with_selection,
)
from app.viewdata.drawing import Mode
from nncore.data.dataset import Dataset

Key = Qt.Key
MOONS, SINE = Generated("moons", 60, 0.1, 1), Generated("sine", 50, 0.1, 1)


@pytest.fixture
def board(qtbot: QtBot, qapp: QApplication) -> Iterator[Board]:
    board = Board()
    qtbot.waitExposed(board.window)
    yield board
    board.close()


def wine() -> Dataset:
    rng = np.random.default_rng(0)
    names = tuple(f"f{k}" for k in range(13))
    return Dataset(
        "Wine", rng.normal(size=(30, 13)), np.arange(30) % 3, names, "k", ("a", "b", "c")
    )


def test_every_change_is_undone_and_made_again(board: Board) -> None:
    panel, seen = board.panel, []

    def remember() -> None:
        seen.append((board.points.copy(), board.drawing.marks.copy()))

    remember()
    panel.clear()
    remember()
    for place, k in (((-2.0, 0.0), 0), ((-1.0, 1.0), 0), ((2.0, 1.0), 1)):
        board.point(place, k=k)
        remember()
    board.lasso(*box(-2.5, -0.5, -1.5, 0.5))
    board.swatch(1)
    remember()
    panel.duplicate_selected()
    remember()
    board.stroke(tuple(board.points[-1]), (0, -1))  # drags the copy
    remember()
    panel.delete_selected()
    remember()
    board.tool("jitter")
    board.stroke((2, 1))
    remember()
    assert not panel.can_redo
    for points, marks in reversed(seen[:-1]):
        QTest.mouseClick(panel.top_row.undo, LEFT)
        np.testing.assert_array_equal(board.points, points)
        np.testing.assert_array_equal(board.drawing.marks, marks)
    assert not panel.can_undo and not panel.top_row.undo.isEnabled()
    panel.undo()
    for points, marks in seen[1:]:
        panel.redo()
        np.testing.assert_array_equal(board.points, points)
        np.testing.assert_array_equal(board.drawing.marks, marks)
        if len(set(marks)) == 2:
            np.testing.assert_array_equal(board.data.X, points)
    assert not panel.can_redo and not panel.top_row.redo.isEnabled()


def test_undo_goes_back_to_the_very_data_that_was_loaded(board: Board) -> None:
    source, data = board.state.source, board.data
    board.stroke((2, 2), (2.5, 2))
    assert board.data is not data
    board.panel.undo()
    assert board.data is data and board.state.source is source
    run_id = board.state.run_id
    board.panel.clear()
    board.panel.undo()
    assert board.data is data and board.state.run_id == run_id  # it had never gone
    board.panel.redo()
    assert board.drawing.n == 0 and board.data is data


def test_a_selection_comes_back_with_what_was_deleted(board: Board) -> None:
    board.three()
    board.lasso(*box(-2.5, -0.5, -1.5, 0.5))
    board.panel.delete_selected()
    board.panel.undo()
    assert board.state.selected.tolist() == [0] and board.data.n_samples == 3
    board.panel.clear()
    board.store.apply(with_selection, np.array([1, 2]))  # of the data that is still there
    board.panel.undo()
    assert board.state.selected.tolist() == [0]


def test_a_selection_comes_back_with_what_was_loaded(board: Board) -> None:
    board.store.apply(with_selection, np.array([5, 7]))
    board.panel.delete_selected()
    assert board.state.selected.tolist() == []
    board.panel.undo()
    assert board.state.selected.tolist() == [5, 7] and board.data.n_samples == 1250


def test_other_data_takes_the_place_of_what_was_undone(board: Board) -> None:
    board.stroke((0, 0))
    board.panel.undo()
    board.store.apply(with_data, MOONS, made_data(MOONS))
    assert not board.panel.can_redo and not board.panel.can_undo


def test_undo_shows_what_is_out_of_sight(board: Board) -> None:
    board.three()
    right = board.panel.canvas.ranges[0][1]
    board.point((right - 0.1, 0), k=1)
    board.panel.undo()
    board.window.resize(420, 500)
    board.panel.redo()
    assert board.panel.canvas.ranges[0][1] > board.points[:, 0].max() > 3


def test_a_new_change_takes_the_place_of_what_was_undone(board: Board) -> None:
    board.three()
    board.panel.undo()
    board.point((0, 0), k=1)
    assert not board.panel.can_redo
    np.testing.assert_allclose(board.data.X, [[-2, 0], [-1, 1], [0, 0]], atol=0.05)


def test_nudges_in_a_row_are_undone_together(board: Board) -> None:
    board.three()
    before = board.points
    board.lasso(*box(-2.5, -0.5, -1.5, 0.5))
    for key in (Key.Key_Left, Key.Key_Up, Key.Key_Left):
        board.key(key)
    board.panel.undo()
    np.testing.assert_array_equal(board.points, before)
    board.key(Key.Key_Left)
    board.lasso(*box(1.5, 0.5, 2.5, 1.5))
    board.key(Key.Key_Left)
    board.panel.undo()
    assert (board.points != before).any(axis=1).tolist() == [True, False, False]
    board.panel.duplicate_selected()
    n = board.drawing.n
    board.key(Key.Key_Left)  # after a copy, not of one change with it
    board.panel.undo()
    assert board.drawing.n == n


def test_no_more_than_so_many_steps_are_kept(board: Board) -> None:
    board.three()
    for _ in range(MOST_STEPS + 3):
        board.stroke((2, 1))
    for _ in range(MOST_STEPS):
        assert board.panel.can_undo
        board.panel.undo()
    assert not board.panel.can_undo and board.data.n_samples == 6


def test_a_drawing_that_gives_way_to_other_data_can_be_had_back(board: Board) -> None:
    board.three()
    drawn = board.points
    board.store.apply(with_data, MOONS, made_data(MOONS))
    board.store.apply(with_data, SINE, made_data(SINE))
    assert board.points.shape == (50, 2) and board.state.spec.n_inputs == 1
    board.panel.undo()
    np.testing.assert_array_equal(board.data.X, drawn)
    assert board.data.name == "Drawing" and board.state.spec.n_inputs == 2
    board.panel.redo()
    assert board.state.source is SINE


def test_what_is_loaded_amid_a_stroke_ends_it(board: Board) -> None:
    board.stroke((0, 0), (1, 0), lift=False)
    data = made_data(MOONS)
    board.store.apply(with_data, MOONS, data)
    QTest.mouseRelease(board.panel.canvas.viewport(), LEFT)
    assert board.data is data and not board.panel.can_undo


def test_another_kind_of_drawing_is_a_new_one_that_can_be_undone(board: Board) -> None:
    mode = board.panel.top_row.mode
    data = board.data
    for k in (2, 1):  # an empty canvas just changes
        mode.setCurrentIndex(k)
        mode.activated.emit(k)
    assert mode.currentText() == "Values" and board.drawing.n == 0
    board.panel.undo()
    assert board.drawing.mode is Mode.CLASSES and mode.currentText() == "Classes"
    assert board.data is data and not board.panel.can_undo


def test_data_that_can_not_be_painted_gives_the_reason_and_a_way_out(board: Board) -> None:
    data = wine()
    board.panel.canvas.setFocus()
    board.store.apply(with_data, Drawn(), data)
    page = board.panel.reason_page
    assert not page.new_button.hasFocus()  # Space is still to run, not to begin a drawing
    assert page.isVisible() and not board.panel.canvas.isVisible()
    assert page.reason.text() == "Wine has 13 inputs; only data with one or two can be painted."
    for act in (
        board.panel.delete_selected,
        board.panel.duplicate_selected,
        board.panel.select_all,
        board.panel.undo,
    ):
        act()
    board.panel.choose_class(3)
    QTest.keyClick(board.panel, Key.Key_X)
    assert board.data is data
    QTest.mouseClick(page.new_button, LEFT)
    assert board.panel.canvas.hasFocus() and board.drawing.n == 0 and board.data is data
    board.panel.undo()
    assert page.isVisible() and board.data is data


def test_commands_are_told_when_something_becomes_possible(qtbot: QtBot, board: Board) -> None:
    with qtbot.waitSignal(board.panel.history_changed):
        board.stroke((0, 0))
    assert board.panel.can_undo and not board.panel.can_redo
    with qtbot.waitSignal(board.panel.history_changed):
        board.panel.undo()
    assert board.panel.can_redo
    with qtbot.waitSignal(board.panel.save_requested):
        QTest.mouseClick(board.panel.top_row.save, LEFT)


def test_a_change_of_size_keeps_every_point_in_sight(board: Board, qapp: QApplication) -> None:
    board.three()
    (_, right), _ = board.panel.canvas.ranges
    before = board.panel.canvas.ranges
    board.point((right - 0.1, 0), k=1)
    assert board.panel.canvas.ranges == before  # nothing moves under the mouse
    board.window.resize(420, 500)
    qapp.processEvents()
    (x0, x1), _ = board.panel.canvas.ranges
    assert x0 <= -3 and board.points[:, 0].max() <= x1 < right + 3
    assert board.painted()


def test_data_that_is_refused_leaves_the_drawing_and_says_so(board: Board) -> None:
    X = np.array([[9e29, 0], [-9e29, 1.0], [0, 0.5]])
    data = Dataset("far", X, np.array([0, 1, 1]), ("a", "b"), "c", ("u", "v"))
    board.store.apply(with_data, Drawn(), data)
    right = board.panel.canvas.ranges[0][1]
    assert right > 1e30
    board.point((right * 0.998, 0.2), k=1)
    assert board.data is data and board.drawing.n == 4
    assert "can't be trained on" in board.message
    board.panel.undo()
    assert board.drawing.n == 3 and "can't" not in board.message


def test_all_of_it_fits_into_the_smallest_window(board: Board, qapp: QApplication) -> None:
    assert board.window.minimumSizeHint().width() <= 620
    options = board.panel.options
    for widget in (options.palette_row, options.brush_size.spin, options.density.spin):
        inside = widget.mapTo(board.panel, widget.rect().bottomRight())
        assert board.panel.rect().contains(inside)
    lowest = board.panel.toolbox.buttons["lasso"]
    assert lowest.mapTo(board.panel, lowest.rect().bottomRight()).y() < board.panel.height()


def test_every_control_has_a_name_and_a_tool_tip(board: Board) -> None:
    panel = board.panel
    options, top = panel.options, panel.top_row
    controls = [
        *panel.toolbox.buttons.values(),
        *options.palette_row.swatches,
        options.value_brush.slider,
        options.value_brush.field,
        options.brush_size.slider,
        options.brush_size.spin,
        options.density.slider,
        options.density.spin,
        *(top.mode, top.undo, top.redo, top.clear, top.save),
        panel.reason_page.new_button,
    ]
    for control in controls:
        assert control.accessibleName() and control.toolTip()
    assert panel.canvas.accessibleName()


def test_data_of_an_earlier_moment_lies_on_the_same_canvas(board: Board) -> None:
    board.three()
    first, ranges = board.data, board.panel.canvas.ranges
    board.point((0, -1), k=1)
    second = board.data
    for data in (first, second, first):  # as going back and on again in the run does
        board.store.set(with_data(board.state, Drawn(), data))
        assert board.points.tolist() == data.X.tolist() and board.message.startswith(
            f"{len(data.X)} p"
        )
        assert board.panel.canvas.ranges == ranges
    board.panel.undo()
    np.testing.assert_array_equal(board.data.X, second.X)
    board.panel.redo()
    assert board.data is first


def test_undo_within_drawings_keeps_the_run_going(board: Board) -> None:
    board.three()
    board.store.apply(with_activity, Activity.PAUSED, "", 10)  # ten steps on
    board.store.set(with_drawing(board.state, replace(board.data)))
    run_id = board.state.run_id
    board.point((0, -1), k=1)
    board.panel.undo()
    assert board.state.run_id == run_id and board.data.n_samples == 3


# ---- in the window ---------------------------------------------------------------------------


def test_painting_goes_on_while_the_network_trains(
    qtbot: QtBot, nnscope: Application, settle: Callable[[], None]
) -> None:
    panel = nnscope.draw_panel
    nnscope.window.show_centre("draw")
    nnscope.controller.run()
    qtbot.wait(80)
    run_id, n = nnscope.store.state.run_id, nnscope.store.state.dataset.n_samples
    stroke(panel, (1.0, 2.0), (1.5, 2.0), (2.0, 2.0))
    state = nnscope.store.state
    assert state.run_id == run_id and state.activity is Activity.RUNNING
    assert state.dataset.n_samples > n
    assert "next epoch" in state.notice
    qtbot.wait(80)
    nnscope.controller.toggle()
    settle()
    assert int(nnscope.window.read_outs["epoch"].text().replace(",", "")) > 0
    stroke(panel, (1.0, -2.0))
    assert nnscope.store.state.run_id == run_id


def test_the_commands_of_the_window_reach_the_canvas(
    nnscope: Application, settle: Callable[[], None]
) -> None:
    window, panel = nnscope.window, nnscope.draw_panel
    nnscope.window.show_centre("draw")
    n = nnscope.store.state.dataset.n_samples
    panel.select_all()
    QTest.keyClick(panel.canvas, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert nnscope.store.state.dataset.n_samples == 2 * n
    QTest.keyClick(panel.canvas, Key.Key_Delete)
    assert nnscope.store.state.dataset.n_samples == n
    QTest.keyClick(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert nnscope.store.state.dataset.n_samples == 2 * n
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Key.Key_Z, modifiers)
    assert nnscope.store.state.dataset.n_samples == n
    settle()
    assert nnscope.store.state.activity is Activity.PAUSED


def test_the_single_keys_of_the_window_still_work_over_the_canvas(
    nnscope: Application, settle: Callable[[], None]
) -> None:
    nnscope.window.show_centre("draw")
    nnscope.draw_panel.canvas.setFocus()
    settle()
    QTest.keyClick(nnscope.draw_panel.canvas, Key.Key_E)
    settle()
    assert nnscope.window.read_outs["epoch"].text() == "1"
    QTest.keyClick(nnscope.draw_panel.canvas, Key.Key_R)
    settle()
    assert nnscope.window.read_outs["epoch"].text() == "0"
    assert nnscope.draw_panel.toolbox.tool.id == "brush"
