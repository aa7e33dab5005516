"""A table of samples and its targets, and its division into training and test rows.

A ``Dataset`` is a value: its arrays are read-only copies, so it can be handed around freely.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]

MAX_TEST_SHARE = 0.9
FILLS = ("mean", "median", "most_frequent")  # of the training samples


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """Samples and targets, one sample per row. Raises ValueError for parts that don't fit.

    name           what people call it
    X              raw features, float64 (n, d), C-contiguous and read-only
    y              class index per sample, int64 (n,); for regression the value, float64 (n,)
    feature_names  one name per column of X
    target_name    what y is
    class_names    name of class 0, 1, …; empty for regression
    source         one phrase on where the samples come from
    exchangeable   the rows are in random order already, so a split takes the last of them
    categories     per feature the names of its categories, () where it holds numbers
    fills          per feature what stands in for its missing values, one of FILLS
    notes          what reading has done to the rows, a sentence each

    NaN in X is a missing value. A feature of categories holds their indices, 0, 1 and so on.
    """

    name: str
    X: Float64Array
    y: Int64Array | Float64Array
    feature_names: tuple[str, ...]
    target_name: str = "y"
    class_names: tuple[str, ...] = ()
    source: str = ""
    exchangeable: bool = False
    categories: tuple[tuple[str, ...], ...] = ()
    fills: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        X = _inputs(self.X)
        feature_names = _names(self.feature_names, "feature")
        class_names = _names(self.class_names, "class")
        if len(feature_names) != X.shape[1]:
            raise ValueError(f"{len(feature_names)} feature names for {X.shape[1]} columns of X")
        if len(class_names) == 1:
            raise ValueError("1 class name: classification needs at least 2, regression has none")
        y = _class_indices(self.y, len(class_names)) if class_names else _values(self.y)
        if len(y) != len(X):
            raise ValueError(f"X has {len(X)} rows and y has {len(y)}")
        object.__setattr__(self, "X", _read_only(X))
        object.__setattr__(self, "y", _read_only(y))
        object.__setattr__(self, "feature_names", feature_names)
        object.__setattr__(self, "class_names", class_names)
        object.__setattr__(self, "categories", _categories(self.categories, X))
        object.__setattr__(self, "fills", _fills(self.fills, X))

    @property
    def has_missing(self) -> bool:
        """Whether a value of X is missing."""
        return bool(np.isnan(self.X).any())

    @property
    def n_samples(self) -> int:
        """Number of rows, n."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """Number of columns of X, d."""
        return int(self.X.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes, K; 0 for regression. A class may be without samples."""
        return len(self.class_names)

    @property
    def is_classification(self) -> bool:
        """Whether y holds class indices."""
        return bool(self.class_names)

    @property
    def class_counts(self) -> Int64Array:
        """Samples of each class, int64 (K,); (0,) for regression."""
        if not self.is_classification:
            return np.zeros(0, np.int64)
        return np.bincount(self.y.astype(np.int64), minlength=self.n_classes).astype(np.int64)

    @property
    def n_outputs(self) -> int:
        """Columns of ``targets()``: one per class from three classes on, otherwise one."""
        return self.n_classes if self.n_classes > 2 else 1

    def targets(self) -> Float64Array:
        """What the output layer should give, a new float64 (n, n_outputs).

        Regression: the values. Two classes: 0 or 1. More classes: one-hot rows.
        """
        if self.n_classes <= 2:
            return self.y.astype(np.float64)[:, np.newaxis]
        one_hot = np.zeros((self.n_samples, self.n_classes))
        one_hot[np.arange(self.n_samples), self.y.astype(np.int64)] = 1.0
        return one_hot


@dataclass(frozen=True, eq=False, slots=True)
class Split:
    """Which rows train and which test: ascending int64 indices, read-only, no row in both."""

    train: Int64Array
    test: Int64Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "train", _read_only(np.array(self.train, np.int64)))
        object.__setattr__(self, "test", _read_only(np.array(self.test, np.int64)))


def split_rows(dataset: Dataset, test_share: float, seed: int, stratified: bool = False) -> Split:
    """Divide the rows of ``dataset``; the same seed gives the same split.

    ``test_share`` is from 0 to 0.9, a fraction of n; at least one row is left for training.
    Exchangeable data give their last rows to the test whatever the seed, so that the training
    rows are the first ones, as generated. ``stratified`` takes the share of each class by
    itself, as near as whole samples allow. Raises ValueError for a share out of range.
    """
    if not 0 <= test_share <= MAX_TEST_SHARE:
        raise ValueError(f"test share {test_share} is not between 0 and {MAX_TEST_SHARE}")
    n = dataset.n_samples
    n_test = min(n - 1, round(n * test_share))
    order = np.arange(n) if dataset.exchangeable else np.random.default_rng(seed).permutation(n)
    if stratified and dataset.is_classification:
        order = order[_stratified(dataset.y[order].astype(np.int64), n_test)]
    return Split(train=np.sort(order[: n - n_test]), test=np.sort(order[n - n_test :]))


