"""Backpropagation against central differences, parameter by parameter, in float64.

What is checked is the gradient that a training step goes on with: of the loss of a batch,
with its sample weights, its class weights and one fixed draw of dropout, plus the penalties.

The five-point formula (Abramowitz and Stegun 25.3.6): its error is of fourth order in the
step, so long as no function that the loss is made of has a kink between the five points.
Where one has, a smaller step is tried.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from nncore.activations import ACTIVATIONS
from nncore.losses import loss_named
from nncore.network import Network, Trace
from nncore.operations import replay
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.training_data import TrainingData, gather
from nncore.types import FloatArray
from nncore.update import record_penalties

STEPS = (1e-4, 1e-5, 1e-6, 1e-7)  # rounding makes an error of about 1e-16 / step
FLOOR = 1e-3, 1e-5  # of the largest |gradient|, of the loss: below is mostly rounding
NO_PENALTY = TrainingConfig()


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """Result of ``check_gradient``.

    max_relative_error  max over the parameters of |backprop − numeric| / max(|backprop|,
                        |numeric|, floor), so that a gradient of 0 is not judged by the
                        rounding of a difference
    n_checked           parameters compared
    kinks               indices in theta of those that were not: they sit on a kink, where no
                        central difference tells the slope
    """

    max_relative_error: float
    n_checked: int
    kinks: tuple[int, ...]

    @property
    def n_kinks(self) -> int:
        return len(self.kinks)


def check_gradient(
    spec: NetworkSpec,
    theta: FloatArray,
    X: ArrayLike,
    Y: ArrayLike,
    config: TrainingConfig = NO_PENALTY,
    *,
    sample_weights: ArrayLike | None = None,
    dropout_seed: int = 0,
) -> GradientCheck:
    """Compare the gradient (P,) at theta for the batch X (m, n[0]), Y (m, n[L]) or classes (m,).

    config          its l1, l2 and class_weights count, nothing else
    sample_weights  (m,), factor on the loss of each sample
    dropout_seed    of the masks, if the spec has dropout; all losses are with the same ones

    Raises SpecError for data that do not fit.
    """
    spec = replace(spec, dtype="float64")
    data = TrainingData(spec, X, Y, sample_weights, config.class_weights)
    objective = _Objective(Network.from_theta(spec, theta), data, config, dropout_seed)
    backprop, value = objective.gradient(), objective.value()
    slopes = [objective.slope(i) for i in range(len(backprop))]
    numeric, steps = np.array(slopes).T

    smooth = steps > 0
    # as rounding does, the floor rises when a smaller step had to be taken
    floor = max(FLOOR[0] * np.abs(backprop).max(), FLOOR[1] * value, 1e-12)
    floors = floor * STEPS[0] / steps[smooth]
    backprop, numeric = backprop[smooth], numeric[smooth]
    scale = np.maximum(np.maximum(np.abs(backprop), np.abs(numeric)), floors)
    worst = float((np.abs(backprop - numeric) / scale).max(initial=0.0))
    return GradientCheck(worst, int(smooth.sum()), tuple(np.flatnonzero(~smooth).tolist()))


class _Objective:
    """The loss of one batch plus the penalties, as a function of theta."""

    def __init__(
        self, network: Network, data: TrainingData, config: TrainingConfig, dropout_seed: int
    ) -> None:
        self._network, self._config, spec = network, config, network.spec
        self._dropout = np.random.default_rng(dropout_seed)
        self._dropout_state = self._dropout.bit_generator.state
        self._trace = trace = Trace(network, len(data), self._dropout, data.weights is not None)
        gather(data.takes(trace), np.arange(len(data)))

        weights = Parameters(spec.sizes, "float64")
        for W in weights.W.values():
            W[...] = 1
        self._is_weight = weights.theta > 0

        # What has a kink where it is 0: z of some activations, W under l1 …
        self._bent = [
            trace.Z[l]
            for l, layer in enumerate(spec.layers, start=1)
            if ACTIVATIONS[layer.activation].kink
        ]
        self._bent += network.parameters.W.values() if config.l1 else ()
        # … and a − y plus or minus this number
        has_kink = loss_named(spec.loss, spec.huber_delta).kink
        self._turn = (spec.huber_delta if spec.loss == "huber" else 0.0) if has_kink else None

    def value(self) -> float:
        """Of theta as it is now; always with the same masks."""
        self._dropout.bit_generator.state = self._dropout_state
        self._trace.forward()
        loss, W = self._trace.loss(), self._network.parameters.theta[self._is_weight]
        return loss + float(self._config.l1 * np.abs(W).sum() + self._config.l2 / 2 * W.dot(W))

    def sides(self) -> bytes:
        """On which side of its kink each number is that has one, after ``value``."""
        distances = self._bent
        if self._turn is not None:
            error = self._trace.A[self._network.spec.depth] - self._trace.Y
            distances = [*distances, error - self._turn, error + self._turn]
        return b"".join((distance > 0).tobytes() for distance in distances)

    def gradient(self) -> FloatArray:
        """By backpropagation, (P,)."""
        self.value()
        self._trace.loss_gradient()
        self._trace.backward()
        replay(record_penalties(self._network, self._config))
        return self._network.gradient.theta.copy()

    def slope(self, i: int) -> tuple[float, float]:
        """∂/∂theta[i] by differences, and the step; a step of 0 if all lead across a kink."""
        theta = self._network.parameters.theta
        middle = theta[i]
        for step in STEPS:
            values, sides = {}, set()
            for k in (-2, -1, 1, 2):
                theta[i] = middle + k * step
                values[k] = self.value()
                sides.add(self.sides())
            theta[i] = middle
            if len(sides) == 1:
                near, far = values[1] - values[-1], values[2] - values[-2]
                return (8 * near - far) / (12 * step), step
        return 0.0, 0.0
