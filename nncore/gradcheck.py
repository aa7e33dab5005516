"""Backpropagation against central differences, parameter by parameter, in float64.

The five-point formula (Abramowitz and Stegun 25.3.6): its error is of fourth order.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nncore.network import Network, with_ones
from nncore.spec import NetworkSpec
from nncore.types import FloatArray

STEP = 1e-5  # small, to keep off kinks; truncation is of order STEP⁴, rounding 1e-16 / STEP


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """Result of ``check_gradient``.

    max_relative_error  max over the parameters of |backprop − numeric| / max(1e-3 · largest
                        |gradient|, |backprop|, |numeric|), so that a gradient of 0 is not
                        judged by the rounding of a difference
    n_checked, n_kinks  parameters compared; parameters left out because the step carries a
                        ReLU across its kink, where no central difference tells the slope
    """

    max_relative_error: float
    n_checked: int
    n_kinks: int


def check_gradient(
    spec: NetworkSpec, theta: FloatArray, X: FloatArray, Y: FloatArray
) -> GradientCheck:
    """Compare ∂loss/∂theta (P,) for the batch X (m, n[0]), Y (m, n[L])."""
    network = Network.from_theta(replace(spec, dtype="float64"), theta)
    A0 = with_ones(X, "float64").T
    trace = network.trace(len(X))
    relu = [l for l, layer in enumerate(spec.layers, start=1) if layer.activation == "relu"]

    def probe() -> tuple[float, list[NDArray[np.bool_]]]:
        trace.forward(A0)
        return trace.loss(Y), [trace.Z[l] > 0 for l in relu]

    probe()
    trace.backward(A0, np.ascontiguousarray(Y.T))
    backprop = network.gradient.theta.copy()
    numeric = np.full_like(backprop, np.nan)
    parameters = network.parameters.theta
    for i in range(len(parameters)):
        before = parameters[i]
        losses, signs = {}, {}
        for k in (-2, -1, 1, 2):
            parameters[i] = before + k * STEP
            losses[k], signs[k] = probe()
        parameters[i] = before
        if all(np.array_equal(p, q) for p, q in zip(signs[-2], signs[2], strict=True)):
            near, far = losses[1] - losses[-1], losses[2] - losses[-2]
            numeric[i] = (8 * near - far) / (12 * STEP)

    smooth = ~np.isnan(numeric)
    difference = np.abs(backprop - numeric)[smooth]
    floor = 1e-3 * np.abs(backprop).max(initial=0.0)
    scale = np.maximum(np.maximum(np.abs(backprop), np.abs(numeric)), max(floor, 1e-12))[smooth]
    worst = float((difference / scale).max(initial=0.0))
    return GradientCheck(worst, int(smooth.sum()), int((~smooth).sum()))
