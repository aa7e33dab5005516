"""Writes recipes.json: what scikit-learn's MLPClassifier reaches on the bundled data sets.

    python tests/reference/make_recipes.py

Each recipe is a fixed stratified split (30 % of the rows are the test), one hidden layer of
ReLU, Adam with its usual betas, no penalty, a fixed number of epochs without early stopping,
and 20 seeds. The inputs are standardized with the mean and standard deviation of the training
rows; those of the digits, counts from 0 to 16, are divided by 16 instead.

scikit-learn trains in float64 and ends in softmax with categorical cross-entropy, or in one
sigmoid with binary cross-entropy where there are two classes. It draws the weights as
``xavier_uniform`` does, but the biases too, which start at 0 here: the epochs are enough for
that not to matter.
"""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from nncore.data.dataset import Dataset, Int64Array
from nncore.data.reading import origin_of, read
from nncore.data.scaling import Scaling
from resources import resource_path

TEST_SHARE = 0.3
SPLIT_SEED = 0
SEEDS = range(20)

RECIPES: dict[str, dict[str, Any]] = {
    "iris": {"hidden": [32], "learning_rate": 0.01, "batch_size": 16, "epochs": 100},
    "wine": {"hidden": [32], "learning_rate": 0.003, "batch_size": 16, "epochs": 60},
    "breast_cancer": {"hidden": [32], "learning_rate": 0.003, "batch_size": 32, "epochs": 15},
    "digits": {
        "divide_by": 16,
        "hidden": [64],
        "learning_rate": 0.002,
        "batch_size": 32,
        "epochs": 40,
    },
}


def main() -> None:
    content = {
        "made_with": f"scikit-learn {sklearn.__version__}",
        "test_share": TEST_SHARE,
        "recipes": {name: finished(name, recipe) for name, recipe in RECIPES.items()},
    }
    Path(__file__).with_name("recipes.json").write_text(
        one_line_per_list(content), encoding="utf-8"
    )


def finished(name: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """The recipe with its split and the accuracies reached."""
    data = read(origin_of(resource_path("datasets", f"{name}.csv")))
    train, test = train_test_split(
        np.arange(data.n_samples),
        test_size=TEST_SHARE,
        stratify=data.y,
        random_state=SPLIT_SEED,
    )
    accuracies = [accuracy(data, np.sort(train), test, recipe, seed) for seed in SEEDS]
    return {
        **recipe,
        "mean_test_accuracy": round(float(np.mean(accuracies)), 6),
        "test_accuracies": [round(share, 6) for share in accuracies],
        "test_rows": np.sort(test).tolist(),
    }


def accuracy(
    data: Dataset,
    train: Int64Array,
    test: Int64Array,
    recipe: dict[str, Any],
    seed: int,
) -> float:
    """Share of the test rows that a network trained from this seed names rightly."""
    standardized = Scaling.fit(data.X[train], "standardize").apply(data.X)
    X = data.X / recipe["divide_by"] if "divide_by" in recipe else standardized
    network = MLPClassifier(
        hidden_layer_sizes=recipe["hidden"],
        activation="relu",
        solver="adam",
        alpha=0,
        learning_rate_init=recipe["learning_rate"],
        batch_size=recipe["batch_size"],
        max_iter=recipe["epochs"],
        n_iter_no_change=recipe["epochs"] + 1,  # never stops early
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said whenever all epochs are run
        network.fit(X[train], data.y[train])
    assert network.n_iter_ == recipe["epochs"]
    return float(network.score(X[test], data.y[test]))


def one_line_per_list(content: dict[str, Any]) -> str:
    """Indented JSON, but for the lists of numbers."""
    text = json.dumps(content, indent=2)
    return re.sub(r"\[[^][]*\]", lambda numbers: json.dumps(json.loads(numbers[0])), text) + "\n"


if __name__ == "__main__":
    main()
