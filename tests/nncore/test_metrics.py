import numpy as np
import pytest

from nncore.metrics import accuracy


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
