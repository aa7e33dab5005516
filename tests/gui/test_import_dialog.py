"""The dialog that asks how a table is to be read, with real events."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import theme as themes
from app.files.opener import Opener
from app.files.opening import FoundTable, OpenedData, look
from app.import_dialog.dialog import ImportDialog
from app.import_dialog.models import Field
from nncore.data.reading.choices import Kind, Missing, Role
from resources import resource_path

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
WITH_GAPS = "age,sex,fare,port\n" + "".join(
    f"{'' if k % 4 == 0 else 20 + k},{'mf'[k % 2]},{k / 8},{'SCQ'[k % 3]}\n" for k in range(40)
)


class Opened:
    """A dialog with the window that it stands over, and what has come of it."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        found = look(path)
        assert isinstance(found, FoundTable)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.opener = Opener()
        self.dialog = ImportDialog(self.opener, found, found.preview.choices, self.window)
        self.results: list[OpenedData] = []
        self.dialog.imported.connect(self.results.append)
        self.is_closed = False
        self.dialog.finished.connect(self._on_finished)
        self.dialog.open()
        qtbot.waitExposed(self.dialog)
        self._qtbot = qtbot
        self.settle()

    def _on_finished(self) -> None:
        self.is_closed = True

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.opener.is_busy, timeout=20_000)

    def choose(self, box: QComboBox, index: int) -> None:
        """With the arrow keys, as a person may."""
        box.setFocus()
        for _ in range(box.count()):
            if box.currentIndex() == index:
                break
            QTest.keyClick(box, KEY.Key_Down if box.currentIndex() < index else KEY.Key_Up)
        assert box.currentIndex() == index
        self.settle()

    def click_cell(
        self, row: int, field: Field, modifier: Qt.KeyboardModifier | None = None
    ) -> None:
        view = self.dialog.form.columns.view
        place = view.visualRect(view.model().index(row, field)).center()
        QTest.mouseClick(
            view.viewport(), LEFT, modifier or Qt.KeyboardModifier.NoModifier, QPoint(place)
        )

    def pick(self, words: str) -> None:
        """An entry of the menu that a click into a cell has opened."""
        menu = self.dialog.form.columns.menu
        action = next(action for action in menu.actions() if action.text() == words)
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        self.settle()

    @property
    def sentence(self) -> str:
        return self.dialog.status.text()

    def role(self, row: int) -> Role:
        return self.dialog.choices.columns[row].role


@pytest.fixture
def iris(qtbot: QtBot, qapp: QApplication) -> Iterator[Opened]:
    yield from opened(qtbot, resource_path("datasets", "iris.csv"))


@pytest.fixture
def gaps(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Opened]:
    path = tmp_path / "gaps.csv"
    path.write_text(WITH_GAPS)
    yield from opened(qtbot, path)


def opened(qtbot: QtBot, path: Path) -> Iterator[Opened]:
    result = Opened(qtbot, path)
    yield result
    if not result.is_closed:
        result.dialog.done(0)
    result.opener.close()
    result.opener.deleteLater()


def test_it_says_what_the_file_is_and_what_will_come_out(iris: Opened) -> None:
    assert "iris.csv" in iris.dialog.windowTitle()
    assert not any(box.isEnabled() for box in iris.dialog.form.columns.boxes.values())
    assert iris.sentence == "150 samples · 4 inputs · 3 classes: setosa, versicolor, virginica"
    form = iris.dialog.form
    assert form.target_row.target.currentText() == "species"
    assert form.target_row.problem.currentText() == "classes"
    assert not form.target_row.problem.isEnabled()  # names are classes in any case
    assert form.format_row.delimiter.currentData() == ","
    assert form.rows.view.model().rowCount() == 100
    assert iris.dialog.ok_button.isEnabled()


def test_enter_imports_as_guessed(qtbot: QtBot, iris: Opened) -> None:
    QTest.keyClick(iris.dialog, KEY.Key_Return)
    qtbot.waitUntil(lambda: iris.is_closed)
    (result,) = iris.results
    assert result.dataset.n_samples == 150 and result.dataset.n_classes == 3
    assert result.source.choices.columns[-1].role is Role.TARGET


