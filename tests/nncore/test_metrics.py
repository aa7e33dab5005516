import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nncore.metrics import (
    RegressionSummary,
    accuracy,
    class_scores,
    classification_summary,
    confusion_accuracy,
    confusion_matrix,
    f1,
    macro_average,
    mae,
    precision,
    predicted_classes,
    r_squared,
    recall,
    regression_summary,
    rmse,
    roc_auc,
    roc_curve,
    true_classes,
)
from nncore.types import FloatArray

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "metrics.json").read_text(encoding="utf-8")
)
LARGEST = float(np.finfo(np.float64).max)
SMALLEST = 5e-324
CLASSIFICATION_LOSSES = (
    "binary_crossentropy",
    "categorical_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
)
Metric = Callable[[FloatArray, FloatArray], float | None]


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", REFERENCE[kind], ids=lambda case: case["name"])


def close(value: Any) -> Any:
    """``value`` to compare with, None included."""
    return None if value is None else pytest.approx(value, rel=1e-12, abs=1e-15)


# --- accuracy -----------------------------------------------------------------------------------


def test_one_sigmoid_output_predicts_class_1_above_one_half() -> None:
    A, Y = np.array([[0.9], [0.5], [0.2], [0.51]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    assert accuracy(A, Y, "binary_crossentropy") == 0.5


def test_several_sigmoid_outputs_must_all_be_right() -> None:
    A = np.array([[0.9, 0.1], [0.9, 0.9], [0.1, 0.1], [0.1, 0.9]])
    Y = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    assert accuracy(A, Y, "binary_crossentropy") == 0.5


def test_softmax_predicts_its_largest_output_however_small() -> None:
    A = np.array([[0.34, 0.33, 0.33], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7]])
    assert accuracy(A, np.eye(3)[[0, 1, 1]], "categorical_crossentropy") == pytest.approx(2 / 3)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_it_is_the_share_of_right_samples(share: float) -> None:
    Y = np.eye(4)[np.arange(100) % 4]
    right = np.arange(100) < 100 * share
    A = np.where(right[:, np.newaxis], Y, np.roll(Y, 1, axis=1)) * 0.8 + 0.05
    assert accuracy(A, Y, "categorical_crossentropy") == share


def test_regression_has_no_accuracy() -> None:
    A = np.array([[1.0], [2.0]])
    assert accuracy(A, A, "mean_squared_error") is None


def test_no_samples_and_outputs_that_are_not_finite_have_no_accuracy() -> None:
    Y = np.eye(2)
    for loss in ("binary_crossentropy", "categorical_crossentropy"):
        assert accuracy(Y[:0], Y[:0], loss) is None
        assert accuracy(np.array([[np.nan, 0.0], [0.0, 1.0]]), Y, loss) is None
        assert accuracy(np.array([[np.inf, 0.0], [0.0, 1.0]]), Y, loss) is None


# --- classes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_output_stands_for_two_classes(loss: str, dtype: str) -> None:
    A = np.array([[0.9], [0.5], [0.2], [-0.7]], dtype)  # the last can only be tanh's
    predicted = predicted_classes(A, loss)
    assert predicted is not None
    assert predicted.dtype == np.int64
    assert predicted.tolist() == [1, 0, 0, 0]
    true = true_classes(np.array([[1], [0], [1], [0]], dtype), loss)
    assert true is not None
    assert true.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES[1:])
def test_of_several_outputs_the_largest_is_predicted_and_the_first_of_equal_ones(loss: str) -> None:
    predicted = predicted_classes(np.array([[0.1, 0.2, 0.7], [0.4, 0.2, 0.4]]), loss)
    assert predicted is not None
    assert predicted.tolist() == [2, 0]
    true = true_classes(np.eye(3)[[2, 1]], loss)
    assert true is not None
    assert true.tolist() == [2, 1]


def test_several_outputs_under_binary_crossentropy_do_not_choose_one_class() -> None:
    Y = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert predicted_classes(Y, "binary_crossentropy") is None
    assert true_classes(Y, "binary_crossentropy") is None
    assert classification_summary(Y, Y, "binary_crossentropy") is None


