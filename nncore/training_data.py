"""The samples that a network is trained on, checked against its spec and laid out for it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.errors import SpecError
from nncore.losses import LOSSES, Loss
from nncore.network import Trace
from nncore.spec import NetworkSpec
from nncore.types import FloatArray

Take = tuple[Callable[..., object], int, FloatArray]  # ndarray.take, axis, buffer

MAX_BUFFER_BYTES = 8 << 30
# Z, A, delta, and what activation functions need beside them, per unit and sample.
BUFFERS_PER_UNIT = 5
SUM_TOLERANCE = 1e-5  # probabilities that come from float32 sum to 1 within this


class TrainingData:
    """All samples, laid out as ``Trace`` wants them.

    inputs (n, n[0] + 1) with a last column of ones, targets (n[L], n), weights (n,) or None.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        X: ArrayLike,
        Y: ArrayLike,
        sample_weights: ArrayLike | None = None,
        class_weights: tuple[float, ...] | None = None,
    ) -> None:
        """X (n, n[0]); Y (n, n[L]), or class indices (n,). The arrays are copied.

        Raises SpecError, with the numbers, for what does not fit or is not finite.
        """
        inputs, targets = as_table(X, "Inputs"), as_targets(spec, Y)
        require_fit(spec, inputs, targets)
        self.inputs: FloatArray = np.hstack([inputs, np.ones((len(inputs), 1))]).astype(spec.dtype)
        self.targets = np.ascontiguousarray(targets.T, spec.dtype)
        self.X, self.Y = self.inputs[:, :-1], self.targets.T
        self.weights: FloatArray | None = None
        if sample_weights is not None or class_weights is not None:
            weights = np.ones(len(inputs))
            if sample_weights is not None:
                weights *= _checked_weights(sample_weights, len(inputs))
            if class_weights is not None:
                weights *= np.array(class_weights)[_classes(spec, targets, len(class_weights))]
            self.weights = _in_dtype(weights, spec.dtype)

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def largest(self) -> float:
        """|x| or |y| of the largest input or target."""
        return float(max(np.abs(self.X).max(initial=0), np.abs(self.Y).max(initial=0)))

    def takes(self, trace: Trace) -> list[Take]:
        """How samples get into the buffers of ``trace``, for ``gather``."""
        takes: list[Take] = [
            (self.inputs.take, 0, trace.inputs),
            (self.targets.take, 1, trace.targets),
        ]
        if self.weights is not None and trace.weights is not None:
            takes.append((self.weights.take, 0, trace.weights))
        return takes


def gather(takes: list[Take], indices: NDArray[np.int64]) -> None:
    """The samples ``indices`` (m,) into the buffers."""
    for take, axis, buffer in takes:
        # the indices are in range, and "raise" would go through a buffer of NumPy's own
        take(indices, axis, buffer, "clip")


def as_table(values: ArrayLike, subject: str) -> FloatArray:
    """``values`` in float64; SpecError if they are no array of real numbers."""
    try:
        table = np.asarray(values)
    except ValueError:  # rows of unequal length
        raise SpecError(f"{subject} must be a table, with rows of equal length.") from None
    if table.dtype.kind not in "fiub":
        raise SpecError(f"{subject} must be real numbers, not {table.dtype.name}.")
    return table.astype(np.float64)


def as_targets(spec: NetworkSpec, Y: ArrayLike) -> FloatArray:
    """Targets (n, n[L]): class indices (n,) become one-hot rows, or one column of 0 and 1."""
    table = as_table(Y, "Targets")
    if table.ndim != 1 or spec.loss not in ("binary_crossentropy", "categorical_crossentropy"):
        return table
    n_classes = max(spec.n_outputs, 2)
    if spec.n_outputs > 1 and spec.loss == "binary_crossentropy":
        raise SpecError(
            f"{spec.n_outputs} sigmoid outputs need a table of targets with a column for each, "
            f"not {len(table)} class indices."
        )
    in_range = (table >= 0) & (table < n_classes) & (table == np.floor(table))
    if not in_range.all():
        wrong = table[~in_range][0]
        raise SpecError(f"Class indices go from 0 to {n_classes - 1}; there is a {wrong:g}.")
    classes = table.astype(np.int64)
    return (
        classes[:, np.newaxis].astype(float) if spec.n_outputs == 1 else np.eye(n_classes)[classes]
    )


