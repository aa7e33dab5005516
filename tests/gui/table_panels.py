"""Tables to look at, and a panel that shows one, for the tests of the table."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panel import card
from app.panels.table.header import NAME_PX
from app.panels.table.panel import TablePanel
from app.state import AppState, FromFile, guide_state, with_data
from app.store import Store
from nncore.data.dataset import Dataset
from nncore.data.reading.choices import Choices

Left = Qt.MouseButton.LeftButton
Mod = Qt.KeyboardModifier
Role = Qt.ItemDataRole
FILE = FromFile(Path("table.csv"), Choices(None, (), True))


def passengers(n: int = 90) -> Dataset:
    """Numbers and categories, some missing, a constant, two classes, a note."""
    rng = np.random.default_rng(3)
    age, fare = np.round(rng.gamma(5, 6, n), 1), np.exp(rng.normal(3, 1, n))
    sex, port = rng.integers(0, 2, n).astype(float), rng.integers(0, 3, n).astype(float)
    age[[2, 11, 40]] = np.nan
    port[[5, 11]] = np.nan
    return Dataset(
        "passengers",
        np.column_stack([age, fare, sex, port, np.full(n, 7.0)]),
        rng.integers(0, 2, n),
        ("age", "ticket fare", "sex", "port", "deck"),
        "survived",
        ("no", "yes"),
        categories=((), (), ("female", "male"), ("Cork", "Rouen", "Southampton"), ()),
        fills=("median", "mean", "most_frequent", "most_frequent", "mean"),
        notes=("2 rows without a target were left out.",),
    )


def wide(n: int, d: int, n_classes: int = 10) -> Dataset:
    rng = np.random.default_rng(4)
    return Dataset(
        "wide",
        rng.integers(0, 17, (n, d)).astype(float),
        rng.integers(0, n_classes, n),
        tuple(f"pixel {k}" for k in range(d)),
        "digit",
        tuple(f"class {k}" for k in range(n_classes)),
    )


def curve(n: int = 60) -> Dataset:
    """A regression over one feature."""
    x = np.random.default_rng(5).normal(size=(n, 1))
    return Dataset("curve", x, np.sin(x[:, 0]) * 40, ("x",), "height")


def state_of(dataset: Dataset) -> AppState:
    return with_data(guide_state(), FILE, dataset)


def open_panel(qtbot: QtBot, state: AppState, width: int = 1100, height: int = 700) -> TablePanel:
    """The panel in a window of its own, drawn."""
    store = Store(state)
    panel = TablePanel(store)
    store.setParent(panel)
    whole = card(panel)
    store.window = whole  # type: ignore[attr-defined]  # or it would be collected
    qtbot.addWidget(whole)
    store.changed.connect(panel.on_state)
    whole.resize(width, height)
    whole.show()
    qtbot.waitExposed(whole)
    qtbot.waitUntil(lambda: bool(panel.histograms._made) and not panel.histograms.is_making)
    return panel


def column(panel: TablePanel, title: str) -> int:
    return next(c for c, column in enumerate(panel.model.columns) if column.title == title)


def read(text: str) -> float:
    """A number as it stands in a cell."""
    return float(text.replace("−", "-"))


def state(panel: TablePanel) -> AppState:
    return panel._store.state


def cell(panel: TablePanel, row: int, c: int, role: Role = Role.DisplayRole) -> str:
    text = panel.model.data(panel.model.index(row, c), role)
    assert isinstance(text, str)
    return text


def shown_column(panel: TablePanel, c: int) -> list[str]:
    return [cell(panel, row, c) for row in range(panel.model.rowCount())]


def click_row(panel: TablePanel, row: int, modifier: Mod = Mod.NoModifier, c: int = 1) -> None:
    place = panel.view.visualRect(panel.model.index(row, c)).center()
    QTest.mouseClick(panel.view.viewport(), Left, modifier, place)


def click_name(panel: TablePanel, c: int) -> None:
    head = panel.view.head
    place = QPoint(head.sectionViewportPosition(c) + head.sectionSize(c) // 2, NAME_PX // 2)
    QTest.mouseClick(head.viewport(), Left, Mod.NoModifier, place)


def bar_place(panel: TablePanel, c: int, bar: int) -> QPoint:
    """A place on the foot of a bar."""
    head = panel.view.head
    left, right = head.sectionViewportPosition(c), head.sectionSize(c)
    for x in range(left, left + right):
        if head.bar_under(QPoint(x, NAME_PX + 30)) == (c, bar):
            return QPoint(x + 1, NAME_PX + 30)
    raise AssertionError(f"bar {bar} of column {c} is not in view")


def click_bar(panel: TablePanel, c: int, bar: int, modifier: Mod = Mod.NoModifier) -> None:
    QTest.mouseClick(panel.view.head.viewport(), Left, modifier, bar_place(panel, c, bar))


def selected(panel: TablePanel) -> list[int]:
    return [int(row) for row in state(panel).selected]
