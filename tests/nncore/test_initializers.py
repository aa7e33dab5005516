import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.initializers import INITIALIZER_TITLES, INITIALIZERS, RandomSource
from nncore.parameters import Parameters, initial_theta
from nncore.spec import dense
from nncore.types import FloatArray

GENERATORS: dict[str, Callable[[int], RandomSource]] = {
    "Generator": np.random.default_rng,
    "RandomState": np.random.RandomState,
}
NORMAL_VARIANCES = {
    "he_normal": 2 / 400,
    "xavier_normal": 2 / (400 + 250),
    "lecun_normal": 1 / 400,
    "normal": 0.3**2,
}
UNIFORM_BOUNDS = {
    "he_uniform": math.sqrt(6 / 400),
    "xavier_uniform": math.sqrt(6 / (400 + 250)),
    "uniform": 0.3,
}
DRAWN = [*NORMAL_VARIANCES, *UNIFORM_BOUNDS, "orthogonal"]


def draw(name: str, rng: RandomSource, n_out: int, n_in: int, value: float = 0.3) -> FloatArray:
    return INITIALIZERS[name].draw(rng, n_out, n_in, value)


def test_the_table_has_its_rows_in_order_under_their_names_and_titles() -> None:
    assert INITIALIZER_TITLES == {
        "he_normal": "He normal",
        "he_uniform": "He uniform",
        "xavier_normal": "Xavier normal",
        "xavier_uniform": "Xavier uniform",
        "lecun_normal": "LeCun normal",
        "normal": "normal",
        "uniform": "uniform",
        "orthogonal": "orthogonal",
        "zeros": "zeros",
        "constant": "constant",
    }
    assert list(INITIALIZERS) == list(INITIALIZER_TITLES)
    assert all(row.name == name for name, row in INITIALIZERS.items())
    assert len({row.formula for row in INITIALIZERS.values()}) == len(INITIALIZERS)


def test_three_take_a_value() -> None:
    values = {
        name: (row.value_name, row.default_value)
        for name, row in INITIALIZERS.items()
        if row.value_name is not None
    }
    assert values == {
        "normal": ("standard deviation", 0.1),
        "uniform": ("bound", 0.1),
        "constant": ("value", 0.1),
    }


def test_a_row_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        INITIALIZERS["zeros"].title = "none"  # type: ignore[misc]


@pytest.mark.parametrize("source", GENERATORS)
@pytest.mark.parametrize(("name", "variance"), NORMAL_VARIANCES.items())
def test_normal_weights_have_the_variance_of_the_formula(
    name: str, variance: float, source: str
) -> None:
    W = draw(name, GENERATORS[source](0), 250, 400)
    assert W.shape == (250, 400)
    # Of 10⁵ samples: mean within 4 σ/√n, variance within 4 √(2/n), 68.27 % within 1 σ.
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / W.size))
    assert (np.abs(W) < np.sqrt(variance)).mean() == pytest.approx(0.6827, abs=0.006)


@pytest.mark.parametrize("source", GENERATORS)
@pytest.mark.parametrize(("name", "bound"), UNIFORM_BOUNDS.items())
def test_uniform_weights_fill_the_interval_of_the_formula(
    name: str, bound: float, source: str
) -> None:
    W = draw(name, GENERATORS[source](0), 250, 400)
    assert W.shape == (250, 400)
    assert -bound <= W.min() < -0.999 * bound
    assert 0.999 * bound < W.max() <= bound
    # Of 10⁵ samples: variance a²/3 within 4 √(0.8/n), a quarter in each quarter within 4 σ.
    assert W.var() == pytest.approx(bound**2 / 3, rel=4 * np.sqrt(0.8 / W.size))
    counts, _ = np.histogram(W, bins=4, range=(-bound, bound))
    assert np.abs(counts / W.size - 0.25).max() < 4 * np.sqrt(0.25 * 0.75 / W.size)


def test_normal_and_uniform_of_the_same_paper_have_the_same_variance() -> None:
    for normal, uniform in (("he_normal", "he_uniform"), ("xavier_normal", "xavier_uniform")):
        assert UNIFORM_BOUNDS[uniform] ** 2 / 3 == pytest.approx(NORMAL_VARIANCES[normal])


def test_the_guides_numbers_are_drawn_to_the_bit() -> None:
    by_hand, rng = np.random.RandomState(42), np.random.RandomState(42)
    for n_out, n_in in ((16, 2), (8, 16), (1, 8)):
        expected = by_hand.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)
        assert draw("he_normal", rng, n_out, n_in).tobytes() == expected.tobytes()
    assert draw("he_normal", np.random.RandomState(42), 1, 2)[0, 0] == 0.4967141530112327


def test_xavier_normal_is_drawn_to_the_bit_as_by_hand() -> None:
    expected = np.random.RandomState(42).standard_normal((5, 3)) * np.sqrt(2 / (3 + 5))
    assert draw("xavier_normal", np.random.RandomState(42), 5, 3).tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("source", GENERATORS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (3, 4)])
def test_every_shape_gives_a_new_finite_float64_matrix(
    name: str, source: str, shape: tuple[int, int]
) -> None:
    W = draw(name, GENERATORS[source](0), *shape)
    assert W.shape == shape
    assert W.dtype == np.float64
    assert np.isfinite(W).all()
    assert W.flags.writeable


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("source", GENERATORS)
def test_same_generator_same_bits_and_another_seed_differs(name: str, source: str) -> None:
    first, again, other = (draw(name, GENERATORS[source](s), 4, 3) for s in (7, 7, 8))
    assert first.tobytes() == again.tobytes()
    assert (first != other).all()


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name not in DRAWN])
def test_what_is_not_drawn_leaves_the_generator_alone(name: str) -> None:
    rng = np.random.default_rng(3)
    draw(name, rng, 3, 2)
    assert rng.random() == np.random.default_rng(3).random()


