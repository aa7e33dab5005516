"""Transitions of the data: other samples, another division, another preparation."""

from dataclasses import replace

import numpy as np

from app.state.app_state import (
    GUIDE,
    NOTHING,
    Activity,
    AppState,
    Drawn,
    FromFile,
    Generated,
    Pasted,
    Source,
    View,
)
from app.state.run import afresh
from nncore.data.dataset import Dataset, Int64Array, split_rows
from nncore.data.generators import generate
from nncore.data.preparation import Plan, Preparation
from nncore.data.scaling import Scaling
from nncore.errors import SpecError
from nncore.spec import LayerSpec, NetworkSpec

LARGEST_VALUE = 1e30
TOO_LARGE = f"more than {LARGEST_VALUE:.0e} can be neither drawn nor trained on."
LOOKED_AT, MANY_VALUES = 1000, 10  # rows that tell whether a column has many values


def made_data(source: Generated) -> Dataset:
    """What a generator makes of its arguments."""
    return generate(
        source.id,
        n=source.n_samples,
        noise=source.noise,
        seed=source.seed,
        balance=source.balance,
        options=dict(source.options),
    )


def with_data(state: AppState, source: Source, dataset: Dataset) -> AppState:
    """Other data: the output layer and the loss follow it, the hidden layers stay.

    A file is standardised to begin with; made and drawn points are in the plane's own units.
    """
    largest = float(np.nanmax(np.abs(dataset.X), initial=0))
    if largest > LARGEST_VALUE:
        raise SpecError(f"{dataset.name} holds a value of {largest:.3g}; {TOO_LARGE}")
    plan = state.plan if _is_plan_kept(state, source, dataset) else first_plan(source)
    same_columns = dataset.feature_names == state.dataset.feature_names
    view = replace(state.view, through=None) if same_columns else View(first_axes(dataset))
    return prepared(
        state,
        f"{dataset.name}: started afresh on {dataset.n_samples:,} samples.",
        source=source,
        dataset=dataset,
        plan=plan,
        selected=NOTHING,
        theta=None,
        theta_origin="",
        view=view,
    )


def _is_plan_kept(state: AppState, source: Source, dataset: Dataset) -> bool:
    """The same file read otherwise, a drawing on what there was, or points in the same plane:
    what is done to them stays."""
    before = state.source
    if isinstance(source, FromFile):
        same_kind = isinstance(before, FromFile) and source.path == before.path
    elif isinstance(source, Pasted):
        same_kind = isinstance(before, Pasted) and source.text == before.text
    else:
        same_kind = isinstance(source, Drawn) or not isinstance(before, FromFile | Pasted)
    return same_kind and set(state.dataset.feature_names) == set(dataset.feature_names)


def first_plan(source: Source) -> Plan:
    """What is done to data to begin with."""
    return Plan(scaling="standardize" if isinstance(source, FromFile | Pasted) else "none")


def first_axes(dataset: Dataset) -> tuple[int, int]:
    """The features to look at first: two that spread over the plane, if there are two."""
    X = dataset.X[:LOOKED_AT]
    spread = [k for k in range(dataset.n_features) if len(np.unique(X[:, k])) >= MANY_VALUES]
    others = [k for k in range(dataset.n_features) if k not in spread]
    first, second, *_ = (*spread, *others, 0)  # a single column is both
    return first, second


def fitting_spec(spec: NetworkSpec, dataset: Dataset, n_inputs: int) -> NetworkSpec:
    """``spec`` with so many inputs, and the output layer and the loss that ``dataset`` needs."""
    if not dataset.is_classification:
        output, loss = LayerSpec(1, "identity"), "mean_squared_error"
    elif dataset.n_classes == 2:
        output, loss = LayerSpec(1, "sigmoid"), "binary_crossentropy"
    else:
        output, loss = LayerSpec(dataset.n_classes, "softmax"), "categorical_crossentropy"
    if spec.n_inputs == n_inputs and spec.layers[-1] == output and spec.loss == loss:
        return spec
    return replace(spec, n_inputs=n_inputs, layers=(*spec.layers[:-1], output), loss=loss)


