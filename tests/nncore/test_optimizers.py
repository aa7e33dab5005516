"""Each optimiser against its formula, written out on plain Python numbers."""

import dataclasses
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nncore.operations import replay
from nncore.optimizers import OPTIMIZERS, OptimizerBuffers, OptimizerState
from nncore.spec import TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.types import FloatArray

SLOTS = {
    "sgd": (),
    "momentum": ("v",),
    "nesterov": ("v",),
    "adagrad": ("s",),
    "rmsprop": ("s",),
    "adam": ("m", "v"),
    "adamw": ("m", "v"),
}
SETTINGS: dict[str, Any] = {
    "momentum": 0.5,
    "beta1": 0.8,
    "beta2": 0.9,
    "rho": 0.75,
    "epsilon": 1e-3,
}
GRADIENTS = (1.0, 2.0, -3.0)
RATE = 0.1


def run(
    name: str,
    gradients: list[list[float]],
    rates: list[float],
    dtype: str = "float64",
    **settings: Any,
) -> tuple[list[FloatArray], OptimizerState]:
    """The updates (P,) for a gradient (P,) and a learning rate in each step."""
    optimizer, n_parameters = OPTIMIZERS[name], len(gradients[0])
    state = OptimizerState(len(optimizer.slots), n_parameters, dtype)
    g, u = np.zeros(n_parameters, dtype), np.full(n_parameters, 99, dtype)
    rate = np.zeros((), dtype)
    numbers = TrainingConfig(**(SETTINGS | settings))
    operations, updates = optimizer.bind(OptimizerBuffers(g, u, rate, state), numbers), []
    for gradient, value in zip(gradients, rates, strict=True):
        g[:], rate[...] = gradient, value
        replay(operations)
        assert_array_equal(g, np.array(gradient, dtype))  # which is only read
        updates.append(u.copy())
    return updates, state


def updates_of(name: str, **settings: Any) -> list[float]:
    updates, _ = run(name, [[g] for g in GRADIENTS], [RATE] * 3, **settings)
    return [float(u[0]) for u in updates]


# Three steps of gradient 1, 2, −3, worked by hand


def test_sgd() -> None:
    assert updates_of("sgd") == pytest.approx([0.1, 0.2, -0.3], rel=1e-15)


def test_momentum() -> None:
    # v = 1, 0.5 · 1 + 2, 0.5 · 2.5 − 3
    assert updates_of("momentum") == pytest.approx([0.1, 0.25, -0.175], rel=1e-15)
    assert updates_of("momentum", momentum=0) == updates_of("sgd")


def test_nesterov() -> None:
    # the same v; g + 0.5 v = 1 + 0.5, 2 + 1.25, −3 − 0.875
    assert updates_of("nesterov") == pytest.approx([0.15, 0.325, -0.3875], rel=1e-15)
    assert updates_of("nesterov", momentum=0) == updates_of("sgd")


def test_adagrad() -> None:
    # s = 1, 1 + 4, 5 + 9
    expected = [
        0.1 / (1 + 0.001),
        0.2 / (math.sqrt(5) + 0.001),
        -0.3 / (math.sqrt(14) + 0.001),
    ]
    assert updates_of("adagrad") == pytest.approx(expected, rel=1e-14)


def test_rmsprop() -> None:
    # s = 0.25 · 1, 0.75 · 0.25 + 0.25 · 4, 0.75 · 1.1875 + 0.25 · 9
    expected = [
        0.1 / (0.5 + 0.001),
        0.2 / (math.sqrt(1.1875) + 0.001),
        -0.3 / (math.sqrt(3.140625) + 0.001),
    ]
    assert updates_of("rmsprop") == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_adam(name: str) -> None:
    # m = 0.2, 0.16 + 0.4, 0.448 − 0.6, over 1 − 0.8, 1 − 0.64, 1 − 0.512;
    # v = 0.1, 0.09 + 0.4, 0.441 + 0.9, over 1 − 0.9, 1 − 0.81, 1 − 0.729
    expected = [
        0.1 * (0.2 / 0.2) / (math.sqrt(0.1 / 0.1) + 0.001),
        0.1 * (0.56 / 0.36) / (math.sqrt(0.49 / 0.19) + 0.001),
        0.1 * (-0.152 / 0.488) / (math.sqrt(1.341 / 0.271) + 0.001),
    ]
    assert updates_of(name) == pytest.approx(expected, rel=1e-13)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient() -> None:
    for beta1, beta2 in ((0.9, 0.999), (0.0, 0.0), (0.5, 0.999999)):
        updates, _ = run(
            "adam", [[1e-6, -5.0, 1e6]], [RATE], beta1=beta1, beta2=beta2, epsilon=1e-20
        )
        assert_allclose(updates[0], [RATE, -RATE, RATE], rtol=1e-9)


# Many steps, several parameters, a rate that changes

