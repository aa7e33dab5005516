"""The numbers that training can be set by: how they are called, what they do, which are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from app.state import hidden_dropout
from app.viewdata.numbers import plain, typed_number
from nncore.errors import SpecError
from nncore.optimizers import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.spec import NetworkSpec, TrainingConfig


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of TrainingConfig.

    name         its field, or "part.field" of the schedule or of early stopping
    tip          what it does, in the guide's words
    is_whole     whether it counts epochs
    is_optional  whether it may be empty, which switches it off
    """

    name: str
    title: str
    tip: str
    is_whole: bool = False
    is_optional: bool = False

    def value(self, config: TrainingConfig) -> float | None:
        """What ``config`` has, None if it is off or its part is."""
        part, _, _ = self.name.rpartition(".")
        if part and getattr(config, part) is None:
            return None
        value: float | None = attrgetter(self.name)(config)
        return value

    def parsed(self, text: str) -> float | None:
        """The value of what was typed; SpecError, with the text, if it is no number."""
        if self.is_optional and not text.strip():
            return None
        number = typed_number(text)
        if number is None:
            empty = ", or empty" if self.is_optional else ""
            raise SpecError(f"{self.title}: it must be a number{empty}, not '{text[:40]}'.")
        return int(number) if self.is_whole and number.is_integer() else number

    def is_read(self, config: TrainingConfig) -> bool:
        """Whether training depends on it as things are."""
        part, _, field = self.name.rpartition(".")
        if part == "schedule":
            return field == "warm_up" or field in SCHEDULES[config.schedule.name].settings
        if part == "early_stopping":
            return config.early_stopping is not None
        return self not in OPTIMIZER or self.name in OPTIMIZERS[config.optimizer].settings


OPTIMIZER = (
    Setting("momentum", "Momentum", "Share of the velocity v that each step keeps; from 0 to 1."),
    Setting("beta1", "β1", "Share of the mean gradient m that each step keeps; from 0 to 1."),
    Setting("beta2", "β2", "Share of the mean squared gradient v that is kept; from 0 to 1."),
    Setting("rho", "ρ", "Share of the mean squared gradient s that is kept; from 0 to 1."),
    Setting("epsilon", "ε", "Keeps the division by √s or √v̂ from being one by 0."),
)
PENALTIES = (
    Setting("l1", "L1", "Adds L1 · sign(W) to ∂loss/∂W: pulls weights to exactly 0."),
    Setting("l2", "L2", "Adds L2 · W to ∂loss/∂W: keeps the weights small."),
    Setting(
        "weight_decay",
        "Weight decay",
        "Each step also takes η · weight decay · W off the weights, past the optimiser.",
    ),
)
CLIPPING = (
    Setting(
        "clip_norm",
        "Norm",
        "A gradient longer than this is scaled down to it, over all layers together.\nEmpty: off.",
        is_optional=True,
    ),
    Setting(
        "clip_value",
        "Value",
        "Each component of the gradient is kept within ± this, before its norm is.\nEmpty: off.",
        is_optional=True,
    ),
)
SCHEDULE = (
    Setting("schedule.factor", "Factor", "What the learning rate is multiplied by each time."),
    Setting(
        "schedule.every", "Every (epochs)", "Epochs from one multiplication to the next.", True
    ),
    Setting("schedule.length", "Length (epochs)", "Epochs that the half cosine takes.", True),
    Setting(
        "schedule.patience",
        "Patience (epochs)",
        "After more epochs than this in which the loss has not fallen, the rate is multiplied.",
        True,
    ),
    Setting("schedule.floor", "Floor", "The share of the learning rate that is left in the end."),
    Setting(
        "schedule.warm_up",
        "Warm-up (epochs)",
        "Epochs in which the rate first rises evenly to its full height; 0 is none.",
        True,
    ),
)
EARLY_STOPPING = (
    Setting(
        "early_stopping.patience",
        "Patience (epochs)",
        "Epochs in a row without a fall of the loss, after which training stops.",
        True,
    ),
    Setting("early_stopping.min_delta", "Least improvement", "A smaller fall of the loss is none."),
)


def summary(config: TrainingConfig, spec: NetworkSpec) -> tuple[str, ...]:
    """What is on, a few words each: "Adam", "L2 0.001", "cosine over 100 epochs"."""
    return tuple(_parts(config, spec))


def _parts(config: TrainingConfig, spec: NetworkSpec) -> Iterator[str]:
    yield OPTIMIZERS[config.optimizer].title
    for setting in (*PENALTIES, *CLIPPING):
        value = setting.value(config)
        if value:
            title = setting.title if setting.title.startswith("L") else setting.title.lower()
            yield f"{'clip ' if setting in CLIPPING else ''}{title} {plain(value)}"
    yield from _schedule_parts(config)
    if config.early_stopping is not None:
        yield f"stops after {_epochs(config.early_stopping.patience)} without a fall"
    if hidden_dropout(spec):
        yield f"dropout {plain(hidden_dropout(spec))}"


def _schedule_parts(config: TrainingConfig) -> Iterator[str]:
    schedule = config.schedule
    if schedule.warm_up:
        yield f"warm-up {_epochs(schedule.warm_up)}"
    match schedule.name:
        case "step":
            yield f"rate × {plain(schedule.factor)} every {_epochs(schedule.every)}"
        case "exponential":
            yield f"rate × {plain(schedule.factor)} each epoch"
        case "cosine":
            yield f"cosine over {_epochs(schedule.length)}"
        case "plateau":
            yield f"rate × {plain(schedule.factor)} on a plateau"


def is_rate_scheduled(config: TrainingConfig) -> bool:
    """Whether the learning rate may be another than the one that is set."""
    return config.schedule.name != "constant" or config.schedule.warm_up > 0


def _epochs(n: int) -> str:
    return f"{n:,} epoch" if n == 1 else f"{n:,} epochs"
