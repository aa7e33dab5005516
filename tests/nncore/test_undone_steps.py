"""What a step that could not be made leaves behind."""

from dataclasses import replace

import numpy as np

from nncore.spec import TrainingConfig, dense
from nncore.trainer import Trainer

SPEC = dense(2, (6,), 1, activation="identity", output="identity", loss="mean_squared_error")
X = np.random.default_rng(0).normal(size=(20, 2))
ADAM = TrainingConfig(1e-3, 5, 1, "adam")


def diverged() -> Trainer:
    """Amid an epoch, by a parameter that is enormous."""
    a = Trainer(SPEC, ADAM, X, X[:, :1])
    a.step_batch()
    a.set_parameter(0, 1e30)
    a.step_batch()
    assert a.divergence is not None
    return a


def test_where_a_step_has_diverged_only_its_update_is_left() -> None:
    assert diverged().next_phase == "update"


def test_other_samples_after_a_divergence_begin_between_two_epochs() -> None:
    a = diverged()
    a.set_data(X[:7], X[:7, :1])
    assert (a.phase, a.sample, a.is_between_epochs) == (0, 0, True)
    assert a.batch_loss() is not None


def test_an_update_that_is_undone_does_not_count_for_adam() -> None:
    spec = dense(2, (), 1, output="identity", loss="mean_squared_error")
    a, b = (Trainer(spec, ADAM, X * 1e20, X[:, :1], np.zeros(3)) for _ in range(2))
    a.step_batch()  # the gradient is finite, its square is not
    assert a.divergence is not None and a.divergence.what == "state of the optimiser"
    for t in (a, b):
        t.configure(replace(ADAM, clip_value=1.0))
        t.step_batch()
    assert a.divergence is None
    assert a.network.parameters.theta.tobytes() == b.network.parameters.theta.tobytes()
