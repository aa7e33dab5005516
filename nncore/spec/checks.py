"""The checks that specs share. Each raises SpecError with one sentence that has the numbers."""

import dataclasses
import math
from collections.abc import Collection
from typing import Any

import numpy as np

from nncore.errors import SpecError


def require_count(value: object, subject: str, noun: str = "units", least: int = 1) -> None:
    if not is_int(value) or value < least:  # type: ignore[operator]
        raise SpecError(
            f"{subject} needs a whole number of {noun} from {least}, not {shown(value)}."
        )


def require_name(name: object, names: Collection[str], noun: str) -> None:
    if not isinstance(name, str) or name not in names:
        raise SpecError(f"There is no {noun} '{cut(name)}'; there are {', '.join(names)}.")


def require_number(
    value: object,
    subject: str,
    least: float = 0.0,
    below: float = math.inf,
    *,
    above_least: bool = False,
    with_below: bool = False,
) -> None:
    """``least`` ≤ value < ``below``, and finite; ``above_least`` makes the first a <,
    ``with_below`` the second a ≤."""
    if is_number(value):
        number = float(value)  # type: ignore[arg-type]
        high_enough = number > least if above_least else number >= least
        low_enough = number <= below if with_below else number < below
        if math.isfinite(number) and high_enough and low_enough:
            return
    bounds = f"more than {least:g}" if above_least else f"{least:g} or more"
    if below == math.inf:
        bounds += " and finite"
    else:
        bounds += f" and {'at most' if with_below else 'less than'} {below:g}"
    raise SpecError(f"The {subject} must be {bounds}, not {shown(value)}.")


def plain_numbers(spec: object) -> None:
    """Make NumPy's numbers Python's, which don't overflow and go into JSON."""
    for field in dataclasses.fields(spec):  # type: ignore[arg-type]
        object.__setattr__(spec, field.name, _plain(getattr(spec, field.name)))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.item() if isinstance(value, np.integer | np.floating) else value


def is_int(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    if isinstance(value, float | np.floating):
        return True
    return is_int(value) and abs(value) < 10**300  # type: ignore[arg-type]  # float() can take it


def from_fields(spec_class: type[Any], data: Any, noun: str) -> dict[str, Any]:
    """The fields of ``spec_class`` that ``data``, read from JSON, has; SpecError for others."""
    if not isinstance(data, dict):
        raise SpecError(f"The {noun}'s description is not an object, but {shown(data)}.")
    fields = dataclasses.fields(spec_class)
    known = {field.name for field in fields}
    unknown = [str(name) for name in data if name not in known]
    if unknown:
        raise SpecError(f"The {noun}'s description has an unknown part '{cut(unknown[0])}'.")
    required = [field.name for field in fields if field.default is dataclasses.MISSING]
    require_parts(data, required, noun)
    return dict(data)


def require_parts(data: dict[str, Any], names: Collection[str], noun: str) -> None:
    missing = [name for name in names if name not in data]
    if missing:
        raise SpecError(f"The {noun}'s description is incomplete: it lacks {', '.join(missing)}.")


def cut(value: object, most: int = 60) -> str:
    """``value`` as text that leaves a message one readable sentence."""
    if isinstance(value, int) and abs(value) >= 10**most:
        return f"a number of more than {most} digits"  # which str() may refuse to write out
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def shown(value: object) -> str:
    """``value`` for a message, a text in quotation marks."""
    return f"'{cut(value)}'" if isinstance(value, str) else cut(value)