def require_fit(spec: NetworkSpec, X: FloatArray, Y: FloatArray) -> None:
    """SpecError, with the numbers, unless X (n, n[0]) and Y (n, n[L]) fit and are finite."""
    if not X.size and not Y.size:
        raise SpecError("There are no samples to train on.")
    require_shapes(spec, X, Y)
    largest = np.finfo(spec.dtype).max
    for name, table in (("inputs", X), ("targets", Y)):
        fits = np.abs(table) <= largest  # NaN does not either
        if not fits.all():
            row, column = np.argwhere(~fits)[0]
            raise SpecError(
                f"The {name} hold a value that is not finite in {spec.dtype}: "
                f"{table[row, column]:g} in row {row + 1:,}, column {column + 1:,}."
            )
    if LOSSES[spec.loss].link is not None:
        _require_probabilities(LOSSES[spec.loss], Y)


def _require_probabilities(loss: Loss, Y: FloatArray) -> None:
    """A cross-entropy is one of two distributions; with other targets it has no minimum."""
    outside = (Y < 0) | (Y > 1)
    if outside.any():
        raise SpecError(
            f"{loss.title.capitalize()} needs targets from 0 to 1; there is a {Y[outside][0]:g}."
        )
    off = np.abs(Y.sum(axis=1) - 1) > SUM_TOLERANCE
    if not loss.mean_of_outputs and off.any():
        raise SpecError(
            f"{loss.title.capitalize()} needs targets that sum to 1 in each row; there is a "
            f"{Y[off][0].sum():g}."
        )


def require_shapes(spec: NetworkSpec, X: FloatArray, Y: FloatArray) -> None:
    """SpecError, with the numbers, unless X is (n, n[0]) and Y (n, n[L]); n may be 0."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y):
        raise SpecError(
            f"Inputs {X.shape} and targets {Y.shape} must be tables of equal length, with a "
            "column for each input and for each output."
        )
    if X.shape[1] != spec.n_inputs or Y.shape[1] != spec.n_outputs:
        raise SpecError(
            f"The network takes {spec.n_inputs} inputs and gives {spec.n_outputs} outputs; "
            f"the data has {X.shape[1]} and {Y.shape[1]}."
        )


def require_room(spec: NetworkSpec, m: int) -> None:
    """SpecError, with the numbers, if the buffers for m samples would be too large."""
    units = BUFFERS_PER_UNIT * sum(spec.sizes)
    n_bytes = units * m * np.dtype(spec.dtype).itemsize
    if n_bytes > MAX_BUFFER_BYTES:
        raise SpecError(
            f"A batch of {m:,} samples through {spec.shape_text} needs about "
            f"{n_bytes / 2**30:,.0f} GiB of memory; the limit is {MAX_BUFFER_BYTES >> 30} GiB. "
            "Use smaller batches."
        )


def _checked_weights(weights: ArrayLike, n: int) -> FloatArray:
    array = as_table(weights, "Sample weights")
    if array.shape != (n,):
        raise SpecError(f"Sample weights of shape {array.shape} for {n:,} samples.")
    fit = np.isfinite(array) & (array >= 0)
    if not fit.all():
        raise SpecError(f"Sample weights must be finite and 0 or more, not {array[~fit][0]:g}.")
    return array


def _in_dtype(weights: FloatArray, dtype: str) -> FloatArray:
    if weights.max() > np.finfo(dtype).max:
        raise SpecError(f"A sample's weight of {weights.max():g} is too large for {dtype}.")
    return weights.astype(dtype)


def _classes(spec: NetworkSpec, targets: FloatArray, n_weights: int) -> NDArray[np.int64]:
    """Class index of each sample (n,), to look up its class's weight."""
    output, n_classes = spec.layers[-1], max(spec.n_outputs, 2)
    if output.activation not in ("sigmoid", "softmax", "tanh") or (
        output.activation != "softmax" and output.units > 1
    ):
        raise SpecError(
            f"Class weights need one sigmoid or tanh output or a softmax, not {output.units} "
            f"{output.activation}."
        )
    if n_weights != n_classes:
        raise SpecError(f"{n_weights} class weights for {n_classes} classes.")
    if output.activation == "softmax":
        classes: NDArray[np.int64] = targets.argmax(axis=1)
    else:
        middle = 0.0 if output.activation == "tanh" else 0.5
        classes = (targets[:, 0] > middle).astype(np.int64)
    return classes
