"""What is to be predicted: one row of controls."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.import_dialog.choosing import names_of, target_of
from app.widgets.combo_box import ComboBox
from nncore.data.reading.choices import Choices, Kind

MOST_LETTERS = 40  # of a name in the box


class TargetRow(QWidget):
    """Shows the target of the choices, and tells what a person wants instead."""

    target_chosen = Signal(int)
    classes_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self.target = ComboBox()
        self.target.setAccessibleName("Predict")
        self.target.setToolTip("The column that the network is to predict from the features.")
        self.target.setMinimumContentsLength(18)
        self.target.setMaxVisibleItems(16)
        self.target.setPlaceholderText("choose a column")
        self.target.activated.connect(self.target_chosen)
        self.problem = ComboBox()
        self.problem.setAccessibleName("What the target's values are")
        self.problem.addItem("classes", True)
        self.problem.addItem("numbers", False)
        self.problem.activated.connect(self._on_problem)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, box in (("Predict", self.target), ("as", self.problem)):
            label = QLabel(text)
            label.setObjectName("title")
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)

    def show_choices(self, choices: Choices | None) -> None:
        """None empties the boxes."""
        self.setEnabled(choices is not None)
        names = () if choices is None else names_of(choices)
        if names != self._names:
            self._names = names
            self.target.clear()
            self.target.addItems([_short(name) for name in names])
        at = None if choices is None else target_of(choices)
        self.target.setCurrentIndex(-1 if at is None else at)
        if choices is not None:
            self._show_problem(choices, at)

    def _show_problem(self, choices: Choices, at: int | None) -> None:
        self.problem.setCurrentIndex(self.problem.findData(choices.is_classification))
        is_free = at is not None and choices.columns[at].kind is Kind.NUMBER
        self.problem.setEnabled(is_free)
        self.problem.setToolTip(
            "Classes give one output each, numbers are predicted as such."
            if is_free
            else "The values of a column of categories are classes."
        )

    def _on_problem(self) -> None:
        self.classes_chosen.emit(self.problem.currentData())


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"
