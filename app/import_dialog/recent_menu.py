"""The files that were opened last, as a menu."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.files.recent import RecentFiles

MOST_LETTERS = 60


class RecentMenu(QMenu):
    """Made anew each time it is shown; a file that is no longer there is grey."""

    chosen = Signal(object)  # Path

    def __init__(self, recent: RecentFiles, parent: QWidget) -> None:
        super().__init__("Open recent", parent)
        self._recent = recent
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)
        self.triggered.connect(self._on_triggered)

    def _fill(self) -> None:
        self.clear()
        for file in self._recent.files:
            action = self._add(_title(file.path), str(file.path), file.path)
            action.setEnabled(file.path.is_file())
        if self._recent.files:
            self.addSeparator()
            self._add("Clear the list", "Forget these files, and how they were read.", None)
        else:
            self._add("No files yet", "", None).setEnabled(False)

    def _add(self, title: str, tip: str, path: Path | None) -> QAction:
        action = self.addAction(title)
        action.setToolTip(tip)
        action.setData(path)
        return action

    def _on_triggered(self, action: QAction) -> None:
        path = action.data()
        if isinstance(path, Path):
            self.chosen.emit(path)
        else:
            self._recent.clear()


def _title(path: Path) -> str:
    """Name and folder; "&" would underline what comes after it."""
    name, folder = (_short(text).replace("&", "&&") for text in (path.name, str(path.parent)))
    return f"{name}   {folder}"


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"…{text[-MOST_LETTERS:]}"
