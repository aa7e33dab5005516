"""Formulas for more inputs: those at hand, and one that is being typed."""

import re
from dataclasses import dataclass, replace

import numpy as np

from app.state import AppState
from app.viewdata.numbers import short
from nncore.data.formula import Formula, written
from nncore.data.formula.functions import FUNCTIONS
from nncore.data.preparation import Plan
from nncore.data.preparation.layout import Layout
from nncore.errors import SpecError

TEMPLATES = ("{a}²", "{b}²", "{a}·{b}", "sin({a})", "sin({b})")
LABELS = ("x₁²", "x₂²", "x₁·x₂", "sin x₁", "sin x₂")
SHORT_NAME = 2  # letters of a name that has room on a button
PREVIEWED = 5  # values of a formula that are shown
_WORD = re.compile(r"[^\W\d][\w₀-₉]*$")


@dataclass(frozen=True, slots=True)
class AtHand:
    """A formula that a button adds or takes away.

    label    what stands on the button
    formula  as the plan has it
    tip      what it does, or why it can't be had
    is_on    whether it is an input now
    can_be   whether it could be one
    """

    label: str
    formula: str
    tip: str
    is_on: bool
    can_be: bool = True


def at_hand(state: AppState) -> tuple[tuple[AtHand, ...], str]:
    """Formulas of the features that are looked at, and which ones these are, if need be."""
    names = state.dataset.feature_names
    looked_at = [names[k] for k in dict.fromkeys(state.view.axes)]
    a, b = written(looked_at[0]), written(looked_at[-1])
    templates = [
        (template.format(a=a, b=b), label)
        for template, label in zip(TEMPLATES, LABELS, strict=True)
        if len(looked_at) > 1 or "b" not in template
    ]
    own_names = all(len(name) <= SHORT_NAME for name in (a, b))
    buttons = tuple(
        _at_hand(state, text, text.replace("(", " ").replace(")", "") if own_names else label)
        for text, label in templates
    )
    symbols = zip(("x₁", "x₂"), looked_at, strict=False)
    caption = "" if own_names else ", ".join(f"{x} is {name}" for x, name in symbols)
    return buttons, caption


def _at_hand(state: AppState, text: str, label: str) -> AtHand:
    names, categories = state.dataset.feature_names, state.dataset.categories
    try:
        (formula,) = Layout.of(names, categories, Plan(derived=(text,))).formulas
    except SpecError as error:
        return AtHand(label, text, str(error), False, can_be=False)
    if formula.text in (own.text for own in state.preparation.formulas):
        tip = f"{formula.text} is an input; click to be without it."
        return AtHand(label, formula.text, tip, True)
    return AtHand(label, formula.text, f"{formula.text} becomes one more input.", False)


def with_formula(state: AppState, formula: str) -> tuple[str, ...]:
    """The plan's derived inputs with one more."""
    return (*state.plan.derived, formula)


def without_formula(state: AppState, formula: str) -> tuple[str, ...]:
    """The plan's derived inputs without the one that is written so."""
    pairs = zip(state.plan.derived, state.preparation.formulas, strict=True)
    return tuple(text for text, own in pairs if own.text != formula)


# ---- being typed -----------------------------------------------------------------------------


def tried(state: AppState, text: str) -> Formula:
    """The formula in ``text``, if it can be one more input; else SpecError."""
    plan = replace(state.plan, derived=with_formula(state, text))
    layout = Layout.of(state.dataset.feature_names, state.dataset.categories, plan)
    *_, (formula, values) = layout.derived(np.asarray(state.samples, np.float64))
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        what = "not a number" if np.isnan(values[bad[0]]) else "infinite"
        raise SpecError(f"{formula.text} is {what} in row {bad[0] + 1:,}.")
    return formula


def preview(state: AppState, formula: Formula) -> str:
    """ "x₁·x₂ → 0.12, −1.4, …": its values for the first samples."""
    names, samples = state.dataset.feature_names, state.samples[: PREVIEWED + 1]
    columns = {name: samples[:, names.index(name)] for name in formula.names}
    values = [short(value) for value in formula.evaluate(columns).tolist()]
    if len(values) > PREVIEWED:
        values[PREVIEWED:] = ["…"]
    return f"{formula.text} → {', '.join(values)}"


def word_at(text: str, cursor: int) -> str:
    """The beginning of a name or function that ends at the cursor; "" if there is none."""
    before = text[:cursor]
    if before.count("`") % 2:  # within a name in backticks
        return before[before.rindex("`") :]
    match = _WORD.search(before)
    return match[0] if match else ""


def completions(state: AppState) -> list[str]:
    """What a word of a formula may be: a column that holds numbers, or a function."""
    dataset = state.dataset
    columns = [
        written(name)
        for name, categories in zip(dataset.feature_names, dataset.categories, strict=True)
        if not categories
    ]
    return [*dict.fromkeys(columns), *(f"{name}(" for name in FUNCTIONS)]
