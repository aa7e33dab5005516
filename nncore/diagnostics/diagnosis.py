"""The diagnosis of a network, layer by layer."""

from dataclasses import dataclass

from nncore.diagnostics.findings import Findings, find
from nncore.diagnostics.verdicts import Verdict, verdict
from nncore.network import Network, Trace
from nncore.parameters import Parameters


@dataclass(frozen=True, slots=True)
class LayerDiagnosis:
    """One layer on one batch; all numbers in float64.

    gradient_rms     root mean square of ∂loss/∂W[l] and ∂loss/∂b[l], as ``network.gradient``
                     has them: after a step with penalties and clipping
    delta_rms        root mean square of delta[l]
    update_ratio     |update| / |W[l] before it|, norms over the weights; None if those were
                     all 0, or without an update
    z_mean … a_std   of Z[l] and A[l], over all units and samples
    dead, saturated  shares of units, as in ``LayerActivity``; None where it can't happen
    verdict          "healthy", "vanishing", "exploding", "dead", "saturated" or "diverged"
    reason           a sentence with the numbers behind it
    """

    layer: int
    gradient_rms: float
    delta_rms: float
    update_ratio: float | None
    z_mean: float
    z_std: float
    a_mean: float
    a_std: float
    dead: float | None
    saturated: float | None
    verdict: Verdict
    reason: str


def diagnose(
    network: Network,
    trace: Trace,
    update: Parameters | None = None,
    n_samples: int | None = None,
) -> tuple[LayerDiagnosis, ...]:
    """The diagnosis of layers 1 … L, after a backward pass of ``trace``.

    The batch of a step will do, but many samples tell more, passed through a network of its own
    on the same parameters: then no dropout, penalty or clipping is in the numbers either.

    update     what the last step took off the parameters; None if none has been made
    n_samples  n, the samples in all: a batch of a few can't show which units are dead or
               saturated, unless there are no others
    """
    findings = find(network, trace, update, n_samples)
    return tuple(_layer_diagnosis(findings, l) for l in findings.layers)


def _layer_diagnosis(findings: Findings, l: int) -> LayerDiagnosis:
    here = findings.layers[l]
    word, reason = verdict(findings, l)
    return LayerDiagnosis(
        layer=l,
        gradient_rms=here.gradient_rms,
        delta_rms=here.delta_rms,
        update_ratio=here.update_ratio,
        z_mean=here.z[0],
        z_std=here.z[1],
        a_mean=here.activity.mean,
        a_std=here.activity.std,
        dead=here.activity.dead,
        saturated=here.activity.saturated,
        verdict=word,
        reason=reason,
    )
