"""The drawing panel alone in a window, and real mouse and keys on it."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app import theme as themes
from app.panel import card
from app.panels.draw.panel import DrawPanel
from app.panels.draw.tools import TOOLS
from app.state import AppState, guide_state
from app.store import Store
from app.viewdata.drawing import Drawing
from app.widgets.canvas import Canvas
from nncore.data.dataset import Dataset
from nncore.types import FloatArray

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier
Place = tuple[float, float]


def on_canvas(canvas: Canvas, place: Place) -> QPoint:
    """Where a point in data coordinates is on the canvas."""
    return QPoint(canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(*place))))


def stroke(
    panel: DrawPanel,
    *places: Place,
    modifier: Qt.KeyboardModifier = PLAIN,
    lift: bool = True,
) -> None:
    """Press, move and let go."""
    target = panel.canvas.viewport()
    first, *rest = (on_canvas(panel.canvas, place) for place in places)
    QTest.mouseMove(target, first)
    QTest.mousePress(target, LEFT, modifier, first)
    for place in rest:
        QTest.mouseMove(target, place)
    if lift:
        QTest.mouseRelease(target, LEFT, modifier, (rest or [first])[-1])


class Board:
    """The panel, its window and its store."""

    def __init__(self, size: tuple[int, int] = (620, 395)) -> None:
        self.store = Store(guide_state("light"))
        self.panel = DrawPanel(self.store)
        self.window = QWidget()
        QVBoxLayout(self.window).addWidget(card(self.panel))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if application.styleSheet() != themes.stylesheet(themes.LIGHT):
            application.setStyleSheet(themes.stylesheet(themes.LIGHT))
        self.store.changed.connect(self.panel.on_state)
        self.panel.on_state(None, self.store.state)
        self.window.resize(*size)
        self.window.show()

    def close(self) -> None:
        """Nothing is left."""
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not [w for w in QApplication.topLevelWidgets() if not w.parent()]

    @property
    def state(self) -> AppState:
        return self.store.state

    @property
    def data(self) -> Dataset:
        return self.store.state.dataset

    @property
    def drawing(self) -> Drawing:
        drawing = self.panel.desk.sheet.drawing
        assert drawing is not None
        return drawing

    @property
    def message(self) -> str:
        return self.panel._message.text()

    @property
    def points(self) -> FloatArray:
        return self.drawing.points

    def tool(self, id: str) -> None:
        QTest.mouseClick(self.panel.toolbox.buttons[id], LEFT)

    def swatch(self, k: int) -> None:
        QTest.mouseClick(self.panel.options.palette_row.swatches[k], LEFT)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(self.panel.canvas, key, modifier)

    def stroke(
        self, *places: Place, modifier: Qt.KeyboardModifier = PLAIN, lift: bool = True
    ) -> None:
        stroke(self.panel, *places, modifier=modifier, lift=lift)

    def point(self, *places: Place, k: int) -> None:
        """Single points of class k."""
        self.tool("point")
        self.swatch(k)
        for place in places:
            self.stroke(place)

    def three(self) -> None:
        """A new drawing: two points of class 1 and one of class 2."""
        self.panel.clear()
        self.point((-2, 0), (-1, 1), k=0)
        self.point((2, 1), k=1)

    def lasso(self, *corners: Place, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.tool("lasso")
        self.stroke(*corners, modifier=modifier)

    def painted(self) -> bool:
        """Whether there is a disc of its class's colour where each point should be."""
        colours = self.panel._theme.classes
        return self.colours() == [colours[int(k)] for k in self.drawing.marks]

    def colours(self) -> list[str]:
        """What there is in the picture where each point should be."""
        canvas = self.panel.canvas
        assert canvas._cloud.boundingRect() == canvas.box.rect()  # or it is not painted again
        picture = canvas.viewport().grab().toImage()
        places = [on_canvas(canvas, (x, y)) for x, y in self.points.tolist()]
        return [picture.pixelColor(place).name() for place in places]


def box(left: float, bottom: float, right: float, top: float) -> Iterable[Place]:
    """An outline for the lasso."""
    return ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))


def keys_of_tools() -> dict[str, Qt.Key]:
    return {tool.id: Qt.Key(ord(tool.key)) for tool in TOOLS}


def pixels(panel: DrawPanel, shift: FloatArray) -> FloatArray:
    """Data coordinates in pixels."""
    return np.asarray(shift / panel.canvas.pixel)
