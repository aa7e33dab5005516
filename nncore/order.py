"""In which order an epoch takes the samples, and how to have the same order again."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

GeneratorState = Mapping[str, Any]


class SampleOrder:
    """``indices`` (n,) of all samples, in the order in which the epoch under way takes them.

    ``state`` is that of the generator before it drew this epoch's order, so that state and
    position in the epoch are enough to continue a run exactly.
    """

    def __init__(self, n: int, seed: np.random.SeedSequence) -> None:
        self._as_given: NDArray[np.int64] = np.arange(n)
        self.indices = self._as_given
        self._generator = np.random.default_rng(seed)
        self.state: GeneratorState = self._generator.bit_generator.state
        self._is_drawn = False

    def begin_epoch(self, shuffled: bool) -> None:
        """A new order, or, where one batch holds all samples anyway, that of the data."""
        self._is_drawn = shuffled
        n = len(self._as_given)
        self.indices = self._generator.permutation(n) if shuffled else self._as_given

    def end_epoch(self) -> None:
        if self._is_drawn:
            self.state = self._generator.bit_generator.state

    def rewind_epoch(self) -> None:
        """As if this epoch had not begun."""
        self.restore(self.state, under_way=False)

    def restore(self, state: GeneratorState, under_way: bool) -> None:
        """The order that was drawn from ``state``, or, if no batch has been taken yet, will be."""
        self.state = self._generator.bit_generator.state = state
        if under_way:
            self.begin_epoch(shuffled=True)  # for else it would have been a single batch


class Masks:
    """The generator of dropout's masks; ``mark`` and ``rewind`` go back to where a batch began."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        self.generator = np.random.default_rng(seed)
        self.marked: GeneratorState = self.generator.bit_generator.state

    def mark(self) -> None:
        self.marked = self.generator.bit_generator.state

    def rewind(self) -> None:
        self.generator.bit_generator.state = self.marked

    def restore(self, state: GeneratorState) -> None:
        self.marked = state
        self.rewind()
