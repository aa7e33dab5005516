"""Painting with every tool, by mouse and by keys, on the drawing panel alone."""

from collections.abc import Iterator

import numpy as np
import pytest
from board import CONTROL, LEFT, SHIFT, Board, box, keys_of_tools, on_canvas, pixels
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme as themes
from app.panels.draw.tools import TOOLS
from app.state import Drawn, with_appearance, with_selection
from app.widgets.canvas import HOLD_MS

Key = Qt.Key


@pytest.fixture
def board(qtbot: QtBot, qapp: QApplication) -> Iterator[Board]:
    board = Board()
    qtbot.waitExposed(board.window)
    yield board
    board.close()


def test_a_stroke_of_the_brush_goes_on_with_the_data_that_is_there(board: Board) -> None:
    before = board.data
    board.swatch(1)
    board.stroke((2, 2), (2.3, 2), (2.6, 2), lift=False)
    assert board.data is before  # it becomes data when the stroke ends
    board.stroke((2.6, 2))
    n = before.n_samples
    assert isinstance(board.state.source, Drawn) and board.data.name == "Drawing"
    assert board.data.n_samples > n + 10
    np.testing.assert_array_equal(board.data.X[:n], before.X)
    assert (board.data.y[n:] == 1).all()
    away = pixels(board.panel, board.data.X[n:] - (2.3, 2))
    assert np.abs(away).max() < 18 + pixels(board.panel, np.array([0.4, 0]))[0]
    assert board.data.class_names == ("outside", "inside")


def test_the_points_are_where_the_mouse_was_and_in_their_colours(board: Board) -> None:
    board.three()
    np.testing.assert_allclose(board.data.X, [[-2, 0], [-1, 1], [2, 1]], atol=0.05)
    assert board.data.y.tolist() == [0, 0, 1]
    assert board.painted()
    board.store.apply(with_appearance, "dark", True)
    assert board.panel._theme is themes.DARK and board.painted()


def test_two_classes_are_needed_and_the_panel_says_so(board: Board) -> None:
    before = board.data
    board.panel.clear()
    assert board.data is before and "at least two classes" in board.message
    assert not board.panel.top_row.save.isEnabled()
    board.point((-2, 0), (-1, 0), k=0)
    assert board.data is before and "second class" in board.message
    board.point((1, 0), k=1)
    assert board.panel.top_row.save.isEnabled()
    assert board.data.n_samples == 3 and board.message == "3 points: class 1 2 · class 2 1"


def test_size_and_density_are_what_the_brush_leaves(board: Board) -> None:
    board.panel.clear()
    options = board.panel.options
    options.brush_size.spin.setValue(100)
    options.density.spin.setValue(20)
    assert (options.brush_size.slider.value(), options.density.slider.value()) == (100, 20)
    board.stroke((0, 0))
    away = np.hypot(*pixels(board.panel, board.points - (0, 0)).T)
    assert board.drawing.n == 20 and 20 < away.max() <= 51
    options.brush_size.slider.setValue(6)
    assert options.brush_size.spin.value() == 6
    board.stroke((2, 0))
    away = np.hypot(*pixels(board.panel, board.points[20:] - (2, 0)).T)
    assert away.max() <= 4


def test_the_ring_shows_the_true_size_and_follows_the_mouse(board: Board) -> None:
    canvas = board.panel.canvas
    at = on_canvas(canvas, (1, 1))
    QTest.mouseMove(canvas.viewport(), at)
    board.panel.options.brush_size.spin.setValue(50)
    ring = canvas._ring
    assert ring.isVisible() and ring.rect().width() == 50
    assert canvas.mapFromScene(ring.scenePos()) == at
    assert board.panel._place.text().startswith("x₁ 1.0")
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert not ring.isVisible() and board.panel._place.text() == ""
    QTest.mouseMove(canvas.viewport(), at)
    board.tool("lasso")
    assert not ring.isVisible()
    assert not board.panel.options.brush_size.isEnabled()
    wheel = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), wheel)
    assert board.panel.options.brush_size.value > 50


def test_the_line_is_straight_and_even(board: Board) -> None:
    board.panel.clear()
    board.tool("line")
    board.stroke((-2, -1), (0, 2), (2, 1))
    steps = np.diff(board.points, axis=0)
    np.testing.assert_allclose(steps, steps[:1].repeat(len(steps), axis=0), atol=1e-9)
    np.testing.assert_allclose(board.points[[0, -1]], [[-2, -1], [2, 1]], atol=0.05)
    assert board.drawing.n > 5


