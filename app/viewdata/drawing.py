"""Points painted by hand: a value, and what brush and eraser make of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.types import FloatArray

EXTENT = (-3.0, 3.0)  # of an empty canvas, both ways
SPRAY = 4  # points that a brush leaves at every place it comes to
LEAST_POINTS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """points (n, 2) and the class of each, (n,); names of the classes, as far as they have one."""

    points: FloatArray
    classes: NDArray[np.int64]
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, str] = ("x₁", "x₂")

    def with_points(self, points: FloatArray, k: int) -> "Drawing":
        """``points`` (p, 2) of class k added."""
        return Drawing(
            np.concatenate([self.points, points]),
            np.concatenate([self.classes, np.full(len(points), k)]),
            self.class_names,
            self.feature_names,
        )

    def without(self, x: float, y: float, radius: tuple[float, float]) -> "Drawing":
        """Without the points inside the ellipse of ``radius`` around (x, y)."""
        outside = np.square((self.points - (x, y)) / radius).sum(axis=1) > 1
        return Drawing(
            self.points[outside], self.classes[outside], self.class_names, self.feature_names
        )


def empty_drawing() -> Drawing:
    return Drawing(np.empty((0, 2)), np.empty(0, np.int64))


def drawing_of(dataset: Dataset) -> Drawing:
    """The points of a data set in the plane, to be drawn on; else an empty drawing."""
    if dataset.n_features != 2 or not dataset.is_classification:
        return empty_drawing()
    first, second = dataset.feature_names
    return Drawing(dataset.X, dataset.y.astype(np.int64), dataset.class_names, (first, second))


def dataset_of(drawing: Drawing) -> Dataset | None:
    """The drawing as data; None while it has too few points to train on."""
    if len(drawing.points) < LEAST_POINTS:
        return None
    n_classes = max(2, int(drawing.classes.max()) + 1)
    names = drawing.class_names[:n_classes]
    names += tuple(f"class {k + 1}" for k in range(len(names), n_classes))
    return Dataset(
        name="Drawing",
        X=drawing.points.astype(np.float64),
        y=drawing.classes,
        feature_names=drawing.feature_names,
        target_name="class",
        class_names=names,
        source="drawn",
    )


def spray(rng: np.random.Generator, x: float, y: float, radius: tuple[float, float]) -> FloatArray:
    """Where a brush at (x, y) leaves its points, (SPRAY, 2): evenly over an ellipse."""
    angle = rng.uniform(0, 2 * np.pi, SPRAY)
    distance = np.sqrt(rng.uniform(0, 1, SPRAY))
    offset = np.stack([np.cos(angle), np.sin(angle)], axis=1) * distance[:, None]
    return np.array([x, y]) + offset * radius
