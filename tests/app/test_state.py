"""Transitions of the state: what starts afresh, and what the data does to the network."""

from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from app import state as s
from nncore.data.dataset import Dataset
from nncore.data.generators import generate
from nncore.data.preparation import Plan
from nncore.data.reading.choices import Choices
from nncore.errors import SpecError
from nncore.spec import EarlyStopping

FILE = s.FromFile(Path("r.csv"), Choices(None, (), False))


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
    state = s.with_data(s.guide_state(), FILE, data)
    Y = s.experiment_of(state).Y_train
    assert Y.mean() == pytest.approx(0, abs=1e-9) and Y.std() == pytest.approx(1)
    assert state.view.axes == (0, 0)
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
        lambda state: s.with_dropout(state, 0.5),
        lambda state: s.with_seed(state, 7),
        lambda state: s.with_split(state, 0.5, False),
        lambda state: s.with_split(state, 0.2, True),
        lambda state: s.with_plan(state, Plan(scaling="min_max")),
        s.reset,
    ],
)
def test_what_needs_a_fresh_start_says_so(change) -> None:  # type: ignore[no-untyped-def]
    state = replace(s.guide_state(), activity=s.Activity.RUNNING)
    new = change(state)
    assert new.run_id == state.run_id + 1
    assert new.activity is s.Activity.PAUSED and new.notice


@pytest.mark.parametrize(
    ("name", "value", "bad"),
    [
        ("learning_rate", 0.5, float("nan")),
        ("batch_size", 10, 0),
        ("optimizer", "adam", "adamant"),
        ("momentum", 0.5, 1.0),
        ("l2", 0.1, -1.0),
        ("clip_norm", 1.0, 0.0),
        ("schedule.name", "cosine", "sine"),
        ("schedule.length", 7, 2.5),
        ("early_stopping", EarlyStopping(3), None),
    ],
)
def test_a_setting_does_not_start_afresh(name: str, value: object, bad: object) -> None:
    state = replace(s.guide_state(), activity=s.Activity.RUNNING)
    new = s.with_setting(state, name, value)
    assert (new.run_id, new.activity) == (state.run_id, s.Activity.RUNNING)
    assert attrgetter(name)(new.config) == value and new.spec is state.spec
    if bad is not None:
        with pytest.raises(SpecError):
            s.with_setting(state, name, bad)


def test_a_run_that_failed_starts_afresh_with_other_settings() -> None:
    failed = replace(s.guide_state(), activity=s.Activity.FAILED)
    new = s.with_batch_size(failed, 10)
    assert (new.run_id, new.activity) == (failed.run_id + 1, s.Activity.PAUSED)


def test_there_is_a_way_back_where_there_is_a_past_and_nothing_runs() -> None:
    state = s.guide_state()
    assert not s.can_go_back(state)
    for activity in s.Activity:
        stood = replace(s.with_activity(state, activity, step=3), activity=activity)
        expected = activity.value in ("paused", "diverged", "stopped early")
        assert s.can_go_back(stood) == expected
    paused = s.with_activity(state, s.Activity.PAUSED, step=3)
    assert s.with_activity(paused, s.Activity.RUNNING).step == 3
    assert s.reset(paused).step == 0


def test_dropout_is_that_of_all_hidden_layers_and_new_layers_get_it() -> None:
    state = s.with_dropout(s.guide_state(), 0.25)
    assert [layer.dropout for layer in state.spec.layers] == [0.25, 0.25, 0.0]
    assert state.theta is not None  # the guide's weights stay
    assert s.hidden_dropout(s.with_hidden(state, (4, 4, 4)).spec) == 0.25
    for bad in (1.0, -0.1):
        with pytest.raises(SpecError):
            s.with_dropout(state, bad)
    with pytest.raises(SpecError, match="no hidden layers"):
        s.with_dropout(s.with_hidden(state, ()), 0.5)


def test_another_initializer_forgets_the_value_of_the_last_one() -> None:
    state = s.guide_state()
    spec = replace(state.spec, initializer="constant", initializer_value=0.3)
    assert s.with_initializer(replace(state, spec=spec), "he_normal").spec.initializer_value is None


def test_the_guides_weights_stay_until_the_network_or_the_seed_changes() -> None:
    state = s.guide_state()
    assert s.with_batch_size(state, 10).theta is state.theta
    assert s.with_activation(state, "tanh").theta is state.theta
    assert s.with_hidden(state, (4,)).theta is None
    assert s.with_seed(state, 1).theta is None


