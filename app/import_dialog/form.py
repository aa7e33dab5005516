"""All that can be chosen of a table, beside what it looks like then."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.import_dialog.choosing import with_target
from app.import_dialog.columns_editor import ColumnsEditor
from app.import_dialog.format_row import FormatRow
from app.import_dialog.rows_view import RowsView
from app.import_dialog.target_row import TargetRow
from app.theme import Theme
from nncore.data.reading.choices import Choices, Preview, TextFormat

LISTS_PX = (668, 428)  # the columns and the rows, to begin with


class ImportForm(QWidget):
    """Shows a table and its choices, and tells what a person chooses instead."""

    chosen = Signal(object)  # Choices, for the table that is shown
    format_chosen = Signal(object)  # TextFormat; the table isn't the same any more

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._choices: Choices | None = None
        self.format_row = FormatRow()
        self.format_row.changed.connect(self._on_format)
        self.target_row = TargetRow()
        self.target_row.target_chosen.connect(self._on_target)
        self.target_row.classes_chosen.connect(self._on_classes)
        self.columns = ColumnsEditor()
        self.columns.chosen.connect(self._take)
        self.rows = RowsView()
        lists = QSplitter(Qt.Orientation.Horizontal)
        lists.setChildrenCollapsible(False)
        lists.setHandleWidth(16)
        lists.addWidget(self.columns)
        lists.addWidget(self.rows)
        lists.setSizes(LISTS_PX)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(self.format_row)
        whole.addWidget(self.target_row)
        whole.addWidget(lists, 1)

    def show_table(self, preview: Preview | None, choices: Choices) -> None:
        """Another table; without a preview only the format can be chosen."""
        self._preview, self._choices = preview, choices
        shown = None if preview is None else choices
        self.format_row.setVisible(choices.format is not None)
        if choices.format is not None:
            self.format_row.show_format(choices.format)
        self.target_row.show_choices(shown)
        self.columns.setEnabled(preview is not None)
        self.columns.show_preview(preview, shown)
        self.rows.show_preview(preview, shown)

    def set_theme(self, theme: Theme) -> None:
        self.columns.set_theme(theme)
        self.rows.set_theme(theme)

    def _take(self, choices: Choices) -> None:
        self._choices = choices
        self.target_row.show_choices(choices)
        self.columns.show_choices(choices)
        self.rows.show_choices(choices)
        self.chosen.emit(choices)

    def _on_target(self, at: int) -> None:
        if self._choices is not None and self._preview is not None:
            self._take(with_target(self._choices, at, self._preview))

    def _on_classes(self, are_classes: bool) -> None:
        if self._choices is not None:
            self._take(replace(self._choices, is_classification=are_classes))

    def _on_format(self, format: TextFormat) -> None:
        self.format_chosen.emit(format)
