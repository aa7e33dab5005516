import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.data.scaling import SCALINGS, Scaling

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TABLES = st.integers(1, 4).flatmap(
    lambda d: st.lists(st.lists(FINITE, min_size=d, max_size=d), min_size=1, max_size=12)
)


def test_fit_finds_mean_and_standard_deviation_of_each_column() -> None:
    X = np.random.default_rng(0).normal([3.0, -200.0], [0.5, 40.0], (500, 2))
    fitted = Scaling.fit(X, "standardize")
    np.testing.assert_allclose(fitted.offset, X.mean(axis=0))
    np.testing.assert_allclose(fitted.scale, X.std(axis=0))
    Z = fitted.apply(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(Z.std(axis=0), 1)
    np.testing.assert_allclose(fitted.invert(Z), X)


def test_min_max_finds_the_least_value_and_the_distance_to_the_greatest() -> None:
    X = np.array([[2.0, -5.0], [3.0, 0.0], [4.5, 15.0]])
    fitted = Scaling.fit(X, "min_max")
    assert fitted.offset.tolist() == [2.0, -5.0]
    assert fitted.scale.tolist() == [2.5, 20.0]
    assert fitted.apply(X).tolist() == [[0.0, 0.0], [0.4, 0.25], [1.0, 1.0]]
    assert fitted.apply([[7.0, -25.0]]).tolist() == [[2.0, -1.0]]
    assert fitted.invert(fitted.apply(X)).tolist() == X.tolist()


def test_fitting_none_gives_the_identity() -> None:
    fitted = Scaling.fit([[2.0, -5.0], [3.0, 0.0]], "none")
    assert fitted.is_identity
    assert fitted.scale.shape == (2,)


@pytest.mark.parametrize(("kind", "second"), [("standardize", 2.0), ("min_max", 1.0)])
def test_a_constant_column_gets_scale_1_and_becomes_0(kind: str, second: float) -> None:
    X = [[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]]
    fitted = Scaling.fit(X, kind)
    assert fitted.offset.tolist() == [0.1, second]
    assert fitted.scale[0] == 1.0
    assert fitted.apply(X)[:, 0].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", ["standardize", "min_max"])
def test_one_row_is_enough(kind: str) -> None:
    fitted = Scaling.fit([[5.0, -1.0]], kind)
    assert fitted.offset.tolist() == [5.0, -1.0]
    assert fitted.scale.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("size", [1.7e308, 1e200, 1e-160, 1e-300])
def test_huge_and_tiny_numbers_neither_overflow_nor_vanish(size: float) -> None:
    X = np.array([[-1.0], [1.0], [1.0], [-1.0]]) * size
    fitted = Scaling.fit(X, "standardize")
    assert fitted.offset.tolist() == [0.0]
    assert fitted.scale.tolist() == [size]
    assert fitted.apply(X).tolist() == [[-1.0], [1.0], [1.0], [-1.0]]
    assert fitted.invert(fitted.apply(X)).tolist() == X.tolist()


def test_a_sample_far_from_a_large_mean_does_not_overflow() -> None:
    X = [[-1.7e308], [1.7e308], [1.7e308], [1.7e308]]
    fitted = Scaling.fit(X, "standardize")
    Z = fitted.apply(X)
    np.testing.assert_allclose(Z[:, 0], np.array([-3, 1, 1, 1]) / np.sqrt(3))
    np.testing.assert_allclose(fitted.invert(Z), X)


def test_the_largest_number_of_all_is_standardized() -> None:
    largest = np.finfo(np.float64).max
    fitted = Scaling.fit(np.full((7, 1), largest), "standardize")
    assert fitted.offset.tolist() == [largest]
    assert fitted.apply([[largest]]).tolist() == [[0.0]]


@given(TABLES)
def test_any_finite_table_becomes_a_finite_one_of_bounded_size(rows: list[list[float]]) -> None:
    fitted = Scaling.fit(rows, "standardize")
    Z = fitted.apply(rows)
    assert np.isfinite(Z).all()
    # No sample is further than √(n − 1) standard deviations from the mean of n, but a column
    # of subnormal width keeps its own units.
    assert np.abs(Z).max() <= np.sqrt(len(rows)) * (1 + 1e-6)


@given(TABLES)
def test_min_max_brings_any_finite_table_between_0_and_1(rows: list[list[float]]) -> None:
    fitted = Scaling.fit(rows, "min_max")
    Z = fitted.apply(rows)
    assert Z.min() >= 0
    beyond = fitted.scale == np.finfo(np.float64).max  # which a distance may be
    assert (Z.max(axis=0) <= np.where(beyond, 2, 1 + 1e-6)).all()
    # but a column of subnormal width keeps its own units
    assert (Z.max(axis=0)[fitted.scale != 1] > 1 - 1e-6).all()


def test_a_distance_beyond_the_largest_number_does_not_overflow() -> None:
    largest = float(np.finfo(np.float64).max)
    X = [[-largest], [0.0], [largest]]
    fitted = Scaling.fit(X, "min_max")
    assert fitted.apply(X).tolist() == [[0.0], [1.0], [2.0]]
    assert fitted.invert(fitted.apply(X)).tolist() == X


@given(TABLES, st.sampled_from(SCALINGS))
def test_invert_undoes_apply(rows: list[list[float]], kind: str) -> None:
    X = np.array(rows) / 2  # at the largest number itself rounding ends in infinity
    fitted = Scaling.fit(X, kind)
    size = np.abs(X).max(axis=0)
    error = np.abs(fitted.invert(fitted.apply(X)) / 2 - X / 2)
    assert (error <= 1e-15 * size + np.finfo(np.float64).tiny).all()


def test_rows_that_hold_anything_are_scaled_without_a_warning() -> None:
    fitted = Scaling([0.0], [1e-300])  # type: ignore[arg-type]
    X = [[np.nan], [np.inf], [1e300], [5e-324]]
    assert str(fitted.apply(X)[:, 0].tolist()) == "[nan, inf, inf, 0.0]"
    assert str(Scaling([0.0], [1e300]).invert(X)[:2, 0].tolist()) == "[nan, inf]"  # type: ignore[arg-type]
    assert Scaling([0.0], [1e300]).invert([[1e300]]).tolist() == [[np.inf]]  # type: ignore[arg-type]


def test_none_changes_nothing_and_copies() -> None:
    X = np.array([[5e-324, -0.0, 1.7e308]])
    identity = Scaling.none(3)
    assert identity.is_identity
    for result in (identity.apply(X), identity.invert(X)):
        assert result.tobytes() == X.tobytes()
        assert not np.shares_memory(result, X)


def test_a_fitted_one_is_not_the_identity() -> None:
    assert not Scaling.fit([[1.0], [2.0]], "standardize").is_identity
    assert not Scaling([0.0, 0.0], [1.0, 2.0]).is_identity  # type: ignore[arg-type]
    assert Scaling.fit([[-1.0], [1.0]], "standardize").is_identity


def test_describe_gives_a_line_per_column() -> None:
    fitted = Scaling(np.array([5.8433, -12.0, 0.0]), np.array([0.82530, 3.0, 1.0]))
    assert fitted.describe(("sepal length", "b", "c")) == [
        "sepal length: (x − 5.84) / 0.825",
        "b: (x + 12) / 3",
        "c: x, unchanged",
    ]
    with pytest.raises(ValueError, match="2 names for 3 columns"):
        fitted.describe(("a", "b"))


def test_arrays_are_read_only_copies() -> None:
    offset = np.array([1.0])
    fitted = Scaling(offset, np.array([2.0]))
    offset[0] = 9.0
    assert fitted.offset.tolist() == [1.0]
    with pytest.raises(ValueError, match="read-only"):
        fitted.scale[0] = 3.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.offset = offset  # type: ignore[misc]


@pytest.mark.parametrize(
    ("offset", "scale", "message"),
    [
        pytest.param([0.0], [1.0, 1.0], r"shape \(1,\) and scale \(2,\)", id="lengths differ"),
        pytest.param([[0.0]], [[1.0]], r"not both \(d,\)", id="matrices"),
        pytest.param([np.nan], [1.0], "offsets must be finite", id="nan offset"),
        pytest.param([0.0], [0.0], "scales must be finite and at least", id="zero scale"),
        pytest.param([0.0], [-1.0], "scales must be finite and at least", id="negative scale"),
        pytest.param([0.0], [np.inf], "scales must be finite and at least", id="infinite scale"),
        pytest.param([0.0], [np.nan], "scales must be finite and at least", id="nan scale"),
    ],
)
def test_parts_that_do_not_fit_are_refused(offset: Any, scale: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Scaling(offset, scale)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        pytest.param([1.0, 2.0], r"X has shape \(2,\)", id="vector"),
        pytest.param(np.zeros((0, 2)), r"X has shape \(0, 2\)", id="no rows"),
        pytest.param([[np.inf]], "not finite", id="inf"),
        pytest.param([[np.nan]], "not finite", id="nan"),
    ],
)
@pytest.mark.parametrize("kind", SCALINGS)
def test_fit_refuses_what_has_no_mean(X: Any, message: str, kind: str) -> None:
    with pytest.raises(ValueError, match=message):
        Scaling.fit(X, kind)


def test_fit_refuses_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="'robust' is none of none, standardize, min_max"):
        Scaling.fit([[1.0]], "robust")


def test_apply_and_invert_refuse_another_width() -> None:
    fitted = Scaling.fit([[1.0, 2.0], [2.0, 5.0]], "standardize")
    for method in (fitted.apply, fitted.invert):
        with pytest.raises(ValueError, match=r"X has shape \(1, 3\), not \(n, 2\)"):
            method([[1.0, 2.0, 3.0]])
        with pytest.raises(ValueError, match=r"X has shape \(2,\), not \(n, 2\)"):
            method([1.0, 2.0])
