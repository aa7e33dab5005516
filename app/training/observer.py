"""Looks at a trainer between two steps and makes records and frames; never disturbs it."""

import math

import numpy as np

from app.training.messages import Frame, FrameRequest, LayerFrame, MapRequest, Record
from app.viewdata.histogram import SteadyRange, histogram
from app.viewdata.numbers import HUGE
from nncore.diagnostics import layer_activity
from nncore.evaluation import Evaluator
from nncore.network import Network, Trace
from nncore.samples import Samples
from nncore.trainer import Trainer
from nncore.types import FloatArray

WATCHED_SAMPLES = 1000  # of the training set, whose activations are shown
BINS = 40
# A record at every epoch up to here, so that the eventful beginning is drawn in full …
DENSE_EPOCHS = 100
# … and from then on so often that looking costs about this share of the training.
RECORD_SHARE = 0.05
RECORDS_PER_DOUBLING = 10_000
# What a pass costs beside its samples, counted in samples: measured on 2-16-8-1.
STEP_OVERHEAD, RECORD_OVERHEAD = 400, 1000


def record_interval(n_train: int, n_test: int, n_batches: int, epoch: int) -> int:
    """Epochs from one record to the next, around ``epoch``: the same in every run.

    Doubles as a run gets very long, so that a curve never holds more than some ten
    thousand points for each doubling of its length.
    """
    if epoch < DENSE_EPOCHS:
        return 1
    training = 3 * n_train + STEP_OVERHEAD * n_batches
    looking = n_train + n_test + RECORD_OVERHEAD
    at_least = looking / (RECORD_SHARE * training)
    interval = next((nice for nice in (1, 2, 5, 10, 20) if nice >= at_least / 1.5), 20)
    doublings = math.floor(math.log2(max(1.0, epoch / (RECORDS_PER_DOUBLING * interval))))
    return int(interval * 2**doublings)


class Observer:
    """Reads one trainer's network; owns the buffers for looking."""

    def __init__(self, run_id: int, trainer: Trainer) -> None:
        self._run_id = run_id
        self._trainer = trainer
        # The same parameters with a gradient of its own: looking never touches the trainer's.
        self._network = Network(trainer.network.spec, trainer.network.parameters)
        self._ranges = [SteadyRange() for _ in self._network.spec.layers]
        self._map_request: MapRequest | None = None
        self._map_trace: Trace | None = None
        self._last_record: Record | None = None
        self._load(trainer.samples)

    def _load(self, samples: Samples) -> None:
        """The buffers for looking at these samples."""
        self._samples = samples
        X, Y = samples.training.X, samples.training.Y
        X_test, Y_test = samples.held_out or (X[:0], Y[:0])
        self._train = Evaluator(self._network, X, Y)
        self._test = Evaluator(self._network, X_test, Y_test)
        self._n_test = len(X_test)
        self._all_watched = len(X) <= WATCHED_SAMPLES
        self._watched = (
            self._train
            if self._all_watched
            else Evaluator(self._network, X[:WATCHED_SAMPLES], Y[:WATCHED_SAMPLES])
        )

    def record_due(self) -> bool:
        """Whether the epoch just completed is one of those that are recorded."""
        trainer = self._trainer
        interval = record_interval(
            trainer.n_samples, self._n_test, trainer.n_batches, trainer.epoch
        )
        return trainer.epoch % interval == 0

    def record(self) -> Record:
        """Losses, accuracies and gradient magnitudes of this very moment."""
        trainer, last = self._trainer, self._last_record
        if last is not None and last.step == trainer.step:
            return last
        train = self._train.evaluate()
        assert train is not None  # there is no trainer without training samples
        if trainer.step == 0:
            self._train.backward()
            gradient_rms = self._network.gradient.layer_rms()
        else:
            gradient_rms = trainer.network.gradient.layer_rms()
        self._last_record = Record(
            self._run_id,
            trainer.step,
            trainer.epochs,
            train,
            self._test.evaluate(),
            gradient_rms,
        )
        return self._last_record

    def follow(self) -> None:
        """The run has gone to another moment or on to other samples: what was recorded last may
        be of a lost future, or of the samples of before."""
        self._last_record = None
        if self._trainer.samples is not self._samples:
            self._load(self._trainer.samples)

    def frame(self, request: FrameRequest) -> Frame:
        trainer, network = self._trainer, self._network
        # Every sample is evaluated for a frame only where that is cheap.
        last = self._last_record
        record = self.record() if self._all_watched or last is None else last
        output_map, unit_maps = self._maps(request)
        return Frame(
            run_id=self._run_id,
            record=record,
            step=trainer.step,
            epoch=trainer.epoch,
            batch=trainer.batch,
            n_batches=trainer.n_batches,
            learning_rate=trainer.current_learning_rate,
            theta=network.parameters.theta.copy(),
            layers=self._layers() if request.activations else (),
            output_map=output_map,
            unit_maps=unit_maps,
        )

    def _layers(self) -> tuple[LayerFrame, ...]:
        self._watched.evaluate()
        frames = []
        for l, (layer, span) in enumerate(
            zip(self._network.spec.layers, self._ranges, strict=True), start=1
        ):
            A = self._watched.trace.A[l]
            counts, edges, zero_share = histogram(A, span, BINS)
            activity = layer_activity(A, layer.activation)
            frames.append(LayerFrame(activity, counts, edges, zero_share, A.mean(axis=0)))
        return tuple(frames)

    def _maps(self, request: FrameRequest) -> tuple[FloatArray | None, tuple[FloatArray, ...]]:
        wanted = request.output_map
        if wanted is None:
            return None, ()
        if wanted is not self._map_request:
            self._map_request = wanted
            self._map_trace = self._network.trace(len(wanted.X))
            self._map_trace.X[...] = wanted.X
        assert self._map_trace is not None
        trace = self._map_trace
        trace.forward()
        L = self._network.spec.depth
        output_map = _drawable(trace.A[L].reshape(*wanted.shape, -1))
        if not request.unit_maps:
            return output_map, ()
        stride = wanted.unit_stride
        return output_map, tuple(
            _drawable(trace.A[l].T.reshape(-1, *wanted.shape)[:, ::stride, ::stride])
            for l in range(1, L)
        )


def _drawable(values: FloatArray) -> FloatArray:
    """A copy without the infinities of a network about to diverge, which no colour can show."""
    copy: FloatArray = np.nan_to_num(values, nan=0.0, posinf=HUGE, neginf=-HUGE)
    return np.clip(copy, -HUGE, HUGE, out=copy)
