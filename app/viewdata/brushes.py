"""What each tool does where it goes. Places and points are in data coordinates; lengths and
radii in pixels, ``scale`` (2,) being what a pixel is in data coordinates."""

import numpy as np
from numpy.typing import NDArray

from app.viewdata.drawing import Range
from nncore.types import FloatArray

BoolArray = NDArray[np.bool_]

LINE_UNIT = 100.0  # pixels that ``density`` points of a line lie on
SHAKE = 0.12  # standard deviation of one shake, in radii
SUBSTEP = 0.25  # of a push, in radii: no point is jumped over


def places_along(
    start: FloatArray, end: FloatArray, scale: FloatArray, spacing: float, due: float
) -> tuple[FloatArray, float]:
    """Where a brush comes to work on its way from ``start`` to ``end``, (k, 2): ``due`` pixels on
    and then every ``spacing``; and how far beyond ``end`` it is due next.

    The end itself belongs to the way that goes on from there.
    """
    length = _length(end - start, scale)
    k = max(0, int(np.ceil((length - due) / spacing)))
    shares = (due + spacing * np.arange(k)) / (length or 1.0)
    return start + np.outer(shares, end - start), max(0.0, due + spacing * k - length)


def sprayed(
    rng: np.random.Generator, places: FloatArray, radius: float, scale: FloatArray, density: int
) -> FloatArray:
    """``density`` points around each of (k, 2) places, evenly over the disc: (k · density, 2)."""
    n = len(places) * density
    angle, distance = rng.uniform(0, 2 * np.pi, n), np.sqrt(rng.uniform(0, 1, n))
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1) * distance[:, np.newaxis]
    points: FloatArray = np.repeat(places, density, axis=0) + around * (radius * scale)
    return points


def line(start: FloatArray, end: FloatArray, scale: FloatArray, density: int) -> FloatArray:
    """Points evenly from ``start`` to ``end``, both included: (p, 2). No way is one point."""
    length = _length(end - start, scale)
    p = max(2, 1 + round(length / LINE_UNIT * density)) if length >= 1 else 1
    return start + np.outer(np.linspace(0, 1, p), end - start)


def within(
    points: FloatArray, start: FloatArray, end: FloatArray, radius: float, scale: FloatArray
) -> BoolArray:
    """Which points (n, 2) a disc covers on its way from ``start`` to ``end``, (n,)."""
    along = (end - start) / scale
    places = (points - start) / scale
    squared = float(along @ along)
    shares = np.clip(places @ along / (squared or 1.0), 0, 1)
    off = places - np.outer(shares, along)
    inside: BoolArray = (off * off).sum(axis=1) <= radius * radius
    return inside


def pushed(
    points: FloatArray, start: FloatArray, end: FloatArray, radius: float, scale: FloatArray
) -> FloatArray:
    """Points (n, 2) after a disc has dragged them from ``start`` to ``end``: all the way in its
    inner half, less and less towards its rim."""
    steps = max(1, int(np.ceil(_length(end - start, scale) / (SUBSTEP * radius))))
    step = (end - start) / steps
    points = points.copy()
    for k in range(steps):
        off = (points - (start + k * step)) / scale
        near = np.flatnonzero((off * off).sum(axis=1) < radius * radius)
        distance = np.sqrt((off[near] ** 2).sum(axis=1)) / radius
        points[near] += np.outer(np.clip(2 - 2 * distance, 0, 1), step)
    return points


def shaken(
    rng: np.random.Generator,
    points: FloatArray,
    place: FloatArray,
    radius: float,
    scale: FloatArray,
) -> FloatArray:
    """Points (n, 2), those in a disc moved a little at random."""
    near = np.flatnonzero(within(points, place, place, radius, scale))
    points = points.copy()
    points[near] += rng.normal(0, SHAKE * radius, (len(near), 2)) * scale
    return points


def enclosed(points: FloatArray, outline: FloatArray) -> BoolArray:
    """Which points (n, 2) lie in the polygon ``outline`` (k, 2), closed by itself, (n,).

    A point is inside if a ray from it crosses the outline an odd number of times.
    """
    inside = np.zeros(len(points), bool)
    near = np.flatnonzero(in_ranges(points, *_bounds(outline))) if len(outline) else inside[:0]
    x, y = points[near].T
    crossed = np.zeros(len(near), bool)
    for (ax, ay), (bx, by) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if ay != by:
            crossed ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * ((bx - ax) / (by - ay)))
    inside[near] = crossed
    return inside


def in_ranges(points: FloatArray, x: Range, y: Range) -> BoolArray:
    """Which points (n, 2) lie on the canvas, (n,)."""
    lowest, highest = np.transpose([x, y])
    inside: BoolArray = ((points >= lowest) & (points <= highest)).all(axis=1)
    return inside


def clipped(points: FloatArray, x: Range, y: Range) -> FloatArray:
    """Points (n, 2), those beyond the rim of the canvas put on it."""
    lowest, highest = np.transpose([x, y])
    on_canvas: FloatArray = np.clip(points, lowest, highest)
    return on_canvas


def shift_on_canvas(points: FloatArray, shift: FloatArray, x: Range, y: Range) -> FloatArray:
    """As much of ``shift`` (2,) as leaves all of points (n, 2) on the canvas."""
    lowest, highest = np.transpose([x, y])
    least = np.minimum(lowest - points.min(axis=0), 0)
    most = np.maximum(highest - points.max(axis=0), 0)
    allowed: FloatArray = np.clip(shift, least, most)
    return allowed


def nearest(points: FloatArray, place: FloatArray, scale: FloatArray, reach: float) -> int | None:
    """Which of points (n, 2) is nearest to ``place``, if that is no farther than ``reach``."""
    if not len(points):
        return None
    off = (points - place) / scale
    squared = (off * off).sum(axis=1)
    best = int(squared.argmin())
    return best if squared[best] <= reach * reach else None


def _length(way: FloatArray, scale: FloatArray) -> float:
    return float(np.hypot(*(way / scale)))


def _bounds(outline: FloatArray) -> tuple[Range, Range]:
    (x0, y0), (x1, y1) = outline.min(axis=0), outline.max(axis=0)
    return (float(x0), float(x1)), (float(y0), float(y1))
