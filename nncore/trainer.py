"""Training, stepped from outside by batch and by epoch (the guide's chapter 6).

The rules: the loss is the mean over the batch; the samples are put into a new order at the
start of each epoch, from the seed (not when one batch holds them all); the short last batch
is used, with its own size. There are no callbacks and no threads: whoever holds a trainer
steps it and reads what it wants between two steps.
"""

from dataclasses import dataclass

import numpy as np

from nncore.errors import SpecError
from nncore.metrics import accuracy
from nncore.network import Network, Trace, with_ones
from nncore.parameters import initial_theta
from nncore.spec import NetworkSpec, TrainingConfig, require_learning_rate
from nncore.types import FloatArray


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss and accuracy of the current parameters on one set; accuracy None for regression."""

    loss: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where training ran out of the finite numbers.

    what   "pre-activation", "gradient" or "weight": the first tensor that is not finite
    layer  its layer index, 1 … L
    """

    epoch: int
    step: int
    layer: int
    what: str


class Trainer:
    """Mini-batch gradient descent, theta ← theta − learning_rate · ∂loss/∂theta.

    ``epoch``, ``batch`` and ``step`` count what has been completed; ``batch`` within the
    epoch. After a step ``trace`` holds Z, A, delta of its batch, and ``network.gradient``
    the gradient that was applied. Once ``divergence`` is set steps do nothing, and theta is
    what it was at the start of that epoch.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        config: TrainingConfig,
        X: FloatArray,
        Y: FloatArray,
        theta: FloatArray | None = None,
    ) -> None:
        """X (n, n[0]), Y (n, n[L]); theta (P,) instead of weights drawn from the seed.

        Raises SpecError if the data does not fit the network or is not finite.
        """
        require_fit(spec, X, Y)
        weights_seed, order_seed = np.random.SeedSequence(config.seed).spawn(2)
        if theta is None:
            theta = initial_theta(spec, np.random.default_rng(weights_seed))
        elif not np.isfinite(theta).all():
            raise SpecError("The initial weights hold a value that is not finite.")
        self.network = Network.from_theta(spec, theta)
        self.n_samples = len(X)
        self.batch_size = min(config.batch_size or self.n_samples, self.n_samples)
        self.epoch = self.batch = self.step = 0
        self.divergence: Divergence | None = None

        self._X, self._Y = with_ones(X, spec.dtype), np.ascontiguousarray(Y, spec.dtype)
        self._order_rng = np.random.default_rng(order_seed)
        # Batches are views of these two, which are filled in a new order for each epoch.
        self._X_ordered, self._Y_ordered = self._X.copy(), self._Y.copy()
        starts = range(0, self.n_samples, self.batch_size)
        traces = {
            m: self.network.trace(m)
            for m in {min(self.batch_size, self.n_samples - start) for start in starts}
        }
        self._batches: list[tuple[FloatArray, FloatArray, Trace]] = []
        for start in starts:
            rows = slice(start, min(start + self.batch_size, self.n_samples))
            A0, Y_batch = self._X_ordered[rows].T, self._Y_ordered[rows].T
            self._batches.append((A0, Y_batch, traces[A0.shape[1]]))
        self.trace = self._batches[0][2]
        self._targets: FloatArray | None = None  # of the batch that the trace holds

        self._theta = self.network.parameters.theta
        self._theta_at_epoch_start = self._theta.copy()
        self._update = np.empty_like(self._theta)
        self._learning_rate = np.zeros((), spec.dtype)
        self.learning_rate = config.learning_rate

    @property
    def n_batches(self) -> int:
        return len(self._batches)

    @property
    def learning_rate(self) -> float:
        return float(self._learning_rate)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        """Takes effect at the next step. Raises SpecError if it is not finite in the dtype."""
        if require_learning_rate(value) > np.finfo(self._theta.dtype).max:
            raise SpecError(f"The learning rate {value:.3g} is too large for {self._theta.dtype}.")
        self._learning_rate[...] = value

    def step_batch(self) -> None:
        """One step: forward, backward and update on the next batch."""
        if self.divergence is not None:
            return
        if self.batch == 0:
            self._begin_epoch()
        A0, Y, self.trace = self._batches[self.batch]
        self._step(A0, Y)
        self.step += 1
        self.batch += 1
        if self.batch == len(self._batches):
            self._end_epoch()

    def step_epoch(self) -> None:
        """Steps to the end of the current epoch."""
        for _ in range(len(self._batches) - self.batch):
            self.step_batch()

    def batch_loss(self) -> float | None:
        """Loss of the last batch, under the parameters before its update; None before any."""
        return None if self._targets is None else self.trace.loss(self._targets.T)

    def _step(self, A0: FloatArray, Y: FloatArray) -> None:
        self._targets = Y
        self.trace.forward(A0)
        self.trace.backward(A0, Y)
        np.multiply(self.network.gradient.theta, self._learning_rate, out=self._update)
        np.subtract(self._theta, self._update, out=self._theta)

    def _begin_epoch(self) -> None:
        np.copyto(self._theta_at_epoch_start, self._theta)
        if len(self._batches) > 1:
            order = self._order_rng.permutation(self.n_samples)
            # mode: the indices are in range, and "raise" would go through a buffer
            np.take(self._X, order, axis=0, out=self._X_ordered, mode="clip")
            np.take(self._Y, order, axis=0, out=self._Y_ordered, mode="clip")

    def _end_epoch(self) -> None:
        self.batch = 0
        self.epoch += 1
        # One product tells: it is finite unless a parameter is not, or all but.
        if not np.isfinite(self._theta.dot(self._theta)):
            self._find_divergence()

    def _find_divergence(self) -> None:
        """Take the epoch once more, looking after each step, to find where it went wrong."""
        if np.isfinite(self._theta).all():
            return  # large, but finite: only its square was not
        diverged = self._theta.copy()
        np.copyto(self._theta, self._theta_at_epoch_start)
        first_step = self.step - len(self._batches)
        found = None
        for number, (A0, Y, trace) in enumerate(self._batches, start=1):
            self.trace = trace
            self._step(A0, Y)
            found = first_nonfinite(self.network, trace)
            if found is not None:
                self.step = first_step + number
                break
        else:
            # Another learning rate, in force earlier in this epoch, led there: the end of the
            # epoch is all that is known.
            np.copyto(self._theta, diverged)
            found = first_nonfinite(self.network, self.trace)
        if found is not None:
            self.divergence = Divergence(self.epoch, self.step, found[1], found[0])
            np.copyto(self._theta, self._theta_at_epoch_start)


class Evaluator:
    """Loss and accuracy of a network on one fixed set of samples, without allocating anew."""

    def __init__(self, network: Network, X: FloatArray, Y: FloatArray) -> None:
        """X (n, n[0]), Y (n, n[L]); n may be 0, and then there is nothing to evaluate."""
        self._A0 = with_ones(X, network.spec.dtype).T
        self._Y = np.ascontiguousarray(Y, network.spec.dtype)
        self._loss = network.spec.loss
        self._depth = network.spec.depth
        self.trace = network.trace(len(X))

    def evaluate(self) -> Evaluation | None:
        """None if the set is empty. Leaves ``trace`` holding Z and A of every sample."""
        if not len(self._Y):
            return None
        self.trace.forward(self._A0)
        A = self.trace.A[self._depth]
        return Evaluation(self.trace.loss(self._Y), accuracy(A, self._Y, self._loss))

    def backward(self) -> None:
        """After ``evaluate``: delta, and the network's gradient, over the whole set."""
        self.trace.backward(self._A0, self._Y.T)


