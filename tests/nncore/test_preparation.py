import dataclasses
import math
import warnings
from typing import Any

import numpy as np
import pytest
from preparation_tables import COLOURS, NAN, PEOPLE, TRAIN, fit, table

from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Preparation, preparation
from nncore.data.scaling import Scaling
from nncore.errors import SpecError


def refusal(plan: Plan, dataset: Dataset = PEOPLE) -> str:
    with pytest.raises(SpecError) as caught:
        fit(plan, dataset)
    return str(caught.value)


# Nothing to do


def test_none_passes_rows_on_as_they_are() -> None:
    X = np.array([[5e-324, -0.0], [1.7e308, 3.0]])
    X.flags.writeable = False
    for nothing in (Preparation.none(["a", "b"]), fit(Plan(), table(X), [0, 1])):
        assert nothing.n_inputs == 2
        assert nothing.input_names == nothing.feature_names == ("a", "b")
        assert nothing.fill_in(X) is X
        assert nothing.expand(X) is X
        assert nothing.apply(X) is X
        assert nothing.steps() == ()


def test_other_numbers_become_float64() -> None:
    result = Preparation.none(["a"]).apply(np.array([[1], [2]], np.int8))
    assert result.dtype == np.float64
    assert result.tolist() == [[1.0], [2.0]]
    assert Preparation.none(["a"]).apply([[NAN], [2.0]]).tolist() == [[0.0], [2.0]]


# Missing values


def test_missing_values_are_filled_in_from_the_training_rows() -> None:
    filled = fit().fill_in(PEOPLE.X)
    assert filled.tolist() == [
        [20, 0, 1.5, 0],
        [30, 1, 2.5, 1],
        [30, 2, 3.0, 1],
        [70, 0, 5.0, 1],  # of three colours once each the first; two of three are male
        [90, 1, -4.0, 0],
        [30, 1, 100.0, 0],
    ]
    assert np.isnan(PEOPLE.X[1, 0])  # the data set is left alone


@pytest.mark.parametrize(
    ("kind", "values", "fill"),
    [
        ("mean", [1, 2, 6, NAN], 3.0),
        ("median", [1, 2, 6, NAN], 2.0),
        ("median", [1, 2, 6, 9], 4.0),
        ("most_frequent", [1, 6, 6, NAN], 6.0),
        ("most_frequent", [6, 1, 6, 1], 1.0),
        ("mean", [1.7e308, 1.7e308, 1.7e308, NAN], 1.7e308),
        ("mean", [1.7e308, -1.7e308, 1.7e308, -1.7e308], 0.0),
        ("median", [1.7e308, 1.7e308, NAN, NAN], 1.7e308),
        ("median", [5e-324, 5e-324, NAN, NAN], 5e-324),
    ],
)
def test_each_way_to_fill_in(kind: str, values: list[float], fill: float) -> None:
    dataset = table([[value] for value in values], fills=(kind,))
    fitted = fit(Plan(), dataset)
    assert fitted.fill.tolist() == [pytest.approx(fill, rel=1e-15, abs=0)]
    assert fitted.fills == (kind,)
    assert fitted.fill_in([[NAN], [8.0]]).tolist() == [fitted.fill.tolist(), [8.0]]


def test_a_feature_without_a_value_among_the_training_rows_becomes_0() -> None:
    dataset = table(
        [[NAN, NAN, 1], [NAN, NAN, 2], [5, 1, 3]],
        categories=((), COLOURS, ()),
        fills=("median", "mean", "mean"),
    )
    fitted = fit(Plan("standardize"), dataset, [0, 1])
    assert fitted.fills == ("zero", "zero", "mean")
    assert fitted.fill_in(dataset.X).tolist() == [[0, 0, 1], [0, 0, 2], [5, 1, 3]]
    first, second, *_ = fitted.steps()
    assert first.words == "a has no value in the training samples: missing ones become 0"
    assert first.formula == "a ← 0 (2 missing)"
    assert second.words == "b has no value in the training samples: missing ones become red"


def test_a_category_that_is_unknown_counts_as_missing() -> None:
    dataset = table([[0], [1], [1]], categories=(COLOURS,))
    fitted = fit(Plan(), dataset, [0, 1, 2])
    X = [[2.0], [3.0], [-1.0], [0.5], [NAN], [math.inf]]
    assert fitted.fill_in(X)[:, 0].tolist() == [2, 1, 1, 1, 1, 1]


# Categories