def test_the_eraser_leaves_a_hole(board: Board) -> None:
    board.tool("erase")
    board.stroke((-0.5, 0), (0.5, 0))
    away = np.hypot(*pixels(board.panel, board.data.X - (0, 0)).T)
    assert away.min() > 17


def test_move_pushes_and_jitter_shakes_what_is_in_the_ring(board: Board) -> None:
    board.three()
    board.tool("push")
    board.stroke((-2, 0), (-2, 0.5), (-2, 1))
    np.testing.assert_allclose(board.data.X, [[-2, 1], [-1, 1], [2, 1]], atol=0.06)
    board.tool("jitter")
    before = board.points
    board.stroke((2, 1))
    moved = np.abs(pixels(board.panel, board.points - before)).max(axis=1)
    assert moved[:2].tolist() == [0, 0] and 0 < moved[2] < 18


def test_a_brush_that_is_held_down_goes_on(qtbot: QtBot, board: Board) -> None:
    board.panel.clear()
    board.stroke((0, 0), lift=False)
    stroke = board.panel.easel.stroke
    assert stroke is not None and stroke.drawing.n == 4
    qtbot.waitUntil(lambda: stroke.drawing.n >= 12)
    assert board.panel.canvas._clock.interval() == HOLD_MS
    QTest.mouseRelease(board.panel.canvas.viewport(), LEFT)
    assert board.drawing.n == stroke.drawing.n
    assert not board.panel.canvas._clock.isActive()


def test_a_panel_that_is_hidden_amid_a_stroke_ends_it(board: Board) -> None:
    board.stroke((0, 0), (1, 0), lift=False)
    board.panel.hide()
    assert board.panel.easel.stroke is None and board.data.name == "Drawing"
    board.panel.show()


def test_what_leaves_the_canvas_is_cut_off(board: Board) -> None:
    board.panel.clear()
    (x0, x1), (_, y1) = board.panel.canvas.ranges
    board.stroke((x1 - 2, y1 - 0.1), (x1 + 0.3, y1 - 0.1), (x1 + 0.3, 0), (x1 - 1, 0))
    x, y = board.points.T
    assert board.drawing.n > 20 and x.max() <= x1 and y.max() <= y1
    assert ((x1 - 1.5 < x) & (np.abs(y) < 0.5)).sum() > 5  # it has come back in
    n = board.drawing.n
    board.stroke((x0 - 0.3, 0), (0, 0))  # what begins beside it is no stroke
    assert board.drawing.n == n


# ---- classes ---------------------------------------------------------------------------------


def test_digits_choose_the_class_and_never_leave_a_gap(board: Board) -> None:
    board.three()
    board.tool("point")
    board.key(Key.Key_5)
    assert board.message == ("Classes are numbered without gaps: class 3 is the next free one.")
    board.stroke((0, -2))
    board.key(Key.Key_1)
    board.stroke((0, -1))
    assert board.data.y.tolist() == [0, 0, 1, 2, 0]
    assert board.state.spec.layers[-1].units == 3
    board.key(Key.Key_4)
    enabled = [swatch.isEnabled() for swatch in board.panel.options.palette_row.swatches]
    assert enabled == [True] * 4 + [False] * 6
    board.panel.clear()
    board.stroke((0, 0))
    assert board.drawing.marks.tolist() == [1]  # of two classes that there are now


def test_ten_classes_can_be_painted_the_last_with_zero(board: Board) -> None:
    board.panel.clear()
    board.tool("point")
    for k in range(10):
        board.key(Key.Key_0 if k == 9 else Key(Key.Key_1 + k))
        board.stroke((-2 + k / 3, 0))
    assert board.data.y.tolist() == list(range(10))
    assert board.painted()


def test_a_class_that_is_erased_gives_its_colour_to_the_next(board: Board) -> None:
    board.three()
    board.point((0, -2), k=2)
    board.tool("erase")
    board.stroke((2, 1))
    assert board.data.y.tolist() == [0, 0, 1]
    assert board.data.class_names == ("class 1", "class 2")
    assert board.message == "Class 2 has no points left: the classes after it have moved up."
    assert board.painted()


# ---- the selection ---------------------------------------------------------------------------


