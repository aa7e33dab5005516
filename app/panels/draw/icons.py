"""The pictures on the buttons, in the colours of the theme."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QTransform

from app.theme import SMALL_PX, Theme, blend, font

SIDE = 18  # pixels
SHARPNESS = 3  # pixels drawn for each, for screens of any resolution
Dots = tuple[tuple[float, float, float], ...]  # x, y and radius of each


def icon(name: str, t: Theme) -> QIcon:
    """The picture of a tool or command, with a fainter one for when it can't be used."""
    result = QIcon()
    result.addPixmap(_pixmap(name, t.text), QIcon.Mode.Normal)
    result.addPixmap(_pixmap(name, blend(t.muted, t.panel, 0.5)), QIcon.Mode.Disabled)
    return result


def _pixmap(name: str, colour: str) -> QPixmap:
    lines, dots = PICTURES[name]()
    pixmap = _empty_pixmap()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(lines)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for x, y, radius in dots:
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.end()
    return pixmap


def swatch(text: str, colour: str, on_colour: str) -> QIcon:
    """A square of a class's colour, with its key on it."""
    pixmap = _empty_pixmap()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(1, 1, SIDE - 2, SIDE - 2), 4, 4)
    painter.setPen(QColor(on_colour))
    painter.setFont(font(SMALL_PX, bold=True))
    painter.drawText(QRectF(0, 0, SIDE, SIDE), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return QIcon(pixmap)


def _empty_pixmap() -> QPixmap:
    pixmap = QPixmap(SIDE * SHARPNESS, SIDE * SHARPNESS)
    pixmap.setDevicePixelRatio(SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _strokes(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for first, *others in lines:
        path.moveTo(*first)
        for place in others:
            path.lineTo(*place)
    return path


def _brush() -> tuple[QPainterPath, Dots]:
    path = _strokes(((15.5, 2.5), (8.2, 9.8)))
    path.moveTo(8.2, 9.8)
    path.cubicTo(5.2, 9.3, 5.0, 12.6, 2.5, 13.2)
    path.cubicTo(5.0, 15.4, 9.6, 14.2, 8.2, 9.8)
    return path, ((12.0, 12.5, 0.9), (15.2, 10.2, 0.9), (14.6, 15.2, 0.9))


def _point() -> tuple[QPainterPath, Dots]:
    lines = (((9, 1.5), (9, 4)), ((9, 14), (9, 16.5)), ((1.5, 9), (4, 9)), ((14, 9), (16.5, 9)))
    return _strokes(*lines), ((9, 9, 2.6),)


def _line() -> tuple[QPainterPath, Dots]:
    return _strokes(((3, 15), (15, 3))), tuple((9 + d, 9 - d, 2.0) for d in (-6.0, 0.0, 6.0))


def _erase() -> tuple[QPainterPath, Dots]:
    block = QPainterPath()
    block.addRoundedRect(QRectF(-6.5, -3.4, 13, 6.8), 1.6, 1.6)
    block.moveTo(-1.2, -3.4)
    block.lineTo(-1.2, 3.4)
    path = QTransform().translate(9.2, 7.6).rotate(-45).map(block)
    path.addPath(_strokes(((3.5, 16.0), (15.5, 16.0))))
    return path, ()


def _push() -> tuple[QPainterPath, Dots]:
    path = _strokes(((9, 2), (9, 16)), ((2, 9), (16, 9)))
    for turn in range(4):
        head = _strokes(((6.8, 4.2), (9, 2), (11.2, 4.2)))
        path.addPath(QTransform().translate(9, 9).rotate(90 * turn).translate(-9, -9).map(head))
    return path, ()


def _jitter() -> tuple[QPainterPath, Dots]:
    path, places = QPainterPath(), ((4.2, 5.2), (13.8, 5.2), (9.0, 13.2))
    for x, y in places:
        for begin in (-38, 142):
            around = QRectF(x - 3.4, y - 3.4, 6.8, 6.8)
            path.arcMoveTo(around, begin)
            path.arcTo(around, begin, 76)
    return path, tuple((x, y, 1.5) for x, y in places)


def _lasso() -> tuple[QPainterPath, Dots]:
    path = QPainterPath()
    around = QRectF(2, 2, 14, 9)
    for begin in range(0, 360, 45):
        path.arcMoveTo(around, begin)
        path.arcTo(around, begin, 27)
    path.moveTo(5.6, 10.6)
    path.cubicTo(3.2, 12.6, 7.4, 13.2, 5.4, 16.2)
    return path, ()


def _undo() -> tuple[QPainterPath, Dots]:
    path = _strokes(((6.2, 2.6), (2.8, 6.0), (6.2, 9.4)))
    path.moveTo(2.8, 6.0)
    path.lineTo(10.6, 6.0)
    path.arcTo(QRectF(6.2, 6.0, 8.8, 8.8), 90, -180)
    path.lineTo(6.0, 14.8)
    return path, ()


def _redo() -> tuple[QPainterPath, Dots]:
    path, dots = _undo()
    return QTransform().scale(-1, 1).translate(-SIDE, 0).map(path), dots


PICTURES: dict[str, Callable[[], tuple[QPainterPath, Dots]]] = {
    "brush": _brush,
    "point": _point,
    "line": _line,
    "erase": _erase,
    "push": _push,
    "jitter": _jitter,
    "lasso": _lasso,
    "undo": _undo,
    "redo": _redo,
}
