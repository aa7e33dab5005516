"""A plot with the program's looks: axes by pyqtgraph, the moving marks by stock Qt items.

pyqtgraph's own curves are painted by Python and cost the training thread half its speed;
``QGraphicsPathItem`` is painted by Qt alone.
"""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsPixmapItem, QLabel, QWidget

from app import theme as themes
from app.theme import Theme
from app.widgets.axes import LogAxis
from nncore.types import FloatArray

Range = tuple[float, float]
CLICK_PX = 8.0  # how near to a point a click must be
CLICK_SLACK_PX = 3.0  # that the mouse may move during a click
HEAD_PX = 6.0  # the dot at the end of a curve
RANGE_SLACK = 0.06  # how far the marks may be from filling the range before it is changed


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Axes, zoom by wheel and drag, and a read-out that follows the mouse.

    The range follows the data (``show_range``) until a person zooms; a double click lets it
    follow again. ``read_out`` maps a point in data coordinates to a text, "" for none.
    ``clicked`` is emitted with the place of a click, in data coordinates.
    """

    clicked = Signal(float, float)

    def __init__(
        self,
        name: str,
        x_label: str,
        y_label: str,
        read_out: Callable[[float, float], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent, axisItems={"left": LogAxis("left")})
        self.setAccessibleName(name)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(120, 90)
        self._read_out = read_out
        self._labels = {"bottom": x_label, "left": y_label}
        self._range: tuple[Range, Range] | None = None
        self.following = True
        self.box = self.getPlotItem().getViewBox()
        self.box.disableAutoRange()
        self.box.setMenuEnabled(False)
        self.box.setDefaultPadding(0)
        self.getPlotItem().hideButtons()
        # room at the right for half of the last number of the axis
        self.getPlotItem().layout.setContentsMargins(0, 6, 12, 0)
        self.getPlotItem().setMenuEnabled(False)
        # pyqtgraph makes a menu without a parent, which would outlive the window
        menu = self.getPlotItem().ctrlMenu
        menu.setParent(self, menu.windowFlags())
        self.box.sigRangeChangedManually.connect(self._on_manual_range)
        self.label = QLabel(self)
        self.label.setObjectName("readout")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()
        self._mouse: QPointF | None = None
        self._pressed: QPointF | None = None
        self.viewport().setMouseTracking(True)
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            axis.setStyle(tickLength=-4, maxTickLevel=1, hideOverlappingLabels=False)
            axis.enableAutoSIPrefix(False)
        self.getAxis("left").setWidth(44)
        self.getAxis("bottom").setHeight(34)

    def set_theme(self, t: Theme) -> None:
        self.setBackground(t.panel)
        for side in ("bottom", "left"):
            axis = self.getAxis(side)
            axis.setPen(themes.pen(t.border))
            axis.setTextPen(themes.pen(t.muted))
            axis.setTickFont(themes.font(themes.SMALL_PX - 1))
            axis.label.setFont(themes.font(themes.SMALL_PX))
        self.set_labels(self._labels["bottom"], self._labels["left"])

    def set_labels(self, x_label: str, y_label: str) -> None:
        self._labels = {"bottom": x_label, "left": y_label}
        for side, text in self._labels.items():
            self.getAxis(side).setLabel(text)
            self.getAxis(side).showLabel(bool(text))

    def show_range(self, x: Range, y: Range, at_once: bool = False) -> None:
        """Make room for what is drawn: the range grows at once and is cut only when it is
        much too large, so that the axes, which are slow to paint, seldom change."""
        if self._range is not None and not at_once:
            x, y = _eased(self._range[0], x), _eased(self._range[1], y)
        if (x, y) != self._range:
            self._range = (x, y)
            if self.following:
                self.box.setRange(xRange=x, yRange=y, padding=0)

    def add_curve(self) -> "Curve":
        curve = Curve()
        self.box.addItem(curve, ignoreBounds=True)
        return curve

    def add_picture(self) -> QGraphicsPixmapItem:
        """A pixmap under all else; place it with ``place_picture``."""
        picture = QGraphicsPixmapItem()
        picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        picture.setZValue(-10)
        self.box.addItem(picture, ignoreBounds=True)
        return picture

    def update_read_out(self) -> None:
        """Refresh the read-out, if the mouse is there: the values under it have changed."""
        if self._read_out is None or self._mouse is None:
            self.label.hide()
            return
        scene = self.mapToScene(self._mouse.toPoint())
        if not self.box.sceneBoundingRect().contains(scene):
            self.label.hide()
            return
        point = self.box.mapSceneToView(scene)
        text = self._read_out(point.x(), point.y())
        self.label.setVisible(bool(text))
        if text:
            self.label.setText(text)
            place_near(self.label, self._mouse, self)

    def _on_manual_range(self) -> None:
        self.following = False

    def pixel_size(self) -> tuple[float, float]:
        """Width and height of a pixel in data coordinates."""
        width, height = self.box.viewPixelSize()
        return float(width), float(height)

    def points_at(self, xs: FloatArray, ys: FloatArray, x: float, y: float) -> NDArray[np.int64]:
        """Index of the point of (n,), (n,) that a click at (x, y) means, as (1,); (0,) for none."""
        width, height = self.pixel_size()
        distance = np.hypot((xs - x) / width, (ys - y) / height)
        best: NDArray[np.int64] = np.array([distance.argmin()] if len(xs) else [], np.int64)
        return best if (distance[best] <= CLICK_PX).all() else best[:0]

    # Qt's names
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or (event.position() - pressed).manhattanLength() > CLICK_SLACK_PX:
            return  # a drag moves the range
        scene = self.mapToScene(event.position().toPoint())
        if self.box.sceneBoundingRect().contains(scene):
            point = self.box.mapSceneToView(scene)
            self.clicked.emit(point.x(), point.y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._mouse = event.position()
        self.update_read_out()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self.update_read_out()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.following = True
        if self._range is not None:
            self.box.setRange(xRange=self._range[0], yRange=self._range[1], padding=0)


class Curve(QGraphicsPathItem):
    """A line through points in data coordinates, with a dot at its newest point."""

    def __init__(self) -> None:
        super().__init__()
        self._head = QGraphicsPathItem(self)

    def set_points(self, x: FloatArray, y: FloatArray, head: bool = True) -> None:
        self.setPath(pg.arrayToQPath(x, y) if len(x) else QPainterPath())
        path = QPainterPath()
        if head and len(x):
            path.moveTo(float(x[-1]), float(y[-1]))
            path.lineTo(float(x[-1]) + 1e-6 * (float(x[-1]) or 1.0), float(y[-1]))
        self._head.setPath(path)

    def set_style(self, colour: str, width: float = 1.0) -> None:
        self.setPen(themes.pen(colour, width))
        self._head.setPen(themes.round_pen(colour, HEAD_PX))


class Bars(QGraphicsPathItem):
    """Filled bars in data coordinates."""

    def set_bars(self, left: FloatArray, right: FloatArray, height: FloatArray) -> None:
        path = QPainterPath()
        for a, b, h in zip(left.tolist(), right.tolist(), height.tolist(), strict=True):
            if h > 0:
                path.addRect(QRectF(a, 0, b - a, h))
        self.setPath(path)

    def set_style(self, colour: str) -> None:
        self.setPen(Qt.PenStyle.NoPen)
        self.setBrush(QBrush(QColor(colour)))


def place_near(label: QLabel, mouse: QPointF, host: QWidget) -> None:
    """Put a read-out beside the mouse, inside ``host``."""
    label.adjustSize()
    x, y = mouse.x() + 14, mouse.y() - label.height() - 8
    if x + label.width() > host.width() - 4:
        x = mouse.x() - label.width() - 14
    if y < 4:
        y = mouse.y() + 18
    limit = (host.width() - label.width(), host.height() - label.height())
    label.move(int(max(0, min(x, limit[0]))), int(max(0, min(y, limit[1]))))
    label.raise_()


def _eased(old: Range, new: Range) -> Range:
    """Grows at once; shrinks only when more than half of it is empty."""
    low, high = min(old[0], new[0]), max(old[1], new[1])
    if (low, high) != old:  # it grows: with some slack, or it would grow at every frame
        slack = RANGE_SLACK * (high - low)
        return (
            low - slack if low < old[0] else low,
            high + slack if high > old[1] else high,
        )
    return new if (new[1] - new[0]) < 0.5 * (old[1] - old[0]) else old
