"""Points painted by hand: a value, what can be done to it, and the data that it makes."""

from dataclasses import dataclass, replace
from enum import Enum
from itertools import count

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset, Int64Array
from nncore.types import FloatArray

Range = tuple[float, float]

EXTENT = (-3.0, 3.0)  # of an empty canvas, both ways
VALUES = (-1.0, 1.0)  # that a new drawing's brush offers
MAX_POINTS, LEAST_POINTS = 20_000, 2
MAX_CLASSES = 10
SIMILAR = 1.6  # extents whose ratio is smaller are drawn to one scale
MARGIN = 0.06  # of the extent, around data that was loaded


class Mode(Enum):
    """What is drawn."""

    CLASSES = "classes"
    VALUES = "values"
    CURVE = "curve"


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """Points on a canvas; their order is that of the samples.

    points       (n, 2) where they are; in a curve, the second is the target
    marks        (n,) the class of each, or its value; 0 in a curve
    class_names  of class 0, 1 …, "" for one that is only numbered
    x, y         what the canvas shows at least
    values       what the brush offers at least
    """

    mode: Mode
    points: FloatArray
    marks: FloatArray
    x_name: str = "x₁"
    y_name: str = "x₂"
    target_name: str = "class"
    class_names: tuple[str, ...] = ()
    x: Range = EXTENT
    y: Range = EXTENT
    values: Range = VALUES

    @property
    def n(self) -> int:
        return len(self.points)

    @property
    def targets(self) -> FloatArray:
        """What the network is to answer at each point, (n,): class, value or height."""
        return self.points[:, 1] if self.mode is Mode.CURVE else self.marks

    @property
    def is_to_scale(self) -> bool:
        """Whether a unit is as long upwards as it is across."""
        extents = (self.x[1] - self.x[0], self.y[1] - self.y[0])
        return self.mode is not Mode.CURVE and max(extents) < SIMILAR * min(extents)

    def with_points(self, points: FloatArray, mark: float) -> "Drawing":
        """``points`` (p, 2) added, as many as there is room for."""
        return self.with_marked(points, np.full(len(points), mark))

    def with_marked(self, points: FloatArray, marks: FloatArray) -> "Drawing":
        """``points`` (p, 2) with a mark each (p,) added, as many as there is room for."""
        points = points[: MAX_POINTS - self.n]
        if not len(points):
            return self
        marks = np.zeros(len(points)) if self.mode is Mode.CURVE else marks[: len(points)]
        return replace(
            self,
            points=np.concatenate([self.points, points]),
            marks=np.concatenate([self.marks, marks]),
        )

    def keeping(self, kept: NDArray[np.bool_]) -> "Drawing":
        """Only the points where ``kept`` (n,) is true."""
        if kept.all():
            return self
        return replace(self, points=self.points[kept], marks=self.marks[kept])

    def placed(self, points: FloatArray) -> "Drawing":
        """The same points elsewhere, (n, 2)."""
        return self if np.array_equal(points, self.points) else replace(self, points=points)

    def marked(self, rows: Int64Array, mark: float) -> "Drawing":
        """Another class or value for some points."""
        marks = self.marks.copy()
        marks[rows] = mark
        return self if np.array_equal(marks, self.marks) else replace(self, marks=marks)


def empty_drawing(mode: Mode = Mode.CLASSES) -> Drawing:
    """Nothing yet, with the names that new drawings have."""
    names = ("x", "y", "y") if mode is Mode.CURVE else ("x₁", "x₂", "class")
    if mode is Mode.VALUES:
        names = ("x₁", "x₂", "y")
    return Drawing(mode, np.empty((0, 2)), np.empty(0), *names)


# ---- data ------------------------------------------------------------------------------------


def why_not(dataset: Dataset) -> str:
    """Why a data set can't be drawn on, a sentence; "" if it can."""
    name, d = dataset.name, dataset.n_features
    if d > 2:
        return f"{name} has {d} inputs; only data with one or two can be painted."
    if any(dataset.categories):
        return f"{name} has categories as inputs; only numbers can be painted."
    if dataset.has_missing:
        return f"{name} has missing values, which have no place on a canvas."
    if d == 1 and dataset.is_classification:
        return f"{name} has one input and classes; over one input only values can be painted."
    if dataset.n_classes > MAX_CLASSES:
        return f"{name} has {dataset.n_classes} classes; at most {MAX_CLASSES} can be painted."
    if dataset.n_samples > MAX_POINTS:
        return f"{name} has {dataset.n_samples:,} samples; at most {MAX_POINTS:,} can be painted."
    return ""


def drawing_of(dataset: Dataset) -> Drawing:
    """The samples of a data set that can be drawn on, row by row."""
    y = dataset.y.astype(float)
    if dataset.n_features == 1:
        points, names = np.column_stack([dataset.X[:, 0], y]), (*dataset.feature_names, "")
        mode, marks = Mode.CURVE, np.zeros(len(y))
    else:
        points, names, marks = dataset.X, dataset.feature_names, y
        mode = Mode.CLASSES if dataset.is_classification else Mode.VALUES
    return Drawing(
        mode,
        points,
        marks,
        x_name=names[0],
        y_name=names[1] or dataset.target_name,
        target_name=dataset.target_name,
        class_names=tuple(
            "" if name == _numbered(k) else name for k, name in enumerate(dataset.class_names)
        ),
        x=_padded(points[:, 0]),
        y=_padded(points[:, 1]),
        values=(float(y.min()), float(y.max())) if np.ptp(y) else VALUES,
    )


