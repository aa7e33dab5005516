"""nncore, alone and with its timeline."""

import numpy as np
from workloads import Array, Weights, Workload, targets

from nncore.spec import TrainingConfig, dense
from nncore.timeline import Timeline
from nncore.trainer import Trainer


class Nncore:
    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        n_inputs, *hidden, n_outputs = workload.sizes
        output, loss = ("softmax", "categorical_crossentropy")
        if workload.binary:
            output, loss = ("sigmoid", "binary_crossentropy")
        spec = dense(
            n_inputs,
            tuple(hidden),
            n_outputs,
            activation=workload.activation,
            output=output,
            loss=loss,
        )
        config = TrainingConfig(
            workload.learning_rate,
            batch_size=workload.batch_size,
            optimizer=workload.optimizer,
        )
        theta = np.concatenate([np.vstack((W.T, b)).ravel() for W, b in weights])
        self.trainer = Trainer(spec, config, X, targets(workload, y), theta)
        self.step_epoch = self.trainer.step_epoch

    def run(self, epochs: int) -> None:
        step_epoch = self.step_epoch
        for _ in range(epochs):
            step_epoch()
        if self.trainer.divergence is not None:
            raise RuntimeError(f"nncore stopped training: {self.trainer.divergence}")

    def predict(self, X: Array) -> Array:
        return self.trainer.network.predict(X)


class NncoreWithTimeline(Nncore):
    """Every step taken through the timeline, which keeps what it needs to go back."""

    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        super().__init__(workload, X, y, weights)
        self.step_epoch = Timeline(self.trainer).step_epoch
