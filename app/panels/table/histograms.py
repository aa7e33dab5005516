"""The histograms of the columns in view, each made when it is first looked at."""

from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.state import AppState
from app.viewdata import table_cells as cells
from app.viewdata.columns import Histogram, histogram
from app.viewdata.table_cells import Column, Kind
from nncore.data.dataset import Int64Array

CLASS_GROUPS = 10  # colours of classes: from the eleventh on they come again
TURN_S = 0.008  # of making, before it is the window's turn


class Histograms(QObject):
    """Bars are divided by class, or rather by the colour that the class has."""

    made = Signal()

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._made: dict[Column, Histogram] = {}
        self._wanted: dict[Column, None] = {}
        self._groups: NDArray[np.int64] = np.empty(0, np.int64)
        self.n_groups = 1
        self._later = QTimer(self)
        self._later.timeout.connect(self._make)
        self._group(state)

    def show(self, state: AppState) -> None:
        """Those of the features stay while the data does."""
        if state.dataset is not self._state.dataset:
            self._made.clear()
            self._group(state)
        for column in [c for c in self._made if c.kind in (Kind.SET, Kind.PREPARED)]:
            del self._made[column]
        self._wanted.clear()
        self._state = state

    def _group(self, state: AppState) -> None:
        dataset = state.dataset
        self.n_groups = min(dataset.n_classes, CLASS_GROUPS) or 1
        y = dataset.y if dataset.is_classification else np.zeros(dataset.n_samples)
        self._groups = y.astype(np.int64) % self.n_groups

    def of(self, column: Column) -> Histogram | None:
        """None if it is yet to be made, which it then soon is."""
        if column not in self._made:
            self._wanted[column] = None
            if not self._later.isActive():
                self._later.start(0)
        return self._made.get(column)

    @property
    def is_making(self) -> bool:
        """Whether some that are wanted are yet to be made."""
        return bool(self._wanted)

    def rows(self, column: Column, bar: int) -> Int64Array:
        """The samples that a bar counts."""
        made = self._made[column]
        return made.rows(cells.values_of(self._state, column), bar)

    def _make(self) -> None:
        """Those that are wanted, for a short while."""
        begin = perf_counter()
        while self._wanted and perf_counter() - begin < TURN_S:
            column = next(iter(self._wanted))
            del self._wanted[column]
            values = cells.values_of(self._state, column)
            n_names = len(cells.names_of(self._state, column))
            self._made[column] = histogram(values, self._groups, self.n_groups, n_names)
        if not self._wanted:
            self._later.stop()
        self.made.emit()