def test_scores_of_one_output_keep_its_ties_and_add_none() -> None:
    A = np.array([[1e-30], [0.0], [1e-30], [1.0]])
    assert class_scores(A).tolist() == [[-1e-30, 1e-30], [0, 0], [-1e-30, 1e-30], [-1, 1]]
    several = np.array([[0.2, 0.8]])
    assert class_scores(several) is several


# --- confusion matrix, precision, recall, F1 ----------------------------------------------------


@cases("classes")
def test_class_metrics_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    confusion = confusion_matrix(
        np.array(case["true"]), np.array(case["predicted"]), case["n_classes"]
    )
    assert confusion.tolist() == case["confusion"]
    assert confusion.dtype == np.int64
    assert confusion_accuracy(confusion) == close(case["accuracy"])
    for metric, name, macro in zip(
        (precision, recall, f1), ("precision", "recall", "f1"), case["macro"], strict=True
    ):
        values = metric(confusion)
        assert list(values) == [close(value) for value in case[name]]
        assert macro_average(values) == close(macro)


def test_the_reference_holds_undefined_parts_of_each_kind() -> None:
    for name in ("precision", "recall", "f1"):
        assert any(None in case[name] for case in REFERENCE["classes"])
        assert any(None not in case[name] for case in REFERENCE["classes"])


def test_a_class_never_predicted_has_no_precision_but_an_f1_of_0() -> None:
    confusion = confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 0]), 2)
    assert precision(confusion) == (1 / 3, None)
    assert recall(confusion) == (1.0, 0.0)
    assert f1(confusion) == (0.5, 0.0)
    assert macro_average(precision(confusion)) is None


def test_without_samples_the_counts_are_0_and_the_shares_undefined() -> None:
    none = np.zeros(0, np.int64)
    confusion = confusion_matrix(none, none, 3)
    assert confusion.tolist() == [[0] * 3] * 3
    assert confusion_accuracy(confusion) is None
    for metric in (precision, recall, f1):
        assert metric(confusion) == (None, None, None)


def test_small_integer_types_do_not_overflow() -> None:
    classes = np.array([19, 3], np.uint8)
    confusion = confusion_matrix(classes, classes, 20)  # type: ignore[arg-type]
    assert confusion[19, 19] == confusion[3, 3] == 1


@pytest.mark.parametrize("bad", [-1, 3])
def test_a_class_that_is_not_there_is_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="invalid entry"):
        confusion_matrix(np.array([0, bad]), np.array([0, 0]), 3)
    with pytest.raises(ValueError, match="invalid entry"):
        confusion_matrix(np.array([0, 0]), np.array([0, bad]), 3)


def test_class_indices_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(1,\) differ"):
        confusion_matrix(np.array([0, 1, 1]), np.array([1]), 2)


def test_a_macro_average_needs_all_its_parts() -> None:
    assert macro_average((0.25, 0.5, 0.0)) == 0.25
    assert macro_average((0.25, None)) is None
    assert macro_average(()) is None


LABELS = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.just(k),
        st.lists(
            st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)), min_size=1, max_size=40
        ).map(lambda pairs: np.array(pairs).T),
    )
)


@given(LABELS)
def test_rows_sum_to_the_samples_of_a_class_and_columns_to_its_predictions(
    labels: tuple[int, NDArray[np.int64]],
) -> None:
    k, (true, predicted) = labels
    confusion = confusion_matrix(true, predicted, k)
    assert confusion.sum(axis=1).tolist() == [int((true == j).sum()) for j in range(k)]
    assert confusion.sum(axis=0).tolist() == [int((predicted == j).sum()) for j in range(k)]
    assert confusion_matrix(predicted, true, k).tolist() == confusion.T.tolist()


@given(LABELS)
def test_accuracy_is_the_trace_over_the_total_and_the_recall_weighted_by_class(
    labels: tuple[int, NDArray[np.int64]],
) -> None:
    k, (true, predicted) = labels
    confusion = confusion_matrix(true, predicted, k)
    share = confusion_accuracy(confusion)
    assert share == np.trace(confusion) / len(true)
    Y, A = np.eye(k)[true], np.eye(k)[predicted]
    assert accuracy(A, Y, "categorical_crossentropy") == close(share)
    weighted = [
        (true == j).mean() * value for j, value in enumerate(recall(confusion)) if value is not None
    ]
    assert sum(weighted) == close(share)


