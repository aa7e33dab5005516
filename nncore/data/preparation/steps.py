"""The steps of a preparation, in words and as formulas, for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nncore.data.formula import on_one_line, readable
from nncore.data.preparation.fills import ZERO

if TYPE_CHECKING:
    from nncore.data.preparation.preparation import Preparation

MOST_NAMED = 6  # categories that a step names, columns that a message does
_OF_TRAINING = {"mean": "mean", "median": "median", "most_frequent": "most frequent value"}
_SCALING_WORDS = {
    "standardize": "is standardised: mean 0 and standard deviation 1 over the training samples",
    "min_max": "is brought to 0 … 1, the least and the greatest of the training samples",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to the features.

    kind     "fill", "left_out", "one_hot", "derived" or "scaling"
    words    what is done, without a full stop
    formula  the same as a formula with three digits, one line per column; "" if there is none
    subject  the feature's name; of "derived" the formula as it stands in the plan, of "scaling"
             the plan's scaling
    """

    kind: str
    words: str
    formula: str
    subject: str


def steps_of(preparation: "Preparation") -> tuple[Step, ...]:
    """Everything that is done, in order."""
    return (
        *_fills(preparation),
        *_left_out(preparation),
        *_one_hot(preparation),
        *_derived(preparation),
        *_scaling(preparation),
    )


def _fills(preparation: "Preparation") -> Iterator[Step]:
    for k, name in enumerate(preparation.feature_names):
        missing, kind = preparation.missing[k], preparation.fills[k]
        if not missing:
            continue
        value, categories = preparation.fill[k], preparation.categories[k]
        stand_in = readable(categories[int(value)]) if categories else short(value)
        what = readable(name)
        if kind == ZERO:
            words = f"{what} has no value in the training samples: missing ones become {stand_in}"
        else:
            words = (
                f"missing values of {what} become the {_OF_TRAINING[kind]} of the training samples"
            )
        yield Step("fill", words, f"{what} ← {stand_in} ({missing:,} missing)", name)


def _left_out(preparation: "Preparation") -> Iterator[Step]:
    for name in preparation.plan.left_out:
        yield Step(
            "left_out", f"{readable(name)} is left out: it does not become an input", "", name
        )


def _one_hot(preparation: "Preparation") -> Iterator[Step]:
    for name, categories in zip(preparation.feature_names, preparation.categories, strict=True):
        if not categories or name in preparation.plan.left_out:
            continue
        what, first, last = map(readable, (name, categories[0], categories[-1]))
        if len(categories) == 2:
            words = f"{what} becomes an input that is 1 for {last} and 0 for {first}"
            yield Step("one_hot", words, f"1 if {what} = {last}, else 0", name)
        else:
            words = f"{what} becomes an input for each of {_list(categories)}"
            yield Step("one_hot", words, f"1 if {what} = {first}, else 0; …", name)


def _derived(preparation: "Preparation") -> Iterator[Step]:
    for formula, text in zip(preparation.formulas, preparation.plan.derived, strict=True):
        words = f"{readable(formula.text)} becomes another input"
        yield Step("derived", words, on_one_line(formula.text), text)


def _scaling(preparation: "Preparation") -> Iterator[Step]:
    kind = preparation.plan.scaling
    if kind == "none":
        return
    lines = preparation.scaling.describe([readable(name) for name in preparation.input_names])
    of_numbers = [line for line, own in zip(lines, preparation.is_number, strict=True) if own]
    which = "every input" if len(of_numbers) == len(lines) else "every input of numbers"
    if of_numbers:
        yield Step("scaling", f"{which} {_SCALING_WORDS[kind]}", "\n".join(of_numbers), kind)


def short(value: float) -> str:
    """A number with three digits."""
    return f"{value:.3g}".replace("-", "−")


def _list(names: tuple[str, ...]) -> str:
    more = f", … ({len(names):,} in all)" if len(names) > MOST_NAMED else ""
    return ", ".join(map(readable, names[:MOST_NAMED])) + more
