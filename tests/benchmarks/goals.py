"""The times of ``training.py`` as ratios, and what the ratios should be."""

from dataclasses import dataclass
from statistics import median

Times = dict[str, list[float]]  # µs per step in every round, by peer


def ratio(times: Times, peer: str, base: str) -> float:
    """Median over the rounds of the ratio within a round, where the machine was the same."""
    return median(p / b for p, b in zip(times[peer], times[base], strict=True))


@dataclass(frozen=True)
class Goal:
    """The time of ``peer`` should be at least, or at most, ``bound`` times that of ``base``."""

    workload: str
    peer: str
    base: str
    sense: str
    bound: float

    def met(self, value: float) -> bool:
        return value >= self.bound if self.sense == "≥" else value <= self.bound


def _goals(workload: str, gemms: float, **peers: float) -> list[Goal]:
    """Peers so many times slower than nncore, which is close to its matrix products."""
    return [
        *(Goal(workload, peer, "nncore", "≥", bound) for peer, bound in peers.items()),
        Goal(workload, "nncore", "gemms", "≤", gemms),
    ]


GOALS = [
    *_goals("W1", guide64=3.0, torch=4.0, gemms=2.0),
    Goal("W1", "timeline", "nncore", "≤", 1.03),
    *_goals("W2", guide64=5.0, torch=15.0, gemms=3.2),
    *_goals("W3", guide64=3.0, fused=3.0, gemms=2.2),
    Goal("W3", "timeline", "nncore", "≤", 1.03),
    *_goals("W4", guide64=2.2, fused=1.05, gemms=1.35),
    *_goals("W5", fused=1.05, gemms=1.15),
]
