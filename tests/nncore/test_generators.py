from typing import Any

import numpy as np
import pytest

from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS, generate

IDS = tuple(GENERATORS)
GATES = ("and", "or", "xor_gate", "xnor")
CLOUDS = ("gaussians", "blobs")
CLASSIFICATION = tuple(id for id, recipe in GENERATORS.items() if recipe.is_classification)
REGRESSION = tuple(id for id in IDS if id not in CLASSIFICATION)
BALANCED = tuple(id for id in CLASSIFICATION if id not in ("circle", *GATES))
MOVED = tuple(id for id in CLASSIFICATION if id not in ("circle", *CLOUDS))


def same(a: Dataset, b: Dataset) -> bool:
    return np.array_equal(a.X, b.X) and np.array_equal(a.y, b.y)


def test_the_table_is_in_the_order_of_the_gallery() -> None:
    assert " ".join(CLASSIFICATION) == (
        "circle ring xor gaussians spiral moons blobs checkerboard rings "
        "and or xor_gate xnor random"
    )
    assert " ".join(REGRESSION) == "plane bumps saddle sine xsinx step noise"
    assert IDS == CLASSIFICATION + REGRESSION
    assert all(recipe.id == id for id, recipe in GENERATORS.items())
    assert len({recipe.title for recipe in GENERATORS.values()}) == len(IDS)


def test_circle_is_the_formula_of_the_guide() -> None:
    data = generate("circle", n=1000, noise=0.0, seed=42)
    X = np.random.RandomState(42).randn(2, 1000).T
    assert np.array_equal(data.X, X)
    assert np.array_equal(data.y, (X[:, 0] ** 2 + X[:, 1] ** 2 < 1).astype(int))
    assert data.class_names == ("outside", "inside")
    assert data.feature_names == ("x₁", "x₂")


def test_circle_draws_further_blocks_from_the_same_state() -> None:
    rng = np.random.RandomState(7)
    blocks = [rng.randn(2, 1000).T for _ in range(3)]
    data = generate("circle", n=2500, seed=7)
    assert np.array_equal(data.X, np.concatenate(blocks)[:2500])


@pytest.mark.parametrize("n", [4, 999, 1000, 1001, 2000])
def test_a_larger_circle_only_adds_points(n: int) -> None:
    small, large = generate("circle", n, noise=0.2), generate("circle", 3000, noise=0.2)
    assert small.n_samples == n
    assert np.array_equal(small.X, large.X[:n])
    assert np.array_equal(small.y, large.y[:n])


def test_noise_in_circle_flips_labels_and_leaves_the_points() -> None:
    clean, some, all_ = (generate("circle", noise=noise) for noise in (0.0, 0.2, 1.0))
    assert np.array_equal(clean.X, some.X)
    assert 0.15 < (clean.y != some.y).mean() < 0.25
    assert np.array_equal(all_.y, 1 - clean.y)


@pytest.mark.parametrize("id", IDS)
def test_defaults_are_1000_samples_in_random_order_within_the_axes(id: str) -> None:
    data = generate(id)
    recipe = GENERATORS[id]
    assert data.n_samples == 1000
    assert data.exchangeable
    assert data.name == recipe.title
    assert data.class_names == recipe.class_names
    assert data.feature_names == recipe.feature_names
    assert data.is_classification == recipe.is_classification
    assert data.target_name == ("class" if recipe.is_classification else "y")
    assert data.source.startswith(
        f"generated: {id}, n = 1000, noise {recipe.default_noise:g}, seed 42"
    )
    assert (np.abs(data.X) <= 3).mean() > 0.99
    assert np.abs(data.X).max() < 4.5
    assert same(data, generate(id, 1000, recipe.default_noise, 42))


