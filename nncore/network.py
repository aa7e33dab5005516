"""The network: forward propagation and backpropagation (the guide's chapters 3, 5 and 6).

Both are recorded once, for a fixed number of samples m, as lists of NumPy calls over fixed
buffers, and then only replayed: a step allocates nothing and spends its time in BLAS. The
buffers are feature-first, (n[l] + 1, m), with a row of ones under the units, which brings
in the biases; ``Z[l]``, ``A[l]``, ``delta[l]`` are their (m, n[l]) views.
"""

from functools import partial

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.losses import LOSSES
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec
from nncore.types import FloatArray, Operation


class Network:
    """A spec, its parameters, and the gradient of the loss with respect to them.

    ``parameters`` holds theta, W[l], b[l]; ``gradient`` has the same layout, so that
    ``gradient.W[l]`` is ∂loss/∂W[l] of the last backward pass.
    """

    def __init__(self, spec: NetworkSpec, parameters: Parameters) -> None:
        """Two networks may share their parameters; each has a gradient of its own."""
        self.spec = spec
        self.parameters = parameters
        self.gradient = Parameters(spec.sizes, spec.dtype)

    @classmethod
    def from_theta(cls, spec: NetworkSpec, theta: FloatArray) -> "Network":
        """A network on a copy of theta (P,)."""
        return cls(spec, Parameters(spec.sizes, spec.dtype, theta))

    def trace(self, m: int) -> "Trace":
        """Buffers and recorded passes for m samples."""
        return Trace(self, m)

    def predict(self, X: FloatArray) -> FloatArray:
        """Outputs A[L] (m, n[L]) for inputs X (m, n[0]); buffers are made for the occasion."""
        trace = self.trace(len(X))
        trace.forward(with_ones(X, self.spec.dtype).T)
        return trace.A[self.spec.depth].copy()


class Trace:
    """What one batch of m samples leaves in the network: Z, A, delta of every layer.

    Z[l], A[l] are right after ``forward``, delta[l] and the network's gradient after
    ``backward``. A[0] is the batch last passed to ``forward``.
    """

    def __init__(self, network: Network, m: int) -> None:
        spec, self.m = network.spec, m
        self._loss = LOSSES[spec.loss]
        L = spec.depth

        def units(l: int) -> FloatArray:
            return np.empty((spec.sizes[l], m), spec.dtype)

        A1 = {l: np.ones((spec.sizes[l] + 1, m), spec.dtype) for l in range(1, L + 1)}
        z = {l: units(l) for l in range(1, L + 1)}
        a = {l: A1[l][:-1] for l in range(1, L + 1)}
        d = {l: units(l) for l in range(1, L + 1)}
        self.Z = {l: array.T for l, array in z.items()}
        self.A = {l: array.T for l, array in a.items()}
        self.delta = {l: array.T for l, array in d.items()}

        block, gradient = network.parameters.block, network.gradient.block
        activations = {l: ACTIVATIONS[spec.layers[l - 1].activation] for l in range(1, L + 1)}

        # Forward propagation: Z[l] = W[l] A[l-1] + b[l], A[l] = f(Z[l]).
        # The first product takes the batch, so it is called with it; the rest is fixed.
        self._first_product, self._first_output = block[1].T.dot, z[1]
        self._forward: list[Operation] = activations[1].bind_f(z[1], a[1])
        for l in range(2, L + 1):
            self._forward.append(partial(block[l].T.dot, A1[l - 1], z[l]))
            self._forward += activations[l].bind_f(z[l], a[l])

        # Loss: c (A − Y), which is delta[L] itself for a linked loss and else ∂loss/∂A[L].
        self._output, self._output_delta = a[L], d[L]
        self._loss_scale = np.array(
            self._loss.gradient_scale(max(m, 1), spec.n_outputs), spec.dtype
        )

        # Backpropagation: ∂loss/∂W[l] = delta[l] A[l-1]ᵀ, onwards ∂loss/∂A[l-1] = W[l]ᵀ delta[l],
        # delta[l-1] = ∂loss/∂A[l-1] ⊙ f'(Z[l-1]). delta holds the 1/m already.
        self._backward: list[Operation] = []
        if self._loss.link is None:
            self._backward += activations[L].bind_derivative(z[L], a[L], d[L])
        for l in range(L, 1, -1):
            self._backward.append(partial(A1[l - 1].dot, d[l].T, gradient[l]))
            self._backward.append(partial(block[l][:-1].dot, d[l], d[l - 1]))
            self._backward += activations[l - 1].bind_derivative(z[l - 1], a[l - 1], d[l - 1])
        self._first_delta, self._first_gradient = d[1].T, gradient[1]

    def forward(self, A0: FloatArray) -> None:
        """Forward propagation of the batch A0 (n[0] + 1, m), its last row ones."""
        self.A[0] = A0[:-1].T
        self._first_product(A0, self._first_output)
        for operation in self._forward:
            operation()

    def backward(self, A0: FloatArray, Y: FloatArray) -> None:
        """Backpropagation from the targets Y (n[L], m); fills delta and the gradient."""
        np.subtract(self._output, Y, out=self._output_delta)
        np.multiply(self._output_delta, self._loss_scale, out=self._output_delta)
        for operation in self._backward:
            operation()
        A0.dot(self._first_delta, self._first_gradient)

    def loss(self, Y: FloatArray) -> float:
        """Mean loss of the batch last passed forward, for targets Y (m, n[L])."""
        L = len(self.Z)
        return self._loss.value(self.Z[L], self.A[L], Y)


def with_ones(X: FloatArray, dtype: str) -> FloatArray:
    """X (m, n[0]) with a column of ones appended, C-contiguous, (m, n[0] + 1)."""
    out = np.ones((X.shape[0], X.shape[1] + 1), dtype)
    out[:, :-1] = X
    return out
