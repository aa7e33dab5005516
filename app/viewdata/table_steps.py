"""Everything that was done to the data, in order, for people to read and to undo."""

from dataclasses import dataclass, replace

from app.state import AppState, FromFile, Pasted
from nncore.data.preparation import Plan, Step

MOST_ALIKE = 4  # steps of a kind that are listed one by one
MOST_LINES = 3  # of a formula


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done.

    words    a sentence
    formula  the same as a formula, some lines at most; "" if there is none
    tip      what else there is to say: the whole formula, how it is undone
    without  the plan that does all but this; None if it is not for the plan to undo
    """

    words: str
    formula: str = ""
    tip: str = ""
    without: Plan | None = None


def all_done(state: AppState) -> tuple[Done, ...]:
    """From the file to what the network takes, in order."""
    return (*_reading(state), _split(state), *_preparation(state), *_target(state))


def _reading(state: AppState) -> list[Done]:
    opened = isinstance(state.source, FromFile | Pasted)
    tip = "Done when the data was read" + (
        ": open it again with other choices to undo it." if opened else "."
    )
    return [Done(note, tip=tip) for note in state.dataset.notes]


def _split(state: AppState) -> Done:
    train, test = len(state.split.train), len(state.split.test)
    if not test:
        return Done(f"All {train:,} samples are trained on, none are kept for testing.")
    which = "the last ones" if state.dataset.exchangeable else f"by seed {state.config.seed}"
    if state.stratified and state.dataset.is_classification:
        which = f"of each class, {which}"
    return Done(
        f"{100 * state.test_share:.0f} % of the samples are kept for testing, {which}: "
        f"{train:,} train, {test:,} test."
    )


# ---- features --------------------------------------------------------------------------------


def _preparation(state: AppState) -> list[Done]:
    steps: dict[str, list[Step]] = {}
    for step in state.preparation.steps():
        steps.setdefault(step.kind, []).append(step)
    done = []
    for kind, alike in steps.items():
        if len(alike) > MOST_ALIKE and kind != "derived":
            done.append(_together(kind, alike, state.plan))
        else:
            done += [_one(step, state.plan) for step in alike]
    return done


def _one(step: Step, plan: Plan) -> Done:
    words = step.words
    if step.kind == "scaling" or words.startswith("missing values"):
        words = words[0].upper() + words[1:]  # others begin with a name
    formula = "" if step.kind == "derived" else step.formula  # its words have it
    return Done(
        f"{words}.", _cut(formula), _tip(step.kind, formula), _without(plan, step.kind, [step])
    )


def _together(kind: str, steps: list[Step], plan: Plan) -> Done:
    n, names = len(steps), ", ".join(step.subject for step in steps)
    words, formula = {
        "fill": (
            f"Missing values of {n} features are filled in.",
            "\n".join(step.formula for step in steps),
        ),
        "left_out": (f"{n} features are left out: they do not become inputs.", names),
        "one_hot": (f"{n} features of categories become inputs of 0 and 1.", names),
    }[kind]
    return Done(words, _cut(formula), _tip(kind, formula), _without(plan, kind, steps))


def _without(plan: Plan, kind: str, steps: list[Step]) -> Plan | None:
    subjects = {step.subject for step in steps}
    match kind:
        case "left_out":
            return replace(plan, left_out=tuple(n for n in plan.left_out if n not in subjects))
        case "derived":
            return replace(plan, derived=tuple(t for t in plan.derived if t not in subjects))
        case "scaling":
            return replace(plan, scaling="none")
        case _:
            return None


def _tip(kind: str, formula: str) -> str:
    how = {
        "fill": "A network cannot take a missing value. How they are filled in is chosen when\n"
        "the data is opened.",
        "one_hot": "A network takes numbers. To be without these inputs, leave the feature out.",
    }.get(kind, "")
    lines = formula.split("\n")
    if len(lines) > 20:
        lines = [*lines[:20], f"… and {len(lines) - 20:,} more"]
    return "\n".join(filter(None, ("\n".join(lines), how)))


def _cut(formula: str) -> str:
    """The first lines, none of them long."""
    lines = formula.split("\n")
    more = [f"… and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
    return "\n".join(_short(line) for line in lines[:MOST_LINES] + more)


def _short(line: str, most: int = 80) -> str:
    return line if len(line) <= most else line[: most - 1] + "…"


# ---- target ----------------------------------------------------------------------------------


def _target(state: AppState) -> list[Done]:
    dataset = state.dataset
    name = dataset.target_name
    if dataset.n_classes == 2:
        zero, one = dataset.class_names
        return [Done(f"The target {name} becomes 1 for {one} and 0 for {zero}.")]
    if dataset.is_classification:
        return [
            Done(
                f"The target {name} becomes {dataset.n_classes:,} outputs: 1 for its class, else 0."
            )
        ]
    if state.targets.is_identity:
        return []
    kind = "standardised" if state.plan.scaling == "standardize" else "brought to 0 … 1"
    return [
        Done(
            f"The target is {kind} too.",
            state.targets.describe((name,))[0],
            "What the network answers is brought back to the target's own units.",
        )
    ]
