"""The head of the columns: a name to sort by, and under it a histogram to select from."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPolygonF,
)
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from app import theme as themes
from app.panels.table.bars import bar_at, paint_bars, sides
from app.panels.table.histograms import Histograms
from app.panels.table.model import TableModel
from app.theme import Theme, blend
from app.viewdata.table_cells import Kind

NAME_PX, BARS_PX, FOOT_PX = 24, 34, 5
MARGIN_PX, ARROW_PX = 8, 7
GRIP_PX = 4  # beside the edge of a column, by which it is made wider
Key = Qt.Key
Align = Qt.AlignmentFlag


class ColumnHeader(QHeaderView):
    """With the keys: left and right to a column, Enter sorts, up and down go through its bars."""

    sort_wanted = Signal(int)  # column
    current_wanted = Signal(int)  # column
    bars_chosen = Signal(int, int, int, bool)  # column, first and last bar, whether they are added

    def __init__(
        self,
        model: TableModel,
        histograms: Histograms,
        tip: Callable[[int, int | None], str],
        parent: QWidget,
    ) -> None:
        """``tip(column, bar)`` is what is said of a column, or of one of its bars."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model, self._histograms, self._tip = model, histograms, tip
        self._font = themes.font(themes.SMALL_PX + 1, bold=True)
        self._metrics = QFontMetrics(self._font)
        self.current = 0  # column
        self._bar: int | None = None  # that the keys are at, of the current column
        self._pressed: tuple[int, int] | None = None  # column and bar where the mouse went down
        self.setSectionsClickable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSectionSize(34)
        self.setAccessibleName("Columns of the table")
        self.setAccessibleDescription(
            "Left and right go to a column, Enter sorts by it, up and down select its bars."
        )
        self.sectionClicked.connect(self.sort_wanted)
        histograms.made.connect(self.viewport().update)
        self.set_theme(themes.LIGHT)

    def set_theme(self, t: Theme) -> None:
        self._t = t
        self._classes = [QColor(colour) for colour in t.classes]
        self._plain = [QColor(blend(t.muted, t.panel, 0.6))]
        self.viewport().update()

    def set_current(self, c: int) -> None:
        self.current, self._bar = c, None
        self.viewport().update()

    def width_px(self, title: str) -> float:
        """Of a column for its title to be read."""
        return self._metrics.horizontalAdvance(title) + 2 * MARGIN_PX + ARROW_PX + 4

    # ---- painting ------------------------------------------------------------------------

    def _paint_name(self, painter: QPainter, area: QRectF, c: int) -> None:
        column, t = self._model.columns[c], self._t
        line = QRectF(area.left() + MARGIN_PX, area.top(), area.width() - 2 * MARGIN_PX, NAME_PX)
        if column == self._model.sorted_by:
            self._paint_arrow(painter, line)
            line.setRight(line.right() - ARROW_PX - 4)
        painter.setFont(self._font)
        painter.setPen(QColor(t.text))
        side = Align.AlignRight if self._model.is_numeric(c) else Align.AlignLeft
        name = self._metrics.elidedText(
            column.title, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, side | Align.AlignVCenter, name)

    def _paint_arrow(self, painter: QPainter, line: QRectF) -> None:
        down = -1 if self._model.descending else 1
        centre = QPointF(line.right() - ARROW_PX / 2, line.center().y())
        corners = ((-ARROW_PX / 2, 2), (ARROW_PX / 2, 2), (0, -2.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._t.accent))
        painter.drawPolygon(QPolygonF([centre + QPointF(x, down * y) for x, y in corners]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_bars(self, painter: QPainter, c: int) -> None:
        made = self._histograms.of(self._model.columns[c])
        if made is None:
            return
        area = self._bars_area(c)
        colours = self._classes if self._model.state.dataset.is_classification else self._plain
        paint_bars(painter, area, made, colours)
        if c == self.current and self._bar is not None and self.hasFocus():
            left, right = sides(area, len(made.counts), self._bar)
            foot = QRectF(left - 1, area.bottom() + 1, right - left + 2, 3)
            painter.fillRect(foot, QColor(self._t.accent))

    def _bars_area(self, c: int) -> QRectF:
        left = self.sectionViewportPosition(c) + MARGIN_PX
        return QRectF(left, NAME_PX, max(1, self.sectionSize(c) - 2 * MARGIN_PX), BARS_PX)

    # ---- mouse ---------------------------------------------------------------------------

    def bar_under(self, place: QPoint) -> tuple[int, int] | None:
        """Column and bar at a place of the viewport."""
        c = self.logicalIndexAt(place)
        if not self._is_bars(place):
            return None
        made = self._histograms.of(self._model.columns[c])
        bar = None if made is None else bar_at(self._bars_area(c), len(made.counts), place.x())
        return None if bar is None else (c, bar)

    def _is_bars(self, place: QPoint) -> bool:
        """Whether there is a histogram, not a name or the edge by which a column is widened."""
        c = self.logicalIndexAt(place)
        left = self.sectionViewportPosition(c)
        inside = left + GRIP_PX <= place.x() <= left + self.sectionSize(c) - GRIP_PX
        return c >= 0 and place.y() >= NAME_PX and inside

    def _choose(self, c: int, first: int, last: int, adds: bool) -> None:
        self.bars_chosen.emit(c, min(first, last), max(first, last), adds)

    # ---- Qt's names ----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), NAME_PX + BARS_PX + FOOT_PX)

    def paintSection(self, painter: QPainter, rect: QRect, c: int) -> None:
        t, area = self._t, QRectF(rect)
        kind = self._model.columns[c].kind
        painter.fillRect(area, QColor(t.field if kind is Kind.PREPARED else t.panel))
        self._paint_bars(painter, c)
        self._paint_name(painter, area, c)
        is_current = c == self.current and self.hasFocus()
        line = QColor(t.accent if is_current else t.border)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), line)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._pressed = (
            self.bar_under(place) if event.button() == Qt.MouseButton.LeftButton else None
        )
        if self._pressed is not None:
            c, bar = self._pressed
            self._choose(c, bar, bar, _adds(event))
        elif not self._is_bars(place):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        under = self.bar_under(event.position().toPoint())
        if under is not None and under[0] == self._pressed[0]:
            self._choose(*self._pressed, under[1], _adds(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseReleaseEvent(event)
        self._pressed = None

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            c = self.logicalIndexAt(event.pos())
            under = self.bar_under(event.pos())
            text = self._tip(c, None if under is None else under[1]) if c >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        c, last = self.current, self.count() - 1
        match event.key():
            case Key.Key_Left | Key.Key_Right:
                step = 1 if event.key() == Key.Key_Right else -1
                self.current_wanted.emit(max(0, min(c + step, last)))
            case Key.Key_Return | Key.Key_Enter:
                self.sort_wanted.emit(c)
            case Key.Key_Up | Key.Key_Down:
                self._go_to_bar(1 if event.key() == Key.Key_Up else -1)
            case _:
                super().keyPressEvent(event)

    def _go_to_bar(self, step: int) -> None:
        """Up is to larger values."""
        made = self._histograms.of(self._model.columns[self.current])
        if made is None:
            return
        first = 0 if step > 0 else len(made.counts) - 1
        bar = first if self._bar is None else self._bar + step
        self._bar = max(0, min(bar, len(made.counts) - 1))
        self._choose(self.current, self._bar, self._bar, False)
        self.viewport().update()


def _adds(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
