"""What the peers of ``training.py`` are given: data, initial parameters, and a loss to compare."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Weights = list[tuple[Array, Array]]  # W (n[l], n[l-1]) and b (n[l],) of every layer
MOMENTUM = 0.9


@dataclass(frozen=True)
class Workload:
    """One network on one set of samples; every hidden layer has the same activation.

    batch_size   None takes all samples in one step, without shuffling
    n_classes    one output with sigmoid and binary cross-entropy, or ten with softmax and
                 categorical cross-entropy
    check_steps  full-batch steps after which all peers must have the same loss
    """

    name: str
    sizes: tuple[int, ...]
    activation: str
    n_samples: int
    batch_size: int | None
    optimizer: str
    learning_rate: float
    check_steps: int = 10

    @property
    def title(self) -> str:
        batch = "full batch" if self.batch_size is None else f"batch {self.batch_size}"
        shape = "-".join(map(str, self.sizes))
        return f"{self.name} {shape} {self.activation}, {batch} of {self.n_samples}, " + (
            self.optimizer
        )

    @property
    def binary(self) -> bool:
        return self.sizes[-1] == 1

    @property
    def n_batches(self) -> int:
        return math.ceil(self.n_samples / (self.batch_size or self.n_samples))

    def batches(self) -> list[slice]:
        """The samples of each step of an epoch, the short last batch included."""
        m = self.batch_size or self.n_samples
        starts = range(0, self.n_samples, m)
        return [slice(start, min(start + m, self.n_samples)) for start in starts]

    def in_one_batch(self) -> "Workload":
        """The same network, all of some hundred samples in one step: nothing left to chance."""
        return replace(self, n_samples=min(self.n_samples, 1000), batch_size=None)


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("W1", (2, 16, 8, 1), "relu", 1000, None, "sgd", 0.1, check_steps=100),
        Workload("W2", (2, 8, 8, 1), "tanh", 1000, 10, "sgd", 0.03, check_steps=100),
        Workload("W3", (64, 128, 64, 10), "relu", 1797, 32, "adam", 1e-3),
        Workload("W4", (784, 512, 256, 10), "relu", 6400, 128, "adam", 1e-3),
        Workload("W5", (1024, 2048, 2048, 10), "relu", 2560, 256, "momentum", 0.01),
    )
}


def samples(workload: Workload) -> tuple[Array, Array]:
    """X (n, n[0]) float32, and the class of each sample (n,).

    Normal points: the class is whether one lies in the unit circle (the guide's example), or
    the largest of ten random linear functions.
    """
    rng = np.random.default_rng(42)
    X = rng.standard_normal((workload.n_samples, workload.sizes[0]), np.float32)
    if workload.binary:
        return X, (np.square(X).sum(axis=1) < 1).astype(np.int64)
    teacher = rng.standard_normal((workload.sizes[0], workload.sizes[-1]), np.float32)
    return X, (X @ teacher).argmax(axis=1)


def targets(workload: Workload, y: Array) -> Array:
    """Y (n, n[L]) float32: the class itself if there are two, else one-hot."""
    if workload.binary:
        return y[:, np.newaxis].astype(np.float32)
    return np.eye(workload.sizes[-1], dtype=np.float32)[y]


def initial_weights(workload: Workload) -> Weights:
    """He weights, float32, and biases of 0."""
    rng = np.random.default_rng(7)
    pairs = zip(workload.sizes, workload.sizes[1:], strict=False)
    return [
        (
            rng.standard_normal((n_out, n_in), np.float32) * np.float32(math.sqrt(2 / n_in)),
            np.zeros(n_out, np.float32),
        )
        for n_in, n_out in pairs
    ]


def mean_loss(A: Array, y: Array) -> float:
    """Cross-entropy of the outputs A (m, n[L]), probabilities, for the classes y (m,)."""
    A = A.astype(np.float64)
    if A.shape[1] == 1:
        A = np.hstack((1 - A, A))
    likelihoods = A[np.arange(len(y)), y]
    return float(-np.log(np.maximum(likelihoods, 1e-30)).mean())