Formula = Callable[[list[float], list[float]], Iterator[float]]


def sgd(gradients: list[float], rates: list[float]) -> Iterator[float]:
    for g, rate in zip(gradients, rates, strict=True):
        yield rate * g


def momentum(gradients: list[float], rates: list[float]) -> Iterator[float]:
    v = 0.0
    for g, rate in zip(gradients, rates, strict=True):
        v = 0.5 * v + g
        yield rate * v


def nesterov(gradients: list[float], rates: list[float]) -> Iterator[float]:
    v = 0.0
    for g, rate in zip(gradients, rates, strict=True):
        v = 0.5 * v + g
        yield rate * (g + 0.5 * v)


def adagrad(gradients: list[float], rates: list[float]) -> Iterator[float]:
    s = 0.0
    for g, rate in zip(gradients, rates, strict=True):
        s += g * g
        yield rate * g / (math.sqrt(s) + 1e-3)


def rmsprop(gradients: list[float], rates: list[float]) -> Iterator[float]:
    s = 0.0
    for g, rate in zip(gradients, rates, strict=True):
        s = 0.75 * s + 0.25 * g * g
        yield rate * g / (math.sqrt(s) + 1e-3)


def adam(gradients: list[float], rates: list[float]) -> Iterator[float]:
    m = v = 0.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        m = 0.8 * m + 0.2 * g
        v = 0.9 * v + 0.1 * g * g
        yield rate * (m / (1 - 0.8**t)) / (math.sqrt(v / (1 - 0.9**t)) + 1e-3)


FORMULAS: dict[str, Formula] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 2e-5)])
@pytest.mark.parametrize("name", FORMULAS)
def test_every_parameter_follows_the_formula_on_its_own(
    name: str, dtype: str, tolerance: float
) -> None:
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(30, 4)) * [1.0, 1e-3, 1e3, 0.0]
    rates = rng.uniform(0.01, 1, 30).tolist()
    updates, _ = run(name, gradients.tolist(), rates, dtype)
    for i in range(4):
        expected = list(FORMULAS[name](gradients[:, i].tolist(), rates))
        got = [float(u[i]) for u in updates]
        assert_allclose(got, expected, rtol=tolerance, atol=tolerance * max(map(abs, expected)))


# What is kept


