"""A table with gaps and categories, and preparations of it."""

import math
from typing import Any

import numpy as np

from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Preparation

NAN = math.nan
COLOURS, SEXES = ("red", "green", "blue"), ("female", "male")


def table(X: Any, names: str = "a b c d e f", **parts: Any) -> Dataset:
    X = np.array(X, float)
    return Dataset("t", X, np.zeros(len(X)), tuple(names.split()[: X.shape[1]]), **parts)


# age, colour, x₁, sex; the last two rows are for the test
PEOPLE = table(
    [
        [20, 0, 1.5, 0],
        [NAN, 1, 2.5, 1],
        [30, 2, NAN, 1],
        [70, NAN, 5.0, NAN],
        [90, 1, -4.0, 0],
        [NAN, 1, 100.0, 0],
    ],
    "age colour x₁ sex",
    categories=((), COLOURS, (), SEXES),
    fills=("median", "mean", "mean", "most_frequent"),
)
TRAIN = [0, 1, 2, 3]


def fit(plan: Plan | None = None, dataset: Dataset = PEOPLE, rows: Any = TRAIN) -> Preparation:
    return Preparation.fit(dataset, plan or Plan(), rows)
