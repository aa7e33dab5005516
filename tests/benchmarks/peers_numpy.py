"""NumPy without an engine: a network as the guide writes it, and the matrix products alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import MOMENTUM, Array, Weights, Workload, targets


class LeanStyle:
    """A step as plain NumPy, at its shortest: a dictionary entry per layer, a fresh array per
    operation, one sample per column.

    At the output A − Y is used, as the guide works it out, and the cost is never computed.
    """

    dtype: type[np.floating[Any]] = np.float64

    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        self.workload = workload
        self.L = len(weights)
        self.X = np.ascontiguousarray(X.T, self.dtype)
        self.Y = np.ascontiguousarray(targets(workload, y).T, self.dtype)
        self.W = {l: W.astype(self.dtype) for l, (W, b) in enumerate(weights, 1)}
        self.b = {l: b.astype(self.dtype)[:, np.newaxis] for l, (W, b) in enumerate(weights, 1)}
        self.Z: dict[int, Array] = {}
        self.A: dict[int, Array] = {}
        self.dW: dict[int, Array] = {}
        self.db: dict[int, Array] = {}
        # what momentum and Adam remember of the gradients, and of their squares
        self.vW = {l: np.zeros_like(W) for l, W in self.W.items()}
        self.vb = {l: np.zeros_like(b) for l, b in self.b.items()}
        self.sW = {l: np.zeros_like(W) for l, W in self.W.items()}
        self.sb = {l: np.zeros_like(b) for l, b in self.b.items()}
        self.t = 0
        self.update = getattr(self, workload.optimizer)
        self.rng = np.random.default_rng(0)

    def run(self, epochs: int) -> None:
        # exp(-Z) may be infinite, and 1 / infinity right; being warned of it would cost time
        with np.errstate(over="ignore"):
            for _ in range(epochs):
                self.epoch()

    def epoch(self) -> None:
        batch_size = self.workload.batch_size
        if batch_size is None:
            self.step(self.X, self.Y)
            return
        m = self.X.shape[1]
        order = self.rng.permutation(m)
        X, Y = self.X[:, order], self.Y[:, order]
        for start in range(0, m, batch_size):
            stop = start + batch_size
            self.step(X[:, start:stop], Y[:, start:stop])

    def step(self, X: Array, Y: Array) -> None:
        self.forward(X)
        self.backward(Y, self.A[self.L] - Y)
        self.update()

    def forward(self, X: Array) -> None:
        self.A[0] = X
        for l in range(1, self.L + 1):
            self.Z[l] = self.W[l] @ self.A[l - 1] + self.b[l]
            self.A[l] = self.activation(l)

    def activation(self, l: int) -> Array:
        Z = self.Z[l]
        if l == self.L and self.workload.binary:
            return 1 / (1 + np.exp(-Z))
        if l == self.L:
            e = np.exp(Z - Z.max(axis=0))
            return e / e.sum(axis=0)
        return np.tanh(Z) if self.workload.activation == "tanh" else np.maximum(0, Z)

    def backward(self, Y: Array, dZ: Array) -> None:
        m = Y.shape[1]
        for l in range(self.L, 0, -1):
            self.dW[l] = dZ @ self.A[l - 1].T / m
            self.db[l] = dZ.sum(axis=1, keepdims=True) / m
            if l > 1:
                dZ = (self.W[l].T @ dZ) * self.slope(l - 1)

    def slope(self, l: int) -> Array:
        if self.workload.activation == "tanh":
            return 1 - np.tanh(self.Z[l]) ** 2
        return self.Z[l] > 0

    def sgd(self) -> None:
        rate = self.workload.learning_rate
        for l in range(1, self.L + 1):
            self.W[l] -= rate * self.dW[l]
            self.b[l] -= rate * self.db[l]

    def momentum(self) -> None:
        rate = self.workload.learning_rate
        for l in range(1, self.L + 1):
            self.vW[l] = MOMENTUM * self.vW[l] + self.dW[l]
            self.vb[l] = MOMENTUM * self.vb[l] + self.db[l]
            self.W[l] -= rate * self.vW[l]
            self.b[l] -= rate * self.vb[l]

    def adam(self) -> None:
        self.t += 1
        for l in range(1, self.L + 1):
            self.W[l] -= self.adam_update(self.vW, self.sW, l, self.dW[l])
            self.b[l] -= self.adam_update(self.vb, self.sb, l, self.db[l])

    def adam_update(self, v: dict[int, Array], s: dict[int, Array], l: int, g: Array) -> Array:
        """The step for one array: mean gradient over root mean square, both unbiased."""
        v[l] = 0.9 * v[l] + 0.1 * g
        s[l] = 0.999 * s[l] + 0.001 * g**2
        mean = v[l] / (1 - 0.9**self.t)
        square = s[l] / (1 - 0.999**self.t)
        return self.workload.learning_rate * mean / (np.sqrt(square) + 1e-8)

    def predict(self, X: Array) -> Array:
        with np.errstate(over="ignore"):
            self.forward(X.T.astype(self.dtype))
        return self.A[self.L].T


class LeanStyle32(LeanStyle):
    """The same in float32."""

    dtype = np.float32


class GuideStyle(LeanStyle):
    """A step as the guide teaches it: forward propagation, cost, backpropagation, update.

    Chapter 4's cost is computed in every step; at a sigmoid output chapter 5 is followed to
    the letter, dA = −(y/a − (1 − y)/(1 − a)) and dZ = dA · σ′(Z), with 1e-8 where a could be
    0 or 1. The guide gives no derivative of softmax; there it is A − Y.
    """

    def step(self, X: Array, Y: Array) -> None:
        self.forward(X)
        self.cost = self.compute_cost(Y)
        self.backward(Y, self.output_delta(Y))
        self.update()

    def compute_cost(self, Y: Array) -> float:
        A, m = self.A[self.L], Y.shape[1]
        if self.workload.binary:
            losses = Y * np.log(A + 1e-8) + (1 - Y) * np.log(1 - A + 1e-8)
            return float(-np.sum(losses) / m)
        return float(-np.sum(Y * np.log(A + 1e-8)) / m)

    def output_delta(self, Y: Array) -> Array:
        A = self.A[self.L]
        if not self.workload.binary:
            return A - Y
        dA = -(Y / (A + 1e-8) - (1 - Y) / (1 - A + 1e-8))
        sigmoid = 1 / (1 + np.exp(-self.Z[self.L]))
        return dA * sigmoid * (1 - sigmoid)


class GuideStyle32(GuideStyle):
    """The same in float32."""

    dtype = np.float32


Product = tuple[Callable[[Array, Array], object], Array, Array]


class BareProducts:
    """The matrix products of a step and nothing else: what no engine on BLAS can go below.

    In nncore's layout: activations (n[l] + 1, m) with a row of ones, parameters and their
    gradients (n[l-1] + 1, n[l]), outputs given. The values never change.
    """

    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        ones = np.ones((len(X), 1), np.float32)
        self.X = np.hstack((X, ones))
        self.block = {
            l: np.ascontiguousarray(np.vstack((W.T, b))) for l, (W, b) in enumerate(weights, 1)
        }
        self.gradient = {l: np.empty_like(block) for l, block in self.block.items()}
        batches = workload.batches()
        sizes = {rows.stop - rows.start for rows in batches}
        by_size = {m: self.buffers(workload.sizes, m) for m in sizes}
        self.products = [
            product
            for rows in batches
            for product in self.step(self.X[rows].T, *by_size[rows.stop - rows.start])
        ]

    def buffers(self, sizes: tuple[int, ...], m: int) -> tuple[dict[int, Array], ...]:
        """A, Z and delta of every layer for m samples."""
        rng = np.random.default_rng(m)
        layers = range(1, len(sizes))
        A = {l: rng.standard_normal((sizes[l] + 1, m), np.float32) for l in layers}
        Z = {l: np.empty((sizes[l], m), np.float32) for l in layers}
        delta = {l: rng.standard_normal((sizes[l], m), np.float32) for l in layers}
        return A, Z, delta

    def step(
        self, A0: Array, A: dict[int, Array], Z: dict[int, Array], delta: dict[int, Array]
    ) -> list[Product]:
        L, block, gradient = len(self.block), self.block, self.gradient
        A = {0: A0, **A}
        products: list[Product] = [(block[l].T.dot, A[l - 1], Z[l]) for l in block]
        for l in range(L, 0, -1):
            products.append((A[l - 1].dot, delta[l].T, gradient[l]))
            if l > 1:
                products.append((block[l][:-1].dot, delta[l], delta[l - 1]))
        return products

    def run(self, epochs: int) -> None:
        for _ in range(epochs):
            for dot, right, out in self.products:
                dot(right, out)
