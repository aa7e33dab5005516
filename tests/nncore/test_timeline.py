"""Any past step comes back bit for bit, whatever was changed on the way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nncore.errors import SpecError
from nncore.spec import EarlyStopping, LayerSpec, NetworkSpec, TrainingConfig, dense
from nncore.timeline import LEAST_KEYFRAMES, Timeline
from nncore.trainer import Trainer

SPEC = dense(2, (5, 3), 1, activation="tanh")
CONFIG = TrainingConfig(0.05, batch_size=5, seed=1, optimizer="adam")


def trainer(config: TrainingConfig = CONFIG, spec: NetworkSpec = SPEC) -> Trainer:
    X = np.random.default_rng(0).normal(size=(23, 2))
    return Trainer(spec, config, X, (X.sum(axis=1) > 0).astype(int))


SPACING = Timeline(trainer()).spacing  # steps from one keyframe to the next
N_STEPS = 5 * SPACING


def sight(a: Trainer) -> dict[str, Any]:
    """All that can be read of a trainer after a step."""
    arrays = {
        "theta": a.network.parameters.theta,
        "gradient": a.network.gradient.theta,
        "update": a.update.theta,
        **{f"slot {name}": slot for name, slot in a.slots.items()},
        **{f"Z{l}": Z for l, Z in a.trace.Z.items()},
        **{f"A{l}": A for l, A in a.trace.A.items()},
        **{f"delta{l}": delta for l, delta in a.trace.delta.items()},
    }
    position = (a.step, a.epoch, a.batch, a.n_batches, a.phase, a.sample, a.config)
    return {
        **{name: array.tobytes() for name, array in arrays.items()},
        "position": position,
        "rate": a.current_learning_rate,
        "loss": a.batch_loss(),
        "stopped": a.stopped,
    }


def watched(timeline: Timeline, to_step: int) -> dict[int, dict[str, Any]]:
    """Step on, and what there was to see after each step."""
    seen = {}
    while timeline.trainer.step < to_step:
        timeline.step_batch()
        seen[timeline.trainer.step] = sight(timeline.trainer)
    return seen


def test_every_step_comes_back_in_any_order() -> None:
    timeline = Timeline(trainer())
    seen = watched(timeline, N_STEPS)
    order = np.random.default_rng(1).permutation(list(seen))
    for step in [1, N_STEPS, SPACING, SPACING - 1, SPACING + 1, *order]:
        timeline.seek(int(step))
        assert sight(timeline.trainer) == seen[step]
        assert timeline.last_step == N_STEPS


def test_going_to_the_first_step_gives_the_initial_parameters() -> None:
    timeline = Timeline(trainer())
    before = timeline.trainer.network.parameters.theta.copy()
    watched(timeline, 100)
    timeline.seek(0)
    np.testing.assert_array_equal(timeline.trainer.network.parameters.theta, before)
    assert (timeline.trainer.step, timeline.trainer.epoch, timeline.trainer.batch) == (0, 0, 0)


def test_stepping_on_after_going_back_walks_the_same_way() -> None:
    timeline = Timeline(trainer())
    seen = watched(timeline, N_STEPS)
    timeline.seek(17)
    again = watched(timeline, N_STEPS + 40)
    assert all(again[step] == seen[step] for step in range(18, N_STEPS + 1))
    assert timeline.last_step == N_STEPS + 40


@pytest.mark.parametrize("step", [-1, 101, 10**9])
def test_a_step_that_is_not_known_is_refused_with_the_numbers(step: int) -> None:
    timeline = Timeline(trainer())
    watched(timeline, 100)
    with pytest.raises(SpecError, match=f"no step {step:,} .* from step 0 to step 100"):
        timeline.seek(step)


def change_rate(timeline: Timeline) -> None:
    timeline.configure(replace(timeline.trainer.config, learning_rate=0.01))


def change_batch_size(timeline: Timeline) -> None:
    timeline.configure(replace(timeline.trainer.config, batch_size=7))


def change_optimizer(timeline: Timeline) -> None:
    timeline.configure(replace(timeline.trainer.config, optimizer="nesterov", l2=0.01))


def change_parameter(timeline: Timeline) -> None:
    timeline.set_parameter(3, 0.5)


CHANGES = [change_rate, change_batch_size, change_optimizer, change_parameter]


@pytest.mark.parametrize("at", [0, 1, SPACING - 1, SPACING, 2 * SPACING + 3])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_part_of_the_recorded_run(change: Callable[[Timeline], None], at: int) -> None:
    timeline, unchanged = Timeline(trainer()), Timeline(trainer())
    seen = watched(timeline, at)
    change(timeline)
    theta = timeline.trainer.network.parameters.theta.copy()
    seen |= watched(timeline, 3 * SPACING)
    watched(unchanged, 3 * SPACING)
    assert sight(unchanged.trainer)["theta"] != seen[3 * SPACING]["theta"]
    for step in (at + 1, at - 1, 3 * SPACING, at + 2, 1):
        if step >= 1 and step != at:
            timeline.seek(step)
            assert sight(timeline.trainer) == seen[step]
    timeline.seek(at)  # the change is done again there
    np.testing.assert_array_equal(timeline.trainer.network.parameters.theta, theta)
    assert len(timeline.changes) == 1


def test_changes_at_one_step_are_done_again_in_their_order() -> None:
    timeline = Timeline(trainer())
    watched(timeline, 10)
    timeline.set_parameter(0, 1.0)
    timeline.set_parameter(0, 2.0)
    change_rate(timeline)
    change_batch_size(timeline)
    seen = watched(timeline, 20)
    for step in (15, 11, 20):
        timeline.seek(step)
        assert sight(timeline.trainer) == seen[step]
    timeline.seek(10)
    assert timeline.trainer.network.parameters.theta[0] == 2
    assert timeline.trainer.config.batch_size == 7


def test_a_change_in_the_past_ends_the_recorded_future_there() -> None:
    timeline = Timeline(trainer())
    old = watched(timeline, 50)
    change_parameter(timeline)
    old |= watched(timeline, N_STEPS)
    timeline.seek(20)
    change_rate(timeline)
    assert timeline.last_step == 20
    assert [change.step for change in timeline.changes] == [20]
    with pytest.raises(SpecError, match="to step 20"):
        timeline.seek(21)
    new = watched(timeline, N_STEPS)
    assert new[21]["theta"] != old[21]["theta"]
    for step in (N_STEPS, 21, 51, 20, 5):
        timeline.seek(step)
        if step > 20:
            assert sight(timeline.trainer) == new[step]
        else:
            assert sight(timeline.trainer)["theta"] == old[step]["theta"]


def test_a_change_that_is_refused_is_not_recorded() -> None:
    timeline = Timeline(trainer())
    watched(timeline, 10)
    with pytest.raises(SpecError):
        timeline.set_parameter(10**6, 0.0)
    with pytest.raises(SpecError):
        timeline.configure(replace(CONFIG, seed=9))
    assert timeline.changes == ()


def test_a_change_amid_a_batch_comes_back_too() -> None:
    timeline = Timeline(trainer())
    watched(timeline, 10)
    timeline.step_phase()
    timeline.step_phase()
    change_rate(timeline)
    assert (timeline.trainer.step, timeline.trainer.phase) == (10, 2)
    seen = watched(timeline, 30)
    timeline.seek(2)
    timeline.seek(11)
    assert sight(timeline.trainer) == seen[11]


def test_every_grain_is_recorded() -> None:
    timeline, plain = Timeline(trainer()), trainer()
    for _ in range(SPACING):
        for _ in range(4):
            timeline.step_phase()
        while timeline.trainer.sample or timeline.trainer.step < plain.step:
            timeline.step_sample()
        timeline.step_epoch()
    for _ in range(timeline.trainer.epoch):
        plain.step_epoch()
    assert sight(plain) == sight(timeline.trainer)
    assert timeline.n_keyframes > LEAST_KEYFRAMES


@pytest.mark.parametrize("kibibytes", [1, 20, 60])
def test_keyframes_keep_to_their_memory_and_are_thinned_from_the_past(kibibytes: int) -> None:
    timeline = Timeline(trainer(), memory_mib=kibibytes / 1024)
    seen = {}
    for step in range(1, 60 * SPACING + 1):
        timeline.step_batch()
        if step % 97 == 0:
            seen[step] = sight(timeline.trainer)
        over = timeline.n_bytes - timeline.memory_bytes
        assert over <= 0 or timeline.n_keyframes <= LEAST_KEYFRAMES
    assert timeline.n_keyframes >= LEAST_KEYFRAMES
    assert timeline.first_step == 0
    for step in (97, 97 * 39, 97 * 2, 97 * 20):
        timeline.seek(step)
        assert sight(timeline.trainer) == seen[step]


def test_a_step_back_from_the_end_of_a_long_thinned_run_is_a_short_way() -> None:
    timeline = Timeline(trainer(), memory_mib=60 / 1024)
    for _ in range(200 * SPACING):
        timeline.step_batch()
    steps = [keyframe.step for keyframe in timeline._keyframes]
    assert steps[-1] > timeline.last_step - 2 * SPACING
    gaps = np.diff(steps)
    # the way to any step is a share of its age
    ages = steps[-1] - np.array(steps[:-1])
    assert (gaps <= np.maximum(4 * SPACING, 0.9 * ages)).all()
    assert gaps[-1] <= 4 * SPACING


@pytest.mark.parametrize("mib", [0, -1, float("nan")])
def test_a_memory_of_nothing_is_refused(mib: float) -> None:
    with pytest.raises(SpecError, match=str(mib)):
        Timeline(trainer(), mib)


def test_a_timeline_may_begin_amid_a_run_and_amid_a_batch() -> None:
    a = trainer()
    for _ in range(7):
        a.step_batch()
    a.step_phase()
    timeline = Timeline(a)
    seen = watched(timeline, 30)
    assert timeline.first_step == 7
    timeline.seek(9)
    assert sight(a) == seen[9]
    timeline.seek(7)
    assert (a.step, a.phase) == (7, 1)


def test_a_diverged_run_can_be_taken_back_and_does_the_same_again() -> None:
    spec = dense(2, (6,), 1, activation="identity", output="identity", loss="mean_squared_error")
    X = np.random.default_rng(0).normal(size=(40, 2))
    timeline = Timeline(Trainer(spec, TrainingConfig(0.3, 7, 1), X, X[:, :1] * 3))
    a = timeline.trainer
    with np.errstate(all="ignore"):
        while not a.has_ended:
            timeline.step_batch()
        divergence, last = a.divergence, a.step
        assert divergence is not None
        timeline.seek(last - 2)
        assert a.divergence is None
        while not a.has_ended:
            timeline.step_batch()
        assert a.divergence == divergence
        timeline.seek(last - 5)
        timeline.configure(replace(a.config, learning_rate=1e-3))
        for _ in range(20):
            timeline.step_batch()
        assert a.divergence is None


def test_an_early_stop_comes_back() -> None:
    config = replace(CONFIG, early_stopping=EarlyStopping(2), learning_rate=0.5)
    timeline = Timeline(trainer(config))
    a = timeline.trainer
    for _ in range(300):
        timeline.step_epoch()
    stopped, end = a.stopped, sight(a)
    assert stopped is not None
    timeline.seek(a.step - 12)
    assert a.stopped is None
    for _ in range(30):
        timeline.step_batch()
    assert sight(a) == end


def test_dropout_comes_back() -> None:
    layers = (LayerSpec(6, "relu", dropout=0.4), LayerSpec(1, "sigmoid"))
    timeline = Timeline(trainer(CONFIG, NetworkSpec(2, layers, "binary_crossentropy")))
    seen = watched(timeline, 3 * SPACING)
    for step in (150, 3, 64, 65, 190):
        timeline.seek(step)
        assert sight(timeline.trainer) == seen[step]


def test_a_step_that_diverges_where_a_keyframe_is_due_is_not_taken_for_one_made() -> None:
    spec = dense(2, (6,), 1, activation="identity", output="identity", loss="mean_squared_error")
    X = np.random.default_rng(0).normal(size=(40, 2))
    timeline = Timeline(Trainer(spec, TrainingConfig(1e-3, 7, 1), X, X[:, :1]), 20 / 1024)
    for _ in range(60 * timeline.spacing):
        timeline.step_batch()
    gaps = np.diff([keyframe.step for keyframe in timeline._keyframes])
    first = timeline._keyframes[int(gaps.argmax())].step
    at = first + timeline.spacing + 1
    assert gaps.max() > at - first
    timeline.seek(at)  # in a stretch that has been thinned
    n_keyframes = timeline.n_keyframes
    timeline.set_parameter(0, 3e38)
    kept = timeline.n_keyframes
    timeline.step_batch()
    assert timeline.trainer.divergence is not None
    assert timeline.trainer.divergence.step == at + 1
    assert kept == timeline.n_keyframes < n_keyframes


def test_a_timeline_knows_what_a_change_of_the_batch_size_does_to_its_keyframes() -> None:
    timeline = Timeline(trainer())
    before = timeline.spacing
    change_batch_size(timeline)
    seen = watched(timeline, 2 * before)
    timeline.seek(3)
    assert sight(timeline.trainer) == seen[3]
