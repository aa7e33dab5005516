import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.data.dataset import Dataset, Split, split_rows

X = [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]


def classification(n_classes: int = 2, **changes: Any) -> Dataset:
    parts: dict[str, Any] = {
        "name": "three",
        "X": X,
        "y": [0, 1, n_classes - 1],
        "feature_names": ("a", "b"),
        "class_names": tuple("ABCDEFG"[:n_classes]),
    }
    return Dataset(**(parts | changes))


def regression(n: int = 3, **changes: Any) -> Dataset:
    parts: dict[str, Any] = {
        "name": "line",
        "X": np.arange(n)[:, np.newaxis],
        "y": np.arange(n) / 2,
        "feature_names": ("x",),
    }
    return Dataset(**(parts | changes))


def test_classification_has_the_sizes_and_counts_of_its_parts() -> None:
    data = classification()
    assert (data.n_samples, data.n_features, data.n_classes) == (3, 2, 2)
    assert data.is_classification
    assert data.y.dtype == np.int64
    assert data.class_counts.tolist() == [1, 2]
    assert data.class_counts.dtype == np.int64


def test_regression_has_no_classes() -> None:
    data = regression(y=[1, 2, 3])
    assert not data.is_classification
    assert data.n_classes == 0
    assert data.class_counts.tolist() == []
    assert data.y.dtype == np.float64


def test_a_class_may_be_without_samples() -> None:
    data = classification(class_names=("A", "B", "C", "D"))
    assert data.class_counts.tolist() == [1, 2, 0, 0]
    assert data.targets().shape == (3, 4)


def test_targets_of_regression_are_one_column_of_values() -> None:
    data = regression()
    assert data.n_outputs == 1
    assert data.targets().tolist() == [[0.0], [0.5], [1.0]]


def test_targets_of_two_classes_are_one_column_of_0_and_1() -> None:
    data = classification()
    assert data.n_outputs == 1
    assert data.targets().tolist() == [[0.0], [1.0], [1.0]]
    assert data.targets().dtype == np.float64


def test_targets_of_three_classes_are_one_hot() -> None:
    data = classification(3)
    assert data.n_outputs == 3
    assert data.targets().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_targets_can_be_written_without_touching_the_dataset() -> None:
    data = regression()
    data.targets()[:] = 7.0
    assert data.y.tolist() == [0.0, 0.5, 1.0]


