"""Which samples are selected, kept as one mask.

Qt keeps a selection as a list of ranges and goes through it for every cell: with some ten
thousand samples that don't stand side by side, as after a sort or a click on a class, a click
takes seconds. A mask takes a millisecond for a million.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

from app.panels.table.model import TableModel
from app.viewdata.columns import blocks
from nncore.data.dataset import Int64Array

Flag = QItemSelectionModel.SelectionFlag
MOST_RANGES = 200  # that Qt is told of, for screen readers


class RowSelection(QItemSelectionModel):
    """Takes what the view makes of mouse and keys; ``chosen`` is emitted with the samples."""

    chosen = Signal(object)

    def __init__(self, model: TableModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self._model = model
        self._kept: NDArray[np.bool_] = np.zeros(0, bool)  # per sample, but for …
        self._latest: Int64Array = np.empty(0, np.int64)  # … those that are being selected
        self._command = Flag.Select

    def show(self, rows: Int64Array) -> None:
        """``rows``, ascending samples, are selected, whoever has chosen them."""
        mask = np.zeros(self._model.rowCount(), bool)
        mask[rows] = True
        if not np.array_equal(mask, self._now()):
            self._kept, self._latest = mask, np.empty(0, np.int64)
        self._model.selected = mask
        self.tell_qt()

    def tell_qt(self) -> None:
        """Let Qt's own selection be the same, if it is simple."""
        ranges = blocks(np.flatnonzero(self._model.selected[self._model.order]))
        selection = QItemSelection()
        last = self._model.columnCount() - 1
        for top, bottom in ranges if len(ranges) <= MOST_RANGES else ():
            corners = self._model.index(top, 0), self._model.index(bottom, last)
            selection.append(QItemSelectionRange(*corners))
        super().select(selection, Flag.ClearAndSelect)

    def forget_in_qt(self) -> None:
        """Before a sort: Qt would follow every cell of its selection."""
        super().select(QItemSelection(), Flag.Clear)

    def _now(self) -> NDArray[np.bool_]:
        mask = self._kept.copy()
        if self._command & Flag.Toggle:
            mask[self._latest] ^= True
        else:
            mask[self._latest] = not self._command & Flag.Deselect
        return mask

    # Qt's name
    def select(
        self,
        selection: QItemSelection | QModelIndex | QPersistentModelIndex,
        command: QItemSelectionModel.SelectionFlag,
    ) -> None:
        """As Qt has it: what is ``Current`` takes the place of what was selected last."""
        if command == Flag.NoUpdate:
            return
        n = self._model.rowCount()
        if command & Flag.Clear or len(self._kept) != n:
            self._kept = np.zeros(n, bool)
        elif not command & Flag.Current:
            self._kept = self._now()
        if not isinstance(selection, QItemSelection):
            selection = QItemSelection(selection, selection)
        self._latest, self._command = self._samples(selection), command
        self._model.selected = self._now()
        self.chosen.emit(np.flatnonzero(self._model.selected))

    def _samples(self, selection: QItemSelection) -> Int64Array:
        order = self._model.order
        parts = [order[block.top() : block.bottom() + 1] for block in selection.toList()]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)
