"""What is reported beside the loss: pure functions of outputs and targets.

A metric that is undefined is None, "not available": never 0, never NaN. That goes for empty
sets and for outputs that are not finite, too.

A, Y are (m, n[L]), one sample per row. Classes are indices 0 … K − 1; one output stands for
two of them, several outputs for one each. Precision, recall and F1 are read off the confusion
matrix, one number per class; ``macro_average`` makes one number of them. Everything is
computed in float64.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.types import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
PerClass = tuple[float | None, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ClassificationSummary:
    """How well classes are told apart; all K-tuples run over the classes.

    confusion  int64 (K, K), read-only: samples by true class (row) and predicted one (column)
    roc_auc    of each class against all others
    """

    confusion: IntArray
    accuracy: float | None
    precision: PerClass
    recall: PerClass
    f1: PerClass
    roc_auc: PerClass


@dataclass(frozen=True, slots=True)
class RegressionSummary:
    """How far outputs are from targets: rmse and mae in the unit of Y, r_squared without one."""

    rmse: float | None
    mae: float | None
    r_squared: float | None


@dataclass(frozen=True, eq=False, slots=True)
class RocCurve:
    """Both rates, from (0, 0) to (1, 1), when a score from ``threshold`` on counts as positive.

    One point per distinct score, highest first, after the start with threshold ∞. Arrays are
    float64, of one length and read-only.
    """

    false_positive_rate: FloatArray
    true_positive_rate: FloatArray
    threshold: FloatArray


def classification_summary(A: FloatArray, Y: FloatArray, loss: str) -> ClassificationSummary | None:
    """All of it for outputs A and targets Y; None where ``predicted_classes`` has none.

    Its accuracy is that of the class indices, and so there for a regression loss as well.
    """
    _require_same_shape(A, Y)
    true, predicted = true_classes(Y, loss), predicted_classes(A, loss)
    if true is None or predicted is None or not len(true):
        return None
    scores = class_scores(A)
    confusion = confusion_matrix(true, predicted, n_classes=scores.shape[1])
    return ClassificationSummary(
        _read_only(confusion),
        confusion_accuracy(confusion),
        precision(confusion),
        recall(confusion),
        f1(confusion),
        tuple(roc_auc(true == k, scores[:, k]) for k in range(scores.shape[1])),
    )


def regression_summary(A: FloatArray, Y: FloatArray) -> RegressionSummary:
    return RegressionSummary(rmse(A, Y), mae(A, Y), r_squared(A, Y))


def accuracy(A: FloatArray, Y: FloatArray, loss: str) -> float | None:
    """Share of samples whose predicted class is right.

    None for regression, for no samples, and for outputs that are not finite.

    A, Y (m, n[L]): outputs and targets. One sigmoid output predicts class 1 above 0.5;
    several sigmoid outputs must all be right; softmax predicts its largest output.
    """
    if not len(A) or not np.isfinite(A).all():
        return None
    if loss == "binary_crossentropy":
        return float(((A > 0.5) == (Y > 0.5)).all(axis=1).mean())
    if loss == "categorical_crossentropy":
        return float((A.argmax(axis=1) == Y.argmax(axis=1)).mean())
    return None


def predicted_classes(A: FloatArray, loss: str) -> IntArray | None:
    """Class index of each sample, int64 (m,): 1 above 0.5 for one output, else the largest.

    The first of several equal outputs wins. None for outputs that are not finite, and for
    several outputs under binary cross-entropy: each of these answers a question of its own,
    so a sample may be of several classes or of none.
    """
    if not np.isfinite(A).all() or (loss == "binary_crossentropy" and A.shape[1] > 1):
        return None
    return (A[:, 0] > 0.5 if A.shape[1] == 1 else A.argmax(axis=1)).astype(np.int64)


def true_classes(Y: FloatArray, loss: str) -> IntArray | None:
    """Class index of each sample, int64 (m,), from targets of 0 and 1 or one-hot rows.

    Read as ``predicted_classes`` reads outputs, None included.
    """
    return predicted_classes(Y, loss)


def class_scores(A: FloatArray) -> FloatArray:
    """One column per class (m, K), larger for the more likely: A, or −a and a for one output."""
    # −a has the ties of a; 1 − a would add some, where a is so small that 1 − a rounds to 1.
    return np.column_stack((-A, A)) if A.shape[1] == 1 else A


def confusion_matrix(true: IntArray, predicted: IntArray, n_classes: int) -> IntArray:
    """Numbers of samples, int64 (K, K): rows by true class, columns by predicted class.

    true, predicted: class indices (m,). Raises ValueError if they are not from 0 to K − 1, or
    not of one length.
    """
    _require_same_shape(true, predicted)
    cells = np.ravel_multi_index((true, predicted), (n_classes, n_classes))
    counts = np.bincount(cells, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes).astype(np.int64)


def confusion_accuracy(confusion: IntArray) -> float | None:
    """Share of samples on the diagonal; None without samples."""
    n_samples = int(confusion.sum())
    return int(confusion.trace()) / n_samples if n_samples else None


def precision(confusion: IntArray) -> PerClass:
    """Of the samples predicted as k the share that is of class k; None if there are none."""
    return _quotients(confusion.diagonal(), confusion.sum(axis=0))


def recall(confusion: IntArray) -> PerClass:
    """Of the samples of class k the share predicted as k; None if there are none."""
    return _quotients(confusion.diagonal(), confusion.sum(axis=1))


def f1(confusion: IntArray) -> PerClass:
    """2 TP / (2 TP + FP + FN) of each class; None if it is neither there nor predicted.

    The harmonic mean of precision and recall where both are defined, and 0 where one is
    undefined while the other is 0.
    """
    return _quotients(2 * confusion.diagonal(), confusion.sum(axis=0) + confusion.sum(axis=1))


def macro_average(values: Sequence[float | None]) -> float | None:
    """Mean in which every class has the same weight; None if it lacks a part."""
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if 0 < len(defined) == len(values) else None


def roc_curve(positive: BoolArray, score: FloatArray) -> RocCurve | None:
    """The receiver operating characteristic of ``score`` (m,) for finding ``positive`` (m,).

    None unless there are both positives and negatives, and all scores are finite.
    """
    counts = _counts_from_the_top(positive, score)
    if counts is None:
        return None
    false_positives, true_positives, threshold = counts
    return RocCurve(
        _read_only(false_positives / false_positives[-1]),
        _read_only(true_positives / true_positives[-1]),
        _read_only(threshold),
    )


def roc_auc(positive: BoolArray, score: FloatArray) -> float | None:
    """Area under ``roc_curve``; None where there is none.

    Also the probability that a positive scores higher than a negative, ties counting half
    (Hanley and McNeil 1982). Summed in whole numbers, so it is exact.
    """
    counts = _counts_from_the_top(positive, score)
    if counts is None:
        return None
    false_positives, true_positives, _ = counts
    twice_the_area = np.dot(np.diff(false_positives), true_positives[1:] + true_positives[:-1])
    return int(twice_the_area) / (2 * int(false_positives[-1]) * int(true_positives[-1]))


def rmse(A: FloatArray, Y: FloatArray) -> float | None:
    """Root of the mean squared error, the mean being over samples and outputs."""
    return _mean_size(A, Y, lambda errors: np.sqrt(_mean_square(errors)))


def mae(A: FloatArray, Y: FloatArray) -> float | None:
    """Mean absolute error, over samples and outputs."""
    return _mean_size(A, Y, np.mean)


def r_squared(A: FloatArray, Y: FloatArray) -> float | None:
    """Coefficient of determination, 1 − Σ (y − a)² / Σ (y − ȳ)²; the mean over the outputs.

    1 for perfect outputs, 0 for always giving the mean, below 0 for worse. None if the
    targets of an output are constant, as they are with fewer than two samples.
    """
    errors = _differences(A, Y)
    # From the first target on: exact for targets that hardly differ, and 0 if they don't.
    spread = _differences(Y, np.broadcast_to(Y[:1], Y.shape)) if len(Y) else None
    if errors is None or spread is None or not spread.any(axis=0).all():
        return None
    errors, error_exponents = _in_units(errors)
    spread, spread_exponents = _in_units(spread)
    ratios = _mean_square(errors) / _mean_square(spread - spread.mean(axis=0))
    with np.errstate(over="ignore"):
        unexplained = np.ldexp(ratios, 2 * (error_exponents - spread_exponents)).mean()
    return float(1 - unexplained) if np.isfinite(unexplained) else None


def _counts_from_the_top(
    positive: BoolArray, score: FloatArray
) -> tuple[IntArray, IntArray, FloatArray] | None:
    """False positives and true positives at each threshold from ∞ down to the lowest score."""
    positive, score = np.asarray(positive, np.bool_), np.asarray(score, np.float64)
    _require_same_shape(positive, score)
    if positive.all() or not positive.any() or not np.isfinite(score).all():
        return None
    order = np.argsort(-score, kind="stable")
    positive, score = positive[order], score[order]
    # Equal scores pass the threshold together: counts are taken at the last of them.
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), len(score) - 1)
    true_positives = np.cumsum(positive)[last]
    false_positives = last + 1 - true_positives
    return (
        np.append(0, false_positives),
        np.append(0, true_positives),
        np.append(np.inf, score[last]),
    )


def _mean_size(A: FloatArray, Y: FloatArray, mean: Callable[[FloatArray], Any]) -> float | None:
    """``mean`` of all |A − Y|, None if one of them is not finite."""
    errors = _differences(A, Y)
    if errors is None:
        return None
    unit, exponent = _in_units(np.abs(errors).ravel())
    # Rounding may carry a mean past the largest error, where no mean can be.
    return float(np.ldexp(min(mean(unit), unit.max()), exponent))


def _differences(A: FloatArray, Y: FloatArray) -> FloatArray | None:
    """A − Y in float64; None if that is empty or not finite."""
    _require_same_shape(A, Y)
    with np.errstate(over="ignore", invalid="ignore"):
        differences = np.subtract(A, Y, dtype=np.float64)
    return differences if differences.size and np.isfinite(differences).all() else None


def _in_units(D: FloatArray) -> tuple[FloatArray, NDArray[np.int32]]:
    """Columns of D brought into (−1, 1) by powers of two, and the exponents of these.

    Exact, and then no square overflows, and none vanishes that would count.
    """
    exponents = np.frexp(np.abs(D).max(axis=0))[1]
    return np.ldexp(D, -exponents), exponents


def _mean_square(D: FloatArray) -> FloatArray:
    return np.asarray(np.square(D).mean(axis=0))


def _quotients(parts: IntArray, wholes: IntArray) -> PerClass:
    pairs = zip(parts.tolist(), wholes.tolist(), strict=True)
    return tuple(part / whole if whole else None for part, whole in pairs)


def _require_same_shape(a: NDArray[Any], b: NDArray[Any]) -> None:
    # A column against a vector would be spread to a square instead.
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} differ")


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