@given(LABELS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(
    labels: tuple[int, NDArray[np.int64]],
) -> None:
    k, (true, predicted) = labels
    confusion = confusion_matrix(true, predicted, k)
    for p, r, f in zip(precision(confusion), recall(confusion), f1(confusion), strict=True):
        if p and r:
            assert f == close(2 / (1 / p + 1 / r))
        elif p is None and r is None:
            assert f is None
        else:
            assert f == 0


@given(LABELS, st.randoms(use_true_random=False))
def test_renaming_the_classes_renames_their_metrics(
    labels: tuple[int, NDArray[np.int64]], random: Any
) -> None:
    k, (true, predicted) = labels
    new = np.array(random.sample(range(k), k))
    before = confusion_matrix(true, predicted, k)
    after = confusion_matrix(new[true], new[predicted], k)
    for metric in (precision, recall, f1):
        assert [metric(after)[new[j]] for j in range(k)] == list(metric(before))


# --- ROC ----------------------------------------------------------------------------------------


@cases("rankings")
def test_curve_and_area_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    positive, score = np.array(case["positive"], np.bool_), np.array(case["score"])
    if case["name"] == "float32":
        score = score.astype(np.float32)
    curve = roc_curve(positive, score)
    assert curve is not None
    assert curve.false_positive_rate.tolist() == close(case["false_positive_rate"])
    assert curve.true_positive_rate.tolist() == close(case["true_positive_rate"])
    assert curve.threshold.tolist() == [np.inf, *case["threshold"]]
    assert roc_auc(positive, score) == close(case["auc"])


@cases("outputs")
def test_areas_of_each_class_against_the_others_are_those_of_scikit_learn(
    case: dict[str, Any],
) -> None:
    A = np.array(case["A"])
    summary = classification_summary(
        A, np.eye(A.shape[1])[case["true"]], "categorical_crossentropy"
    )
    assert summary is not None
    assert list(summary.roc_auc) == [close(value) for value in case["roc_auc"]]
    assert macro_average(summary.roc_auc) == close(case["macro"])


def test_with_one_class_there_is_no_curve() -> None:
    score = np.array([0.1, 0.2])
    for positive in (np.array([True, True]), np.array([False, False])):
        assert roc_curve(positive, score) is None
        assert roc_auc(positive, score) is None
    assert roc_auc(np.zeros(0, np.bool_), np.zeros(0)) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_with_scores_that_are_not_finite_there_is_no_curve(bad: float) -> None:
    positive, score = np.array([True, False, True]), np.array([0.1, bad, 0.2])
    assert roc_curve(positive, score) is None
    assert roc_auc(positive, score) is None


def test_scores_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(2, 1\) differ"):
        roc_auc(np.array([True, False]), np.array([[0.1], [0.2]]))


def test_huge_scores_are_ranked_like_any_others() -> None:
    positive = np.array([True, False, True, False])
    assert roc_auc(positive, np.array([LARGEST, -LARGEST, 1e300, 1e300])) == 3.5 / 4
    assert roc_auc(positive, np.array([SMALLEST, 0.0, 0.0, -0.0])) == 3 / 4


def test_the_arrays_of_a_curve_are_read_only() -> None:
    curve = roc_curve(np.array([True, False]), np.array([0.2, 0.1]))
    assert curve is not None
    with pytest.raises(ValueError, match="read-only"):
        curve.threshold[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.threshold = np.zeros(3)  # type: ignore[misc]


# few distinct values make ties, all finite ones make extremes
SCORES = st.one_of(
    st.sampled_from([0.0, -0.0, 0.25, 0.5, 1.0]), st.floats(allow_nan=False, allow_infinity=False)
)
RANKINGS = st.lists(st.tuples(st.booleans(), SCORES), min_size=2, max_size=30).filter(
    lambda pairs: len({positive for positive, _ in pairs}) == 2
)
Ranking = list[tuple[bool, float]]


def columns(ranking: Ranking) -> tuple[NDArray[np.bool_], FloatArray]:
    positive, score = zip(*ranking, strict=True)
    return np.array(positive), np.array(score)


@given(RANKINGS)
def test_the_area_counts_the_pairs_in_the_right_order(ranking: Ranking) -> None:
    positive, score = columns(ranking)
    pairs = [(high, low) for high in score[positive] for low in score[~positive]]
    right = sum(high > low for high, low in pairs) + 0.5 * sum(high == low for high, low in pairs)
    assert roc_auc(positive, score) == right / len(pairs)


@given(RANKINGS)
def test_the_area_depends_on_the_order_only(ranking: Ranking) -> None:
    positive, score = columns(ranking)
    ranks = np.unique(score, return_inverse=True)[1].astype(float)
    area = roc_auc(positive, score)
    assert area == roc_auc(positive, ranks) == roc_auc(positive, np.exp(ranks) - 7)
    assert area == roc_auc(~positive, -score)
    reverse = roc_auc(positive, -score)
    assert area is not None
    assert reverse == pytest.approx(1 - area, abs=1e-15)


@given(RANKINGS)
def test_the_curve_rises_from_0_to_1_over_the_distinct_scores_and_holds_the_area(
    ranking: Ranking,
) -> None:
    positive, score = columns(ranking)
    curve = roc_curve(positive, score)
    assert curve is not None
    x, y = curve.false_positive_rate, curve.true_positive_rate
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert len(x) == len(y) == len(curve.threshold) == 1 + len(np.unique(score))
    assert (np.diff(x) >= 0).all()
    assert (np.diff(y) >= 0).all()
    for threshold, fall_out, hit_rate in zip(curve.threshold, x, y, strict=True):
        assert hit_rate == (score[positive] >= threshold).mean()
        assert fall_out == (score[~positive] >= threshold).mean()
    assert np.trapezoid(y, x) == close(roc_auc(positive, score))


# --- the summary of a classifier ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("loss", "width"), [("binary_crossentropy", 1), ("huber", 1), ("huber", 3)]
)
def test_the_summary_holds_what_the_functions_give(loss: str, width: int, dtype: str) -> None:
    rng = np.random.default_rng(0)
    A = rng.random((50, width)).astype(dtype)
    k = max(2, width)
    true = rng.integers(0, k, 50)
    Y = (true[:, np.newaxis] if width == 1 else np.eye(k)[true]).astype(dtype)
    summary = classification_summary(A, Y, loss)
    assert summary is not None
    predicted = (A[:, 0] > 0.5).astype(int) if width == 1 else A.argmax(axis=1)
    confusion = confusion_matrix(true, predicted, k)
    assert summary.confusion.tolist() == confusion.tolist()
    assert not summary.confusion.flags.writeable
    assert summary.accuracy == (true == predicted).mean()
    assert summary.precision == precision(confusion)
    assert summary.recall == recall(confusion)
    assert summary.f1 == f1(confusion)
    scores = [-A[:, 0], A[:, 0]] if width == 1 else list(A.T)
    assert summary.roc_auc == tuple(roc_auc(true == j, score) for j, score in enumerate(scores))


def test_both_classes_of_one_output_have_the_same_area() -> None:
    rng = np.random.default_rng(1)
    A, Y = rng.random((30, 1)).round(1), rng.integers(0, 2, (30, 1)).astype(float)
    summary = classification_summary(A, Y, "binary_crossentropy")
    assert summary is not None
    assert summary.roc_auc[0] == summary.roc_auc[1] == roc_auc(Y[:, 0] == 1, A[:, 0])
    assert summary.accuracy == accuracy(A, Y, "binary_crossentropy")


def test_a_class_without_samples_leaves_gaps_and_nothing_else() -> None:
    Y = np.eye(3)[[0, 1, 1]]
    summary = classification_summary(Y, Y, "categorical_crossentropy")
    assert summary is not None
    assert summary.accuracy == 1
    for values in (summary.precision, summary.recall, summary.f1, summary.roc_auc):
        assert values == (1, 1, None)


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES)
def test_no_summary_of_nothing_nor_of_what_is_not_finite(loss: str, width: int) -> None:
    Y = np.eye(3)[:, :width]
    assert classification_summary(Y[:0], Y[:0], loss) is None
    for bad in (np.nan, np.inf, -np.inf):
        broken = Y.copy()
        broken[1, -1] = bad
        assert classification_summary(broken, Y, loss) is None
        assert classification_summary(Y, broken, loss) is None


