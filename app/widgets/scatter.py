"""Sample points in a plot: one stock item per class and role, however many the points."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from app import theme as themes
from app.theme import Theme
from nncore.types import FloatArray

MAX_POINTS = 4000  # drawn; more are thinned evenly
MAX_RINGS = 2000


class Scatter:
    """Points of up to ten classes, training filled and test hollow.

    A point is a line of no length with a round cap under a cosmetic pen: a disc of constant
    size in pixels, in one path for all. The discs are cached by Qt as a picture, so that
    what moves below them does not make it paint them again.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        self._box = box
        self._items: list[QGraphicsPathItem] = []
        self._rings: list[QGraphicsPathItem] = []

    def show(
        self,
        x: FloatArray,
        y: FloatArray,
        colours: list[str],
        group: NDArray[np.int64],
        hollow: NDArray[np.bool_],
        t: Theme,
        size: float = 6.0,
    ) -> bool:
        """Draw points (n,), point i in ``colours[group[i]]``; returns whether all are drawn."""
        for item in self._items:
            self._box.removeItem(item)
        self._items = []
        every = -(-len(x) // MAX_POINTS)
        if every > 1:
            x, y, group, hollow = x[::every], y[::every], group[::every], hollow[::every]
        # 1e-6 of the extent: not nothing, or no cap is drawn
        dash = 1e-6 * (float(np.ptp(x)) if len(x) else 1.0) or 1e-9
        for g, colour in enumerate(colours):
            for is_hollow in (False, True):
                chosen = (group == g) & (hollow == is_hollow)
                if not chosen.any():
                    continue
                path = _dashes(x[chosen], y[chosen], dash)
                if is_hollow:
                    self._add(path, colour, size + 0.5)
                    self._add(path, t.panel, size - 2.5)
                else:
                    self._add(path, t.panel, size + 1.5)
                    self._add(path, colour, size)
        return every <= 1

    def ring(self, x: FloatArray, y: FloatArray, t: Theme, size: float = 6.0) -> None:
        """Draw rings around points (n,), behind all points: those that are selected."""
        for item in self._rings:
            self._box.removeItem(item)
        self._rings = []
        if not len(x):
            return
        every = -(-len(x) // MAX_RINGS)
        dash = 1e-6 * float(np.ptp(x)) or 1e-9
        path = _dashes(x[::every], y[::every], dash)
        for colour, width in ((t.text, size + 7.5), (t.panel, size + 4.0)):
            self._rings.append(self._item(path, colour, width))
            self._rings[-1].setZValue(-1)

    def _add(self, path: QPainterPath, colour: str, width: float) -> None:
        self._items.append(self._item(path, colour, width))

    def _item(self, path: QPainterPath, colour: str, width: float) -> QGraphicsPathItem:
        item = QGraphicsPathItem(path)
        item.setPen(themes.round_pen(colour, width))
        item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._box.addItem(item, ignoreBounds=True)
        return item


def _dashes(x: FloatArray, y: FloatArray, length: float) -> QPainterPath:
    xs = np.repeat(x.astype(float), 2)
    xs[1::2] += length
    path: QPainterPath = pg.arrayToQPath(xs, np.repeat(y.astype(float), 2), connect="pairs")
    return path