def test_escape_closes_and_nothing_comes(iris: Opened) -> None:
    QTest.keyClick(iris.dialog, KEY.Key_Escape)
    assert iris.is_closed and iris.results == []


def test_another_target_is_chosen_and_the_former_is_a_feature(qtbot: QtBot, iris: Opened) -> None:
    form = iris.dialog.form
    iris.choose(form.target_row.target, 2)
    assert iris.role(2) is Role.TARGET and iris.role(4) is Role.FEATURE
    assert form.target_row.problem.currentText() == "numbers"
    assert iris.sentence.endswith(
        "4 features (1 categorical) · predicts the number petal_length_cm"
    )
    iris.choose(form.target_row.problem, 0)
    assert iris.dialog.choices.is_classification
    assert "43 classes: 1, 1.1" in iris.sentence
    iris.choose(form.target_row.problem, 1)
    QTest.mouseClick(iris.dialog.ok_button, LEFT)
    qtbot.waitUntil(lambda: iris.is_closed)
    dataset = iris.results[0].dataset
    assert dataset.target_name == "petal_length_cm" and not dataset.is_classification
    assert dataset.categories[-1] == ("setosa", "versicolor", "virginica")


def test_another_delimiter_reads_anew_and_back_again(iris: Opened) -> None:
    row = iris.dialog.form.format_row
    iris.choose(row.delimiter, row.delimiter.findData(";"))
    assert "only one column" in iris.sentence and not iris.dialog.ok_button.isEnabled()
    assert iris.dialog.form.rows.view.model().columnCount() == 1
    iris.choose(row.delimiter, row.delimiter.findData(","))
    assert iris.sentence.startswith("150 samples · 4 inputs")
    assert iris.dialog.ok_button.isEnabled()


def test_what_was_chosen_survives_another_format(iris: Opened) -> None:
    iris.choose(iris.dialog.form.target_row.target, 0)
    iris.click_cell(1, Field.ROLE)
    iris.pick("ignore")
    row = iris.dialog.form.format_row
    iris.choose(row.encoding, row.encoding.findData("latin-1"))
    assert iris.dialog.choices.format is not None
    assert iris.dialog.choices.format.encoding == "latin-1"
    assert [iris.role(k) for k in range(5)] == [
        Role.TARGET,
        Role.IGNORE,
        Role.FEATURE,
        Role.FEATURE,
        Role.FEATURE,
    ]


def test_an_encoding_that_does_not_fit_is_said_and_can_be_changed_back(iris: Opened) -> None:
    row = iris.dialog.form.format_row
    iris.choose(row.encoding, row.encoding.findData("utf-16"))
    assert iris.sentence.startswith("iris.csv: ")
    assert not iris.dialog.ok_button.isEnabled() and row.encoding.isEnabled()
    assert themes.LIGHT.bad in iris.dialog.status.styleSheet()
    iris.choose(row.encoding, row.encoding.findData("utf-8"))
    assert iris.sentence.startswith("150 samples")
    assert themes.LIGHT.text in iris.dialog.status.styleSheet()


def test_without_a_header_columns_get_numbers(iris: Opened) -> None:
    QTest.mouseClick(iris.dialog.form.format_row.header, LEFT, pos=QPoint(8, 12))
    iris.settle()
    assert iris.dialog.choices.columns[0].name == "column 1"
    assert (
        iris.dialog.form.rows.view.model().data(iris.dialog.form.rows.view.model().index(0, 0))
        == "sepal_length_cm"
    )


