"""All parameters of a network as one flat vector, with W[l] and b[l] as views into it.

Layer l is stored as a block (n[l-1] + 1, n[l]): the transposed weights, with the biases as
the last row. The activations carry a row of ones (see ``network``), so one matrix product
gives W A + b, and another the gradients of both. A gradient vector has the same layout.
"""

from collections.abc import Sequence

import numpy as np

from nncore.errors import SpecError
from nncore.initializers import INITIALIZERS, RandomSource
from nncore.spec import NetworkSpec
from nncore.types import FloatArray


class Parameters:
    """theta (P,) and its views ``block[l]``, ``W[l]`` (out × in) and ``b[l]``, l = 1 … L.

    The views are made once and never rebound: writing to one writes to theta.
    """

    def __init__(self, sizes: Sequence[int], dtype: str, theta: FloatArray | None = None) -> None:
        """Zeros, or a copy of ``theta``; SpecError if that is not (P,)."""
        shapes = [(sizes[l - 1] + 1, sizes[l]) for l in range(1, len(sizes))]
        self.offsets = np.cumsum([0] + [rows * columns for rows, columns in shapes])
        self.theta: FloatArray = np.zeros(int(self.offsets[-1]), dtype)
        if theta is not None:
            if np.shape(theta) != self.theta.shape:
                raise SpecError(f"theta has shape {np.shape(theta)}, not {self.theta.shape}.")
            with np.errstate(over="ignore"):
                self.theta[:] = theta
        self.block: dict[int, FloatArray] = {
            l: self.theta[self.offsets[l - 1] : self.offsets[l]].reshape(shape)
            for l, shape in enumerate(shapes, start=1)
        }
        self.W: dict[int, FloatArray] = {l: block[:-1].T for l, block in self.block.items()}
        self.b: dict[int, FloatArray] = {l: block[-1] for l, block in self.block.items()}

    def first_nonfinite(self) -> int | None:
        """Index of the first layer with a parameter that is not finite, or None."""
        return next((l for l, block in self.block.items() if not np.isfinite(block).all()), None)

    def layer_rms(self) -> FloatArray:
        """Root mean square over each layer's weights and biases, (L,)."""
        # in float64, where the square of a very small gradient is not 0
        squares = np.add.reduceat(np.square(self.theta, dtype=np.float64), self.offsets[:-1])
        return np.sqrt(squares / np.diff(self.offsets))


def initial_theta(spec: NetworkSpec, rng: RandomSource) -> FloatArray:
    """Fresh parameters (P,): weights by ``spec.initializer`` layer by layer, biases 0."""
    parameters = Parameters(spec.sizes, spec.dtype)
    row, value = INITIALIZERS[spec.initializer], spec.initializer_value
    for W in parameters.W.values():
        n_out, n_in = W.shape
        W[...] = row.draw(rng, n_out, n_in, row.default_value if value is None else value)
    return parameters.theta
