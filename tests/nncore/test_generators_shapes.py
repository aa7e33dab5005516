"""Each data set is what its name and its docstring say; drawn without noise."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS, generate


def test_ring_has_a_disc_inside_and_a_gap() -> None:
    data = generate("ring", noise=0.0)
    radius = np.hypot(*data.X.T)
    assert data.class_names[1] == "inside"
    assert radius[data.y == 1].max() <= 1.25
    assert radius[data.y == 0].min() >= 1.75
    assert radius.max() <= 2.5


def test_xor_is_class_1_where_the_signs_differ_with_all_four_quarters_in_use() -> None:
    data = generate("xor", n=400, noise=0.0)
    signs = np.sign(data.X)
    assert np.array_equal(data.y, (signs[:, 0] != signs[:, 1]).astype(int))
    assert len(np.unique(signs, axis=0)) == 4
    assert np.abs(data.X).min() >= 0.15


@pytest.mark.parametrize("arms", range(2, 9))
def test_spiral_arms_are_equal_parts_of_a_turn_apart(arms: int) -> None:
    data = generate("spiral", noise=0.0, options={"arms": arms})
    radius = np.hypot(*data.X.T)
    angle = np.arctan2(data.X[:, 1], data.X[:, 0])
    half_turns = 3.5 if arms == 2 else 10 / arms
    expected = np.pi * (half_turns * radius / 2.5 + 2 * data.y / arms)
    np.testing.assert_allclose(np.cos(angle - expected), 1.0, atol=1e-9)
    assert 2.4 < radius.max() <= 2.5


def test_moons_are_two_half_circles() -> None:
    data = generate("moons", noise=0.0)
    for k, centre in enumerate(([-0.75, -0.375], [0.75, 0.375])):
        moon = data.X[data.y == k] - centre
        np.testing.assert_allclose(np.hypot(*moon.T), 1.5)
        assert ((moon[:, 1] >= -1e-9) if k == 0 else (moon[:, 1] <= 1e-9)).all()


def centres(data: Dataset) -> NDArray[np.float64]:
    return np.array([data.X[data.y == k].mean(axis=0) for k in range(data.n_classes)])


def test_three_blobs_lie_where_their_names_say() -> None:
    data = generate("blobs", noise=0.0)
    top, left, right = centres(data)
    assert data.class_names == ("top", "lower left", "lower right")
    assert top[1] > 1 > 0 > left[1]
    assert left[0] < -1 < 1 < right[0]


@pytest.mark.parametrize("n_blobs", range(2, 11))
def test_blobs_lie_on_a_circle_apart_from_each_other(n_blobs: int) -> None:
    middles = centres(generate("blobs", 9000, noise=0.0, options={"blobs": n_blobs}))
    assert np.ptp(np.hypot(*middles.T)) < 0.1
    distances = np.hypot(*(middles[:, np.newaxis] - middles).T)
    assert distances[~np.eye(n_blobs, dtype=bool)].min() > 1.3
    assert np.argmax(middles[:, 1]) == 0


@pytest.mark.parametrize("cells", range(2, 9))
def test_checkerboard_cells_alternate_from_a_dark_one_at_the_lower_left(cells: int) -> None:
    data = generate("checkerboard", 20 * cells**2, options={"cells": cells})
    column, row = np.floor((data.X + 2.5) * cells / 5).astype(int).T
    assert data.class_names == ("dark", "light")
    assert np.array_equal(data.y, (column + row) % 2)
    assert np.bincount(row * cells + column).tolist() == [20] * cells**2


@pytest.mark.parametrize("n_rings", range(2, 7))
def test_rings_are_apart_and_reach_out_to_the_same_radius(n_rings: int) -> None:
    data = generate("rings", 2000, noise=0.0, options={"rings": n_rings})
    radius = np.hypot(*data.X.T) * n_rings / 2.5
    assert np.array_equal(np.floor(radius), data.y)
    assert (radius % 1).min() >= 0.5
    for k in range(n_rings):
        assert np.ptp(radius[data.y == k]) > 0.4
        assert len(np.unique(np.sign(data.X[data.y == k]), axis=0)) == 4


TRUTH: dict[str, Callable[[bool, bool], bool]] = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "xor_gate": lambda a, b: a != b,
    "xnor": lambda a, b: a == b,
}


@pytest.mark.parametrize("id", TRUTH)
def test_gates_are_their_truth_tables(id: str) -> None:
    data = generate(id, 4)
    assert data.class_names == ("false", "true")
    assert sorted(map(tuple, data.X)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert data.y.tolist() == [TRUTH[id](a == 1, b == 1) for a, b in data.X]


@pytest.mark.parametrize("id", TRUTH)
def test_gates_give_each_row_once_in_four_samples_and_in_changing_order(id: str) -> None:
    data = generate(id, 402)
    row = (2 * data.X[:, 0] + data.X[:, 1]).astype(int)
    rounds = row[:400].reshape(100, 4)
    assert (np.sort(rounds) == np.arange(4)).all()
    assert len(np.unique(rounds, axis=0)) > 15
    assert data.y.tolist() == [TRUTH[id](r > 1, r % 2 == 1) for r in row]


def test_random_labels_are_the_same_everywhere() -> None:
    data = generate("random", 10_000)
    assert np.abs(data.X).max() <= 2.5
    for side in (data.X[:, 0] > 0, data.X[:, 1] > 0, np.hypot(*data.X.T) < 1.5):
        assert data.y[side].mean() == pytest.approx(0.5, abs=0.03)


def test_plane_and_saddle_follow_their_formulas() -> None:
    plane, saddle = generate("plane", noise=0.0), generate("saddle", noise=0.0)
    np.testing.assert_allclose(plane.y, plane.X.sum(axis=1) / 5)
    x1, x2 = saddle.X.T
    np.testing.assert_allclose(saddle.y, (x1 + x2) * (x1 - x2) / 6.25, atol=1e-12)
    assert saddle.y[np.abs(x1) > 2.4].max() > 0.9
    assert saddle.y[np.abs(x2) > 2.4].min() < -0.9


@pytest.mark.parametrize("number", range(1, 7))
def test_bumps_go_up_and_down_by_turns(number: int) -> None:
    data = generate("bumps", 3000, noise=0.0, options={"bumps": number})
    angle = np.deg2rad(90 + 360 / number * np.arange(number))
    expected = np.zeros(3000)
    for k, (x, y) in enumerate(np.column_stack((np.cos(angle), np.sin(angle)))):
        far = 1.5 if number > 1 else 0.0
        square = (data.X[:, 0] - far * x) ** 2 + (data.X[:, 1] - far * y) ** 2
        expected += (-1) ** k * np.exp(-square / 0.72)
    np.testing.assert_allclose(data.y, expected, atol=1e-12)
    assert 0.9 < data.y.max() < 1.2


@pytest.mark.parametrize(
    ("id", "f"),
    [
        ("sine", lambda x: np.sin(2 * x)),
        ("xsinx", lambda x: x * np.sin(x)),
        ("step", lambda x: np.where(x < 0, 0.0, 1.0)),
    ],
)
def test_curves_follow_their_formulas(
    id: str, f: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> None:
    data = generate(id, noise=0.0)
    np.testing.assert_allclose(data.y, f(data.X[:, 0]), atol=1e-12)
    assert data.feature_names == ("x",)
    assert not data.is_classification
    assert -3 <= data.X.min() < -2.9 < 2.9 < data.X.max() <= 3


def test_noise_has_no_relation_to_x() -> None:
    data = generate("noise", 10_000)
    x = data.X[:, 0]
    assert data.feature_names == GENERATORS["sine"].feature_names
    assert -1 <= data.y.min() < -0.99 < 0.99 < data.y.max() <= 1
    for k in range(6):
        part = data.y[(x >= k - 3) & (x < k - 2)]
        assert part.mean() == pytest.approx(0, abs=0.06)
        assert part.std() == pytest.approx(1 / np.sqrt(3), rel=0.05)
