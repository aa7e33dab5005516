import numpy as np
import pytest

from nncore.initializers import INITIALIZER_TITLES, INITIALIZERS
from nncore.parameters import Parameters, initial_theta
from nncore.spec import dense


def test_each_has_a_title() -> None:
    assert set(INITIALIZERS) == {"he_normal", "xavier_normal", "zeros"} == set(INITIALIZER_TITLES)


@pytest.mark.parametrize(
    ("name", "variance"), [("he_normal", 2 / 400), ("xavier_normal", 2 / (400 + 250))]
)
def test_weights_are_normal_with_the_variance_of_the_paper(name: str, variance: float) -> None:
    W = INITIALIZERS[name](np.random.default_rng(0), 250, 400)
    assert W.shape == (250, 400)
    # Of 10⁵ samples: mean within 4 σ/√n, variance within 4 √(2/n), 68.27 % within 1 σ.
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / W.size))
    assert (np.abs(W) < np.sqrt(variance)).mean() == pytest.approx(0.6827, abs=0.006)


def test_zeros_are_zeros_and_draw_nothing() -> None:
    rng = np.random.default_rng(3)
    W = INITIALIZERS["zeros"](rng, 3, 2)
    assert W.tolist() == [[0, 0]] * 3
    assert rng.random() == np.random.default_rng(3).random()


@pytest.mark.parametrize("name", ["he_normal", "xavier_normal"])
def test_same_generator_same_bits_and_another_seed_differs(name: str) -> None:
    initialize = INITIALIZERS[name]
    first, again, other = (initialize(np.random.default_rng(s), 4, 3) for s in (7, 7, 8))
    assert first.tobytes() == again.tobytes()
    assert (first != other).all()


def test_initial_theta_has_the_drawn_weights_layer_by_layer_and_no_biases() -> None:
    spec = dense(3, (5, 4), 2, dtype="float64")
    parameters = Parameters(spec.sizes, spec.dtype, initial_theta(spec, np.random.default_rng(1)))
    rng = np.random.default_rng(1)
    for l, (n_in, n_out) in enumerate(((3, 5), (5, 4), (4, 2)), start=1):
        expected = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)
        np.testing.assert_allclose(parameters.W[l], expected, rtol=1e-15)
        assert not parameters.b[l].any()


def test_float32_weights_are_the_float64_ones_rounded() -> None:
    weights = {
        dtype: initial_theta(dense(3, (5,), 1, dtype=dtype), np.random.default_rng(2))
        for dtype in ("float32", "float64")
    }
    assert weights["float32"].dtype == np.float32
    np.testing.assert_array_equal(weights["float32"], weights["float64"].astype(np.float32))


def test_global_random_state_is_neither_read_nor_moved() -> None:
    np.random.seed(0)
    before = np.random.get_state()[1].tolist()  # type: ignore[index, union-attr]
    first = initial_theta(dense(3, (5,), 1), np.random.default_rng(2))
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index, union-attr]
    np.random.seed(1)
    assert initial_theta(dense(3, (5,), 1), np.random.default_rng(2)).tobytes() == first.tobytes()