def test_each_category_becomes_an_input_and_two_become_one() -> None:
    fitted = fit(Plan(left_out=("age", "x₁")))
    assert fitted.input_names == ("colour = red", "colour = green", "colour = blue", "sex = male")
    assert fitted.apply(PEOPLE.X).tolist() == [
        [1, 0, 0, 0],
        [0, 1, 0, 1],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [0, 1, 0, 0],
        [0, 1, 0, 0],
    ]


def test_a_single_category_is_an_input_that_is_always_1() -> None:
    fitted = fit(Plan("standardize"), table([[0], [NAN]], categories=(("only",),)), [0])
    assert fitted.input_names == ("a = only",)
    assert fitted.apply([[0.0], [NAN], [7.0]]).tolist() == [[1], [1], [1]]


@pytest.mark.parametrize("scaling", ["standardize", "min_max"])
def test_inputs_of_categories_are_never_scaled(scaling: str) -> None:
    fitted = fit(Plan(scaling))
    assert fitted.is_number.tolist() == [True, False, False, False, True, False]
    assert fitted.scaling.offset[[1, 2, 3, 5]].tolist() == [0, 0, 0, 0]
    assert fitted.scaling.scale[[1, 2, 3, 5]].tolist() == [1, 1, 1, 1]
    inputs = fitted.apply(PEOPLE.X)
    assert np.isin(inputs[:, [1, 2, 3, 5]], (0.0, 1.0)).all()
    only = fit(Plan(scaling, left_out=("age", "x₁")))
    assert only.scaling.is_identity
    assert all(step.kind != "scaling" for step in only.steps())


# Derived inputs


def test_derived_inputs_come_last_and_see_filled_values_before_scaling() -> None:
    fitted = fit(Plan(left_out=("age", "colour", "sex"), derived=("age/10", "sin x1", "age·x₁")))
    assert fitted.input_names == ("x₁", "age/10", "sin(x₁)", "age·x₁")
    inputs = fitted.apply(PEOPLE.X[[0, 1, 2]])
    np.testing.assert_allclose(
        inputs,
        [
            [1.5, 2, math.sin(1.5), 30],
            [2.5, 3, math.sin(2.5), 75],
            [3.0, 3, math.sin(3.0), 90],
        ],
    )
    standardized = fit(Plan("standardize", ("colour", "sex"), ("age/10",)))
    np.testing.assert_allclose(standardized.expand(PEOPLE.X)[:, 2], [2, 3, 3, 7, 9, 3])
    np.testing.assert_allclose(standardized.apply(PEOPLE.X)[TRAIN].mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(standardized.apply(PEOPLE.X)[TRAIN].std(axis=0), 1)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("log(x1)", "log(x₁) is not a number in row 5, where x₁ = −4."),
        ("1/(age - 90)", "1/(age − 90) is infinite in row 5, where age = 90."),
        ("exp(age*x1)", "exp(age·x₁) is infinite in row 6, where age = 30 and x₁ = 100."),
    ],
)
def test_a_formula_without_a_value_for_a_sample_is_refused_with_the_row(
    formula: str, message: str
) -> None:
    assert refusal(Plan(derived=(formula,))) == message


def test_of_a_long_formula_the_first_columns_are_told() -> None:
    names = [f"c{k}" for k in range(30)]
    dataset = table(np.ones((4, 30)), " ".join(names))
    message = refusal(Plan(derived=("0/0+" + "+".join(names),)), dataset)
    assert message == (
        "0/0 + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 … is not a number in row 1, "
        "where c0 = 1 and c1 = 1 and c2 = 1 and c3 = 1 and c4 = 1 and c5 = 1."
    )


