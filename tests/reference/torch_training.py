"""One training run in PyTorch: its own modules, losses, optimizers and schedulers, in float64.

Written by hand, as PyTorch has them otherwise or not at all: the penalties, which leave the
biases out; decoupled decay but in AdamW; clipping to a norm exactly.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import lr_scheduler
from training_cases import Case

STEPS, N = 50, 12
SIZES = (2, 3, 2)

MODULES: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.01),
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "softplus": lambda: nn.Softplus(threshold=700),
    "softmax": lambda: nn.Softmax(dim=1),
}


class Run:
    """A case, trained for 50 steps from theta0 (P,).

    rows     samples of each step's batch
    thetas   parameters (P,) after each step
    rates    learning rate in each step
    clipped  number of steps whose gradient was clipped
    """

    def __init__(self, case: Case, arrays: dict[str, np.ndarray], theta0: np.ndarray) -> None:
        self.case, self.config = case, case["config"]
        self.X, self.Y = (torch.tensor(arrays[f"{x}_{case['data']}"]) for x in "XY")
        self.held_out = [torch.tensor(arrays[f"{x}_held_out"]) for x in "XY"]
        self.weights = torch.tensor(arrays["weights"]) if case["sample_weights"] else None
        self.model = model_of(case, n_outputs(case, arrays))
        set_theta(self.model, theta0)
        self.optimizer = optimizer_of(self.config, self.model)
        self.scheduler = scheduler_of(self.optimizer, case["schedule"])
        self.epoch, self.clipped = 0, 0
        self.rows: list[np.ndarray] = []
        self.thetas: list[np.ndarray] = []
        self.rates: list[float] = []
        for rows, ends_epoch in batch_rows(self.config):
            self.rows.append(rows)
            self.step(torch.tensor(rows))
            if ends_epoch:
                self.end_epoch()

    def step(self, rows: Tensor) -> None:
        self.optimizer.zero_grad()
        objective = self.loss(rows) + penalty(self.config, weights_of(self.model))
        objective.backward()
        self.clipped += clip(self.config, list(self.model.parameters()))
        self.rates.append(self.optimizer.param_groups[0]["lr"])
        decay = self.config.get("weight_decay", 0.0)
        if self.config["optimizer"] != "adamw":
            with torch.no_grad():
                for W in weights_of(self.model):
                    W.mul_(1 - self.rates[-1] * decay)
        self.optimizer.step()
        self.thetas.append(theta_of(self.model))

    def loss(self, rows: Tensor) -> Tensor:
        """Mean over the batch of the losses, each times its sample's and its class's weight."""
        Y = self.Y[rows]
        losses = sample_losses(self.case, self.model(self.X[rows]), Y)
        if self.weights is not None:
            losses = losses * self.weights[rows]
        if "class_weights" in self.config:
            losses = losses * torch.tensor(self.config["class_weights"])[Y.long().flatten()]
        return losses.mean()

    def end_epoch(self) -> None:
        """The scheduler's step; a cosine that has come down stays there, PyTorch's would rise."""
        self.epoch += 1
        schedule = self.case["schedule"]
        if schedule["name"] == "plateau":
            self.scheduler.step(self.watched_loss())
        elif self.epoch <= schedule.get("warm_up", 0) + schedule.get("length", math.inf):
            self.scheduler.step()

    def watched_loss(self) -> Tensor:
        """Of the held-out set, or else of all samples; without penalty."""
        X, Y = self.held_out if self.case["held_out"] else (self.X, self.Y)
        with torch.no_grad():
            return sample_losses(self.case, self.model(X), Y).mean()


def model_of(case: Case, k: int) -> nn.Sequential:
    """The network up to its logits; the output activation belongs to the loss."""
    sizes, layers = (*SIZES, k), []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out, dtype=torch.float64), MODULES[case["activation"]]()]
    return nn.Sequential(*layers[:-1])


def n_outputs(case: Case, arrays: dict[str, np.ndarray]) -> int:
    Y = arrays[f"Y_{case['data']}"]
    return Y.shape[1] if Y.ndim == 2 else 3


def weights_of(model: nn.Sequential) -> list[nn.Parameter]:
    return [p for name, p in model.named_parameters() if name.endswith("weight")]


def theta_of(model: nn.Sequential) -> np.ndarray:
    return torch.cat([transposed(p.detach()).flatten() for p in model.parameters()]).numpy()


def transposed(p: Tensor) -> Tensor:
    return p.T if p.ndim == 2 else p


def set_theta(model: nn.Sequential, theta: np.ndarray) -> None:
    values = torch.tensor(theta)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(transposed(values[: p.numel()].reshape(p.shape[::-1])))
            values = values[p.numel() :]
    assert len(values) == 0


def sample_losses(case: Case, Z: Tensor, Y: Tensor) -> Tensor:
    """Loss of each sample (m,): the mean over its outputs, or the sum over its classes."""
    A = MODULES[case["output"]]()(Z)
    if case["loss"] == "categorical_crossentropy":
        return F.cross_entropy(Z, Y, reduction="none")
    if case["loss"] == "binary_crossentropy":
        losses = F.binary_cross_entropy_with_logits(Z, Y, reduction="none")
    elif case["loss"] == "mean_squared_error":
        losses = F.mse_loss(A, Y, reduction="none")
    elif case["loss"] == "mean_absolute_error":
        losses = F.l1_loss(A, Y, reduction="none")
    else:
        losses = F.huber_loss(A, Y, reduction="none", delta=case["huber_delta"])
    return losses.mean(dim=1)


def penalty(config: dict[str, Any], weights: list[nn.Parameter]) -> Tensor:
    l1 = sum(W.abs().sum() for W in weights)
    l2 = sum(W.square().sum() for W in weights)
    return config.get("l1", 0.0) * l1 + config.get("l2", 0.0) / 2 * l2


def clip(config: dict[str, Any], parameters: list[nn.Parameter]) -> bool:
    """By value, then by norm, and by that exactly: PyTorch's own adds 1e-6 to the norm."""
    before = torch.cat([p.grad.flatten() for p in parameters])
    if "clip_value" in config:
        nn.utils.clip_grad_value_(parameters, config["clip_value"])
    norm = torch.cat([p.grad.flatten() for p in parameters]).norm()
    if norm > config.get("clip_norm", math.inf):
        for p in parameters:
            p.grad.mul_(config["clip_norm"] / norm)
    return not torch.equal(before, torch.cat([p.grad.flatten() for p in parameters]))


