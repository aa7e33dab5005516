"""Which samples are selected: by mouse, by keys, and from elsewhere."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from table_panels import (
    Left,
    Mod,
    click_row,
    column,
    open_panel,
    passengers,
    selected,
    state,
    state_of,
    wide,
)

from app.panels.table.panel import TablePanel
from app.state import with_selection


@pytest.fixture
def table(qtbot: QtBot, qapp: object) -> TablePanel:
    return open_panel(qtbot, state_of(passengers()))


def test_mouse_and_keys_select_samples(table: TablePanel) -> None:
    view = table.view
    click_row(table, 3)
    assert selected(table) == [3]
    click_row(table, 6, Mod.ShiftModifier)
    assert selected(table) == [3, 4, 5, 6]
    click_row(table, 5, Mod.ControlModifier)
    click_row(table, 9, Mod.ControlModifier)
    assert selected(table) == [3, 4, 6, 9]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert selected(table) == [10]
    QTest.keyClick(view, Qt.Key.Key_Up, Mod.ShiftModifier)
    assert selected(table) == [9, 10]
    QTest.keyClick(view, Qt.Key.Key_A, Mod.ControlModifier)
    assert selected(table) == list(range(90))


def test_shift_goes_from_where_the_mouse_was_first(table: TablePanel) -> None:
    click_row(table, 3)
    click_row(table, 8, Mod.ShiftModifier)
    click_row(table, 5, Mod.ShiftModifier)
    assert selected(table) == [3, 4, 5]


def test_in_a_sorted_table_the_samples_of_the_rows_are_selected(table: TablePanel) -> None:
    table.sort(column(table, "ticket fare"))
    order = table.model.order
    click_row(table, 2)
    assert selected(table) == [order[2]]
    click_row(table, 5, Mod.ShiftModifier)
    assert selected(table) == sorted(order[2:6])
    table._store.apply(with_selection, order[[85]])
    view = table.view
    assert view.rowAt(0) <= 85 <= view.rowAt(view.viewport().height() - 1)


def test_a_drag_selects_what_it_passes_over(table: TablePanel) -> None:
    port = table.view.viewport()
    first, last = (table.view.visualRect(table.model.index(row, 1)).center() for row in (2, 6))
    QTest.mousePress(port, Left, Mod.NoModifier, first)
    for share in (0.5, 1.0):
        QTest.mouseMove(port, first + (last - first) * share)
    QTest.mouseRelease(port, Left, Mod.NoModifier, last)
    assert selected(table) == [2, 3, 4, 5, 6]


def test_a_click_on_a_row_number_selects_the_row(table: TablePanel) -> None:
    numbers = table.view.verticalHeader()
    QTest.mouseClick(
        numbers.viewport(), Left, Mod.NoModifier, QPoint(10, numbers.sectionViewportPosition(7) + 8)
    )
    assert selected(table) == [7]


def test_what_is_selected_elsewhere_is_shown_and_scrolled_to(table: TablePanel) -> None:
    changes: list[object] = []
    table._store.changed.connect(lambda old, new: changes.append(new))
    table._store.apply(with_selection, np.array([80, 70, 71]))
    assert len(changes) == 1  # nothing comes back
    rows = sorted(index.row() for index in table.view.selectionModel().selectedRows())
    assert rows == [70, 71, 80]
    view = table.view
    assert view.rowAt(0) < 70 < view.rowAt(view.viewport().height() - 1)


def test_selecting_in_the_table_does_not_scroll(table: TablePanel) -> None:
    click_row(table, 1)
    table.view.verticalScrollBar().setValue(40)
    click_row(table, 45, Mod.ControlModifier)
    assert selected(table) == [1, 45]
    assert table.view.verticalScrollBar().value() == 40


def test_how_many_are_selected_is_said_and_cleared(table: TablePanel) -> None:
    assert not table.clear_button.isVisible()
    table._store.apply(with_selection, np.arange(12))
    assert table.selected.text() == "12 samples selected"
    window = table.window()
    window.resize(620, 395)
    assert window.width() == 620
    assert table.selected.text() == "" and table.clear_button.text() == "Clear 12"
    assert table.clear_button.toolTip().startswith("12 samples selected")
    window.resize(1100, 700)
    assert table.selected.text() == "12 samples selected"
    table.clear_button.click()
    assert selected(table) == [] and table.selected.text() == ""
    assert not table.view.selectionModel().selectedRows()


def test_very_many_scattered_samples_are_selected_and_taken_back(
    qtbot: QtBot, qapp: object
) -> None:
    panel = open_panel(qtbot, state_of(wide(200_000, 2)))
    rows = np.arange(1, 200_000, 2)
    panel._store.apply(with_selection, rows)
    assert [panel.model.is_selected(row) for row in range(4)] == [False, True, False, True]
    click_row(panel, 3, Mod.ControlModifier)
    np.testing.assert_array_equal(state(panel).selected, rows[rows != 3])
    click_row(panel, 4, Mod.ControlModifier)
    assert {3, 4} & set(selected(panel)[:3]) == {4}
