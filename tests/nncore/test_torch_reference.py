"""Training goes as PyTorch's does, parameter by parameter, over 50 steps in float64.

What PyTorch computed is in ``tests/reference/training.npz``; ``make_training.py`` beside it
made that, and says what it holds. PyTorch itself is not needed here.
"""

import json
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nncore.optimizers import OPTIMIZERS
from nncore.spec import LayerSpec, NetworkSpec, Schedule, TrainingConfig
from nncore.trainer import Trainer

Array = NDArray[Any]
Case = dict[str, Any]

# of the largest parameter; the file itself is exact to 4e-12
TOLERANCE = 1e-10
STEPS, EVERY = 50, 10

with np.load(Path(__file__).parents[1] / "reference" / "training.npz", allow_pickle=False) as file:
    REFERENCE = dict(file)
CASES: list[Case] = json.loads(REFERENCE["cases"].tobytes())["cases"]
IDS = [case["name"].replace(" ", "-") for case in CASES]

SCHEDULES = (
    "constant",
    "step",
    "exponential",
    "cosine",
    "warm_up_constant",
    "warm_up_cosine",
    "plateau",
)
PENALTIES = ("none", "l1", "l2", "l1_l2", "weight_decay")


def data(case: Case) -> tuple[Array, Array]:
    return REFERENCE[f"X_{case['data']}"], REFERENCE[f"Y_{case['data']}"]


def trainer(case: Case) -> Trainer:
    X, Y = data(case)
    k = Y.shape[1] if Y.ndim == 2 else 3
    hidden = [LayerSpec(units, case["activation"]) for units in (3, 2)]
    spec = NetworkSpec(
        n_inputs=2,
        layers=(*hidden, LayerSpec(k, case["output"])),
        loss=case["loss"],
        dtype="float64",
        huber_delta=case["huber_delta"],
    )
    class_weights = case["config"].get("class_weights")
    config = case["config"] | {"class_weights": class_weights and tuple(class_weights)}
    held_out = (REFERENCE["X_held_out"], REFERENCE["Y_held_out"]) if case["held_out"] else None
    return Trainer(
        spec,
        TrainingConfig(**config, schedule=Schedule(**case["schedule"])),
        X,
        Y,
        REFERENCE[f"theta0_{k}"],
        held_out=held_out,
        sample_weights=REFERENCE["weights"] if case["sample_weights"] else None,
    )


def test_no_case_is_lost() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names) == 320
    assert Counter(name.split()[0] for name in names) == {
        "grid": 238,
        "clip": 21,
        "weights": 13,
        "loss": 9,
        "activation": 10,
        "schedule": 9,
        "batches": 20,
    }
    for table in ("rows", "projections", "thetas"):
        assert len(REFERENCE[table]) == len(names)


def test_the_grid_is_of_every_optimizer_schedule_and_penalty() -> None:
    grid = {case["name"] for case in CASES if case["name"].startswith("grid")}
    assert grid == {
        f"grid {optimizer} {schedule} {penalty}"
        for optimizer, schedule, penalty in product(OPTIMIZERS, SCHEDULES, PENALTIES)
        if (optimizer, penalty) != ("adam", "weight_decay")
    }


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_step_is_pytorchs(case: Case) -> None:
    number, X, a = CASES.index(case), data(case)[0], trainer(case)
    theta = a.network.parameters.theta
    directions = REFERENCE["directions"][:, : len(theta)]
    for step in range(STEPS):
        a.step_batch()
        rows = REFERENCE["rows"][number, step]
        assert np.array_equal(a.trace.A[0], X[rows[rows >= 0]]), f"samples of step {step + 1}"
        off = np.abs(directions @ theta - REFERENCE["projections"][number, step]).max()
        if (step + 1) % EVERY == 0:
            expected = REFERENCE["thetas"][number, step // EVERY, : len(theta)]
            off = max(off, np.abs(theta - expected).max())
        assert off <= TOLERANCE * np.abs(theta).max(), f"step {step + 1} is {off:.1e} off"
    assert a.step == STEPS


@pytest.mark.parametrize("case", [case for case in CASES if case["name"].startswith("batches")])
def test_the_batches_are_cut_from_permutations_by_the_seeds_second_child(case: Case) -> None:
    n, size, seed = len(data(case)[0]), case["config"]["batch_size"], case["config"]["seed"]
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[1])
    rows = REFERENCE["rows"][CASES.index(case)]
    expected = [
        order[start : start + size].tolist()
        for order in (rng.permutation(n) for _ in range(STEPS))
        for start in range(0, n, size)
    ]
    assert [batch[batch >= 0].tolist() for batch in rows] == expected[:STEPS]
