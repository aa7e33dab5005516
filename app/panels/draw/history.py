"""What undo goes back to."""

from dataclasses import dataclass

from app.state import Source
from app.viewdata.drawing import Drawing
from nncore.data.dataset import Dataset, Int64Array

MOST_STEPS = 200


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """What lies on the canvas.

    drawing   None for data that can't be drawn on
    selected  points, ascending
    loaded    where the drawing comes from, if not from the hand
    """

    drawing: Drawing | None
    selected: Int64Array
    loaded: tuple[Source, Dataset] | None = None


class History:
    """The sheets before the present one and, after an undo, those after it."""

    def __init__(self) -> None:
        self._past: list[Sheet] = []
        self._future: list[Sheet] = []

    @property
    def has_past(self) -> bool:
        return bool(self._past)

    @property
    def has_future(self) -> bool:
        return bool(self._future)

    def add(self, before: Sheet) -> None:
        """Something new comes after ``before``."""
        self._past.append(before)
        del self._past[:-MOST_STEPS]
        self._future.clear()

    def forget_future(self) -> None:
        """The present sheet is another one than undo has come back to."""
        self._future.clear()

    def back(self, present: Sheet) -> Sheet:
        """The sheet before; there must be one."""
        self._future.append(present)
        return self._past.pop()

    def forth(self, present: Sheet) -> Sheet:
        """The sheet that the last undo has left; there must be one."""
        self._past.append(present)
        return self._future.pop()
