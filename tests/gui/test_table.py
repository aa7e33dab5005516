"""The table of the samples: every cell, its order, its histograms and figures."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot
from table_panels import (
    Left,
    Mod,
    Role,
    bar_place,
    cell,
    click_bar,
    click_name,
    click_row,
    column,
    curve,
    open_panel,
    passengers,
    read,
    selected,
    shown_column,
    state,
    state_of,
    wide,
)

from app.panels.table.header import NAME_PX
from app.panels.table.panel import TablePanel
from app.state import with_appearance, with_data, with_plan, with_selection
from app.viewdata.table_cells import Kind, Shown
from nncore.data.preparation import Plan

PLAN = Plan("standardize", left_out=("deck",), derived=("log(`ticket fare` + 1)",))


@pytest.fixture
def table(qtbot: QtBot, qapp: object) -> TablePanel:
    """The passengers, raw and prepared."""
    return open_panel(qtbot, with_plan(state_of(passengers()), PLAN))


# ---- cells -----------------------------------------------------------------------------------


def test_every_raw_cell_is_the_value_of_the_data(table: TablePanel) -> None:
    dataset = state(table).dataset
    for k, name in enumerate(dataset.feature_names):
        texts = shown_column(table, column(table, name))
        for text, value in zip(texts, dataset.X[:, k], strict=True):
            if np.isnan(value):
                assert text.startswith("missing → ")
            elif dataset.categories[k]:
                assert text == dataset.categories[k][int(value)]
            else:
                assert read(text) == pytest.approx(value, rel=1e-3)


def test_a_missing_value_shows_what_stands_in_for_it(table: TablePanel) -> None:
    dataset, train = state(table).dataset, state(table).split.train
    ages, ports = dataset.X[train, 0], dataset.X[train, 3]
    median = float(np.median(ages[~np.isnan(ages)]))
    commonest = np.bincount(ports[~np.isnan(ports)].astype(int)).argmax()
    assert cell(table, 2, column(table, "age")) == f"missing → {median:g}"
    assert cell(table, 11, column(table, "port")) == f"missing → {dataset.categories[3][commonest]}"


def test_every_prepared_cell_is_what_the_network_takes(table: TablePanel) -> None:
    inputs = state(table).preparation.apply(state(table).dataset.X)
    for k, name in enumerate(state(table).preparation.input_names):
        c = column(table, f"→ {name}")
        for row, value in enumerate(inputs[:, k].tolist()):
            assert read(cell(table, row, c)) == pytest.approx(value, rel=6e-3, abs=1e-15)
            first_line = cell(table, row, c, Role.ToolTipRole).split("\n")[0]
            assert read(first_line.split(" = ")[-1]) == value


def test_a_tool_tip_has_all_digits_and_names_the_set(table: TablePanel) -> None:
    fare = float(state(table).dataset.X[7, 1])
    tip = cell(table, 7, column(table, "ticket fare"), Role.ToolTipRole)
    name = "test" if 7 in state(table).split.test else "train"
    assert tip == f"ticket fare = {fare!r}\nsample 8, {name}"


def test_rows_are_numbered_and_say_their_set_and_class(table: TablePanel) -> None:
    model, dataset = table.model, state(table).dataset
    test = set(state(table).split.test.tolist())
    for row in range(model.rowCount()):
        assert model.headerData(row, Qt.Orientation.Vertical) == f"{row + 1}"
        assert cell(table, row, 0) == ("○" if row in test else "●")
        assert cell(table, row, 1) == dataset.class_names[int(dataset.y[row])]


def test_a_regression_shows_its_target(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(curve()))
    for row, value in enumerate(state(panel).dataset.y.tolist()):
        assert read(cell(panel, row, 1)) == pytest.approx(value, rel=1e-3)


def test_raw_prepared_or_both_are_shown(table: TablePanel) -> None:
    kinds = {
        Shown.RAW: {Kind.RAW},
        Shown.PREPARED: {Kind.PREPARED},
        Shown.BOTH: {Kind.RAW, Kind.PREPARED},
    }
    assert table.shown_buttons[Shown.BOTH].isChecked()
    table._store.apply(with_selection, np.array([3, 4]))
    for shown, expected in kinds.items():
        table.shown_buttons[shown].click()
        assert {c.kind for c in table.model.columns} == expected | {Kind.SET, Kind.TARGET}
        assert selected(table) == [3, 4]
        rows = {index.row() for index in table.view.selectionModel().selectedRows()}
        assert rows == {3, 4}


def test_many_features_are_shown_raw_to_begin_with(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(wide(20, 7)))
    assert panel.shown_buttons[Shown.RAW].isChecked()
    assert panel.model.columnCount() == 2 + 7


# ---- order -----------------------------------------------------------------------------------


def test_clicks_on_a_name_sort_up_then_down_then_not(table: TablePanel) -> None:
    fares = state(table).dataset.X[:, 1]
    c = column(table, "ticket fare")
    for order in (np.argsort(fares), np.argsort(-fares), np.arange(len(fares))):
        click_name(table, c)
        np.testing.assert_array_equal(table.model.order, order)
        shown = [read(text) for text in shown_column(table, c)]
        np.testing.assert_allclose(shown, fares[order], rtol=1e-3)
        numbers = [
            table.model.headerData(row, Qt.Orientation.Vertical) for row in range(len(fares))
        ]
        assert numbers == [f"{row + 1}" for row in order]


def test_prepared_columns_are_sorted_as_they_are_shown(table: TablePanel) -> None:
    inputs = state(table).preparation.apply(state(table).dataset.X)
    last = table.model.columnCount() - 1
    table.sort(last)
    np.testing.assert_array_equal(table.model.order, np.argsort(inputs[:, -1], kind="stable"))
    assert read(cell(table, 3, last)) == pytest.approx(np.sort(inputs[:, -1])[3], rel=1e-3)


def test_sorting_keeps_the_selected_samples_and_the_current_one(table: TablePanel) -> None:
    click_row(table, 4)
    click_row(table, 6, Mod.ControlModifier)
    table.sort(column(table, "ticket fare"))
    assert selected(table) == [4, 6]
    rows = {index.row() for index in table.view.selectionModel().selectedRows()}
    assert rows == {table.model.place_of(4), table.model.place_of(6)}
    assert table.model.sample_at(table.view.currentIndex().row()) == 6


def test_a_sorted_table_stays_sorted_when_the_inputs_change(table: TablePanel) -> None:
    table.sort(column(table, "→ ticket fare"))
    before = table.model.order
    table._store.apply(with_plan, replace(PLAN, scaling="min_max"))
    np.testing.assert_array_equal(table.model.order, before)
    assert (
        read(cell(table, 0, column(table, "→ ticket fare")))
        == state(table).preparation.apply(state(table).dataset.X)[before[0], 1]
    )


def test_other_data_are_in_their_own_order(table: TablePanel) -> None:
    table.sort(2)
    table._store.apply(with_data, state(table).source, curve())
    np.testing.assert_array_equal(table.model.order, np.arange(60))
    assert [c.title for c in table.model.columns] == ["set", "height", "x", "→ x"]


# ---- histograms and figures ------------------------------------------------------------------


def test_a_click_on_a_bar_selects_what_it_counts(table: TablePanel) -> None:
    fares = state(table).dataset.X[:, 1]
    c = column(table, "ticket fare")
    counts, edges = np.histogram(fares, 20)
    made = table.histograms.of(table.model.columns[c])
    assert made is not None
    np.testing.assert_array_equal(made.counts.sum(axis=1), counts)
    click_bar(table, c, 2)
    inside = np.flatnonzero((fares >= edges[2]) & (fares < edges[3]))
    assert selected(table) == inside.tolist() and len(inside) > 0
    click_bar(table, c, 0, Mod.ControlModifier)
    first = np.flatnonzero(fares < edges[1])
    assert selected(table) == sorted([*inside, *first])


def test_a_drag_over_bars_selects_all_of_them(table: TablePanel) -> None:
    c, port = column(table, "port"), table.view.head.viewport()
    QTest.mousePress(port, Left, Mod.NoModifier, bar_place(table, c, 0))
    QTest.mouseMove(port, bar_place(table, c, 1))
    QTest.mouseRelease(port, Left, Mod.NoModifier, bar_place(table, c, 1))
    assert selected(table) == np.flatnonzero(state(table).dataset.X[:, 3] < 2).tolist()
    np.testing.assert_array_equal(table.model.order, np.arange(90))  # not sorted by it


def test_a_click_beside_the_bars_does_nothing(table: TablePanel) -> None:
    head, c = table.view.head, 0
    assert bar_place(table, c, 1)
    head.resizeSection(c, 120)
    right = head.sectionViewportPosition(c) + 100
    QTest.mouseClick(head.viewport(), Left, Mod.NoModifier, QPoint(right, NAME_PX + 30))
    assert table.model.sorted_by is None and selected(table) == []


def test_histograms_follow_the_preparation_and_the_data(table: TablePanel, qtbot: QtBot) -> None:
    raw, prepared = (
        table.model.columns[column(table, title)] for title in ("ticket fare", "→ ticket fare")
    )
    qtbot.waitUntil(lambda: table.histograms.of(prepared) is not None)
    table._store.apply(with_plan, replace(PLAN, scaling="min_max"))
    qtbot.waitUntil(lambda: table.histograms.of(prepared) is not None)
    made = table.histograms.of(prepared)
    inputs = state(table).preparation.apply(state(table).dataset.X)[:, prepared.k]
    assert made is not None
    np.testing.assert_array_equal(made.edges[[0, -1]], [inputs.min(), inputs.max()])
    table._store.apply(with_data, state(table).source, passengers(200))
    qtbot.waitUntil(lambda: table.histograms.of(raw) is not None)
    made = table.histograms.of(raw)
    assert made is not None and made.counts.sum() == 200


def test_bars_are_divided_by_class(table: TablePanel) -> None:
    dataset = state(table).dataset
    made = table.histograms.of(table.model.columns[column(table, "sex")])
    assert made is not None
    for sex in (0, 1):
        ys = dataset.y[dataset.X[:, 2] == sex]
        np.testing.assert_array_equal(made.counts[sex], np.bincount(ys, minlength=2))


def test_the_keys_go_through_columns_and_bars_and_sort(table: TablePanel) -> None:
    head = table.view.head
    head.setFocus()
    table.view.go_to_column(column(table, "ticket fare"))
    QTest.keyClick(head, Qt.Key.Key_Right)
    assert table.model.columns[head.current].title == "sex"
    QTest.keyClick(head, Qt.Key.Key_Up)
    assert selected(table) == np.flatnonzero(state(table).dataset.X[:, 2] == 0).tolist()
    QTest.keyClick(head, Qt.Key.Key_Up)
    assert selected(table) == np.flatnonzero(state(table).dataset.X[:, 2] == 1).tolist()
    QTest.keyClick(head, Qt.Key.Key_Return)
    assert table.model.sorted_by == table.model.columns[head.current]


def test_the_figures_of_the_current_column_are_numpys(table: TablePanel) -> None:
    ages = state(table).dataset.X[:, 0]
    known = ages[~np.isnan(ages)]
    click_row(table, 1, c=column(table, "age"))
    low, first, half, third, high = np.percentile(known, [0, 25, 50, 75, 100])
    text = table.figures.text()
    assert f"{len(known)} values, 3 missing" in text
    assert f"mean {known.mean():.4g}, standard deviation {known.std():.4g}" in text
    quartiles = f"quartiles {first:.4g}, {half:.4g}, {third:.4g}"
    assert f"min {low:.4g}, {quartiles}, max {high:.4g}" in text


def test_tool_tips_of_the_head_tell_of_column_and_bar(table: TablePanel) -> None:
    head, c = table.view.head, column(table, "port")
    place = bar_place(table, c, 1)
    for where in (place, QPoint(place.x(), 4)):
        event = QHelpEvent(QEvent.Type.ToolTip, where, head.viewport().mapToGlobal(where))
        head.viewportEvent(event)
        ports = state(table).dataset.X[:, 3]
        n = int((ports == 1).sum())
        if where is place:
            assert QToolTip.text().startswith(f"port: Rouen\n{n} samples\n")
        else:
            assert f"88 values, 2 missing\nCork {(ports == 0).sum()} · Rouen {n}" in QToolTip.text()
    QToolTip.hideText()


def test_counts_stand_in_words_and_select_what_they_count(table: TablePanel) -> None:
    dataset, split = state(table).dataset, state(table).split
    text = table.counts.text()
    for name, count in zip(dataset.class_names, dataset.class_counts, strict=True):
        assert name in text and f">{count}<" in text
    assert f">{len(split.train)}<" in text and f">{len(split.test)}<" in text
    table.counts.setFocus()
    for _ in range(2):  # to the second link, test
        QTest.keyClick(table.counts, Qt.Key.Key_Tab)
    QTest.keyClick(table.counts, Qt.Key.Key_Return)
    assert selected(table) == split.test.tolist()


def test_of_785_columns_only_those_in_view_are_counted(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(wide(300, 784)))
    assert panel.model.columnCount() == 786
    assert 3 < len(panel.histograms._made) < 40
    bar = panel.view.horizontalScrollBar()
    bar.setValue(bar.maximum())
    last = panel.model.columns[-1]
    qtbot.waitUntil(lambda: last in panel.histograms._made)
    assert len(panel.histograms._made) < 80


def test_a_thousand_classes_are_counted_and_named_as_far_as_there_is_room(
    qtbot: QtBot, qapp: object
) -> None:
    panel = open_panel(qtbot, state_of(wide(5000, 3, 1000)), 620, 395)
    assert "990 classes more" in panel.counts.text()
    click_bar(panel, 1, 19)
    y = state(panel).dataset.y
    assert selected(panel) == np.flatnonzero(y >= 950).tolist()


# ---- when it draws ---------------------------------------------------------------------------


def test_a_hidden_panel_rests_and_is_up_to_date_when_shown(table: TablePanel) -> None:
    window = table.window()
    window.hide()
    columns = table.model.columns
    table._store.apply(with_data, state(table).source, curve())
    table._store.apply(with_selection, np.array([5]))
    assert table.model.columns is columns
    window.show()
    assert [c.title for c in table.model.columns] == ["set", "height", "x", "→ x"]
    assert table.model.is_selected(5)


def test_dark_and_light_change_the_table(table: TablePanel) -> None:
    def lightness() -> tuple[int, ...]:
        port, head = table.view.viewport(), table.view.head.viewport()
        cells, names = (part.grab().toImage() for part in (port, head))
        return cells.pixelColor(2, 2).lightness(), names.pixelColor(2, 2).lightness()

    assert min(lightness()) > 200
    table._store.apply(with_appearance, "dark", True)
    assert max(lightness()) < 60
