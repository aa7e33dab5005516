"""The box of data sets: a gallery of thumbnails, drawn from the data sets themselves."""

from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
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
COLUMNS = 6
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

    def set_theme(self, t: Theme) -> None:
        self._theme, self._are_drawn = t, False

    def choose(self, id: str) -> None:
        """Show the entry ``id``."""
        self._drop_others()
        self.setCurrentIndex(self.ids.index(id))

    def show_other(self, name: str) -> None:
        """Show what is neither made nor bundled; it is an entry while it is loaded."""
        self._drop_others()
        self.addItem(name)
        self.setCurrentIndex(self.count() - 1)

    def _drop_others(self) -> None:
        while self.count() > len(self.ids):
            self.removeItem(self.count() - 1)

    def showPopup(self) -> None:
        # Qt's name.
        if not self._are_drawn and self._theme is not None:
            self._draw(self._theme)
        rows = -(-self.count() // COLUMNS)
        view = self.view()
        frame = 2 * view.frameWidth() + 12
        view.setMinimumSize(COLUMNS * CELL.width() + frame, rows * CELL.height() + frame)
        super().showPopup()

    def _draw(self, t: Theme) -> None:
        for index, id in enumerate(self.ids):
            self.setItemIcon(index, QIcon(thumbnail(id, t)))
        self._are_drawn = True


def thumbnail(id: str, t: Theme) -> QPixmap:
    """A picture of the data set ``id``."""
    dataset = _sample(id)
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
    dataset = read(origin_of(resource_path("datasets", id)))
    rows = np.linspace(0, dataset.n_samples - 1, THUMBNAIL_POINTS).astype(int)
    return Dataset(
        name=dataset.name,
        X=dataset.X[np.unique(rows)],
        y=dataset.y[np.unique(rows)],
        feature_names=dataset.feature_names,
        class_names=dataset.class_names,
    )


def is_bundled(path: Path) -> bool:
    return path in [resource_path("datasets", name) for _, name, _ in BUNDLED]
