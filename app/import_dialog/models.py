"""The two tables of the dialog: what the file looks like, and its columns as a list."""

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app import theme as themes
from app.import_dialog.words import KIND_WORDS, MISSING_WORDS, ROLE_WORDS
from app.theme import Theme
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Preview, Role

Index = QModelIndex | QPersistentModelIndex
ItemRole = Qt.ItemDataRole
MOST_ROWS = 100
ROW_PX = 26
EXAMPLES = 4
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Table(QAbstractTableModel):
    """Shows ``preview`` under ``choices``; without one it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._columns: tuple[ColumnChoice, ...] = ()
        self._theme = themes.LIGHT

    def show_preview(self, preview: Preview | None, choices: Choices | None) -> None:
        """Another table."""
        self.beginResetModel()
        self._preview = preview
        self._columns = () if choices is None else choices.columns
        self.endResetModel()

    def show_choices(self, choices: Choices) -> None:
        """Other choices for the same table."""
        self._columns = choices.columns
        self._repaint()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._repaint()

    def _repaint(self) -> None:
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        if last.isValid():
            self.dataChanged.emit(self.index(0, 0), last)


class RowsTable(_Table):
    """The first rows of the file. The target stands out, what is ignored is grey."""

    # Qt's names
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if self._preview is None or parent.isValid():
            return 0
        return min(len(self._preview.rows), MOST_ROWS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        assert self._preview is not None
        column = self._columns[index.column()]
        cell = self._preview.rows[index.row()][index.column()]
        if role == ItemRole.DisplayRole:
            return cell or "–"
        if role == ItemRole.ToolTipRole:
            return cell or "A missing value."
        if role == ItemRole.TextAlignmentRole:
            return RIGHT if column.kind is Kind.NUMBER else LEFT
        if role == ItemRole.ForegroundRole:
            is_faint = not cell or column.role is Role.IGNORE
            return QColor(self._theme.muted if is_faint else self._theme.text)
        if role == ItemRole.BackgroundRole:
            return self._background(column, cell)
        return None

    def _background(self, column: ColumnChoice, cell: str) -> QColor | None:
        if not cell:
            return QColor(themes.blend(self._theme.muted, self._theme.panel, 0.18))
        if column.role is Role.TARGET:
            return QColor(themes.blend(self._theme.accent, self._theme.panel, 0.10))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return f"{section + 1}" if role == ItemRole.DisplayRole else None
        column = self._columns[section]
        if role == ItemRole.DisplayRole:
            return column.name
        if role == ItemRole.ToolTipRole:
            return f"{column.name}: {ROLE_WORDS[column.role]}, {KIND_WORDS[column.kind]}"
        if role == ItemRole.TextAlignmentRole:
            return RIGHT if column.kind is Kind.NUMBER else LEFT
        return None


class Field(IntEnum):
    """The columns of ``ColumnsTable``."""

    NAME = 0
    ROLE = 1
    KIND = 2
    N_MISSING = 3
    MISSING = 4
    EXAMPLES = 5


HEADINGS = {
    Field.NAME: ("Column", "Its name in the file."),
    Field.ROLE: ("Role", "Features are what the network sees, the target is what it predicts."),
    Field.KIND: ("Type", "Numbers go in as they are, categories as one input each."),
    Field.N_MISSING: ("Missing", "Missing values among the rows looked at."),
    Field.MISSING: ("Where missing", "What becomes of a row with a missing value here."),
    Field.EXAMPLES: ("Examples", "The first values that differ."),
}
CHOSEN = (Field.ROLE, Field.KIND, Field.MISSING)


class ColumnsTable(_Table):
    """The columns of the file, one a row."""

    # Qt's names
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Field)

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        field, column = Field(index.column()), self._columns[index.row()]
        if role == ItemRole.DisplayRole:
            return self._text(field, column, index.row())
        if role == ItemRole.ToolTipRole:
            if field in CHOSEN:
                return "Click to choose."
            return self._text(field, column, index.row())
        if role == ItemRole.TextAlignmentRole:
            return RIGHT if field is Field.N_MISSING else LEFT
        if role == ItemRole.ForegroundRole:
            return QColor(self._colour(field, column, index.row()))
        if role == ItemRole.BackgroundRole and column.role is Role.TARGET:
            return QColor(themes.blend(self._theme.accent, self._theme.panel, 0.10))
        return None

    def _text(self, field: Field, column: ColumnChoice, row: int) -> str:
        assert self._preview is not None
        match field:
            case Field.NAME:
                return column.name
            case Field.ROLE:
                return ROLE_WORDS[column.role]
            case Field.KIND:
                return KIND_WORDS[column.kind]
            case Field.N_MISSING:
                return f"{self._preview.n_missing[row]:,}"
            case Field.MISSING:
                return MISSING_WORDS[column.missing]
            case Field.EXAMPLES:
                return self._examples(row)

    def _examples(self, row: int) -> str:
        assert self._preview is not None
        seen = dict.fromkeys(cells[row] for cells in self._preview.rows[:MOST_ROWS] if cells[row])
        return ", ".join(list(seen)[:EXAMPLES])

    def _colour(self, field: Field, column: ColumnChoice, row: int) -> str:
        assert self._preview is not None
        if column.role is Role.IGNORE and field is not Field.ROLE:
            return self._theme.muted
        if field is Field.EXAMPLES:
            return self._theme.muted
        if field in (Field.N_MISSING, Field.MISSING) and not self._preview.n_missing[row]:
            return self._theme.muted
        return self._theme.text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        title, tip = HEADINGS[Field(section)]
        if role == ItemRole.DisplayRole:
            return title
        if role == ItemRole.ToolTipRole:
            return tip
        if role == ItemRole.TextAlignmentRole:
            return RIGHT if section == Field.N_MISSING else LEFT
        return None
