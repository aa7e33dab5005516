"""nncore learns the bundled data as well as scikit-learn does by the same recipe.

The recipes, their splits and scikit-learn's accuracies are in ``tests/reference/recipes.json``;
how they were made stands in ``make_recipes.py`` beside it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nncore.data.dataset import Dataset, Float64Array, Int64Array
from nncore.data.reading import origin_of, read
from nncore.data.scaling import Scaling
from nncore.evaluation import Evaluator
from nncore.spec import NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer
from resources import resource_path

REFERENCE = Path(__file__).parents[1] / "reference" / "recipes.json"
RECIPES: dict[str, dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))["recipes"]
SEEDS = range(10)
ONE_POINT = 0.01


@pytest.mark.parametrize("name", RECIPES)
def test_the_mean_test_accuracy_is_within_a_point_of_scikit_learns(name: str) -> None:
    recipe = RECIPES[name]
    data = read(origin_of(resource_path("datasets", f"{name}.csv")))
    is_test = np.isin(np.arange(data.n_samples), recipe["test_rows"])
    X = inputs(data, ~is_test, recipe)
    accuracies = []
    for seed in SEEDS:
        trainer = trained(data, X[~is_test], data.y[~is_test], recipe, seed)
        accuracies.append(accuracy(trainer, X[is_test], data.y[is_test]))
    assert np.mean(accuracies) >= recipe["mean_test_accuracy"] - ONE_POINT


def inputs(data: Dataset, training: NDArray[np.bool_], recipe: dict[str, Any]) -> Float64Array:
    """All rows, scaled by what is known of the training rows."""
    if "divide_by" in recipe:
        return data.X / recipe["divide_by"]
    return Scaling.fit(data.X[training], "standardize").apply(data.X)


def network(data: Dataset, hidden: list[int]) -> NetworkSpec:
    """ReLU inside; softmax at the output, or one sigmoid where there are two classes."""
    k = data.n_classes
    n_outputs, output, loss = (
        (1, "sigmoid", "binary_crossentropy")
        if k == 2
        else (k, "softmax", "categorical_crossentropy")
    )
    return dense(
        data.n_features,
        tuple(hidden),
        n_outputs,
        activation="relu",
        output=output,
        loss=loss,
        initializer="xavier_uniform",
    )


def trained(
    data: Dataset, X: Float64Array, y: Int64Array, recipe: dict[str, Any], seed: int
) -> Trainer:
    config = TrainingConfig(
        optimizer="adam",
        learning_rate=recipe["learning_rate"],
        batch_size=recipe["batch_size"],
        seed=seed,
    )
    trainer = Trainer(network(data, recipe["hidden"]), config, X, y)
    for _ in range(recipe["epochs"]):
        trainer.step_epoch()
    return trainer


def accuracy(trainer: Trainer, X: Float64Array, y: Int64Array) -> float:
    evaluation = Evaluator(trainer.network, X, y).evaluate()
    assert evaluation is not None
    assert evaluation.accuracy is not None
    return evaluation.accuracy
