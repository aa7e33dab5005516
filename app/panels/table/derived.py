"""Inputs made from features by formulas: some at hand, any other typed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.panels.table.formula_field import FormulaField
from app.state import AppState
from app.viewdata.table_formulas import TEMPLATES, AtHand, at_hand, with_formula, without_formula
from app.widgets.elided_label import ElidedLabel


class DerivedInputs(QWidget):
    """``chosen`` is emitted with the formulas of all derived inputs."""

    chosen = Signal(tuple)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._at_hand: tuple[AtHand, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons = [self._button() for _ in TEMPLATES]
        for button in self.buttons:
            row.addWidget(button)
        self.caption = ElidedLabel()
        whole.addWidget(self.caption)
        whole.addLayout(row)
        self.field = FormulaField(state)
        self.field.entered.connect(self._on_entered)
        whole.addWidget(self.field)

    def _button(self) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_button)
        return button

    def show_state(self, state: AppState) -> None:
        self._state = state
        self._at_hand, caption = at_hand(state)
        words = f"More inputs: {caption}" if caption else "More inputs, made of features"
        self.caption.setText(words)
        self.caption.setToolTip(words)
        for k, button in enumerate(self.buttons):
            button.setVisible(k < len(self._at_hand))
            if k < len(self._at_hand):
                self._show_button(button, self._at_hand[k])
        self.field.show_state(state)

    def _show_button(self, button: QToolButton, offered: AtHand) -> None:
        button.setText(offered.label)
        button.setMinimumWidth(QFontMetrics(button.font()).horizontalAdvance(offered.label) + 6)
        button.setChecked(offered.is_on)
        button.setEnabled(offered.can_be)
        button.setToolTip(offered.tip)
        button.setAccessibleName(f"Input {offered.formula}")

    def _on_button(self) -> None:
        for button, offered in zip(self.buttons, self._at_hand, strict=False):
            if button.isChecked() != offered.is_on:
                change = without_formula if offered.is_on else with_formula
                self.chosen.emit(change(self._state, offered.formula))
                return

    def _on_entered(self, formula: str) -> None:
        self.chosen.emit(with_formula(self._state, formula))
