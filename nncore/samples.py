"""The samples of a training as one value, so that they can be kept, and put in again later."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from nncore.errors import SpecError
from nncore.spec import NetworkSpec
from nncore.training_data import TrainingData, as_table, as_targets, require_fit
from nncore.types import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """What a network is trained on and what is held out, checked and laid out for it.

    spec      of the network that they fit
    training  the samples trained on, with their weights
    held_out  (X (n, n[0]), Y (n, n[L])) whose loss is watched, or None for the training samples
    version   by which whoever hands them over tells them from others; nothing depends on it
    """

    spec: NetworkSpec
    training: TrainingData
    held_out: tuple[FloatArray, FloatArray] | None
    version: int

    @classmethod
    def checked(
        cls,
        spec: NetworkSpec,
        class_weights: tuple[float, ...] | None,
        X: ArrayLike,
        Y: ArrayLike,
        held_out: tuple[ArrayLike, ArrayLike] | None = None,
        sample_weights: ArrayLike | None = None,
        version: int = 0,
    ) -> "Samples":
        """Copies of the arrays, which are as for a ``Trainer``. Raises SpecError, with the
        numbers, for what does not fit."""
        training = TrainingData(spec, X, Y, sample_weights, class_weights)
        pair = None if held_out is None else _checked_pair(spec, held_out)
        return cls(spec, training, pair, version)

    @property
    def watched(self) -> tuple[FloatArray, FloatArray]:
        """(X, Y) whose loss reduction on a plateau and early stopping watch."""
        return self.held_out or (self.training.X, self.training.Y)

    @property
    def n_bytes(self) -> int:
        """Memory that the arrays take."""
        data = self.training
        weights = 0 if data.weights is None else data.weights.nbytes
        held_out = sum(table.nbytes for table in self.held_out or ())
        return data.inputs.nbytes + data.targets.nbytes + weights + held_out


def _checked_pair(
    spec: NetworkSpec, held_out: tuple[ArrayLike, ArrayLike]
) -> tuple[FloatArray, FloatArray]:
    if not isinstance(held_out, tuple) or len(held_out) != 2:
        raise SpecError("Held-out samples are a pair: inputs and targets.")
    inputs, targets = as_table(held_out[0], "Inputs"), as_targets(spec, held_out[1])
    require_fit(spec, inputs, targets)
    return inputs.astype(spec.dtype), targets.astype(spec.dtype)