def with_drawing(state: AppState, dataset: Dataset) -> AppState:
    """Points painted by hand. If the network fits them as it is, the run goes on with them from
    the next epoch on, with its weights; at epoch 0 there is nothing to keep."""
    fresh = with_data(state, Drawn(), dataset)
    goes_on = (
        fresh.spec == state.spec
        and fresh.plan == state.plan
        and state.activity not in (Activity.FAILED, Activity.DIVERGED)
        and (state.step > 0 or state.activity is not Activity.PAUSED)
    )
    if not goes_on:
        return fresh
    return replace(
        fresh,
        data_version=state.latest_version + 1,
        latest_version=state.latest_version + 1,
        preparation=state.preparation,  # which the weights have learned with
        targets=state.targets,
        theta=state.theta,
        theta_origin=state.theta_origin,
        run_id=state.run_id,
        activity=state.activity,
        step=state.step,
        notice="The drawing has changed: it takes effect at the next epoch.",
    )


def with_samples_of(state: AppState, other: AppState) -> AppState:
    """The samples that were in force at another moment of the run; all else stays."""
    return replace(
        state,
        source=other.source,
        dataset=other.dataset,
        data_version=other.data_version,
        split=other.split,
        samples=other.samples,
        selected=NOTHING,
    )


def with_split(state: AppState, share: float, stratified: bool) -> AppState:
    words = ", stratified" if stratified else ""
    notice = f"Test share {share:.0%}{words}: started afresh."
    return prepared(state, notice, test_share=share, stratified=stratified)


def with_plan(state: AppState, plan: Plan) -> AppState:
    """Other things done to the features; the network's inputs follow."""
    return prepared(state, "The inputs are prepared otherwise: started afresh.", plan=plan)


def with_selection(state: AppState, rows: Int64Array) -> AppState:
    """``rows`` are selected, in every picture; the run goes on."""
    rows = np.unique(rows)
    if np.array_equal(rows, state.selected):
        return state
    rows.flags.writeable = False
    return replace(state, selected=rows)


def with_view(state: AppState, view: View) -> AppState:
    """The plane that the maps show; the run goes on."""
    return replace(state, view=view)


def prepared(state: AppState, notice: str, **changes: object) -> AppState:
    """Start afresh after a change of the data or of what is done to it."""
    new = replace(state, **changes)  # type: ignore[arg-type]
    imported = new.theta is not None and new.theta_origin != GUIDE
    if imported and "plan" in changes:  # the weights are for inputs prepared otherwise
        new, imported = replace(new, theta=None, theta_origin=""), False
    dataset = new.dataset
    split = split_rows(dataset, new.test_share, new.config.seed, new.stratified)
    if imported:  # weights bring their preparation with them
        return afresh(new, notice, split=split)
    preparation = Preparation.fit(dataset, new.plan, split.train)
    if new.plan.derived:
        _require_mild(preparation, dataset)
    targets = Scaling.none(dataset.n_outputs)
    if new.plan.scaling != "none" and not dataset.is_classification:
        targets = Scaling.fit(dataset.targets()[split.train], new.plan.scaling)
    spec = fitting_spec(new.spec, dataset, preparation.n_inputs)
    if spec.n_inputs != new.spec.n_inputs:
        new = replace(new, theta=None, theta_origin="")
    return afresh(
        new,
        notice,
        split=split,
        preparation=preparation,
        samples=preparation.fill_in(dataset.X),
        targets=targets,
        spec=spec,
    )


def _require_mild(preparation: Preparation, dataset: Dataset) -> None:
    """SpecError if a formula makes values too large to train on."""
    X = np.abs(preparation.apply(dataset.X))
    row, column = np.unravel_index(int(X.argmax()), X.shape)
    if X[row, column] > LARGEST_VALUE:
        name = preparation.input_names[column]
        raise SpecError(f"{name} is {X[row, column]:.3g} in row {row + 1:,}; {TOO_LARGE}")
