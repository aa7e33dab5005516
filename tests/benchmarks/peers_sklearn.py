"""scikit-learn's MLPClassifier."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from workloads import MOMENTUM, Array, Weights, Workload

# "Maximum iterations reached": a number of epochs is what is asked for here.
warnings.simplefilter("ignore", ConvergenceWarning)


class ScikitLearn:
    """``fit`` over as many epochs as asked for, from the weights that are there (warm_start).

    One call for all epochs is its fastest way: ``partial_fit`` checks its arguments again for
    every epoch, or batch. Its step includes the value of the loss, which it can't do without.
    """

    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        self.X, self.y = X, y
        self.model = MLPClassifier(
            workload.sizes[1:-1],
            activation=workload.activation,
            solver="adam" if workload.optimizer == "adam" else "sgd",
            alpha=0.0,
            batch_size=workload.batch_size or workload.n_samples,
            learning_rate_init=workload.learning_rate,
            shuffle=workload.batch_size is not None,
            momentum=MOMENTUM if workload.optimizer == "momentum" else 0.0,
            nesterovs_momentum=False,
            max_iter=1,
            tol=0.0,
            n_iter_no_change=10**9,
            warm_start=True,
            random_state=0,
        )
        self.model.fit(X, y)  # makes the arrays, and takes an epoch that is then undone
        self.model.coefs_ = [np.ascontiguousarray(W.T) for W, b in weights]
        self.model.intercepts_ = [b.copy() for W, b in weights]

    def run(self, epochs: int) -> None:
        self.model.max_iter = epochs
        self.model.fit(self.X, self.y)

    def predict(self, X: Array) -> Array:
        A: Array = self.model.predict_proba(X)
        return A[:, 1:] if A.shape[1] == 2 else A
