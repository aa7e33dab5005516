"""Preparations of random tables: what always holds, and that JSON keeps every bit."""

import dataclasses
import json
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from preparation_strategies import datasets, fitted, plans, rows_for

from nncore.data.dataset import Dataset, Int64Array
from nncore.data.preparation import Plan, Preparation
from nncore.errors import SpecError

Fitted = tuple[Dataset, Int64Array, Preparation]


@given(fitted())
@settings(max_examples=50, deadline=None)
def test_inputs_of_the_training_rows_are_finite_and_of_the_size_asked_for(made: Fitted) -> None:
    dataset, train, preparation = made
    inputs = preparation.apply(dataset.X)
    assert inputs.shape == (dataset.n_samples, preparation.n_inputs)
    assert len(preparation.input_names) == preparation.n_inputs
    assert np.isfinite(inputs).all()
    numbers = inputs[train][:, preparation.is_number]
    if preparation.plan.scaling == "standardize":
        assert np.abs(numbers).max(initial=0) <= math.sqrt(len(train)) * (1 + 1e-6)
    if preparation.plan.scaling == "min_max":
        assert numbers.min(initial=0) >= 0
        assert numbers.max(initial=0) <= 1


@given(fitted())
@settings(max_examples=50, deadline=None)
def test_a_sample_is_exactly_one_of_its_categories(made: Fitted) -> None:
    dataset, _, preparation = made
    kept = [
        k for k, name in enumerate(dataset.feature_names) if name not in preparation.plan.left_out
    ]
    inputs, filled = preparation.apply(dataset.X), preparation.fill_in(dataset.X)
    place = 0
    for k in kept:
        n = len(dataset.categories[k])
        width = 1 if n in (0, 2) else n
        block = inputs[:, place : place + width]
        place += width
        if n == 2:
            assert block[:, 0].tolist() == filled[:, k].tolist()
        elif n:
            assert (block.sum(axis=1) == 1).all()
            assert block.argmax(axis=1).tolist() == filled[:, k].tolist()
    assert place + len(preparation.formulas) == preparation.n_inputs


