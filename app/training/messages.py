"""What travels between the window and the training thread: frozen values, nothing else."""

from dataclasses import dataclass

from nncore.diagnostics import LayerActivity
from nncore.divergence import Divergence
from nncore.evaluation import Evaluation
from nncore.monitor import Stopped
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.types import FloatArray

# ---- from the window to the worker -----------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Experiment:
    """All that a run starts from; inputs prepared, targets encoded, one sample per row.

    theta (P,) replaces the weights that the seed would draw; ``data_version`` is the number by
    which the window knows these samples.
    """

    run_id: int
    spec: NetworkSpec
    config: TrainingConfig
    X_train: FloatArray
    Y_train: FloatArray
    X_test: FloatArray
    Y_test: FloatArray
    theta: FloatArray | None
    data_version: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """Begin a run: at epoch 0, paused."""

    experiment: Experiment


@dataclass(frozen=True, slots=True)
class Run:
    """Train until told to pause, or for ``epochs`` more."""

    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the step that is under way."""


@dataclass(frozen=True, slots=True)
class Step:
    """Take one batch, then stand still."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to where ``step`` steps were completed, or as near to it as the run is known."""

    step: int


@dataclass(frozen=True, slots=True)
class BackEpoch:
    """Go back to where the epoch under way began or, between two epochs, the last one."""


@dataclass(frozen=True, eq=False, slots=True)
class Configure:
    """Train on with these settings, from the next step on."""

    config: TrainingConfig


@dataclass(frozen=True, eq=False, slots=True)
class ReplaceData:
    """Train on with these samples, prepared and encoded as an ``Experiment``'s, from the next
    epoch on.

    Between two epochs that is at once, and so it is if the run has ended by itself, which then
    may go on; amid an epoch it is when that epoch ends. The answer comes when it is done:
    ``DataReplaced``, or ``DataRefused``. Samples that are overtaken by others while they wait
    are never taken, and not answered. ``version`` is the number by which the window knows them.
    """

    version: int
    X_train: FloatArray
    Y_train: FloatArray
    X_test: FloatArray
    Y_test: FloatArray


@dataclass(frozen=True, slots=True)
class Stop:
    """End the thread."""


@dataclass(frozen=True, eq=False, slots=True)
class MapRequest:
    """Inputs (points, n[0]) at which every unit's output is wanted, as a grid of ``shape``.

    ``unit_stride`` thins the grid for the small pictures of the hidden units.
    """

    X: FloatArray
    shape: tuple[int, int]
    unit_stride: int


@dataclass(frozen=True, eq=False, slots=True)
class FrameRequest:
    """What the visible panels need; what is False or None costs nothing."""

    activations: bool
    output_map: MapRequest | None
    unit_maps: bool


Order = Run | Step | Seek | BackEpoch  # which a run stands still before and after
Change = Configure | ReplaceData  # which a run goes on with
Message = Start | Order | Change | Pause | Stop | FrameRequest

# ---- from the worker to the window -----------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """One point of the curves: the exact state after ``step`` steps.

    Where the samples are replaced there is one on the new samples; it takes the place of one at
    the same step on the old ones, if there was any.

    epochs        epochs completed, with the fraction of the one under way
    test          None if there are no test samples
    gradient_rms  (L,): root mean square of the last step's gradient over each layer's
                  parameters; before the first step, of the gradient over all samples
    """

    run_id: int
    step: int
    epochs: float
    train: Evaluation
    test: Evaluation | None
    gradient_rms: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class LayerFrame:
    """What the units of one layer do on the watched samples.

    counts (bins,), edges (bins + 1,)  histogram of the activations that are not exactly 0
    zero_share                         share of the activations that are exactly 0
    unit_means (n[l],)                 mean activation of each unit
    """

    activity: LayerActivity
    counts: FloatArray
    edges: FloatArray
    zero_share: float
    unit_means: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """The network at one moment, as far as it was asked for; arrays are copies.

    theta (P,); layers, one per weight layer, or ();
    output_map (rows, columns, n[L]) or None;
    unit_maps, one (n[l], rows, columns) per hidden layer, or ();
    learning_rate, of the last step: what the schedule made of it.
    """

    run_id: int
    record: Record
    step: int
    epoch: int
    batch: int
    n_batches: int
    learning_rate: float
    theta: FloatArray
    layers: tuple[LayerFrame, ...]
    output_map: FloatArray | None
    unit_maps: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True)
class Started:
    run_id: int


@dataclass(frozen=True, slots=True)
class Paused:
    """Training stands still after ``step`` steps and can go on.

    ``n_orders`` of this run have been carried out: after another, this is no longer so.
    """

    run_id: int
    step: int
    n_orders: int


@dataclass(frozen=True, slots=True)
class Diverged:
    run_id: int
    divergence: Divergence


@dataclass(frozen=True, slots=True)
class StoppedEarly:
    """Early stopping has ended training; ``watched`` is "test" or "train", whose loss it was."""

    run_id: int
    step: int
    stopped: Stopped
    watched: str


@dataclass(frozen=True, eq=False, slots=True)
class Configured:
    """These settings are in force: those asked for or, in the past, those of that time."""

    run_id: int
    config: TrainingConfig


@dataclass(frozen=True, eq=False, slots=True)
class Refused:
    """The settings ``asked`` for can't be had; those ``in_force`` stay."""

    run_id: int
    asked: TrainingConfig
    in_force: TrainingConfig
    reason: str


@dataclass(frozen=True, slots=True)
class DataReplaced:
    """The samples ``version`` are in force from here on: those that were asked for or, in the
    past, those of that time; those of the ``Experiment`` have its ``data_version``.

    ``known`` are all the versions that the run may be in when it is gone back in or forwards.
    """

    run_id: int
    version: int
    step: int
    epoch: int
    known: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataRefused:
    """The samples ``version`` can't be had; those of the version ``in_force`` stay."""

    run_id: int
    version: int
    in_force: int
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Training can't go on; ``reason`` is a sentence for a person."""

    run_id: int
    reason: str


Event = (
    Started
    | Paused
    | Diverged
    | StoppedEarly
    | Configured
    | Refused
    | DataReplaced
    | DataRefused
    | Failed
)