def test_the_lasso_selects_for_the_whole_window(board: Board) -> None:
    board.three()
    board.tool("lasso")
    outline = board.panel.canvas._outline
    board.stroke((-2.5, -0.5), (-1.5, -0.5), (-1.5, 0.5), (-2.5, 0.5), lift=False)
    assert outline.path().elementCount() == 5
    QTest.mouseRelease(board.panel.canvas.viewport(), LEFT)
    assert board.state.selected.tolist() == [0] and outline.path().isEmpty()
    board.lasso(*box(1.5, 0.5, 2.5, 1.5), modifier=SHIFT)
    assert board.state.selected.tolist() == [0, 2]
    left, bottom = board.points[0]
    board.lasso((left, bottom), (0, 0), (0, 1.5), (-1.5, 1.5), modifier=SHIFT)
    assert board.data.X[0].tolist() == [left, bottom]  # no drag, though it begins on a point
    assert board.state.selected.tolist() == [0, 1, 2]
    board.panel.desk.select(np.array([0, 2]))
    assert board.message.startswith("2 selected")
    board.lasso(*box(-0.5, -0.5, 0.5, 0.5))
    assert board.state.selected.tolist() == []
    board.key(Key.Key_A, CONTROL)
    assert board.state.selected.tolist() == [0, 1, 2]
    board.key(Key.Key_Escape)
    assert board.state.selected.tolist() == []


def test_what_is_selected_elsewhere_has_a_ring_here(board: Board) -> None:
    board.three()
    board.store.apply(with_selection, np.array([2]))
    at = on_canvas(board.panel.canvas, (2, 1))
    picture = board.panel.canvas.viewport().grab().toImage()
    column = [picture.pixelColor(at + QPoint(0, dy)) for dy in range(-8, 1)]
    assert any(colour.value() < 100 for colour in column)  # only the ring is as dark
    board.point((2, 1), k=0)
    board.panel.desk.select(np.array([2]))
    assert board.colours()[2] == themes.LIGHT.classes[1]  # it lies above the others
    assert board.message.startswith("1 selected")


def test_the_selection_is_dragged(board: Board) -> None:
    board.three()
    board.lasso(*box(-2.5, -0.5, -0.5, 1.5))
    cursor = board.panel.canvas.viewport()
    QTest.mouseMove(cursor, on_canvas(board.panel.canvas, (-1, 1)))
    assert cursor.cursor().shape() is Qt.CursorShape.SizeAllCursor
    board.stroke((-1, 1), (0, 0), (0, -1))
    np.testing.assert_allclose(board.data.X, [[-1, -2], [0, -1], [2, 1]], atol=0.06)
    assert board.state.selected.tolist() == [0, 1]


def test_the_selection_gets_the_class_that_is_chosen_with_the_lasso(board: Board) -> None:
    board.three()
    board.lasso(*box(-2.5, -0.5, -1.5, 0.5))
    board.key(Key.Key_2)
    assert board.data.y.tolist() == [1, 0, 1] and board.state.selected.tolist() == [0]
    board.swatch(2)
    assert board.data.y.tolist() == [2, 0, 1]
    board.tool("brush")
    board.swatch(0)
    assert board.data.y.tolist() == [2, 0, 1]


def test_del_deletes_and_ctrl_d_duplicates(board: Board) -> None:
    board.three()
    board.lasso(*box(-2.5, -0.5, -1.5, 0.5))
    board.panel.duplicate_selected()
    assert board.data.y.tolist() == [0, 0, 1, 0] and board.state.selected.tolist() == [3]
    offset = pixels(board.panel, board.data.X[3] - board.data.X[0])
    np.testing.assert_allclose(offset, [10, -10], atol=1e-6)
    board.lasso(*box(-1.5, 0.5, -0.5, 1.5))
    board.key(Key.Key_Delete)
    assert board.data.n_samples == 3 and board.state.selected.tolist() == []
    np.testing.assert_allclose(board.data.X[:2], [[-2, 0], [2, 1]], atol=0.05)
    board.key(Key.Key_Delete)
    board.panel.duplicate_selected()
    assert board.data.n_samples == 3


def test_arrows_nudge_the_selection_by_pixels(board: Board) -> None:
    board.three()
    before = board.points
    board.lasso(*box(1.5, 0.5, 2.5, 1.5))
    board.key(Key.Key_Left)
    board.key(Key.Key_Up, SHIFT)
    moved = pixels(board.panel, board.data.X - before)
    np.testing.assert_allclose(moved, [[0, 0], [0, 0], [-1, 10]], atol=1e-6)
    assert board.state.selected.tolist() == [2]


