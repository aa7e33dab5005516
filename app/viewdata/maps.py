"""The plane on which outputs are mapped: which points, and what the map shows at each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.state import AppState
from app.training.messages import MapRequest
from nncore.data.dataset import Dataset
from nncore.spec import NetworkSpec
from nncore.types import FloatArray

IndexArray = NDArray[np.uint8]

MAX_SIDE, MIN_SIDE = 96, 12
WORK = 10_000_000  # multiplications that one map may cost: about a millisecond
UNIT_PICTURE = 28  # least points along the side of a unit's small picture


@dataclass(frozen=True, eq=False, slots=True)
class Plane:
    """Part of the input space, in raw units: columns ``axes``, all others at their mean.

    x, y   (low, high) of the two columns; with a single input column y is the output
    """

    axes: tuple[int, int]
    x: tuple[float, float]
    y: tuple[float, float]
    x_name: str
    y_name: str
    others: str  # what is held fixed, in words; "" if nothing

    @property
    def is_curve(self) -> bool:
        """There is one input only: the output is a curve over it."""
        return self.axes[0] == self.axes[1]


def plane_of(dataset: Dataset, axes: tuple[int, int]) -> Plane:
    """The plane through the means of ``dataset`` along two of its columns."""
    i, j = axes
    names = dataset.feature_names
    others = [k for k in range(dataset.n_features) if k not in axes]
    words = f"{_count(len(others), 'other input')} at the mean" if others else ""
    x = _padded(dataset.X[:, i])
    if i == j:
        values = (
            dataset.y if not dataset.is_classification else np.array([0, dataset.n_classes - 1])
        )
        return Plane(axes, x, _padded(values.astype(float)), names[i], dataset.target_name, words)
    y = _padded(dataset.X[:, j])
    if not others and max(x[1] - x[0], y[1] - y[0]) < 1.6 * min(x[1] - x[0], y[1] - y[0]):
        # Two inputs of about the same extent are shown to one scale, as a drawing of them is.
        half = max(x[1] - x[0], y[1] - y[0]) / 2
        x, y = (((low + high) / 2 - half, (low + high) / 2 + half) for low, high in (x, y))
    return Plane(axes, x, y, names[i], names[j], words)


def map_request(state: AppState, plane: Plane) -> MapRequest:
    """Prepared inputs on a grid over ``plane``, row 0 at the top (the highest y)."""
    side = map_side(state.spec)
    columns = 4 * MAX_SIDE if plane.is_curve else side
    rows = 1 if plane.is_curve else side
    X = np.tile(state.dataset.X.mean(axis=0), (rows * columns, 1))
    x, y = cell_centres(plane.x, columns), cell_centres(plane.y, rows)[::-1]
    X[:, plane.axes[0]] = np.tile(x, rows)
    if not plane.is_curve:
        X[:, plane.axes[1]] = np.repeat(y, columns)
    stride = max(1, side // UNIT_PICTURE)
    return MapRequest(state.inputs.apply(X), (rows, columns), stride)


def map_side(spec: NetworkSpec) -> int:
    """Points along a side of the map: fewer for a larger network, so that it stays quick."""
    side = int(np.sqrt(WORK / spec.n_parameters))
    return max(MIN_SIDE, min(MAX_SIDE, side))


def cell_centres(span: tuple[float, float], cells: int) -> FloatArray:
    low, high = span
    centres: FloatArray = low + (np.arange(cells) + 0.5) * ((high - low) / cells)
    return centres


def sign_index(values: FloatArray, limit: float) -> IndexArray:
    """0 … 255 into a table from −limit over 0 to +limit."""
    return _index(values * (127.5 / (limit or 1.0)) + 127.5)


def share_index(values: FloatArray, low: float, high: float) -> IndexArray:
    """0 … 255 into a table from ``low`` to ``high``."""
    return _index((values - low) * (255 / ((high - low) or 1.0)))


def _index(scaled: FloatArray) -> IndexArray:
    # a network about to diverge gives what is no number; it is drawn as the middle
    scaled = np.nan_to_num(scaled, nan=127.5, posinf=255, neginf=0)
    index: IndexArray = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return index


def _padded(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) or max(0.5 * abs(low), 0.5)
    return low - margin, high + margin


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")