def _stratified(y: Int64Array, n_test: int) -> Int64Array:
    """An order of the samples whose last ``n_test`` hold each class in its share of all.

    Classes get the whole part of their share, and those with the largest remainders one more
    (the method of Hamilton), so that the numbers add up.
    """
    counts = np.bincount(y)
    exact = counts * (n_test / len(y))
    quota = np.floor(exact).astype(np.int64)
    most_left = np.argsort(quota - exact, kind="stable")
    quota[most_left[: n_test - int(quota.sum())]] += 1
    # how many of its class come after a sample: the last ``quota`` ones go to the test
    by_class = np.argsort(y, kind="stable")
    rank = np.empty(len(y), np.int64)
    rank[by_class] = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    in_test = counts[y] - rank <= quota[y]
    return np.concatenate([np.flatnonzero(~in_test), np.flatnonzero(in_test)])


def _inputs(values: ArrayLike) -> Float64Array:
    """X as C-contiguous float64, checked: (n, d) with n, d ≥ 1, nothing infinite.

    A copy, but of an array that is so already and that nobody can write to.
    """
    X = values if _is_ours(values) else np.array(values, np.float64, order="C")
    if X.ndim != 2 or X.size == 0:
        raise ValueError(f"X has shape {X.shape}, not (n, d) with n and d at least 1")
    if np.isinf(X).any():
        row, column = np.argwhere(np.isinf(X))[0]
        raise ValueError(f"X[{row}, {column}] is {X[row, column]}, not a finite number")
    return X


def _is_ours(values: ArrayLike) -> TypeGuard[Float64Array]:
    if not isinstance(values, np.ndarray) or values.dtype != np.float64:
        return False
    flags = values.flags
    return flags.owndata and flags.c_contiguous and not flags.writeable


def _categories(
    categories: Sequence[Sequence[str]], X: Float64Array
) -> tuple[tuple[str, ...], ...]:
    """One tuple of names per column of X, checked against its values."""
    if len(categories) not in (0, X.shape[1]):
        raise ValueError(f"{len(categories)} lists of categories for {X.shape[1]} columns of X")
    checked = tuple(_names(names, "category") for names in categories) or ((),) * X.shape[1]
    for k, names in enumerate(checked):
        column = X[~np.isnan(X[:, k]), k] if names else X[:0, k]
        if ((column != np.floor(column)) | (column < 0) | (column >= len(names))).any():
            raise ValueError(
                f"column {k} of X holds what is no index of its {len(names)} categories"
            )
    return checked


def _fills(fills: Sequence[str], X: Float64Array) -> tuple[str, ...]:
    """One word per column of X."""
    if len(fills) not in (0, X.shape[1]) or not set(fills) <= set(FILLS):
        raise ValueError(f"{fills} are not {X.shape[1]} of {', '.join(FILLS)}")
    return tuple(fills) or ("mean",) * X.shape[1]


def _values(values: ArrayLike) -> Float64Array:
    """A float64 copy of a regression target, checked: (n,), all finite."""
    y = np.array(values, np.float64)
    _require_vector(y)
    if not np.isfinite(y).all():
        row = np.flatnonzero(~np.isfinite(y))[0]
        raise ValueError(f"y[{row}] is {y[row]}, not a finite number")
    return y


def _class_indices(values: ArrayLike, n_classes: int) -> Int64Array:
    """An int64 copy of class indices, checked: (n,), integers from 0 to K − 1."""
    y = np.array(values)
    _require_vector(y)
    if y.dtype.kind not in "iub":
        raise ValueError(f"y has dtype {y.dtype}; class indices must be integers")
    bad = np.flatnonzero((y < 0) | (y >= n_classes))
    if bad.size:
        raise ValueError(f"y[{bad[0]}] is {y[bad[0]]}, not a class index below {n_classes}")
    return y.astype(np.int64)


def _require_vector(y: NDArray[Any]) -> None:
    if y.ndim != 1:
        raise ValueError(f"y has shape {y.shape}, not (n,)")


def _names(names: Sequence[str], what: str) -> tuple[str, ...]:
    """The names as a tuple. A lone string is refused: its letters would pass for names."""
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{what} names must be a sequence of strings, not {names!r}")
    return tuple(names)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
