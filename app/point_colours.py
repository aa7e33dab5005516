"""Which colour a sample has, in every picture that shows samples."""

import numpy as np
from numpy.typing import NDArray

from app.state import AppState
from app.theme import Theme, magnitude_lut
from app.viewdata.maps import share_index
from nncore.data.dataset import Dataset
from nncore.types import FloatArray

STEPS = 16  # of the scale of a regression target


def point_colours(state: AppState, t: Theme) -> tuple[NDArray[np.int64], list[str]]:
    """As ``colours_of`` the state's samples."""
    return colours_of(state.dataset, t)


def colours_of(dataset: Dataset, t: Theme) -> tuple[NDArray[np.int64], list[str]]:
    """(group per sample (n,), colour per group): its class, or a step along the target's scale."""
    if dataset.is_classification:
        colours = [t.classes[k % len(t.classes)] for k in range(dataset.n_classes)]
        return dataset.y.astype(np.int64), colours
    y = dataset.y.astype(float)
    return value_colours(y, float(y.min()), float(y.max()))


def value_colours(
    values: FloatArray, low: float, high: float
) -> tuple[NDArray[np.int64], list[str]]:
    """(step per value (n,), colour per step) along the scale from ``low`` to ``high``."""
    width = 256 // STEPS
    table = magnitude_lut()
    colours = [f"#{int(table[width * k + width // 2]) & 0xFFFFFF:06x}" for k in range(STEPS)]
    return share_index(values, low, high).astype(np.int64) // width, colours