@pytest.mark.parametrize("id", IDS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(id: str) -> None:
    assert same(generate(id, 50, seed=3), generate(id, 50, seed=3))
    assert not same(generate(id, 50, seed=3), generate(id, 50, seed=4))


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("n", [4, 5])
def test_the_extremes_are_made(id: str, n: int, noise: float) -> None:
    assert generate(id, n, noise, seed=2**32 - 1).n_samples == n


@pytest.mark.parametrize("id", IDS)
def test_the_global_random_state_is_neither_read_nor_changed(id: str) -> None:
    before = np.random.get_state()
    first = generate(id, 20)
    after = np.random.get_state()
    assert np.array_equal(before[1], after[1])
    assert before[2:] == after[2:]
    np.random.rand(1)
    assert same(first, generate(id, 20))


@pytest.mark.parametrize("id", BALANCED)
def test_classes_are_equal_in_size_and_in_random_order(id: str) -> None:
    data = generate(id, n=600)
    assert data.class_counts.tolist() == [600 // data.n_classes] * data.n_classes
    first_half = np.bincount(data.y[:300].astype(int), minlength=data.n_classes)
    assert (np.abs(first_half - 300 / data.n_classes) < 40).all()


@pytest.mark.parametrize("id", MOVED)
def test_noise_moves_points_in_proportion_and_leaves_the_classes(id: str) -> None:
    clean, half, full = (generate(id, noise=noise) for noise in (0.0, 0.5, 1.0))
    assert GENERATORS[id].noise_meaning.startswith("moves each point")
    assert np.array_equal(clean.y, full.y)
    np.testing.assert_allclose(full.X - clean.X, 2 * (half.X - clean.X), atol=1e-12)
    assert (full.X - clean.X).std() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("id", CLOUDS)
def test_noise_widens_the_clouds(id: str) -> None:
    def spread(noise: float) -> float:
        data = generate(id, n=3000, noise=noise)
        return float(np.mean([data.X[data.y == k].std(axis=0) for k in range(data.n_classes)]))

    assert GENERATORS[id].noise_meaning.startswith("widens the clouds")
    assert spread(0.0) == pytest.approx(0.35, rel=0.05)
    assert spread(1.0) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("id", REGRESSION)
def test_noise_in_regression_moves_the_target_and_leaves_the_inputs(id: str) -> None:
    clean, half, full = (generate(id, noise=noise) for noise in (0.0, 0.5, 1.0))
    assert GENERATORS[id].noise_meaning.startswith("moves the target")
    assert np.array_equal(clean.X, full.X)
    np.testing.assert_allclose(full.y - clean.y, 2 * (half.y - clean.y), atol=1e-12)
    assert (full.y - clean.y).std() == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize("recipe", GENERATORS.values(), ids=IDS)
def test_every_recipe_says_what_its_noise_does(recipe: Any) -> None:
    assert recipe.title
    assert recipe.description.endswith(".")
    assert not recipe.noise_meaning.endswith(".")
    assert 0 <= recipe.default_noise <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("cube",), "no generator 'cube'; there are circle, ring", id="unknown id"),
        pytest.param(("xor", 3), "^3 samples: .* from 4 to 1000000", id="too few"),
        pytest.param(("xor", 1_000_001), "^1000001 samples", id="too many"),
        pytest.param(("xor", 10.5), "^10.5 samples: the number must be whole", id="n not whole"),
        pytest.param(("xor", "many"), "^'many' samples", id="n a text"),
        pytest.param(("xor", 10, -0.1), r"^Noise -0\.1 is not between 0 and 1", id="noise < 0"),
        pytest.param(("xor", 10, 1.1), r"^Noise 1\.1 is not between", id="noise > 1"),
        pytest.param(("xor", 10, float("nan")), "^Noise nan is not between", id="noise nan"),
        pytest.param(("xor", 10, "loud"), "^Noise 'loud' is not between", id="noise a text"),
        pytest.param(("circle", 10, 0.0, -1), "^Seed -1 is not a whole", id="seed < 0"),
        pytest.param(("circle", 10, 0.0, 2**32), "^Seed 4294967296", id="seed too large"),
        pytest.param(("circle", 10, 0.0, 1.5), "^Seed 1.5 is not a whole", id="seed not whole"),
    ],
)
def test_arguments_out_of_range_are_refused_in_a_sentence(
    arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as refusal:
        generate(*arguments)
    assert str(refusal.value).endswith(".")


def test_a_million_samples_can_be_made() -> None:
    assert generate("circle", 1_000_000).n_samples == 1_000_000
