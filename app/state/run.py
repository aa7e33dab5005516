"""What begins a run anew, what ends it, and what the worker needs of the state."""

from dataclasses import replace

import numpy as np

from app.state.app_state import Activity, AppState
from app.training.messages import Experiment


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


def with_activity(
    state: AppState, activity: Activity, notice: str = "", step: int | None = None
) -> AppState:
    """``step`` is where training stands now, if it does."""
    stands = state.step if step is None else step
    return replace(state, activity=activity, notice=notice, step=stands)


def can_go_back(state: AppState) -> bool:
    """Whether training stands still and there is a past."""
    stands = state.activity in (Activity.PAUSED, Activity.DIVERGED, Activity.STOPPED)
    return stands and state.step > 0


def with_step_epochs(state: AppState, epochs: int) -> AppState:
    return replace(state, step_epochs=epochs)


def with_appearance(state: AppState, appearance: str, dark: bool) -> AppState:
    return replace(state, appearance=appearance, dark=dark)


def experiment_of(state: AppState) -> Experiment:
    """What the worker needs of the state, with the data prepared."""
    X = state.preparation.apply(state.dataset.X)
    Y = state.targets.apply(state.dataset.targets())
    train, test = state.split.train, state.split.test
    return Experiment(
        state.run_id,
        state.spec,
        state.config,
        X[train],
        Y[train],
        X[test],
        Y[test],
        state.theta,
        state.data_version,
    )


def new_seed(state: AppState) -> int:
    """A seed other than the present one, drawn from it: the sequence can be repeated."""
    return int(np.random.default_rng(state.config.seed).integers(1, 10_000))
