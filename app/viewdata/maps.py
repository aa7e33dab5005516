"""Maps of outputs over a plane: at which points, and in which colours."""

import numpy as np
from numpy.typing import NDArray

from app.state import AppState
from app.training.messages import MapRequest
from app.viewdata.numbers import HUGE
from app.viewdata.planes import Plane
from nncore.spec import NetworkSpec
from nncore.types import FloatArray

IndexArray = NDArray[np.uint8]

MAX_SIDE, MIN_SIDE = 96, 12
WORK = 10_000_000  # multiplications that one map may cost: about a millisecond
UNIT_PICTURE = 28  # least points along the side of a unit's small picture


def map_request(state: AppState, plane: Plane) -> MapRequest:
    """Prepared inputs on a grid over ``plane``, row 0 at the top (the highest y)."""
    side = map_side(state.spec)
    shape = (1, 4 * MAX_SIDE) if plane.is_curve else (side, side)
    stride = max(1, side // UNIT_PICTURE)
    return MapRequest(inputs_on_grid(state, plane, *shape), shape, stride)


def inputs_on_grid(state: AppState, plane: Plane, rows: int, columns: int) -> FloatArray:
    """What the network takes in (rows · columns, n[0]) over ``plane``, the highest y first."""
    u, v = cell_centres(plane.x, columns), cell_centres(plane.y, rows)[::-1]
    raw = plane.points(np.tile(u, rows), np.repeat(v, columns))
    for k, names in enumerate(state.dataset.categories):
        if names:  # between two categories there is none
            raw[:, k] = np.rint(np.clip(raw[:, k], 0, len(names) - 1))
    # a derived input may be no number away from the samples; the map is drawn neutral there
    return np.nan_to_num(state.preparation.apply(raw), nan=0.0, posinf=HUGE, neginf=-HUGE)


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
