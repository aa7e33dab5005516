"""The table on the screen: rows of one height, a head with histograms, the samples' numbers."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.panels.table.cells import SQUARE_GAP_PX, SQUARE_PX, CellPainter
from app.panels.table.header import ColumnHeader
from app.panels.table.histograms import Histograms
from app.panels.table.model import TableModel
from app.panels.table.scroll_bars import scroll_bars
from app.panels.table.selection import RowSelection
from app.theme import SMALL_PX, Theme
from app.viewdata.table_cells import Kind

ROW_PX = 22
MEASURED = 64  # columns, and cells of each, that are looked at for its width
DEFAULT_PX, NARROWEST_PX, WIDEST_PX, SET_PX = 72, 60, 240, 38
NAME_PX, ROOMY_PX, ROOMY_NAME_PX = 96, 600, 136  # for the name of a column, if there is room

Flag = QItemSelectionModel.SelectionFlag


class SampleView(QTableView):
    """Selects whole rows; ``selection`` has them."""

    def __init__(
        self,
        model: TableModel,
        histograms: Histograms,
        tip: Callable[[int, int | None], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._adds = True  # whether Ctrl with the mouse selects, or takes away
        self.selection = RowSelection(model, self)
        self.cells = CellPainter(model, self)
        self.head = ColumnHeader(model, histograms, tip, self)
        self.setModel(model)
        self.setSelectionModel(self.selection)
        self.setItemDelegate(self.cells)
        self.setHorizontalHeader(self.head)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAccessibleName("Samples")
        numbers = self.verticalHeader()
        numbers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        numbers.setDefaultSectionSize(ROW_PX)
        numbers.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        numbers.setHighlightSections(False)
        self.selection.currentColumnChanged.connect(self._on_current_column)
        self.head.current_wanted.connect(self.go_to_column)

    def set_theme(self, t: Theme) -> None:
        self.cells.set_theme(t)
        self.head.set_theme(t)
        self.setStyleSheet(
            f"QTableView, QHeaderView, QTableCornerButton::section {{ background: {t.panel};"
            f" border: none; outline: none; }}"
            f"QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none;"
            f" border-bottom: 1px solid {t.grid}; padding-right: 6px; font-size: {SMALL_PX}px; }}"
            + scroll_bars(t)
        )

    def fit(self) -> None:
        """Widths for what the columns hold."""
        digits = len(f"{self._model.rowCount():,}")
        self.verticalHeader().setFixedWidth(12 + 7 * digits)
        self.head.setDefaultSectionSize(DEFAULT_PX)
        for c in range(min(self._model.columnCount(), MEASURED)):
            self.head.resizeSection(c, self._fitting_px(c))

    def _fitting_px(self, c: int) -> int:
        if self._model.columns[c].kind is Kind.SET:
            return SET_PX
        own = max(map(self.cells.width_px, self._model.some_texts(c)), default=0.0)
        if self._model.columns[c].kind is Kind.TARGET:
            own += SQUARE_PX + SQUARE_GAP_PX
        room = NAME_PX if self.width() < ROOMY_PX else ROOMY_NAME_PX
        name = min(self.head.width_px(self._model.columns[c].title), room)
        return round(max(NARROWEST_PX, name, min(own, WIDEST_PX)))

    def show_sample(self, sample: int) -> None:
        """Scroll to where it stands."""
        index = self._model.index(self._model.place_of(sample), max(self.head.current, 0))
        # in the middle: the panel may be about to get another height
        self.scrollTo(index, self.ScrollHint.PositionAtCenter)

    def go_to_column(self, c: int) -> None:
        row = max(0, self.currentIndex().row())
        self.selection.setCurrentIndex(self._model.index(row, c), Flag.NoUpdate)
        self.scrollTo(self._model.index(max(0, self.rowAt(0)), c))

    def _on_current_column(self, current: QModelIndex) -> None:
        if current.isValid():
            self.head.set_current(current.column())

    # Qt's name
    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Qt would ask its own selection whether Ctrl takes a row away."""
        command = super().selectionCommand(index, event)
        if not command & Flag.Toggle or not index.isValid():
            return command
        if not command & Flag.Current:  # the mouse goes down: what is dragged over follows
            self._adds = not self._model.is_selected(index.row())
        return command & ~Flag.Toggle | (Flag.Select if self._adds else Flag.Deselect)
