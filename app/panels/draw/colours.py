"""Which colour a point on the canvas has: the one of the other pictures."""

import numpy as np
from numpy.typing import NDArray

from app.point_colours import STEPS
from app.theme import Theme, magnitude_lut
from app.viewdata.drawing import Drawing, Mode, Range
from app.viewdata.maps import share_index


def point_groups(
    drawing: Drawing, scale: Range, t: Theme
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(group per point (n,), colour per group); values from ``scale[0]`` to ``scale[1]``."""
    if drawing.mode is Mode.CLASSES:
        return drawing.marks.astype(np.int64), t.classes
    width = 256 // STEPS
    table = magnitude_lut()
    colours = tuple(f"#{int(table[width * k + width // 2]) & 0xFFFFFF:06x}" for k in range(STEPS))
    return share_index(drawing.targets, *scale).astype(np.int64) // width, colours
