"""Which tensors are not finite, in the order in which a step computes them.

Beside ``divergence``, which asks whether a step may be made: an infinite pre-activation that
a ReLU turns into 0 stops no training, but is named here.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from nncore.network import Network, Trace
from nncore.parameters import Parameters


def first_nonfinite_tensor(
    network: Network, trace: Trace, update: Parameters | None = None
) -> tuple[str, int] | None:
    """(what, layer) after a backward pass, or None if all is finite.

    what   "pre-activation", "activation", "loss", "delta", "gradient", "update" or "weight"
    layer  1 … L; L for the loss
    """
    return next(nonfinite_tensors(network, trace, update), None)


def nonfinite_tensors(
    network: Network, trace: Trace, update: Parameters | None
) -> Iterator[tuple[str, int]]:
    """(what, layer) of every tensor that is not finite, in the order of computation."""
    for what, l, values in _tensors(network, trace, update):
        if not np.isfinite(values).all():
            yield what, l


def _tensors(
    network: Network, trace: Trace, update: Parameters | None
) -> Iterator[tuple[str, int, ArrayLike]]:
    layers = range(1, network.spec.depth + 1)
    for l in layers:
        yield "pre-activation", l, trace.Z[l]
        yield "activation", l, trace.dropped.get(l, trace.A[l])
    yield "loss", network.spec.depth, trace.loss()
    for l in reversed(layers):
        yield "delta", l, trace.delta[l]
        yield "gradient", l, network.gradient.block[l]
    if update is not None:
        yield from (("update", l, update.block[l]) for l in layers)
    yield from (("weight", l, network.parameters.block[l]) for l in layers)