def test_a_summary_of_tables_that_do_not_match_is_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        classification_summary(np.eye(3), np.eye(3)[:, :1], "categorical_crossentropy")


# --- regression ---------------------------------------------------------------------------------

REGRESSION_METRICS: tuple[Metric, ...] = (rmse, mae, r_squared)


@cases("regression")
def test_regression_metrics_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    summary = regression_summary(np.array(case["A"]), np.array(case["Y"]))
    for name in ("rmse", "mae", "r_squared"):
        assert getattr(summary, name) == pytest.approx(case[name], rel=1e-12, abs=1e-14)


def test_regression_metrics_in_closed_form() -> None:
    A, Y = (
        np.array([[1.0, 10.0], [2.0, 10.0], [6.0, 13.0]]),
        np.array([[1.0, 10], [2, 11], [3, 12]]),
    )
    assert mae(A, Y) == (3 + 1 + 1) / 6
    assert rmse(A, Y) == pytest.approx(math.sqrt((9 + 1 + 1) / 6), rel=1e-15)
    assert r_squared(A, Y) == pytest.approx(((1 - 9 / 2) + (1 - 2 / 2)) / 2, rel=1e-15)


def test_constant_targets_have_no_r_squared_but_errors() -> None:
    # The mean of these targets rounds to another number than 0.1.
    A, Y = np.arange(10.0)[:, np.newaxis], np.full((10, 1), 0.1)
    assert r_squared(A, Y) is None
    assert r_squared(Y, Y) is None
    assert mae(A, Y) == pytest.approx(4.42, rel=1e-14)
    one_of_two_is_constant = np.hstack((A, Y))
    assert r_squared(one_of_two_is_constant, one_of_two_is_constant) is None