def test_for_other_rows_a_formula_without_a_value_is_passed_on_in_silence() -> None:
    fitted = fit(Plan("standardize", ("colour", "sex"), ("1/(x₁ + 7)", "log(x₁ + 8)")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inputs = fitted.apply(np.array([[0, 0, -7, 0], [0, 0, -9, 0], [math.inf, 0, 1e308, 0]]))
    assert inputs[0, 2] == math.inf
    assert np.isnan(inputs[1, 3])
    assert np.isfinite(inputs[:2, :2]).all()
    assert inputs[2, 0] == math.inf
    fitted.require_values(PEOPLE.X)
    with pytest.raises(SpecError, match=r"^log\(x₁ \+ 8\) is not a number in row 2, where x₁ = −9"):
        fitted.require_values([[0, 0, 5, 0], [0, 0, -9, 0]])


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan(left_out=("size",)), "There is no feature 'size' that could be left out."),
        (Plan(left_out=("x1",)), "There is no feature 'x1' that could be left out."),
        (
            Plan(left_out=PEOPLE.feature_names),
            "All features are left out; a network needs at least one input.",
        ),
        (Plan(derived=("x1*2", "x₁ · 2")), "x₁·2 is an input already."),
        (Plan(derived=("x1",)), "x₁ is an input already."),
        (Plan(derived=("colour + 1",)), "colour + 1 needs numbers, but 'colour' holds categories."),
        (Plan(derived=("z",)), "There is no column 'z'; there are age, colour, x₁, sex."),
        (Plan(derived=("x1 +",)), "x1 +: something is missing at the end."),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(plan: Plan, message: str) -> None:
    assert refusal(plan) == message


def test_an_input_can_stand_in_its_own_place_once_it_is_left_out() -> None:
    fitted = fit(Plan(left_out=("x₁", "age", "colour"), derived=("x1",)))
    assert fitted.input_names == ("sex = male", "x₁")


def test_a_name_in_backticks_is_the_same_input() -> None:
    dataset = Dataset("t", [[1.0]], [0.0], ("a b",))  # type: ignore[arg-type]
    assert refusal(Plan(derived=("`a b`",)), dataset) == "`a b` is an input already."


def test_features_of_the_same_name_can_be_kept_but_not_told_apart() -> None:
    dataset = table([[1, 2, 3]], "a a b")
    assert fit(Plan(), dataset, [0]).input_names == ("a", "a", "b")
    assert fit(Plan(left_out=("a",)), dataset, [0]).input_names == ("b",)
    assert refusal(Plan(derived=("a + b",)), dataset) == "a + b: there are 2 features 'a'."


def test_more_values_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "MAX_VALUES", 23)
    assert fit(Plan(left_out=("colour",))).n_inputs == 3
    assert refusal(Plan()).startswith("6 inputs of 6 samples are too many for the memory.")
    assert fit(Plan("min_max"), table(np.eye(6))).n_inputs == 6  # as they are in memory already


# Fitting


def test_nothing_of_the_test_rows_is_used() -> None:
    X = PEOPLE.X.copy()
    X[4:] = [[1e9, 2, 1e-9, 1], [3.0, 0, NAN, 1]]
    for scaling in ("none", "standardize", "min_max"):
        plan = Plan(scaling, derived=("age²",))
        other = fit(plan, dataclasses.replace(PEOPLE, X=X))
        assert other.fill.tolist() == fit(plan).fill.tolist()
        assert other.scaling.offset.tolist() == fit(plan).scaling.offset.tolist()
        assert other.scaling.scale.tolist() == fit(plan).scaling.scale.tolist()


def test_no_training_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="no training rows"):
        fit(rows=[])


def test_rows_of_another_width_are_refused() -> None:
    for method in (fit().fill_in, fit().expand, fit().apply):
        with pytest.raises(ValueError, match=r"X has shape \(1, 3\), not \(n, 4\)"):
            method([[1, 2, 3]])
    assert fit(Plan(derived=("age²",))).apply(np.empty((0, 4))).shape == (0, 7)


def test_a_preparation_is_frozen() -> None:
    fitted = fit()
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.plan = Plan()  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        fitted.fill[0] = 1


# Parts that don't fit together


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fill": np.zeros(3)}, "4 features has parts for another number"),
        ({"categories": ((),)}, "4 features has parts for another number"),
        ({"fill": np.array([0, 3, 0, 0])}, "3.0 can't stand in for missing values of 'colour'"),
        ({"fill": np.array([0, 0.5, 0, 0])}, "0.5 can't stand in for missing values of 'colour'"),
        ({"fill": np.array([NAN, 0, 0, 0])}, "nan can't stand in for missing values of 'age'"),
        ({"fills": ("mode",) * 4}, "no way to fill in missing values 'mode'"),
        ({"scaling": Scaling.none(5)}, "gives 6 inputs and scales 5"),
        ({"scaling": Scaling(np.ones(6), np.ones(6))}, "scales inputs that are to stay"),
        (
            {"plan": Plan("min_max"), "scaling": Scaling(np.zeros(6), np.full(6, 2.0))},
            "scales inputs that are to stay",
        ),
        ({"scaling": Scaling(np.array([1, 0, 0, 0, 0, 0]), np.ones(6))}, "that are to stay"),
        ({"scaling": Scaling(np.zeros(6), np.array([2, 1, 1, 1, 1, 1]))}, "that are to stay"),
        ({"plan": Plan(left_out=("b",))}, "no feature 'b'"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        dataclasses.replace(fit(), **changes)
