"""A plot that can be painted on: it tells where the mouse goes, in data coordinates."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QHideEvent,
    QMouseEvent,
    QPainterPath,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsPathItem

from app import theme as themes
from app.theme import Theme
from app.widgets.plot import Plot, Range
from app.widgets.point_cloud import PointCloud
from nncore.types import FloatArray

HOLD_MS, FIRST_HOLD_MS = 60, 300  # between two signs that the button is held down
NOTHING = (np.empty((0, 2)), np.empty(0, np.int64), np.empty(0, bool), ("#000000",))


class Canvas(Plot):
    """Points, the ring of a brush, and an outline; all signals have places in data coordinates.

    ``pressed`` tells whether Shift is down. While the button is down, ``moved`` tells of each
    place, on the canvas or not, and ``held`` of time that goes by. ``hovered`` comes with every
    place, pressed or not. With ``put_down``, ``lift`` and ``steer`` the keyboard takes part.
    """

    pressed = Signal(float, float, bool)
    moved = Signal(float, float)
    held = Signal()
    released = Signal()
    hovered = Signal(float, float)
    left = Signal()
    turned = Signal(int)  # steps of the wheel
    resized = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, "", "")
        self.box.setMouseEnabled(False, False)
        self.getPlotItem().layout.setContentsMargins(0, 6, 6, 0)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._theme: Theme = themes.LIGHT
        self._points: tuple[FloatArray, NDArray[np.int64], NDArray[np.bool_], Sequence[str]] = (
            NOTHING
        )
        self._cloud = PointCloud(self.box)
        self._cloud.setZValue(1)
        self._outline = QGraphicsPathItem(self.box)
        self._outline.setZValue(2)
        self._ring = QGraphicsEllipseItem(self.box)
        self._ring.setZValue(3)
        self._ring.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        self._ring.hide()
        self._radius = 0.0
        self.is_down = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._on_clock)
        self.box.sigRangeChanged.connect(self._place_points)
        self.box.sigResized.connect(self._on_box_resized)

    def set_theme(self, t: Theme) -> None:
        super().set_theme(t)
        self._theme = t
        self.box.setBackgroundColor(t.field)
        self._outline.setPen(themes.pen(t.text))
        self._ring.setPen(themes.pen(t.muted))
        self._show_focus()
        self._place_points()

    # ---- what is shown -------------------------------------------------------------------

    @property
    def pixel(self) -> FloatArray:
        """Width and height of a pixel in data coordinates, (2,)."""
        return np.array(self.pixel_size())

    @property
    def ranges(self) -> tuple[Range, Range]:
        """The part of the plane that is to be seen."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        return (float(x0), float(x1)), (float(y0), float(y1))

    def fit(self, x: Range, y: Range, to_scale: bool) -> None:
        """Show at least these ranges."""
        self.box.setAspectLocked(to_scale)
        self.show_range(x, y, at_once=True)

    def show_points(
        self,
        points: FloatArray,
        group: NDArray[np.int64],
        selected: NDArray[np.bool_],
        colours: Sequence[str],
    ) -> None:
        """Draw points (n, 2), point i in ``colours[group[i]]``, the selected ones ringed."""
        self._points = (points, group, selected, colours)
        self._place_points()

    def show_outline(self, points: FloatArray) -> None:
        """Draw a closed line through (k, 2)."""
        path = QPainterPath()
        for k, (x, y) in enumerate(self._pixels(points).tolist()):
            if k:
                path.lineTo(x, y)
            else:
                path.moveTo(x, y)
        if len(points):
            path.closeSubpath()
        self._outline.setPath(path)

    def set_radius(self, radius: float) -> None:
        """Of the ring around the mouse, in pixels; 0 for none."""
        self._radius = radius
        self._ring.setRect(-radius, -radius, 2 * radius, 2 * radius)
        self._place_ring()

    def _pixels(self, points: FloatArray) -> FloatArray:
        """Points (n, 2) in pixels of the box."""
        (x0, x1), (y0, y1) = self.ranges
        area = self.box.rect()
        pixels: FloatArray = (points - (x0, y1)) * (
            area.width() / (x1 - x0),
            -area.height() / (y1 - y0),
        )
        return pixels

    def _place_points(self) -> None:
        points, group, selected, colours = self._points
        self._cloud.show_points(self._pixels(points), group, selected, colours, self._theme)

    def _place_ring(self) -> None:
        self._ring.setVisible(self._radius > 0 and self._mouse is not None)
        if self._mouse is not None:
            self._ring.setPos(self.box.mapFromScene(self.mapToScene(self._mouse.toPoint())))

    def _show_focus(self) -> None:
        colour = self._theme.accent if self.hasFocus() else self._theme.border
        self.box.setBorder(themes.pen(colour))

    def _on_box_resized(self) -> None:
        self._cloud.set_area(self.box.rect())
        self._place_points()

    # ---- mouse and keyboard --------------------------------------------------------------

    def put_down(self, adds: bool) -> None:
        """As if the button were pressed where the ring is."""
        if self._mouse is not None:
            self._press(self._mouse, adds)

    def lift(self) -> None:
        """As if the button were let go."""
        if self.is_down:
            self.is_down = False
            self._clock.stop()
            self.released.emit()

    def steer(self, across: float, down: float) -> None:
        """Move the ring by pixels; it begins in the middle."""
        area = self._area()
        place = area.center() if self._mouse is None else self._mouse
        place += QPointF(across, down)
        self._go_to(
            QPointF(
                min(max(place.x(), area.left()), area.right()),
                min(max(place.y(), area.top()), area.bottom()),
            )
        )

    def _area(self) -> QRectF:
        """Of the box, in pixels of the viewport."""
        return QRectF(self.mapFromScene(self.box.sceneBoundingRect()).boundingRect())

    def _press(self, where: QPointF, adds: bool) -> None:
        if self._area().contains(where) and not self.is_down:
            self.is_down = True
            self._clock.start(FIRST_HOLD_MS)
            self.pressed.emit(*self._place(where), adds)

    def _go_to(self, where: QPointF) -> None:
        self._mouse = where
        self._place_ring()
        place = self._place(where)
        if self.is_down:
            self.moved.emit(*place)
        self.hovered.emit(*place)

    def _place(self, where: QPointF) -> tuple[float, float]:
        point = self.box.mapSceneToView(self.mapToScene(where.toPoint()))
        return float(point.x()), float(point.y())

    def _on_clock(self) -> None:
        self._clock.setInterval(HOLD_MS)
        self.held.emit()

    # Qt's names
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._mouse = event.position()
            shift = Qt.KeyboardModifier.ShiftModifier
            self._press(event.position(), bool(event.modifiers() & shift))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.lift()
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._place_ring()
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turned.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.lift()  # it would not be told

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
