"""How the learning rate changes over a run: a factor on it for each epoch, one table.

Within an epoch the rate is constant. Epochs e = 0, 1, … are counted from the end of the
warm-up. "plateau" depends on how the run goes, so the trainer keeps its factor (``monitor``).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which reads the table below
    from nncore.spec import Schedule


@dataclass(frozen=True, slots=True)
class ScheduleKind:
    """One way to change the learning rate; ``settings`` are the fields of Schedule it reads."""

    name: str
    title: str
    formula: str
    settings: tuple[str, ...]
    factor: Callable[["Schedule", int], float]


def learning_rate_factor(schedule: "Schedule", epoch: int) -> float:
    """What the learning rate is multiplied by in ``epoch`` (0, 1, …, counted from where the
    schedule was chosen), the plateau's part apart."""
    if epoch < schedule.warm_up:
        return (epoch + 1) / (schedule.warm_up + 1)
    return SCHEDULES[schedule.name].factor(schedule, epoch - schedule.warm_up)


def _one(schedule: "Schedule", e: int) -> float:
    return 1.0


def _step(schedule: "Schedule", e: int) -> float:
    return float(schedule.factor ** (e // schedule.every))


def _exponential(schedule: "Schedule", e: int) -> float:
    return float(schedule.factor**e)


def _cosine(schedule: "Schedule", e: int) -> float:
    """Half a cosine, then flat (Loshchilov and Hutter 2017, arXiv:1608.03983, no restarts)."""
    progress = min(e, schedule.length) / schedule.length
    return schedule.floor + (1 - schedule.floor) * (1 + math.cos(math.pi * progress)) / 2


SCHEDULES: dict[str, ScheduleKind] = {
    kind.name: kind
    for kind in (
        ScheduleKind("constant", "constant", "1", (), _one),
        ScheduleKind("step", "step", "factor^⌊e / every⌋", ("factor", "every"), _step),
        ScheduleKind("exponential", "exponential", "factorᵉ", ("factor",), _exponential),
        ScheduleKind(
            "cosine",
            "cosine",
            "floor + (1 − floor) (1 + cos(π e / length)) / 2",
            ("length", "floor"),
            _cosine,
        ),
        ScheduleKind(
            "plateau",
            "reduce on plateau",
            "· factor after more than patience epochs without improvement",
            ("factor", "patience", "floor"),
            _one,
        ),
    )
}
