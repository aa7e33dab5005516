"""What each tool does to points: geometry, and whole strokes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panels.draw.strokes import (
    Drag,
    Erase,
    Hand,
    Jitter,
    Lasso,
    Line,
    Paint,
    Point,
    Push,
    Stroke,
    duplicated,
    shifted,
    without,
)
from app.viewdata import brushes
from app.viewdata.drawing import MAX_POINTS, Drawing, Mode, empty_drawing
from nncore.types import FloatArray

PIXEL = np.array([0.01, 0.02])
coordinate = st.floats(-3, 3)
place = st.tuples(coordinate, coordinate).map(np.array)
places = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=30).map(np.array)
seeds = st.integers(0, 2**32 - 1)


def hand(radius: float = 20, adds: bool = False, mark: float = 0) -> Hand:
    return Hand(radius, 4, mark, PIXEL, (-3, 3), (-3, 3), adds)


def drawing_at(points: FloatArray, mode: Mode = Mode.CLASSES) -> Drawing:
    return empty_drawing(mode).with_points(points, 0)


def made(
    kind: type[Stroke], drawing: Drawing, way: FloatArray, h: Hand, rows: tuple[int, ...] = ()
) -> Stroke:
    """A whole stroke along (k, 2)."""
    stroke = kind(drawing, np.array(rows, np.int64), h, np.random.default_rng(0))
    stroke.begin(way[0])
    for point in way[1:]:
        stroke.move(point)
    stroke.end()
    return stroke


def pixels(points: FloatArray, around: FloatArray) -> FloatArray:
    """Distances (n,) in pixels."""
    distances: FloatArray = np.hypot(*((points - around) / PIXEL).T)
    return distances


# ---- geometry --------------------------------------------------------------------------------


@given(places, st.floats(1, 80), st.floats(0, 40))
def test_a_brush_works_at_the_same_distances_however_the_mouse_reports(
    way: FloatArray, spacing: float, due: float
) -> None:
    straight, left = brushes.places_along(way[0], way[-1], PIXEL, spacing, due)
    found, at, between = [], way[0], due
    for share in (0.2, 0.21, 0.7, 1.0):
        on = way[0] + share * (way[-1] - way[0])
        some, between = brushes.places_along(at, on, PIXEL, spacing, between)
        found.append(some)
        at = on
    pieces = np.concatenate(found)
    assert abs(len(pieces) - len(straight)) <= 1  # one more or less by a rounding
    n = min(len(pieces), len(straight))
    np.testing.assert_allclose(pieces[:n], straight[:n], atol=1e-6)
    steps = np.hypot(*(np.diff(straight, axis=0) / PIXEL).T)
    np.testing.assert_allclose(steps, spacing, rtol=1e-6)
    assert left >= 0 and (not len(straight) or left <= spacing + 1e-6)


@given(places, st.floats(3, 80), st.integers(1, 20), seeds)
def test_a_spray_stays_within_its_radius(
    centres: FloatArray, radius: float, density: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    points = brushes.sprayed(rng, centres, radius, PIXEL, density)
    assert len(points) == density * len(centres)
    away = pixels(points, np.repeat(centres, density, axis=0))
    assert (away <= radius * (1 + 1e-9)).all()


def test_a_spray_is_even_over_the_disc() -> None:
    rng = np.random.default_rng(0)
    points = brushes.sprayed(rng, np.zeros((1, 2)), 10, PIXEL, 40_000)
    inner = (pixels(points, np.zeros(2)) < 5).mean()
    assert inner == pytest.approx(0.25, abs=0.01)
    assert np.abs((points / PIXEL).mean(axis=0)).max() < 0.1


@given(place, place, st.integers(1, 20))
def test_a_line_is_even_and_reaches_both_ends(
    start: FloatArray, end: FloatArray, density: int
) -> None:
    points = brushes.line(start, end, PIXEL, density)
    np.testing.assert_allclose(points[0], start)
    length = float(np.hypot(*((end - start) / PIXEL)))
    if length < 1:
        assert len(points) == 1
        return
    np.testing.assert_allclose(points[-1], end, atol=1e-9)
    np.testing.assert_allclose(np.diff(points, 2, axis=0), 0, atol=1e-9)
    assert len(points) == max(2, 1 + round(length * density / 100))


@given(places, place, place, st.floats(2, 80))
def test_a_disc_covers_what_it_comes_near_on_its_way(
    points: FloatArray, start: FloatArray, end: FloatArray, radius: float
) -> None:
    covered = brushes.within(points, start, end, radius, PIXEL)
    way = start + np.linspace(0, 1, 400)[:, np.newaxis] * (end - start)
    away = np.array([pixels(way, point).min() for point in points])
    slack = np.hypot(*((end - start) / PIXEL)) / 400
    assert not covered[away > radius + slack + 1e-9].any()
    assert covered[away < radius - 1e-9].all()


@given(places, place, place, st.floats(5, 80))
def test_a_push_leaves_what_it_does_not_meet(
    points: FloatArray, start: FloatArray, end: FloatArray, radius: float
) -> None:
    moved = brushes.pushed(points, start, end, radius, PIXEL)
    met = brushes.within(points, start, end, radius, PIXEL)
    np.testing.assert_array_equal(moved[~met], points[~met])
    assert (pixels(moved, points) <= np.hypot(*((end - start) / PIXEL)) + 1e-6).all()


@given(place, place, st.floats(5, 80))
def test_a_push_takes_what_is_in_its_middle_all_the_way(
    start: FloatArray, end: FloatArray, radius: float
) -> None:
    near = start + PIXEL * (0.3 * radius, -0.3 * radius)
    moved = brushes.pushed(np.array([start, near]), start, end, radius, PIXEL)
    np.testing.assert_allclose(moved - [start, near], [end - start] * 2, atol=1e-9)


@given(places, place, st.floats(5, 80), seeds)
def test_a_shake_moves_only_what_is_inside(
    points: FloatArray, centre: FloatArray, radius: float, seed: int
) -> None:
    shaken = brushes.shaken(np.random.default_rng(seed), points, centre, radius, PIXEL)
    inside = brushes.within(points, centre, centre, radius, PIXEL)
    assert (shaken != points).any(axis=1).tolist() == inside.tolist()
    assert (pixels(shaken, points) < radius).all()


@given(places)
def test_an_outline_of_a_box_encloses_what_is_in_the_box(points: FloatArray) -> None:
    box = np.array([[-1.0, -1], [2, -1], [2, 1], [-1, 1]])
    x, y = points.T
    expected = (x > -1) & (x < 2) & (y > -1) & (y < 1)
    on_rim = (x == -1) | (x == 2) | (y == -1) | (y == 1)
    found = brushes.enclosed(points, box)
    assert found[~on_rim].tolist() == expected[~on_rim].tolist()
    turned = brushes.enclosed(points, np.roll(box[::-1], 1, axis=0))
    assert turned[~on_rim].tolist() == expected[~on_rim].tolist()


def test_a_hole_and_a_notch_are_not_enclosed() -> None:
    notched = np.array([[0.0, 0], [4, 0], [4, 4], [2, 1], [0, 4]])
    points = np.array([[2.0, 0.5], [2.0, 2.0], [0.5, 2.0], [3.5, 2.0], [9.0, 1.0]])
    assert brushes.enclosed(points, notched).tolist() == [True, False, True, True, False]
    assert not brushes.enclosed(points, np.empty((0, 2))).any()


@given(places, place)
def test_a_shift_stops_at_the_rim_of_the_canvas(points: FloatArray, shift: FloatArray) -> None:
    allowed = brushes.shift_on_canvas(points, shift, (-3, 3), (-3, 3))
    assert brushes.in_ranges(np.round(points + allowed, 9), (-3, 3), (-3, 3)).all()
    assert (np.abs(allowed) <= np.abs(shift)).all()
    if brushes.in_ranges(points + shift, (-3, 3), (-3, 3)).all():
        np.testing.assert_allclose(allowed, shift, atol=1e-12)


def test_the_nearest_point_is_met_if_it_is_near() -> None:
    points = np.array([[0.0, 0.0], [1.0, 1.0]])
    assert brushes.nearest(points, points[1] + 3 * PIXEL, PIXEL, 7) == 1
    assert brushes.nearest(points, points[1] + 8 * PIXEL, PIXEL, 7) is None
    assert brushes.nearest(points[:0], points[1], PIXEL, 7) is None


# ---- strokes ---------------------------------------------------------------------------------


@given(places, st.integers(0, 9))
def test_painting_adds_points_of_the_mark_on_the_canvas_and_keeps_the_rest(
    way: FloatArray, mark: int
) -> None:
    before = drawing_at(np.array([[1.0, 1.0], [2.0, 2.0]]))
    for kind in (Paint, Point, Line):
        stroke = made(kind, before, way, hand(mark=mark), rows=(1,))
        added = stroke.drawing.points[2:]
        assert brushes.in_ranges(added, (-3, 3), (-3, 3)).all()
        assert (stroke.drawing.marks[2:] == mark).all()
        np.testing.assert_array_equal(stroke.drawing.points[:2], before.points)
        assert stroke.selected.tolist() == [1]


def test_a_longer_stroke_leaves_more_points_and_holding_does_too() -> None:
    still = made(Paint, empty_drawing(), np.zeros((1, 2)), hand())
    assert still.drawing.n == 4
    still.hold()
    assert still.drawing.n == 8
    far = made(Paint, empty_drawing(), np.array([[0.0, 0.0], [0.55, 0.0], [1.0, 0.0]]), hand())
    assert far.drawing.n == 4 * 10  # 100 pixels, a place of work each 10


def test_a_single_point_follows_the_mouse_and_stays_on_the_canvas() -> None:
    stroke = made(Point, empty_drawing(), np.array([[0.0, 0.0], [1.0, 1.0], [9.0, 2.0]]), hand())
    assert stroke.drawing.points.tolist() == [[3, 2]]


def test_a_line_beyond_the_canvas_is_cut_off_not_bent() -> None:
    stroke = made(Line, empty_drawing(), np.array([[0.0, 0.0], [6.0, 3.0]]), hand())
    points = stroke.drawing.points
    np.testing.assert_allclose(points[:, 1], points[:, 0] / 2)
    assert 2.5 < points[:, 0].max() <= 3


@given(places, places)
def test_the_eraser_takes_what_it_touches_and_the_selection_stays_with_its_points(
    points: FloatArray, way: FloatArray
) -> None:
    before = drawing_at(points)
    rows = tuple(range(0, len(points), 2))
    stroke = made(Erase, before, way, hand(), rows)
    touched = np.zeros(len(points), bool)
    for start, end in zip(way, way[1:] if len(way) > 1 else way, strict=False):
        touched |= brushes.within(points, start, end, 20, PIXEL)
    np.testing.assert_array_equal(stroke.drawing.points, points[~touched])
    kept = [row for row in rows if not touched[row]]
    np.testing.assert_array_equal(stroke.drawing.points[stroke.selected], points[kept])


@given(places, places)
def test_pushed_and_shaken_points_stay_on_the_canvas_and_are_as_many(
    points: FloatArray, way: FloatArray
) -> None:
    for kind in (Push, Jitter):
        stroke = made(kind, drawing_at(points), 2 * way, hand(60))
        assert stroke.drawing.n == len(points)
        assert brushes.in_ranges(stroke.drawing.points, (-3, 3), (-3, 3)).all()


def test_jitter_goes_on_while_it_is_held() -> None:
    stroke = made(Jitter, drawing_at(np.zeros((5, 2))), np.zeros((1, 2)), hand())
    before = stroke.drawing.points
    stroke.hold()
    assert (stroke.drawing.points != before).all()


BOX = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])


def test_the_lasso_selects_and_with_shift_adds() -> None:
    drawing = drawing_at(np.array([[0.0, 0.0], [2.0, 2.0], [0.5, 0.5]]))
    assert made(Lasso, drawing, BOX, hand(), (1,)).selected.tolist() == [0, 2]
    both = made(Lasso, drawing, BOX, hand(adds=True), (1,))
    assert both.selected.tolist() == [0, 1, 2] and both.drawing is drawing
    assert not len(both.outline)


def test_a_click_of_the_lasso_takes_one_point_or_none() -> None:
    drawing = drawing_at(np.array([[0.0, 0.0], [2.0, 2.0]]))
    near, far = np.array([[2.03, 2.03], [2.03, 2.05]]), np.array([[1.0, 1.0]])
    assert made(Lasso, drawing, near, hand(), (0,)).selected.tolist() == [1]
    assert made(Lasso, drawing, near, hand(adds=True), (0,)).selected.tolist() == [0, 1]
    assert made(Lasso, drawing, far, hand(), (0,)).selected.tolist() == []
    assert made(Lasso, drawing, far, hand(adds=True), (0,)).selected.tolist() == [0]


def test_the_selection_is_dragged_as_a_whole_and_stops_at_the_rim() -> None:
    drawing = drawing_at(np.array([[0.0, 0.0], [2.0, 2.0], [1.0, 0.0]]))
    stroke = made(Drag, drawing, np.array([[0.0, 0.0], [5.0, 0.5], [9.0, 1.0]]), hand(), (0, 2))
    np.testing.assert_allclose(stroke.drawing.points, [[2, 1], [2, 2], [3, 1]])
    assert stroke.selected.tolist() == [0, 2]


@given(places, place)
def test_copies_are_new_points_with_the_same_marks(points: FloatArray, shift: FloatArray) -> None:
    drawing = drawing_at(points).marked(np.array([0]), 3)
    rows = np.arange(0, len(points), 2)
    copied, where = duplicated(drawing, rows, shift, hand())
    np.testing.assert_array_equal(copied.points[: drawing.n], points)
    np.testing.assert_array_equal(copied.marks[where], drawing.marks[rows])
    assert where.tolist() == list(range(drawing.n, drawing.n + len(rows)))
    assert np.ptp(copied.points[where] - points[rows], axis=0) == pytest.approx([0, 0])


def test_there_are_no_more_copies_than_there_is_room_for() -> None:
    full = drawing_at(np.zeros((MAX_POINTS - 1, 2)))
    copied, where = duplicated(full, np.arange(5), np.array([1.0, 0.0]), hand())
    assert copied.n == MAX_POINTS and where.tolist() == [MAX_POINTS - 1]


def test_deleting_or_moving_nothing_gives_the_same_drawing() -> None:
    drawing, none = drawing_at(np.zeros((3, 2))), np.empty(0, np.int64)
    assert without(drawing, none, np.zeros(3, bool))[0] is drawing
    assert shifted(drawing, none, np.ones(2), hand()) is drawing
    assert duplicated(drawing, none, np.ones(2), hand())[0] is drawing
