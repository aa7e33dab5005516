"""A timeline goes back across a change of the samples, bit for bit, as far as memory allows."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_other_data import (
    CONFIG,
    DROPOUT,
    FIRST,
    HELD_OUT,
    SECOND,
    SPEC,
    TAME,
    THIRD,
    bits,
    data,
    explosive,
    trainer,
)
from test_timeline import sight, watched

import nncore.timeline as timeline_module
from nncore.errors import SpecError
from nncore.spec import EarlyStopping, NetworkSpec, Schedule, TrainingConfig
from nncore.timeline import LEAST_KEYFRAMES, Timeline

TIMELINES: dict[str, tuple[TrainingConfig, NetworkSpec]] = {
    "small batches": (CONFIG, SPEC),
    "one batch": (replace(CONFIG, batch_size=None), SPEC),
    "dropout": (CONFIG, DROPOUT),
    "watching": (
        replace(
            CONFIG,
            schedule=Schedule("plateau", factor=0.9, patience=1),
            early_stopping=EarlyStopping(30),
        ),
        SPEC,
    ),
}


def changed_run(config: TrainingConfig, spec: NetworkSpec) -> tuple[Timeline, dict[int, Any]]:
    """An epoch, other samples, some epochs, others again, some epochs; and what was seen."""
    timeline = Timeline(trainer(config, spec))
    a, seen = timeline.trainer, {}
    for samples, epochs, more in ((SECOND, 1, {"held_out": HELD_OUT}), (THIRD, 12, {})):
        seen |= watched_epochs(timeline, epochs)
        timeline.set_data(*samples, **more, data_version=a.epoch)
    return timeline, seen | watched_epochs(timeline, 25)


def watched_epochs(timeline: Timeline, epochs: int) -> dict[int, Any]:
    seen, end = {}, timeline.trainer.epoch + epochs
    while timeline.trainer.epoch < end:
        seen |= watched(timeline, timeline.trainer.step + 1)
    return seen


@pytest.mark.parametrize("name", TIMELINES)
def test_every_step_comes_back_across_other_samples_in_any_order(name: str) -> None:
    timeline, seen = changed_run(*TIMELINES[name])
    again, seen_again = changed_run(*TIMELINES[name])
    assert seen == seen_again and bits(timeline.trainer) == bits(again.trainer)
    last = timeline.last_step
    at = {change.step for change in timeline.changes}
    assert len(at) == 2
    for step in np.random.default_rng(1).permutation(list(seen)):
        timeline.seek(int(step))
        if step not in at:  # there the samples are already those of the next epoch
            assert sight(timeline.trainer) == seen[step]
        assert (timeline.first_step, timeline.last_step) == (0, last)


@pytest.mark.parametrize("name", TIMELINES)
def test_stepping_on_after_going_back_takes_up_the_other_samples_again(name: str) -> None:
    timeline, seen = changed_run(*TIMELINES[name])
    first, second = (change.step for change in timeline.changes)
    for start in (0, first - 1, first, second - 1, second, second + 1):
        timeline.seek(start)
        versions = {timeline.trainer.step: timeline.trainer.samples.version}
        while timeline.trainer.step < timeline.last_step:
            timeline.step_batch()
            step = timeline.trainer.step
            versions[step] = timeline.trainer.samples.version
            if step not in (first, second):
                assert sight(timeline.trainer) == seen[step]
        for step, version in versions.items():
            assert version == (0 if step < first else 1 if step < second else 13)


def test_other_samples_in_the_past_end_the_recorded_future() -> None:
    timeline, _ = changed_run(*TIMELINES["small batches"])
    first, second = (change.step for change in timeline.changes)
    timeline.seek(first + 7)  # the end of the second epoch
    timeline.set_data(*FIRST, data_version=5)
    assert (timeline.last_step, len(timeline.changes)) == (first + 7, 2)
    seen = watched(timeline, second)
    timeline.seek(first + 8)
    assert sight(timeline.trainer) == seen[first + 8]
    assert timeline.trainer.samples.version == 5


def test_what_was_changed_later_can_be_left() -> None:
    timeline, seen = changed_run(*TIMELINES["small batches"])
    second = timeline.changes[1].step
    timeline.leave_later_changes()
    assert len(timeline.changes) == 2  # there is nothing later
    timeline.seek(second - 1)
    timeline.leave_later_changes()
    timeline.step_batch()
    assert sight(timeline.trainer) == seen[second]
    timeline.step_epoch()
    assert timeline.trainer.samples.version == 1
    assert timeline.trainer.n_samples == 31


def test_samples_that_no_step_was_taken_with_are_not_kept() -> None:
    timeline = Timeline(trainer())
    watched(timeline, 5)
    for version, samples in enumerate((SECOND, FIRST, SECOND, THIRD), start=1):
        timeline.set_data(*samples, data_version=version)
    assert len(timeline.changes) == 1
    plain = Timeline(trainer())
    watched(plain, 5)
    plain.set_data(*THIRD)
    seen = watched(timeline, 9)
    assert watched(plain, 9) == seen
    timeline.seek(2)
    timeline.seek(6)
    assert sight(timeline.trainer) == seen[6]
    assert timeline.trainer.samples.version == 4


def test_refused_samples_are_not_recorded() -> None:
    timeline = Timeline(trainer())
    watched(timeline, 5)
    with pytest.raises(SpecError):
        timeline.set_data(FIRST[0][:, :1], FIRST[1])
    timeline.step_batch()
    with pytest.raises(SpecError):
        timeline.set_data(*SECOND)
    assert timeline.changes == ()


@pytest.mark.parametrize("n_steps", [5, 7])
def test_a_diverged_run_that_went_on_with_other_samples_comes_back(n_steps: int) -> None:
    timeline = Timeline(explosive(5))
    a = timeline.trainer
    seen = watched(timeline, n_steps)
    timeline.set_parameter(0, 3e38)
    timeline.step_batch()
    assert a.divergence is not None and a.batch == n_steps % 5
    timeline.set_data(*TAME)
    timeline.set_parameter(0, 0.0)
    seen |= watched(timeline, 20)
    assert a.epoch == 1 + (20 - n_steps) // 2
    for step in (n_steps + 1, n_steps - 1, 20, n_steps + 2):
        timeline.seek(step)
        assert sight(a) == seen[step]


def test_an_early_stopped_run_that_went_on_with_other_samples_comes_back() -> None:
    timeline = Timeline(trainer(replace(CONFIG, early_stopping=EarlyStopping(2, min_delta=9.0))))
    a, seen = timeline.trainer, {}
    while a.stopped is None:
        seen |= watched(timeline, a.step + 1)
    end = a.step
    del seen[end]
    timeline.set_data(*SECOND)
    assert a.stopped is None
    seen |= watched(timeline, end + 15)
    for step in (end + 1, end - 1, end + 15, 3):
        timeline.seek(step)
        assert sight(a) == seen[step]


def painted(timeline: Timeline, versions: int, seen: dict[int, Any]) -> None:
    """Other samples after each epoch."""
    for version in range(1, versions + 1):
        seen |= watched_epochs(timeline, 1)
        timeline.set_data(*data(200 + version, version), data_version=version)
        del seen[timeline.trainer.step]
        assert timeline._data_bytes() <= timeline.memory_bytes / 2
        assert timeline.n_bytes <= timeline.memory_bytes or timeline.n_keyframes <= LEAST_KEYFRAMES


def test_the_past_with_too_many_samples_is_given_up_and_the_rest_comes_back() -> None:
    config = replace(CONFIG, batch_size=40)
    timeline, seen = Timeline(trainer(config), memory_mib=1 / 4), {}
    painted(timeline, 150, seen)  # some 4 kB each, and 6 or more steps
    first, last, versions = timeline.first_step, timeline.last_step, len(timeline.changes)
    assert 15 < versions < 35
    assert last - 9 * (versions + 1) < first < last - 5 * versions
    with pytest.raises(SpecError, match=f"from step {first:,}"):
        timeline.seek(first - 1)
    for step in [first + 1, last, *range(last - 1, first, -7)]:
        timeline.seek(step)
        assert step not in seen or sight(timeline.trainer) == seen[step]
    timeline.seek(first)
    again = watched(timeline, last)
    assert {step: again[step] for step in again if step in seen} == {
        step: seen[step] for step in seen if step > first
    }


def test_where_every_step_has_its_own_samples_they_come_back_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timeline_module, "SPACINGS", (1, 1))
    timeline = Timeline(trainer(replace(CONFIG, batch_size=None)), memory_mib=1 / 32)
    a, seen = timeline.trainer, {}
    for version in range(1, 40):
        timeline.step_batch()
        timeline.set_data(*data(100, version), data_version=version)
        seen[version] = bits(a)
    timeline.step_batch()
    first = timeline.first_step
    assert 20 < first < 35 and timeline.changes[0].step == first
    for step in (39, *range(first, 40)):
        timeline.seek(step)
        assert (bits(a), a.samples.version) == (seen[step], step)


def test_samples_of_the_past_count_as_memory_and_large_ones_go_with_all_before_them() -> None:
    timeline = Timeline(trainer(), memory_mib=1 / 8)
    for version in range(4):
        timeline.step_epoch()
        before, given_up = timeline.n_bytes, timeline.trainer.samples.n_bytes
        timeline.set_data(*data(8, version), data_version=version)
        assert timeline.n_bytes == before + given_up
    assert (timeline.first_step, len(timeline.changes)) == (0, 4)
    watched_epochs(timeline, 2 * timeline.spacing)
    timeline.set_data(*data(5000, 4))
    assert timeline.first_step == 0  # they are those in force, which are there anyway
    timeline.step_epoch()
    timeline.set_data(*data(8, 5), data_version=5)
    assert (timeline.first_step, timeline.changes) == (timeline.trainer.step, ())


def test_samples_too_large_to_keep_two_of_leave_no_past() -> None:
    timeline, seen = Timeline(trainer(), memory_mib=1e-4), {}
    painted(timeline, 3, seen)
    assert timeline.changes == ()
    assert timeline.first_step == timeline.last_step == timeline.trainer.step
    start, theta = timeline.trainer.step, bits(timeline.trainer)
    seen = watched(timeline, start + 9)
    timeline.seek(start + 4)
    assert sight(timeline.trainer) == seen[start + 4]
    timeline.seek(start)
    assert bits(timeline.trainer) == theta
    assert timeline.trainer.samples.version == 3


ACTIONS = st.one_of(
    st.tuples(st.just("steps"), st.integers(1, 9)),
    st.tuples(st.just("data"), st.integers(1, 14)),
    st.tuples(st.just("rate"), st.sampled_from((0.01, 0.3))),
    st.tuples(st.just("batch"), st.sampled_from((None, 2, 5))),
    st.tuples(st.just("seek"), st.floats(0, 1)),
)


@given(
    st.sampled_from(sorted(TIMELINES)),
    st.sampled_from((1e-9, 5e-4, 1e-3, 64.0)),
    st.integers(1, 5),
    st.lists(ACTIONS, min_size=4, max_size=25),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_changed_every_step_known_comes_back(
    name: str, memory_mib: float, spacing: int, actions: list[tuple[str, Any]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline_module, "SPACINGS", (spacing, spacing))
        timeline = Timeline(trainer(*TIMELINES[name]), memory_mib)
        seen: dict[int, Any] = {}
        for action, value in actions:
            seen = taken(timeline, seen, action, value)
        for share in (1.0, 0.0, 0.5, 0.9, 0.1, 1.0):
            seen = taken(timeline, seen, "seek", share)


def taken(timeline: Timeline, seen: dict[int, Any], action: str, value: Any) -> dict[int, Any]:
    """What is known to be seen at each step, after one more action."""
    a, first, last = timeline.trainer, timeline.first_step, timeline.last_step
    if action == "steps":
        for step, there in watched(timeline, a.step + value).items():
            assert seen.setdefault(step, there) == there
        return seen
    if action == "seek":
        timeline.seek(first + round(value * (last - first)))
        if a.step > first and a.step in seen:
            assert sight(a) == seen[a.step]
        return seen
    if action == "data":
        while not a.is_between_epochs:
            seen = taken(timeline, seen, "steps", 1)
        timeline.set_data(*data(value, value), data_version=value)
    else:
        field = {"rate": "learning_rate", "batch": "batch_size"}[action]
        timeline.configure(replace(a.config, **{field: value}))
    # the change ends the future known, and is part of what is seen at its step
    return {step: there for step, there in seen.items() if step < a.step}
