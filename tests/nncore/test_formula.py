import dataclasses
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nncore.data.formula import Formula, parse_formula
from nncore.errors import SpecError

Array = NDArray[np.float64]
NAMES = ("x₁", "x₂", "petal length (cm)", "breite_ü", "π-ish")
X1 = np.array([-2.5, -1.0, 0.0, 0.5, 3.0])
X2 = np.array([4.0, 0.25, 1.0, 2.0, 9.0])
COLUMNS = {"x₁": X1, "x₂": X2, "petal length (cm)": X1 + 1, "breite_ü": X2 - 1, "π-ish": X1}


def parse(text: str) -> Formula:
    return parse_formula(text, NAMES)


def refusal(text: str, names: tuple[str, ...] = NAMES) -> str:
    with pytest.raises(SpecError) as caught:
        parse_formula(text, names)
    return str(caught.value)


# What it computes


@pytest.mark.parametrize(
    ("text", "compute"),
    [
        ("x1 + x2", lambda a, b: a + b),
        ("x1 - x2 - 1", lambda a, b: (a - b) - 1),
        ("x1 / x2 / 2", lambda a, b: (a / b) / 2),
        ("x1 / x2 * 2", lambda a, b: (a / b) * 2),
        ("1 + x1 * x2", lambda a, b: 1 + (a * b)),
        ("(1 + x1) * x2", lambda a, b: (1 + a) * b),
        ("x2^2^0.5", lambda a, b: b ** (2**0.5)),
        ("(x2^2)^0.5", lambda a, b: (b**2) ** 0.5),
        ("-x1^2", lambda a, b: -(a**2)),
        ("-x1²", lambda a, b: -(a**2)),
        ("(-x2)^3", lambda a, b: (-b) ** 3),
        ("x2^-2", lambda a, b: b**-2.0),
        ("2^-x2^2", lambda a, b: 2 ** -(b**2)),
        ("-x1 * -x2", lambda a, b: a * b),
        ("+x1", lambda a, b: a),
        ("x1 - -x2", lambda a, b: a + b),
        ("2 * x1³", lambda a, b: 2 * a**3),
        ("π + 0*x1", lambda a, b: math.pi + 0 * a),
        ("pi*x1", lambda a, b: math.pi * a),
        ("e^x1", lambda a, b: math.e**a),
        (".5*x1 + 2.*x2 + 1.25e-3 + 1E2 + 1e+1", lambda a, b: 0.5 * a + 2 * b + 110.00125),
        ("sin(x1)", lambda a, b: np.sin(a)),
        ("cos(x1)", lambda a, b: np.cos(a)),
        ("tan(x1)", lambda a, b: np.tan(a)),
        ("exp(x1)", lambda a, b: np.exp(a)),
        ("log(x2)", lambda a, b: np.log(b)),
        ("log10(x2)", lambda a, b: np.log10(b)),
        ("sqrt(x2)", lambda a, b: np.sqrt(b)),
        ("abs(x1)", lambda a, b: np.abs(a)),
        ("sign(x1)", lambda a, b: [-1, -1, 0, 1, 1]),
        ("tanh(x1)", lambda a, b: np.tanh(a)),
        ("sigmoid(x1)", lambda a, b: 1 / (1 + np.exp(-a))),
        ("relu(x1)", lambda a, b: [0, 0, 0, 0.5, 3]),
        ("step(x1)", lambda a, b: [0, 0, 0, 1, 1]),
        ("min(x1, x2, 1)", lambda a, b: [-2.5, -1, 0, 0.5, 1]),
        ("max(x1, x2)", lambda a, b: [4, 0.25, 1, 2, 9]),
        ("round(x1)", lambda a, b: [-2, -1, 0, 0, 3]),
        ("floor(x1)", lambda a, b: [-3, -1, 0, 0, 3]),
        ("sin x1² + 1", lambda a, b: np.sin(a**2) + 1),
        ("sin x1^2 * 2", lambda a, b: np.sin(a**2) * 2),
        ("sin(x1)²", lambda a, b: np.sin(a) ** 2),
        ("exp sin x1", lambda a, b: np.exp(np.sin(a))),
        ("`petal length (cm)` * 2", lambda a, b: (a + 1) * 2),
        ("breite_ü + `π-ish`", lambda a, b: b - 1 + a),
    ],
)
def test_a_formula_computes_what_it_says(text: str, compute: Callable[..., Any]) -> None:
    np.testing.assert_allclose(parse(text).evaluate(COLUMNS), compute(X1, X2), rtol=1e-15)


