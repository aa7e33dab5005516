"""Writes preparation.json: what scikit-learn makes of a table with gaps and categories.

    python tests/reference/make_preparation.py

Needs scikit-learn, which the tests don't; nothing of the engine is imported. null is a missing
value. Fitted to the rows ``train`` and applied to all of X, one row a line,

filled       missing values replaced by what ``fills`` says
standardize  the inputs: numbers standardised, then categories as 0 and 1, two as one input
min_max      the same with numbers brought to 0 … 1
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import sklearn  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer  # type: ignore[import-untyped]
from sklearn.preprocessing import (  # type: ignore[import-untyped]
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)

TARGET = Path(__file__).with_name("preparation.json")
N, N_TRAIN, N_NUMBERS = 14, 9, 4
N_CATEGORIES = (3, 2)
FILLS = ("mean", "median", "median", "most_frequent", "most_frequent", "most_frequent")


def table() -> NDArray[np.float64]:
    rng = np.random.default_rng(5)
    numbers = rng.normal([0, 1000, 5, 3], [1, 0.1, 40, 1], (N, N_NUMBERS)).round(4)
    numbers[:, 3] = numbers[:, 3].round()
    categories = [rng.integers(0, k, N) for k in N_CATEGORIES]
    X = np.column_stack([numbers, *categories])
    X[rng.random(X.shape) < 0.25] = np.nan
    return X


def rows(X: NDArray[np.float64]) -> str:
    lines = (
        json.dumps([None if np.isnan(value) else value for value in row]) for row in X.tolist()
    )
    return "[\n" + ",\n".join(lines) + "\n]"


def main() -> None:
    X = table()
    train = np.sort(np.random.default_rng(6).permutation(N)[:N_TRAIN])
    filled = np.empty_like(X)
    for k, fill in enumerate(FILLS):
        imputer = SimpleImputer(strategy=fill).fit(X[train, k : k + 1])
        filled[:, k : k + 1] = imputer.transform(X[:, k : k + 1])
    encoder = OneHotEncoder(
        categories=[list(range(k)) for k in N_CATEGORIES], drop="if_binary", sparse_output=False
    )
    one_hot = encoder.fit(filled[train, N_NUMBERS:]).transform(filled[:, N_NUMBERS:])
    parts: dict[str, Any] = {
        "scikit-learn": json.dumps(sklearn.__version__),
        "train": json.dumps(train.tolist()),
        "fills": json.dumps(FILLS),
        "n_categories": json.dumps([0] * N_NUMBERS + list(N_CATEGORIES)),
        "X": rows(X),
        "filled": rows(filled),
    }
    for name, scaler in (("standardize", StandardScaler()), ("min_max", MinMaxScaler())):
        numbers = scaler.fit(filled[train, :N_NUMBERS]).transform(filled[:, :N_NUMBERS])
        parts[name] = rows(np.column_stack([numbers, one_hot]))
    lines = ",\n".join(f'"{name}": {text}' for name, text in parts.items())
    TARGET.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
