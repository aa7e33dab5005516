"""Fills, scalings and categories against scikit-learn's, see tests/reference."""

import json
from pathlib import Path

import numpy as np
import pytest

from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Preparation

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "preparation.json").read_text(encoding="utf-8")
)
X = np.array(REFERENCE["X"], np.float64)
DATASET = Dataset(
    "reference",
    X,
    np.zeros(len(X)),
    tuple("abcdef"),
    categories=tuple(tuple("uvw"[:n]) for n in REFERENCE["n_categories"]),
    fills=tuple(REFERENCE["fills"]),
)


@pytest.mark.parametrize("scaling", ["standardize", "min_max"])
def test_inputs_are_those_of_scikit_learn(scaling: str) -> None:
    preparation = Preparation.fit(DATASET, Plan(scaling), REFERENCE["train"])
    np.testing.assert_allclose(preparation.apply(X), REFERENCE[scaling], rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(preparation.fill_in(X), REFERENCE["filled"], rtol=1e-15)
    assert np.isnan(X[REFERENCE["train"]]).any(axis=0).all()  # every way to fill in is tried
