"""All that is known of a network on a batch, before it is put into words."""

from dataclasses import dataclass

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.diagnostics.activity import FAULTY_SHARE, SATURATED_SHARE, flat_shares
from nncore.diagnostics.measures import Measures, measure, sample_rms
from nncore.diagnostics.nonfinite import nonfinite_tensors
from nncore.losses import LOSSES
from nncore.network import Network, Trace
from nncore.parameters import Parameters
from nncore.spec import LayerSpec, NetworkSpec

# A batch shows whether a unit is dead only if it is large enough for a living one to fire in
# it, and what comes back only if it is more than what a sample or two happen to let through.
# Measured on the bundled data sets, the guide's example and networks with dropout: in batches
# of 8, but not of 16, more than half of a sound ReLU layer may give 0 throughout; in batches of
# 4, but not of 6, next to nothing may come back to a sound layer.
LEAST_FOR_UNITS, LEAST_FOR_SIGNALS = 16, 8
# Share of the targets' variance that the outputs leave unexplained: under it nothing is left
# to learn, and small gradients and flat activations are no fault. R² = 0.99.
LEARNT = 0.01
# Distance from its target beyond which an output at a flat end is wrong, not just sure: of those
# who spare the sigmoid its ends, some use 0.1 and 0.9 for the classes.
WRONG = 0.2


@dataclass(frozen=True, slots=True)
class Findings:
    """A network on a batch.

    m          samples in the batch
    is_whole   whether it holds all samples that there are
    layers     the numbers by layer, l = 1 … L
    nonfinite  (what, layer) of the tensors that are not finite, in the order of computation
    back       how a gradient has changed on its way back to layer l: |delta[l]| / |delta[L]| of
               a sample, the mean over the samples
    n_told     samples whose delta[L] is not 0, which alone can tell that
    is_learnt  whether nothing is left to learn
    is_stuck   whether the outputs are saturated and wrong
    """

    spec: NetworkSpec
    m: int
    is_whole: bool
    layers: dict[int, Measures]
    nonfinite: tuple[tuple[str, int], ...]
    back: dict[int, float]
    n_told: int
    is_learnt: bool
    is_stuck: bool

    @property
    def L(self) -> int:
        return self.spec.depth

    def layer_spec(self, l: int) -> LayerSpec:
        return self.spec.layers[l - 1]

    @property
    def tells_units(self) -> bool:
        """Whether there are enough samples to tell dead and saturated units."""
        return self.m >= LEAST_FOR_UNITS or self.is_whole

    @property
    def tells_signals(self) -> bool:
        """Whether there are enough samples to tell what comes back."""
        return self.n_told >= LEAST_FOR_SIGNALS or (self.is_whole and self.n_told == self.m)

    @property
    def x_rms(self) -> float:
        """Size of the inputs X."""
        return self.layers[1].input_rms

    def forth(self, l: int, size: float) -> float:
        """|A[l-1]| / ``size``: how the signal that comes in has changed; 1 for the first layer."""
        return self.layers[l].input_rms / size if l > 1 and size else 1.0


def find(
    network: Network, trace: Trace, update: Parameters | None, n_samples: int | None
) -> Findings:
    """After a backward pass; for the arguments see ``diagnose``."""
    back, n_told = _changes_back(trace, network.spec.depth)
    return Findings(
        spec=network.spec,
        m=trace.m,
        is_whole=trace.m == n_samples and not trace.dropped,  # a mask hides some of the samples
        layers={l: measure(network, trace, update, l) for l in range(1, network.spec.depth + 1)},
        nonfinite=tuple(nonfinite_tensors(network, trace, update)),
        back=back,
        n_told=n_told,
        is_learnt=_is_learnt(trace, network.spec.depth),
        is_stuck=_is_stuck(trace, network.spec),
    )


def _changes_back(trace: Trace, L: int) -> tuple[dict[int, float], int]:
    """Mean over the samples of |delta[l]| / |delta[L]|, by layer, and of how many samples.

    Not the ratio of the means: where all samples but one are learnt, that speaks of this one
    alone, which may be a mislabelled one that a sound network is sure about. Nor the median:
    with dropout or ReLU many a sample reaches no unit of a narrow layer.
    """
    output = sample_rms(trace.delta[L])
    # below this products of delta with weights and derivatives would lose their digits
    limits = np.finfo(trace.delta[L].dtype)
    told = output > limits.tiny / limits.eps
    if not told.any():
        return dict.fromkeys(trace.delta, 1.0), 0
    with np.errstate(all="ignore"):
        changes = {l: sample_rms(d)[told] / output[told] for l, d in trace.delta.items()}
        return {l: float(change.mean()) for l, change in changes.items()}, int(told.sum())


def _is_learnt(trace: Trace, L: int) -> bool:
    """Whether the outputs are the targets, but for a hundredth of their variance.

    Targets that don't vary, as in a batch of one, must be met to within a tenth.
    """
    with np.errstate(all="ignore"):
        error = np.subtract(trace.A[L], trace.Y, dtype=np.float64)
        variance = trace.Y.var(axis=0, dtype=np.float64).mean() or 1.0
        return bool(np.square(error).mean() <= LEARNT * variance)


def _is_stuck(trace: Trace, spec: NetworkSpec) -> bool:
    """Whether half of the outputs or more are saturated, and far from their targets.

    Only a loss that goes through the output's f' is held up by that. Cross-entropy is not:
    its delta is A − Y, however flat sigmoid and softmax are there.
    """
    flat_ends = ACTIVATIONS[spec.layers[-1].activation].flat_ends
    if LOSSES[spec.loss].link is not None or flat_ends is None:
        return False
    A = trace.A[spec.depth]
    with np.errstate(all="ignore"):
        wrong = np.abs(np.subtract(A, trace.Y, dtype=np.float64)) > WRONG
    is_wrong = wrong.mean(axis=0) >= FAULTY_SHARE
    is_flat = flat_shares(A, flat_ends) >= SATURATED_SHARE
    return bool((is_flat & is_wrong).mean() >= FAULTY_SHARE)
