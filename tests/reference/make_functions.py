"""Activation functions and losses by PyTorch, for the engine's to be compared with.

    python tests/reference/make_functions.py

Needs PyTorch, which the tests don't; nothing of the engine is imported. Derivatives are
autograd's. All is float64. The file, ``functions.npz``, holds

about          JSON: the PyTorch that wrote it; activations; pairs of loss, output, logits
               and targets; the delta of the Huber loss
z              points (p,): −20 to 20 by quarters, some near 0 and some far out
f, derivative  (activations, p) at these points
Z_softmax      logits (m, units), of which f_softmax is the softmax along the units
Z_NAME, Y_NAME logits and targets (m, units) of the pairs
values         (pairs,) mean loss
gradients      (pairs, m, units) its gradient towards the logits
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

TARGET = Path(__file__).with_name("functions.npz")
M, K = 7, 3
HUBER_DELTA = 0.7
FREE = ("mean_squared_error", "mean_absolute_error", "huber")  # of the output activation
FAR = (0.001, 1e-8, 30.0, 100.0, 700.0, 1e4)

ACTIVATIONS: dict[str, nn.Module] = {
    "identity": nn.Identity(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(0.01),
    "elu": nn.ELU(),
    "selu": nn.SELU(),
    "gelu": nn.GELU("tanh"),
    "silu": nn.SiLU(),
    "softplus": nn.Softplus(threshold=700),  # PyTorch's own threshold, 20, costs digits
}
SOFTMAX = nn.Softmax(dim=1)


def squared(Z: Tensor, output: nn.Module, Y: Tensor) -> Tensor:
    return F.mse_loss(output(Z), Y)


def absolute(Z: Tensor, output: nn.Module, Y: Tensor) -> Tensor:
    return F.l1_loss(output(Z), Y)


def huber(Z: Tensor, output: nn.Module, Y: Tensor) -> Tensor:
    return F.huber_loss(output(Z), Y, delta=HUBER_DELTA)


def binary(Z: Tensor, output: nn.Module, Y: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(Z, Y)


def categorical(Z: Tensor, output: nn.Module, Y: Tensor) -> Tensor:
    return F.cross_entropy(Z, Y)


LOSSES: dict[str, Callable[[Tensor, nn.Module, Tensor], Tensor]] = {
    "binary_crossentropy": binary,
    "categorical_crossentropy": categorical,
    "mean_squared_error": squared,
    "mean_absolute_error": absolute,
    "huber": huber,
}


def pairs() -> list[tuple[str, str, str, str]]:
    """(loss, output, name of the logits, name of the targets).

    All that go together; extreme logits for the usual ones; and a loss that is almost 0.
    """
    usual = [
        ("binary_crossentropy", "sigmoid"),
        ("categorical_crossentropy", "softmax"),
        ("mean_squared_error", "identity"),
    ]
    chained = [(loss, output) for loss in FREE for output in (*ACTIVATIONS, "softmax")]
    return [
        *((loss, output, "random", loss) for loss, output in usual[:2] + chained),
        *((loss, output, "extreme", loss) for loss, output in usual),
        ("binary_crossentropy", "sigmoid", "sure", "ones"),
    ]


def activation_arrays() -> dict[str, np.ndarray]:
    z = np.sort(np.concatenate([np.linspace(-20, 20, 161), FAR, np.negative(FAR)]))
    values, slopes = [], []
    for module in ACTIVATIONS.values():
        x = torch.tensor(z, requires_grad=True)
        a = module(x)
        values.append(a.detach().numpy())
        slopes.append(torch.autograd.grad(a.sum(), x)[0].numpy())
    logits = np.concatenate([np.random.default_rng(3).normal(0, 5, (M, K)), extreme_logits()])
    softmax = SOFTMAX(torch.tensor(logits)).numpy()
    tables = {"f": np.array(values), "derivative": np.array(slopes)}
    return {"z": z, **tables, "Z_softmax": logits, "f_softmax": softmax}


def extreme_logits() -> np.ndarray:
    """±1e4 beside each other in all ways, and once beside 0."""
    signs = np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1], [-1, -1, -1]])
    return 1e4 * np.concatenate([signs, [[1, 0, -1]]])


def targets(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Probabilities for the crossentropies, for these take them; any numbers for the others."""
    shares = rng.random((M, K))
    shares[0] = [0, 1, 0]
    numbers = rng.normal(size=(M, K))
    return {
        "Y_binary_crossentropy": np.where(np.arange(M)[:, None] < 4, rng.random((M, K)) < 0.5, 0.3),
        "Y_categorical_crossentropy": shares / shares.sum(axis=1, keepdims=True),
        "Y_ones": np.ones((M, K)),
    } | {f"Y_{loss}": numbers for loss in FREE}


def loss_arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    arrays = {
        "Z_random": rng.normal(0, 3, (M, K)),
        "Z_extreme": extreme_logits(),
        "Z_sure": rng.uniform(20, 40, (M, K)),
        **targets(rng),
    }
    outputs = ACTIVATIONS | {"softmax": SOFTMAX}
    values, gradients = [], []
    for loss, output, logits, aims in pairs():
        Z = torch.tensor(arrays[f"Z_{logits}"], requires_grad=True)
        value = LOSSES[loss](Z, outputs[output], torch.tensor(arrays[f"Y_{aims}"]))
        values.append(value.item())
        gradients.append(torch.autograd.grad(value, Z)[0].numpy())
    return arrays | {"values": np.array(values), "gradients": np.array(gradients)}


def main() -> None:
    torch.set_num_threads(1)
    about = {
        "torch": torch.__version__,
        "activations": list(ACTIVATIONS),
        "pairs": pairs(),
        "huber_delta": HUBER_DELTA,
    }
    arrays = activation_arrays() | loss_arrays()
    assert all(np.isfinite(array).all() for array in arrays.values())
    np.savez_compressed(TARGET, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    print(  # noqa: T201
        f"{TARGET.name}: {len(ACTIVATIONS) + 1} activations, {len(pairs())} pairs of loss and "
        f"output, {TARGET.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
