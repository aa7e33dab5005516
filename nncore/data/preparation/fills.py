"""What stands in for missing values: fitted to the training samples, feature by feature."""

import numpy as np

from nncore.data.dataset import FILLS, Dataset, Float64Array, Int64Array
from nncore.data.scaling import Scaling

ZERO = "zero"  # what stands in where no training sample has a value
KINDS = (*FILLS, ZERO)


def fit_fills(dataset: Dataset, train_rows: Int64Array) -> tuple[Float64Array, tuple[str, ...]]:
    """The value that stands in, float64 (d,), and how it was found, one of KINDS, per feature.

    As ``dataset.fills`` wants it; of categories always the most frequent, the first of several.
    A feature without a value in the training rows gets 0, which may be its first category.
    """
    X = dataset.X[train_rows]
    with np.errstate(all="ignore"):
        fill = X.mean(axis=0)  # of most features all that is needed; of the others not finite
    kinds = list(dataset.fills)
    for k, categories in enumerate(dataset.categories):
        if categories:
            kinds[k] = "most_frequent"
        if kinds[k] != "mean" or not np.isfinite(fill[k]):
            values = X[~np.isnan(X[:, k]), k]
            kinds[k] = kinds[k] if values.size else ZERO
            fill[k] = _stand_in(values, kinds[k])
    return fill, tuple(kinds)


def _stand_in(values: Float64Array, kind: str) -> float:
    """One number for ``values`` (n,), finite; never beyond the extremes."""
    if kind == ZERO:
        return 0.0
    if kind == "mean":
        return float(Scaling.fit(values[:, np.newaxis], "standardize").offset[0])
    if kind == "median":
        # In halves, as the sum of two middle values could overflow.
        return float(np.clip(np.median(values / 2) * 2, values.min(), values.max()))
    different, counts = np.unique(values, return_counts=True)
    return float(different[np.argmax(counts)])
