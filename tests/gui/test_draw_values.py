"""Painting values and curves: regression over two inputs and over one."""

from collections.abc import Iterator

import numpy as np
import pytest
from board import Board, box
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme as themes
from app.point_colours import colours_of
from app.state import Drawn, with_data
from app.viewdata.drawing import MAX_POINTS, Mode
from nncore.data.dataset import Dataset
from nncore.data.generators import generate

Key = Qt.Key


@pytest.fixture
def board(qtbot: QtBot, qapp: QApplication) -> Iterator[Board]:
    board = Board()
    qtbot.waitExposed(board.window)
    yield board
    board.close()


def test_values_are_painted_with_the_slider_or_the_field(board: Board) -> None:
    board.panel.top_row.mode.setCurrentIndex(1)
    board.panel.top_row.mode.activated.emit(1)
    assert board.drawing.mode is Mode.VALUES and "two points" in board.message
    brush = board.panel.options.value_brush
    board.tool("point")
    brush.slider.setValue(brush.slider.maximum())
    assert (brush.value, brush.field.text()) == (1, "1")
    board.stroke((-1, 0))
    brush.field.setFocus()
    brush.field.selectAll()
    QTest.keyClicks(brush.field, "-0,25")
    QTest.keyClick(brush.field, Key.Key_Return)
    board.stroke((1, 0))
    assert board.data.y.tolist() == [1, -0.25] and not board.data.is_classification
    assert board.state.spec.loss == "mean_squared_error"
    for nonsense in ("abc", "", "1e31", "1e999", "nan"):
        brush.field.setFocus()
        brush.field.selectAll()
        QTest.keyClicks(brush.field, nonsense or "x")
        QTest.keyClick(brush.field, Key.Key_Return)
        assert (brush.value, brush.field.text()) == (-0.25, "-0.25")
    board.lasso(*box(-1.5, -0.5, -0.5, 0.5))
    brush.set_value(5)
    assert board.data.y.tolist() == [5, -0.25]
    assert brush.slider.value() == brush.slider.maximum()  # it goes from −1 to 5 now
    brush.slider.setValue(brush.slider.maximum() // 2)
    assert brush.value == 2 and board.data.y.tolist() == [2, -0.25]
    brush.slider.setSliderDown(True)
    brush.slider.setValue(0)
    assert board.data.y.tolist() == [2, -0.25]  # it is still sought
    brush.slider.setSliderDown(False)
    assert board.data.y.tolist() == [-1, -0.25]
    brush.set_value(2)
    before = board.drawing
    brush.field.setFocus()
    QTest.keyClick(brush.field, Key.Key_Up)  # means nothing there, and no nudge either
    assert board.drawing is before
    group, colours = colours_of(board.data, themes.LIGHT)
    board.key(Key.Key_Escape)
    assert board.colours() == [colours[k] for k in group]  # those of the other pictures
    assert board.message == "2 points: y from −0.250 to 2.00"
    board.tool("point")
    colours_before = board.colours()
    brush.set_value(9)
    board.stroke((0, 0), lift=False)
    assert board.colours() == colours_before  # the scale changes when the stroke ends
    QTest.mouseRelease(board.panel.canvas.viewport(), Qt.MouseButton.LeftButton)
    assert board.colours()[0] != colours_before[0] and board.data.y.max() == 9
    brush.set_value(1.5)
    assert brush.slider.value() == brush.slider.maximum() // 4  # between −1 and 9
    board.panel.clear()
    assert board.drawing.mode is Mode.VALUES


def test_a_curve_is_painted_by_its_height(board: Board) -> None:
    board.panel.top_row.mode.setCurrentIndex(2)
    board.panel.top_row.mode.activated.emit(2)
    board.tool("line")
    board.stroke((-2, -2), (2, 2))
    assert board.data.n_features == 1 and board.state.spec.n_inputs == 1
    np.testing.assert_allclose(board.data.X[:, 0], board.data.y, atol=0.05)
    assert board.message.startswith(f"{board.data.n_samples} points: y from −2")
    canvas = board.panel.canvas
    assert [canvas.getAxis(side).labelText for side in ("bottom", "left")] == ["x", "y"]
    sine = generate("sine", n=30)
    renamed = Dataset("s", sine.X, sine.y, ("time",), "height")
    board.store.apply(with_data, Drawn(), renamed)
    assert board.message.startswith("30 points: height from")
    assert [canvas.getAxis(side).labelText for side in ("bottom", "left")] == ["time", "height"]
    group, colours = colours_of(board.data, themes.LIGHT)
    middle = int(np.argsort(sine.y)[15])
    assert board.colours()[middle] == colours[group[middle]]


def test_a_full_drawing_says_so(board: Board) -> None:
    X = np.random.default_rng(0).uniform(-3, 3, (MAX_POINTS - 2, 2))
    y = np.arange(len(X)) % 2
    data = Dataset("d", X, y, ("x₁", "x₂"), "c", ("a", "b"))
    board.store.apply(with_data, Drawn(), data)
    board.stroke((0, 0))
    assert board.data.n_samples == MAX_POINTS
    assert board.message == "20,000 points, which is as many as a drawing can hold."
    board.stroke((0, 0))
    assert board.data.n_samples == MAX_POINTS
