"""The factor on the learning rate, in numbers worked by hand."""

import dataclasses
import math
from typing import Any

import pytest
from config_strategies import SCHEDULE
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.monitor import Plateau
from nncore.schedules import SCHEDULES, learning_rate_factor
from nncore.spec import Schedule, TrainingConfig, dense
from nncore.trainer import Trainer


def factors(epochs: list[int], **settings: Any) -> list[float]:
    return [learning_rate_factor(Schedule(**settings), epoch) for epoch in epochs]


# By formula


@pytest.mark.parametrize("name", ["constant", "plateau"])
def test_constant_is_1_and_so_is_the_formula_of_a_plateau(name: str) -> None:
    assert factors([0, 1, 50, 10**6], name=name) == [1.0] * 4


def test_a_step_every_so_many_epochs() -> None:
    expected = [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]
    assert factors(list(range(10)), name="step", factor=0.5, every=3) == expected
    assert factors([0, 1, 2], name="step", factor=0.25, every=1) == [1, 0.25, 0.0625]


def test_exponential_falls_by_the_factor_in_each_epoch() -> None:
    assert factors([0, 1, 2, 10], name="exponential", factor=0.5) == [1, 0.5, 0.25, 1 / 1024]
    assert factors([3], name="exponential", factor=0.9) == [pytest.approx(0.729, rel=1e-15)]


def test_a_cosine_comes_down_to_its_floor_and_stays() -> None:
    # cos(π/3) = 1/2 and cos(2π/3) = −1/2, so (1 + cos)/2 = 3/4, 1/4
    got = factors([0, 2, 3, 4, 6, 7, 600], name="cosine", length=6)
    assert got == pytest.approx([1, 3 / 4, 1 / 2, 1 / 4, 0, 0, 0], abs=1e-15)
    got = factors([0, 2, 3, 4, 6, 7, 600], name="cosine", length=6, floor=0.2)
    assert got == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2], rel=1e-15)
    at_45_degrees = (1 + math.sqrt(0.5)) / 2
    assert factors([25], name="cosine", length=100) == [pytest.approx(at_45_degrees, rel=1e-15)]
    assert factors([0, 1, 2], name="cosine", length=1, floor=0.5) == [1, 0.5, 0.5]


def test_a_factor_of_1_and_a_floor_of_1_change_nothing() -> None:
    for name in SCHEDULES:
        got = factors([0, 1, 7, 99], name=name, factor=1.0, floor=1.0, every=2, length=5)
        assert got == [1.0] * 4


def test_a_factor_fades_away_without_an_error() -> None:
    assert factors([10**9], name="exponential", factor=0.5) == [0.0]
    assert factors([10**9], name="step", factor=1e-300, every=1) == [0.0]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_warm_up_rises_in_equal_steps_and_joins_the_schedule_at_its_full_height(
    name: str,
) -> None:
    settings = {"name": name, "factor": 0.5, "every": 2, "length": 6, "floor": 0.1}
    got = factors(list(range(12)), **settings, warm_up=3)
    assert got[:3] == [0.25, 0.5, 0.75]
    assert got[3] == 1
    assert got[3:] == factors(list(range(9)), **settings)


@given(SCHEDULE, st.integers(0, 10**9))
@settings(deadline=None)
def test_no_factor_is_above_1_or_below_0_and_after_the_warm_up_none_rises(
    schedule: Schedule, epoch: int
) -> None:
    now, after = (learning_rate_factor(schedule, e) for e in (epoch, epoch + 1))
    assert 0 <= now <= 1
    assert after > now if epoch < schedule.warm_up else after <= now + 1e-15
    if schedule.name == "cosine":
        assert now >= schedule.floor * (1 - 1e-15) or epoch < schedule.warm_up


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"plateau"}))
def test_the_table_names_the_settings_that_matter_and_no_others(name: str) -> None:
    kind, epochs = SCHEDULES[name], list(range(25))
    other: dict[str, Any] = {"factor": 0.3, "every": 3, "length": 7, "floor": 0.2, "patience": 1}
    for setting, value in other.items():
        changed = factors(epochs, name=name, **{setting: value}) != factors(epochs, name=name)
        assert changed == (setting in kind.settings)


