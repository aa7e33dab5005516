"""All that the window shows but the training itself, as one frozen value; pure transitions.

A transition takes a state and gives the next one. Those that need other weights or other
data *start afresh*: they raise ``run_id`` by one, and the controller begins a new run.
"""

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np

from app.training.messages import Experiment
from nncore import guide
from nncore.checkpoint import Model
from nncore.data.dataset import Dataset, Split, split_rows
from nncore.data.generators import generate
from nncore.data.preprocessing import Standardization
from nncore.errors import SpecError
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig
from nncore.types import FloatArray

TEST_SHARE = 0.2
LARGEST_VALUE = 1e30
GUIDE = "the guide"
LOOKED_AT, MANY_VALUES = 1000, 10  # rows that tell whether a column has many values
MAX_UNITS, MAX_HIDDEN_LAYERS = 4096, 8  # what the editors offer


class Activity(Enum):
    PAUSED = "paused"
    RUNNING = "running"
    STEPPING = "stepping"
    DIVERGED = "diverged"
    STOPPED = "stopped early"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Generated:
    """Data made by ``nncore.data.generators``: its arguments."""

    id: str
    n_samples: int
    noise: float
    seed: int


@dataclass(frozen=True, slots=True)
class FromFile:
    """Data read from a file; ``target`` is the name of the target column."""

    path: Path
    target: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Data painted by hand."""


Source = Generated | FromFile | Drawn


@dataclass(frozen=True, eq=False, slots=True)
class AppState:
    """See the field comments; compare slices with ``is``."""

    source: Source
    dataset: Dataset
    test_share: float
    standardize: bool
    split: Split
    inputs: Standardization  # what is done to the inputs …
    targets: Standardization  # … and to the targets (regression only)
    spec: NetworkSpec
    config: TrainingConfig
    theta: FloatArray | None  # initial parameters that do not come from the seed
    theta_origin: str  # where theta is from, in words; "" if the seed
    axes: tuple[int, int]  # the two input columns that the maps span
    step_epochs: int  # how many epochs "step N" takes
    run_id: int
    activity: Activity
    step: int  # steps completed where training last stood still
    notice: str  # why the run started afresh or ended, one sentence; "" if nothing to say
    appearance: str  # system, light or dark: what was chosen …
    dark: bool  # … and what it comes to


def guide_state(appearance: str = "system", dark: bool = False) -> AppState:
    """The guide's example: its 1000 points to train on, 250 more to test, its weights."""
    n_samples = round(guide.N_SAMPLES / (1 - TEST_SHARE))
    source = Generated("circle", n_samples, 0.0, guide.SEED)
    dataset = generate(source.id, n=source.n_samples, noise=source.noise, seed=source.seed)
    return AppState(
        source=source,
        dataset=dataset,
        test_share=TEST_SHARE,
        standardize=False,
        split=split_rows(dataset, TEST_SHARE, guide.SEED),
        inputs=Standardization.none(dataset.n_features),
        targets=Standardization.none(1),
        spec=guide.SPEC,
        config=guide.CONFIG,
        theta=guide.guide_theta(),
        theta_origin=GUIDE,
        axes=(0, 1),
        step_epochs=100,
        run_id=0,
        activity=Activity.PAUSED,
        step=0,
        notice="The guide's example: its 1000 points, its 2-16-8-1 network, its initial weights.",
        appearance=appearance,
        dark=dark,
    )


# ---- data ------------------------------------------------------------------------------------


def with_data(state: AppState, source: Source, dataset: Dataset) -> AppState:
    """Other data: the output layer and the loss follow it, the hidden layers stay.

    A file is standardised to begin with; made and drawn points are in the plane's own units.
    """
    same_kind = type(source) is type(state.source) and not isinstance(source, FromFile)
    standardize = state.standardize if same_kind else isinstance(source, FromFile)
    largest = float(np.abs(dataset.X).max())
    if largest > LARGEST_VALUE:
        raise SpecError(
            f"{dataset.name} holds a value of {largest:.3g}; more than {LARGEST_VALUE:.0e} can be "
            "neither drawn nor trained on."
        )
    same_width = dataset.n_features == state.dataset.n_features
    axes = state.axes if same_width else first_axes(dataset)
    return _prepared(
        state,
        f"{dataset.name}: started afresh on {dataset.n_samples:,} samples.",
        source=source,
        dataset=dataset,
        standardize=standardize,
        spec=fitting_spec(state.spec, dataset),
        theta=None,
        theta_origin="",
        axes=axes,
    )


def first_axes(dataset: Dataset) -> tuple[int, int]:
    """The input columns to look at first: two that spread over the plane, if there are two."""
    X = dataset.X[:LOOKED_AT]
    spread = [k for k in range(dataset.n_features) if len(np.unique(X[:, k])) >= MANY_VALUES]
    others = [k for k in range(dataset.n_features) if k not in spread]
    first, second, *_ = (*spread, *others, 0)  # a single column is both
    return first, second


