"""Transitions of the settings of the training."""

from dataclasses import replace

from app.state.app_state import Activity, AppState
from app.state.data import prepared
from app.state.run import afresh
from nncore.spec import TrainingConfig


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
    return prepared(state, f"Seed {seed}: new initial weights, started afresh.")
