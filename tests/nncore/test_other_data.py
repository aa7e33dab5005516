"""Training goes on with other samples from the beginning of an epoch, and nothing else happens."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from test_timeline import sight

from nncore import training_data
from nncore.errors import SpecError
from nncore.evaluation import Evaluator
from nncore.monitor import Patience, Plateau
from nncore.samples import Samples
from nncore.spec import EarlyStopping, LayerSpec, NetworkSpec, Schedule, TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.types import FloatArray

SPEC = dense(2, (5, 3), 1, activation="tanh")
DROPOUT = NetworkSpec(
    2, (LayerSpec(6, "relu", dropout=0.4), LayerSpec(1, "sigmoid")), "binary_crossentropy"
)
CONFIG = TrainingConfig(0.05, batch_size=5, seed=1, optimizer="adam")


def data(n: int, seed: int) -> tuple[FloatArray, Any]:
    X = np.random.default_rng(seed).normal(size=(n, 2))
    return X, (X[:, 0] * (-1) ** seed > 0).astype(int)


FIRST, SECOND, THIRD = data(23, 0), data(31, 1), data(9, 2)
HELD_OUT = data(8, 3)
TAME = np.full((7, 2), 0.1), np.zeros((7, 1))


def trainer(config: TrainingConfig = CONFIG, spec: NetworkSpec = SPEC, **more: Any) -> Trainer:
    return Trainer(spec, config, *FIRST, **more)


def explosive(batch_size: int | None) -> Trainer:
    """A run that diverges as soon as a parameter is enormous."""
    spec = dense(2, (6,), 1, activation="identity", output="identity", loss="mean_squared_error")
    config = TrainingConfig(1e-3, batch_size, 1, "momentum")
    return Trainer(spec, config, FIRST[0], FIRST[0][:, :1])


def bits(a: Trainer) -> bytes:
    return a.network.parameters.theta.tobytes()


def test_other_samples_move_nothing_themselves() -> None:
    a = trainer(replace(CONFIG, schedule=Schedule("exponential", factor=0.5)))
    for _ in range(3):
        a.step_epoch()
    before, rate = sight(a), a.current_learning_rate
    a.set_data(*SECOND, data_version=7)
    after = sight(a)
    assert (a.n_samples, a.samples.version, a.n_batches) == (31, 7, 7)
    assert after.pop("position") == (15, 3, 0, 7, 0, 0, a.config)
    assert before.pop("position") == (15, 3, 0, 5, 0, 0, a.config)
    # that of the last step, or after the change that of the next
    assert after.pop("rate") == before.pop("rate") / 2 == rate / 2
    assert after == before


def test_the_next_epoch_takes_each_of_the_other_samples_once_and_in_a_new_order() -> None:
    a = trainer()
    a.step_epoch()
    a.set_data(*SECOND)
    taken, sizes = [], []
    while a.epoch < 2:
        a.step_batch()
        taken.append(a.trace.X.copy())
        sizes.append(a.trace.m)
    rows, expected = np.concatenate(taken), SECOND[0].astype("float32")
    assert sizes == [5, 5, 5, 5, 5, 5, 1]
    assert (rows != expected).any()
    assert_array_equal(np.sort(rows, axis=0), np.sort(expected, axis=0))


CONFIGS = {
    "small batches": CONFIG,
    "one batch": replace(CONFIG, batch_size=None),
    "momentum": replace(CONFIG, optimizer="momentum", l2=0.01),
    "schedule": replace(CONFIG, schedule=Schedule("cosine", length=9, warm_up=2)),
    "class weights": replace(CONFIG, class_weights=(1.0, 3.0)),
}


@pytest.mark.parametrize("spec", [SPEC, DROPOUT], ids=["plain", "dropout"])
@pytest.mark.parametrize("name", CONFIGS)
def test_the_same_samples_again_change_nothing(name: str, spec: NetworkSpec) -> None:
    a, b = trainer(CONFIGS[name], spec), trainer(CONFIGS[name], spec)
    for epoch in range(6):
        if epoch in (0, 2, 3):
            a.set_data(*FIRST)
        a.step_epoch()
        b.step_epoch()
    assert sight(a) == sight(b)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("class_weights", [None, (1.0, 3.0)])
def test_a_step_on_other_samples_is_that_of_a_trainer_on_them(
    weighted: bool, class_weights: tuple[float, ...] | None
) -> None:
    config = TrainingConfig(0.5, seed=4, class_weights=class_weights)
    weights = {"sample_weights": np.linspace(0, 2, 31)} if weighted else {}
    a = trainer(config)
    a.step_epoch()
    theta = a.network.parameters.theta.copy()
    a.set_data(*SECOND, **weights)
    b = Trainer(SPEC, config, *SECOND, theta, **weights)
    a.step_batch()
    b.step_batch()
    assert bits(a) == bits(b)
    assert a.batch_loss() == b.batch_loss()


def test_what_is_handed_over_is_copied() -> None:
    X, y = SECOND[0].copy(), SECOND[1].copy()
    held = HELD_OUT[0].copy()
    a, b = trainer(), trainer()
    a.set_data(X, y, held_out=(held, HELD_OUT[1]))
    b.set_data(*SECOND, held_out=HELD_OUT)
    X[...], y[...], held[...] = 0, 0, 0
    a.step_epoch()
    b.step_epoch()
    assert bits(a) == bits(b)
    assert_array_equal(a.samples.watched[0], HELD_OUT[0].astype("float32"))


@pytest.mark.parametrize("step", ["step_phase", "step_batch"])
def test_amid_an_epoch_other_samples_are_refused(step: str) -> None:
    a, b = trainer(), trainer()
    for t in (a, b):
        t.step_epoch()
        getattr(t, step)()
    with pytest.raises(SpecError, match="between two epochs only"):
        a.set_data(*SECOND)
    assert not a.is_between_epochs
    a.step_epoch()
    b.step_epoch()
    assert sight(a) == sight(b)
    a.set_data(*SECOND)


@pytest.mark.parametrize(
    ("other", "more", "words"),
    [
        ((np.zeros((4, 3)), np.zeros(4)), {}, "takes 2 inputs .* the data has 3"),
        ((np.zeros((4, 2)), [0, 1, 0]), {}, "of equal length"),
        ((np.zeros((0, 2)), np.zeros((0, 1))), {}, "no samples"),
        (([[0.0, np.nan]], [1]), {}, "not finite in float32"),
        ((np.zeros((2, 2)), [0, 2]), {}, "go from 0 to 1; there is a 2"),
        (SECOND, {"held_out": FIRST[0]}, "a pair: inputs and targets"),
        (SECOND, {"held_out": (FIRST[0][:, :1], FIRST[1])}, "takes 2 inputs"),
        (SECOND, {"held_out": ([[1e300, 0.0]], [1])}, "not finite in float32: 1e.300"),
        (SECOND, {"sample_weights": [1.0]}, r"weights of shape \(1,\) for 31"),
        (data(400, 1), {}, "A batch of 400 samples .* memory"),
        (SECOND, {"held_out": data(400, 1)}, "A batch of 400 samples .* memory"),
    ],
)
def test_samples_that_do_not_fit_are_refused_and_the_run_goes_on(
    other: Any, more: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_data, "MAX_BUFFER_BYTES", 50_000)
    config = replace(CONFIG, batch_size=None, early_stopping=EarlyStopping(50))
    a, b = trainer(config), trainer(config)
    for t in (a, b):
        t.step_epoch()
        t.step_epoch()
    with pytest.raises(SpecError, match=words):
        a.set_data(*other, **more)
    for t in (a, b):
        t.step_epoch()
    assert sight(a) == sight(b)
    assert_array_equal(a.best_theta, b.best_theta)


def test_samples_for_another_network_are_refused() -> None:
    a = trainer()
    others = Samples.checked(dense(2, (4,), 1), None, *SECOND)
    with pytest.raises(SpecError, match="are for 2-4-1, not 2-5-3-1"):
        a.use(others)
    with pytest.raises(SpecError, match="of another run"):
        a.restore(a.snapshot(), Samples.checked(SPEC, None, *SECOND))


def test_a_rate_once_reduced_stays_reduced_and_the_plateau_begins_anew() -> None:
    plateau = Schedule("plateau", factor=0.5, patience=1)
    a = trainer(TrainingConfig(0.0, schedule=plateau))
    for _ in range(4):
        a.step_epoch()
    assert a.snapshot().plateau.factor == 0.5 and a.snapshot().plateau.waited == 1
    a.set_data(*SECOND)
    assert a.snapshot().plateau == Plateau(factor=0.5)
    factors = []
    for _ in range(4):
        a.step_epoch()
        factors.append(a.snapshot().plateau.factor)
    assert factors == [0.5, 0.5, 0.25, 0.25]


def test_early_stopping_waits_anew_and_watches_what_is_held_out_now() -> None:
    a = trainer(TrainingConfig(0.0, early_stopping=EarlyStopping(3)))
    for _ in range(3):
        a.step_epoch()
    assert a.snapshot().patience.waited == 2
    a.set_data(*SECOND, held_out=HELD_OUT)
    assert (a.snapshot().patience, a.best_theta) == (Patience(), None)
    for _ in range(9):
        a.step_epoch()
    assert a.stopped is not None
    assert (a.stopped.epoch, a.stopped.best_epoch) == (7, 4)
    assert a.stopped.best_loss == Evaluator(a.network, *HELD_OUT).loss()
    a.set_data(*THIRD)
    assert a.stopped is None
    a.step_epoch()
    assert a.epoch == 8
    assert a.snapshot().patience.best == Evaluator(a.network, *THIRD).loss()


@pytest.mark.parametrize("batch_size", [None, 5])
def test_a_run_that_diverged_begins_its_epoch_anew_with_other_samples(
    batch_size: int | None,
) -> None:
    a, b = explosive(batch_size), explosive(batch_size)
    for t in (a, b):
        for _ in range(7):
            t.step_batch()
    a.set_parameter(0, 3e38)
    a.step_batch()
    assert a.divergence is not None
    a.set_data(*TAME)
    assert (a.divergence, a.step, a.epoch, a.batch) == (None, 7, b.epoch, 0)
    assert a.epochs == a.epoch
    a.set_parameter(0, float(b.network.parameters.theta[0]))
    b.use(a.samples)  # amid its epoch, which it gives up
    for t in (a, b):
        for _ in range(7):
            t.step_batch()
    assert sight(a) == sight(b)
