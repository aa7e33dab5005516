"""Hypothesis strategies for the settings of a training."""

import sys
from typing import Any

from hypothesis import strategies as st

from nncore.optimizers import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.spec import EarlyStopping, Schedule, TrainingConfig

# Few, so that they come into play within a short run, or any number.
EPOCHS = st.integers(1, 5) | st.integers(1, 10**12)
NOT_NEGATIVE = st.floats(0, sys.float_info.max)
ABOVE_0 = st.floats(0, sys.float_info.max, exclude_min=True)
BELOW_1 = st.floats(0, 1, exclude_max=True)

SCHEDULE = st.builds(
    Schedule,
    name=st.sampled_from(sorted(SCHEDULES)),
    factor=st.floats(0, 1, exclude_min=True),
    every=EPOCHS,
    length=EPOCHS,
    floor=st.floats(0, 1),
    patience=st.integers(0, 3),
    warm_up=st.integers(0, 4),
)
EARLY_STOPPING = st.builds(
    EarlyStopping, patience=EPOCHS, min_delta=st.sampled_from((0.0, 0.01)) | NOT_NEGATIVE
)
CLASS_WEIGHTS = st.lists(NOT_NEGATIVE, min_size=2, max_size=5).filter(any).map(tuple)


@st.composite
def training_configs(draw: st.DrawFn) -> TrainingConfig:
    """Anything that is allowed, however extreme."""
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS)))
    return TrainingConfig(
        learning_rate=draw(NOT_NEGATIVE),
        batch_size=draw(st.none() | EPOCHS),
        seed=draw(st.integers(0, 2**32 - 1)),
        optimizer=optimizer,
        momentum=draw(BELOW_1),
        beta1=draw(BELOW_1),
        beta2=draw(BELOW_1),
        rho=draw(BELOW_1),
        epsilon=draw(st.floats(1e-30, sys.float_info.max)),
        l1=draw(NOT_NEGATIVE),
        l2=draw(NOT_NEGATIVE),
        weight_decay=0.0 if optimizer == "adam" else draw(NOT_NEGATIVE),
        clip_norm=draw(st.none() | ABOVE_0),
        clip_value=draw(st.none() | ABOVE_0),
        schedule=draw(SCHEDULE),
        early_stopping=draw(st.none() | EARLY_STOPPING),
        class_weights=draw(st.none() | CLASS_WEIGHTS),
    )


A_LITTLE = st.just(0.0) | st.floats(1e-4, 0.1)
MILD: dict[str, st.SearchStrategy[Any]] = {
    # the last one to meet divergence now and then
    "learning_rate": st.sampled_from((1e-3, 0.01, 0.05, 0.1, 0.3, 0.5, 1e6)),
    "batch_size": st.sampled_from((None, 1, 2, 3, 4, 5, 7, 14)),
    "optimizer": st.sampled_from(sorted(OPTIMIZERS)),
    "momentum": st.floats(0, 0.99),
    "beta1": st.floats(0, 0.99),
    "beta2": st.floats(0, 0.999),
    "rho": st.floats(0, 0.99),
    "epsilon": st.floats(1e-8, 1e-3),
    "l1": A_LITTLE,
    "l2": A_LITTLE,
    "weight_decay": A_LITTLE,
    "clip_norm": st.none() | st.floats(0.01, 10),
    "clip_value": st.none() | st.floats(0.01, 10),
    "schedule": SCHEDULE,
    "early_stopping": st.none() | EARLY_STOPPING,
}
# One setting and its new value.
MILD_CHANGES = st.sampled_from(sorted(MILD)).flatmap(
    lambda name: st.tuples(st.just(name), MILD[name])
)


@st.composite
def mild_configs(draw: st.DrawFn) -> TrainingConfig:
    """Such as people train with, on a dozen samples; without class weights."""
    settings = draw(st.fixed_dictionaries(MILD))
    if settings["optimizer"] == "adam":
        settings["weight_decay"] = 0.0
    return TrainingConfig(**settings, seed=draw(st.integers(0, 9)))
