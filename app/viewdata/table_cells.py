"""The table of the samples: which columns it has, and what stands in its cells."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from app.state import AppState
from app.viewdata.columns import Histogram, category_counts, prepared_column, summary
from app.viewdata.numbers import short
from nncore.data.dataset import Float64Array
from nncore.data.preparation import Preparation
from nncore.data.scaling import Scaling

DIGITS = 6  # significant, in a cell
SIDE_BY_SIDE = 6  # features that are shown beside what they become
MOST_NAMED = 24  # categories whose counts are listed
SETS = ("train", "test")
EVERY = slice(None)


class Shown(Enum):
    """Which values of a sample stand in its row."""

    RAW = "raw"
    PREPARED = "prepared"
    BOTH = "side by side"


class Kind(Enum):
    SET = "set"
    TARGET = "target"
    RAW = "raw"
    PREPARED = "prepared"


@dataclass(frozen=True, slots=True)
class Column:
    """``k`` counts the raw features, or the inputs of the network."""

    kind: Kind
    k: int
    title: str


def first_shown(state: AppState) -> Shown:
    """What is shown of data that is new."""
    return Shown.BOTH if state.dataset.n_features <= SIDE_BY_SIDE else Shown.RAW


def columns_of(state: AppState, shown: Shown) -> tuple[Column, ...]:
    """From left to right; what tells the samples apart stands first, however many features."""
    dataset = state.dataset
    raw = [Column(Kind.RAW, k, name) for k, name in enumerate(dataset.feature_names)]
    prepared = [
        Column(Kind.PREPARED, k, f"→ {name}")
        for k, name in enumerate(state.preparation.input_names)
    ]
    return (
        Column(Kind.SET, 0, "set"),
        Column(Kind.TARGET, 0, dataset.target_name),
        *(raw if shown is not Shown.PREPARED else ()),
        *(prepared if shown is not Shown.RAW else ()),
    )


def is_test(state: AppState) -> NDArray[np.bool_]:
    """Per sample (n,) whether it is kept for testing."""
    test = np.zeros(state.dataset.n_samples, bool)
    test[state.split.test] = True
    return test


def values_of(state: AppState, column: Column, rows: slice = EVERY) -> Float64Array:
    """What a column holds, (n,): numbers, or indices of ``names_of``; NaN is missing."""
    match column.kind:
        case Kind.SET:
            return is_test(state)[rows].astype(np.float64)
        case Kind.TARGET:
            return state.dataset.y[rows].astype(np.float64)
        case Kind.RAW:
            return state.dataset.X[rows, column.k]
        case Kind.PREPARED:
            samples = np.asarray(state.samples[rows], np.float64)
            return prepared_column(state.preparation, samples, column.k)


def names_of(state: AppState, column: Column) -> tuple[str, ...]:
    """Of the categories that a column holds; () if it holds numbers."""
    match column.kind:
        case Kind.SET:
            return SETS
        case Kind.TARGET:
            return state.dataset.class_names
        case Kind.RAW:
            return state.dataset.categories[column.k]
        case Kind.PREPARED:
            return ()


# ---- cells -----------------------------------------------------------------------------------


def number(value: float, digits: int = DIGITS) -> str:
    """Up to so many significant digits, a true minus sign."""
    if not math.isfinite(value):
        return short(value)
    mantissa, e, power = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(power)}" if e else mantissa).replace("-", "−")


def aligned(value: float, decimals: int) -> str:
    """As ``number``, but with so many decimals, as the others of its column have, unless
    that would be more than six digits, or leave fewer than three of what there is."""
    text = f"{value:.{decimals}f}"
    size = abs(value) * 10.0**decimals
    if 100 <= size < 10**DIGITS or (float(text) == value and size < 10**DIGITS):
        return text.replace("-", "−")
    return number(value)


def decimals_of(values: Float64Array) -> int:
    """How many decimals the numbers of a column are written with, for all to be alike."""
    known = values[np.isfinite(values)]
    needed = max((decimals_in(number(value)) for value in known.tolist()), default=0)
    largest = float(np.abs(known).max(initial=0))
    room = DIGITS - 1 - math.floor(math.log10(largest)) if largest else 0
    return max(0, min(needed, room))


def decimals_in(text: str) -> int:
    """Digits after the point of a number; 0 if it has a power of ten."""
    return 0 if "e" in text else len(text.partition(".")[2])


def exact(value: float) -> str:
    """All digits that tell ``value`` from every other number."""
    if not math.isfinite(value):
        return short(value)
    return repr(value).removesuffix(".0").replace("-", "−")


def value_text(state: AppState, column: Column, value: float, write: Callable[[float], str]) -> str:
    """A value of a column: a name, or a number, as ``write`` writes it."""
    names = names_of(state, column)
    return names[int(value)] if names else write(value)


def scaling_text(preparation: Preparation, k: int) -> str:
    """How input ``k`` is scaled, "" if it is not."""
    one = slice(k, k + 1)
    own = Scaling(preparation.scaling.offset[one], preparation.scaling.scale[one])
    return "" if own.is_identity else own.describe(("scaled",))[0]


# ---- figures ---------------------------------------------------------------------------------


def figures(state: AppState, column: Column) -> list[str]:
    """What there is to say about all values of a column, some lines."""
    values, names = values_of(state, column), names_of(state, column)
    if names:
        counts, missing = category_counts(values, len(names))
        return [_count_text(len(values) - missing, missing), counts_text(names, counts.tolist())]
    s = summary(values)
    if not s.count:
        return [_count_text(0, s.missing)]
    low, first, half, third, high = (number(x, 4) for x in (s.low, *s.quartiles, s.high))
    return [
        _count_text(s.count, s.missing),
        f"mean {number(s.mean, 4)}, standard deviation {number(s.deviation, 4)}",
        f"min {low}, quartiles {first}, {half}, {third}, max {high}",
    ]


def bar_text(state: AppState, column: Column, made: Histogram, bar: int) -> str:
    """What a bar of a histogram counts."""
    names, counts = names_of(state, column), made.counts[bar]
    low, high = made.edges[bar : bar + 2].tolist()
    if names:
        first, last = round(low + 0.5), round(high - 0.5)
        where = names[first] if first == last else f"{names[first]} … {names[last]}"
    elif high - low == 1 and low % 1 == 0.5:  # a bar of a whole number
        where = number(low + 0.5)
    else:
        where = f"{number(low)} … {number(high)}"
    n = int(counts.sum())
    lines = [f"{column.title}: {where}", f"{n:,} sample{'' if n == 1 else 's'}"]
    classes = state.dataset.class_names
    if len(classes) == len(counts) and column.kind is not Kind.TARGET:
        lines.append(counts_text(classes, counts.tolist()))
    return "\n".join([*lines, "Click to select."])


def counts_text(names: tuple[str, ...], counts: list[int]) -> str:
    """ "setosa 50 · versicolor 50 · virginica 50"."""
    named = [f"{name} {count:,}" for name, count in zip(names, counts, strict=True)]
    more = [f"{len(named) - MOST_NAMED:,} more"] if len(named) > MOST_NAMED else []
    return " · ".join(named[:MOST_NAMED] + more)


def _count_text(count: int, missing: int) -> str:
    values = "1 value" if count == 1 else f"{count:,} values"
    return f"{values}, {f'{missing:,}' if missing else 'none'} missing"
