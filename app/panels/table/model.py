"""The samples as a table model: nothing is copied, cells are written when they are looked at."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.state import AppState
from app.viewdata import table_cells as cells
from app.viewdata.columns import places_in, sorted_rows
from app.viewdata.table_cells import Column, Kind, Shown
from nncore.data.dataset import Float64Array, Int64Array

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
BLOCK, BLOCKS = 64, 8  # rows that are prepared together; how many such are kept
LOOKED_AT = 64  # cells that tell how many decimals a column has
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TableModel(QAbstractTableModel):
    """Rows are samples in ``order``; sorting changes the order alone."""

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self.state = state
        self.shown = cells.first_shown(state)
        self.columns: tuple[Column, ...] = ()
        self.order: Int64Array = np.empty(0, np.int64)
        self.places: Int64Array | None = None  # of the samples in the order, if it is another
        self.sorted_by: Column | None = None
        self.descending = False
        self.selected: NDArray[np.bool_] = np.zeros(0, bool)  # per sample
        self._blocks: OrderedDict[int, Float64Array] = OrderedDict()
        self._decimals: dict[Column, int] = {}
        self._is_test: NDArray[np.bool_] = np.zeros(0, bool)
        self._take(state)

    # ---- what is shown -------------------------------------------------------------------

    def show(self, state: AppState, shown: Shown) -> None:
        """Other data, other things done to it, or other columns of it."""
        columns = cells.columns_of(state, shown)
        is_same = columns == self.columns and state.dataset.n_samples == self.rowCount()
        if is_same:
            self._take(state)
            if self.sorted_by is not None:
                self.sort_by(self.sorted_by, self.descending)
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self.order) - 1, len(columns) - 1)
            )
            return
        self.beginResetModel()
        self.shown = shown
        if state.dataset.n_samples != self.rowCount() or self.sorted_by not in columns:
            self.sorted_by = None
        self._take(state)
        if self.sorted_by is not None:
            self._set_order(self.sorted_by, self.descending)
        self.endResetModel()

    def _take(self, state: AppState) -> None:
        dataset = state.dataset
        self.state = state
        self.columns = cells.columns_of(state, self.shown)
        self._blocks.clear()
        self._decimals.clear()
        self._is_test = cells.is_test(state)
        if len(self.selected) != dataset.n_samples:
            self.selected = np.zeros(dataset.n_samples, bool)
        if self.sorted_by is None:
            self.order, self.places = np.arange(dataset.n_samples), None

    # ---- orders --------------------------------------------------------------------------

    def sort_by(self, column: Column | None, descending: bool = False) -> None:
        """Order the rows by a column; None brings back the order of the data."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        samples = [int(self.order[index.row()]) for index in before]
        self._set_order(column, descending)
        after = [
            self.index(self.place_of(sample), index.column())
            for sample, index in zip(samples, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _set_order(self, column: Column | None, descending: bool) -> None:
        self.sorted_by, self.descending = column, descending
        self._blocks.clear()
        if column is None:
            self.order, self.places = np.arange(self.state.dataset.n_samples), None
        else:
            self.order = sorted_rows(cells.values_of(self.state, column), descending)
            self.places = places_in(self.order)

    def place_of(self, sample: int) -> int:
        """The row in which a sample stands."""
        return sample if self.places is None else int(self.places[sample])

    def sample_at(self, row: int) -> int:
        return int(self.order[row])

    # ---- cells ---------------------------------------------------------------------------

    def text(self, row: int, c: int, full: bool = False) -> str:
        """What stands in a cell; ``full`` with all its digits."""
        column, sample = self.columns[c], int(self.order[row])
        if column.kind is Kind.SET:
            return "○" if self._is_test[sample] else "●"
        missing = self.is_missing(row, c)
        # what stands in for a missing value is in line with no other
        write = cells.exact if full else cells.number if missing else self._aligned(c)
        text = cells.value_text(self.state, column, self._value(column, row, sample), write)
        return f"missing → {text}" if missing else text

    def _value(self, column: Column, row: int, sample: int) -> float:
        """Without gaps: of a missing value what stands in for it."""
        match column.kind:
            case Kind.PREPARED:
                return float(self._prepared(row)[column.k])
            case Kind.RAW:
                return float(self.state.samples[sample, column.k])
            case _:
                return float(self.state.dataset.y[sample])

    def is_missing(self, row: int, c: int) -> bool:
        column = self.columns[c]
        return column.kind is Kind.RAW and bool(
            np.isnan(self.state.dataset.X[self.order[row], column.k])
        )

    def is_test_row(self, row: int) -> bool:
        return bool(self._is_test[self.order[row]])

    def is_selected(self, row: int) -> bool:
        return bool(self.selected[self.order[row]])

    def is_numeric(self, c: int) -> bool:
        return not cells.names_of(self.state, self.columns[c])

    def decimals(self, c: int) -> int:
        """That the numbers of a column are written with, by some that are looked at."""
        column = self.columns[c]
        if column not in self._decimals:
            values = cells.values_of(self.state, column, self._looked_at)
            self._decimals[column] = cells.decimals_of(values)
        return self._decimals[column]

    def _aligned(self, c: int) -> Callable[[float], str]:
        return partial(cells.aligned, decimals=self.decimals(c))

    def some_texts(self, c: int) -> list[str]:
        """What stands in some cells of a column, one of them missing if there is one."""
        column, state, write = self.columns[c], self.state, self._aligned(c)
        some = cells.values_of(state, column, self._looked_at)
        texts = [
            cells.value_text(state, column, value, write)
            for value in some[~np.isnan(some)].tolist()
        ]
        if column.kind is Kind.RAW:
            gaps = np.isnan(state.dataset.X[:, column.k])
            texts.append(self.text(self.place_of(int(gaps.argmax())), c))
        return texts

    @property
    def _looked_at(self) -> slice:
        return slice(None, None, -(-len(self.order) // LOOKED_AT))

    def _prepared(self, row: int) -> Float64Array:
        """What the network takes of the sample in a row; prepared with those around it."""
        block, place = divmod(row, BLOCK)
        if block not in self._blocks:
            samples = self.order[block * BLOCK : (block + 1) * BLOCK]
            X = self.state.dataset.X[samples]
            self._blocks[block] = np.asarray(self.state.preparation.apply(X))
            if len(self._blocks) > BLOCKS:
                self._blocks.popitem(last=False)
        values: Float64Array = self._blocks[block][place]
        return values

    def tip(self, row: int, c: int) -> str:
        """The cell in words, with full precision."""
        column, sample = self.columns[c], self.sample_at(row)
        of = f"sample {sample + 1:,}, {cells.SETS[int(self._is_test[sample])]}"
        if column.kind is Kind.SET:
            return of
        if column.kind is not Kind.PREPARED:
            return f"{column.title} = {self.text(row, c, full=True)}\n{of}"
        scaling = cells.scaling_text(self.state.preparation, column.k)
        lines = (f"{column.title} = {self.text(row, c, full=True)}", scaling, of)
        return "\n".join(filter(None, lines))

    # ---- Qt's names ----------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        row, c = index.row(), index.column()
        answers: dict[int, Callable[[int, int], object]] = {
            Role.DisplayRole: self.text,
            Role.ToolTipRole: self.tip,
            Role.AccessibleTextRole: self.tip,
        }
        if role in answers:
            return answers[role](row, c)
        if role == Role.TextAlignmentRole:
            return RIGHT if self.is_numeric(c) else LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        if role != Role.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self.columns[section].title
        return f"{self.order[section] + 1:,}"
