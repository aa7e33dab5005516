"""Peers taking turns: each in a process of its own, where only its own libraries are loaded, and
only one of them running at a time."""

import gc
import importlib
import importlib.util
import multiprocessing
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing.connection import Connection
from typing import Any

from workloads import WORKLOADS, Workload, initial_weights, mean_loss, samples


@dataclass(frozen=True)
class Peer:
    """One way to take a training step.

    place      module and class: made from (workload, X, y, weights), with ``run(epochs)``
               and, if it learns, ``predict(X)``
    library    the distribution that must be installed
    workloads  where it takes part; None for all
    """

    title: str
    place: tuple[str, str]
    library: str
    learns: bool = True
    workloads: tuple[str, ...] | None = None

    @property
    def installed(self) -> bool:
        module = {"scikit-learn": "sklearn"}.get(self.library, self.library)
        return importlib.util.find_spec(module) is not None


PEERS = {
    "nncore": Peer("nncore", ("peers_nncore", "Nncore"), "numpy"),
    "timeline": Peer(
        "nncore + timeline",
        ("peers_nncore", "NncoreWithTimeline"),
        "numpy",
        workloads=("W1", "W3"),
    ),
    "guide64": Peer("guide's NumPy, float64", ("peers_numpy", "GuideStyle"), "numpy"),
    "guide32": Peer("guide's NumPy, float32", ("peers_numpy", "GuideStyle32"), "numpy"),
    "lean64": Peer("leanest plain NumPy, float64", ("peers_numpy", "LeanStyle"), "numpy"),
    "lean32": Peer("leanest plain NumPy, float32", ("peers_numpy", "LeanStyle32"), "numpy"),
    "gemms": Peer("bare GEMMs", ("peers_numpy", "BareProducts"), "numpy", learns=False),
    "sklearn": Peer("scikit-learn", ("peers_sklearn", "ScikitLearn"), "scikit-learn"),
    "torch": Peer("PyTorch eager", ("peers_torch", "TorchEager"), "torch"),
    "fused": Peer("PyTorch fused", ("peers_torch", "TorchFused"), "torch"),
}


@dataclass(frozen=True)
class Turn:
    """One timed run.

    cpu_share  processor time over time passed: less than 1 if others kept it from running
    losses     of the first samples, before and after; None of a peer that doesn't learn
    """

    us_per_step: float
    steps: int
    cpu_share: float
    losses: tuple[float, float] | None


class Team:
    """The processes of some peers on one workload, for use in a ``with`` statement."""

    def __init__(self, names: Iterable[str], workload: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.connections: dict[str, Connection] = {}
        for name in names:
            here, there = spawn.Pipe()
            spawn.Process(target=answer, args=(there, name, workload), daemon=True).start()
            there.close()
            self.connections[name] = here

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *exception: object) -> None:
        for connection in self.connections.values():
            with suppress(BrokenPipeError):
                connection.send(None)

    def ask(self, name: str, question: str, *arguments: object) -> Any:
        """The answer of one peer, the others waiting. Ends the program if the peer fails."""
        self.connections[name].send((question, *arguments))
        try:
            answered, result = self.connections[name].recv()
        except EOFError:
            answered, result = False, "its process ended"
        if not answered:
            raise SystemExit(f"{PEERS[name].title} failed at {question}: {result}")
        return result


def answer(connection: Connection, name: str, workload: str) -> None:
    """A peer's process: answers questions until None is sent."""
    worker = None
    while (request := connection.recv()) is not None:
        question, *arguments = request
        try:
            worker = worker or Worker(PEERS[name], WORKLOADS[workload])
            connection.send((True, getattr(worker, question)(*arguments)))
        except Exception:
            connection.send((False, traceback.format_exc()))


class Worker:
    """What a peer's process can be asked."""

    def __init__(self, peer: Peer, workload: Workload) -> None:
        module, attribute = peer.place
        self.peer, self.workload = peer, workload
        self.module = importlib.import_module(module)
        self.make = getattr(self.module, attribute)
        self.X, self.y = samples(workload)
        self.epochs = 0  # of a turn; not known yet

    def about(self) -> str:
        """Version of the library, and what it says of its kernels and threads."""
        kernels = getattr(self.module, "kernels", openblas)
        return f"{version(self.peer.library)}, {kernels()}"

    def agree(self) -> tuple[float, float]:
        """The loss before and after some full-batch steps, which leave nothing to chance."""
        workload = self.workload.in_one_batch()
        X, y = samples(workload)
        peer = self.make(workload, X, y, initial_weights(workload))
        before = mean_loss(peer.predict(X), y)
        peer.run(workload.check_steps)
        return before, mean_loss(peer.predict(X), y)

    def turn(self, seconds: float) -> Turn:
        """Whole epochs for about that long, from the initial parameters, after a warm-up.

        Each turn starts afresh so that no peer trains into numbers that the others don't see.
        """
        peer = self.make(self.workload, self.X, self.y, initial_weights(self.workload))
        before = self.loss(peer)
        if not self.epochs:
            self.epochs = epochs_that_take(seconds, peer)
        peer.run(max(1, self.epochs // 8))
        elapsed, cpu = timed(peer, self.epochs)
        steps = self.epochs * self.workload.n_batches
        losses = (before, self.loss(peer)) if self.peer.learns else None
        return Turn(elapsed / steps * 1e6, steps, cpu / elapsed, losses)

    def loss(self, peer: Any) -> float | None:
        if not self.peer.learns:
            return None
        X, y = self.X[:1000], self.y[:1000]
        return mean_loss(peer.predict(X), y)


def openblas() -> str:
    """What OpenBLAS has chosen in this process, where threadpoolctl can tell."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return "threads as in the environment"
    from threadpoolctl import threadpool_info

    pools = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    return " and ".join(
        f"OpenBLAS {p['version']} for {p['architecture']} with {p['num_threads']} thread(s)"
        for p in pools
    )


def timed(peer: Any, epochs: int) -> tuple[float, float]:
    """Seconds that so many epochs take, and seconds of processor time."""
    gc.collect()
    gc.disable()
    begin, cpu_begin = time.perf_counter(), time.process_time()
    peer.run(epochs)
    elapsed, cpu = time.perf_counter() - begin, time.process_time() - cpu_begin
    gc.enable()
    return elapsed, cpu


def epochs_that_take(seconds: float, peer: Any) -> int:
    """At least one; the run that tells takes a quarter of the time."""
    epochs = 1
    peer.run(epochs)
    while (elapsed := timed(peer, epochs)[0]) < seconds / 4:
        epochs *= 2
    return max(1, round(epochs * seconds / elapsed))
