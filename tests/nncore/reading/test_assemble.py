"""Columns of values and choices into a dataset, whatever file they come from."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.data.reading.assemble import assemble
from nncore.data.reading.choices import Choices, Column, ColumnChoice, Kind, Missing, Role
from nncore.data.reading.targets import look_like_classes, name_of_number, natural_order
from nncore.errors import LoadError

PATH = Path("table.npz")


def chosen(*kinds: Kind, missing: Missing = Missing.DROP, classes: bool = False) -> Choices:
    """Features of such kinds, and a target of numbers."""
    columns = [ColumnChoice(f"x{i}", Role.FEATURE, kind, missing) for i, kind in enumerate(kinds)]
    return Choices(None, (*columns, ColumnChoice("y", Role.TARGET)), classes)


def test_values_of_any_real_type_are_taken() -> None:
    columns = [
        Column("x0", np.array([1, 2], np.uint8)),
        Column("x1", np.array([1.5, np.nan], np.float32)),
        Column("x2", np.array([True, False])),
        Column("y", np.array([3, 4], np.int16)),
    ]
    choices = chosen(*[Kind.NUMBER] * 3, missing=Missing.MEDIAN)
    data = assemble(PATH, columns, choices, ["A note."])
    np.testing.assert_array_equal(data.X, [[1, 1.5, 1], [2, np.nan, 0]])
    assert data.y.tolist() == [3, 4]
    assert data.y.dtype == np.float64
    assert data.feature_names == ("x0", "x1", "x2")
    assert data.fills == ("median",) * 3
    assert (data.name, data.source, data.notes) == ("table", "table.npz", ("A note.",))


def test_the_list_is_emptied() -> None:
    columns = [Column("x0", np.arange(3.0)), Column("y", np.arange(3.0))]
    assemble(PATH, columns, chosen(Kind.NUMBER))
    assert columns == []


def test_many_columns_are_put_side_by_side() -> None:
    values = np.random.default_rng(0).standard_normal((700, 401))
    columns = [Column(f"x{k}", values[:, k]) for k in range(401)]
    data = assemble(PATH, columns, chosen(*[Kind.NUMBER] * 400))
    assert np.array_equal(data.X, values[:, :400])
    assert np.array_equal(data.y, values[:, 400])


def test_categories_given_as_whole_numbers_are_taken() -> None:
    columns = [
        Column("x0", np.array([0, 2, 0], np.int8), ("b10", "unused", "b9")),
        Column("y", np.arange(3.0)),
    ]
    data = assemble(PATH, columns, chosen(Kind.CATEGORY))
    assert data.categories == (("b9", "b10"),)
    assert data.X.tolist() == [[1], [0], [1]]
    assert data.fills == ("most_frequent",)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused_with_their_place(value: float) -> None:
    columns = [Column("x0", np.array([1, np.nan, value])), Column("y", np.arange(3.0))]
    with pytest.raises(LoadError, match="row 3, column 'x0': the value is infinite"):
        assemble(PATH, columns, chosen(Kind.NUMBER))


@pytest.mark.parametrize(
    ("values", "are_classes"),
    [
        ([1, 1, 2, 2, 2], True),
        ([1, 1, 2, 2], True),
        ([1, 2, 3], True),
        ([1, 2, 3, 1, 2], False),
        ([1, 1, 1, 1.5, 1], False),
        ([-1, 1] * 3, True),
        ([np.nan, 1, 1, 2, 2, 2], True),
        ([7] * 5, True),
        ([2.0**60, 2.0**60, 1, 1, 1], False),
        ([0.0] * 200 + [0.5], False),
    ],
)
def test_few_whole_numbers_that_repeat_look_like_classes(
    values: list[float], are_classes: bool
) -> None:
    assert look_like_classes(np.array(values)) == are_classes


@pytest.mark.parametrize(("n", "are_classes"), [(20, True), (21, False)])
def test_up_to_20_of_them_are_classes(n: int, are_classes: bool) -> None:
    assert look_like_classes(np.arange(100) % n) == are_classes


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        ("b a", "a b"),
        ("k10 k9 K1", "K1 k9 k10"),
        ("k10 k009", "k009 k10"),
        ("B a C", "a B C"),
        ("10 -9 1.5 +2", "-9 1.5 +2 10"),
        ("1 0A 0", "0 0A 1"),
        ("+ -", "+ -"),
    ],
)
def test_names_come_in_natural_order(names: str, ordered: str) -> None:
    order = natural_order(names.split())
    assert [names.split()[i] for i in order] == ordered.split()


@given(st.lists(st.text(), unique=True))
def test_any_names_have_an_order(names: list[str]) -> None:
    assert sorted(natural_order(names)) == list(range(len(names)))


@pytest.mark.parametrize(
    ("value", "name"), [(3.0, "3"), (-1.0, "-1"), (0.5, "0.5"), (1e300, "1e+300"), (-0.0, "0")]
)
def test_numbers_are_named_as_people_write_them(value: float, name: str) -> None:
    assert name_of_number(value) == name
