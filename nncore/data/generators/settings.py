"""What is asked of a recipe."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The arguments of ``generate``, checked and complete.

    n        samples
    noise    from 0 to 1
    balance  share of the samples in the first class; None: as the recipe has it by itself
    options  a value for each option of the recipe
    """

    n: int
    noise: float
    seed: int
    balance: float | None
    options: Mapping[str, int]

    @property
    def n_first(self) -> int:
        """Samples of the first class, to the nearest one; both it and the rest have some.

        Only where there is a balance.
        """
        assert self.balance is not None
        return min(max(round(self.balance * self.n), 1), self.n - 1)
