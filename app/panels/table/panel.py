"""The table view: every sample, raw and prepared, and beside it what was done to the data."""

from html import escape

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
)

from app import theme as themes
from app.panel import Panel, muted_label
from app.panels.table.counts import SampleCounts
from app.panels.table.histograms import Histograms
from app.panels.table.model import TableModel
from app.panels.table.preparation import PreparationColumn
from app.panels.table.view import SampleView
from app.point_colours import point_colours
from app.state import NOTHING, AppState, with_selection
from app.store import Store
from app.viewdata import table_cells as cells
from app.viewdata.table_cells import Kind, Shown
from nncore.data.dataset import Int64Array

SHOWN = {
    Shown.RAW: ("Raw", "The features as they came."),
    Shown.PREPARED: ("Prepared", "The inputs exactly as the network takes them."),
    Shown.BOTH: ("Both", "Side by side: the features, and the inputs that they become."),
}
MOST_ON_BUTTON = 9999
NARROW_PX, WIDE_PX = 440, 760  # room for table and preparation side by side; for words in full


class TablePanel(Panel):
    """Draws only while it can be seen: other panels may change the data at every stroke."""

    def __init__(self, store: Store) -> None:
        super().__init__("Table")
        self._store = store
        self._drawn: AppState | None = None  # the state that can be seen
        self.model = TableModel(store.state, self)
        self.histograms = Histograms(store.state, self)
        self.preparation = PreparationColumn(store)
        self.view = SampleView(self.model, self.histograms, self._tip, self)
        self._add_title_controls()
        self.counts, self.figures = SampleCounts(), muted_label()
        self._lay_out()
        self.view.selection.chosen.connect(self._choose)
        self.view.selection.currentColumnChanged.connect(self._on_current_column)
        self.view.head.sort_wanted.connect(self.sort)
        self.view.head.bars_chosen.connect(self._on_bars)

    def _add_title_controls(self) -> None:
        self.selected, self.clear_button = muted_label(), QToolButton()
        self.selected.setMinimumWidth(1)  # it must not keep the window from being made narrower
        self.clear_button.setAccessibleName("Clear the selection")
        self.clear_button.clicked.connect(self._on_clear)
        self.title_row.addWidget(self.selected)
        self.title_row.addWidget(self.clear_button)
        self.title_row.addSpacing(2)
        self.shown_buttons: dict[Shown, QToolButton] = {}
        group = QButtonGroup(self)
        for shown, (title, tip) in SHOWN.items():
            self.shown_buttons[shown] = _checkable(title, tip)
            group.addButton(self.shown_buttons[shown])
            self.title_row.addWidget(self.shown_buttons[shown])
        group.buttonClicked.connect(self._on_shown)
        self.title_row.addSpacing(2)
        self.prepare_button = _checkable("Prepare", "What was done to the data, and more to do.")
        self.prepare_button.setChecked(True)
        self.prepare_button.toggled.connect(self._arrange)
        self.title_row.addWidget(self.prepare_button)

    def _lay_out(self) -> None:
        self.counts.picked.connect(self._on_picked)
        self.figures.setWordWrap(True)
        self.figures.setAccessibleName("Figures of the current column")
        self.figures.setAlignment(Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.counts)
        right.addWidget(self.view, 1)
        right.addWidget(self.figures)
        whole = QHBoxLayout()
        whole.setSpacing(16)
        whole.addWidget(self.preparation)
        whole.addLayout(right, 1)
        self.body.addLayout(whole, 1)

    # ---- the state -----------------------------------------------------------------------

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if self.isVisible():
            self._draw(self._drawn, new)

    def _draw(self, old: AppState | None, new: AppState) -> None:
        self._drawn = new
        recoloured = old is None or old.dark != new.dark
        is_new = old is None or old.dataset is not new.dataset
        divided = is_new or old is None or old.split is not new.split
        changed = divided or old is None or old.preparation is not new.preparation
        if recoloured:
            self.view.set_theme(themes.theme(new.dark))
        if recoloured or is_new:
            self.view.cells.set_targets(*point_colours(new, themes.theme(new.dark)))
        if changed:
            self._show_values(old, new)
        if recoloured or divided:
            self.counts.show_state(new)
        if changed or old is None or old.selected is not new.selected:
            self._show_selected(new, is_new)
        self.preparation.show_state(old, new)

    def _show_values(self, old: AppState | None, new: AppState) -> None:
        before = self.model.columns, self.model.rowCount()
        other = old is None or old.dataset.feature_names != new.dataset.feature_names
        shown = cells.first_shown(new) if other else self.model.shown
        self.shown_buttons[shown].setChecked(True)
        self.histograms.show(new)
        self.view.selection.forget_in_qt()
        self.model.show(new, shown)
        if other or before != (self.model.columns, self.model.rowCount()):
            self.view.fit()
            self.view.go_to_column(min(1, len(self.model.columns) - 1))
        self.view.viewport().update()
        self.view.head.viewport().update()
        self._show_figures()

    def _show_selected(self, state: AppState, is_new: bool) -> None:
        rows = state.selected
        mine = np.array_equal(rows, np.flatnonzero(self.model.selected)) and not is_new
        self.view.selection.show(rows)
        self.view.viewport().update()
        self._say_selected()
        if len(rows) and not mine:
            places = rows if self.model.places is None else self.model.places[rows]
            self.view.show_sample(self.model.sample_at(int(places.min())))

    def _say_selected(self) -> None:
        """Where there is no room for a sentence, the button has the number."""
        n, wide = len(self._store.state.selected), self.width() >= WIDE_PX
        sentence = f"{n:,} sample{'' if n == 1 else 's'} selected"
        self.selected.setText(sentence if n and wide else "")
        self.clear_button.setText("Clear" if wide or n > MOST_ON_BUTTON else f"Clear {n:,}")
        self.clear_button.setToolTip(f"{sentence}; click to select none.")
        self.clear_button.setVisible(n > 0)

    def _show_figures(self) -> None:
        column = self.model.columns[self.view.head.current]
        self.figures.setText(
            f"<b>{escape(column.title)}</b>: "
            + escape(" · ".join(cells.figures(self.model.state, column)))
        )

    def _tip(self, c: int, bar: int | None) -> str:
        """What is said of a column, or of a bar of its histogram."""
        column, state = self.model.columns[c], self.model.state
        made = self.histograms.of(column)
        if bar is not None and made is not None:
            return cells.bar_text(state, column, made, bar)
        lines = (column.title, *cells.figures(state, column))
        return "\n".join([*lines, "Click to sort; once more for the other way round."])

    # ---- what a person does --------------------------------------------------------------

    def sort(self, c: int) -> None:
        """By a column; then the other way round; then as the data came."""
        column, model = self.model.columns[c], self.model
        if model.sorted_by != column:
            self._sort_by(column, False)
        elif not model.descending:
            self._sort_by(column, True)
        else:
            self._sort_by(None, False)

    def _sort_by(self, column: cells.Column | None, descending: bool) -> None:
        self.view.selection.forget_in_qt()
        self.model.sort_by(column, descending)
        self.view.selection.tell_qt()
        self.view.scrollToTop()
        self.view.head.viewport().update()

    def _choose(self, rows: Int64Array) -> None:
        self._store.apply(with_selection, rows)

    def _on_clear(self) -> None:
        self._choose(NOTHING)

    def _on_bars(self, c: int, first: int, last: int, adds: bool) -> None:
        column = self.model.columns[c]
        rows = [self.histograms.rows(column, bar) for bar in range(first, last + 1)]
        before = [self._store.state.selected] if adds else []
        self._choose(np.concatenate(rows + before))

    def _on_picked(self, kind: Kind, k: int) -> None:
        column = next(column for column in self.model.columns if column.kind is kind)
        self._choose(np.flatnonzero(cells.values_of(self.model.state, column) == k))

    def _on_shown(self) -> None:
        shown = next(s for s, button in self.shown_buttons.items() if button.isChecked())
        self.model.show(self._store.state, shown)
        self.view.fit()
        self.view.go_to_column(min(1, len(self.model.columns) - 1))
        self.view.selection.show(self._store.state.selected)

    def _on_current_column(self, current: QModelIndex) -> None:
        if current.isValid():
            self._show_figures()

    def _arrange(self) -> None:
        wide = self.width() >= NARROW_PX
        self.prepare_button.setEnabled(wide)
        self.preparation.setVisible(self.prepare_button.isChecked() and wide)
        line_px = self.figures.fontMetrics().lineSpacing()
        room = self.width() - (0 if self.preparation.isHidden() else self.preparation.width())
        lines = 1 + (room < WIDE_PX) + (room < NARROW_PX)
        self.figures.setFixedHeight(lines * line_px)
        self._say_selected()

    # Qt's names
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw(self._drawn, self._store.state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _checkable(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    return button
