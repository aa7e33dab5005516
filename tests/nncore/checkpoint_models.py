"""Models to write and read, and what was written."""

import dataclasses
import tempfile
from pathlib import Path

import numpy as np

from nncore.checkpoint import Model, save_model
from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Preparation
from nncore.data.scaling import Scaling
from nncore.spec import NetworkSpec, dense

SPEC = dense(2, (4, 3), 2, activation="tanh", dtype="float64")


def random_model(spec: NetworkSpec = SPEC, seed: int = 0) -> Model:
    """A model whose features are scaled numbers."""
    rng = np.random.default_rng(seed)

    def scaling(d: int) -> Scaling:
        return Scaling(rng.normal(0, 5, d), rng.uniform(0.1, 9, d))

    preparation = dataclasses.replace(
        Preparation.none([f"x{i}" for i in range(spec.n_inputs)]),
        plan=Plan("standardize"),
        scaling=scaling(spec.n_inputs),
    )
    theta = rng.normal(size=spec.n_parameters).astype(spec.dtype)
    return Model(spec, theta, preparation, scaling(spec.n_outputs), ("no", "yes"), "label")


MODEL = random_model()


def rich_model() -> Model:
    """A model with everything that can be done to features."""
    X = [[20, 0, 1.5, 0], [np.nan, 1, 2.5, 1], [30, 2, 0.5, np.nan], [70, 0, 5.0, 1]]
    dataset = Dataset(
        "people",
        np.array(X),
        np.zeros(4),
        ("age", "colour", "x₁", "petal length (cm)"),
        categories=((), ("red", "green", "blue"), (), ()),
        fills=("median", "mean", "mean", "most_frequent"),
    )
    plan = Plan("min_max", ("x₁",), ("sin x1", "`petal length (cm)`²"))
    preparation = Preparation.fit(dataset, plan, [0, 1, 2, 3])
    spec = dense(preparation.n_inputs, (3,), 2, dtype="float64")
    return dataclasses.replace(random_model(spec), preparation=preparation)


RICH = rich_model()


def bytes_of(model: Model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        save_model(path, model)
        return path.read_bytes()


SAVED, SAVED_RICH = bytes_of(MODEL), bytes_of(RICH)
