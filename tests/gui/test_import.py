"""The way of a file or a pasted text to the window: asked about, remembered, refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from importing import IRIS, Desk, ignoring_first, pasting
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.files.opening import OpenedData, read_data
from app.files.recent import RecentFiles
from app.import_dialog.recent_menu import RecentMenu
from app.state import FromFile, Pasted, guide_state, model_of
from nncore.checkpoint import save_model


@pytest.fixture
def recent() -> RecentFiles:
    return RecentFiles(None)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, recent: RecentFiles) -> Iterator[Desk]:
    desk = Desk(qtbot, recent)
    yield desk
    desk.close()


# ---- asking ------------------------------------------------------------------------------


def test_a_file_is_asked_about_read_and_remembered(desk: Desk, recent: RecentFiles) -> None:
    desk.importer.open(IRIS)
    desk.settle()
    assert desk.is_asking and desk.told == (0, 0, 0, 0)
    desk.confirm()
    desk.settle()
    assert desk.importer.dialog is None and desk.told == (1, 0, 0, 0)
    source = desk.data[0].source
    assert isinstance(source, FromFile) and source.path == IRIS
    assert recent.choices_of(IRIS) == source.choices


def test_a_dialog_that_is_closed_changes_nothing(desk: Desk, recent: RecentFiles) -> None:
    desk.importer.open(IRIS)
    desk.settle()
    desk.escape()
    assert desk.importer.dialog is None and desk.told == (0, 0, 0, 1)
    assert recent.files == ()


def test_a_file_that_was_open_before_is_read_at_once_as_then(
    desk: Desk, recent: RecentFiles
) -> None:
    choices = ignoring_first()
    recent.add(IRIS, choices)
    desk.importer.open(IRIS)
    desk.settle()  # first it is looked into …
    desk.settle()  # … and then read
    assert not desk.is_asking and desk.told == (1, 0, 0, 0)
    assert desk.data[0].dataset.n_features == 3


def test_a_file_whose_columns_have_changed_is_asked_about_again(
    desk: Desk, recent: RecentFiles, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2,x\n3,4,y\n")
    recent.add(path, ignoring_first())
    desk.importer.open(path)
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not None
    assert [column.name for column in desk.importer.dialog.choices.columns] == ["a", "b", "c"]


def test_remembered_choices_that_fail_are_shown_with_the_reason(
    desk: Desk, recent: RecentFiles, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2,x\n3,4,y\n")
    opened = read_data(path)
    assert isinstance(opened, OpenedData)
    recent.add(path, opened.source.choices)
    path.write_text("a,b,c\n1,2,x\n3,four,y\n")
    desk.importer.open(path)
    desk.settle()
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not None and desk.told == (0, 0, 0, 0)
    assert "row 3, column 'b'" in desk.importer.dialog.status.text()


def test_a_remembered_format_that_no_longer_fits_is_guessed_anew(
    desk: Desk, recent: RecentFiles, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ä,b,c\n1,2,x\n3,4,y\n", encoding="utf-16")
    opened = read_data(path)
    assert isinstance(opened, OpenedData)
    recent.add(path, opened.source.choices)
    path.write_text("ä,b,c\n1,2,x\n3,4,y\n", encoding="utf-8")
    desk.importer.open(path)
    desk.settle()
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not None
    format = desk.importer.dialog.choices.format
    assert format is not None and format.encoding == "utf-8"


def test_a_data_set_of_the_program_is_read_at_once_and_not_remembered(
    desk: Desk, recent: RecentFiles
) -> None:
    desk.importer.open_at_once(IRIS)
    desk.settle()
    assert desk.told == (1, 0, 0, 0) and desk.importer.dialog is None
    assert desk.data[0].dataset.n_samples == 150 and recent.files == ()


def test_the_same_table_can_be_read_with_other_choices(desk: Desk) -> None:
    desk.importer.open_at_once(IRIS)
    desk.settle()
    assert desk.data[0].dataset.n_features == 4
    desk.importer.read_again(FromFile(IRIS, ignoring_first()))
    desk.settle()
    desk.settle()
    assert desk.data[1].dataset.n_features == 3 and desk.told == (2, 0, 0, 0)
    assert desk.importer.dialog is None


def test_a_recent_file_is_remembered_as_it_was_read_the_last_time(
    desk: Desk, recent: RecentFiles
) -> None:
    opened = read_data(IRIS)
    assert isinstance(opened, OpenedData)
    recent.add(IRIS, opened.source.choices)
    desk.importer.read_again(FromFile(IRIS, ignoring_first()))
    desk.settle()
    desk.settle()
    assert desk.told == (1, 0, 0, 0) and recent.choices_of(IRIS) == ignoring_first()


def test_the_choices_of_what_is_open_can_be_seen_again(desk: Desk) -> None:
    choices = ignoring_first()
    desk.importer.ask_again(FromFile(IRIS, choices))
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not None
    assert desk.importer.dialog.choices == choices
    assert "3 inputs" in desk.importer.dialog.status.text()


def test_weights_come_as_a_model(desk: Desk, tmp_path: Path) -> None:
    state, path = guide_state(), tmp_path / "w.npz"
    assert state.theta is not None
    save_model(path, model_of(state, state.theta))
    desk.importer.open(path)
    desk.settle()
    assert desk.told == (0, 1, 0, 0) and desk.models[0].path == path


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_cannot_be_opened_is_one_sentence(desk: Desk, tmp_path: Path, name: str) -> None:
    desk.importer.open(tmp_path / name)
    desk.settle()
    desk.importer.open_at_once(tmp_path / name)
    desk.settle()
    assert desk.told == (0, 0, 2, 0)


# ---- the clipboard -----------------------------------------------------------------------


def test_cells_of_a_spreadsheet_are_pasted(desk: Desk, recent: RecentFiles) -> None:
    text = "a\tb\tkind\n" + "".join(f"{k}\t{k * k}\t{'xy'[k % 2]}\n" for k in range(8))
    desk.importer.paste(pasting(text))
    desk.settle()
    assert desk.is_asking and desk.importer.dialog is not None
    assert "the clipboard" in desk.importer.dialog.windowTitle()
    assert desk.importer.dialog.status.text() == "8 samples · 2 inputs · 2 classes: x, y"
    desk.confirm()
    desk.settle()
    source = desk.data[0].source
    assert isinstance(source, Pasted) and source.text == text and recent.files == ()
    desk.importer.read_again(source)
    desk.settle()
    desk.settle()
    assert desk.data[1].dataset.n_samples == 8 and desk.told == (2, 0, 0, 0)


def test_a_file_that_was_copied_is_opened(desk: Desk) -> None:
    desk.importer.paste(pasting("", QUrl.fromLocalFile(str(IRIS)).toString()))
    desk.settle()
    assert desk.is_asking


@pytest.mark.parametrize(
    "data",
    [
        (),
        (" \n",),
        ("", "https://example.org/iris.csv"),
        ("", "file:///a.csv", "file:///b.csv"),
        ("https://example.org/iris.csv",),
    ],
)
def test_a_clipboard_without_a_table_is_refused(desk: Desk, data: tuple[str, ...]) -> None:
    desk.importer.paste(pasting(*data))
    desk.settle()
    assert desk.told == (0, 0, 1, 0) and desk.refusals[0].endswith(".")
    assert not desk.is_asking


# ---- the menu of recent files ------------------------------------------------------------


def test_the_menu_lists_recent_files_and_greys_missing_ones(
    qtbot: QtBot, qapp: QApplication, recent: RecentFiles, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    menu = RecentMenu(recent, window)
    chosen: list[Path] = []
    menu.chosen.connect(chosen.append)
    menu.aboutToShow.emit()
    (none,) = menu.actions()
    assert not none.isEnabled()

    opened = read_data(IRIS)
    assert isinstance(opened, OpenedData)
    recent.add(tmp_path / "gone.csv", opened.source.choices)
    recent.add(IRIS, opened.source.choices)
    menu.aboutToShow.emit()
    first, second, _, clear = menu.actions()
    assert first.text().startswith("iris.csv") and first.isEnabled()
    assert first.toolTip() == str(IRIS)
    assert second.text().startswith("gone.csv") and not second.isEnabled()
    first.trigger()
    assert chosen == [IRIS]
    clear.trigger()
    assert recent.files == () and chosen == [IRIS]
