"""From numbers to a word: healthy, or which of the classical faults.

|delta| tells whether a gradient vanishes or explodes on its way back, not |gradient|: Glorot
and Bengio 2010 found that the gradients of the weights can be of one size in all layers while
what is backpropagated, ∂loss/∂Z, shrinks from layer to layer. It is compared with that of the
output layer, so that a network that has converged, where all are small, is not accused; and
penalties and clipping are not in it.
"""

from collections.abc import Callable
from typing import Literal

from nncore.activations import ACTIVATIONS
from nncore.diagnostics.activity import FAULTY_SHARE, SATURATED_SHARE
from nncore.diagnostics.findings import Findings

Verdict = Literal["healthy", "vanishing", "exploding", "dead", "saturated", "diverged"]

# Of the size that A[l-1]ᵀ delta[l], the gradient of W[l], would have if all signals kept their
# size forth and back. In the guide's example, XOR and the bundled data it is 1/26 to 3.3 of that,
# from the first step until nothing is left to learn. A sigmoid layer with Xavier weights takes
# a factor of about 6 (f' is at most 1/4), so that four in a row are found out.
VANISHING, EXPLODING = 1e-3, 1e3
# |update| / |weight| of a step that is usual, about 1e-3: Karpathy, CS231n, "Neural Networks
# Part 3: Learning and Evaluation". Outside it training is slow, done or rough, but no fault is
# proven: it is larger in first steps and on small weights, and smaller near the end.
USUAL_RATIO = (1e-4, 1e-2)
# An update twice as large as the weights turns them round and makes them no smaller. If they
# were large before it, too, five times those that keep the size of a signal, they are not just
# on the way to where they belong, as small initial weights are in the first steps.
RUNAWAY_RATIO, RUNAWAY_SIZE = 2.0, 5.0


def verdict(findings: Findings, l: int) -> tuple[Verdict, str]:
    """The first fault that layer l has, and a sentence with the numbers behind it."""
    for word, fault_of in FAULTS:
        fault = fault_of(findings, l)
        if fault:
            return word, f"{word.capitalize()}: {fault}."
    return "healthy", f"Healthy: {_merits(findings, l)}."


# ---- faults: what is wrong with layer l, in words, or "" ------------------------------------


def _diverged(findings: Findings, l: int) -> str:
    """Something is not finite, and not only a Z that the activation has made finite again."""
    here = [what for what, k in findings.nonfinite if k == l]
    return "" if here == ["pre-activation"] else _nonfinite(findings, l)


def _nonfinite(findings: Findings, l: int) -> str:
    what = next((what for what, k in findings.nonfinite if k == l), None)
    if what is None:
        return ""
    first, first_l = findings.nonfinite[0]
    cause = f"; the first was the {first} of layer {first_l}" if first_l != l else ""
    return f"the {what} is not finite{cause}"


def _dead(findings: Findings, l: int) -> str:
    share = findings.layers[l].activity.dead
    if share is None or share < FAULTY_SHARE or not findings.tells_units:
        return ""
    if l == findings.L and findings.is_learnt:
        return ""  # outputs whose targets are 0
    samples = f"all {findings.m:,} samples" if findings.m > 1 else "the only sample"
    return f"{_units(findings, l, share)} give 0 on {samples}, and so get no gradient"


def _saturated(findings: Findings, l: int) -> str:
    share = findings.layers[l].activity.saturated
    if share is None or share < FAULTY_SHARE or not findings.tells_units:
        return ""
    # an output that is sure of its class is at a flat end, and right to be
    if findings.is_learnt or (l == findings.L and not findings.is_stuck):
        return ""
    where = ", far from the targets" if l == findings.L else ""
    title = ACTIVATIONS[findings.layer_spec(l).activation].title
    return (
        f"{_units(findings, l, share)} are at a flat end of {title} on at least "
        f"{SATURATED_SHARE:.0%} of the samples{where}"
    )


def _exploding(findings: Findings, l: int) -> str:
    ratio, size = findings.layers[l].update_ratio, findings.layers[l].weight_size
    if ratio is not None and ratio >= RUNAWAY_RATIO and size >= RUNAWAY_SIZE:
        return f"the last update is {_times(ratio)} as large as the weights it changed"
    if findings.is_learnt:
        return ""
    # large inputs are no fault of the network's
    forth, back = findings.forth(l, max(1.0, findings.x_rms)), findings.back[l]
    if forth * back < EXPLODING:
        return ""
    parts = []
    if back > 10:
        parts.append(_way_back(findings, f"{_times(back)} larger than"))
    if forth > 10:
        parts.append(_input(findings, l))
    return ", and ".join(parts)


