"""Paints a cell: numbers with their points one above the other, targets with their colour."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme as themes
from app.panels.table.model import TableModel
from app.theme import Theme, blend
from app.viewdata.table_cells import Kind, decimals_in

MARGIN_PX, MARK_PX, SQUARE_PX, SQUARE_GAP_PX = 8, 7, 8, 6
TINT = 0.18  # of the accent on a selected row, as on a button that is pressed
Align = Qt.AlignmentFlag


class CellPainter(QStyledItemDelegate):
    """Knows nothing of the rows but what the model says, and the colours of the targets."""

    def __init__(self, model: TableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._font, self._slanted = themes.font(), themes.font()
        self._slanted.setItalic(True)
        metrics = QFontMetricsF(self._font)
        self._digit_px = metrics.horizontalAdvance("0")
        self._point_px = metrics.horizontalAdvance(".")
        self._group: NDArray[np.int64] = np.zeros(0, np.int64)
        self._colours: list[QColor] = []
        self.set_theme(themes.LIGHT)

    def set_theme(self, t: Theme) -> None:
        grounds = {False: t.panel, True: t.field}  # by whether it is prepared
        self._ground = {prepared: QColor(ground) for prepared, ground in grounds.items()}
        self._chosen = {
            prepared: QColor(blend(t.accent, ground, TINT)) for prepared, ground in grounds.items()
        }
        self._text, self._muted, self._accent = QColor(t.text), QColor(t.muted), QColor(t.accent)
        self._line = QColor(t.grid)

    def set_targets(self, group: NDArray[np.int64], colours: list[str]) -> None:
        """Sample i has the colour ``colours[group[i]]``."""
        self._group, self._colours = group, [QColor(colour) for colour in colours]

    def width_px(self, text: str) -> float:
        """Of a cell that holds ``text``, or a digit more."""
        own = QFontMetricsF(self._slanted).horizontalAdvance(text)
        return own + 2 * MARGIN_PX + self._digit_px

    def hanging_px(self, text: str, c: int) -> float:
        """How far before the right edge a number ends, for the points to be in line."""
        most, own = self._model.decimals(c), decimals_in(text)
        point = self._point_px if most and not own else 0.0
        return point + max(0, most - own) * self._digit_px

    # Qt's name
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row, c = index.row(), index.column()
        rect: QRectF = QRectF(option.rect)
        kind = self._model.columns[c].kind
        grounds = self._chosen if self._model.is_selected(row) else self._ground
        painter.fillRect(rect, grounds[kind is Kind.PREPARED])
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), self._line)
        inside = rect.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        if kind is Kind.SET:
            self._paint_mark(painter, inside, row)
        else:
            if kind is Kind.TARGET:
                inside.setLeft(self._paint_square(painter, inside, row))
            self._paint_text(painter, inside, row, c)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._accent)
            painter.drawRect(rect.adjusted(0.5, 0.5, -1.5, -1.5))

    def _paint_text(self, painter: QPainter, inside: QRectF, row: int, c: int) -> None:
        text = self._model.text(row, c)
        missing = self._model.is_missing(row, c)
        align = Align.AlignLeft
        if self._model.is_numeric(c):
            align = Align.AlignRight
            if not missing:
                inside.setRight(inside.right() - self.hanging_px(text, c))
        font: QFont = self._slanted if missing else self._font
        painter.setFont(font)
        painter.setPen(self._muted if missing else self._text)
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > inside.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(inside.width()))
        painter.drawText(inside, align | Align.AlignVCenter, text)

    def _paint_mark(self, painter: QPainter, inside: QRectF, row: int) -> None:
        """A disc for training, a ring for test, as in the pictures of the data."""
        disc = QRectF(0, 0, MARK_PX, MARK_PX)
        disc.moveCenter(inside.center())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(themes.pen(self._muted.name(), 1.4))
        hollow = self._model.is_test_row(row)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else self._muted)
        painter.drawEllipse(disc)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_square(self, painter: QPainter, inside: QRectF, row: int) -> float:
        """The colour of the target; where what follows it begins."""
        square = QRectF(inside.left(), inside.center().y() - SQUARE_PX / 2, SQUARE_PX, SQUARE_PX)
        painter.fillRect(square, self._colours[self._group[self._model.sample_at(row)]])
        return square.right() + SQUARE_GAP_PX
