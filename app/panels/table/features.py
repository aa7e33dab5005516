"""Which features become inputs: buttons to switch, or a list if they are many."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme as themes
from app.state import AppState

MOST_BUTTONS = 8
COLUMNS_OF = ((40, 4), (60, 3))  # names no wider than so many pixels stand so many in a row
NAME_PX = 108
Check = Qt.CheckState


class FeatureChoice(QWidget):
    """``left_out`` is emitted with the names of all features that don't become inputs."""

    left_out = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._out: tuple[str, ...] = ()
        self.buttons: list[QToolButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self.open_button = QPushButton()
        self.open_button.setToolTip("Choose which features become inputs of the network.")
        self.open_button.clicked.connect(self._on_open)
        self._grid.addWidget(self.open_button, 0, 0, 1, 4)
        self.list = FeatureList(self)
        self.list.changed.connect(self._on_list)

    def show_state(self, state: AppState) -> None:
        names = state.dataset.feature_names
        if names != self._names:
            self._names = names
            self._make_buttons(names if len(names) <= MOST_BUTTONS else ())
        self._out = state.plan.left_out
        t = themes.theme(state.dark)
        self.list.setStyleSheet(
            f"#frame {{ background: {t.panel}; border: 1px solid {t.border}; }}"
            f"QListWidget {{ background: {t.panel}; border: none; }}"
        )
        out = set(self._out)
        for button, name in zip(self.buttons, names, strict=False):
            button.setChecked(name not in out)
        n_in = sum(name not in out for name in names)
        self.open_button.setVisible(not self.buttons)
        self.open_button.setText(f"{n_in:,} of {len(names):,} features …")
        if self.list.entries.count():  # it has been opened
            self.list.show_names(names, self._out)

    def _make_buttons(self, names: Sequence[str]) -> None:
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        metrics = QFontMetrics(self.font())
        widest = max(map(metrics.horizontalAdvance, names), default=0)
        fitting = next((n for px, n in COLUMNS_OF if widest <= px), 2)
        n_columns = min(fitting, max(1, len(names)))
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < n_columns))
        for k, name in enumerate(names):
            button = QToolButton()
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_PX)
            button.setText(shown.replace("&", "&&"))
            button.setCheckable(True)
            button.setAccessibleName(f"Feature {name}")
            button.setToolTip(f"{name} becomes an input, or is left out.")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self._on_button)
            self.buttons.append(button)
            self._grid.addWidget(button, k // n_columns, k % n_columns)

    def _on_button(self) -> None:
        pairs = zip(self.buttons, self._names, strict=True)
        self.left_out.emit(tuple(name for button, name in pairs if not button.isChecked()))

    def _on_open(self) -> None:
        self.list.show_names(self._names, self._out)
        self.list.move(self.mapToGlobal(QPoint(0, self.open_button.height() + 2)))
        self.list.show()

    def _on_list(self, names: tuple[str, ...]) -> None:
        self.left_out.emit(names)


class FeatureList(QDialog):
    """All features with a check mark each; a change of many counts as one."""

    changed = Signal(tuple)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Features that become inputs")
        self.entries = QListWidget()
        self.entries.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.entries.setUniformItemSizes(True)
        self.entries.setAccessibleName("Features that become inputs")
        self.entries.setToolTip(
            "Checked features become inputs. Select several to switch them at once."
        )
        self.entries.itemChanged.connect(self._on_item)
        self.take, self.leave = QPushButton("Take selected"), QPushButton("Leave out selected")
        self.take.setToolTip("The selected features become inputs. Ctrl+A selects all.")
        self.leave.setToolTip("The selected features do not become inputs.")
        self.take.clicked.connect(self._on_take)
        self.leave.clicked.connect(self._on_leave)
        buttons = QHBoxLayout()
        for button in (self.take, self.leave):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        frame = QFrame()
        frame.setObjectName("frame")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.entries, 1)
        inside.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.resize(300, 360)

    def show_names(self, names: Sequence[str], out: Sequence[str]) -> None:
        self.entries.blockSignals(True)
        if [self.entries.item(k).text() for k in range(self.entries.count())] != list(names):
            self.entries.clear()
            self.entries.addItems(list(names))
        left = set(out)
        for k, name in enumerate(names):
            self.entries.item(k).setCheckState(Check.Unchecked if name in left else Check.Checked)
        self.entries.blockSignals(False)

    def _on_item(self, item: QListWidgetItem) -> None:
        self._switch([item], item.checkState())

    def _on_take(self) -> None:
        self._switch(self.entries.selectedItems(), Check.Checked)

    def _on_leave(self) -> None:
        self._switch(self.entries.selectedItems(), Check.Unchecked)

    def _switch(self, items: Sequence[QListWidgetItem], check: Qt.CheckState) -> None:
        self.entries.blockSignals(True)
        for item in items:
            item.setCheckState(check)
        self.entries.blockSignals(False)
        every = (self.entries.item(k) for k in range(self.entries.count()))
        self.changed.emit(tuple(i.text() for i in every if i.checkState() is Check.Unchecked))
