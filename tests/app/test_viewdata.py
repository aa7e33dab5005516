"""What is drawn, as arrays and texts."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state import Activity, guide_state, with_dropout
from app.training.messages import StoppedEarly
from app.viewdata import curves, histogram, maps, numbers, settings, topology
from app.viewdata.banner import NOT_FINITE, banner, divergence_text, stopped_text, window_title
from nncore.divergence import Divergence
from nncore.monitor import Stopped
from nncore.optimizers import OPTIMIZERS
from nncore.parameters import Parameters
from nncore.schedules import SCHEDULES
from nncore.spec import EarlyStopping, Schedule, TrainingConfig, dense


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
        (float("nan"), "NaN"),
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
        store.append(k, k, (k**2, -k))
    store.append(999, 999, (999**2, -999))  # the same step again is the same point
    assert len(store) == 1000 and store.values(1)[-1] == -999
    assert store.nearest(500.4) == 500 and store.nearest(500.6) == 501
    assert store.nearest(-5) == 0 and store.nearest(1e9) == 999
    assert curves.Curves(1).nearest(0) is None


def test_going_back_takes_the_later_points_away_and_none_is_drawn_twice() -> None:
    store = curves.Curves(1)
    for step in range(0, 600, 3):
        store.append(step, step / 10, (0.0,))
    store.append(100, 10.0, (1.0,))  # between two points: back to step 100
    assert store.x[-2:].tolist() == [9.9, 10.0]
    for step in range(101, 200):
        store.append(step, step / 10, (2.0,))
    assert (np.diff(store.x) > 0).all() and len(store) == 34 + 1 + 99
    store.append(0, 0.0, (3.0,))
    assert store.x.tolist() == [0.0] and store.values(0).tolist() == [3.0]


def test_smaller_batches_amid_an_epoch_do_not_turn_a_curve_back() -> None:
    store = curves.Curves(1)
    store.append(9, 0.9, (1.0,))  # 9 of 10 batches
    store.append(10, 10 / 109, (2.0,))  # the last 100 samples one by one
    assert store.x.tolist() == [0.9, 0.9] and store.values(0).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" 1e-3 ", 1e-3),
        ("−2", -2.0),
        (".5", 0.5),
        ("3.", 3.0),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1_000", None),
        ("١", None),
        ("1,000.5", None),
        ("0x10", None),
        ("1 2", None),
    ],
)
def test_numbers_are_read_by_one_grammar(text: str, value: float | None) -> None:
    assert numbers.typed_number(text) == value


@given(st.floats(-1e300, 1e300))
def test_a_number_written_out_can_be_typed_again(value: float) -> None:
    assert numbers.typed_number(numbers.plain(value)) == pytest.approx(value, rel=1e-14)


def test_every_setting_is_a_number_of_the_config_and_every_number_of_a_table_is_a_setting() -> None:
    groups = (
        settings.OPTIMIZER,
        settings.PENALTIES,
        settings.CLIPPING,
        settings.SCHEDULE,
        settings.EARLY_STOPPING,
    )
    config = TrainingConfig(early_stopping=EarlyStopping(), clip_norm=1.0, clip_value=1.0)
    names = {setting.name for group in groups for setting in group}
    for group in groups:
        for setting in group:
            assert isinstance(setting.value(config), int | float) and setting.tip
    assert {name for row in OPTIMIZERS.values() for name in row.settings} <= names
    scheduled = {f"schedule.{name}" for row in SCHEDULES.values() for name in row.settings}
    assert scheduled <= names
    for schedule_field in fields(Schedule):
        assert schedule_field.name == "name" or f"schedule.{schedule_field.name}" in names


def test_only_the_numbers_that_are_read_are_offered() -> None:
    def read(config: TrainingConfig) -> set[str]:
        rows = (*settings.OPTIMIZER, *settings.SCHEDULE, *settings.EARLY_STOPPING)
        return {setting.name for setting in rows if setting.is_read(config)}

    assert read(TrainingConfig()) == {"schedule.warm_up"}
    assert read(TrainingConfig(optimizer="adamw")) == {
        "beta1",
        "beta2",
        "epsilon",
        "schedule.warm_up",
    }
    assert "schedule.length" in read(TrainingConfig(schedule=Schedule("cosine")))
    assert "early_stopping.patience" in read(TrainingConfig(early_stopping=EarlyStopping()))


def test_the_summary_says_what_is_on() -> None:
    spec = guide_state().spec
    assert settings.summary(TrainingConfig(), spec) == ("SGD",)
    config = TrainingConfig(
        optimizer="adam",
        l2=0.001,
        clip_norm=1.0,
        schedule=Schedule("cosine", length=100, warm_up=1),
        early_stopping=EarlyStopping(5),
    )
    text = " · ".join(settings.summary(config, with_dropout(guide_state(), 0.25).spec))
    assert text == (
        "Adam · L2 0.001 · clip norm 1 · warm-up 1 epoch · cosine over 100 epochs · "
        "stops after 5 epochs without a fall · dropout 0.25"
    )
    for name in SCHEDULES:
        parts = settings.summary(TrainingConfig(schedule=Schedule(name)), spec)
        assert len(parts) == 1 + (name != "constant")


def test_the_end_of_a_run_is_told_in_words() -> None:
    stopped = StoppedEarly(1, 57, Stopped(57, 37, 0.1), "test")
    assert stopped_text(stopped).startswith(
        "Stopped early at epoch 57: the test loss has not fallen for 20 epochs; "
        "the weights are those of epoch 37."
    )
    assert " 1 epoch;" in stopped_text(StoppedEarly(1, 3, Stopped(3, 2, 0.1), "train"))
    for what in NOT_FINITE:
        text = divergence_text(Divergence(12, 345, 2, what))
        assert text.startswith("Diverged at epoch 12, step 345, layer 2: ")


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


def test_colours_of_what_is_no_number_are_the_middle() -> None:
    assert maps.sign_index(np.array([np.nan, -2.0, 2.0]), 2.0).tolist() == [128, 0, 255]
    assert maps.share_index(np.array([0.0, 1.0]), 1.0, 1.0).shape == (2,)


def test_the_banner_tells_the_activity_in_words() -> None:
    state = replace(guide_state(), notice="")
    assert banner(state, None).startswith("Paused at epoch 0, untrained")
    running = banner(replace(state, activity=Activity.RUNNING), None)
    assert "2-16-8-1" in running and "full batch" in running and "0.10" in running
    diverged = replace(state, activity=Activity.DIVERGED, notice="Diverged at epoch 3.")
    assert banner(diverged, None) == "Diverged at epoch 3."
    assert window_title(state).endswith("nnscope")


def test_a_scale_that_is_much_too_large_is_given_up_at_once() -> None:
    span = histogram.SteadyRange()
    span.update(-1e26, 1e26)
    assert span.update(-2.0, 3.0) == (-2.0, 3.0)
    low, high = span.update(-1.0, 1.0)
    assert -2.0 < low < -1.9 and 2.9 < high < 3.0
    assert histogram.eased_limit(2e132, 3.0) == 3.0
    assert 2.9 < histogram.eased_limit(3.0, 1.0) < 3.0
    assert histogram.eased_limit(3.0, 4.0) == 4.0
    assert histogram.eased_limit(3.0, 0.0) == pytest.approx(3.0, rel=0.03)
