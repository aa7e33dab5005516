"""Which colour a point on the canvas has: the one of the other pictures."""

import numpy as np
from numpy.typing import NDArray

from app.point_colours import value_colours
from app.theme import Theme
from app.viewdata.drawing import Drawing, Mode, Range


def point_groups(
    drawing: Drawing, scale: Range, t: Theme
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(group per point (n,), colour per group); values from ``scale[0]`` to ``scale[1]``."""
    if drawing.mode is Mode.CLASSES:
        return drawing.marks.astype(np.int64), t.classes
    groups, colours = value_colours(drawing.targets, *scale)
    return groups, tuple(colours)