def test_zeros_and_constant_are_what_they_say() -> None:
    rng = np.random.default_rng(0)
    assert draw("zeros", rng, 3, 2, 0.3).tolist() == [[0, 0]] * 3
    assert draw("constant", rng, 3, 2, -0.3).tolist() == [[-0.3, -0.3]] * 3
    whole = draw("constant", rng, 1, 2, 2)
    assert whole.tolist() == [[2, 2]]
    assert whole.dtype == np.float64


def test_a_value_scales_what_is_drawn() -> None:
    for name in ("normal", "uniform"):
        one, half = (draw(name, np.random.default_rng(0), 5, 4, value) for value in (1.0, 0.5))
        assert (half == one / 2).all()
        assert not draw(name, np.random.default_rng(0), 5, 4, 0.0).any()


def test_a_value_is_ignored_where_there_is_none_to_choose() -> None:
    for name, row in INITIALIZERS.items():
        if row.value_name is None:
            first, second = (draw(name, np.random.default_rng(0), 4, 3, v) for v in (0.0, 9.0))
            assert first.tobytes() == second.tobytes()


# --- orthogonal ---------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_orthogonal_rows_or_columns_are_orthonormal(n_out: int, n_in: int, seed: int) -> None:
    W = draw("orthogonal", np.random.default_rng(seed), n_out, n_in)
    products = W.T @ W if n_out >= n_in else W @ W.T
    np.testing.assert_allclose(products, np.eye(min(n_out, n_in)), atol=1e-14)


def test_orthogonal_weights_keep_the_length_of_what_they_map() -> None:
    W = draw("orthogonal", np.random.default_rng(0), 200, 100)
    X = np.random.default_rng(1).standard_normal((20, 100))
    np.testing.assert_allclose(
        np.linalg.norm(X @ W.T, axis=1), np.linalg.norm(X, axis=1), rtol=1e-13
    )


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_orthogonal_is_the_factor_with_a_positive_diagonal(shape: tuple[int, int]) -> None:
    # Then Qᵀ times the normal matrix is upper triangular, with that diagonal.
    for seed in range(10):
        Q = draw("orthogonal", np.random.default_rng(seed), *shape)
        normals = np.random.default_rng(seed).standard_normal(shape)
        R = Q.T @ normals if shape[0] >= shape[1] else Q @ normals.T
        np.testing.assert_allclose(np.tril(R, -1), 0, atol=1e-14)
        assert (R.diagonal() > 0).all()


def test_every_orthogonal_matrix_is_equally_likely() -> None:
    # Of one weight both signs; of a plane both rotations and reflections, by any angle.
    signs = [draw("orthogonal", np.random.default_rng(s), 1, 1)[0, 0] for s in range(400)]
    assert set(np.abs(signs)) == {1.0}
    assert abs(np.mean(signs)) < 4 / np.sqrt(400)
    planes = np.array([draw("orthogonal", np.random.default_rng(s), 2, 2) for s in range(400)])
    assert abs(np.linalg.det(planes).mean()) < 4 / np.sqrt(400)
    assert np.abs(planes.mean(axis=0)).max() < 4 * np.sqrt(0.5 / 400)


# --- theta --------------------------------------------------------------------------------------


def test_initial_theta_has_the_drawn_weights_layer_by_layer_and_no_biases() -> None:
    spec = dense(3, (5, 4), 2, dtype="float64")
    parameters = Parameters(spec.sizes, spec.dtype, initial_theta(spec, np.random.default_rng(1)))
    rng = np.random.default_rng(1)
    for l, (n_in, n_out) in enumerate(((3, 5), (5, 4), (4, 2)), start=1):
        expected = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)
        np.testing.assert_allclose(parameters.W[l], expected, rtol=1e-15)
        assert not parameters.b[l].any()


@pytest.mark.parametrize(("chosen", "used"), [(None, 0.1), (0.0, 0.0), (-2.5, -2.5)])
def test_initial_theta_takes_the_value_of_the_spec_or_the_default(
    chosen: float | None, used: float
) -> None:
    spec = dense(3, (5,), 2, initializer="constant", dtype="float64")
    spec = dataclasses.replace(spec, initializer_value=chosen)
    parameters = Parameters(spec.sizes, spec.dtype, initial_theta(spec, np.random.default_rng(1)))
    for W in parameters.W.values():
        assert set(W.ravel().tolist()) == {used}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_float32_weights_are_the_float64_ones_rounded(name: str) -> None:
    weights = {
        dtype: initial_theta(
            dense(3, (5,), 1, initializer=name, dtype=dtype), np.random.default_rng(2)
        )
        for dtype in ("float32", "float64")
    }
    assert weights["float32"].dtype == np.float32
    np.testing.assert_array_equal(weights["float32"], weights["float64"].astype(np.float32))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_global_random_state_is_neither_read_nor_moved(name: str) -> None:
    spec = dense(3, (5,), 1, initializer=name)
    np.random.seed(0)
    before = np.random.get_state()[1].tolist()  # type: ignore[index]
    first = initial_theta(spec, np.random.default_rng(2))
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]
    np.random.seed(1)
    assert initial_theta(spec, np.random.default_rng(2)).tobytes() == first.tobytes()
