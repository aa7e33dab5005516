"""Arrays as pictures."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsPixmapItem

from app.theme import Lut, Theme, blend, lut
from app.viewdata.maps import share_index
from nncore.types import FloatArray

TINT = 0.62  # how much of a class colour the surest prediction shows under the points


def pixmap_of(index: NDArray[np.uint8], table: Lut) -> QPixmap:
    """The picture whose pixels are ``table[index]``; index (rows, columns), row 0 at the top."""
    return pixmap_of_colours(table.take(index))


def pixmap_of_colours(colours: NDArray[np.uint32]) -> QPixmap:
    """The picture of 0xffRRGGBB ``colours`` (rows, columns)."""
    pixels = np.ascontiguousarray(colours)
    rows, columns = pixels.shape
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    return QPixmap.fromImage(image)  # copies, so the array may go


def place_picture(item: QGraphicsPixmapItem, where: QRectF) -> None:
    """Stretch a picture over ``where``, in data coordinates with y upwards."""
    pixmap = item.pixmap()
    transform = QTransform()
    transform.translate(where.left(), where.bottom())
    transform.scale(where.width() / pixmap.width(), -where.height() / pixmap.height())
    item.setTransform(transform)


def two_class_lut(t: Theme) -> Lut:
    """From surely class 0 over undecided to surely class 1."""
    sure = [blend(colour, t.panel, TINT) for colour in t.classes[:2]]
    return lut(sure[0], blend(t.zero, t.panel, 0.35), sure[1])


def class_colours(shares: FloatArray, t: Theme) -> NDArray[np.uint32]:
    """Each cell of (rows, columns, K) in its likeliest class's colour, paler the less sure."""
    n_classes = shares.shape[2]
    strength = share_index(shares.max(axis=2), 1 / n_classes, 1.0)
    tables = np.stack([one_class_lut(k, t) for k in range(n_classes)])
    return np.asarray(tables[shares.argmax(axis=2), strength], np.uint32)


def one_class_lut(k: int, t: Theme) -> Lut:
    """From unlikely to surely class k."""
    colour = t.classes[k % len(t.classes)]
    return lut(blend(colour, t.panel, 0.12), blend(colour, t.panel, TINT))