def fitting_spec(spec: NetworkSpec, dataset: Dataset) -> NetworkSpec:
    """``spec`` with the inputs, the output layer and the loss that ``dataset`` needs."""
    if not dataset.is_classification:
        output, loss = LayerSpec(1, "identity"), "mean_squared_error"
    elif dataset.n_classes == 2:
        output, loss = LayerSpec(1, "sigmoid"), "binary_crossentropy"
    else:
        output, loss = LayerSpec(dataset.n_classes, "softmax"), "categorical_crossentropy"
    if spec.n_inputs == dataset.n_features and spec.layers[-1] == output and spec.loss == loss:
        return spec
    return replace(spec, n_inputs=dataset.n_features, layers=(*spec.layers[:-1], output), loss=loss)


def with_test_share(state: AppState, share: float) -> AppState:
    return _prepared(state, f"Test share {share:.0%}: started afresh.", test_share=share)


def with_standardize(state: AppState, standardize: bool) -> AppState:
    words = "standardised" if standardize else "as they are"
    return _prepared(state, f"Inputs {words}: started afresh.", standardize=standardize)


def _prepared(state: AppState, notice: str, **changes: object) -> AppState:
    """Start afresh after a change of the data or of what is done to it."""
    imported = state.theta is not None and state.theta_origin != GUIDE
    if imported and "standardize" in changes and "theta" not in changes:
        changes |= {"theta": None, "theta_origin": ""}  # they are for inputs prepared otherwise
        imported = False
    state = replace(state, **changes)  # type: ignore[arg-type]
    dataset = state.dataset
    split = split_rows(dataset, state.test_share, state.config.seed)
    if imported and state.theta is not None:  # weights bring their standardisation with them
        return afresh(state, notice, split=split)
    inputs = Standardization.none(dataset.n_features)
    targets = Standardization.none(dataset.n_outputs)
    if state.standardize:
        inputs = Standardization.fit(dataset.X[split.train])
        if not dataset.is_classification:
            targets = Standardization.fit(dataset.targets()[split.train])
    return afresh(state, notice, split=split, inputs=inputs, targets=targets)


# ---- network and training --------------------------------------------------------------------


def with_hidden(state: AppState, units: tuple[int, ...]) -> AppState:
    """Other hidden layers, all with the activation and the dropout of those before."""
    activation, dropout = hidden_activation(state.spec), hidden_dropout(state.spec)
    layers = (*(LayerSpec(n, activation, dropout) for n in units), state.spec.layers[-1])
    spec = replace(state.spec, layers=layers)
    return _own_weights(state, f"Layers {spec.shape_text}: started afresh.", spec=spec)


def with_activation(state: AppState, activation: str) -> AppState:
    """Another activation for all hidden layers."""
    spec = _with_each_hidden(state.spec, activation=activation)
    # The weights don't depend on the activation, so those that were given can stay.
    return afresh(state, f"Activation {activation}: started afresh.", spec=spec)


def with_dropout(state: AppState, dropout: float) -> AppState:
    """Another dropout for all hidden layers; given weights stay."""
    if state.spec.depth == 1:
        raise SpecError("There are no hidden layers, whose activations could be dropped.")
    spec = _with_each_hidden(state.spec, dropout=dropout)
    return afresh(state, f"Dropout {dropout:g}: started afresh.", spec=spec)


def _with_each_hidden(spec: NetworkSpec, **changes: object) -> NetworkSpec:
    *hidden, output = spec.layers
    layers = (*(replace(layer, **changes) for layer in hidden), output)  # type: ignore[arg-type]
    return replace(spec, layers=layers)


def hidden_activation(spec: NetworkSpec) -> str:
    """Activation of the hidden layers; the one that new layers would get if there are none."""
    return spec.layers[0].activation if spec.depth > 1 else "relu"


def hidden_dropout(spec: NetworkSpec) -> float:
    """Dropout of the hidden layers, 0 if there are none."""
    return spec.layers[0].dropout if spec.depth > 1 else 0.0


def with_initializer(state: AppState, initializer: str) -> AppState:
    spec = replace(state.spec, initializer=initializer, initializer_value=None)
    return _own_weights(state, "Other initial weights: started afresh.", spec=spec)


def with_config(state: AppState, config: TrainingConfig) -> AppState:
    """Other settings, but the seed: they take effect at the next step, the run goes on.

    A run that has failed has nothing to go on with, and starts afresh.
    """
    if state.activity is Activity.FAILED:
        return afresh(state, "Other settings: started afresh.", config=config)
    return replace(state, config=config)


