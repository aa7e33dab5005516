"""A field for a whole number."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSpinBox

LEAST_WIDTH = 62


class SpinBox(QSpinBox):
    """Tells of a value when it has been entered, not at each digit, and then lets the keys go
    back to the window: Space is to run, not to be typed here."""

    def __init__(self, low: int, high: int, name: str, tip: str) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
        self.setAccessibleName(name)
        self.setToolTip(tip)
        # as wide as there is room, not as the largest number would be
        self.setMinimumWidth(LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.lineEdit().setTextMargins(5, 0, 0, 0)
        self.lineEdit().returnPressed.connect(self.clearFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Qt's name. A wheel that passes by must not change the experiment.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def set_quietly(self, value: int) -> None:
        """Show a value that has come from elsewhere: ``valueChanged`` is not emitted."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)
