"""What holds for every network, whatever its settings, however it is stepped and changed."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from config_strategies import MILD_CHANGES, mild_configs, training_configs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from spec_strategies import network_specs

from nncore import timeline as timeline_module
from nncore.checkpoint import Model, load_model, save_model
from nncore.data.preparation import Preparation
from nncore.data.scaling import Scaling
from nncore.errors import SpecError
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.timeline import Timeline
from nncore.trainer import Trainer

GRAINS = ("step_phase", "step_sample", "step_batch", "step_epoch")
Action = tuple[str, Any]


@dataclass(frozen=True)
class Making:
    """All that a trainer is made from, so that it can be made again."""

    spec: NetworkSpec
    config: TrainingConfig
    n: int
    seed: int
    is_weighted: bool
    holds_out: bool

    def samples(self, n: int, seed: int) -> tuple[Any, Any]:
        spec, rng = self.spec, np.random.default_rng(seed)
        X, Y = rng.normal(size=(n, spec.n_inputs)), rng.normal(size=(n, spec.n_outputs))
        if spec.loss == "binary_crossentropy":
            return X, (Y > 0).astype(float)
        return (X, Y.argmax(axis=1)) if spec.loss == "categorical_crossentropy" else (X, Y)

    def trainer(self) -> Trainer:
        weights = np.random.default_rng(self.seed + 1).uniform(0, 2, self.n)
        return Trainer(
            self.spec,
            self.config,
            *self.samples(self.n, self.seed),
            held_out=self.samples(4, self.seed + 2) if self.holds_out else None,
            sample_weights=weights if self.is_weighted else None,
        )


@st.composite
def makings(draw: st.DrawFn) -> Making:
    spec, config = draw(network_specs()), draw(mild_configs())
    output = spec.layers[-1]
    if output.activation == "softmax" or (output.activation, output.units) == ("sigmoid", 1):
        weights = st.tuples(*[st.floats(0.1, 3)] * max(output.units, 2))
        config = replace(config, class_weights=draw(st.none() | weights))
    return Making(
        spec,
        config,
        n=draw(st.sampled_from(range(1, 13))),
        seed=draw(st.integers(0, 99)),
        is_weighted=draw(st.booleans()),
        holds_out=draw(st.booleans()),
    )


STEPS = st.tuples(st.sampled_from(GRAINS), st.none())
ONE_PARAMETER = st.tuples(st.floats(0, 1, exclude_max=True), st.floats(-2, 2))


@st.composite
def actions(draw: st.DrawFn, seeks: bool = False) -> Action:
    """Mostly a step; or a change; or, in a timeline, a seek to somewhere in its run."""
    kind = draw(st.sampled_from((*GRAINS, *GRAINS, "change", "set_parameter", "seek")))
    if kind == "change":
        return draw(MILD_CHANGES)
    if kind == "set_parameter":
        return kind, draw(ONE_PARAMETER)
    if kind == "seek":
        return (kind, draw(st.floats(0, 1))) if seeks else ("step_batch", None)
    return kind, None


def act(on: Trainer | Timeline, action: Action) -> None:
    """Step, set a parameter, or change a setting unless it is refused."""
    name, value = action
    trainer = on.trainer if isinstance(on, Timeline) else on
    if name in GRAINS:
        getattr(on, name)()
    elif name == "set_parameter":
        on.set_parameter(int(value[0] * len(trainer.network.parameters.theta)), value[1])
    else:
        with suppress(SpecError):
            on.configure(replace(trainer.config, **{name: value}))


def state(a: Trainer) -> dict[str, Any]:
    """What the further course of a run depends on."""
    best = a.best_theta
    return {
        "theta": a.network.parameters.theta.tobytes(),
        "slots": {name: slot.tobytes() for name, slot in a.slots.items()},
        "position": (a.epoch, a.batch, a.step, a.phase, a.n_batches),
        "config": a.config,
        "stopped": a.stopped,
        "best theta": None if best is None else best.tobytes(),
    }


def sight(a: Trainer) -> dict[str, Any]:
    """That, and what the last step has left to be read."""
    with np.errstate(over="ignore", invalid="ignore"):
        loss = np.float64(a.batch_loss())  # of a step that has diverged, too
    tables = {"Z": a.trace.Z, "A": a.trace.A, "delta": a.trace.delta, "dropped": a.trace.dropped}
    return {
        **state(a),
        **{
            name: {l: T.tobytes() for l, T in by_layer.items()} for name, by_layer in tables.items()
        },
        "gradient": a.network.gradient.theta.tobytes(),
        "update": a.update.theta.tobytes(),
        "rate": a.current_learning_rate,
        "loss": loss.tobytes(),
    }


def same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert [name for name in a if a[name] != b[name]] == []


# What there is to be read


@given(makings(), st.lists(actions(), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_everything_readable_has_its_shape_and_dtype(making: Making, taken: list[Action]) -> None:
    a, spec = making.trainer(), making.spec
    for action in taken:
        act(a, action)
        P, m, sizes = spec.n_parameters, a.trace.m, spec.sizes
        flat = [a.network.parameters.theta, a.network.gradient.theta, a.update.theta]
        with np.errstate(all="ignore"):  # for the step may have diverged
            flat += [a.trace.sample_gradient(m - 1), a.trace.partial_gradient(m)]
            losses, outputs = a.trace.sample_losses(), a.network.predict(a.trace.X)
        flat += a.slots.values()
        flat += [] if a.best_theta is None else [a.best_theta]
        assert {array.shape for array in flat} == {(P,)}
        assert list(a.trace.A) == [0, *range(1, spec.depth + 1)]
        assert list(a.trace.Z) == list(a.trace.delta) == list(a.network.parameters.W)
        assert list(a.trace.dropped) == [
            l for l, layer in enumerate(spec.layers, start=1) if layer.dropout
        ]
        tables = [a.trace.X, a.trace.Y, *a.trace.Z.values(), *a.trace.A.values()]
        tables += [*a.trace.delta.values(), *a.trace.dropped.values()]
        widths = [sizes[0], sizes[-1], *sizes[1:], *sizes, *sizes[1:]]
        widths += [sizes[l] for l in a.trace.dropped]
        assert [table.shape for table in tables] == [(m, width) for width in widths]
        for parameters in (a.network.parameters, a.network.gradient, a.update):
            for l in range(1, spec.depth + 1):
                assert parameters.W[l].shape == (sizes[l], sizes[l - 1])
                assert parameters.b[l].shape == (sizes[l],)
                assert np.shares_memory(parameters.W[l], parameters.theta)
        assert losses.shape == (m,)
        assert {array.dtype for array in (*flat, *tables)} == {np.dtype(spec.dtype)}
        assert outputs.shape == (m, sizes[-1])
        assert 1 <= m <= a.n_samples
        assert 0 <= a.batch <= a.n_batches


# The order of the samples


@given(makings(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_gradient_of_a_batch_does_not_depend_on_the_order_of_its_samples(
    making: Making, random: Any
) -> None:
    layers = tuple(replace(layer, dropout=0.0) for layer in making.spec.layers)
    spec = replace(making.spec, layers=layers, dtype="float64")
    X, Y = making.samples(making.n, making.seed)
    order = random.sample(range(making.n), making.n)
    weights = np.random.default_rng(making.seed).uniform(0, 2, making.n)
    gradients, losses, scale = [], [], 0.0
    for rows in (list(range(making.n)), order):
        config = replace(making.config, batch_size=None)
        a = Trainer(spec, config, X[rows], Y[rows], sample_weights=weights[rows])
        for _ in range(3):
            a.step_phase()
        gradients.append(a.network.gradient.theta.copy())
        losses.append(a.batch_loss())
        scale = max(np.abs(a.trace.sample_gradient(i)).max() for i in range(making.n))
    assert_allclose(gradients[0], gradients[1], rtol=1e-9, atol=1e-11 * scale)
    assert losses[0] == pytest.approx(losses[1], rel=1e-11)


# Files


@given(makings(), st.lists(STEPS, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_network_saved_and_loaded_has_the_same_bits_and_trains_on_with_them(
    making: Making, taken: list[Action]
) -> None:
    a, spec = making.trainer(), making.spec
    for action in taken:
        act(a, action)
    theta = a.network.parameters.theta
    model = Model(
        spec,
        theta,
        Preparation.none([f"x{i}" for i in range(spec.n_inputs)]),
        Scaling.none(spec.n_outputs),
        (),
        "y",
    )
    with tempfile.TemporaryDirectory() as folder:
        save_model(Path(folder) / "net.npz", model)
        again = load_model(Path(folder) / "net.npz")
    assert again.spec == spec
    assert again.theta.tobytes() == theta.tobytes()
    X, Y = making.samples(making.n, making.seed)
    assert again.predict(X).tobytes() == a.network.predict(X).astype(float).tobytes()
    b, c = (Trainer(spec, making.config, X, Y, t) for t in (theta, again.theta))
    for t in (b, c):
        t.step_epoch()
    same(sight(b), sight(c))


# Snapshots


@given(makings(), st.lists(actions(), min_size=3, max_size=15), st.lists(actions(), min_size=2))
@settings(max_examples=200, deadline=None)
def test_what_follows_a_snapshot_follows_it_again(
    making: Making, before: list[Action], after: list[Action]
) -> None:
    a = making.trainer()
    for action in before:
        act(a, action)
    snapshot, then = a.snapshot(), state(a)

    def follow(b: Trainer) -> list[dict[str, Any]]:
        seen, begin = [], b.step
        for action in [*after, ("step_epoch", None)]:
            act(b, action)
            # what a step leaves to be read is not put back, but comes with the next one
            seen.append(sight(b) if b.step > begin and b.phase == 0 else state(b))
        return [*seen, {"divergence": b.divergence}]

    expected = follow(a)
    fresh = making.trainer()
    for b in (a, fresh):
        b.restore(snapshot)
        same(state(b), then)
        for first, again in zip(expected, follow(b), strict=True):
            same(first, again)


# Grains


@given(makings(), st.lists(STEPS, min_size=4, max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_mixture_of_grains_comes_to_the_bits_of_whole_epochs(
    making: Making, taken: list[Action]
) -> None:
    mixed, whole = making.trainer(), making.trainer()
    for action in taken:
        act(mixed, action)
    if mixed.phase or mixed.batch:
        mixed.step_epoch()
    while whole.epoch < mixed.epoch and not whole.has_ended:
        whole.step_epoch()
    if mixed.divergence is not None:
        whole.step_epoch()
    assert whole.divergence == mixed.divergence
    same(sight(whole), sight(mixed))


# Going back


class Watched:
    """A timeline, and all that was there to see after each step of the run it now tells."""

    def __init__(self, making: Making, memory_mib: float) -> None:
        self.timeline = Timeline(making.trainer(), memory_mib)
        self.trainer = self.timeline.trainer
        self.seen: dict[int, dict[str, Any]] = {}
        self.look()

    def act(self, action: Action) -> None:
        step, phase, changes = self.trainer.step, self.trainer.phase, self.timeline.changes
        act(self.timeline, action)
        if self.timeline.changes != changes:
            # the change ends the future known, and is part of what is seen at its step
            self.seen = {s: sight for s, sight in self.seen.items() if s < step}
            assert self.timeline.last_step == step
        if self.trainer.phase == 0:
            self.look()
        assert self.trainer.step >= step
        assert self.trainer.phase >= phase or self.trainer.step > step

    def seek(self, share: float) -> None:
        first, last = self.timeline.first_step, self.timeline.last_step
        step = first + round(share * (last - first))
        self.timeline.seek(step)
        assert (self.trainer.step, self.timeline.last_step) == (step, last)
        self.look()

    def look(self) -> None:
        """See what is there the first time, and compare with it from then on."""
        # the first step has not been come to by a step, which would have left a trace
        at_first = self.trainer.step == self.timeline.first_step
        now = state(self.trainer) if at_first else sight(self.trainer)
        same(self.seen.setdefault(self.trainer.step, now), now)


@given(
    makings(),
    st.sampled_from((1e-9, 0.02, 64.0)),
    st.integers(1, 5),
    st.lists(actions(seeks=True), min_size=4, max_size=30),
)
@settings(max_examples=200, deadline=None)
def test_every_step_of_a_timeline_comes_back_with_the_bits_of_the_first_time(
    making: Making, memory_mib: float, spacing: int, taken: list[Action]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline_module, "SPACINGS", (spacing, spacing))
        watched = Watched(making, memory_mib)
        for name, value in taken:
            if name == "seek":
                watched.seek(value)
            else:
                watched.act((name, value))
        for share in (1.0, 0.0, 0.5, 0.9, 0.1, 1.0):
            watched.seek(share)


# Extremes


@given(makings(), st.data())
@settings(max_examples=100, deadline=None)
def test_extreme_logits_give_a_finite_loss_and_a_finite_gradient(
    making: Making, data: st.DataObject
) -> None:
    a = making.trainer()
    parameters, n_outputs = a.network.parameters, making.spec.n_outputs
    logits = st.sampled_from((-1e4, 0.0, 1e4))
    parameters.W[making.spec.depth][...] = 0
    parameters.b[making.spec.depth][...] = data.draw(
        st.lists(logits, min_size=n_outputs, max_size=n_outputs)
    )
    for _ in range(3):
        a.step_phase()
    assert_array_equal(a.trace.Z[making.spec.depth][0], parameters.b[making.spec.depth])
    assert np.isfinite(a.batch_loss())
    assert np.isfinite(a.trace.sample_losses()).all()
    assert all(np.isfinite(delta).all() for delta in a.trace.delta.values())
    assert np.isfinite(a.network.gradient.theta).all()
    a.step_phase()
    assert a.divergence is None


@given(makings(), st.data())
@settings(max_examples=100, deadline=None)
def test_extreme_pre_activations_amid_the_network_do_no_harm_either(
    making: Making, data: st.DataObject
) -> None:
    a = making.trainer()
    for l in range(1, making.spec.depth):
        shift = data.draw(st.sampled_from((-1e4, 0.0, 1e4)))
        a.network.parameters.b[l][...] = shift
        # so that it does not grow from layer to layer
        a.network.parameters.W[l + 1][...] *= 1e-4
    for _ in range(3):
        a.step_phase()
    assert np.isfinite(a.batch_loss())
    assert np.isfinite(a.network.gradient.theta).all()


@given(makings(), training_configs())
@settings(max_examples=150, deadline=None)
def test_any_settings_are_refused_or_leave_every_parameter_finite(
    making: Making, config: TrainingConfig
) -> None:
    config = replace(config, class_weights=making.config.class_weights)
    try:
        a = replace(making, config=config).trainer()
    except SpecError as error:
        problems = ("is too large for", "is 0 in", "is 1 in")
        assert str(error).endswith(tuple(f"{p} {making.spec.dtype}." for p in problems))
        return
    for _ in range(3):
        a.step_epoch()
        assert np.isfinite(a.network.parameters.theta).all()
        assert all(np.isfinite(slot).all() for slot in a.slots.values())
        assert np.isfinite(a.current_learning_rate)
