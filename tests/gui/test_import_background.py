"""Files are looked into and read in the background, one at a time, and may be given up."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from importing import IRIS, Desk, SlowReading, ignoring_first, pasting, threads
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.files import opener as opener_module
from app.files.opener import Opener
from app.files.opening import FoundTable, OpenedData
from app.files.recent import RecentFiles
from nncore.data.reading.choices import Progress
from nncore.errors import LoadError
from resources import resource_path

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def recent() -> RecentFiles:
    return RecentFiles(None)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, recent: RecentFiles) -> Iterator[Desk]:
    desk = Desk(qtbot, recent)
    yield desk
    desk.close()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """More than can be tried out beforehand; one row of it, the 50,000th, is bad."""
    path = tmp_path / "large.csv"
    rows = [f"{k / 16},{k},{'ab'[k % 2]}" for k in range(120_000)]
    rows[49_998] = "1.5,oops,a"
    path.write_text("x,z,kind\n" + "\n".join(rows))
    return path


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowReading:
    reading = SlowReading()
    monkeypatch.setattr(opener_module, "read_data", reading)
    return reading


def test_reading_can_be_cancelled_and_the_dialog_stays(
    qtbot: QtBot, desk: Desk, large: Path, slow: SlowReading
) -> None:
    desk.importer.open(large)
    desk.settle()
    dialog = desk.importer.dialog
    assert dialog is not None
    desk.confirm()
    qtbot.waitUntil(lambda: dialog.progress.value() == 500)
    assert dialog.progress.isVisible() and not dialog.form.isEnabled()
    assert not dialog.ok_button.isEnabled()
    QTest.mouseClick(dialog.cancel_button, LEFT)
    assert desk.is_asking and dialog.form.isEnabled() and dialog.ok_button.isEnabled()
    assert not dialog.progress.isVisible()
    qtbot.waitUntil(lambda: slow.n_cancelled == 1)
    QTest.mouseClick(dialog.cancel_button, LEFT)
    assert desk.importer.dialog is None and desk.told == (0, 0, 0, 1)


def test_an_error_far_down_keeps_the_dialog_open_until_it_is_mended(
    desk: Desk, large: Path
) -> None:
    desk.importer.open(large)
    desk.settle()
    dialog = desk.importer.dialog
    assert dialog is not None and dialog.ok_button.isEnabled()
    assert dialog.status.text() == "more than 100 samples · 2 inputs · classes such as a, b"
    desk.confirm()
    desk.settle()
    assert desk.is_asking and desk.told == (0, 0, 0, 0)
    assert "row 50000, column 'z': 'oops' is not a number" in dialog.status.text()
    dialog.form.target_row.target.setFocus()
    QTest.keyClick(dialog.form.target_row.target, Qt.Key.Key_Up)
    assert dialog.status.text().endswith("predicts the number z")  # until it is tried again
    QTest.keyClick(dialog.form.target_row.target, Qt.Key.Key_Down)
    marks = dialog.form.format_row.marks
    marks.setFocus()
    marks.selectAll()
    QTest.keyClicks(marks, "oops")
    QTest.keyClick(marks, Qt.Key.Key_Return)
    desk.settle()
    assert desk.importer.dialog is dialog
    desk.confirm()
    desk.settle()
    assert desk.told == (1, 0, 0, 0) and desk.data[0].dataset.n_samples == 119_999


def test_closing_while_a_million_rows_are_read_takes_less_than_a_second(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "million.csv"
    path.write_bytes(b"a,b,c\n" + b"1.25,2.5,x\n3.75,4.5,y\n" * 500_000)
    desk.importer.open(path)
    desk.settle()
    assert desk.importer.dialog is not None
    shown = desk.importer.dialog.progress
    desk.confirm()
    qtbot.waitUntil(lambda: shown.value() > 50, timeout=20_000)
    begin = time.monotonic()
    desk.importer.close()
    assert time.monotonic() - begin < 1.0
    assert threads() == [] and desk.importer.dialog is None and desk.data == []


def test_what_takes_a_while_without_asking_shows_how_far_it_is(
    qtbot: QtBot, desk: Desk, recent: RecentFiles, slow: SlowReading
) -> None:
    recent.add(IRIS, ignoring_first())
    desk.importer.open(IRIS)
    qtbot.waitUntil(lambda: len(slow.begun) == 1)
    assert not desk.is_asking
    qtbot.waitUntil(lambda: desk.is_asking)
    assert desk.importer.dialog is not None and desk.importer.dialog.progress.isVisible()
    assert len(slow.begun) == 1
    slow.may_go_on.set()
    desk.settle()
    assert desk.importer.dialog is None and desk.told == (1, 0, 0, 0)


def test_what_is_asked_for_last_wins(qtbot: QtBot, desk: Desk, slow: SlowReading) -> None:
    slow.is_stubborn = True
    desk.importer.open_at_once(resource_path("datasets", "digits.csv"))
    qtbot.waitUntil(lambda: len(slow.begun) == 1)
    for name in ("wine.csv", "diabetes.csv", "iris.csv"):
        desk.importer.open_at_once(resource_path("datasets", name))
    assert len(slow.begun) == 1  # one after another
    slow.may_go_on.set()
    desk.settle()
    qtbot.wait(30)
    assert [opened.dataset.name for opened in desk.data] == ["iris"]
    assert len(slow.begun) == 2  # what nobody waits for any more is not begun
    assert desk.told == (1, 0, 0, 0)


def test_a_new_wish_closes_the_dialog_of_the_one_before(desk: Desk) -> None:
    desk.importer.open(IRIS)
    desk.settle()
    first = desk.importer.dialog
    desk.importer.paste(pasting("a,b\n1,2\n3,4\n"))
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not first
    assert desk.told == (0, 0, 0, 0)


def test_all_is_told_in_the_thread_of_the_window(qtbot: QtBot, qapp: QApplication) -> None:
    opener = Opener()
    seen: list[tuple[str, threading.Thread]] = []

    class Ear(QWidget):
        def on_looked(self, looked: object) -> None:
            assert isinstance(looked, FoundTable)
            seen.append(("looked", threading.current_thread()))

        def on_progressed(self, share: float) -> None:
            assert 0 < share <= 1
            seen.append(("progressed", threading.current_thread()))

        def on_opened(self, opened: object) -> None:
            assert isinstance(opened, OpenedData)
            seen.append(("opened", threading.current_thread()))

    ear = Ear()
    qtbot.addWidget(ear)
    opener.looked.connect(ear.on_looked)
    opener.progressed.connect(ear.on_progressed)
    opener.opened.connect(ear.on_opened)
    opener.look(IRIS)
    qtbot.waitUntil(lambda: not opener.is_busy)
    opener.read(IRIS, None)
    assert opener.is_busy
    qtbot.waitUntil(lambda: not opener.is_busy)
    assert {name for name, _ in seen} == {"looked", "progressed", "opened"}
    assert {thread for _, thread in seen} == {threading.main_thread()}
    opener.close()
    opener.deleteLater()


def test_progress_is_told_at_each_hundredth_and_no_oftener(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(what: object, choices: object, progress: Progress) -> LoadError:
        for k in range(10_000):
            progress(k / 10_000)
        return LoadError("a.csv", "is finished")

    monkeypatch.setattr(opener_module, "read_data", read)
    opener = Opener()
    shares: list[float] = []
    opener.progressed.connect(shares.append)
    opener.read(IRIS, None)
    qtbot.waitUntil(lambda: not opener.is_busy)
    assert 90 <= len(shares) <= 100 and shares == sorted(shares)
    opener.close()
    opener.deleteLater()


def test_what_nobody_foresaw_is_a_sentence_too(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(opener_module, "read_data", fail)
    desk.importer.open_at_once(IRIS)
    desk.settle()
    assert desk.told == (0, 0, 1, 0)
    assert desk.refusals[0].startswith("iris.csv: ") and "by nought" in desk.refusals[0]
