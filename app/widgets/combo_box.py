"""A box to choose from."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class ComboBox(QComboBox):
    """A wheel that passes by does not change the experiment, only one over the box in use."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Qt's name.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
