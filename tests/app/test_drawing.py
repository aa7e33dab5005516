"""Drawings as values: points, classes, values and curves, and the data that they make."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewdata.drawing import (
    EXTENT,
    MAX_CLASSES,
    MAX_POINTS,
    Drawing,
    Mode,
    colour_scale,
    dataset_of,
    drawing_of,
    empty_drawing,
    n_offered,
    offered_values,
    packed,
    shown_names,
    shown_ranges,
    what_is_missing,
    why_not,
)
from nncore.data.dataset import Dataset
from nncore.data.generators import generate

marks = st.lists(st.integers(0, MAX_CLASSES - 1), min_size=2, max_size=40)


def drawn(classes: list[int], names: tuple[str, ...] = ()) -> Drawing:
    """A point of each class in turn, along the x axis."""
    drawing = Drawing(Mode.CLASSES, np.empty((0, 2)), np.empty(0), class_names=names)
    for k, mark in enumerate(classes):
        drawing = drawing.with_points(np.array([[k / 10, 0.0]]), mark)
    return drawing


def table(n: int, d: int, n_classes: int = 0, **fields: object) -> Dataset:
    rng = np.random.default_rng(0)
    names = tuple(f"c{k}" for k in range(n_classes))
    y = np.arange(n) % n_classes if n_classes else rng.normal(size=n)
    columns = tuple("abcdefghijklmn"[:d])
    return Dataset("Table", rng.normal(size=(n, d)), y, columns, "t", names, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", list(Mode))
def test_an_empty_canvas_shows_the_same_plane_in_every_mode(mode: Mode) -> None:
    drawing = empty_drawing(mode)
    assert shown_ranges(drawing) == (EXTENT, EXTENT)
    assert dataset_of(drawing) is None and "at least two" in what_is_missing(drawing)
    assert drawing.is_to_scale == (mode is not Mode.CURVE)


def test_a_drawing_of_classes_becomes_data_with_two_of_them() -> None:
    one = empty_drawing().with_points(np.zeros((5, 2)), 0)
    assert dataset_of(one) is None and "second class" in what_is_missing(one)
    two = one.with_points(np.array([[1.0, 2.0]]), 1)
    data = dataset_of(two)
    assert data is not None and what_is_missing(two) == ""
    assert data.class_names == ("class 1", "class 2")
    assert data.y.tolist() == [0, 0, 0, 0, 0, 1] and data.X[-1].tolist() == [1, 2]
    assert not data.exchangeable  # the newest points would be the test


@pytest.mark.parametrize("mode", [Mode.VALUES, Mode.CURVE])
def test_a_drawing_of_values_becomes_data_with_two_points(mode: Mode) -> None:
    one = empty_drawing(mode).with_points(np.array([[1.0, 2.0]]), 0.25)
    assert dataset_of(one) is None and "two points" in what_is_missing(one)
    data = dataset_of(one.with_points(np.array([[-1.0, -2.0]]), -0.5))
    assert data is not None and not data.is_classification
    if mode is Mode.CURVE:
        assert data.X.tolist() == [[1], [-1]] and data.y.tolist() == [2, -2]
        assert (data.feature_names, data.target_name) == (("x",), "y")
    else:
        assert data.X.tolist() == [[1, 2], [-1, -2]] and data.y.tolist() == [0.25, -0.5]
        assert (data.feature_names, data.target_name) == (("x₁", "x₂"), "y")


@pytest.mark.parametrize("id", ["circle", "blobs", "plane", "sine"])
def test_data_that_is_drawn_on_comes_back_row_by_row(id: str) -> None:
    data = generate(id, n=80)
    assert why_not(data) == ""
    drawing = drawing_of(data)
    again = dataset_of(packed(drawing)[0])
    assert again is not None
    np.testing.assert_array_equal(again.X, data.X)
    np.testing.assert_array_equal(again.y, data.y)
    assert again.class_names == data.class_names
    assert again.feature_names == data.feature_names
    assert again.target_name == data.target_name


def test_the_names_of_a_table_are_kept_and_new_classes_are_numbered() -> None:
    drawing = drawing_of(table(6, 2, 2)).with_points(np.zeros((1, 2)), 2)
    data = dataset_of(packed(drawing)[0])
    assert data is not None
    assert data.class_names == ("c0", "c1", "class 3")
    assert (data.feature_names, data.target_name) == (("a", "b"), "t")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (table(5, 13), "Table has 13 inputs"),
        (table(5, 1, 2), "one input and classes"),
        (table(24, 2, 11), "11 classes"),
        (table(MAX_POINTS + 1, 2), "20,001 samples"),
        (Dataset("G", [[0.0, np.nan], [1, 1]], [0.0, 1], ("a", "b")), "missing values"),  # type: ignore[arg-type]
        (
            Dataset("C", [[0.0, 1], [1, 1]], [0.0, 1], ("a", "b"), categories=((), ("u", "v"))),  # type: ignore[arg-type]
            "categories",
        ),
    ],
)
def test_what_can_not_be_painted_is_told_in_a_sentence(data: Dataset, words: str) -> None:
    reason = why_not(data)
    assert reason.startswith(data.name) and words in reason and reason.endswith(".")


def test_as_much_as_there_is_room_for_is_painted() -> None:
    drawing = empty_drawing().with_points(np.zeros((MAX_POINTS - 3, 2)), 0)
    full = drawing.with_points(np.ones((10, 2)), 1)
    assert full.n == len(full.marks) == MAX_POINTS
    assert full.with_points(np.ones((1, 2)), 1) is full
    assert full.with_marked(np.ones((2, 2)), np.zeros(2)) is full


def test_what_changes_nothing_is_the_same_drawing() -> None:
    drawing = drawn([0, 1, 1])
    assert drawing.keeping(np.ones(3, bool)) is drawing
    assert drawing.placed(drawing.points.copy()) is drawing
    assert drawing.marked(np.array([1, 2]), 1) is drawing
    assert drawing.marked(np.empty(0, np.int64), 5) is drawing
    assert drawing.with_points(np.empty((0, 2)), 0) is drawing


# ---- classes ---------------------------------------------------------------------------------


@given(marks)
def test_packed_classes_have_no_gap_and_keep_their_order(classes: list[int]) -> None:
    drawing, note = packed(drawn(classes))
    used = sorted(set(classes))
    if len(used) == 1:  # no data yet: a class to come may go before it
        assert drawing.marks.tolist() == classes and note == ""
        return
    data = dataset_of(drawing)
    assert data is not None and (data.class_counts > 0).all()
    assert data.y.tolist() == [used.index(k) for k in classes]
    assert bool(note) == (used[-1] != len(used) - 1)
    assert len(set(data.class_names)) == data.n_classes
    assert packed(drawing)[1] == ""


def test_a_class_keeps_its_own_name_when_it_moves_up() -> None:
    drawing, note = packed(drawn([0, 2, 3], ("setosa", "versicolor", "virginica", "")))
    assert shown_names(drawing)[:3] == ("setosa", "virginica", "class 3")
    assert note == "Versicolor has no points left: the classes after it have moved up."
    assert packed(drawn([0, 1], ("a", "b", "c")))[0].class_names == ("a", "b")


def test_numbered_names_give_way_to_names_that_are_taken() -> None:
    names = shown_names(drawn([0, 1], ("", "class 1", "class 3")))
    assert names[:3] == ("class 2", "class 1", "class 3")
    assert len(set(names)) == MAX_CLASSES


def test_numbered_names_of_a_table_are_numbered_again() -> None:
    data = dataset_of(drawn([0, 1, 2]))
    assert data is not None
    drawing, _ = packed(drawing_of(data).keeping(np.array([True, False, True])))
    assert shown_names(drawing)[:2] == ("class 1", "class 2")


def test_the_classes_there_are_and_the_next_one_are_offered() -> None:
    assert n_offered(empty_drawing()) == 2
    assert n_offered(drawn([0])) == 2
    assert n_offered(drawn([0, 1])) == 3
    assert n_offered(drawn([0], ("a", "b"))) == 3  # all of b has been erased
    assert n_offered(drawn(list(range(MAX_CLASSES)))) == MAX_CLASSES


# ---- ranges ----------------------------------------------------------------------------------


def test_every_point_is_within_what_is_shown() -> None:
    drawing = empty_drawing().with_points(np.array([[5.0, 0.0], [0.0, -4.0]]), 0)
    (x0, x1), (y0, y1) = shown_ranges(drawing)
    assert (x0, y1) == (-3, 3) and 5 < x1 < 5.5 and -4.5 < y0 < -4
    flat = drawing_of(Dataset("d", [[2.0, 7]] * 3, [0.0, 1, 2], ("a", "b")))  # type: ignore[arg-type]
    (x0, x1), (y0, y1) = shown_ranges(flat)
    assert x0 < 2 < x1 and y0 < 7 < y1


def test_similar_extents_are_drawn_to_one_scale() -> None:
    def of(width: float, height: float) -> Drawing:
        X = [[0, 0], [width, height]]
        return drawing_of(Dataset("d", X, [0.0, 1], ("a", "b")))  # type: ignore[arg-type]

    assert of(3, 4).is_to_scale and of(4, 3).is_to_scale
    assert not of(3, 40).is_to_scale and not of(40, 3).is_to_scale


def test_the_brush_offers_the_values_of_the_data() -> None:
    drawing = empty_drawing(Mode.VALUES)
    assert offered_values(drawing) == colour_scale(drawing) == (-1, 1)
    drawing = drawing.with_points(np.zeros((1, 2)), 5)
    assert colour_scale(drawing) == (-1, 1)  # a single value has no scale of its own
    drawing = drawing.with_points(np.ones((1, 2)), 0.5)
    assert offered_values(drawing) == (-1, 5) and colour_scale(drawing) == (0.5, 5)
    loaded = drawing_of(table(50, 2))
    assert offered_values(loaded) == colour_scale(loaded) != (-1, 1)
    curve = empty_drawing(Mode.CURVE).with_points(np.array([[0.0, -2.0], [1.0, 2.5]]), 0)
    assert colour_scale(curve) == (-2, 2.5)