def on_canvas_of(before: Drawing | None, drawing: Drawing) -> Drawing:
    """``drawing`` with the ranges of the one before, if it is of the same things."""
    if before is None or _subject(before) != _subject(drawing):
        return drawing
    return replace(drawing, x=before.x, y=before.y, values=before.values)


def _subject(drawing: Drawing) -> tuple[Mode, str, str, str]:
    return drawing.mode, drawing.x_name, drawing.y_name, drawing.target_name


def what_is_missing(drawing: Drawing) -> str:
    """What it takes to train on a drawing, a sentence; "" if it is enough."""
    n_classes = len(np.unique(drawing.marks))
    stays = "until then the data stays as it was."
    if drawing.mode is Mode.CLASSES and n_classes < 2:
        some = "points of a second class, too" if n_classes else "points of at least two classes"
        return f"Paint {some}; {stays}"
    return f"Paint at least two points; {stays}" if drawing.n < LEAST_POINTS else ""


def dataset_of(drawing: Drawing) -> Dataset | None:
    """A drawing as data, row by row; None while it has too little to train on.

    Its classes must be ``packed``.
    """
    if what_is_missing(drawing):
        return None
    is_curve, has_classes = drawing.mode is Mode.CURVE, drawing.mode is Mode.CLASSES
    return Dataset(
        name="Drawing",
        X=np.asarray(drawing.points[:, :1] if is_curve else drawing.points, float),
        y=drawing.targets.astype(np.int64 if has_classes else float),
        feature_names=(drawing.x_name,) if is_curve else (drawing.x_name, drawing.y_name),
        target_name=drawing.y_name if is_curve else drawing.target_name,
        class_names=shown_names(drawing)[: _n_classes(drawing)] if has_classes else (),
        source="drawn",
    )


# ---- classes ---------------------------------------------------------------------------------


def packed(drawing: Drawing) -> tuple[Drawing, str]:
    """A drawing without classes that have no points, and what to say about it, or "".

    A class's colour is that of its number in every picture, so that a class between others
    can't be left empty: those after it move up. With fewer than two classes nothing is done,
    as that makes no data yet.
    """
    used = np.unique(drawing.marks).astype(np.int64)
    if drawing.mode is not Mode.CLASSES or len(used) < 2:
        return drawing, ""
    own_names = (*drawing.class_names, *[""] * MAX_CLASSES)
    names = tuple(own_names[k] for k in used)
    if used[-1] == len(used) - 1:
        return replace(drawing, class_names=names), ""
    gone = shown_names(drawing)[int(np.flatnonzero(used != np.arange(len(used)))[0])]
    marks = np.searchsorted(used, drawing.marks).astype(float)
    note = f"{gone} has no points left: the classes after it have moved up."
    return replace(drawing, marks=marks, class_names=names), note[0].upper() + note[1:]


def n_offered(drawing: Drawing) -> int:
    """How many classes can be painted: those there are and the next, but at least two."""
    known = max(_n_classes(drawing), len(drawing.class_names))
    return min(MAX_CLASSES, max(2, known + 1))


def shown_names(drawing: Drawing) -> tuple[str, ...]:
    """A name for each of MAX_CLASSES classes, no two of them the same."""
    names = [*drawing.class_names, *[""] * (MAX_CLASSES - len(drawing.class_names))]
    for k, name in enumerate(names):
        if not name:
            names[k] = next(new for i in count(k) if (new := _numbered(i)) not in names)
    return tuple(names)


def _n_classes(drawing: Drawing) -> int:
    """One more than the highest class that has points."""
    return int(drawing.marks.max()) + 1 if drawing.n else 0


def _numbered(k: int) -> str:
    return f"class {k + 1}"


# ---- ranges ----------------------------------------------------------------------------------


def shown_ranges(drawing: Drawing) -> tuple[Range, Range]:
    """What the canvas must show: its own part of the plane, and every point."""
    if not drawing.n:
        return drawing.x, drawing.y
    across, up = drawing.points.T
    return _with_room(drawing.x, across), _with_room(drawing.y, up)


def offered_values(drawing: Drawing) -> Range:
    """From which to which value the brush goes."""
    return _union(drawing.values, drawing.marks) if drawing.n else drawing.values


def colour_scale(drawing: Drawing) -> Range:
    """The values at the ends of the scale of colours: those that other pictures have there."""
    targets = drawing.targets
    if not len(targets) or not np.ptp(targets):
        return drawing.values
    return float(targets.min()), float(targets.max())


def _union(span: Range, values: FloatArray) -> Range:
    return min(span[0], float(values.min())), max(span[1], float(values.max()))


def _with_room(span: Range, values: FloatArray) -> Range:
    """``span``, grown to hold ``values`` with some room around those that lie outside."""
    low, high = _union(span, values)
    room = MARGIN / 2 * (high - low)
    return low - room * (low < span[0]), high + room * (high > span[1])


def _padded(values: FloatArray) -> Range:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or max(0.5 * abs(low), 0.5)
    return low - margin, high + margin