def test_the_selection_stays_with_its_points_while_others_come_and_go(board: Board) -> None:
    board.three()
    board.lasso(*box(1.5, 0.5, 2.5, 1.5))
    board.tool("erase")
    board.stroke((-2, 0))
    assert board.state.selected.tolist() == [1]
    board.tool("brush")
    board.stroke((0, -2))
    assert board.state.selected.tolist() == [1]
    np.testing.assert_allclose(board.data.X[1], [2, 1], atol=0.05)


def test_a_selection_on_too_small_a_drawing_is_the_canvas_s_own(board: Board) -> None:
    board.panel.clear()
    board.point((-2, 0), (1, 1), k=0)
    board.lasso(*box(0.5, 0.5, 1.5, 1.5))
    assert board.state.selected.tolist() == []
    board.store.apply(with_selection, np.array([700]))  # a sample of the data that is still there
    board.key(Key.Key_Delete)
    np.testing.assert_allclose(board.points, [[-2, 0]], atol=0.05)


# ---- keys ------------------------------------------------------------------------------------


def test_every_tool_has_a_key_that_is_free(board: Board) -> None:
    for id, key in keys_of_tools().items():
        board.key(key)
        assert board.panel.toolbox.tool.id == id and board.panel.toolbox.buttons[id].isChecked()
        assert f"({key.name.removeprefix('Key_')})" in board.panel.toolbox.buttons[id].toolTip()
    letters = [tool.key for tool in TOOLS]
    assert len(set(letters)) == len(letters) and not set(letters) & set("BER")


def test_keys_work_from_any_control_of_the_panel_but_not_while_typing(board: Board) -> None:
    options = board.panel.options
    options.brush_size.slider.setFocus()
    QTest.keyClick(options.brush_size.slider, Key.Key_X)
    assert board.panel.toolbox.tool.id == "erase"
    options.brush_size.spin.setFocus()
    options.brush_size.spin.selectAll()
    QTest.keyClicks(options.brush_size.spin, "72")
    QTest.keyClick(options.brush_size.spin, Key.Key_Return)
    assert options.brush_size.value == 72
    assert board.panel.easel.current_class == 0 and board.drawing.n == board.data.n_samples
    QTest.keyClick(board.panel.canvas, Key.Key_Plus)
    assert options.brush_size.value == 81


def test_the_mouse_brings_the_keys_to_the_canvas_unless_something_is_typed(board: Board) -> None:
    board.window.setFocus()
    center = QPointF(board.panel.rect().center())
    for focused, taken in ((board.panel.options.brush_size.spin, False), (board.window, True)):
        focused.setFocus()
        enter = QEnterEvent(center, center, QPointF(board.panel.mapToGlobal(center)))
        QApplication.sendEvent(board.panel, enter)
        assert board.panel.canvas.hasFocus() is taken


def test_everything_can_be_painted_by_keys(board: Board) -> None:
    board.panel.clear()
    canvas = board.panel.canvas
    canvas.setFocus()
    for digit, arrow in ((Key.Key_1, Key.Key_Left), (Key.Key_2, Key.Key_Up)):
        board.key(Key.Key_D)
        board.key(digit)
        for _ in range(5):
            board.key(arrow)
        board.key(Key.Key_Return)
        board.key(Key.Key_Return)
    steps = pixels(board.panel, board.data.X[1] - board.data.X[0])
    np.testing.assert_allclose(steps, [0, 40], atol=1.5)
    board.key(Key.Key_L)
    board.key(Key.Key_Return)
    for _ in range(10):
        board.key(Key.Key_Right)
    board.key(Key.Key_Right, SHIFT)
    board.key(Key.Key_Return)
    assert pixels(board.panel, np.ptp(board.points[2:], axis=0))[0] == pytest.approx(81, abs=1.5)


def test_escape_gives_the_stroke_up(board: Board) -> None:
    board.three()
    board.tool("brush")
    board.stroke((0, 0), (1, 0), lift=False)
    board.key(Key.Key_Escape)
    QTest.mouseRelease(board.panel.canvas.viewport(), LEFT)
    assert board.data.n_samples == 3 and board.painted()