def with_setting(state: AppState, name: str, value: object) -> AppState:
    """Another value of a field of TrainingConfig; "schedule.factor" is a field of a field."""
    config = state.config
    part, _, field = name.rpartition(".")
    if part:
        name, value = part, replace(getattr(config, part), **{field: value})
    return with_config(state, replace(config, **{name: value}))  # type: ignore[arg-type]


def with_learning_rate(state: AppState, learning_rate: float) -> AppState:
    return with_setting(state, "learning_rate", learning_rate)


def with_batch_size(state: AppState, batch_size: int | None) -> AppState:
    """Samples per step; None takes all."""
    return with_setting(state, "batch_size", batch_size)


def with_seed(state: AppState, seed: int) -> AppState:
    """Other initial weights and another order of the samples; another split of a file."""
    state = replace(state, config=replace(state.config, seed=seed), theta=None, theta_origin="")
    return _prepared(state, f"Seed {seed}: new initial weights, started afresh.")


def with_model(state: AppState, model: Model, name: str) -> AppState:
    """A model's network, weights and standardisation, on the data that is loaded.

    Raises SpecError, saying what does not fit.
    """
    dataset = state.dataset
    needed = fitting_spec(model.spec, dataset)
    if model.spec.n_inputs != dataset.n_features:
        raise SpecError(
            f"{name} takes {model.spec.n_inputs} inputs ({_list(model.feature_names)}) and the "
            f"data has {dataset.n_features} ({_list(dataset.feature_names)}). "
            "Open its data first."
        )
    if needed.layers[-1] != model.spec.layers[-1] or needed.loss != model.spec.loss:
        outputs = _list(model.class_names) or model.target_name
        raise SpecError(
            f"{name} predicts {outputs}, which is not what the data holds "
            f"({_list(dataset.class_names) or dataset.target_name}). Open its data first."
        )
    if model.class_names != dataset.class_names:
        raise SpecError(
            f"{name} knows the classes {_list(model.class_names)}, in this order; "
            f"the data has {_list(dataset.class_names)}."
        )
    return afresh(
        state,
        f"Weights from {name}: the run starts from them, and so does every reset.",
        spec=model.spec,
        theta=model.theta,
        theta_origin=name,
        standardize=not model.inputs.is_identity,
        inputs=model.inputs,
        targets=model.targets,
    )


def model_of(state: AppState, theta: FloatArray) -> Model:
    """What is exported: ``theta`` with all that is needed to use it on raw rows."""
    return Model(
        spec=state.spec,
        theta=theta,
        inputs=state.inputs,
        targets=state.targets,
        feature_names=state.dataset.feature_names,
        class_names=state.dataset.class_names,
        target_name=state.dataset.target_name,
    )


def afresh(state: AppState, notice: str, **changes: object) -> AppState:
    """A new run, paused at epoch 0."""
    return replace(
        state,
        run_id=state.run_id + 1,
        activity=Activity.PAUSED,
        step=0,
        notice=notice,
        **changes,  # type: ignore[arg-type]
    )


def reset(state: AppState) -> AppState:
    """The same run from its beginning, with the same initial weights."""
    return afresh(state, "Reset to the same initial weights.")


def _own_weights(state: AppState, notice: str, **changes: object) -> AppState:
    return afresh(state, notice, theta=None, theta_origin="", **changes)


def experiment_of(state: AppState) -> Experiment:
    """What the worker needs of the state, with the data prepared."""
    X = state.inputs.apply(state.dataset.X)
    Y = state.targets.apply(state.dataset.targets())
    train, test = state.split.train, state.split.test
    return Experiment(
        state.run_id, state.spec, state.config, X[train], Y[train], X[test], Y[test], state.theta
    )


def new_seed(state: AppState) -> int:
    """A seed other than the present one, drawn from it: the sequence can be repeated."""
    return int(np.random.default_rng(state.config.seed).integers(1, 10_000))


def _list(names: tuple[str, ...], most: int = 4) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def with_axes(state: AppState, axes: tuple[int, int]) -> AppState:
    """The input columns that the maps span; the run goes on."""
    return replace(state, axes=axes)


def with_appearance(state: AppState, appearance: str, dark: bool) -> AppState:
    return replace(state, appearance=appearance, dark=dark)


def with_step_epochs(state: AppState, epochs: int) -> AppState:
    return replace(state, step_epochs=epochs)


def can_go_back(state: AppState) -> bool:
    """Whether training stands still and there is a past."""
    stands = state.activity in (Activity.PAUSED, Activity.DIVERGED, Activity.STOPPED)
    return stands and state.step > 0


def with_activity(
    state: AppState, activity: Activity, notice: str = "", step: int | None = None
) -> AppState:
    """``step`` is where training stands now, if it does."""
    stands = state.step if step is None else step
    return replace(state, activity=activity, notice=notice, step=stands)