def test_missing_marks_are_typed_and_enter_does_not_import_yet(gaps: Opened) -> None:
    marks = gaps.dialog.form.format_row.marks
    marks.setFocus()
    marks.selectAll()
    QTest.keyClicks(marks, "S, -")
    QTest.keyClick(marks, KEY.Key_Return)
    assert not gaps.is_closed
    gaps.settle()
    format = gaps.dialog.choices.format
    assert format is not None and format.missing_marks == ("S", "-")
    n_missing = gaps.dialog.form.columns.view.model().index(3, Field.N_MISSING)
    assert n_missing.data() == "14"
    assert "14 rows without a target were left out" in gaps.sentence


def test_a_click_into_a_cell_changes_that_column(gaps: Opened) -> None:
    gaps.click_cell(0, Field.MISSING)
    gaps.pick("use the mean")
    assert gaps.dialog.choices.columns[0].missing is Missing.MEAN
    assert gaps.sentence.startswith("40 samples")
    gaps.click_cell(0, Field.MISSING)
    gaps.pick("leave the row out")
    assert gaps.sentence.startswith("30 samples")
    gaps.click_cell(2, Field.KIND)
    gaps.pick("category")
    assert gaps.dialog.choices.columns[2].kind is Kind.CATEGORY
    gaps.click_cell(1, Field.ROLE)
    gaps.pick("target")
    assert gaps.role(1) is Role.TARGET and gaps.role(3) is Role.FEATURE


def test_with_ctrl_a_click_selects_and_opens_no_menu(gaps: Opened) -> None:
    gaps.click_cell(0, Field.NAME)
    gaps.click_cell(2, Field.ROLE, Qt.KeyboardModifier.ControlModifier)
    assert gaps.dialog.form.columns.selected == [0, 2]
    assert not gaps.dialog.form.columns.menu.isVisible()


def test_the_rows_show_what_is_chosen(qtbot: QtBot, gaps: Opened) -> None:
    rows = gaps.dialog.form.rows.view.model()
    ink, ground = Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.BackgroundRole
    assert rows.index(1, 0).data(ink).name() == themes.LIGHT.text
    assert rows.index(0, 0).data() == "–" and rows.index(0, 0).data(ground) is not None
    assert rows.index(0, 3).data(ground) is not None and rows.index(0, 2).data(ground) is None
    gaps.click_cell(0, Field.ROLE)
    with qtbot.waitSignal(rows.dataChanged):
        gaps.pick("ignore")
    assert rows.index(1, 0).data(ink).name() == themes.LIGHT.muted
    assert rows.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == (
        "age: ignore, number"
    )


def test_what_is_impossible_is_grey_in_the_menu(gaps: Opened) -> None:
    gaps.click_cell(1, Field.MISSING)
    enabled = {a.text(): a.isEnabled() for a in gaps.dialog.form.columns.menu.actions()}
    assert enabled == {
        "leave the row out": True,
        "use the mean": False,
        "use the median": False,
        "use the most frequent": True,
    }
    QTest.keyClick(gaps.dialog.form.columns.menu, KEY.Key_Escape)
    assert not gaps.is_closed


