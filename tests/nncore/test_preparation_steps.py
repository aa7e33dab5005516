"""What is told of a preparation, in words and formulas."""

import numpy as np
from preparation_tables import NAN, fit, table

from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Step


def test_the_steps_are_told_in_order_in_words_and_formulas() -> None:
    plan = Plan("standardize", ("age",), ("age^2", "x1*age"))
    assert fit(plan).steps() == (
        Step(
            "fill",
            "missing values of age become the median of the training samples",
            "age ← 30 (2 missing)",
            "age",
        ),
        Step(
            "fill",
            "missing values of colour become the most frequent value of the training samples",
            "colour ← red (1 missing)",
            "colour",
        ),
        Step(
            "fill",
            "missing values of x₁ become the mean of the training samples",
            "x₁ ← 3 (1 missing)",
            "x₁",
        ),
        Step(
            "fill",
            "missing values of sex become the most frequent value of the training samples",
            "sex ← male (1 missing)",
            "sex",
        ),
        Step("left_out", "age is left out: it does not become an input", "", "age"),
        Step(
            "one_hot",
            "colour becomes an input for each of red, green, blue",
            "1 if colour = red, else 0; …",
            "colour",
        ),
        Step(
            "one_hot",
            "sex becomes an input that is 1 for male and 0 for female",
            "1 if sex = male, else 0",
            "sex",
        ),
        Step("derived", "age² becomes another input", "age²", "age^2"),
        Step("derived", "x₁·age becomes another input", "x₁·age", "x1*age"),
        Step(
            "scaling",
            "every input of numbers is standardised: "
            "mean 0 and standard deviation 1 over the training samples",
            "x₁: (x − 3) / 1.27\nage²: (x − 1.78e+03) / 1.82e+03\nx₁·age: (x − 136) / 125",
            "standardize",
        ),
    )


def test_the_step_of_min_max() -> None:
    (step,) = fit(Plan("min_max"), table([[1, -2.5], [3, 0]]), [0, 1]).steps()
    assert step == Step(
        "scaling",
        "every input is brought to 0 … 1, the least and the greatest of the training samples",
        "a: (x − 1) / 2\nb: (x + 2.5) / 2.5",
        "min_max",
    )


def test_many_categories_are_not_all_named() -> None:
    names = tuple(f"c{k}" for k in range(1000))
    (step,) = fit(Plan(), table([[1]], categories=(names,)), [0]).steps()
    assert step.words == ("a becomes an input for each of c0, c1, c2, c3, c4, c5, … (1,000 in all)")


def test_whatever_names_hold_a_step_is_told_on_one_line() -> None:
    dataset = Dataset(
        "t",
        np.array([[0, 1, NAN], [1, 0, 2]]),
        np.zeros(2),
        ("a\nb", "c\x00", "long " * 50),
        categories=(("x\ny", "z"), ("u\nv", "w\tx", "t"), ()),
    )
    steps = fit(Plan("min_max", (), ("`" + "long " * 50 + "`²",)), dataset, [0, 1]).steps()
    assert [step.kind for step in steps] == ["fill", "one_hot", "one_hot", "derived", "scaling"]
    for step in steps:
        assert len(step.words) < 200
        assert all(line.isprintable() for line in (step.words, *step.formula.split("\n")))
    assert steps[-1].formula.count("\n") == 1
    assert [step.subject for step in steps[:3]] == ["long " * 50, "a\nb", "c\x00"]


def test_numbers_of_a_step_have_three_digits_and_a_true_minus() -> None:
    (step,) = fit(Plan(), table([[-1234.5], [NAN], [-1.5e-9]]), [0]).steps()
    assert step.formula == "a ← −1.23e+03 (1 missing)"