def test_the_table_names_the_slots_and_the_settings_that_are_read() -> None:
    assert {name: optimizer.slots for name, optimizer in OPTIMIZERS.items()} == SLOTS
    fields = {field.name for field in dataclasses.fields(TrainingConfig)}
    for name, optimizer in OPTIMIZERS.items():
        assert optimizer.name == name
        assert optimizer.title
        assert set(optimizer.settings) <= fields


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_settings_named_change_the_update_and_no_others_do(name: str) -> None:
    for setting, value in {**SETTINGS, "l1": 0.0}.items():
        changed = updates_of(name, **{setting: value / 2 + 0.1}) != updates_of(name)
        assert changed == (setting in OPTIMIZERS[name].settings)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_formula_for_labels_names_its_slots(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    assert "u = η" in optimizer.formula
    assert all(f"{slot} ← " in optimizer.formula for slot in optimizer.slots)


def test_slots_hold_what_their_names_say() -> None:
    gradients = [[1.0], [2.0], [-3.0]]

    def slots(name: str) -> list[float]:
        state = run(name, gradients, [RATE] * 3)[1]
        return [float(slot[0]) for slot in state.slots]

    assert slots("momentum") == slots("nesterov") == [-1.75]
    assert slots("adagrad") == [14]
    assert slots("rmsprop") == [3.140625]
    assert slots("adam") == slots("adamw") == pytest.approx([-0.152, 1.341], rel=1e-14)


def test_only_those_that_need_it_count_their_updates() -> None:
    counts = {name: run(name, [[1.0]] * 3, [RATE] * 3)[1].n_updates for name in OPTIMIZERS}
    assert counts == {name: 3 if name in ("adam", "adamw") else 0 for name in OPTIMIZERS}


X = np.random.default_rng(1).normal(size=(8, 2))
SPEC = dense(2, (3,), 1, dtype="float64")


def trainer(**settings: Any) -> Trainer:
    config = TrainingConfig(RATE, 4, 1, **(SETTINGS | settings))
    return Trainer(SPEC, config, X, (X[:, 0] > 0).astype(int))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_trainers_slots_are_named_and_seen_live(name: str) -> None:
    a = trainer(optimizer=name)
    slots = a.slots
    assert tuple(slots) == SLOTS[name]
    assert all(slot.shape == (SPEC.n_parameters,) for slot in slots.values())
    assert not any(slot.any() for slot in slots.values())
    a.step_batch()
    first = {slot: values.copy() for slot, values in slots.items()}
    assert all(values.any() for values in first.values())
    a.step_batch()
    for slot, values in a.slots.items():
        assert np.shares_memory(values, slots[slot])
        assert_array_equal(values, slots[slot])
        assert (values != first[slot]).any()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_trainer_takes_the_update_off_theta(name: str) -> None:
    a, theta, rows = trainer(optimizer=name), None, []
    gradients: list[Any] = []
    for _ in range(4):
        theta = a.network.parameters.theta.copy()
        a.step_batch()
        gradients.append(a.network.gradient.theta.copy())
        rows.append(theta - a.network.parameters.theta)
        assert_allclose(a.update.theta, rows[-1], rtol=1e-12, atol=1e-15)
    for i in range(SPEC.n_parameters):
        expected = list(FORMULAS[name]([float(g[i]) for g in gradients], [RATE] * 4))
        assert_allclose([row[i] for row in rows], expected, rtol=1e-11, atol=1e-14)


# Around the optimiser: penalties, clipping, decay, in this order

LINEAR = dense(1, (), 1, output="identity", loss="mean_squared_error", dtype="float64")


def step_by_hand(theta: list[float], x: float, y: float, **settings: Any) -> Trainer:
    """One step of a x + b towards y, at learning rate 0.1: d = 2 (a x + b − y), g = (d x, d)."""
    a = Trainer(LINEAR, TrainingConfig(0.1, **settings), [[x]], [[y]], np.array(theta))
    a.step_batch()
    return a


def test_penalties_act_on_weights_and_not_on_biases() -> None:
    # W = −2, b = 1, x = 3, y = −5: d = 0
    a = step_by_hand([-2.0, 1.0], 3.0, -5.0, l1=0.5, l2=0.25)
    assert_allclose(a.network.gradient.theta, [-0.5 - 0.5, 0], rtol=1e-15)
    assert_allclose(a.network.parameters.theta, [-1.9, 1], rtol=1e-15)
    assert a.batch_loss() == 0  # without the penalty


def test_a_weight_of_0_has_no_slope_of_l1() -> None:
    a = step_by_hand([0.0, 1.0], 3.0, 1.0, l1=0.5)
    assert a.network.gradient.theta.tolist() == [0, 0]


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - {"adam"}))
def test_weight_decay_takes_its_share_of_the_weight_before_the_step(name: str) -> None:
    plain = step_by_hand([-2.0, 1.0], 3.0, 5.0, optimizer=name)
    decayed = step_by_hand([-2.0, 1.0], 3.0, 5.0, optimizer=name, weight_decay=0.5)
    difference = decayed.network.parameters.theta - plain.network.parameters.theta
    assert_allclose(difference, [0.1 * 0.5 * 2, 0], rtol=1e-13)
    assert_array_equal(decayed.network.gradient.theta, plain.network.gradient.theta)


def test_clipping_is_by_value_and_then_by_norm_after_the_penalties() -> None:
    # W = 1, b = 1, x = 3, y = 2: d = 4, g = (12, 4); with l2 = 1 it is (13, 4)
    plain = step_by_hand([1.0, 1.0], 3.0, 2.0, l2=1.0)
    assert plain.network.gradient.theta.tolist() == [13, 4]
    by_value = step_by_hand([1.0, 1.0], 3.0, 2.0, l2=1.0, clip_value=3.0)
    assert by_value.network.gradient.theta.tolist() == [3, 3]
    by_norm = step_by_hand([1.0, 1.0], 3.0, 2.0, l2=1.0, clip_norm=5.0)
    scale = 5 / math.sqrt(13**2 + 4**2)
    assert_allclose(by_norm.network.gradient.theta, [13 * scale, 4 * scale], rtol=1e-14)
    both = step_by_hand([1.0, 1.0], 3.0, 2.0, l2=1.0, clip_value=4.0, clip_norm=1.0)
    assert_allclose(both.network.gradient.theta, [math.sqrt(0.5)] * 2, rtol=1e-14)
    assert_allclose(both.update.theta, [0.1 * math.sqrt(0.5)] * 2, rtol=1e-14)


def test_a_gradient_within_the_limits_is_left_alone_and_signs_are_kept() -> None:
    # g = (12, 4), |g| = √160
    within = step_by_hand([1.0, 1.0], 3.0, 2.0, clip_value=12.0, clip_norm=12.65)
    assert within.network.gradient.theta.tolist() == [12, 4]
    below = step_by_hand([1.0, 1.0], -3.0, -4.0, clip_value=3.0)
    assert below.network.gradient.theta.tolist() == [-3, 3]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rate_of_0_moves_nothing_but_the_slots(name: str) -> None:
    a = trainer(optimizer=name)
    a.configure(replace(a.config, learning_rate=0.0))
    before = a.network.parameters.theta.copy()
    a.step_epoch()
    assert_array_equal(a.network.parameters.theta, before)
    assert all(slot.any() for slot in a.slots.values())
