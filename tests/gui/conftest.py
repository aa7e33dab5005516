"""The real window, started and ended for each test."""

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main import Application, make_application


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application(["nnscope"])


@pytest.fixture
def nnscope(qtbot: QtBot, qapp: QApplication) -> Iterator[Application]:
    """The program with its window open, paused and drawn. Afterwards nothing may be left."""
    application = Application(appearance="light")
    application.window.resize(1280, 720)
    application.show()
    qtbot.waitExposed(application.window)
    qtbot.waitUntil(lambda: application.controller.is_settled)
    yield application
    application.window.close()
    application.window.deleteLater()
    application.store.deleteLater()
    application.deleteLater()
    for _ in range(3):
        qapp.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in qapp.topLevelWidgets() if not widget.parent()]
    assert [type(widget).__name__ for widget in left] == []
    assert [t.name for t in threading.enumerate() if t.name.startswith("nnscope")] == []


@pytest.fixture
def settle(qtbot: QtBot, nnscope: Application) -> Callable[[], None]:
    """Wait until all that was asked for is trained and drawn."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: not nnscope.importer.is_busy and nnscope.controller.is_settled, timeout=20_000
        )

    return wait
