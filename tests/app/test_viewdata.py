"""What is drawn, as arrays and texts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state import Activity, guide_state
from app.viewdata import curves, drawing, histogram, maps, numbers, topology
from app.viewdata.banner import banner, window_title
from nncore.data.dataset import Dataset
from nncore.data.generators import generate
from nncore.parameters import Parameters
from nncore.spec import dense


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.7249307, "0.725"),
        (0.0505584, "0.0506"),
        (1.0, "1.00"),
        (12.34567, "12.3"),
        (123456.7, "123457"),
        (-0.5, "−0.500"),
        (1.5e-7, "1.50e−7"),
        (2.5e12, "2.50e12"),
        (0.0, "0"),
        (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
        (None, "–"),
    ],
)
def test_numbers_have_three_digits(value: float | None, text: str) -> None:
    assert numbers.short(value) == text


@given(st.floats(-1e300, 1e300))
def test_a_shown_number_is_the_number(value: float) -> None:
    shown = float(numbers.short(value, 4).replace("−", "-"))
    assert shown == pytest.approx(value, rel=1e-3)


@given(st.integers(1, 5000), st.integers(2, 50), st.integers(0, 2**31))
def test_thinning_loses_no_peak(n: int, buckets: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.arange(n, dtype=float), rng.normal(size=n)
    thin_x, thin_y = curves.thin(x, y, buckets)
    assert len(thin_x) <= 3 * buckets + max(n // buckets, 1) + 2
    assert (thin_y.min(), thin_y.max(), thin_y[-1]) == (y.min(), y.max(), y[-1])
    np.testing.assert_array_equal(y[thin_x.astype(int)], thin_y)
    assert (np.diff(thin_x) >= 0).all()


def test_curves_grow_and_find_the_nearest_point() -> None:
    store = curves.Curves(2)
    for k in range(1000):
        store.append(k, (k**2, -k))
    store.append(999, (0, 0))  # the same place again is dropped
    assert len(store) == 1000 and store.values(1)[-1] == -999
    assert store.nearest(500.4) == 500 and store.nearest(500.6) == 501
    assert store.nearest(-5) == 0 and store.nearest(1e9) == 999
    assert curves.Curves(1).nearest(0) is None


def test_the_span_of_a_log_axis_leaves_out_what_is_not_positive() -> None:
    values = [np.array([0.0, 1e-3, np.nan]), np.array([5.0, np.inf])]
    assert curves.span(values, log=True) == (1e-3, 5.0)
    assert curves.span(values, log=False) == (0.0, 5.0)
    assert curves.span([np.array([np.nan])], log=False) is None


def test_a_histogram_counts_every_value_once() -> None:
    values = np.concatenate([np.zeros(50), np.linspace(-1, 3, 150)])
    counts, edges, zero_share = histogram.histogram(values, histogram.SteadyRange(), 20)
    expected, _ = np.histogram(values[values != 0], bins=edges)
    np.testing.assert_allclose(counts * 200, expected, atol=1)  # an edge may go either way
    assert counts.sum() + zero_share == pytest.approx(1)


@pytest.mark.parametrize("values", [np.zeros(4), np.full(4, 7.0), np.array([np.nan, np.inf, 1.0])])
def test_a_histogram_of_little_is_still_one(values: np.ndarray) -> None:
    counts, edges, _ = histogram.histogram(values, histogram.SteadyRange(), 10)
    assert np.isfinite(counts).all() and (np.diff(edges) > 0).all()


def test_a_range_grows_at_once_and_shrinks_slowly() -> None:
    span = histogram.SteadyRange()
    assert span.update(-1, 1) == (-1, 1)
    assert span.update(-3, 1) == (-3, 1)
    low, high = span.update(-1, 1)
    assert -3 < low < -2.9 and high == 1


def test_edges_know_where_their_weight_stands_in_theta() -> None:
    spec = dense(3, (5, 4), 2, output="softmax", loss="categorical_crossentropy")
    theta = np.random.default_rng(0).normal(size=spec.n_parameters).astype("float32")
    weights = Parameters(spec.sizes, spec.dtype, theta)
    where = topology.layout(spec, 800, 400, 60)
    edges = topology.edges(spec, where)
    assert len(edges.lines) == 3 * 5 + 5 * 4 + 4 * 2
    for l, i, j, position in zip(
        edges.layer, edges.source, edges.target, edges.position, strict=True
    ):
        assert theta[position] == weights.W[int(l)][j, i]


@pytest.mark.parametrize("sizes", [(2, 16, 8, 1), (64, 500, 10), (1, 1), (4, 3, 3, 3, 3, 3, 1)])
@pytest.mark.parametrize("area", [(700, 330), (1100, 700), (260, 160)])
def test_units_stay_inside_and_never_overlap(sizes: tuple[int, ...], area: tuple[int, int]) -> None:
    spec = dense(sizes[0], sizes[1:-1], sizes[-1], output="identity", loss="mean_squared_error")
    where = topology.layout(spec, *area, 60)
    for tile, centres in zip(where.tile, where.centres, strict=True):
        y = centres[:, 1]
        assert y.min() - tile / 2 >= -1 and y.max() + tile / 2 <= area[1] - topology.FOOT + 8
        if len(y) > 1:
            assert np.diff(y).min() >= tile
    x, y = where.centres[0][0]
    assert where.unit_at(x, y) == (0, 0)
    assert where.unit_at(-50, -50) is None


def test_the_strongest_edges_are_the_strongest() -> None:
    weights = np.random.default_rng(1).normal(size=9000)
    drawn = topology.strongest(weights, 100)
    assert np.abs(weights[drawn]).min() >= np.sort(np.abs(weights))[-100]


def test_levels_of_edges_carry_the_sign_and_grow() -> None:
    levels = topology.edge_levels(np.array([-1.0, -0.5, -0.001, 0.0, 0.001, 0.5, 1.0]), 1.0)
    assert levels.tolist() == sorted(levels.tolist())
    assert levels[0] == -topology.LEVELS and levels[-1] == topology.LEVELS and levels[3] == 0


def test_the_map_asks_for_the_plane_it_shows() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(
        "d", rng.normal(5, 2, (50, 4)), np.arange(50) % 2, ("a", "b", "c", "d"), "t", ("n", "y")
    )
    plane = maps.plane_of(data, (2, 1))
    state = replace(guide_state(), dataset=data, inputs=guide_state().inputs)
    state = replace(state, spec=dense(4, (3,), 1), inputs=type(state.inputs).none(4))
    request = maps.map_request(state, plane)
    rows, columns = request.shape
    grid = request.X.reshape(rows, columns, 4)
    assert (grid[..., 0] == data.X[:, 0].mean()).all()
    assert (np.diff(grid[0, :, 2]) > 0).all() and (np.diff(grid[:, 0, 1]) < 0).all()
    assert plane.x[0] < data.X[:, 2].min() and plane.y[1] > data.X[:, 1].max()
    assert plane.others == "2 other inputs at the mean"


def test_a_single_input_gives_a_curve() -> None:
    plane = maps.plane_of(generate("sine", n=50, noise=0.1, seed=0), (0, 0))
    assert plane.is_curve


def test_colours_of_what_is_no_number_are_the_middle() -> None:
    assert maps.sign_index(np.array([np.nan, -2.0, 2.0]), 2.0).tolist() == [128, 0, 255]
    assert maps.share_index(np.array([0.0, 1.0]), 1.0, 1.0).shape == (2,)


def test_a_drawing_becomes_data_with_two_points() -> None:
    empty = drawing.empty_drawing()
    assert drawing.dataset_of(empty) is None
    one = empty.with_points(np.array([[0.0, 0.0]]), 3)
    assert drawing.dataset_of(one) is None
    data = drawing.dataset_of(one.with_points(np.array([[1.0, 1.0]]), 0))
    assert data is not None and data.n_classes == 4
    assert data.class_names[3] == "class 4"
    assert len(one.without(0.1, 0.0, (0.2, 0.2)).points) == 0
    assert len(one.without(0.5, 0.0, (0.2, 9.0)).points) == 1


def test_the_brush_stays_within_its_radius() -> None:
    points = drawing.spray(np.random.default_rng(0), 1.0, 2.0, (0.5, 0.25))
    assert (np.square((points - (1, 2)) / (0.5, 0.25)).sum(axis=1) <= 1).all()


def test_the_banner_tells_the_activity_in_words() -> None:
    state = replace(guide_state(), notice="")
    assert banner(state, None).startswith("Paused at epoch 0, untrained")
    running = banner(replace(state, activity=Activity.RUNNING), None)
    assert "2-16-8-1" in running and "full batch" in running and "0.10" in running
    diverged = replace(state, activity=Activity.DIVERGED, notice="Diverged at epoch 3.")
    assert banner(diverged, None) == "Diverged at epoch 3."
    assert window_title(state).endswith("nnscope")