def first_nonfinite(network: Network, trace: Trace) -> tuple[str, int] | None:
    """(what, layer) of the first tensor that is not finite, in the order of computation."""
    layers = range(1, network.spec.depth + 1)
    for l in layers:
        if not np.isfinite(trace.Z[l]).all():
            return "pre-activation", l
    for l in reversed(layers):
        if not np.isfinite(network.gradient.block[l]).all():
            return "gradient", l
    for l in layers:
        if not np.isfinite(network.parameters.block[l]).all():
            return "weight", l
    return None


def require_fit(spec: NetworkSpec, X: FloatArray, Y: FloatArray) -> None:
    """SpecError, with the numbers, unless X (n, n[0]) and Y (n, n[L]) fit and are finite."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y):
        raise SpecError(f"Inputs {X.shape} and targets {Y.shape} must be tables of equal length.")
    if X.shape[1] != spec.n_inputs or Y.shape[1] != spec.n_outputs:
        raise SpecError(
            f"The network takes {spec.n_inputs} inputs and gives {spec.n_outputs} outputs; "
            f"the data has {X.shape[1]} and {Y.shape[1]}."
        )
    if not len(X):
        raise SpecError("There are no samples to train on.")
    largest = np.finfo(spec.dtype).max
    for table in (X, Y):
        if not (np.abs(table) <= largest).all():  # NaN is not either
            raise SpecError(f"The data holds a value that is not finite in {spec.dtype}.")