def test_several_columns_are_changed_at_once_and_the_target_stays(iris: Opened) -> None:
    columns = iris.dialog.form.columns
    columns.view.setFocus()
    QTest.keyClick(columns.view, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert columns.selected == [0, 1, 2, 3, 4]
    assert columns.boxes[Field.KIND].currentIndex() == -1  # they have different ones
    box = columns.boxes[Field.ROLE]
    iris.choose(box, box.findData(Role.IGNORE))
    assert [iris.role(k) for k in range(5)] == [Role.IGNORE] * 4 + [Role.TARGET]
    assert "at least one column as a feature" in iris.sentence
    assert not iris.dialog.ok_button.isEnabled()
    iris.click_cell(0, Field.NAME)
    iris.click_cell(1, Field.NAME, Qt.KeyboardModifier.ControlModifier)
    assert columns.selected == [0, 1]
    iris.choose(box, box.findData(Role.FEATURE))
    assert iris.sentence.startswith("150 samples · 2 inputs") and iris.dialog.ok_button.isEnabled()


def test_without_a_target_nothing_can_be_imported(iris: Opened) -> None:
    iris.click_cell(4, Field.ROLE)
    iris.pick("feature")
    assert iris.sentence == "Choose the column that is to be predicted."
    assert not iris.dialog.ok_button.isEnabled()
    QTest.keyClick(iris.dialog, KEY.Key_Return)
    assert not iris.is_closed
    iris.choose(iris.dialog.form.target_row.target, 4)
    assert iris.dialog.ok_button.isEnabled()


def test_what_would_fail_is_said_before_for_a_small_file(iris: Opened) -> None:
    iris.click_cell(0, Field.NAME)
    iris.click_cell(4, Field.KIND)
    iris.pick("number")
    assert "row 2, column 'species'" in iris.sentence
    assert not iris.dialog.ok_button.isEnabled()
    iris.click_cell(4, Field.ROLE)
    iris.pick("ignore")
    iris.choose(iris.dialog.form.target_row.target, 3)
    assert iris.dialog.ok_button.isEnabled()


def test_every_control_says_what_it_is(iris: Opened) -> None:
    controls = [
        widget
        for widget in iris.dialog.findChildren(QWidget)
        if isinstance(widget, QComboBox | QPushButton | QLineEdit | QCheckBox)
    ]
    assert len(controls) == 12
    for widget in controls:
        assert widget.toolTip(), widget
        text = "" if isinstance(widget, QComboBox | QLineEdit) else widget.text()
        assert widget.accessibleName() or text, widget
    for view in (iris.dialog.form.columns.view, iris.dialog.form.rows.view):
        assert view.accessibleName()


def test_all_of_it_can_be_reached_by_the_tab_key(iris: Opened) -> None:
    form, dialog = iris.dialog.form, iris.dialog
    form.format_row.encoding.setFocus()
    reached = set()
    for _ in range(30):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Tab)
    for widget in (
        form.format_row.delimiter,
        form.format_row.marks,
        form.target_row.target,
        form.columns.view,
        form.rows.view,
        dialog.cancel_button,
        dialog.ok_button,
    ):
        assert widget in reached, widget


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[themes.Theme]:
    before = qapp.palette(), qapp.styleSheet()
    t = themes.theme(request.param == "dark")
    qapp.setPalette(themes.palette(t))
    qapp.setStyleSheet(themes.stylesheet(t))
    yield t
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])
    qapp.processEvents()


def test_nothing_is_cut_off_on_a_small_screen(theme: themes.Theme, iris: Opened) -> None:
    dialog = iris.dialog
    assert dialog.width() <= 1240 and dialog.height() <= 680
    for size in (dialog.size(), dialog.minimumSizeHint()):
        dialog.resize(size)
        QApplication.processEvents()
        for widget in dialog.findChildren(QWidget):
            if isinstance(widget, QComboBox | QPushButton | QLineEdit | QCheckBox):
                least = widget.minimumSizeHint()
                assert widget.height() >= least.height() and widget.width() >= least.width()
                place = widget.mapTo(dialog, widget.rect().bottomRight())
                assert dialog.rect().contains(place)


def test_it_takes_the_colours_of_the_program_also_when_they_change(
    iris: Opened, theme: themes.Theme
) -> None:
    QApplication.processEvents()
    assert theme.panel in iris.dialog.styleSheet()
    assert theme.text in iris.dialog.status.styleSheet()
    model = iris.dialog.form.columns.view.model()
    assert model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole).name() == theme.text


def test_a_choice_that_was_remembered_is_shown_first(qtbot: QtBot, qapp: QApplication) -> None:
    found = look(resource_path("datasets", "iris.csv"))
    assert isinstance(found, FoundTable)
    guess = found.preview.choices
    columns = (replace(guess.columns[0], role=Role.IGNORE), *guess.columns[1:])
    opener, window = Opener(), QWidget()
    qtbot.addWidget(window)
    dialog = ImportDialog(opener, found, replace(guess, columns=columns), window)
    assert dialog.form.columns.view.model().index(0, Field.ROLE).data() == "ignore"
    dialog.done(0)
    opener.deleteLater()
