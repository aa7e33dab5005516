"""What is there instead of the canvas if the data can't be painted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class ReasonPage(QWidget):
    """Why there is no canvas, and the way to one."""

    def __init__(self) -> None:
        super().__init__()
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.new_button = QPushButton("New drawing")
        self.new_button.setAccessibleName("New drawing")
        self.new_button.setToolTip("An empty canvas; undo brings the data back.")
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self.reason)
        column.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