def test_the_table_is_under_its_own_names() -> None:
    fields = {field.name for field in dataclasses.fields(Schedule)}
    assert all(kind.name == name for name, kind in SCHEDULES.items())
    assert all(set(kind.settings) <= fields for kind in SCHEDULES.values())
    assert all(kind.title and kind.formula for kind in SCHEDULES.values())


def test_a_trainer_takes_the_factor_of_the_epoch_of_each_step() -> None:
    schedule = Schedule("step", factor=0.5, every=2, warm_up=1)
    a = Trainer(
        dense(1, (), 1),
        TrainingConfig(0.25, batch_size=2, schedule=schedule),
        [[0.0], [1.0], [2.0]],
        [0, 1, 1],
    )
    rates = []
    for _ in range(12):
        a.step_batch()
        rates.append(a.current_learning_rate)
    by_epoch = [0.125, 0.25, 0.25, 0.125, 0.125, 0.0625]
    assert rates == [rate for rate in by_epoch for _ in range(2)]
    assert a.learning_rate == 0.25


# On a plateau


def plateau_factors(losses: list[float], **settings: Any) -> list[float]:
    """The factor after each epoch's loss."""
    schedule, state, seen = Schedule("plateau", **settings), Plateau(), []
    for loss in losses:
        state = state.after(loss, schedule)
        seen.append(state.factor)
    return seen


def test_it_falls_after_more_than_patience_epochs_without_improvement() -> None:
    #         best   1    2    3     4    5    6     best  1    2    3
    losses = [1.0, 1.0, 2.0, 1.0, 1.5, 1.5, 1.5, 0.5, 0.6, 0.5, 0.5]
    got = plateau_factors(losses, patience=2, factor=0.5)
    assert got == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125]


def test_with_no_patience_it_falls_at_once() -> None:
    got = plateau_factors([1.0, 1.0, 0.5, 0.5, 0.6], patience=0, factor=0.1)
    assert got == pytest.approx([1, 0.1, 0.1, 0.01, 0.001], rel=1e-15)


def test_improving_by_less_than_the_threshold_is_none() -> None:
    # the best stays 1, of which 1e-4 is 0.0001
    assert plateau_factors([1.0, 0.99995, 0.9999], patience=0, factor=0.5) == [1, 0.5, 0.25]
    assert plateau_factors([1.0, 0.99989], patience=0, factor=0.5) == [1, 1]
    # relative: of 1000 it is 0.1
    assert plateau_factors([1000.0, 999.95, 999.8], patience=0, factor=0.5) == [1, 0.5, 0.5]


def test_an_improvement_begins_the_count_anew() -> None:
    losses = [1.0, 1.1, 0.9, 1.0, 0.8, 0.9, 0.9]
    assert plateau_factors(losses, patience=1, factor=0.5) == [1, 1, 1, 1, 1, 1, 0.5]


def test_the_floor_is_reached_and_kept() -> None:
    got = plateau_factors([1.0] * 6, patience=0, factor=0.25, floor=0.1)
    assert got == [1, 0.25, 0.1, 0.1, 0.1, 0.1]
    assert plateau_factors([1.0] * 4, patience=0, factor=0.5, floor=1.0) == [1] * 4


def test_a_floor_put_in_later_does_not_lift_what_had_fallen_below_it() -> None:
    low = Plateau(best=1.0, factor=0.01)
    assert low.after(2.0, Schedule("plateau", patience=0, floor=0.5)).factor == 0.01


def test_a_loss_of_0_or_infinity_is_borne() -> None:
    assert plateau_factors([math.inf, math.inf, 1.0], patience=0, factor=0.5) == [0.5, 0.25, 0.25]
    assert plateau_factors([0.0, 0.0, 0.0], patience=1, factor=0.5) == [1, 1, 0.5]
