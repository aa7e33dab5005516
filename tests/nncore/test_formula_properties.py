"""Formulas made at random: what they compute, and that they are written as they are read."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nncore.data.formula import parse_formula
from nncore.errors import SpecError

NAMES = ("x₁", "x₂", "a`b", "petal length (cm)", "exp", "max")
COLUMNS: dict[str, Any] = {
    name: np.array([-3.0, -0.5, 0.0, 0.75, 2.0]) + k for k, name in enumerate(NAMES)
}
# A text with parentheses around all parts, and what it should come to.
Made = tuple[str, Callable[[], Any]]


def column(name: str, spelling: str) -> Made:
    return spelling, lambda: COLUMNS[name]


def number(text: str) -> Made:
    return text, lambda: np.float64(text)


COLUMN = st.sampled_from(
    [
        column("x₁", "x1"),
        column("x₁", "x₁"),
        column("x₂", "`x₂`"),
        column("a`b", "`a``b`"),
        column("petal length (cm)", "`petal length (cm)`"),
        column("exp", "`exp`"),
        column("max", "`max`"),
    ]
)
NUMBER = st.one_of(
    st.integers(0, 10**20).map(lambda k: number(str(k))),
    st.floats(0, allow_infinity=False).map(lambda x: number(repr(x))),
    st.sampled_from([number("2"), number("3"), ("pi", lambda: np.pi), ("e", lambda: np.e)]),
)
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "−": np.subtract,
    "*": np.multiply,
    "·": np.multiply,
    "/": np.divide,
    "^": np.power,
    "**": np.power,
}


def binary(left: Made, sign: str, right: Made) -> Made:
    return f"({left[0]}){sign}({right[0]})", lambda: OPERATIONS[sign](left[1](), right[1]())


def unary(sign: str, of: Made) -> Made:
    return f"{sign}({of[0]})", lambda: -of[1]() if sign != "+" else of[1]()


def raised(of: Made, sign: str) -> Made:
    return f"({of[0]}){sign}", lambda: np.power(of[1](), {"²": 2.0, "³": 3.0}[sign])


def called(of: Made, name: str) -> Made:
    return f"{name}({of[0]})", lambda: getattr(np, name)(of[1]())


def least(a: Made, b: Made) -> Made:
    return f"min({a[0]}, {b[0]})", lambda: np.minimum(a[1](), b[1]())


def grown(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    return st.one_of(
        st.builds(binary, inner, st.sampled_from(sorted(OPERATIONS)), inner),
        st.builds(unary, st.sampled_from("-−+"), inner),
        st.builds(raised, inner, st.sampled_from("²³")),
        st.builds(called, inner, st.sampled_from(["sin", "exp", "sqrt", "floor"])),
        st.builds(least, inner, inner),
    )


EXPRESSION = st.recursive(COLUMN | NUMBER, grown, max_leaves=8)


@given(COLUMN, st.sampled_from(["+", "*", "^"]), EXPRESSION)
@settings(max_examples=300, deadline=None)
def test_a_formula_computes_the_same_as_the_parts_it_is_made_of(
    first: Made, sign: str, rest: Made
) -> None:
    text, expected = binary(first, sign, rest)
    formula = parse_formula(text, NAMES)
    with np.errstate(all="ignore"):
        wanted = np.broadcast_to(expected(), (5,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(formula.evaluate(COLUMNS), wanted)
    # without the parentheses that aren't needed it is still the same formula
    again = parse_formula(formula.text, NAMES)
    assert again == formula
    assert again.tree == formula.tree


PIECES = (
    "x1", "x₁", "x₂", "`a``b`", "`", "e", "pi", "π", "max", "sin", "log10", "foo", "(", ")", ",",
    "+", "-", "−", "*", "·", "×", "/", "^", "**", "²", "³", "¹", "1", "2.5", ".5", "1e3", "1e-",
    ".", " ", "\n", "=", "\x00", "\ud800", "½", "_",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20))
@example("x1^2^2²")
@example("2^-3^x1")
@settings(max_examples=800, deadline=None)
def test_any_text_is_refused_in_a_sentence_or_written_as_it_is_read(text: str) -> None:
    try:
        formula = parse_formula(text, NAMES)
    except SpecError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        again = parse_formula(formula.text, NAMES)
        assert again == formula
        assert again.text == formula.text
        np.testing.assert_array_equal(again.evaluate(COLUMNS), formula.evaluate(COLUMNS))


@given(st.text(min_size=1, max_size=12), st.lists(st.text(max_size=12), max_size=3))
@settings(max_examples=50, deadline=None)
def test_a_column_of_any_name_can_be_used(name: str, others: list[str]) -> None:
    quoted = "`" + name.replace("`", "``") + "`"
    formula = parse_formula(f"{quoted} + 1", [*others, name])
    assert formula.names == (name,)
    assert parse_formula(formula.text, [*others, name]) == formula
