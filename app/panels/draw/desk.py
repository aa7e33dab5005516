"""What lies on the canvas and what lay there before, kept in step with the window's data."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.panels.draw.history import History, Sheet
from app.panels.draw.strokes import Hand, duplicated, shifted, without
from app.state import NOTHING, AppState, Drawn, Source, with_data, with_drawing, with_selection
from app.store import Store
from app.viewdata.drawing import (
    Drawing,
    Mode,
    dataset_of,
    drawing_of,
    empty_drawing,
    on_canvas_of,
    packed,
    what_is_missing,
    why_not,
)
from nncore.data.dataset import Dataset, Int64Array

COPY_SHIFT = 10.0  # pixels from a point to its copy, both ways


class Desk(QObject):
    """``changed`` is emitted when another sheet lies on it, or other points are selected."""

    changed = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._history = History()
        self._given: Dataset | None = None  # to the window's data, last …
        self._drawn: Drawing | None = None  # … and the drawing that it was made of
        self._is_nudged = False  # the last change was a nudge, to which the next one belongs
        self.note = ""  # what is to be said about the last change
        self.sheet = Sheet(empty_drawing(), NOTHING)

    @property
    def can_undo(self) -> bool:
        return self._history.has_past

    @property
    def can_redo(self) -> bool:
        return self._history.has_future

    @property
    def is_in_force(self) -> bool:
        """Whether the window's data is what lies on the desk."""
        dataset = self._store.state.dataset
        if self.sheet.loaded is not None:
            return dataset is self.sheet.loaded[1]
        return dataset is self._given and self.sheet.drawing is self._drawn

    @property
    def obstacle(self) -> str:
        """Why the drawing is not the window's data, a sentence; "" if it is."""
        if self.sheet.drawing is None or self.is_in_force:
            return ""
        stays = "This drawing can't be trained on as it is; the data stays as it was."
        return what_is_missing(self.sheet.drawing) or stays

    # ---- what a person does --------------------------------------------------------------

    def draw(self, drawing: Drawing, selected: Int64Array, nudges: bool = False) -> None:
        """The drawing has been changed. Nudges one after the other are undone together."""
        if drawing is self.sheet.drawing:
            return
        drawing, note = packed(drawing)
        if not (nudges and self._is_nudged):
            self._history.add(self.sheet)
        self._put(Sheet(drawing, selected), note)
        self._is_nudged = nudges

    def mark_selected(self, mark: float) -> None:
        """Another class or value for the selected points."""
        drawing, rows = self.sheet.drawing, self.sheet.selected
        if drawing is not None:
            self.draw(drawing.marked(rows, mark), rows)

    def delete_selected(self) -> None:
        drawing, rows = self.sheet.drawing, self.sheet.selected
        if drawing is not None:
            gone = np.zeros(drawing.n, bool)
            gone[rows] = True
            self.draw(*without(drawing, rows, gone))

    def duplicate_selected(self, hand: Hand) -> None:
        """Copies of the selected points, a little beside them, are selected instead."""
        drawing, rows = self.sheet.drawing, self.sheet.selected
        if drawing is not None:
            shift = hand.pixel * (COPY_SHIFT, -COPY_SHIFT)
            self.draw(*duplicated(drawing, rows, shift, hand))

    def nudge_selected(self, across: float, up: float, hand: Hand) -> None:
        """Move the selected points by pixels."""
        drawing, rows = self.sheet.drawing, self.sheet.selected
        if drawing is not None:
            self.draw(shifted(drawing, rows, hand.pixel * (across, up), hand), rows, nudges=True)

    def begin(self, mode: Mode) -> None:
        """An empty canvas."""
        before = self.sheet.drawing
        if before is None or before.n or self.sheet.loaded:
            self._history.add(self.sheet)
        self._put(Sheet(empty_drawing(mode), NOTHING))

    def select(self, rows: Int64Array) -> None:
        """Other points are selected."""
        if self.is_in_force:
            self._store.apply(with_selection, rows)
        else:
            self._select(rows)

    def undo(self) -> None:
        if self.can_undo:
            self._put(self._history.back(self.sheet))

    def redo(self) -> None:
        if self.can_redo:
            self._put(self._history.forth(self.sheet))

    def _put(self, sheet: Sheet, note: str = "") -> None:
        self.sheet, self.note = sheet, note
        self._is_nudged = False
        if not self.is_in_force:
            self._hand_over()
        elif not np.array_equal(sheet.selected, self._store.state.selected):
            self._store.apply(with_selection, sheet.selected)
        self.changed.emit()

    def _hand_over(self) -> None:
        """Make the sheet the window's data, if there is enough on it."""
        sheet = self.sheet
        if sheet.loaded is not None:
            source, dataset = sheet.loaded
            self._given, self._drawn = dataset, None
            if isinstance(source, Drawn):
                self._store.apply(_drawn, dataset, sheet.selected)
            else:
                self._store.apply(_restored, source, dataset, sheet.selected)
        elif sheet.drawing is not None and (drawn := dataset_of(sheet.drawing)) is not None:
            self._given, self._drawn = drawn, sheet.drawing
            self._store.apply(_drawn, drawn, sheet.selected)

    def _select(self, rows: Int64Array) -> None:
        self._is_nudged = False
        self.sheet, self.note = replace(self.sheet, selected=rows), ""
        self.changed.emit()

    # ---- the state -----------------------------------------------------------------------

    def on_state(self, old: AppState | None, new: AppState) -> None:
        """Take what has been loaded, or selected, elsewhere in the window."""
        if old is None or old.dataset is not new.dataset:
            if not self.is_in_force:
                self._take_loaded(new)
        elif old.selected is not new.selected and self.is_in_force:
            self._select(new.selected)

    def _take_loaded(self, state: AppState) -> None:
        """A drawing that gives way to it can be had back; other data is where it was."""
        before = self.sheet
        if before.loaded is None and before.drawing is not None and before.drawing.n:
            self._history.add(before)
        else:
            self._history.forget_future()
        source, dataset = state.source, state.dataset
        drawing = None if why_not(dataset) else drawing_of(dataset)
        if drawing is not None and isinstance(source, Drawn):  # of an earlier moment of the run
            drawing = on_canvas_of(before.drawing, drawing)
        self.sheet = Sheet(drawing, state.selected, (source, dataset))
        self._is_nudged, self.note = False, ""
        self.changed.emit()


def _drawn(state: AppState, dataset: Dataset, rows: Int64Array) -> AppState:
    return with_selection(with_drawing(state, dataset), rows)


def _restored(state: AppState, source: Source, dataset: Dataset, rows: Int64Array) -> AppState:
    return with_selection(with_data(state, source, dataset), rows)
