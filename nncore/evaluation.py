"""How good a network is on a set of samples, now."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from nncore.metrics import accuracy
from nncore.network import Network
from nncore.training_data import as_table, as_targets, require_shapes


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss and accuracy of the current parameters on one set; accuracy None for regression."""

    loss: float
    accuracy: float | None


class Evaluator:
    """Evaluates a network on one fixed set of samples, without allocating anew."""

    def __init__(self, network: Network, X: ArrayLike, Y: ArrayLike) -> None:
        """X (n, n[0]), Y (n, n[L]) or class indices (n,); n may be 0: nothing to evaluate.

        Raises SpecError for tables of other shapes.
        """
        inputs, targets = as_table(X, "Inputs"), as_targets(network.spec, Y)
        require_shapes(network.spec, inputs, targets)
        self.trace = network.trace(len(targets))
        self.trace.X[...] = inputs
        self.trace.Y[...] = targets
        self._loss = network.spec.loss
        self._L = network.spec.depth

    def loss(self) -> float:
        """Mean loss. Leaves ``trace`` holding Z and A of every sample."""
        self.trace.forward()
        return self.trace.loss()

    def evaluate(self) -> Evaluation | None:
        """None if the set is empty. Leaves ``trace`` holding Z and A of every sample."""
        if not self.trace.m:
            return None
        loss = self.loss()
        return Evaluation(loss, accuracy(self.trace.A[self._L], self.trace.Y, self._loss))

    def backward(self) -> None:
        """After ``evaluate``: delta, and the network's gradient, over the whole set."""
        self.trace.loss_gradient()
        self.trace.backward()