def test_a_model_keeps_its_own_preparation() -> None:
    data = generate("blobs", n=100, noise=0.1, seed=1)
    plan = Plan(scaling="standardize", derived=("x₁*x₂",))
    state = s.with_plan(s.with_data(s.guide_state(), s.Drawn(), data), plan)
    assert state.spec.n_inputs == 3
    model = s.model_of(state, np.ones(state.spec.n_parameters, state.spec.dtype))
    other = s.with_data(s.guide_state(), s.Drawn(), generate("blobs", n=50, noise=0.9, seed=2))
    taken = s.with_model(other, model, "m.npz")
    assert taken.preparation is model.preparation and taken.plan == plan
    np.testing.assert_array_equal(s.experiment_of(taken).theta, model.theta)
    with pytest.raises(SpecError, match="takes 2 features"):
        s.with_model(s.with_data(state, s.Drawn(), classes(3)), model, "m.npz")
    with pytest.raises(SpecError, match="Open its data first"):
        s.with_model(s.guide_state(), model, "m.npz")


def test_a_new_seed_differs_and_can_be_repeated() -> None:
    state = s.guide_state()
    assert s.new_seed(state) == s.new_seed(state) != state.config.seed


@pytest.mark.parametrize(
    ("distinct", "axes"),
    [((50, 50, 50), (0, 1)), ((1, 2, 50, 50), (2, 3)), ((1, 50, 2), (1, 0)), ((1, 2), (0, 1))],
)
def test_the_maps_begin_with_columns_that_spread(
    distinct: tuple[int, ...], axes: tuple[int, int]
) -> None:
    X = np.stack([np.arange(60) % n for n in distinct], axis=1)
    data = Dataset("made", X, np.zeros(60), tuple(f"x{k}" for k in range(len(distinct))))
    assert s.first_axes(data) == axes


def test_the_maps_of_a_single_column_span_it_alone() -> None:
    assert s.first_axes(Dataset("made", np.arange(60.0)[:, None], np.zeros(60), ("x",))) == (0, 0)


def test_a_drawing_goes_on_with_the_run_where_the_network_fits_it() -> None:
    state = replace(s.guide_state(), activity=s.Activity.RUNNING, step=7)
    drawn = s.with_drawing(state, generate("xor", n=40))
    assert (drawn.run_id, drawn.activity, drawn.step) == (state.run_id, s.Activity.RUNNING, 7)
    assert drawn.data_version == state.data_version + 1
    assert drawn.theta is state.theta and isinstance(drawn.source, s.Drawn)
    assert "next epoch" in drawn.notice
    assert len(s.experiment_of(drawn).X_train) == 32


@pytest.mark.parametrize(
    ("activity", "step", "points"),
    [
        (s.Activity.PAUSED, 0, "xor"),  # there is nothing to keep yet
        (s.Activity.RUNNING, 7, "blobs"),  # three classes
        (s.Activity.RUNNING, 7, "plane"),  # a regression
        (s.Activity.RUNNING, 7, "sine"),  # one input
        (s.Activity.DIVERGED, 7, "xor"),
    ],
)
def test_any_other_drawing_starts_afresh(activity: s.Activity, step: int, points: str) -> None:
    state = replace(s.guide_state(), activity=activity, step=step)
    drawn = s.with_drawing(state, generate(points, n=40))
    assert (drawn.run_id, drawn.activity) == (state.run_id + 1, s.Activity.PAUSED)


def test_weights_go_on_with_the_scaling_that_they_have_learned_with() -> None:
    state = s.with_plan(s.guide_state(), Plan(scaling="standardize"))
    state = replace(state, activity=s.Activity.RUNNING)
    far = generate("xor", n=40)
    drawn = s.with_drawing(state, replace(far, X=far.X + 100))
    assert drawn.preparation is state.preparation
    again = s.with_split(drawn, 0.5, False)  # starts afresh anyway
    assert again.preparation.scaling.offset.min() > 90


def test_a_selection_is_sorted_without_doubles_and_ends_with_other_data() -> None:
    state = s.with_selection(s.guide_state(), np.array([5, 2, 5, 9]))
    assert state.selected.tolist() == [2, 5, 9] and state.run_id == 0
    assert s.with_selection(state, np.array([9, 5, 2])) is state
    assert not len(s.with_data(state, s.Drawn(), generate("xor", n=40)).selected)