def test_arrays_are_read_only_contiguous_copies() -> None:
    given_X = np.asfortranarray(np.array(X, np.float32))
    given_y = np.array([0, 1, 1], np.int8)
    data = classification(X=given_X, y=given_y)
    assert data.X.dtype == np.float64
    assert data.X.flags.c_contiguous
    given_X[:] = 9
    given_y[:] = 0
    assert data.X.tolist() == X
    assert data.y.tolist() == [0, 1, 1]
    for array in (data.X, data.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_a_dataset_is_frozen_and_compares_by_identity() -> None:
    data = classification()
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"  # type: ignore[misc]
    assert data == data
    assert data != classification()
    assert not hasattr(data, "__dict__")


def test_replace_validates_again() -> None:
    assert dataclasses.replace(classification(), name="other").name == "other"
    with pytest.raises(ValueError, match="1 feature names for 2 columns"):
        dataclasses.replace(classification(), feature_names=("a",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"X": [1.0, 2.0]}, r"shape \(2,\), not \(n, d\)", id="X is a vector"),
        pytest.param({"X": np.zeros((0, 2))}, r"shape \(0, 2\)", id="no rows"),
        pytest.param({"X": np.zeros((3, 0))}, r"shape \(3, 0\)", id="no columns"),
        pytest.param(
            {"categories": ((), ("red",))}, "no index of its 1 categories", id="no such category"
        ),
        pytest.param(
            {"categories": ((),)}, "1 lists of categories for 2 columns", id="too few categories"
        ),
        pytest.param({"fills": ("mean", "guess")}, "are not 2 of mean, median", id="no such fill"),
        pytest.param({"fills": ("mean",)}, "are not 2 of mean, median", id="too few fills"),
        pytest.param({"X": [[0, 1], [2, 3], [-np.inf, 5]]}, r"X\[2, 0\] is -inf", id="inf in X"),
        pytest.param({"y": [0, 1]}, "X has 3 rows and y has 2", id="y too short"),
        pytest.param({"y": [[0], [1], [1]]}, r"y has shape \(3, 1\)", id="y is a column"),
        pytest.param({"y": [0, 1, 2]}, r"y\[2\] is 2, not a class index below 2", id="class 2"),
        pytest.param({"y": [0, -1, 1]}, r"y\[1\] is -1", id="negative class"),
        pytest.param({"y": [0.0, 1.0, 1.0]}, "dtype float64", id="fractional classes"),
        pytest.param({"feature_names": "ab"}, "sequence of strings", id="names in one string"),
        pytest.param({"feature_names": (1, 2)}, "sequence of strings", id="names are numbers"),
        pytest.param({"feature_names": ("a",)}, "1 feature names for 2", id="too few names"),
        pytest.param({"class_names": ("A",), "y": [0, 0, 0]}, "1 class name", id="one class"),
        pytest.param({"class_names": (), "y": [0, np.inf, 1]}, r"y\[1\] is inf", id="inf in y"),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_their_numbers(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        classification(**changes)


@given(
    n=st.integers(1, 200),
    share=st.floats(0, 0.9),
    seed=st.integers(0, 2**32),
    exchangeable=st.booleans(),
)
def test_a_split_uses_every_row_once(n: int, share: float, seed: int, exchangeable: bool) -> None:
    split = split_rows(regression(n, exchangeable=exchangeable), share, seed)
    assert sorted([*split.train, *split.test]) == list(range(n))
    assert len(split.test) == min(round(n * share), n - 1)
    assert (np.diff(split.train) > 0).all()
    assert (np.diff(split.test) > 0).all()


def test_exchangeable_rows_give_the_last_ones_to_the_test_whatever_the_seed() -> None:
    data = regression(10, exchangeable=True)
    for seed in (0, 1):
        split = split_rows(data, 0.3, seed)
        assert split.train.tolist() == [0, 1, 2, 3, 4, 5, 6]
        assert split.test.tolist() == [7, 8, 9]


def test_other_rows_are_drawn_by_the_seed() -> None:
    data = regression(100)
    first, again, other = (split_rows(data, 0.5, seed).test.tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first != list(range(50, 100))
    permutation = np.random.default_rng(1).permutation(100)
    assert first == sorted(permutation[50:])


def test_no_share_means_no_test_rows() -> None:
    split = split_rows(regression(5), 0.0, seed=0)
    assert split.train.tolist() == [0, 1, 2, 3, 4]
    assert split.test.tolist() == []
    assert split.test.dtype == np.int64


@pytest.mark.parametrize("share", [-0.01, 0.91, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=f"test share {share} is not between 0 and 0.9"):
        split_rows(regression(), share, seed=0)


def test_split_arrays_are_read_only_copies() -> None:
    train = np.array([0, 1])
    split = Split(train, np.array([2]))
    train[0] = 5
    assert split.train.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        split.test[0] = 0


def test_a_missing_value_is_kept_as_nan() -> None:
    whole = classification()
    gaps = dataclasses.replace(whole, X=[[0, 1], [2, np.nan], [4, 5]])
    assert gaps.has_missing and not whole.has_missing
    np.testing.assert_array_equal(np.isnan(gaps.X), [[False, False], [False, True], [False, False]])


def test_categories_and_fills_have_one_entry_per_feature() -> None:
    plain = classification()
    assert plain.categories == ((), ()) and plain.fills == ("mean", "mean")
    X = [[0, 1], [2, np.nan], [4, 0]]
    named = dataclasses.replace(plain, X=X, categories=((), ("red", "blue")))
    assert named.categories == ((), ("red", "blue"))


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(1, 40), min_size=2, max_size=5),
    share=st.floats(0, 0.9),
    seed=st.integers(0, 2**32 - 1),
    exchangeable=st.booleans(),
)
def test_a_stratified_split_takes_each_class_in_its_share(
    counts: list[int], share: float, seed: int, exchangeable: bool
) -> None:
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    data = Dataset(
        "d",
        np.arange(len(y), dtype=float)[:, np.newaxis],
        y,
        ("x",),
        class_names=tuple("abcde"[: len(counts)]),
        exchangeable=exchangeable,
    )
    split = split_rows(data, share, seed, stratified=True)
    assert len(split.test) == len(split_rows(data, share, seed).test)
    np.testing.assert_array_equal(
        np.sort(np.concatenate([split.train, split.test])), np.arange(len(y))
    )
    in_test = np.bincount(y[split.test], minlength=len(counts))
    exact = np.array(counts) * (len(split.test) / len(y))
    assert (np.abs(in_test - exact) < 1).all()
    if exchangeable:  # the last of each class, in the order of the data
        for k in range(len(counts)):
            of_class = np.flatnonzero(y == k)
            assert set(of_class[len(of_class) - in_test[k] :]) <= set(split.test)


def test_a_regression_is_not_stratified() -> None:
    plain = split_rows(regression(20), 0.3, 1)
    np.testing.assert_array_equal(
        split_rows(regression(20), 0.3, 1, stratified=True).test, plain.test
    )


def test_only_an_array_that_nobody_can_write_to_is_taken_without_a_copy() -> None:
    own = np.arange(6.0).reshape(3, 2).copy()
    assert not np.shares_memory(classification(X=own).X, own)
    own.flags.writeable = False
    assert classification(X=own).X is own
    for other in (own[::-1], own.astype(np.float32), np.asfortranarray(own)):
        other.flags.writeable = False
        assert not np.shares_memory(classification(X=other).X, other)