def optimizer_of(config: dict[str, Any], model: nn.Sequential) -> torch.optim.Optimizer:
    parameters, name = list(model.parameters()), config["optimizer"]
    lr, eps = config["learning_rate"], config.get("epsilon", 1e-8)
    momentum, alpha = config.get("momentum", 0.9), config.get("rho", 0.99)
    betas = (config.get("beta1", 0.9), config.get("beta2", 0.999))
    weights = weights_of(model)
    biases = [p for p in parameters if p.ndim == 1]
    groups = [
        {"params": weights, "weight_decay": config.get("weight_decay", 0.0)},
        {"params": biases, "weight_decay": 0.0},
    ]
    makers: dict[str, Callable[[], torch.optim.Optimizer]] = {
        "sgd": lambda: torch.optim.SGD(parameters, lr),
        "momentum": lambda: torch.optim.SGD(parameters, lr, momentum),
        "nesterov": lambda: torch.optim.SGD(parameters, lr, momentum, nesterov=True),
        "adagrad": lambda: torch.optim.Adagrad(parameters, lr, eps=eps),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, lr, alpha, eps),
        "adam": lambda: torch.optim.Adam(parameters, lr, betas, eps),
        "adamw": lambda: torch.optim.AdamW(groups, lr, betas, eps),
    }
    return makers[name]()


def scheduler_of(optimizer: torch.optim.Optimizer, schedule: dict[str, Any]) -> Any:
    lr, factor = optimizer.param_groups[0]["lr"], schedule.get("factor", 0.1)
    least = schedule.get("floor", 0.0) * lr
    warm_up, every, length, patience = (
        schedule.get(name) for name in ("warm_up", "every", "length", "patience")
    )
    makers: dict[str, Callable[[], Any]] = {
        "constant": lambda: lr_scheduler.ConstantLR(optimizer, 1.0),
        "step": lambda: lr_scheduler.StepLR(optimizer, every, factor),
        "exponential": lambda: lr_scheduler.ExponentialLR(optimizer, factor),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, length, least),
        "plateau": lambda: lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=factor, patience=patience, min_lr=least
        ),
    }
    if not warm_up:
        return makers[schedule["name"]]()
    start = lr_scheduler.LinearLR(optimizer, 1 / (warm_up + 1), total_iters=warm_up)
    return lr_scheduler.SequentialLR(optimizer, [start, makers[schedule["name"]]()], [warm_up])


def batch_rows(config: dict[str, Any]) -> Iterator[tuple[np.ndarray, bool]]:
    """(rows, whether they end the epoch) of 50 steps, in the engine's documented order.

    At each epoch's start a permutation is drawn from the second child of the seed's sequence;
    a batch of all samples keeps theirs.
    """
    size = config.get("batch_size") or N
    rng = np.random.default_rng(np.random.SeedSequence(config.get("seed", 0)).spawn(2)[1])
    order, start = np.arange(N), 0
    for _ in range(STEPS):
        if start == 0 and size < N:
            order = rng.permutation(N)
        rows, start = order[start : start + size], start + size
        start = 0 if start >= N else start
        yield rows, start == 0
