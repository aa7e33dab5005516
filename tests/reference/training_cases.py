"""The training runs that PyTorch is asked for: what is trained, on what, and how.

A case is a dictionary that goes into ``training.npz`` as JSON:

name            one per case; the kind of the case before the first space
data            key of its inputs and targets
activation      of both hidden layers of the network 2-3-2-k
output, loss    of the network
huber_delta     of the Huber loss
config          what differs from the defaults of the engine's ``TrainingConfig``
schedule        the same of its ``Schedule``
sample_weights  whether the samples are weighted
held_out        whether a held-out set is watched by the plateau schedule

The periods of the schedules are short, so that 50 steps see each of them at work, and the
hyperparameters of the grid are not the defaults, so that a forgotten one would show.
"""

from collections.abc import Iterator
from typing import Any

Case = dict[str, Any]

RATES = {
    "sgd": 0.5,
    "momentum": 0.2,
    "nesterov": 0.2,
    "adagrad": 0.1,
    "rmsprop": 0.01,
    "adam": 0.1,
    "adamw": 0.1,
}
HYPERPARAMETERS: dict[str, dict[str, float]] = {
    "sgd": {},
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.8},
    "adagrad": {"epsilon": 1e-4},
    "rmsprop": {"rho": 0.95, "epsilon": 1e-4},
    "adam": {"beta1": 0.85, "beta2": 0.98, "epsilon": 1e-4},
    "adamw": {"beta1": 0.85, "beta2": 0.98, "epsilon": 1e-4},
}
OTHER_WARM_UPS: dict[str, dict[str, Any]] = {
    "warm_up_step": {"name": "step", "factor": 0.7, "every": 4, "warm_up": 6},
    "warm_up_exponential": {"name": "exponential", "factor": 0.95, "warm_up": 6},
}
SCHEDULES: dict[str, dict[str, Any]] = {
    "constant": {"name": "constant"},
    "step": {"name": "step", "factor": 0.7, "every": 4},
    "exponential": {"name": "exponential", "factor": 0.95},
    "cosine": {"name": "cosine", "length": 20, "floor": 0.1},
    "warm_up_constant": {"name": "constant", "warm_up": 6},
    "warm_up_cosine": {"name": "cosine", "length": 20, "floor": 0.1, "warm_up": 6},
    "plateau": {"name": "plateau", "factor": 0.5, "patience": 2, "floor": 0.05},
}
PENALTIES = {
    "none": {},
    "l1": {"l1": 0.01},
    "l2": {"l2": 0.05},
    "l1_l2": {"l1": 0.01, "l2": 0.05},
    "weight_decay": {"weight_decay": 0.1},
}
CLIPS = {
    "norm": {"clip_norm": 0.08, "l1": 0.01, "l2": 0.05},
    "value": {"clip_value": 0.03, "l1": 0.01, "l2": 0.05},
    "value_and_norm": {"clip_value": 0.04, "clip_norm": 0.1},
}
HIDDEN = (
    "identity",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
)
# name: (data, output, loss)
LOSSES = {
    "binary_crossentropy": ("binary", "sigmoid", "binary_crossentropy"),
    "binary_crossentropy_of_several": ("several", "sigmoid", "binary_crossentropy"),
    "categorical_crossentropy": ("classes", "softmax", "categorical_crossentropy"),
    "mean_squared_error": ("real", "identity", "mean_squared_error"),
    "mean_squared_error_sigmoid": ("unit", "sigmoid", "mean_squared_error"),
    "mean_squared_error_tanh": ("unit", "tanh", "mean_squared_error"),
    "mean_squared_error_softmax": ("one_hot", "softmax", "mean_squared_error"),
    "mean_absolute_error": ("real", "identity", "mean_absolute_error"),
    "huber": ("real", "identity", "huber"),
}