def test_one_sample_has_errors_and_no_r_squared() -> None:
    summary = regression_summary(np.array([[1.0]]), np.array([[3.0]]))
    assert dataclasses.astuple(summary) == (2, 2, None)


@pytest.mark.parametrize("metric", REGRESSION_METRICS)
def test_no_error_of_nothing_nor_of_what_is_not_finite(metric: Metric) -> None:
    Y = np.array([[1.0], [2.0]])
    assert metric(Y[:0], Y[:0]) is None
    for bad in (np.nan, np.inf, -np.inf):
        broken = np.array([[bad], [2.0]])
        assert metric(broken, Y) is None
        assert metric(Y, broken) is None
        assert metric(broken, broken) is None


@pytest.mark.parametrize("metric", REGRESSION_METRICS)
def test_a_column_against_a_vector_is_refused(metric: Metric) -> None:
    with pytest.raises(ValueError, match=r"shapes \(3, 1\) and \(3,\) differ"):
        metric(np.zeros((3, 1)), np.zeros(3))


@pytest.mark.parametrize("size", [1e308, 1e300, 1e160, 1e-160, 1e-300])
def test_huge_and_tiny_numbers_neither_overflow_nor_vanish(size: float) -> None:
    A, Y = np.array([[0.5], [0.5], [-0.5], [0.0]]), np.array([[0.5], [-0.5], [0.5], [0.0]])
    assert mae(A * size, Y * size) == pytest.approx(size / 2, rel=1e-14)
    assert rmse(A * size, Y * size) == pytest.approx(size * math.sqrt(0.5), rel=1e-14)
    assert r_squared(A * size, Y * size) == pytest.approx(1 - 2 / 0.6875, rel=1e-14)


def test_the_largest_and_the_smallest_numbers() -> None:
    Y = np.zeros((7, 1))
    for size in (LARGEST, SMALLEST):
        assert regression_summary(Y + size, Y) == RegressionSummary(size, size, None)


