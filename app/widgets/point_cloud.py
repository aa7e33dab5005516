"""Thousands of discs that are drawn in one call, for pictures whose points move with the mouse."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from shiboken6 import Shiboken

from app.theme import Theme
from nncore.types import FloatArray

CELL = 16  # pixels along the side of a disc's picture, rings included
DISC, RIM, RING_GAP, RING = 5.5, 7.0, 8.5, 11.5  # diameters
FIELDS = 10  # numbers in a QPainter.PixmapFragment


class PointCloud(QGraphicsItem):
    """Discs at places in pixels; the selected ones lie above the others and have a ring.

    Every disc is a copy out of a sheet of small pictures, one per colour: 5000 take less than a
    millisecond, a thirtieth of what it takes to stroke them.
    """

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._area = QRectF()
        self._theme: Theme | None = None
        self._colours: tuple[str, ...] = ()
        self._pictures = QPixmap()
        self._fragments = np.empty((0, FIELDS))

    def set_area(self, area: QRectF) -> None:
        self.prepareGeometryChange()
        self._area = area

    def show_points(
        self,
        places: FloatArray,
        group: NDArray[np.int64],
        selected: NDArray[np.bool_],
        colours: Sequence[str],
        t: Theme,
    ) -> None:
        """Draw discs at (n, 2), disc i in ``colours[group[i]]``, later ones above earlier ones."""
        if (tuple(colours), t) != (self._colours, self._theme):
            self._colours, self._theme = tuple(colours), t
            self._pictures = QPixmap()
        order = np.argsort(selected, kind="stable")
        fragments = np.zeros((len(places), FIELDS))
        fragments[:, :2] = np.rint(places[order])  # whole pixels: all discs look the same
        fragments[:, 2] = CELL * group[order]
        fragments[:, 3] = CELL * selected[order]
        fragments[:, 4:6] = CELL
        fragments[:, 6:8] = fragments[:, 9] = 1
        self._fragments = fragments
        self.update()

    # Qt's names
    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        n = len(self._fragments)
        if not n or self._theme is None:
            return
        ratio = painter.device().devicePixelRatioF()
        if self._pictures.isNull() or self._pictures.width() != CELL * len(self._colours) * ratio:
            self._pictures = pictures(self._colours, self._theme, ratio)
        fragments = self._fragments
        if ratio != 1:  # what is cut out is in the pixels of the screen
            fragments = fragments.copy()
            fragments[:, 2:6] *= ratio
            fragments[:, 6:8] = 1 / ratio
        first = Shiboken.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
        assert isinstance(first, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, n, self._pictures)


def pictures(colours: Sequence[str], t: Theme, ratio: float) -> QPixmap:
    """The discs: a column per colour, plain ones above, ringed ones below."""
    sheet = QPixmap(round(CELL * len(colours) * ratio), round(2 * CELL * ratio))
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.scale(ratio, ratio)
    for k, colour in enumerate(colours):
        plain = ((RIM, t.field), (DISC, colour))
        ringed = ((RING, t.text), (RING_GAP, t.field), (DISC, colour))
        for row, discs in enumerate((plain, ringed)):
            centre = QPointF(CELL * (k + 0.5), CELL * (row + 0.5))
            for diameter, fill in discs:
                painter.setBrush(QColor(fill))
                painter.drawEllipse(centre, diameter / 2, diameter / 2)
    painter.end()
    return sheet
