"""What can be chosen beside number, noise and seed: the balance of the classes, and options."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS, Option, generate

CAN_BALANCE = tuple(id for id, recipe in GENERATORS.items() if recipe.can_balance)
OPTIONS = {id: recipe.options[0] for id, recipe in GENERATORS.items() if recipe.options}


def same(a: Dataset, b: Dataset) -> bool:
    return np.array_equal(a.X, b.X) and np.array_equal(a.y, b.y)


def any_options(id: str) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries(
        {option.name: st.integers(option.low, option.high) for option in GENERATORS[id].options}
    )


# ---- balance ------------------------------------------------------------------------------


def test_all_classifications_but_the_gates_can_be_balanced() -> None:
    cannot = [id for id in GENERATORS if id not in CAN_BALANCE]
    assert " ".join(cannot) == ("and or xor_gate xnor plane bumps saddle sine xsinx step noise")


@given(st.data(), st.sampled_from(CAN_BALANCE), st.integers(4, 400), st.floats(0.05, 0.95))
def test_the_first_class_has_its_share_and_the_others_are_equal(
    data: st.DataObject, id: str, n: int, balance: float
) -> None:
    noise = data.draw(st.floats(0, 1))
    made = generate(id, n, noise, balance=balance, options=data.draw(any_options(id)))
    first, *others = made.class_counts
    assert made.n_samples == n
    assert first == np.clip(round(balance * n), 1, n - 1)
    assert max(others) - min(others) <= 1


@pytest.mark.parametrize("balance", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("id", CAN_BALANCE)
def test_balanced_samples_are_in_random_order(id: str, balance: float) -> None:
    for seed in (0, 42):
        data = generate(id, 2000, seed=seed, balance=balance)
        for part in (data.y[:500], data.y[-500:]):
            assert (part == 0).mean() == pytest.approx(balance, abs=0.06)


@pytest.mark.parametrize("id", CAN_BALANCE)
def test_a_balance_gives_the_same_bits_for_the_same_arguments_only(id: str) -> None:
    def made(**other: Any) -> Dataset:
        return generate(id, **({"n": 60, "noise": 0.2, "seed": 3, "balance": 0.3} | other))

    assert same(made(), made())
    assert not same(made(), made(seed=4))
    assert not np.array_equal(made().y, made(seed=4).y)
    assert not same(made(), made(balance=0.8))
    assert not same(made(), made(balance=None))


@pytest.mark.parametrize("noise", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("balance", [0.05, 0.7])
def test_a_balanced_circle_takes_the_first_points_of_each_class(
    balance: float, noise: float
) -> None:
    data = generate("circle", 1500, noise, seed=5, balance=balance)
    stream = generate("circle", 60_000, noise, seed=5)
    for k in range(2):
        points = data.X[data.y == k]
        assert np.array_equal(points, stream.X[stream.y == k][: len(points)])


def test_a_balanced_xor_fills_all_its_quarters() -> None:
    data = generate("xor", 400, balance=0.2)
    signs, counts = np.unique(np.sign(data.X), axis=0, return_counts=True)
    assert signs.tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert counts.tolist() == [40, 160, 160, 40]
    assert np.array_equal(data.y, data.X.prod(axis=1) < 0)


def test_a_balanced_checkerboard_keeps_its_colours_and_fills_its_cells() -> None:
    data = generate("checkerboard", 900, balance=0.2, options={"cells": 3})
    column, row = np.floor((data.X + 2.5) * 3 / 5).astype(int).T
    assert np.array_equal(data.y, (column + row) % 2)
    assert np.bincount(3 * row + column).tolist() == [36, 180, 36, 180, 36, 180, 36, 180, 36]


@pytest.mark.parametrize("id", [id for id in CAN_BALANCE if id != "circle"])
def test_noise_in_balanced_data_leaves_the_classes(id: str) -> None:
    clean, noisy = (generate(id, 100, noise, balance=0.3) for noise in (0.0, 1.0))
    assert np.array_equal(clean.y, noisy.y)


@pytest.mark.parametrize("id", [id for id in GENERATORS if id not in CAN_BALANCE])
def test_a_balance_is_refused_where_there_is_none_to_choose(id: str) -> None:
    title = GENERATORS[id].title
    with pytest.raises(ValueError) as refusal:
        generate(id, balance=0.5)
    assert str(refusal.value) == f"'{title}' has no classes whose balance could be chosen."


@pytest.mark.parametrize("balance", [0.0499, 0.951, float("nan"), -1, "half", True])
def test_a_balance_out_of_range_is_refused_in_a_sentence(balance: Any) -> None:
    with pytest.raises(ValueError, match=r"^Balance .* is not between 0\.05 and 0\.95\.$"):
        generate("moons", balance=balance)


# ---- options ------------------------------------------------------------------------------


def test_the_options_are_the_expected_ones() -> None:
    ranges = {id: (o.name, o.low, o.high, o.default) for id, o in OPTIONS.items()}
    assert ranges == {
        "spiral": ("arms", 2, 8, 2),
        "blobs": ("blobs", 2, 10, 3),
        "checkerboard": ("cells", 2, 8, 4),
        "rings": ("rings", 2, 6, 3),
        "bumps": ("bumps", 1, 6, 4),
    }
    assert all(len(recipe.options) <= 1 for recipe in GENERATORS.values())
    assert all(option.tip.endswith(".") for option in OPTIONS.values())


@pytest.mark.parametrize(("id", "option"), OPTIONS.items())
def test_every_value_of_an_option_makes_other_data(id: str, option: Option) -> None:
    made = [
        generate(id, 200, noise=0.0, options={option.name: value})
        for value in range(option.low, option.high + 1)
    ]
    for k, data in enumerate(made):
        assert not any(same(data, other) for other in made[:k])
        assert np.isfinite(data.X).all()


@pytest.mark.parametrize("id", ["spiral", "blobs", "rings"])
def test_as_many_classes_as_the_option_says_are_named_in_words(id: str) -> None:
    option = OPTIONS[id]
    for value in range(option.low, option.high + 1):
        data = generate(id, 100, options={option.name: value})
        assert data.n_classes == len(np.unique(data.y)) == value
        assert len(set(data.class_names)) == value
        assert not any(letter.isdigit() for name in data.class_names for letter in name)


def test_classes_beyond_the_default_are_counted() -> None:
    assert generate("spiral", options={"arms": 3}).class_names == (
        "first arm",
        "second arm",
        "third arm",
    )
    assert generate("rings", options={"rings": 6}).class_names[-1] == "sixth ring"
    assert generate("blobs", options={"blobs": 10}).class_names[-1] == "tenth blob"
    assert generate("checkerboard", options={"cells": 8}).class_names == ("dark", "light")


def test_three_blobs_are_not_called_so_when_they_are_five() -> None:
    assert generate("blobs", options={"blobs": 5}).name == "Blobs"
    assert generate("blobs", options={"blobs": 3}).name == "Three blobs"
    assert generate("spiral", options={"arms": 5}).name == "Spiral"


def test_the_source_names_every_argument() -> None:
    data = generate("spiral", 30, 0.25, 7, 0.4, {"arms": 5})
    assert data.source == "generated: spiral, n = 30, noise 0.25, seed 7, balance 0.4, arms = 5"
    assert generate("moons", 30).source == "generated: moons, n = 30, noise 0.2, seed 42"
    assert generate("rings", 30).source.endswith("seed 42, rings = 3")


@pytest.mark.parametrize("value", [np.int64(5), np.uint8(5)])
def test_numbers_of_numpy_are_whole_numbers(value: Any) -> None:
    data = generate("spiral", np.int64(30), np.float64(0.1), np.int64(3), None, {"arms": value})
    assert same(data, generate("spiral", 30, 0.1, 3, None, {"arms": 5}))


@pytest.mark.parametrize(("id", "option"), OPTIONS.items())
@pytest.mark.parametrize("beyond", [-1, 1])
def test_options_out_of_range_are_refused_in_a_sentence(
    id: str, option: Option, beyond: int
) -> None:
    value = option.low - 1 if beyond < 0 else option.high + 1
    with pytest.raises(ValueError) as refusal:
        generate(id, options={option.name: value})
    assert str(refusal.value) == (
        f"The option '{option.name}' of '{GENERATORS[id].title}' must be a whole number "
        f"from {option.low} to {option.high}, not {value}."
    )


@pytest.mark.parametrize("value", [2.5, 3.0, float("nan"), "3", None, True])
def test_options_that_are_no_whole_numbers_are_refused_in_a_sentence(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^The option 'bumps' of 'Bumps' must be a whole .*\.$"):
        generate("bumps", options={"bumps": value})


@pytest.mark.parametrize(
    ("id", "name", "sentence"),
    [
        ("spiral", "legs", "'Spiral' has no option 'legs'; its options: arms."),
        ("moons", "arms", "'Moons' has no option 'arms'; its options: none."),
    ],
)
def test_an_unknown_option_is_refused_in_a_sentence(id: str, name: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        generate(id, options={name: 3})
    assert str(refusal.value) == sentence