def test_a_mean_of_equal_errors_is_not_rounded_past_them() -> None:
    for size in (0.6, 0.7, 0.9):  # 3, 6 and 5 of which have a root mean square or mean above
        for m in (3, 5, 6):
            A, Y = np.full((m, 1), size), np.zeros((m, 1))
            for error in (rmse(A, Y), mae(A, Y)):
                assert error == pytest.approx(size, rel=1e-15)
                assert error is not None
                assert error <= size


def test_differences_and_quotients_beyond_the_largest_number_are_not_available() -> None:
    A, Y = np.array([[LARGEST], [0.0]]), np.array([[-LARGEST], [0.0]])
    assert dataclasses.astuple(regression_summary(A, Y)) == (None, None, None)
    # the targets' range alone
    assert r_squared(Y * 0, np.array([[-LARGEST], [LARGEST]])) is None
    # errors of 1e200 in targets that differ by 1
    assert r_squared(np.array([[1e200], [1e200]]), np.array([[0.0], [1.0]])) is None


def test_small_errors_beside_huge_numbers_count() -> None:
    A, Y = np.array([[1e300], [3.0]]), np.array([[1e300], [1.0]])
    assert mae(A, Y) == 1
    assert rmse(A, Y) == pytest.approx(math.sqrt(2), rel=1e-15)
    assert r_squared(A, Y) == 1


def test_targets_that_hardly_differ_have_an_exact_r_squared() -> None:
    step = 2.0**-52
    Y = np.array([[1.0], [1.0 + step]])
    assert r_squared(np.ones((2, 1)), Y) == -1


@pytest.mark.parametrize("metric", REGRESSION_METRICS)
def test_float32_is_computed_in_float64(metric: Metric) -> None:
    rng = np.random.default_rng(5)
    A, Y = rng.normal(1000, 1, (2, 1000, 1)).astype(np.float32)
    assert metric(A, Y) == metric(A.astype(np.float64), Y.astype(np.float64))
    huge = np.array([[3e38], [-3e38]], np.float32)
    assert mae(huge, -huge) == pytest.approx(6e38, rel=1e-6)


MILD = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
TABLES = st.tuples(st.integers(1, 3), st.integers(1, 20)).flatmap(
    lambda shape: st.lists(
        st.tuples(*[MILD] * (2 * shape[0])), min_size=shape[1], max_size=shape[1]
    ).map(lambda rows: np.split(np.array(rows), 2, axis=1))
)


@given(TABLES)
def test_errors_are_those_of_the_textbook(table: list[FloatArray]) -> None:
    A, Y = table
    assert mae(A, Y) == close(np.abs(A - Y).mean())
    assert rmse(A, Y) == close(np.sqrt(np.square(A - Y).mean()))
    assert rmse(A, Y) == rmse(Y, A)
    assert rmse(Y, Y) == mae(Y, Y) == 0


@given(TABLES)
def test_r_squared_is_that_of_the_textbook_and_has_no_unit(table: list[FloatArray]) -> None:
    A, Y = table
    if (np.ptp(Y, axis=0) == 0).any():
        assert r_squared(A, Y) is None
        return
    spread = np.square(Y - Y.mean(axis=0)).sum(axis=0)
    expected = (1 - np.square(A - Y).sum(axis=0) / spread).mean()
    assert r_squared(A, Y) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert r_squared(A * -1024, Y * -1024) == r_squared(A, Y)
    assert r_squared(Y, Y) == 1


@given(st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), max_size=12))
def test_any_finite_table_gives_finite_numbers_or_none(rows: list[tuple[float, float]]) -> None:
    A, Y = np.array(rows).reshape(-1, 2, 1).transpose(1, 0, 2)
    largest = max((abs(a - y) for a, y in rows), default=math.inf)
    errors = (rmse(A, Y), mae(A, Y))
    for error in errors:
        assert (error is None) == math.isinf(largest)
        assert error is None or 0 <= error <= largest
    determination = r_squared(A, Y)
    assert determination is None or (math.isfinite(determination) and determination <= 1)