def case(
    name: str,
    optimizer: str = "sgd",
    schedule: str = "constant",
    loss: str = "binary_crossentropy",
    activation: str = "tanh",
    data: str | None = None,
    sample_weights: bool = False,
    held_out: bool = False,
    **config: Any,
) -> Case:
    return {
        "name": name,
        "data": data or LOSSES[loss][0],
        "activation": activation,
        "output": LOSSES[loss][1],
        "loss": LOSSES[loss][2],
        "huber_delta": 0.7,
        "config": {"optimizer": optimizer, "learning_rate": RATES[optimizer]} | config,
        "schedule": (SCHEDULES | OTHER_WARM_UPS)[schedule],
        "sample_weights": sample_weights,
        "held_out": held_out,
    }


def all_cases() -> list[Case]:
    makers = (grid, clipped, weighted, losses, activations, schedules, batches)
    return [made for maker in makers for made in maker()]


def grid() -> Iterator[Case]:
    """Every optimizer × schedule × penalty; Adam has no decoupled decay, that is AdamW."""
    for optimizer, hyperparameters in HYPERPARAMETERS.items():
        for schedule in SCHEDULES:
            # the training loss has to come to rest, or no plateau is met
            data = "contradictory" if schedule == "plateau" else None
            for penalty, values in PENALTIES.items():
                if (optimizer, penalty) != ("adam", "weight_decay"):
                    name = f"grid {optimizer} {schedule} {penalty}"
                    yield case(name, optimizer, schedule, data=data, **hyperparameters, **values)


def clipped() -> Iterator[Case]:
    for optimizer in RATES:
        for clip, values in CLIPS.items():
            yield case(f"clip {optimizer} {clip}", optimizer, **values)


def weighted() -> Iterator[Case]:
    for loss in LOSSES:
        yield case(f"weights samples {loss}", "momentum", loss=loss, sample_weights=True)
    for loss, weights in (
        ("binary_crossentropy", [0.5, 2.0]),
        ("categorical_crossentropy", [0.5, 2.0, 1.25]),
    ):
        for samples in (False, True):
            name = f"weights classes{' samples' * samples} {loss}"
            yield case(
                name, "adam", loss=loss, sample_weights=samples, class_weights=weights, l2=0.05
            )


def losses() -> Iterator[Case]:
    for loss in LOSSES:
        yield case(f"loss {loss}", "nesterov", loss=loss)


def activations() -> Iterator[Case]:
    for activation in HIDDEN:
        yield case(f"activation {activation}", "adam", activation=activation)


def schedules() -> Iterator[Case]:
    """The plateau of a held-out set, and warm-ups that the grid leaves out."""
    for optimizer in RATES:
        yield case(f"schedule {optimizer} held_out", optimizer, "plateau", held_out=True)
    for schedule in OTHER_WARM_UPS:
        yield case(f"schedule momentum {schedule}", "momentum", schedule)


def batches() -> Iterator[Case]:
    """12 samples in batches of 5, 5 and 2, or one by one; 50 steps end amid an epoch."""
    for seed, optimizer in enumerate(RATES):
        yield case(f"batches {optimizer}", optimizer, batch_size=5, seed=seed)
    for seed, schedule in enumerate(SCHEDULES):
        yield case(f"batches {schedule}", "momentum", schedule, batch_size=5, seed=seed, l2=0.05)
    yield case("batches single", "adagrad", "exponential", batch_size=1, seed=7)
    yield case("batches held_out", "adam", "plateau", held_out=True, batch_size=5, seed=8)
    classes: dict[str, Any] = {"loss": "categorical_crossentropy", "batch_size": 5}
    weights = [0.5, 2.0, 1.25]
    yield case("batches samples", "rmsprop", sample_weights=True, seed=9, **classes)
    yield case("batches classes", "nesterov", class_weights=weights, seed=10, **classes)
    everything = PENALTIES["l1_l2"] | PENALTIES["weight_decay"] | CLIPS["value_and_norm"]
    for seed, optimizer in enumerate(("sgd", "adamw"), start=11):
        yield case(
            f"batches everything {optimizer}",
            optimizer,
            "warm_up_cosine",
            sample_weights=True,
            class_weights=weights,
            seed=seed,
            **classes,
            **everything,
        )
