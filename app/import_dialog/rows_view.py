"""The first rows of a table, as the file is read now."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QVBoxLayout, QWidget

from app.import_dialog.models import MOST_ROWS, ROW_PX, RowsTable
from app.panel import muted_label
from app.theme import Theme
from nncore.data.reading.choices import Choices, Preview

FITTED = 40  # columns that get the width that they need; measuring takes time
LEAST_PX, USUAL_PX, MOST_PX = 56, 88, 220


class RowsView(QWidget):
    """A table to look at, and a line above it on how much of the file that is."""

    def __init__(self) -> None:
        super().__init__()
        self._table = RowsTable()
        self._table.setParent(self)
        self.view = QTableView()
        self.caption = muted_label()
        view = self.view
        view.setModel(self._table)
        view.setAccessibleName("First rows of the table")
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.verticalHeader().setDefaultSectionSize(ROW_PX)
        view.horizontalHeader().setMinimumSectionSize(LEAST_PX)
        view.horizontalHeader().setDefaultSectionSize(USUAL_PX)
        view.horizontalHeader().setHighlightSections(False)
        view.verticalHeader().setHighlightSections(False)
        view.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.caption)
        whole.addWidget(view, 1)

    def show_preview(self, preview: Preview | None, choices: Choices | None) -> None:
        """Another table, or none."""
        self._table.show_preview(preview, choices)
        self.caption.setText("" if preview is None else _caption(preview))
        header = self.view.horizontalHeader()
        header.setMaximumSectionSize(MOST_PX)
        if self._table.columnCount() <= FITTED:
            self.view.resizeColumnsToContents()
        header.setMaximumSectionSize(-1)  # a person may draw them wider

    def show_choices(self, choices: Choices) -> None:
        self._table.show_choices(choices)

    def set_theme(self, theme: Theme) -> None:
        self._table.set_theme(theme)


def _caption(preview: Preview) -> str:
    shown = min(len(preview.rows), MOST_ROWS)
    if shown == preview.n_rows:
        return f"All {shown:,} rows"
    total = "" if preview.n_rows is None else f" of {preview.n_rows:,}"
    return f"The first {shown:,}{total} rows"
