"""Training by PyTorch, step by step, for the engine to be compared with: ``training.npz``.

    python tests/reference/make_training.py

Needs PyTorch, which the tests don't; nothing of the engine is imported. The file holds

cases        JSON: the PyTorch that wrote it, and the cases (see ``training_cases``)
X_…, Y_…     inputs (n, 2) and targets of each data set; X_held_out, Y_held_out
weights      sample weights (n,)
theta0_k     initial parameters (P,) of the network 2-3-2-k
directions   (2, 26) of unit length; of each the first P count
rows         (cases, 50, n) samples of each step's batch in their order, then −1
projections  (cases, 50, 2) of theta on the directions, after each step
thetas       (cases, 5, 26) theta itself after steps 10, 20, … 50, then 0

theta has the engine's layout: layer by layer the transposed weights, then the biases.
projections and thetas are rounded to multiples of 2⁻³⁷, 7e-12, which makes the file small.
"""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch_training import SIZES, N, Run, n_outputs
from training_cases import all_cases

TARGET = Path(__file__).with_name("training.npz")
LARGEST = 26  # parameters of 2-3-2-3
EVERY = 10
UNIT = 2.0**-37


def data_sets() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(N, 2))
    product = (X[:, :1] * X[:, 1:] > 0).astype(float)
    classes = np.arange(N) % 3
    twice = np.repeat(rng.normal(size=(N // 2, 2)), 2, axis=0)
    return {
        "binary": (X, product),
        "contradictory": (twice, (np.arange(N) % 2).astype(float)[:, None]),
        "several": (X, (rng.random((N, 3)) < 0.5).astype(float)),
        "classes": (X + np.eye(3)[classes, :2], classes),
        "one_hot": (X, np.eye(3)[classes]),
        "real": (X, rng.normal(size=(N, 2))),
        "unit": (X, rng.random((N, 2))),
        "held_out": (X[:8] + rng.normal(0, 0.1, (8, 2)), 1 - product[:8]),
    }


def shared_arrays() -> dict[str, np.ndarray]:
    """All that the cases are made from, under the names in the file."""
    rng = np.random.default_rng(2)
    arrays = {"weights": np.append(rng.uniform(0.2, 3.0, N - 1), 0.0)}
    for name, (X, Y) in data_sets().items():
        arrays |= {f"X_{name}": X, f"Y_{name}": Y}
    for k in (1, 2, 3):
        arrays[f"theta0_{k}"] = initial_theta(k, rng)
    directions = rng.normal(size=(2, LARGEST))
    arrays["directions"] = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return arrays


def initial_theta(k: int, rng: np.random.Generator) -> np.ndarray:
    """Biases are not 0, so that their place shows; one weight is, where the l1 penalty is flat."""
    sizes = (*SIZES, k)
    blocks = [
        np.append(rng.normal(0, 1.2 / math.sqrt(rows), rows * columns), rng.normal(0, 0.2, columns))
        for rows, columns in pairwise(sizes)
    ]
    blocks[1][0] = 0.0
    return np.concatenate(blocks)


def require_telling(run: Run) -> None:
    """The case has to use what it is there for."""
    name = run.case["name"]
    if run.case["schedule"] != {"name": "constant"}:
        assert len(set(run.rates)) > 1, f"{name}: the learning rate never changed"
    if name.startswith("clip"):
        assert run.clipped >= 5, f"{name}: {run.clipped} gradients were clipped"


def require_stable(run: Run, arrays: dict[str, np.ndarray], theta0: np.ndarray) -> None:
    """A change of 1e-9 must not grow a thousandfold: rounding then decides nothing.

    It would if a weight with an l1 penalty, a kink or a plateau's threshold came close.
    """
    signs = np.where(np.arange(len(theta0)) % 2, 1, -1)
    other = Run(run.case, arrays, theta0 * (1 + 1e-9 * signs))
    change = np.abs(np.subtract(run.thetas, other.thetas)).max()
    assert change < 1e-6, f"{run.case['name']}: 1e-9 grew to {change:.1e}"


def padded(values: np.ndarray, width: int, filling: float) -> np.ndarray:
    spare = width - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, spare)], constant_values=filling)


def rounded(values: Any) -> np.ndarray:
    return np.round(np.asarray(values) / UNIT) * UNIT


def main() -> None:
    torch.set_num_threads(1)
    arrays, cases = shared_arrays(), all_cases()
    rows, projections, thetas = [], [], []
    for case in cases:
        theta0 = arrays[f"theta0_{n_outputs(case, arrays)}"]
        run = Run(case, arrays, theta0)
        require_telling(run)
        require_stable(run, arrays, theta0)
        path = np.array(run.thetas)
        rows.append([padded(batch, N, -1) for batch in run.rows])
        projections.append(path @ arrays["directions"][:, : len(theta0)].T)
        thetas.append(padded(path[EVERY - 1 :: EVERY], LARGEST, 0))
    text = json.dumps({"torch": torch.__version__, "cases": cases})
    np.savez_compressed(
        TARGET,
        cases=np.frombuffer(text.encode(), np.uint8),
        rows=np.array(rows, np.int8),
        projections=rounded(projections),
        thetas=rounded(thetas),
        **arrays,
    )
    print(f"{TARGET.name}: {len(cases)} cases, {TARGET.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
