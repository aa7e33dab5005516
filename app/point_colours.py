"""Which colour a sample has, in every picture that shows samples."""

import numpy as np
from numpy.typing import NDArray

from app.state import AppState
from app.theme import Theme, magnitude_lut
from app.viewdata.maps import share_index
from nncore.data.dataset import Dataset

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
    width = 256 // STEPS
    index = share_index(y, float(y.min()), float(y.max())).astype(np.int64) // width
    table = magnitude_lut()
    return index, [f"#{int(table[width * k + width // 2]) & 0xFFFFFF:06x}" for k in range(STEPS)]
