"""An importer over an empty window, and what is brought to it."""

import threading
from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.files.opening import FoundModel, OpenedData, read_data
from app.files.recent import RecentFiles
from app.import_dialog.importer import Importer
from nncore.data.reading.choices import Choices, Progress, Role
from resources import resource_path

IRIS = resource_path("datasets", "iris.csv")


class Desk:
    """An importer over a window, and all that it has told."""

    def __init__(self, qtbot: QtBot, recent: RecentFiles) -> None:
        self.window, self.importer = QWidget(), Importer(recent)
        qtbot.addWidget(self.window)
        self.window.show()
        self.importer.show_over(self.window)
        self.data: list[OpenedData] = []
        self.models: list[FoundModel] = []
        self.refusals: list[str] = []
        self.n_abandoned = 0
        self.importer.data_opened.connect(self.data.append)
        self.importer.model_opened.connect(self.models.append)
        self.importer.refused.connect(self.refusals.append)
        self.importer.abandoned.connect(self._on_abandoned)
        self._qtbot = qtbot

    def _on_abandoned(self) -> None:
        self.n_abandoned += 1

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.importer.is_busy, timeout=30_000)

    def close(self) -> None:
        """Afterwards no thread may be left."""
        self.importer.close()
        self.importer.deleteLater()
        assert threads() == []

    @property
    def told(self) -> tuple[int, int, int, int]:
        """How many data, models, refusals and dialogs given up."""
        return len(self.data), len(self.models), len(self.refusals), self.n_abandoned

    @property
    def is_asking(self) -> bool:
        return self.importer.dialog is not None and self.importer.dialog.isVisible()

    def confirm(self) -> None:
        dialog = self.importer.dialog
        assert dialog is not None and dialog.isVisible()
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    def escape(self) -> None:
        assert self.importer.dialog is not None
        QTest.keyClick(self.importer.dialog, Qt.Key.Key_Escape)


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("nnscope opening")]


class SlowReading:
    """Takes until it is told to go on or, unless it is stubborn, cancelled."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.is_stubborn = False
        self.begun: list[object] = []
        self.n_cancelled = 0

    def __call__(self, what: object, choices: object, progress: Progress) -> object:
        self.begun.append(what)
        try:
            while not self.may_go_on.wait(0.002):
                if not self.is_stubborn:
                    progress(0.5)
        except BaseException:
            self.n_cancelled += 1
            raise
        return read_data(what, choices, progress)  # type: ignore[arg-type]


def ignoring_first() -> Choices:
    opened = read_data(IRIS)
    assert isinstance(opened, OpenedData)
    first, *others = opened.source.choices.columns
    return replace(opened.source.choices, columns=(replace(first, role=Role.IGNORE), *others))


def pasting(text: str = "", *urls: str) -> QMimeData:
    data = QMimeData()
    if text:
        data.setText(text)
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    return data
