"""What the line below the canvas says."""

import numpy as np

from app.viewdata.drawing import MAX_CLASSES, MAX_POINTS, Drawing, Mode, shown_names
from app.viewdata.numbers import short

LONG_NAME = 4  # letters


def summary(drawing: Drawing) -> str:
    """How many points of what."""
    n = _points(drawing.n)
    if drawing.n >= MAX_POINTS:
        return f"{n}, which is as many as a drawing can hold."
    if drawing.mode is Mode.CLASSES:
        counts = np.bincount(drawing.marks.astype(np.int64), minlength=MAX_CLASSES)
        parts = [
            f"{name} {k:,}" for name, k in zip(shown_names(drawing), counts, strict=False) if k
        ]
        return f"{n}: {' · '.join(parts)}" if parts else n
    if not drawing.n:
        return n
    low, high = float(drawing.targets.min()), float(drawing.targets.max())
    return f"{n}: {drawing.target_name} from {short(low)} to {short(high)}"


def selection_hint(n: int, mode: Mode) -> str:
    """What can be done with ``n`` selected points."""
    change = {Mode.CLASSES: "a class relabels, ", Mode.VALUES: "a value changes theirs, "}
    others = f"{change.get(mode, '')}Del deletes, Ctrl+D copies."
    return f"{n:,} selected: drag or arrow keys move, {others}"


def place_text(drawing: Drawing, x: float, y: float) -> str:
    """Where the mouse is; with the names of the axes, if they are short."""
    names = (drawing.x_name, drawing.y_name)
    parts = [
        f"{name} {short(value)}" if len(name) <= LONG_NAME else short(value)
        for name, value in zip(names, (x, y), strict=True)
    ]
    return " · ".join(parts)


def next_class(name: str) -> str:
    """Another class was asked for than the next free one."""
    return f"Classes are numbered without gaps: {name} is the next free one."


def _points(n: int) -> str:
    return f"{n:,} point" + ("" if n == 1 else "s")
