"""The dialog "Training settings": a form made from the table of settings."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panel import muted_label
from app.panels.training.fields import ChoiceBox, DropoutField, NumberField, SettingField
from app.state import AppState, with_setting
from app.store import Store
from app.viewdata import settings
from nncore.optimizers import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.spec import EarlyStopping

COLUMN_PX, FIELD_PX = 320, 168
NEXT_STEP = "A change takes effect at the next step."


class TrainingSettings(QDialog):
    """Modeless. Shows only the numbers that are read; what is entered is in force at once."""

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self.setObjectName("settings")
        self.setWindowTitle("Training settings")
        self.setAccessibleName("Training settings")
        self.optimizer = ChoiceBox(store, "optimizer", OPTIMIZERS, "Optimiser", NEXT_STEP)
        self.schedule = ChoiceBox(store, "schedule.name", SCHEDULES, "Schedule", NEXT_STEP)
        self.stops_early = QCheckBox("stop when the loss no longer falls")
        self.stops_early.setToolTip(
            "Watches the test loss, or the training loss if there are no test samples,\n"
            "and goes back to the weights of the best epoch."
        )
        self.stops_early.clicked.connect(self._on_stops_early)
        self.dropout = DropoutField(store)
        self.fields: dict[str, SettingField] = {}
        self._forms: dict[QWidget, QFormLayout] = {}  # in which each field stands
        self._optimizer_formula, self._schedule_formula = _formula(), _formula()
        self._lay_out()
        self.show_state(store.state)

    # ---- building ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left, right = _column(), _column()
        left.addRow(_heading("Optimiser"))
        self._add_row(left, "Kind", self.optimizer)
        left.addRow(self._optimizer_formula)
        self._add_fields(left, "Optimiser", settings.OPTIMIZER)
        left.addRow(_heading("Penalties"))
        self._add_fields(left, "Penalties", settings.PENALTIES)
        left.addRow(_heading("Clipping of the gradient"))
        self._add_fields(left, "Clipping", settings.CLIPPING)
        right.addRow(_heading("Schedule of the learning rate"))
        self._add_row(right, "Kind", self.schedule)
        right.addRow(self._schedule_formula)
        self._add_fields(right, "Schedule", settings.SCHEDULE)
        right.addRow(_heading("Early stopping"))
        right.addRow(self.stops_early)
        self._add_fields(right, "Early stopping", settings.EARLY_STOPPING)
        right.addRow(_heading("Network"))
        self._add_row(right, "Dropout", self.dropout)
        close = QPushButton("Close")
        close.setToolTip("Close this window (Esc).")
        close.setAutoDefault(False)  # Enter is for the fields
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(muted_label(f"{NEXT_STEP} Dropout starts afresh."), 1)
        foot.addWidget(close)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.addLayout(left)
        columns.addLayout(right)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 8, 24, 16)
        whole.setSpacing(24)
        whole.addLayout(columns)
        whole.addLayout(foot)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # as large as what is shown

    def _add_fields(self, form: QFormLayout, group: str, rows: Sequence[settings.Setting]) -> None:
        for setting in rows:
            field = SettingField(self._store, setting, group)
            self.fields[setting.name] = field
            self._add_row(form, setting.title, field)

    def _add_row(self, form: QFormLayout, title: str, field: QWidget) -> None:
        self._forms[field] = form
        field.setFixedWidth(FIELD_PX)
        label = QLabel(title)
        label.setMinimumWidth(COLUMN_PX - FIELD_PX - form.horizontalSpacing())
        form.addRow(label, field)

    # ---- showing -------------------------------------------------------------------------

    def show_state(self, state: AppState) -> None:
        config = state.config
        self.optimizer.show_name(config.optimizer)
        self.schedule.show_name(config.schedule.name)
        self._optimizer_formula.setText(OPTIMIZERS[config.optimizer].formula.replace(", ", "\n"))
        factor = SCHEDULES[config.schedule.name].formula
        is_whole = not factor.startswith("·")  # else it is a change of the factor there is
        self._schedule_formula.setText(f"factor on η: {factor}" if is_whole else f"η {factor}")
        self.stops_early.setChecked(config.early_stopping is not None)
        for field in self.fields.values():
            field.show_state(state)
            self._forms[field].setRowVisible(field, field.setting.is_read(config))
        self.dropout.show_state(state)
        self.dropout.setEnabled(state.spec.depth > 1)

    def _on_stops_early(self, on: bool) -> None:
        self._store.apply(with_setting, "early_stopping", EarlyStopping() if on else None)

    # ---- Qt's names ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            for field in self.findChildren(NumberField):
                field.take_back()
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Closing leaves the field: what was typed is entered."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        super().done(result)


def _column() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(8)
    form.setVerticalSpacing(8)
    return form


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("title")
    label.setContentsMargins(0, 16, 0, 0)
    return label


def _formula() -> QLabel:
    label = muted_label()
    label.setFixedWidth(COLUMN_PX)
    label.setWordWrap(True)
    return label