def test_derived_inputs_widen_the_network_and_removing_them_narrows_it() -> None:
    state = s.guide_state()
    wide = s.with_plan(state, Plan(derived=("x₁^2", "sin(x₂)")))
    assert wide.spec.sizes == (4, 16, 8, 1) and wide.theta is None
    assert s.experiment_of(wide).X_train.shape == (1000, 4)
    assert s.with_plan(wide, Plan()).spec.sizes == (2, 16, 8, 1)
    one = s.with_plan(state, Plan(left_out=("x₁",)))
    assert one.spec.sizes == (1, 16, 8, 1)
    with pytest.raises(SpecError):
        s.with_plan(state, Plan(left_out=("x₁", "x₂")))


def test_gaps_are_filled_in_what_is_drawn() -> None:
    X = np.array([[1.0, 10], [3, np.nan], [5, 30], [7, 20]])
    data = Dataset("gaps", X, np.arange(4.0), ("a", "b"))
    state = s.with_split(s.with_data(s.guide_state(), FILE, data), 0.0, False)
    assert state.samples[1].tolist() == [3, 20] and np.isnan(state.dataset.X[1, 1])


@pytest.mark.parametrize("same", [True, False])
def test_what_is_done_to_a_file_stays_when_it_is_read_otherwise(same: bool) -> None:
    data = classes(3)
    state = s.with_plan(s.with_data(s.guide_state(), FILE, data), Plan(left_out=("x0",)))
    other = FILE if same else s.FromFile(Path("other.csv"), FILE.choices)
    again = s.with_data(state, other, data)
    assert again.plan == (Plan(left_out=("x0",)) if same else Plan(scaling="standardize"))


def test_a_formula_that_makes_enormous_values_is_refused() -> None:
    with pytest.raises(SpecError, match=r"exp\(100·x₁\) is .* in row \d+; more than 1e\+30"):
        s.with_plan(s.guide_state(), Plan(derived=("exp(100*x₁)",)))


def test_a_model_whose_formula_has_no_value_for_the_data_is_refused() -> None:
    xor = generate("xor", n=40)
    positive = replace(xor, X=np.abs(xor.X) + 1)
    plan = Plan(derived=("log(x₁)",))
    state = s.with_plan(s.with_data(s.guide_state(), s.Drawn(), positive), plan)
    model = s.model_of(state, np.ones(state.spec.n_parameters, state.spec.dtype))
    with pytest.raises(SpecError, match="not a number"):
        s.with_model(s.with_data(state, FILE, xor), model, "m.npz")


def test_a_drawing_on_a_file_keeps_what_is_done_to_it() -> None:
    loaded = s.with_data(s.guide_state(), FILE, generate("xor", n=40))
    running = replace(loaded, activity=s.Activity.RUNNING, step=7)
    drawn = s.with_drawing(running, generate("xor", n=60))
    assert drawn.plan == loaded.plan and drawn.run_id == running.run_id
    made = s.with_data(drawn, s.Generated("xor", 60, 0, 1), generate("xor", n=60))
    assert made.plan == loaded.plan  # from a drawing to points in the same plane


@pytest.mark.parametrize("change", ["file", "drawing", "points"])
def test_other_data_after_an_import_of_weights_is_prepared_anew(change: str) -> None:
    state = s.guide_state()
    model = s.model_of(state, np.ones(state.spec.n_parameters, state.spec.dtype))
    imported = s.with_model(state, model, "m.npz")
    other = classes(3, 4) if change == "file" else generate("xor", n=40)
    if change == "file":
        new = s.with_data(imported, FILE, other)
    elif change == "drawing":
        new = s.with_drawing(imported, other)
    else:
        new = s.with_data(imported, s.Generated("xor", 40, 0, 1), other)
    assert new.theta is None and len(new.samples) == other.n_samples
    assert new.spec.n_inputs == s.experiment_of(new).X_train.shape[1]
    again = s.with_split(imported, 0.5, False)  # while these weights stay, so does all of theirs
    assert again.preparation is model.preparation and again.theta is model.theta


def test_a_model_of_features_in_another_order_is_refused() -> None:
    state = s.guide_state()
    model = s.model_of(state, np.ones(state.spec.n_parameters, state.spec.dtype))
    circle = state.dataset
    turned = replace(circle, feature_names=("x₂", "x₁"))
    with pytest.raises(SpecError, match="in the same order"):
        s.with_model(s.with_data(state, s.Drawn(), turned), model, "m.npz")
