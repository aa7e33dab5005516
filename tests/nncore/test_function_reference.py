"""Activation functions and losses have PyTorch's values and derivatives, in float64.

What PyTorch computed is in ``tests/reference/functions.npz``; ``make_functions.py`` beside it
made that, and says what it holds. PyTorch itself is not needed here.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from nncore.activations import ACTIVATIONS
from nncore.evaluation import Evaluator
from nncore.losses import LOSSES
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig
from nncore.trainer import Trainer

Array = NDArray[Any]

RTOL = 1e-12
TINY = 1e-300  # below this all is 0
# 1 − a, 1 − t² and a + 1 are rounded relative to 1 even where they are small, and with them
# the derivatives made of them, in PyTorch too. GELU's has it multiplied by about 10, and its
# value has 1 + t.
ATOL, ATOL_OF_GELU = 1e-15, 5e-15

with np.load(Path(__file__).parents[1] / "reference" / "functions.npz", allow_pickle=False) as file:
    REFERENCE = dict(file)
ABOUT = json.loads(REFERENCE["about"].tobytes())
NAMES: list[str] = ABOUT["activations"]
PAIRS: list[list[str]] = ABOUT["pairs"]


def test_every_activation_and_every_pair_of_loss_and_output_is_there() -> None:
    assert {*NAMES, "softmax"} == set(ACTIVATIONS)
    random = {(loss, output) for loss, output, logits, _ in PAIRS if logits == "random"}
    assert random == {
        (loss.name, output)
        for loss in LOSSES.values()
        for output in ACTIVATIONS
        if loss.link in (None, output)
    }
    assert len(PAIRS) == 35 + 3 + 1
    assert REFERENCE["z"].min() == -1e4
    assert REFERENCE["z"].max() == 1e4


@pytest.mark.parametrize("name", NAMES)
def test_values_are_pytorchs(name: str) -> None:
    Z = np.ascontiguousarray(REFERENCE["z"][None])
    expected = REFERENCE["f"][NAMES.index(name)]
    atol = ATOL if name == "gelu" else TINY
    assert_allclose(ACTIVATIONS[name].f(Z)[0], expected, RTOL, atol)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_autograds(name: str) -> None:
    Z = np.ascontiguousarray(REFERENCE["z"][None])
    expected = REFERENCE["derivative"][NAMES.index(name)]
    atol = ATOL_OF_GELU if name == "gelu" else ATOL
    assert_allclose(ACTIVATIONS[name].derivative(Z)[0], expected, RTOL, atol)


def test_softmax_is_pytorchs() -> None:
    Z = np.ascontiguousarray(REFERENCE["Z_softmax"].T)
    assert_allclose(ACTIVATIONS["softmax"].f(Z).T, REFERENCE["f_softmax"], RTOL, TINY)


def logits_given(loss: str, output: str, Z: Array, Y: Array) -> Trainer:
    """A perceptron with W = I and b = 0, so that the inputs Z (m, units) are its logits."""
    units = Z.shape[1]
    spec = NetworkSpec(
        units,
        (LayerSpec(units, output),),
        loss,
        dtype="float64",
        huber_delta=ABOUT["huber_delta"],
    )
    theta = np.eye(units + 1, units).ravel()
    return Trainer(spec, TrainingConfig(), Z, Y, theta)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_losses_and_their_gradients_are_pytorchs(pair: list[str]) -> None:
    number, (loss, output, logits, targets) = PAIRS.index(pair), pair
    Z, Y = REFERENCE[f"Z_{logits}"], REFERENCE[f"Y_{targets}"]
    a = logits_given(loss, output, Z, Y)
    evaluation = Evaluator(a.network, Z, Y).evaluate()
    assert evaluation is not None
    assert evaluation.loss == pytest.approx(REFERENCE["values"][number], rel=RTOL, abs=0)
    a.step_batch()
    assert_array_equal(a.trace.Z[1], Z)
    assert_allclose(a.trace.delta[1], REFERENCE["gradients"][number], RTOL, ATOL)
