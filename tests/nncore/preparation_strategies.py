"""Hypothesis strategies for tables with gaps and categories, and for what is done to them."""

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nncore.data.dataset import FILLS, Dataset, Int64Array
from nncore.data.formula import written
from nncore.data.preparation import Plan, Preparation
from nncore.data.scaling import SCALINGS

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-3, 3).map(float)
# Lone halves of surrogate pairs and control characters too: a file may hold anything.
NAMES = st.text(max_size=8) | st.text("\x00\ud800\U0001f600\"\\\u202e'`", max_size=4)
FORMULAS = ("{0}²", "tanh({0})", "{0}·{1}", "abs({0}) + 0.5", "max({0}, {1}) − 1e-3")


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Up to 10 samples of up to 4 features."""
    n, d = draw(st.integers(1, 10)), draw(st.integers(1, 4))
    names = draw(st.lists(NAMES, min_size=d, max_size=d, unique=True))
    categories = draw(st.lists(st.just([]) | CATEGORIES, min_size=d, max_size=d))
    columns = [
        draw(st.lists(_values(len(has)) | st.just(math.nan), min_size=n, max_size=n))
        for has in categories
    ]
    return Dataset(
        "made",
        np.array(columns).T,
        np.zeros(n),
        tuple(names),
        categories=tuple(map(tuple, categories)),
        fills=tuple(draw(st.lists(st.sampled_from(FILLS), min_size=d, max_size=d))),
    )


CATEGORIES = st.lists(NAMES, min_size=1, max_size=4, unique=True)


def _values(n_categories: int) -> st.SearchStrategy[float]:
    return st.integers(0, n_categories - 1).map(float) if n_categories else NUMBERS


@st.composite
def plans(draw: st.DrawFn, dataset: Dataset) -> Plan:
    """A plan that fits the data set."""
    numbers = [
        name for name, has in zip(dataset.feature_names, dataset.categories, strict=True) if not has
    ]
    derived: list[str] = []
    if numbers:
        used = st.tuples(st.sampled_from(FORMULAS), *[st.sampled_from(numbers)] * 2)
        chosen = draw(st.lists(used, max_size=3, unique_by=lambda row: row[0]))
        derived = [form.format(written(a), written(b)) for form, a, b in chosen]
    most = dataset.n_features - (not derived)
    left_out = draw(st.lists(st.sampled_from(dataset.feature_names), max_size=most, unique=True))
    return Plan(draw(st.sampled_from(SCALINGS)), tuple(left_out), tuple(derived))


@st.composite
def fitted(draw: st.DrawFn) -> tuple[Dataset, Int64Array, Preparation]:
    """A data set, its training rows, and a preparation fitted to them."""
    dataset = draw(datasets())
    rows = draw(st.lists(st.integers(0, dataset.n_samples - 1), min_size=1, unique=True))
    train = np.array(sorted(rows))
    return dataset, train, Preparation.fit(dataset, draw(plans(dataset)), train)


def rows_for(preparation: Preparation, n: int, seed: int) -> Any:
    """Raw rows (n, d) that the preparation has not seen, with gaps."""
    rng = np.random.default_rng(seed)
    X = rng.normal(0, 9, (n, len(preparation.feature_names)))
    for k, has in enumerate(preparation.categories):
        if has:
            X[:, k] = rng.integers(0, len(has) + 1, n)  # one of them unknown
    X[rng.random(X.shape) < 0.2] = np.nan
    return X
