"""Figures, histograms and orders of columns, against NumPy; formulas and steps in words."""

import itertools
import math

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewdata.columns import (
    MOST_BARS,
    blocks,
    category_counts,
    histogram,
    places_in,
    prepared_column,
    sorted_rows,
    summary,
)
from app.viewdata.table_cells import DIGITS, aligned, counts_text, decimals_of, exact, number
from nncore.data.dataset import Dataset, Float64Array
from nncore.data.preparation import Plan, Preparation

COLUMNS = npst.arrays(
    np.float64,
    st.integers(1, 60),
    elements=st.one_of(
        st.floats(-1e30, 1e30, allow_nan=False),
        st.integers(-3, 9).map(float),
        st.just(math.nan),
    ),
)


def nothing(n: int) -> np.ndarray:
    return np.zeros(n, np.int64)


def test_the_summary_is_what_numpy_says() -> None:
    values = np.array([3.0, np.nan, 1.0, 4.0, 1.0, 5.0, 9.0, np.nan])
    known = values[~np.isnan(values)]
    found = summary(values)
    assert (found.count, found.missing) == (6, 2)
    assert found.mean == known.mean()
    assert found.deviation == known.std()
    assert (found.low, found.high) == (1, 9)
    assert found.quartiles == tuple(np.percentile(known, [25, 50, 75]))


def test_a_column_without_a_value_has_a_count_of_nothing() -> None:
    found = summary(np.full(3, np.nan))
    assert (found.count, found.missing) == (0, 3)
    assert math.isnan(found.mean) and math.isnan(found.quartiles[1])


def test_categories_are_counted_missing_ones_apart() -> None:
    counts, missing = category_counts(np.array([2.0, 0.0, np.nan, 2.0]), 4)
    assert counts.tolist() == [1, 0, 2, 0]
    assert missing == 1


def test_bars_of_numbers_are_numpys() -> None:
    values = np.random.default_rng(0).normal(size=500)
    made = histogram(values, nothing(500), 1)
    counts, edges = np.histogram(values, MOST_BARS)
    np.testing.assert_array_equal(made.counts[:, 0], counts)
    np.testing.assert_allclose(made.edges, edges)


def test_a_value_on_an_edge_is_in_the_bar_above_it_and_the_greatest_in_the_last() -> None:
    values = np.arange(0.0, 101.0, 5.0)
    made = histogram(values, nothing(21), 1)
    assert made.counts[:, 0].tolist() == [1] * 19 + [2]
    assert [made.rows(values, bar).tolist() for bar in (0, 1, 19)] == [[0], [1], [19, 20]]


def test_a_bar_is_divided_by_group() -> None:
    values, groups = np.array([0.0, 0.0, 1.0, 1.0, 1.0]), np.array([0, 1, 1, 1, 0])
    made = histogram(values, groups, 2)
    assert made.edges.tolist() == [-0.5, 0.5, 1.5]
    assert made.counts.tolist() == [[1, 1], [1, 2]]


def test_whole_numbers_that_are_close_have_a_bar_each() -> None:
    made = histogram(np.array([7.0, 3.0, 4.0, 4.0]), nothing(4), 1)
    assert made.counts[:, 0].tolist() == [1, 2, 0, 0, 1]


def test_categories_have_a_bar_each_used_or_not() -> None:
    made = histogram(np.array([0.0, 2.0, np.nan]), nothing(3), 1, n_categories=4)
    assert made.counts[:, 0].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("n_categories", [20, 21, 999, 1000])
def test_many_categories_share_bars_and_none_is_left_out(n_categories: int) -> None:
    values = np.arange(n_categories, dtype=float)
    made = histogram(values, nothing(n_categories), 1, n_categories)
    assert len(made.counts) <= MOST_BARS
    assert made.counts.sum() == n_categories
    assert made.edges[[0, -1]].tolist() == [-0.5, n_categories - 0.5]