@given(fitted(), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_any_rows_are_prepared_one_by_one_and_without_a_warning(made: Fitted, seed: int) -> None:
    preparation = made[2]
    X = rows_for(preparation, 7, seed)
    before = X.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inputs = preparation.apply(X)
        for row in range(7):
            assert preparation.apply(X[row : row + 1]).tobytes() == inputs[row].tobytes()
    assert X.tobytes() == before.tobytes()
    filled = preparation.fill_in(X)
    assert not np.isnan(filled).any()
    assert preparation.fill_in(filled) is filled
    assert preparation.apply(filled).tobytes() == inputs.tobytes()
    has_value = ~np.isnan(X) & ~np.isin(X, [len(has) or -1 for has in preparation.categories])
    assert (filled == X)[has_value].all()


@given(fitted(), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_other_test_rows_make_no_other_preparation(made: Fitted, seed: int) -> None:
    dataset, train, preparation = made
    test = np.setdiff1d(np.arange(dataset.n_samples), train)
    X = dataset.X.copy()
    X[test] = preparation.fill_in(rows_for(preparation, len(test), seed))
    other = Preparation.fit(dataclasses.replace(dataset, X=X), preparation.plan, train)
    assert other.fill.tobytes() == preparation.fill.tobytes()
    assert other.scaling.offset.tobytes() == preparation.scaling.offset.tobytes()
    assert other.scaling.scale.tobytes() == preparation.scaling.scale.tobytes()


@given(fitted(), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_json_keeps_every_bit(made: Fitted, seed: int) -> None:
    preparation = made[2]
    text = json.dumps(preparation.to_json(), allow_nan=False)
    again = Preparation.from_json(json.loads(text))
    assert json.dumps(again.to_json()) == text
    assert again.steps() == preparation.steps()
    assert again.input_names == preparation.input_names
    assert again.plan == preparation.plan
    X = rows_for(preparation, 5, seed)
    assert again.apply(X).tobytes() == preparation.apply(X).tobytes()


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_plans_come_back_from_json(data: st.DataObject) -> None:
    plan = data.draw(plans(data.draw(datasets())))
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


# Nonsense

PEOPLE = Dataset(
    "people",
    np.array([[20, 0, 1.5], [math.nan, 1, 2.5], [30, 2, 0.5]]),
    np.zeros(3),
    ("age", "colour", "x₁"),
    categories=((), ("red", "green", "blue"), ()),
)
STORED = Preparation.fit(PEOPLE, Plan("standardize", ("x₁",), ("age²", "x1 + 1")), [0, 1]).to_json()


def sentence(data: Any, read: Any = Preparation) -> str:
    with pytest.raises(SpecError) as caught:
        read.from_json(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert len(message) < 400
    return message


def changed(data: dict[str, Any], *path: Any, put: Any = None) -> Any:
    """A copy of ``data`` with ``put`` at the place, or nothing there if it is None."""
    copy = json.loads(json.dumps(data))
    *way, last = path
    inner = copy
    for step in way:
        inner = inner[step]
    if put is None:
        del inner[last]
    else:
        inner[last] = put
    return copy


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "not an object, but None"),
        ([], "not an object"),
        ({}, "lacks plan, features, scaling"),
        (changed(STORED, "plan"), "lacks plan"),
        (changed(STORED, "plan", put={"scale": "none"}), "unknown part 'scale'"),
        (changed(STORED, "plan", "scaling", put="robust"), "no scaling 'robust'"),
        (changed(STORED, "plan", "left_out", put="age"), "left out must be a list of texts"),
        (changed(STORED, "plan", "left_out", put=[1]), "left out must be a list of texts"),
        (changed(STORED, "plan", "derived", put=["z"]), "There is no column 'z'"),
        (changed(STORED, "plan", "derived", put=["age"] * 101), "100 derived inputs, not 101"),
        (changed(STORED, "features", put={}), "must be a list"),
        (changed(STORED, "features", put=[]), "no feature 'x₁'"),
        (changed(STORED, "features", 0, put=3), "feature's description is not an object"),
        (changed(STORED, "features", 0, "fill"), "lacks fill"),
        (changed(STORED, "features", 0, "name", put=3), "names must be a list of texts"),
        (changed(STORED, "features", 0, "fill", put="3"), "list of numbers is needed"),
        (changed(STORED, "features", 0, "fill", put=True), "list of numbers is needed"),
        (changed(STORED, "features", 0, "fill", put=10**400), "list of numbers is needed"),
        (changed(STORED, "features", 0, "fill", put=math.nan), "nan can't stand in"),
        (changed(STORED, "features", 1, "fill", put=3), "3.0 can't stand in"),
        (changed(STORED, "features", 0, "filled_by", put=[]), "no way to fill in"),
        (changed(STORED, "features", 0, "missing", put=-1), "missing values of a feature"),
        (changed(STORED, "features", 1, "categories", put="red"), "categories must be a list"),
        (changed(STORED, "features", 1, "categories", put=["red"]), "gives 4 inputs and scales 6"),
        (changed(STORED, "scaling", put=[]), "scaling's description is not an object"),
        (changed(STORED, "scaling", "scale"), "lacks scale"),
        (changed(STORED, "scaling", "scale", put=[1.0]), "as many offsets as scales"),
        (changed(STORED, "scaling", "scale", put=[0.0] * 6), "scales above 0"),
        (changed(STORED, "scaling", "offset", put=[math.inf] * 6), "offsets as scales"),
        (changed(STORED, "scaling", "offset", put=[1.0] * 6), "stay as they are"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(data: Any, words: str) -> None:
    assert words in sentence(data)


@pytest.mark.parametrize("data", [None, [], "plan", {"scaling": 3}, {"other": 1}, {"derived": {}}])
def test_what_is_no_plan_is_refused_in_a_sentence(data: Any) -> None:
    sentence(data, Plan)


@pytest.mark.parametrize(
    "parts", [{"scaling": "Standardize"}, {"left_out": "ab"}, {"derived": (1,)}, {"scaling": None}]
)
def test_a_plan_of_other_parts_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        Plan(**parts)


def places(data: Any) -> list[tuple[Any, ...]]:
    """The way to every part of ``data``."""
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    return [(key, *rest) for key in keys for rest in [(), *places(data[key])]]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JUNK = st.recursive(
    LEAVES | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
TREASURE = st.sampled_from([*STORED["features"], STORED["plan"], [0.0] * 6, ["age", "x₁"], "zero"])


@given(
    st.lists(st.tuples(st.sampled_from(places(STORED)), JUNK | TREASURE), min_size=1, max_size=3)
)
@settings(max_examples=300, deadline=None)
def test_any_change_is_refused_in_a_sentence_or_makes_a_whole_preparation(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    data = json.loads(json.dumps(STORED))
    for way, junk in changes:
        try:
            data = changed(data, *way, put=junk)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took away what this one is for
    try:
        preparation = Preparation.from_json(data)
    except SpecError as error:
        assert str(error).endswith(".")
    else:
        inputs = preparation.apply(rows_for(preparation, 3, 0))
        assert inputs.shape == (3, preparation.n_inputs)
        assert len(preparation.steps()) >= len(preparation.formulas)
        stored = json.dumps(preparation.to_json(), allow_nan=False)
        assert json.dumps(Preparation.from_json(json.loads(stored)).to_json()) == stored


@given(JUNK)
def test_junk_is_refused_in_a_sentence(data: Any) -> None:
    sentence(data)
