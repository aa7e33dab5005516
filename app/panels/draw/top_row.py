"""The controls in the title of the panel: what is drawn, undo and redo, clearing and saving."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.panels.draw.desk import Desk
from app.panels.draw.icons import SIDE, icon
from app.theme import Theme
from app.viewdata.drawing import Mode
from app.widgets.combo_box import ComboBox

MODES = (
    (Mode.CLASSES, "Classes", "Points of up to ten classes in a plane."),
    (Mode.VALUES, "Values", "Points in a plane, each with a value: regression over two inputs."),
    (Mode.CURVE, "Curve", "Points whose height is the target: regression over one input."),
)


class TopRow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.mode = ComboBox()
        self.mode.setAccessibleName("What is drawn")
        self.mode.setToolTip("What is drawn. A change begins a new drawing; undo brings this back.")
        for k, (mode, title, tip) in enumerate(MODES):
            self.mode.addItem(title, mode)
            self.mode.setItemData(k, tip, Qt.ItemDataRole.ToolTipRole)
        self.undo = _button("Undo", "Take back the last change of the drawing (Ctrl+Z).")
        self.redo = _button("Redo", "Make the change again (Ctrl+Shift+Z).")
        for button in (self.undo, self.redo):
            button.setIconSize(QSize(SIDE, SIDE))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.clear = _button("Clear", "An empty canvas (Ctrl+Backspace).")
        self.save = _button("Save as CSV…", "Write the samples as a table (Ctrl+Shift+S).")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addStretch(1)
        for widget in (self.mode, self.undo, self.redo, self.clear, self.save):
            row.addWidget(widget)

    def set_theme(self, t: Theme) -> None:
        self.undo.setIcon(icon("undo", t))
        self.redo.setIcon(icon("redo", t))

    def show_desk(self, desk: Desk) -> None:
        """What is drawn, and what can be taken back."""
        self.mode.setVisible(desk.sheet.drawing is not None)
        if desk.sheet.drawing is not None:
            self.mode.setCurrentIndex(self.mode.findData(desk.sheet.drawing.mode))
        self.undo.setEnabled(desk.can_undo)
        self.redo.setEnabled(desk.can_redo)
        self.save.setEnabled(not desk.obstacle)  # or something else would be written


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(name)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
