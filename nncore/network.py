"""The network: forward propagation and backpropagation (the guide's chapters 3, 5 and 6).

Both are recorded once, for a fixed number of samples m, as lists of NumPy calls over fixed
buffers, and then only replayed: a step allocates nothing and spends its time in BLAS. The
buffers are feature-first, (n[l] + 1, m), with a row of ones under the units, which brings
in the biases; ``Z[l]``, ``A[l]``, ``delta[l]`` are their (m, n[l]) views.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.activations import ACTIVATIONS
from nncore.errors import SpecError
from nncore.losses import loss_named
from nncore.operations import Operation, call, constant, replay
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec
from nncore.types import FloatArray


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
        """Buffers and recorded passes for m samples, as for predictions: without dropout."""
        return Trace(self, m)

    def predict(self, X: ArrayLike) -> FloatArray:
        """Outputs A[L] (m, n[L]) for inputs X (m, n[0]); buffers are made for the occasion.

        Raises SpecError for inputs of another shape.
        """
        table = np.asarray(X)
        if table.ndim != 2 or table.shape[1] != self.spec.n_inputs:
            raise SpecError(
                f"The network takes a table of {self.spec.n_inputs} columns, not {table.shape}."
            )
        trace = self.trace(len(table))
        trace.X[...] = table
        trace.forward()
        return trace.A[self.spec.depth].copy()


class Trace:
    """The passes of a network over m samples, and what they leave: Z, A, delta of every layer.

    Fill ``X`` (m, n[0]) and ``Y`` (m, n[L]), and ``weights`` (m,) if there are any; then call
    ``forward``, ``loss_gradient``, ``backward``, in this order. The first makes Z and A, the
    second delta[L], the third the other deltas and the network's gradient.

    ``inputs`` (m, n[0] + 1) is X with its column of ones, ``targets`` (n[L], m) is Y, as the
    passes want them. With dropout A[l] is what the activation function gave, and
    ``dropped[l]`` (m, n[l]) what is handed on to the next layer: 0, or A[l] scaled up.
    """

    def __init__(
        self,
        network: Network,
        m: int,
        dropout: np.random.Generator | None = None,
        weighted: bool = False,
    ) -> None:
        """``dropout`` draws the masks of a training step; None leaves every unit in."""
        spec, self.m = network.spec, m
        self._network = network
        self._loss = loss_named(spec.loss, spec.huber_delta)
        self._layers = range(1, spec.depth + 1)
        self._L = spec.depth

        self.inputs = np.zeros((m, spec.n_inputs + 1), spec.dtype)
        self.inputs[:, -1] = 1  # which brings in the biases of layer 1
        self.targets: FloatArray = np.zeros((spec.n_outputs, m), spec.dtype)
        self.X, self.Y = self.inputs[:, :-1], self.targets.T
        self.weights: FloatArray | None = np.ones(m, spec.dtype) if weighted else None

        # Feature-first buffers. Those of Z and of A hold all layers, one below the other, each
        # with a row more than it has units: that of ones, which brings in the biases.
        self._rows = _rows_of_layers(spec.sizes)
        n_rows = self._rows[self._L].stop + 1
        self._all_z = np.zeros((n_rows, m), spec.dtype)
        self._all_a = np.zeros((n_rows, m), spec.dtype)
        self._z = {l: self._all_z[rows] for l, rows in self._rows.items()}
        self._a = {l: self._all_a[rows] for l, rows in self._rows.items()}
        self._delta = {l: np.zeros_like(z) for l, z in self._z.items()}
        # What layer l takes in: A[l-1], or what dropout leaves of it, over a row of ones.
        self._layer_input = {1: self.inputs.T}
        self._masks: dict[int, FloatArray] = {}
        for l, rows in self._rows.items():
            self._all_a[rows.stop] = 1
            self._layer_input[l + 1] = self._all_a[rows.start : rows.stop + 1]
            if dropout is not None and spec.layers[l - 1].dropout:
                self._layer_input[l + 1] = self._layer_input[l + 1].copy()
                self._masks[l] = np.ones_like(self._z[l])

        self.Z = {l: z.T for l, z in self._z.items()}
        self.A = {0: self.X} | {l: a.T for l, a in self._a.items()}
        self.dropped = {l: self._layer_input[l + 1][:-1].T for l in self._masks}
        self.delta = {l: delta.T for l, delta in self._delta.items()}
        self.forward_pass = self._record_forward(dropout)

    # ---- forward propagation -------------------------------------------------------------

    def _record_forward(self, dropout: np.random.Generator | None) -> list[Operation]:
        """Z[l] = W[l] A[l-1] + b[l], then A[l] = f(Z[l]), layer by layer."""
        operations: list[Operation] = []
        block, layers = self._network.parameters.block, self._network.spec.layers
        for l in self._layers:
            activation = ACTIVATIONS[layers[l - 1].activation]
            # block[l].T is [W[l] | b[l]]: the row of ones under the input brings in b[l]
            operations.append(call(block[l].T.dot, self._layer_input[l], self._z[l]))
            operations += activation.bind_f(self._z[l], self._a[l])
            if l in self._masks and dropout is not None:
                mask, dropped = self._masks[l], self._layer_input[l + 1][:-1]
                operations += _draw_mask(mask, layers[l - 1].dropout, dropout)
                operations.append(call(np.multiply, self._a[l], mask, dropped))
        return operations

    # ---- loss ----------------------------------------------------------------------------

    @cached_property
    def loss_pass(self) -> list[Operation]:
        """delta[L] = ∂loss/∂Z[L]: through the output activation, unless the loss owns it."""
        L, spec = self._L, self._network.spec
        a, delta = self._a[L], self._delta[L]
        scale = constant(self._loss.gradient_scale(max(self.m, 1), spec.n_outputs), delta)
        operations = self._loss.bind_gradient(a, self.targets, delta)
        operations.append(call(np.multiply, delta, scale, delta))
        if self.weights is not None:
            operations.append(call(np.multiply, delta, self.weights, delta))
        if self._loss.link is None:
            activation = ACTIVATIONS[spec.layers[L - 1].activation]
            operations += activation.bind_chain_rule(self._z[L], a, delta)
        return operations

    # ---- backpropagation -----------------------------------------------------------------

    @cached_property
    def backward_pass(self) -> list[Operation]:
        """The chain rule, from the last layer to the first; nothing below it needs a delta."""
        slopes, operations = self._record_slopes()
        for l in reversed(self._layers):
            operations += self._record_gradient(l)
            if l > 1:
                operations += self._record_delta(l - 1, slopes.get(l - 1))
        return operations

    def _record_gradient(self, l: int) -> list[Operation]:
        """∂loss/∂W[l] = delta[l] A[l-1]ᵀ and ∂loss/∂b[l] = Σ delta[l], in one product.

        delta holds the 1/m of the mean already: the guide's dZ is m delta.
        """
        gradient = self._network.gradient.block[l]
        return [call(self._layer_input[l].dot, self._delta[l].T, gradient)]

    def _record_delta(self, l: int, slope: NDArray[Any] | None) -> list[Operation]:
        """delta[l] = W[l+1]ᵀ delta[l+1] ⊙ f'(Z[l]), and ⊙ the mask of dropout."""
        delta, W_above = self._delta[l], self._network.parameters.block[l + 1][:-1]
        operations = [call(W_above.dot, self._delta[l + 1], delta)]
        if l in self._masks:
            operations.append(call(np.multiply, delta, self._masks[l], delta))
        if slope is not None:
            operations.append(call(np.multiply, delta, slope, delta))
        return operations

    def _record_slopes(self) -> tuple[dict[int, NDArray[Any]], list[Operation]]:
        """f'(Z[l]) of the hidden layers (n[l], m), where it is not 1, and the calls for it.

        Layers in a row with the same activation are done in one go, as one table: in small
        networks the number of calls is what counts.
        """
        slopes: dict[int, NDArray[Any]] = {}
        operations: list[Operation] = []
        for name, run in groupby(range(1, self._L), self._activation_of):
            layers, bind_slope = list(run), ACTIVATIONS[name].bind_slope
            if bind_slope is None:  # identity; softmax is not for hidden layers
                continue
            top, bottom = self._rows[layers[0]].start, self._rows[layers[-1]].stop
            slope, calls = bind_slope(self._all_z[top:bottom], self._all_a[top:bottom])
            operations += calls
            for l in layers:
                rows = self._rows[l]
                slopes[l] = slope[rows.start - top : rows.stop - top]
        return slopes, operations

    def _activation_of(self, l: int) -> str:
        return self._network.spec.layers[l - 1].activation

    # ---- what a person calls and reads ---------------------------------------------------

    def forward(self) -> None:
        """Forward propagation of ``X``."""
        replay(self.forward_pass)

    def loss_gradient(self) -> None:
        """delta[L], from the outputs and ``Y``."""
        replay(self.loss_pass)

    def backward(self) -> None:
        """Backpropagation: delta of the layers below, and the network's gradient."""
        replay(self.backward_pass)

    def loss(self) -> float:
        """Mean loss of the batch last passed forward."""
        with np.errstate(all="ignore"):
            return self._loss.value(self.Z[self._L], self.A[self._L], self.Y, self.weights)

    def sample_losses(self) -> FloatArray:
        """Loss of each sample, float64 (m,), without its weight."""
        with np.errstate(all="ignore"):
            return self._loss.of_samples(self.Z[self._L], self.A[self._L], self.Y)

    def sample_gradient(self, i: int) -> FloatArray:
        """What sample i (0 … m − 1) adds to the loss's gradient (P,): delta and A of its row."""
        return self._gradient_of(slice(i, i + 1))

    def partial_gradient(self, k: int) -> FloatArray:
        """Sum of what the first k samples add; of all m, the gradient of the loss, up to rounding
        and without penalties and clipping."""
        return self._gradient_of(slice(0, k))

    def _gradient_of(self, samples: slice) -> FloatArray:
        layer_input, delta = self._layer_input, self._delta
        blocks = (layer_input[l][:, samples].dot(delta[l][:, samples].T) for l in self._layers)
        return np.concatenate([block.ravel() for block in blocks])


def _draw_mask(mask: FloatArray, dropout: float, generator: np.random.Generator) -> list[Operation]:
    """mask ← 0 for a share ``dropout`` of its places, 1 / (1 − dropout) for the others."""
    kept, scale = np.empty(mask.shape, np.bool_), constant(1 / (1 - dropout), mask)
    draw = call(generator.random, mask.shape, mask.dtype.type, mask)
    return [
        draw,
        call(np.greater_equal, mask, constant(dropout, mask), kept),
        call(np.multiply, kept, scale, mask),
    ]


def _rows_of_layers(sizes: Sequence[int]) -> dict[int, slice]:
    """Where layer l = 1 … L stands in a table of all layers, with a row between two."""
    starts = np.cumsum([0, *(n + 1 for n in sizes[1:])]).tolist()
    return {l: slice(starts[l - 1], starts[l] - 1) for l in range(1, len(sizes))}
