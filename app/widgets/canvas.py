"""A plot that can be painted on: it tells where the mouse goes, in data coordinates."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.widgets.plot import Plot


class Canvas(Plot):
    """``stroke`` is emitted with (x, y, begins) while the left button is down."""

    stroke = Signal(float, float, bool)
    finished = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, "", "")
        self.box.setMouseEnabled(False, False)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._painting = False

    def pixel_size(self) -> tuple[float, float]:
        """Width and height of a pixel in data coordinates."""
        width, height = self.box.viewPixelSize()
        return float(width), float(height)

    # Qt's names
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._inside(event.position()):
            self._painting = True
            self._tell(event.position(), True)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._painting and self._inside(event.position()):
            self._tell(event.position(), False)
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._painting and event.button() == Qt.MouseButton.LeftButton:
            self._painting = False
            self.finished.emit()
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: object) -> None:
        """The range of a canvas stays put."""

    def _inside(self, place: QPointF) -> bool:
        return bool(self.box.sceneBoundingRect().contains(self.mapToScene(place.toPoint())))

    def _tell(self, place: QPointF, begins: bool) -> None:
        point = self.box.mapSceneToView(self.mapToScene(place.toPoint()))
        self.stroke.emit(point.x(), point.y(), begins)