def test_a_result_has_a_value_per_row_and_is_an_array_of_its_own() -> None:
    for text in ("x1", "x1*0 + 3", "x1^0", "min(1, x1)"):
        result = parse(text).evaluate(COLUMNS)
        assert result.shape == (5,)
        assert result.dtype == np.float64
        assert not np.shares_memory(result, X1)
    assert parse("x1 + 1").evaluate({"x₁": np.empty(0)}).shape == (0,)
    assert parse("x1 / 2").evaluate({"x₁": np.array([1, 2])}).tolist() == [0.5, 1.0]


def test_what_has_no_value_becomes_nan_or_infinite_without_a_warning() -> None:
    columns = {"x₁": [0.0, -1.0, 1e308, math.nan, math.inf, 5e-324]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(parse("log(x1 - 1)").evaluate(columns))[:2].all()
        assert parse("1/x1").evaluate(columns)[0] == math.inf
        assert np.isnan(parse("0/0 + x1").evaluate(columns)).all()
        assert parse("x1*10").evaluate(columns)[2] == math.inf
        assert np.isnan(parse("x1^0.5").evaluate(columns)[1])
        assert np.isnan(parse("step(x1) + relu(x1) + sigmoid(x1)").evaluate(columns)[3])
        assert parse("sigmoid(0 - x1)").evaluate(columns)[2] == 0.0
        assert parse("2^5000 + x1").evaluate(columns)[0] == math.inf
        assert parse("sin(x1) + exp(x1) + round(x1)").evaluate(columns).shape == (6,)
        assert parse("x1/4").evaluate(columns)[5] == 0.0


def test_only_the_columns_it_names_are_read() -> None:
    formula = parse("x2*x1 + x2")
    assert formula.names == ("x₂", "x₁")
    assert formula.evaluate({"x₁": X1, "x₂": X2}).tolist() == (X2 * X1 + X2).tolist()
    with pytest.raises(KeyError):
        formula.evaluate({"x₁": X1})


def test_a_formula_is_a_frozen_value() -> None:
    formula = parse("x1*x2")
    assert formula == parse("x₁ · x₂")
    assert hash(formula) == hash(parse("x₁×x2"))
    assert formula != parse("x2*x1")
    assert repr(formula) == "Formula(text='x₁·x₂', names=('x₁', 'x₂'))"
    with pytest.raises(dataclasses.FrozenInstanceError):
        formula.text = "x₁"  # type: ignore[misc]


# How it is written


@pytest.mark.parametrize(
    ("text", "pretty"),
    [
        ("x1^2", "x₁²"),
        ("x1**3", "x₁³"),
        ("x1^4", "x₁^4"),
        ("x1*x2", "x₁·x₂"),
        ("x1 × x2", "x₁·x₂"),
        ("x1−x2", "x₁ − x₂"),
        ("  x1+\tx2\n", "x₁ + x₂"),
        ("sin x2", "sin(x₂)"),
        ("sin x2²", "sin(x₂²)"),
        ("sin(x2)^2", "sin(x₂)²"),
        ("max( x1,x2 )", "max(x₁, x₂)"),
        ("((x1))", "x₁"),
        ("(x1*x2)/(x1+x2)", "(x₁·x₂)/(x₁ + x₂)"),
        ("x1-(x2-1)", "x₁ − (x₂ − 1)"),
        ("x1/(x2/2)", "x₁/(x₂/2)"),
        ("-(x1+x2)", "−(x₁ + x₂)"),
        ("-x1*-x2", "−x₁·−x₂"),
        ("(-x1)²", "(−x₁)²"),
        ("(x1²)³", "(x₁²)³"),
        ("2^(x1+1)", "2^(x₁ + 1)"),
        ("2^(3^x1)", "2^3^x₁"),
        ("(2^3)^x1", "(2³)^x₁"),
        ("2^-x1", "2^−x₁"),
        ("pi*x1+e", "π·x₁ + e"),
        ("1.50*x1", "1.5·x₁"),
        ("100*x1 + 1e-7 + 1e22 + 0.0", "100·x₁ + 1e-7 + 1e22 + 0"),
        ("1e−3·x1", "0.001·x₁"),
        ("`x₁`", "x₁"),
        ("`petal length (cm)`²", "`petal length (cm)`²"),
    ],
)
def test_a_formula_is_written_as_in_a_label(text: str, pretty: str) -> None:
    formula = parse(text)
    assert formula.text == pretty
    assert parse(pretty) == formula


# Columns


def test_digits_stand_for_subscripts_and_the_other_way_round() -> None:
    assert parse_formula("x1 + x₁", ["x₁"]).names == ("x₁",)
    assert parse_formula("x₁₂ + x12", ["x12"]).text == "x12 + x12"
    # unless that is a column's own name
    formula = parse_formula("x1 − x₁", ["x₁", "x1"])
    assert formula.names == ("x1", "x₁")
    assert "no column 'x1'" in refusal("`x1`", ("x₁",))  # in backticks stands the name itself
    assert "no column 'x12'" in refusal("x12", ("x₁2", "x1₂"))  # which of the two?


@pytest.mark.parametrize("name", ["größe", "_a", "a_b2", "x₁₀", "名", "β", "Ångström", "ⁿ"])
def test_plain_names_need_no_backticks(name: str) -> None:
    assert parse_formula(f"{name}+1", [name]).text == f"{name} + 1"


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "1st",
        "a-b",
        "",
        " ",
        "a²",
        "a`b",
        "``",
        "½",
        "x(1)",
        "sin",
        "max",
        "e",
        "pi",
        "₁",
        "a\n",
    ],
)
def test_any_other_name_stands_in_backticks(name: str) -> None:
    written = "`" + name.replace("`", "``") + "`"
    formula = parse_formula(f"2*{written}²", [name, "x"])
    assert formula.names == (name,)
    assert formula.text == f"2·{written}²"
    assert formula.evaluate({name: [3.0]}).tolist() == [18.0]


