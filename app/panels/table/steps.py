"""The list of everything that was done, with a button to undo what can be undone here."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panel import muted_label
from app.viewdata.table_steps import Done

MOST_ROWS = 200


class StepRow(QWidget):
    """One step: its words, its formula, and the button."""

    undone = Signal(object)  # the plan without it

    def __init__(self, number: int, done: Done) -> None:
        super().__init__()
        self._without = done.without
        self.words, self.formula = QLabel(done.words), muted_label(done.formula)
        self.words.setObjectName("words")
        self.formula.setHidden(not done.formula)
        self.button = QToolButton()
        self.button.setText("×")
        self.button.setFixedSize(20, 20)
        self.button.setToolTip("Undo this. The run starts afresh.")
        self.button.setAccessibleName(f"Undo: {done.words}")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setHidden(done.without is None)
        self.button.clicked.connect(self._on_undo)
        for label in (self.words, self.formula):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setToolTip(done.tip)
        self._lay_out(number)

    def _lay_out(self, number: int) -> None:
        count = muted_label(f"{number}")
        count.setFixedWidth(14)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(self.words)
        lines.addWidget(self.formula)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)

    def _on_undo(self) -> None:
        self.undone.emit(self._without)


class StepList(QScrollArea):
    """The rows are made anew only when they say something else."""

    undone = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("What was done to the data, in order")
        self.setObjectName("steps")
        self._shown: Sequence[Done] = ()
        self.rows: list[StepRow] = []

    def show_steps(self, steps: Sequence[Done]) -> None:
        if steps == self._shown:
            return
        self._shown = steps
        inside = QWidget()
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        self.rows = [StepRow(k, done) for k, done in enumerate(steps[:MOST_ROWS], start=1)]
        for row in self.rows:
            row.undone.connect(self.undone)
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(inside)  # the one before goes
