"""One stroke of each tool, from where the button goes down to where it comes up."""

from dataclasses import dataclass

import numpy as np

from app.viewdata.brushes import (
    BoolArray,
    clipped,
    enclosed,
    in_ranges,
    line,
    nearest,
    places_along,
    pushed,
    shaken,
    shift_on_canvas,
    sprayed,
    within,
)
from app.viewdata.drawing import Drawing, Range
from nncore.data.dataset import Int64Array
from nncore.types import FloatArray

CLICK = 4.0  # pixels; an outline within them is a click
REACH = 7.0  # pixels from a point at which it is meant
EVERY = 0.5  # of the radius: the way of a brush from one place of work to the next
LEAST_SPACING = 2.0  # pixels


@dataclass(frozen=True, eq=False, slots=True)
class Hand:
    """What a stroke is made with.

    radius    of the brush, in pixels
    density   points at each place of work, or on each 100 pixels of a line
    mark      class or value of new points
    pixel     (2,) width and height of a pixel in data coordinates
    x, y      ranges of the canvas
    adds      whether a selection is added to the one before
    """

    radius: float
    density: int
    mark: float
    pixel: FloatArray
    x: Range
    y: Range
    adds: bool = False


class Stroke:
    """``drawing`` and ``selected`` are what has become of them so far."""

    outline: FloatArray = np.empty((0, 2))

    def __init__(
        self, drawing: Drawing, selected: Int64Array, hand: Hand, rng: np.random.Generator
    ) -> None:
        self.before, self.drawing, self.selected = drawing, drawing, selected
        self.hand, self.rng = hand, rng
        self.place: FloatArray = np.zeros(2)

    def begin(self, place: FloatArray) -> None:
        """The button goes down at (2,)."""
        self.place = place

    def move(self, place: FloatArray) -> None:
        """The mouse has moved to (2,)."""
        self.place = place

    def hold(self) -> None:
        """The button has been held down for a while."""

    def end(self) -> None:
        """The button comes up."""

    def _on_canvas(self, points: FloatArray) -> FloatArray:
        return points[in_ranges(points, self.hand.x, self.hand.y)]


class Paint(Stroke):
    """A spray of points all along."""

    due = 0.0

    def begin(self, place: FloatArray) -> None:
        super().begin(place)
        self._spray(place[np.newaxis])
        self.due = spacing(self.hand)

    def move(self, place: FloatArray) -> None:
        hand = self.hand
        places, self.due = places_along(self.place, place, hand.pixel, spacing(hand), self.due)
        self._spray(places)
        self.place = place

    def hold(self) -> None:
        self._spray(self.place[np.newaxis])

    def _spray(self, places: FloatArray) -> None:
        hand = self.hand
        points = sprayed(self.rng, places, hand.radius, hand.pixel, hand.density)
        self.drawing = self.drawing.with_points(self._on_canvas(points), hand.mark)


class Point(Stroke):
    """A single point, which follows the mouse as long as the button is down."""

    def begin(self, place: FloatArray) -> None:
        self.move(place)

    def move(self, place: FloatArray) -> None:
        points = clipped(place[np.newaxis], self.hand.x, self.hand.y)
        self.drawing = self.before.with_points(points, self.hand.mark)


class Line(Stroke):
    """Points evenly from where the button went down to where the mouse is."""

    def begin(self, place: FloatArray) -> None:
        super().begin(place)
        self.move(place)

    def move(self, place: FloatArray) -> None:
        points = line(self.place, place, self.hand.pixel, self.hand.density)
        self.drawing = self.before.with_points(self._on_canvas(points), self.hand.mark)


class Erase(Stroke):
    """Takes away what the brush touches."""

    def begin(self, place: FloatArray) -> None:
        super().begin(place)
        self.move(place)

    def move(self, place: FloatArray) -> None:
        hand = self.hand
        gone = within(self.drawing.points, self.place, place, hand.radius, hand.pixel)
        self.drawing, self.selected = without(self.drawing, self.selected, gone)
        self.place = place


class Push(Stroke):
    """Drags the points inside the brush along."""

    def move(self, place: FloatArray) -> None:
        hand = self.hand
        points = pushed(self.drawing.points, self.place, place, hand.radius, hand.pixel)
        self.drawing = self.drawing.placed(clipped(points, hand.x, hand.y))
        self.place = place


class Jitter(Stroke):
    """Shakes the points inside the brush, again and again."""

    due = 0.0

    def begin(self, place: FloatArray) -> None:
        super().begin(place)
        self._shake(place)
        self.due = spacing(self.hand)

    def move(self, place: FloatArray) -> None:
        hand = self.hand
        places, self.due = places_along(self.place, place, hand.pixel, spacing(hand), self.due)
        for between in places:
            self._shake(between)
        self.place = place

    def hold(self) -> None:
        self._shake(self.place)

    def _shake(self, place: FloatArray) -> None:
        hand = self.hand
        points = shaken(self.rng, self.drawing.points, place, hand.radius, hand.pixel)
        self.drawing = self.drawing.placed(clipped(points, hand.x, hand.y))


class Lasso(Stroke):
    """Selects what a free-hand outline encloses; a click takes the point under the mouse."""

    def begin(self, place: FloatArray) -> None:
        self.outline = place[np.newaxis]

    def move(self, place: FloatArray) -> None:
        self.outline = np.concatenate([self.outline, place[np.newaxis]])

    def end(self) -> None:
        points, pixel = self.drawing.points, self.hand.pixel
        if (np.ptp(self.outline, axis=0) < CLICK * pixel).all():
            met = nearest(points, self.outline[0], pixel, REACH)
            rows = np.array([] if met is None else [met], np.int64)
        else:
            rows = np.flatnonzero(enclosed(points, self.outline))
        self.selected = np.union1d(self.selected, rows) if self.hand.adds else rows
        self.outline = np.empty((0, 2))


class Drag(Stroke):
    """Moves the selected points with the mouse."""

    def move(self, place: FloatArray) -> None:
        self.drawing = shifted(self.before, self.selected, place - self.place, self.hand)


def shifted(drawing: Drawing, rows: Int64Array, shift: FloatArray, hand: Hand) -> Drawing:
    """Some points moved by (2,), as far as the canvas goes."""
    if not len(rows):
        return drawing
    points = drawing.points.copy()
    points[rows] += shift_on_canvas(points[rows], shift, hand.x, hand.y)
    return drawing.placed(points)


def duplicated(
    drawing: Drawing, rows: Int64Array, shift: FloatArray, hand: Hand
) -> tuple[Drawing, Int64Array]:
    """With copies of some points, moved by (2,), as many as there is room for; which they are."""
    points = drawing.points[rows]
    if len(points):
        points = points + shift_on_canvas(points, shift, hand.x, hand.y)
    copied = drawing.with_marked(points, drawing.marks[rows])
    return copied, np.arange(drawing.n, copied.n)


def without(drawing: Drawing, selected: Int64Array, gone: BoolArray) -> tuple[Drawing, Int64Array]:
    """Without the points where ``gone`` (n,) is true; and which are selected then."""
    is_selected = np.zeros(drawing.n, bool)
    is_selected[selected] = True
    return drawing.keeping(~gone), np.flatnonzero(is_selected[~gone])


def spacing(hand: Hand) -> float:
    """Pixels from one place of work to the next."""
    return max(LEAST_SPACING, EVERY * hand.radius)