def test_a_column_called_like_a_constant_or_a_function_is_never_taken_for_it() -> None:
    names = ("e", "max", "x")
    assert "this is a constant; the column of that name is written `e`" in refusal("x+e", names)
    assert "this is a function; the column of that name is written `max`" in refusal("max", names)
    assert parse_formula("max(x, `max`) + `e`", names).names == ("x", "max", "e")


# What it refuses


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The formula is empty."),
        (" \n", "The formula is empty."),
        ("x1 + ", "x1 + : something is missing at the end."),
        ("z", "There is no column 'z'; there are x₁, x₂."),
        ("X1", "There is no column 'X1'; there are x₁, x₂."),
        ("2*z(", "'z' is no function; there are sin, cos, tan, exp, log, log10, sqrt, abs, sign, "
         "tanh, sigmoid, relu, step, min, max, round, floor."),
        ("2x1", "2x1: an operator such as · is missing before this."),
        ("x1 x2", "x1 x2: an operator such as · is missing before this."),
        ("x1(x2)", "x1(: an operator such as · is missing before this."),
        ("(x1)(x2)", "(x1)(: an operator such as · is missing before this."),
        ("x1²x2", "x1²x2: an operator such as · is missing before this."),
        ("1.2.3*x1", "1.2.3: an operator such as · is missing before this."),
        ("1_000*x1", "1_000: an operator such as · is missing before this."),
        ("x1 * / x2", "x1 * /: something is missing before this."),
        ("*x1", "*: something is missing before this."),
        ("()", "(): something is missing before this."),
        ("max(x1,,x2)", "max(x1,,: something is missing before this."),
        ("(x1", "(x1: a closing parenthesis is missing."),
        ("sin(x1", "sin(x1: a closing parenthesis is missing."),
        ("x1)", "x1): this parenthesis closes none."),
        ("0,5*x1", "0,: a comma stands between the values of a function; decimals have a point."),
        ("max(x1)", "max(x1): max takes two values or more."),
        ("min x1", "min: min needs parentheses: min(…, …)."),
        ("sin(x1, x2)", "sin(x1, x2): sin takes one value, not 2."),
        ("sin + x1", "sin: sin needs parentheses: sin(…)."),
        ("x1²³", "x1²³: a power of a power needs parentheses around the inner one."),
        ("x1³ ^ 2", "x1³ ^: a power of a power needs parentheses around the inner one."),
        ("1e999·x1", "1e999: this number is too large."),
        ("x1 + `a", "x1 + `a: the closing ` of a name is missing."),
        ("x1 = 3", "x1 =: '=' has no meaning in a formula."),
        ("x1 + ٣", "x1 + ٣: '٣' has no meaning in a formula."),
        ("x1\x00", "x1 : ' ' has no meaning in a formula."),
        ("2 + 3", "2 + 3 is the same for every sample: a formula needs at least one column."),
        ("π", "π is the same for every sample: a formula needs at least one column."),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_the_place(text: str, message: str) -> None:
    assert refusal(text, ("x₁", "x₂")) == message


