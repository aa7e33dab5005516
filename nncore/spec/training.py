"""How a network is trained: everything that a run depends on beside the network and the data."""

from dataclasses import asdict, dataclass
from typing import Any

from nncore.errors import SpecError
from nncore.optimizers import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.spec.checks import (
    from_fields,
    is_int,
    plain_numbers,
    require_count,
    require_name,
    require_number,
    shown,
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the learning rate goes down over the epochs: a factor on it, see ``schedules``.

    factor    what "step", "exponential" and "plateau" multiply the rate by
    every     epochs from one step to the next
    length    epochs that "cosine" takes to come down
    floor     least factor of "cosine" and "plateau"
    patience  epochs without improvement that "plateau" bears
    warm_up   epochs during which the rate first rises to its full height, whatever follows
    """

    name: str = "constant"
    factor: float = 0.1
    every: int = 10
    length: int = 100
    floor: float = 0.0
    patience: int = 5
    warm_up: int = 0

    def __post_init__(self) -> None:
        plain_numbers(self)
        require_name(self.name, SCHEDULES, "schedule")
        require_number(
            self.factor, "factor of the schedule", below=1.0, above_least=True, with_below=True
        )
        require_count(self.every, "A schedule by steps", "epochs")
        require_count(self.length, "A cosine", "epochs")
        require_number(self.floor, "floor of the schedule", below=1.0, with_below=True)
        require_count(self.patience, "The schedule's patience", "epochs", least=0)
        require_count(self.warm_up, "A warm-up", "epochs", least=0)


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Training ends when the loss has not fallen for ``patience`` epochs in a row.

    The loss watched is that of the held-out samples, or of the training samples if none are
    held out. A fall of less than ``min_delta`` is none. The best parameters are kept.
    """

    patience: int = 20
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        plain_numbers(self)
        require_count(self.patience, "The patience of early stopping", "epochs")
        require_number(self.min_delta, "least improvement of early stopping")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How a network is trained. Raises SpecError, with the numbers, for what makes no sense.

    batch_size      samples per step; None takes all of them, as the guide does
    seed            of the initial weights, of the order of the samples and of dropout
    optimizer       a name of ``optimizers.OPTIMIZERS``, where its formula stands
    momentum, beta1, beta2, rho, epsilon
                    the optimizers' own numbers; each reads those in its formula
    l1, l2          penalties l1 · Σ|W| and l2/2 · ΣW² on the weights, not on the biases
    weight_decay    decoupled: each step also takes learning_rate · weight_decay · W off W
    clip_value      every component of the gradient is kept within ± this; None is off
    clip_norm       then the gradient is scaled down to this norm if it is longer; None is off
    class_weights   factor on the loss of each class's samples, or None
    """

    learning_rate: float = 0.1
    batch_size: int | None = None
    seed: int = 0
    optimizer: str = "sgd"
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    rho: float = 0.99
    epsilon: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    schedule: Schedule = Schedule()
    early_stopping: EarlyStopping | None = None
    class_weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        plain_numbers(self)
        if not isinstance(self.schedule, Schedule):
            raise SpecError(f"A schedule is a Schedule, not {shown(self.schedule)}.")
        if not isinstance(self.early_stopping, EarlyStopping | None):
            raise SpecError(
                f"Early stopping is an EarlyStopping, not {shown(self.early_stopping)}."
            )
        require_number(self.learning_rate, "learning rate")
        if self.batch_size is not None:
            require_count(self.batch_size, "A batch", "samples")
        if not is_int(self.seed) or not 0 <= self.seed < 2**32:
            raise SpecError(
                f"The seed must be a whole number from 0 to 2³² − 1, not {shown(self.seed)}."
            )
        require_name(self.optimizer, OPTIMIZERS, "optimizer")
        for name in ("momentum", "beta1", "beta2", "rho"):
            require_number(getattr(self, name), name, below=1.0)
        require_number(self.epsilon, "epsilon", least=1e-30)  # 0 would be 0 / 0 in float32
        for name in ("l1", "l2", "weight_decay"):
            require_number(getattr(self, name), name.replace("_", " "))
        for name in ("clip_norm", "clip_value"):
            if getattr(self, name) is not None:
                require_number(getattr(self, name), name.replace("_", " "), above_least=True)
        if self.weight_decay and self.optimizer == "adam":
            raise SpecError(
                f"Adam with a decoupled weight decay of {self.weight_decay:g} is AdamW: choose "
                "adamw, or l2 for a penalty."
            )
        self._require_class_weights()

    def _require_class_weights(self) -> None:
        weights = self.class_weights
        if weights is None:
            return
        if not isinstance(weights, tuple) or len(weights) < 2:
            raise SpecError(f"Class weights are one number per class, not {shown(weights)}.")
        for k, weight in enumerate(weights):
            require_number(weight, f"weight of class {k}")
        if not any(weights):
            raise SpecError("The class weights are all 0: there is nothing to learn from.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "TrainingConfig":
        """The configuration that ``to_json`` wrote; parts left out have their defaults.

        Raises SpecError for anything else.
        """
        fields = from_fields(cls, data, "training")
        schedule, stopping = fields.get("schedule"), fields.get("early_stopping")
        weights = fields.get("class_weights")
        if "schedule" in fields:
            fields["schedule"] = Schedule(**from_fields(Schedule, schedule, "schedule"))
        if stopping is not None:
            parts = from_fields(EarlyStopping, stopping, "early stopping")
            fields["early_stopping"] = EarlyStopping(**parts)
        if isinstance(weights, list):
            fields["class_weights"] = tuple(weights)
        return cls(**fields)
