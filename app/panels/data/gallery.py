"""The box of data sets: a gallery of thumbnails, drawn from the data sets themselves."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QListView

from app.point_colours import colours_of
from app.theme import Theme
from app.viewdata.planes import thumbnail_plane
from app.widgets.combo_box import ComboBox
from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS, generate
from nncore.data.reading import read
from nncore.data.reading.origin import origin_of
from resources import resource_path

BUNDLED = (
    ("Iris", "iris.csv", "150 flowers, four measures, three species."),
    ("Wine", "wine.csv", "178 wines, 13 analyses, three growers."),
    ("Breast cancer", "breast_cancer.csv", "569 tumours, 30 measures, benign or malignant."),
    ("Digits 8×8", "digits.csv", "1,797 handwritten digits, 64 pixels each, ten classes."),
    ("Diabetes", "diabetes.csv", "442 patients, ten measures: regression of the progression."),
)
THUMBNAIL_POINTS = 220
SIDE, SMALL_SIDE, MARGIN = 64, 20, 5  # pixels
COLUMNS, FRAME_PX = 6, 24
CELL = QSize(118, 92)
FEW_PLACES, POINT_PX, LARGE_POINT_PX = 8, 3.0, 9.0


class Gallery(ComboBox):
    """Its entries are generators and bundled files, and whatever else is loaded.

    The pictures are made when the list is first opened.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Data set")
        self.setToolTip("The data to train on. A change starts afresh.")
        for recipe in GENERATORS.values():
            self._add(recipe.title, recipe.description)
        for title, _, description in BUNDLED:
            self._add(title, description)
        self.ids = [*GENERATORS, *(name for _, name, _ in BUNDLED)]
        self._theme: Theme | None = None
        self._are_drawn = False
        self._other: Dataset | None = None
        self.setStyleSheet("combobox-popup: 0;")  # a list below the box, not over it
        pictures = QListView()
        pictures.setViewMode(QListView.ViewMode.IconMode)
        pictures.setMovement(QListView.Movement.Static)
        pictures.setResizeMode(QListView.ResizeMode.Adjust)
        pictures.setUniformItemSizes(True)
        pictures.setGridSize(CELL)
        pictures.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        pictures.setIconSize(QSize(SIDE, SIDE))
        self.setView(pictures)
        self.setMaxVisibleItems(len(self.ids) + 1)

    def _add(self, title: str, description: str) -> None:
        self.addItem(title)
        index = self.count() - 1
        self.setItemData(index, description, Qt.ItemDataRole.ToolTipRole)
        self.setItemData(index, CELL, Qt.ItemDataRole.SizeHintRole)

    def set_theme(self, t: Theme) -> None:
        self._theme, self._are_drawn = t, False

    def choose(self, id: str) -> None:
        """Show the entry ``id``."""
        self._drop_others()
        self.setCurrentIndex(self.ids.index(id))

    def show_other(self, dataset: Dataset) -> None:
        """Show what is neither made nor bundled; it is an entry while it is loaded."""
        self._drop_others()
        self._other = dataset
        self._add(dataset.name, "What is loaded now.")
        self.setCurrentIndex(self.count() - 1)
        self._are_drawn = False

    def _drop_others(self) -> None:
        while self.count() > len(self.ids):
            self.removeItem(self.count() - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's name. A letter typed beside the list must not take the data away.
        if event.text().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def showPopup(self) -> None:
        # Qt's name.
        if not self._are_drawn and self._theme is not None:
            self._draw(self._theme)
        rows = -(-self.count() // COLUMNS)
        size = QSize(COLUMNS * CELL.width() + FRAME_PX, rows * CELL.height() + FRAME_PX)
        self.view().setMinimumSize(size)
        super().showPopup()
        self.view().window().resize(size)  # Qt leaves room for as many rows as there are entries

    def _draw(self, t: Theme) -> None:
        for index, id in enumerate(self.ids):
            self.setItemIcon(index, QIcon(thumbnail(_sample(id), t)))
        if self.count() > len(self.ids) and self._other is not None:
            self.setItemIcon(len(self.ids), QIcon(thumbnail(_some(self._other), t)))
        self._are_drawn = True


def thumbnail(dataset: Dataset, t: Theme) -> QPixmap:
    """A small picture of some samples."""
    x, y = thumbnail_plane(dataset)
    groups, colours = colours_of(dataset, t)
    ratio = 2.0  # sharp on dense screens too
    pixmap = QPixmap(int(SIDE * ratio), int(SIDE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(t.field))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = SIDE - 2 * MARGIN
    places = len(np.unique(np.column_stack((x, y)).round(6), axis=0))
    width = LARGE_POINT_PX if places <= FEW_PLACES else POINT_PX
    for k, colour in enumerate(colours):
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(
            [
                QPointF(MARGIN + room * float(u), MARGIN + room * (1 - float(v)))
                for u, v in zip(x[groups == k], y[groups == k], strict=True)
            ]
        )
    painter.end()
    return pixmap


@cache
def _sample(id: str) -> Dataset:
    """Some samples of a data set, for its picture."""
    if id in GENERATORS:
        return generate(id, n=THUMBNAIL_POINTS)
    return _some(read(origin_of(resource_path("datasets", id))))


def _some(dataset: Dataset) -> Dataset:
    """Some of its samples, evenly; a picture needs no more."""
    rows = np.unique(np.linspace(0, dataset.n_samples - 1, THUMBNAIL_POINTS).astype(int))
    return replace(dataset, X=dataset.X[rows], y=dataset.y[rows])


def is_bundled(path: Path) -> bool:
    return path in [resource_path("datasets", name) for _, name, _ in BUNDLED]