@pytest.mark.parametrize("text", ["__import__('os')", "x1.real", "x1[0]", "lambda: x1", "x1 if x2"])
def test_programs_are_no_formulas(text: str) -> None:
    refusal(text)


def test_a_refusal_stays_one_readable_sentence() -> None:
    names = ("a\nb" * 500, *(f"column {k}" for k in range(1000)))
    for text in ("z" * 900, "`a\nb`", "(" * 40 + "x + " * 200, "1+" * 400 + "1", "q(", "π + " * 99):
        message = refusal(text, names)
        assert len(message) < 400
        assert "\n" not in message
        assert message.endswith(".")


# Limits


def test_a_thousand_characters_are_the_most() -> None:
    assert parse_formula("x" + " " * 999, ["x"]).text == "x"
    assert refusal("x" + " " * 1000) == "A formula may have 1000 characters; this one has 1,001."


def test_a_formula_that_would_be_too_long_when_written_out_is_refused() -> None:
    # with its spaces 4 characters a term
    assert len(parse_formula("+".join("x" * 250), ["x"]).text) == 997
    assert "1000 characters; written out" in refusal("+".join("x" * 251), ("x",))


def test_a_long_sum_is_not_deep() -> None:
    assert parse_formula("+".join(["(−(x))"] * 100), ["x"]).text.count("−x") == 100
    formula = parse_formula("+".join("x" * 250), ["x"])
    assert formula.evaluate({"x": [1.0, 2.0]}).tolist() == [250.0, 500.0]


@pytest.mark.parametrize(
    "nest",
    [
        lambda n: "(" * n + "x" + ")" * n,
        lambda n: "-" * n + "x",
        lambda n: "+" * n + "x",
        lambda n: "x^" * n + "x",
        lambda n: "sin(" * n + "x" + ")" * n,
        lambda n: "sin " * n + "x",
        lambda n: "1+2*(" * n + "x" + ")*3-1" * n,
    ],
)
def test_fifty_levels_are_the_most(nest: Callable[[int], str]) -> None:
    formula = parse_formula(nest(50), ["x"])
    assert parse_formula(formula.text, ["x"]) == formula
    assert formula.evaluate({"x": [1.0]}).shape == (1,)
    assert refusal(nest(51), ("x",)) == "The formula is more than 50 levels deep."
