"""Transitions of the state: what starts afresh, and what the data does to the network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app import state as s
from nncore.data.dataset import Dataset
from nncore.data.generators import generate
from nncore.errors import SpecError


def classes(k: int, d: int = 3) -> Dataset:
    rng = np.random.default_rng(0)
    names = tuple(f"c{i}" for i in range(k))
    return Dataset(
        "made",
        rng.normal(3, 5, (60, d)),
        np.arange(60) % k,
        tuple(f"x{i}" for i in range(d)),
        class_names=names,
    )


def test_the_guide_is_the_beginning() -> None:
    state = s.guide_state()
    assert state.spec.sizes == (2, 16, 8, 1)
    assert len(state.split.train) == 1000 and len(state.split.test) == 250
    experiment = s.experiment_of(state)
    expected = np.random.RandomState(42).randn(2, 1000).T
    np.testing.assert_array_equal(experiment.X_train, expected)


@pytest.mark.parametrize(
    ("k", "output"), [(2, ("sigmoid", 1)), (3, ("softmax", 3)), (7, ("softmax", 7))]
)
def test_the_output_layer_follows_the_classes(k: int, output: tuple[str, int]) -> None:
    state = s.with_data(s.guide_state(), s.Drawn(), classes(k))
    last = state.spec.layers[-1]
    assert (last.activation, last.units) == output
    assert state.spec.sizes[:3] == (3, 16, 8)
    assert state.theta is None


def test_regression_standardises_its_target_too() -> None:
    data = Dataset("r", np.arange(20.0)[:, None], 1e6 + 1e5 * np.arange(20.0), ("x",))
    state = s.with_data(s.guide_state(), s.FromFile(Path("r.csv"), "y", ("x", "y")), data)
    Y = s.experiment_of(state).Y_train
    assert Y.mean() == pytest.approx(0, abs=1e-9) and Y.std() == pytest.approx(1)
    assert state.axes == (0, 0)
    model = s.model_of(state, np.zeros(state.spec.n_parameters, state.spec.dtype))
    # a network that gives 0 predicts the mean of the training targets, in raw units
    mean = data.y[state.split.train].mean()
    assert model.predict(np.array([[3.0]]))[0, 0] == pytest.approx(mean)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: s.with_hidden(state, (4,)),
        lambda state: s.with_activation(state, "tanh"),
        lambda state: s.with_initializer(state, "zeros"),
        lambda state: s.with_batch_size(state, 10),
        lambda state: s.with_seed(state, 7),
        lambda state: s.with_test_share(state, 0.5),
        lambda state: s.with_standardize(state, True),
        s.reset,
    ],
)
def test_what_needs_a_fresh_start_says_so(change) -> None:  # type: ignore[no-untyped-def]
    state = replace(s.guide_state(), activity=s.Activity.RUNNING)
    new = change(state)
    assert new.run_id == state.run_id + 1
    assert new.activity is s.Activity.PAUSED and new.notice


def test_a_learning_rate_does_not_start_afresh() -> None:
    state = replace(s.guide_state(), activity=s.Activity.RUNNING)
    new = s.with_learning_rate(state, 0.5)
    assert (new.run_id, new.activity) == (state.run_id, s.Activity.RUNNING)
    with pytest.raises(SpecError):
        s.with_learning_rate(state, float("nan"))


def test_the_guides_weights_stay_until_the_network_or_the_seed_changes() -> None:
    state = s.guide_state()
    assert s.with_batch_size(state, 10).theta is state.theta
    assert s.with_activation(state, "tanh").theta is state.theta
    assert s.with_hidden(state, (4,)).theta is None
    assert s.with_seed(state, 1).theta is None


def test_a_model_keeps_its_own_standardisation() -> None:
    data = generate("blobs", n=100, noise=0.1, seed=1)
    state = s.with_standardize(s.with_data(s.guide_state(), s.Drawn(), data), True)
    model = s.model_of(state, np.ones(state.spec.n_parameters, state.spec.dtype))
    other = s.with_data(s.guide_state(), s.Drawn(), generate("blobs", n=50, noise=0.9, seed=2))
    taken = s.with_model(other, model, "m.npz")
    assert taken.inputs is model.inputs and taken.standardize
    np.testing.assert_array_equal(s.experiment_of(taken).theta, model.theta)
    with pytest.raises(SpecError, match="takes 2 inputs"):
        s.with_model(s.with_data(state, s.Drawn(), classes(3)), model, "m.npz")
    with pytest.raises(SpecError, match="Open its data first"):
        s.with_model(s.guide_state(), model, "m.npz")


def test_a_new_seed_differs_and_can_be_repeated() -> None:
    state = s.guide_state()
    assert s.new_seed(state) == s.new_seed(state) != state.config.seed
