"""A label for texts that change many times a second."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class SteadyLabel(QWidget):
    """One line of text whose changes never reach the layout.

    A QLabel asks for a new layout of the window with each text; here the label inside has a
    fixed size, which Qt takes as a reason not to ask. What is too long is cut off.
    """

    def __init__(
        self,
        name: str = "muted",
        width: int = 0,
        height: int = 16,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """``name`` is the object name that the stylesheet knows; width 0 takes what there is."""
        super().__init__()
        self._hint = QSize(width, height)
        self.label = QLabel(self)
        self.label.setObjectName(name)
        self.label.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(height)
        if width:
            self.setFixedWidth(width)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self.label.text()

    def setText(self, text: str) -> None:  # as in Qt
        if text != self.label.text():
            self.label.setText(text)

    # Qt's names
    def sizeHint(self) -> QSize:
        return self._hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.label.setFixedSize(self.size())
