"""PyTorch on the CPU: eager, with the optimizers' default and with their fused form."""

import torch
from torch import nn
from workloads import MOMENTUM, Array, Weights, Workload, targets

torch.set_num_threads(1)

HIDDEN = {"relu": nn.ReLU, "tanh": nn.Tanh}


def kernels() -> str:
    blas = "MKL" if torch.backends.mkl.is_available() else "another BLAS"
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{blas}, {capability} with {torch.get_num_threads()} thread(s)"


class TorchEager:
    """nn.Sequential on logits; each epoch a permuted copy of the samples, cut into batches."""

    fused: bool | None = None  # the default

    def __init__(self, workload: Workload, X: Array, y: Array, weights: Weights) -> None:
        self.workload = workload
        self.X = torch.from_numpy(X)
        if workload.binary:
            self.Y = torch.from_numpy(targets(workload, y))
            self.loss: nn.Module = nn.BCEWithLogitsLoss()
        else:
            self.Y = torch.from_numpy(y)
            self.loss = nn.CrossEntropyLoss()
        self.network = network(workload, weights)
        self.optimizer = self.make_optimizer()
        self.generator = torch.Generator().manual_seed(0)

    def make_optimizer(self) -> torch.optim.Optimizer:
        parameters, rate = self.network.parameters(), self.workload.learning_rate
        if self.workload.optimizer == "adam":
            return torch.optim.Adam(parameters, lr=rate, eps=1e-8, fused=self.fused)
        momentum = MOMENTUM if self.workload.optimizer == "momentum" else 0.0
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, fused=self.fused)

    def run(self, epochs: int) -> None:
        for _ in range(epochs):
            self.epoch()

    def epoch(self) -> None:
        batch_size = self.workload.batch_size
        if batch_size is None:
            self.step(self.X, self.Y)
            return
        order = torch.randperm(len(self.X), generator=self.generator)
        X, Y = self.X[order], self.Y[order]
        for X_batch, Y_batch in zip(X.split(batch_size), Y.split(batch_size), strict=True):
            self.step(X_batch, Y_batch)

    def step(self, X: torch.Tensor, Y: torch.Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.network(X), Y).backward()
        self.optimizer.step()

    @torch.no_grad()
    def predict(self, X: Array) -> Array:
        Z = self.network(torch.from_numpy(X))
        A = torch.sigmoid(Z) if self.workload.binary else torch.softmax(Z, dim=1)
        return A.numpy()


class TorchFused(TorchEager):
    """The same with ``fused=True``: one kernel updates all parameters."""

    fused = True


@torch.no_grad()
def network(workload: Workload, weights: Weights) -> nn.Sequential:
    parts: list[nn.Module] = []
    for W, b in weights:
        linear = nn.Linear(W.shape[1], W.shape[0])
        linear.weight.copy_(torch.from_numpy(W))
        linear.bias.copy_(torch.from_numpy(b))
        parts += [linear, HIDDEN[workload.activation]()]
    return nn.Sequential(*parts[:-1])  # the output layer gives logits