@given(COLUMNS, st.data())
def test_each_value_is_in_one_bar_which_counts_it(
    values: Float64Array, data: st.DataObject
) -> None:
    groups = data.draw(npst.arrays(np.int64, len(values), elements=st.integers(0, 2)))
    made = histogram(values, groups, 3)
    rows = [made.rows(values, bar) for bar in range(len(made.counts))]
    known = np.flatnonzero(~np.isnan(values))
    np.testing.assert_array_equal(np.sort(np.concatenate(rows)), known)
    for own, counts in zip(rows, made.counts, strict=True):
        np.testing.assert_array_equal(np.bincount(groups[own], minlength=3), counts)


@given(COLUMNS, st.booleans())
def test_a_sort_is_in_order_stable_and_ends_with_what_is_missing(
    values: Float64Array, descending: bool
) -> None:
    order = sorted_rows(values, descending)
    n_known = int((~np.isnan(values)).sum())
    known, rest = order[:n_known], order[n_known:]
    steps = np.diff(values[known]) * (-1 if descending else 1)
    assert (steps >= 0).all()
    assert (np.diff(known)[steps == 0] > 0).all()
    np.testing.assert_array_equal(rest, np.flatnonzero(np.isnan(values)))
    np.testing.assert_array_equal(order[places_in(order)], np.arange(len(values)))


@given(st.sets(st.integers(0, 50)))
def test_blocks_are_the_stretches_without_a_gap(rows: set[int]) -> None:
    ascending = np.array(sorted(rows), np.int64)
    found = blocks(ascending)
    again = [row for first, last in found for row in range(first, last + 1)]
    assert again == ascending.tolist()
    assert all(b[0] - a[1] > 1 for a, b in itertools.pairwise(found))


@pytest.mark.parametrize("scaling", ["none", "standardize", "min_max"])
def test_a_prepared_column_has_the_bits_that_the_network_takes(scaling: str) -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=40), rng.integers(0, 3, 40), rng.normal(5, 2, 40)])
    X[3, 0] = X[5, 1] = np.nan
    dataset = Dataset(
        "all kinds",
        X,
        rng.normal(size=40),
        ("a", "colour", "b"),
        categories=((), ("r", "g", "y"), ()),
    )
    plan = Plan(scaling, left_out=("b",), derived=("a·b", "sin(a)"))
    preparation = Preparation.fit(dataset, plan, np.arange(30))
    inputs, samples = preparation.apply(X), preparation.fill_in(X)
    assert preparation.n_inputs == 6
    for k in range(6):
        np.testing.assert_array_equal(prepared_column(preparation, samples, k), inputs[:, k])


# ---- numbers in cells ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (5.0, "5"),
        (-0.25, "−0.25"),
        (1234567.0, "1.23457e6"),
        (0.1234567, "0.123457"),
        (1e-7, "1e−7"),
        (math.inf, "∞"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_has_up_to_six_digits(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_exact_number_reads_back_to_the_same_bits(value: float) -> None:
    assert float(exact(value).replace("−", "-")) == value


@given(st.floats(-1e12, 1e12), st.integers(0, 8))
def test_an_aligned_number_keeps_three_digits_and_shows_no_more_than_six(
    value: float, decimals: int
) -> None:
    text = aligned(value, decimals).replace("−", "-")
    assert float(text) == pytest.approx(value, rel=5.1e-3, abs=0)
    digits = text.partition("e")[0].replace("-", "").replace(".", "").lstrip("0")
    assert len(digits) <= DIGITS


def test_the_numbers_of_a_column_have_the_decimals_that_it_needs() -> None:
    assert decimals_of(np.array([5.0, 4.9, 10.0])) == 1
    assert aligned(5.0, 1) == "5.0"
    assert decimals_of(np.array([0.496714, -1.52303, np.nan])) == 5
    assert aligned(0.496714, 5) == "0.49671"
    assert decimals_of(np.array([1.0, 2.0])) == 0
    assert aligned(0.0126, 3) == "0.0126"  # 0.013 would be two digits
    assert decimals_of(np.full(2, np.nan)) == 0


def test_counts_of_very_many_categories_are_cut() -> None:
    names = tuple(f"c{k}" for k in range(1000))
    text = counts_text(names, list(range(1000)))
    assert text.startswith("c0 0 · c1 1 ·")
    assert text.endswith("c23 23 · 976 more")