def _vanishing(findings: Findings, l: int) -> str:
    if findings.is_learnt:
        return ""
    if l < findings.L and findings.layers[l].are_copies:
        return _copies(findings, l)
    return _blocked(findings, l) or _too_little(findings, l)


def _copies(findings: Findings, l: int) -> str:
    """No gradient tells the units of a layer apart, after equal initial weights."""
    return (
        f"all {findings.layer_spec(l).units} units have the same weights, and the gradient that "
        "would tell them apart is 0"
    )


def _blocked(findings: Findings, l: int) -> str:
    """Nothing comes in or back, because of the units of another layer."""
    here = findings.layers[l]
    if not findings.tells_units:
        return ""
    if here.delta_rms == 0:
        for k in range(l + 1, findings.L + 1):
            if findings.layers[k].activity.dead == 1:
                return f"|delta| is 0, all units of layer {k} are dead and let nothing back"
    if l > 1 and here.input_rms == 0:
        return f"layer {l - 1} hands on nothing but 0, so that the weights get no gradient"
    if l < findings.L and findings.is_stuck:
        return f"|delta| {_number(here.delta_rms)} is what comes back through saturated outputs"
    return ""


def _too_little(findings: Findings, l: int) -> str:
    """What comes in and back is too small for the weights to learn."""
    if not findings.tells_signals or _is_off_by_chance(findings):
        return ""
    # small inputs are no fault of the network's
    forth, back = findings.forth(l, min(1.0, findings.x_rms)), findings.back[l]
    if back == 0:
        return "|delta| is 0, nothing comes back from the layers after it"
    if not forth * back <= VANISHING:
        return ""
    parts = []
    if back < 0.1:
        parts.append(_way_back(findings, f"{_times(1 / back)} smaller than"))
    if forth < 0.1:
        parts.append(_input(findings, l))
    return ", and ".join(parts)


def _is_off_by_chance(findings: Findings) -> bool:
    """Whether a layer gives next to nothing, on so few samples that it may well be alive."""
    after_first = range(2, findings.L + 1)
    return not findings.tells_units and any(
        findings.layers[l].input_rms <= VANISHING for l in after_first
    )


# In this order: what explains others comes before them.
FAULTS: tuple[tuple[Verdict, Callable[[Findings, int], str]], ...] = (
    ("diverged", _diverged),
    ("dead", _dead),
    ("saturated", _saturated),
    ("exploding", _exploding),
    ("vanishing", _vanishing),
    ("diverged", _nonfinite),
)


# ---- words ----------------------------------------------------------------------------------


def _merits(findings: Findings, l: int) -> str:
    here = findings.layers[l]
    text = f"|gradient| {_number(here.gradient_rms)}"
    if here.update_ratio is not None:
        text += f", update/weight {_number(here.update_ratio)}{_unusual(here.update_ratio)}"
    if findings.is_learnt:
        return text + "; the outputs fit the targets, little is left to learn"
    if not findings.tells_units and not findings.tells_signals:
        samples = f"{findings.m} samples are" if findings.m > 1 else "1 sample is"
        return text + f"; {samples} too few to tell more"
    return text


def _unusual(ratio: float) -> str:
    low, high = USUAL_RATIO
    if low <= ratio <= high:
        return ""
    return f" ({'small' if ratio < low else 'large'}: usual is {low:g} to {high:g})"


def _way_back(findings: Findings, change: str) -> str:
    return f"|delta| of the samples is on average {change} in layer {findings.L}"


def _input(findings: Findings, l: int) -> str:
    size, x_size = _number(findings.layers[l].input_rms), _number(findings.x_rms)
    return f"what comes in from layer {l - 1} is of size {size}, the inputs X of size {x_size}"


def _units(findings: Findings, l: int, share: float) -> str:
    units = findings.layer_spec(l).units
    return f"{round(share * units)} of {units} units"


def _times(factor: float) -> str:
    return "over a million times" if factor > 1e6 else f"{_number(factor)} times"


def _number(value: float) -> str:
    """With two significant digits."""
    if value == float("inf"):
        return "beyond all numbers"
    text = f"{value:.2g}"
    return f"{float(text):,.0f}" if 100 <= value < 1e6 else text
