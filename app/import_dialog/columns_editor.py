"""The columns of a table as a list, in which many can be changed at a time."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import theme as themes
from app.import_dialog.choosing import (
    can_be,
    target_of,
    with_kind,
    with_missing,
    with_role,
    with_target,
)
from app.import_dialog.models import CHOSEN, ROW_PX, ColumnsTable, Field, Index
from app.import_dialog.words import KIND_WORDS, MISSING_WORDS, ROLE_WORDS, Choice
from app.panel import muted_label
from app.theme import Theme
from app.widgets.combo_box import ComboBox
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Preview, Role
from resources import resource_path

WORDS = {Field.ROLE: ROLE_WORDS, Field.KIND: KIND_WORDS, Field.MISSING: MISSING_WORDS}
WIDTHS = {
    Field.NAME: 132,
    Field.ROLE: 82,
    Field.KIND: 92,
    Field.N_MISSING: 66,
    Field.MISSING: 178,
}
CHEVRON = QSize(9, 6)


class ColumnsEditor(QWidget):
    """A click into a cell changes that column, the boxes below all that are selected.

    ``chosen`` tells the new choices; they are shown when ``show_choices`` is called.
    """

    chosen = Signal(object)  # Choices

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._choices: Choices | None = None
        self._table = ColumnsTable()
        self._table.setParent(self)
        self.view = QTableView()
        self.menu = QMenu(self)
        self._menu_row = 0
        self.boxes = {field: _box(field) for field in CHOSEN}
        self._caption = muted_label()
        self._make_view()
        self._lay_out()

    def _make_view(self) -> None:
        view = self.view
        view.setModel(self._table)
        view.setAccessibleName("Columns of the table")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setShowGrid(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_PX)
        view.horizontalHeader().setStretchLastSection(True)
        view.horizontalHeader().setHighlightSections(False)
        self._delegate = _WithChevron(self)
        for field in CHOSEN:
            view.setItemDelegateForColumn(field, self._delegate)
        view.clicked.connect(self._on_clicked)
        view.selectionModel().selectionChanged.connect(self._show_boxes)
        self.menu.triggered.connect(self._on_menu)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._caption, 1)
        for box in self.boxes.values():
            box.activated.connect(self._on_box)
            row.addWidget(box)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(muted_label("Columns: click into a cell to change it"))
        whole.addWidget(self.view, 1)
        whole.addSpacing(4)
        whole.addLayout(row)

    # ---- showing -------------------------------------------------------------------------

    def show_preview(self, preview: Preview | None, choices: Choices | None) -> None:
        """Another table, or none."""
        self._preview, self._choices = preview, choices
        self._table.show_preview(preview, choices)
        for field, width in WIDTHS.items():
            self.view.setColumnWidth(field, width)
        self._show_boxes()

    def show_choices(self, choices: Choices) -> None:
        self._choices = choices
        self._table.show_choices(choices)
        self._show_boxes()

    def set_theme(self, theme: Theme) -> None:
        self._table.set_theme(theme)
        self._delegate.set_theme(theme)

    @property
    def _columns(self) -> tuple[ColumnChoice, ...]:
        return () if self._choices is None else self._choices.columns

    @property
    def selected(self) -> list[int]:
        """The columns that are selected, ascending."""
        return sorted(index.row() for index in self.view.selectionModel().selectedRows())

    def _show_boxes(self) -> None:
        """The boxes show what all selected columns have in common."""
        rows = self.selected
        self._caption.setText(self._caption_of(rows))
        for field, box in self.boxes.items():
            box.setEnabled(bool(rows))
            changed = self._changed_by(field, rows)
            values = {self._value(field, row) for row in changed}
            box.setCurrentIndex(box.findData(values.pop()) if len(values) == 1 else -1)
            for index in range(box.count()):
                _enable(box, index, self._is_possible(box.itemData(index), rows))

    def _changed_by(self, field: Field, rows: Sequence[int]) -> Sequence[int]:
        """Of several columns the target stays the target; alone it can be given up."""
        if field is not Field.ROLE or len(rows) == 1 or self._choices is None:
            return rows
        return [row for row in rows if row != target_of(self._choices)]

    def _caption_of(self, rows: Sequence[int]) -> str:
        if not rows:
            return "Select columns to change several at once."
        return self._columns[rows[0]].name if len(rows) == 1 else f"{len(rows):,} columns selected"

    def _value(self, field: Field, row: int) -> Choice:
        column = self._columns[row]
        if field is Field.ROLE:
            return column.role
        return column.kind if field is Field.KIND else column.missing

    def _is_possible(self, value: Choice, rows: Sequence[int]) -> bool:
        """Whether one of ``rows`` can have it; only one can be the target."""
        if value is Role.TARGET:
            return len(rows) == 1
        if isinstance(value, Missing):
            return any(can_be(self._columns[row], value) for row in rows)
        return True

    # ---- choosing ------------------------------------------------------------------------

    def _on_clicked(self, index: QModelIndex) -> None:
        field = Field(index.column())
        if field not in CHOSEN or QGuiApplication.keyboardModifiers():
            return  # with Ctrl or Shift a person selects
        self._menu_row = index.row()
        self.menu.clear()
        for value, words in WORDS[field].items():
            action = QAction(words, self.menu)
            action.setData(value)
            action.setCheckable(True)
            action.setChecked(value is self._value(field, index.row()))
            action.setEnabled(self._is_possible(value, (index.row(),)))
            self.menu.addAction(action)
        place = self.view.visualRect(index).bottomLeft()
        self.menu.popup(self.view.viewport().mapToGlobal(place))

    def _on_menu(self, action: QAction) -> None:
        self._choose(action.data(), (self._menu_row,))

    def _on_box(self) -> None:
        box = self.sender()
        assert isinstance(box, ComboBox)
        self._choose(box.currentData(), self.selected)

    def _choose(self, value: Choice, rows: Sequence[int]) -> None:
        choices, preview = self._choices, self._preview
        if choices is None or preview is None:
            return
        match value:
            case Role.TARGET:
                choices = with_target(choices, rows[0], preview)
            case Role():
                choices = with_role(choices, self._changed_by(Field.ROLE, rows), value)
            case Kind():
                choices = with_kind(choices, rows, value)
            case Missing():
                choices = with_missing(choices, rows, value)
        self.chosen.emit(choices)


class _WithChevron(QStyledItemDelegate):
    """A cell that says by a chevron at its right that a click gives a choice."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.set_theme(themes.LIGHT)

    def set_theme(self, theme: Theme) -> None:
        shade = "dark" if theme is themes.DARK else "light"
        self._chevron = QIcon(str(resource_path("icons", f"chevron-{shade}.svg")))

    # Qt's name
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.icon = self._chevron
        option.decorationSize = CHEVRON
        option.decorationPosition = QStyleOptionViewItem.Position.Right


def _box(field: Field) -> ComboBox:
    names = {Field.ROLE: "Role", Field.KIND: "Type", Field.MISSING: "Where missing"}
    box = ComboBox()
    box.setAccessibleName(f"{names[field]} of the selected columns")
    box.setToolTip(f"{names[field]} of all selected columns.")
    box.setPlaceholderText(names[field])
    for value, words in WORDS[field].items():
        box.addItem(words, value)
    return box


def _enable(box: ComboBox, index: int, on: bool) -> None:
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    model.item(index).setEnabled(on)
