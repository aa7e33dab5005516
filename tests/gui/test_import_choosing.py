"""What a person changes of the choices, and the sentence on what comes out; without a window."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.import_dialog.choosing import (
    can_be,
    carried_over,
    names_of,
    target_of,
    with_kind,
    with_missing,
    with_role,
    with_target,
)
from app.import_dialog.outcome import expected, obtained
from app.import_dialog.words import (
    DECIMAL_WORDS,
    DELIMITER_WORDS,
    ENCODING_WORDS,
    marks_text,
    size_text,
    typed_marks,
)
from nncore.data.dataset import Dataset
from nncore.data.reading.choices import (
    Choices,
    ColumnChoice,
    Kind,
    Missing,
    Preview,
    Role,
    TextFormat,
)
from nncore.data.reading.text_encoding import ENCODINGS
from nncore.data.reading.text_format import DECIMALS, DELIMITERS

NAMES = ("size", "weight", "colour", "count", "kind")
COLUMNS = (
    ColumnChoice("size"),
    ColumnChoice("weight", missing=Missing.MEDIAN),
    ColumnChoice("colour", kind=Kind.CATEGORY, missing=Missing.MOST_FREQUENT),
    ColumnChoice("count"),
    ColumnChoice("kind", Role.TARGET, Kind.CATEGORY),
)
GUESS = Choices(TextFormat(), COLUMNS, True)
ROWS = tuple((f"{k / 8}", "" if k == 3 else "2", "red", f"{k % 3}", "ab"[k % 2]) for k in range(9))
PREVIEW = Preview(GUESS, ROWS, 9, (0, 1, 0, 0, 0), "text table")

Change = Callable[[Choices], Choices]
ROW, SOME = st.integers(0, 4), st.lists(st.integers(0, 4), unique=True)
CHANGES: st.SearchStrategy[list[Change]] = st.lists(
    st.one_of(
        ROW.map(lambda at: lambda c: with_target(c, at, PREVIEW)),
        st.tuples(SOME, st.sampled_from((Role.FEATURE, Role.IGNORE))).map(
            lambda a: lambda c: with_role(c, *a)
        ),
        st.tuples(SOME, st.sampled_from(Kind)).map(lambda a: lambda c: with_kind(c, *a)),
        st.tuples(SOME, st.sampled_from(Missing)).map(lambda a: lambda c: with_missing(c, *a)),
    ),
    max_size=6,
)


def changed(changes: list[Change]) -> Choices:
    choices = GUESS
    for change in changes:
        choices = change(choices)
    return choices


@given(CHANGES)
def test_whatever_is_chosen_can_be_done(changes: list[Change]) -> None:
    choices = changed(changes)
    assert names_of(choices) == NAMES
    assert sum(column.role is Role.TARGET for column in choices.columns) <= 1
    assert all(can_be(column, column.missing) for column in choices.columns)
    at = target_of(choices)
    if at is not None and choices.columns[at].kind is Kind.CATEGORY:
        assert choices.is_classification


@given(CHANGES)
def test_the_same_table_in_another_format_keeps_all_that_was_chosen(changes: list[Change]) -> None:
    choices = changed(changes)
    format = TextFormat(encoding="cp1252")
    preview = replace(PREVIEW, choices=replace(GUESS, format=format))
    carried = carried_over(choices, GUESS, preview)
    assert carried.columns == choices.columns and carried.format == format


@given(CHANGES, st.permutations(range(5)), st.integers(0, 4))
def test_of_another_table_at_most_one_column_is_the_target(
    changes: list[Change], order: list[int], n: int
) -> None:
    columns = (*(COLUMNS[k] for k in order[:n]), ColumnChoice("new", Role.TARGET))
    columns = tuple(
        replace(column, role=Role.FEATURE) if column.name == "kind" else column
        for column in columns
    )
    guess = Choices(None, columns, False)
    rows = tuple(tuple("1" for _ in columns) for _ in range(3))
    preview = Preview(guess, rows, 3, (0,) * len(columns), "NumPy arrays")
    carried = carried_over(changed(changes), GUESS, preview)
    assert names_of(carried) == names_of(guess)
    assert sum(column.role is Role.TARGET for column in carried.columns) <= 1
    assert carried_over(GUESS, GUESS, preview).columns == columns


def test_a_new_guess_is_taken_where_nothing_was_chosen() -> None:
    chosen = with_missing(GUESS, (0,), Missing.MEAN)
    first, *others = COLUMNS
    better = (replace(first, kind=Kind.CATEGORY), *others)
    preview = replace(PREVIEW, choices=replace(GUESS, columns=better))
    carried = carried_over(chosen, GUESS, preview)
    assert carried.columns[0].kind is Kind.CATEGORY
    assert carried.columns[0].missing is Missing.MOST_FREQUENT  # a category has no mean


def test_classes_or_numbers_stay_as_chosen_and_are_guessed_where_nothing_was() -> None:
    guess = with_target(GUESS, 3, PREVIEW)
    assert guess.is_classification
    numbers = replace(PREVIEW, choices=replace(guess, is_classification=False))
    assert not carried_over(guess, guess, numbers).is_classification
    chosen = replace(guess, is_classification=False)
    assert not carried_over(chosen, guess, replace(PREVIEW, choices=guess)).is_classification
    other_target = with_target(guess, 0, PREVIEW)
    carried = carried_over(other_target, guess, replace(PREVIEW, choices=guess))
    assert target_of(carried) == 0 and not carried.is_classification
    new_guess = replace(PREVIEW, choices=with_target(GUESS, 0, PREVIEW))
    carried = carried_over(with_target(GUESS, 3, PREVIEW), GUESS, new_guess)
    assert target_of(carried) == 3 and carried.is_classification


@pytest.mark.parametrize(("at", "has_classes"), [(0, False), (2, True), (3, True), (4, True)])
def test_whether_another_target_has_classes_is_guessed(at: int, has_classes: bool) -> None:
    choices = with_target(GUESS, at, PREVIEW)
    assert target_of(choices) == at and choices.is_classification is has_classes
    assert at == 4 or choices.columns[4].role is Role.FEATURE


def test_numbers_with_a_decimal_comma_are_numbers() -> None:
    rows = tuple((f"{k},5", *row[1:]) for k, row in enumerate(ROWS))
    preview = replace(PREVIEW, rows=rows)
    german = replace(GUESS, format=TextFormat(delimiter=";", decimal=","))
    assert not with_target(german, 0, preview).is_classification
    whole = tuple((f"{k % 2},0", *row[1:]) for k, row in enumerate(ROWS))
    assert with_target(german, 0, replace(PREVIEW, rows=whole)).is_classification


def test_a_target_that_is_made_a_category_has_classes() -> None:
    choices = with_target(GUESS, 0, PREVIEW)
    assert not choices.is_classification
    assert with_kind(choices, (0,), Kind.CATEGORY).is_classification
    assert not with_kind(choices, (1,), Kind.CATEGORY).is_classification


def test_rows_without_a_target_can_only_be_left_out() -> None:
    choices = with_target(GUESS, 1, PREVIEW)
    assert choices.columns[1].missing is Missing.DROP
    assert with_missing(choices, (1,), Missing.MEAN) == choices


# ---- sentences ---------------------------------------------------------------------------


def test_what_is_expected_is_said_as_far_as_it_is_known() -> None:
    samples, inputs, target = expected(PREVIEW, GUESS).sentence.split(" · ")
    assert (samples, inputs) == ("9 samples", "4 features (1 categorical)")
    assert target == "classes such as a, b"
    counts = tuple((*row[:4], f"{10 - k}") for k, row in enumerate(ROWS))
    classes = expected(replace(PREVIEW, rows=counts), GUESS).sentence.split(" · ")[2]
    assert classes == "classes such as 2, 3, 4, 5, 6, 7, 8, 9, 10"
    dropping = with_missing(GUESS, (1,), Missing.DROP)
    assert expected(PREVIEW, dropping).sentence.startswith("at most 9 samples")
    ignoring = with_role(dropping, (1, 2), Role.IGNORE)
    assert expected(PREVIEW, ignoring).sentence.startswith("9 samples · 2 inputs")
    endless = replace(PREVIEW, n_rows=None)
    assert expected(endless, GUESS).sentence.startswith("more than 9 samples")
    number = with_target(GUESS, 0, PREVIEW)
    assert expected(PREVIEW, number).sentence.endswith("predicts the number size")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (with_role(GUESS, (4,), Role.FEATURE), "to be predicted"),
        (with_role(GUESS, (0, 1, 2, 3), Role.IGNORE), "at least one column as a feature"),
        (replace(GUESS, columns=COLUMNS[4:]), "delimiter"),
        (Choices(None, COLUMNS[4:], True), "only one column"),
    ],
)
def test_what_is_impossible_is_said_with_the_way_out(choices: Choices, words: str) -> None:
    outcome = expected(PREVIEW, choices)
    assert not outcome.is_possible and words in outcome.sentence


def test_what_has_come_out_is_said_exactly() -> None:
    X = np.zeros((3, 2))
    classes = tuple(f"class {k}" for k in range(40))
    dataset = Dataset("d", X, np.array([0, 1, 0]), ("a", "b"), "y", classes, notes=("So it is.",))
    outcome = obtained(dataset)
    assert outcome.is_possible
    first, second = outcome.sentence.split("\n")
    assert first.startswith("3 samples · 2 inputs · 40 classes: class 0, class 1, ")
    assert first.endswith("class 11, …") and second == "So it is."
    one = Dataset("d", X[:1, :1], np.array([0.5]), ("a",), "y")
    assert obtained(one).sentence == "1 sample · 1 input · predicts the number y"


def test_all_that_can_be_read_has_a_name() -> None:
    assert set(ENCODING_WORDS) == set(ENCODINGS)
    assert set(DELIMITER_WORDS) >= set(DELIMITERS) and set(DECIMAL_WORDS) == set(DECIMALS)


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (3870, "3.87 kB"),
        (999_499, "999 kB"),
        (999_600, "1 MB"),
        (47_000_000, "47 MB"),
        (12_345_678_901, "12.3 GB"),
    ],
)
def test_sizes_have_three_digits(n_bytes: int, text: str) -> None:
    assert size_text(n_bytes) == text


@given(st.lists(st.sampled_from(["NA", "?", "-", "not known", "n/a"]), unique=True))
def test_marks_are_typed_as_they_are_shown(marks: list[str]) -> None:
    assert typed_marks(marks_text(tuple(marks))) == tuple(marks)


def test_marks_are_typed_with_spaces_and_twice() -> None:
    assert typed_marks(" NA ,, ?,NA,not  known ,") == ("NA", "?", "not known")
