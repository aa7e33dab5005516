"""Writes metrics.json: what scikit-learn computes where ``nncore.metrics`` is defined.

    python tests/reference/make_metrics.py

Needs scikit-learn, which the tests don't; nothing of the engine is imported. null stands for
what is undefined. The file holds, one case a line,

classes     true and predicted class indices, confusion matrix, and what is read off it
rankings    positives and scores, the points of the ROC curve, the area under it
outputs     softmax outputs and true classes, the area of each class against all others
regression  outputs and targets (n, k), errors and coefficient of determination
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sklearn  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn import metrics

TARGET = Path(__file__).with_name("metrics.json")
Case = dict[str, Any]
Array = NDArray[Any]


def classes_case(name: str, true: Array, predicted: Array, n_classes: int) -> Case:
    labels = range(n_classes)
    # NaN marks what is undefined; scikit-learn's own choice would be 0 and a warning.
    parts = metrics.precision_recall_fscore_support(
        true, predicted, labels=labels, zero_division=np.nan
    )[:3]
    return {
        "name": name,
        "n_classes": n_classes,
        "true": true.tolist(),
        "predicted": predicted.tolist(),
        "confusion": metrics.confusion_matrix(true, predicted, labels=labels).tolist(),
        "accuracy": float(metrics.accuracy_score(true, predicted)),
        **{
            kind: [None if np.isnan(value) else float(value) for value in values]
            for kind, values in zip(("precision", "recall", "f1"), parts, strict=True)
        },
        "macro": [None if np.isnan(values).any() else float(values.mean()) for values in parts],
    }


def classes_cases() -> Iterator[Case]:
    rng = np.random.default_rng(1)

    def noisy(true: Array, n_classes: int, share_wrong: float) -> Array:
        wrong = rng.random(len(true)) < share_wrong
        return np.where(wrong, rng.integers(0, n_classes, len(true)), true)

    for n_classes, n in ((2, 30), (3, 40), (26, 200)):
        true = rng.integers(0, n_classes, n)
        yield classes_case(f"{n_classes} classes", true, noisy(true, n_classes, 0.4), n_classes)
    true = rng.integers(0, 4, 30)
    yield classes_case("all right", true, true, 4)
    yield classes_case("all wrong", true, (true + 1) % 4, 4)
    yield classes_case("class 2 never predicted", true, np.where(true == 2, 0, true), 4)
    without = np.where(true == 1, 3, true)
    yield classes_case("class 1 never true", without, noisy(without, 4, 0.5), 4)
    yield classes_case("class 1 nowhere", without, np.where(without == 2, 0, without), 4)
    yield classes_case("one sample", np.array([1]), np.array([0]), 2)


def rankings_case(name: str, positive: Array, score: Array) -> Case:
    points = metrics.roc_curve(positive, score, drop_intermediate=False)
    return {
        "name": name,
        "positive": positive.astype(int).tolist(),
        "score": score.tolist(),
        "false_positive_rate": points[0].tolist(),
        "true_positive_rate": points[1].tolist(),
        "threshold": points[2][1:].tolist(),  # the first is infinite, which JSON has no word for
        "auc": float(metrics.roc_auc_score(positive, score)),
    }


def rankings_cases() -> Iterator[Case]:
    rng = np.random.default_rng(2)
    positive = rng.random(40) < 0.4
    score = positive + rng.normal(0, 1, 40)
    yield rankings_case("all scores differ", positive, score.round(6))
    yield rankings_case("many ties", positive, score.round())
    yield rankings_case("all tied", positive, np.full(40, 0.5))
    yield rankings_case("perfect", positive, positive * 0.5 + 0.25)
    yield rankings_case("reversed", positive, 1.0 - positive)
    yield rankings_case("one positive", np.arange(40) == 7, score.round(1))
    yield rankings_case("one negative", np.arange(40) != 7, score.round(1))
    yield rankings_case("float32", positive, score.round(1).astype(np.float32))
    yield rankings_case("far apart", positive, 10.0 ** (100 * score).round())


def outputs_case(name: str, A: Array, true: Array) -> Case:
    n_classes = A.shape[1]
    areas = [
        float(metrics.roc_auc_score(true == k, A[:, k])) if (true == k).any() else None
        for k in range(n_classes)
    ]
    macro = None
    if None not in areas:
        # for two classes it wants the scores of class 1 alone
        scores = A if n_classes > 2 else A[:, 1]
        macro = float(metrics.roc_auc_score(true, scores, multi_class="ovr", average="macro"))
    return {"name": name, "A": A.tolist(), "true": true.tolist(), "roc_auc": areas, "macro": macro}


def outputs_cases() -> Iterator[Case]:
    rng = np.random.default_rng(3)
    for n_classes, n in ((2, 24), (3, 30), (12, 60)):
        true = np.append(np.arange(n_classes), rng.integers(0, n_classes, n - n_classes))
        # shares of 16, so that they sum to 1 and there are many ties
        shares = [
            rng.multinomial(16, (1 + (np.arange(n_classes) == k)) / (n_classes + 1)) / 16
            for k in true
        ]
        yield outputs_case(f"{n_classes} classes, many ties", np.array(shares), true)
    logits = rng.normal(0, 1, (30, 4))
    A = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).round(6)
    yield outputs_case("4 classes", A, rng.integers(0, 4, 30))
    yield outputs_case("class 3 never true", A, rng.integers(0, 3, 30))


def regression_case(name: str, A: Array, Y: Array) -> Case:
    return {
        "name": name,
        "A": A.tolist(),
        "Y": Y.tolist(),
        # scikit-learn's own RMSE of several outputs is the mean of theirs, not the root of all
        "rmse": float(np.sqrt(metrics.mean_squared_error(Y, A))),
        "mae": float(metrics.mean_absolute_error(Y, A)),
        "r_squared": float(metrics.r2_score(Y, A)),
    }


def regression_cases() -> Iterator[Case]:
    rng = np.random.default_rng(4)
    Y = rng.normal(3, 2, (20, 1)).round(3)
    A = (Y + rng.normal(0, 0.5, (20, 1))).round(3)
    yield regression_case("one output", A, Y)
    yield regression_case("perfect", Y, Y)
    yield regression_case("the mean", np.full_like(Y, Y.mean()), Y)
    yield regression_case("worse than the mean", -A, Y)
    yield regression_case("two samples", A[:2], Y[:2])
    yield regression_case("far from 0", A + 1e8, Y + 1e8)
    yield regression_case("large", A * 2.0**300, Y * 2.0**300)
    yield regression_case("small", A * 2.0**-300, Y * 2.0**-300)
    Y3 = rng.normal(0, [1, 10, 0.1], (15, 3)).round(4)
    yield regression_case("three outputs", (Y3 * [1.1, 0.8, -1] + 0.05).round(4), Y3)


def main() -> None:
    tables = {
        "classes": classes_cases(),
        "rankings": rankings_cases(),
        "outputs": outputs_cases(),
        "regression": regression_cases(),
    }
    blocks = [f'"scikit-learn": "{sklearn.__version__}"']
    for name, cases in tables.items():
        lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
        blocks.append(f'"{name}": [\n{lines}\n]')
    TARGET.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
