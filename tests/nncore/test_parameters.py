import numpy as np
import pytest
from hypothesis import given, settings
from spec_strategies import network_specs

from nncore.network import Network
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer


@given(network_specs())
@settings(deadline=None)
def test_views_share_memory_with_theta_and_cover_it_exactly_once(spec: NetworkSpec) -> None:
    parameters = Parameters(spec.sizes, spec.dtype)
    assert parameters.theta.shape == (spec.n_parameters,)
    assert parameters.theta.dtype == spec.dtype
    assert list(parameters.W) == list(parameters.b) == list(parameters.block)
    for l in range(1, spec.depth + 1):
        assert parameters.W[l].shape == (spec.sizes[l], spec.sizes[l - 1])
        assert parameters.b[l].shape == (spec.sizes[l],)
        assert np.shares_memory(parameters.W[l], parameters.theta)
        assert np.shares_memory(parameters.b[l], parameters.theta)
        assert np.shares_memory(parameters.block[l], parameters.theta)
        assert parameters.block[l].flags.c_contiguous
        parameters.W[l] += 1
        parameters.b[l] += 1
    assert (parameters.theta == 1).all()


def test_theta_is_the_transposed_weights_then_the_biases_layer_by_layer() -> None:
    parameters = Parameters((2, 3, 1), "float64", np.arange(13.0))
    assert parameters.W[1].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert parameters.b[1].tolist() == [6, 7, 8]
    assert parameters.W[2].tolist() == [[9, 10, 11]]
    assert parameters.b[2].tolist() == [12]
    assert parameters.offsets.tolist() == [0, 9, 13]


def test_theta_is_copied_and_converted() -> None:
    theta = np.arange(3.0)
    parameters = Parameters((2, 1), "float32", theta)
    parameters.theta[0] = 9
    assert theta[0] == 0
    assert parameters.theta.dtype == np.float32


def test_a_theta_of_another_length_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=r"\(12,\).*\(13,\)"):
        Parameters((2, 3, 1), "float64", np.zeros(12))
    with pytest.raises(ValueError, match=r"\(13, 1\).*\(13,\)"):
        Parameters((2, 3, 1), "float64", np.zeros((13, 1)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_never_rebinds_a_view(dtype: str) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(23, 2)), rng.integers(0, 2, (23, 1)).astype(float)
    trainer = Trainer(dense(2, (4, 3), 1, dtype=dtype), TrainingConfig(batch_size=5), X, Y)

    def arrays() -> list[object]:
        return [
            array
            for p in (trainer.network.parameters, trainer.network.gradient)
            for array in (p.theta, *p.W.values(), *p.b.values(), *p.block.values())
        ]

    before = arrays()
    copies = [np.array(array) for array in before]
    for _ in range(3):
        trainer.step_epoch()
    assert all(a is b for a, b in zip(before, arrays(), strict=True))
    assert all((a != b).any() for a, b in zip(copies, before, strict=True))
    parameters = trainer.network.parameters
    pieces = [
        np.concatenate((parameters.W[l].T.ravel(), parameters.b[l])) for l in parameters.block
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), parameters.theta)


def test_a_write_through_a_view_changes_what_the_network_gives() -> None:
    network = Network.from_theta(
        dense(2, (), 1, output="identity", loss="mean_squared_error", dtype="float64"), np.zeros(3)
    )
    network.parameters.W[1][0, 1] = 2
    network.parameters.b[1][0] = 5
    assert network.predict(np.array([[10.0, 100.0]])).tolist() == [[205.0]]


def test_layer_rms_is_the_root_mean_square_of_each_layer() -> None:
    theta = np.concatenate((np.full(9, -2.0), [3.0, 4.0, 0.0, 0.0]))
    rms = Parameters((2, 3, 1), "float64", theta).layer_rms()
    np.testing.assert_allclose(rms, [2.0, 2.5], rtol=1e-15)
    assert Parameters((2, 3, 1), "float32").layer_rms().tolist() == [0, 0]
