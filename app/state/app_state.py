"""All that the window shows but the training itself, as one frozen value."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from nncore.data.dataset import Dataset, Int64Array, Split
from nncore.data.preparation import Plan, Preparation
from nncore.data.reading.choices import Choices
from nncore.data.scaling import Scaling
from nncore.spec import NetworkSpec, TrainingConfig
from nncore.types import FloatArray

GUIDE = "the guide"
MAX_UNITS, MAX_HIDDEN_LAYERS = 4096, 8  # what the editors offer


class Activity(Enum):
    PAUSED = "paused"
    RUNNING = "running"
    STEPPING = "stepping"
    DIVERGED = "diverged"
    STOPPED = "stopped early"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Generated:
    """Data made by ``nncore.data.generators``: its arguments."""

    id: str
    n_samples: int
    noise: float
    seed: int
    balance: float | None = None
    options: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FromFile:
    """Data read from a file, with the choices that it was read with."""

    path: Path
    choices: Choices


@dataclass(frozen=True, slots=True)
class Pasted:
    """A table from the clipboard: its text, and the choices that it was read with."""

    text: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class Drawn:
    """Data painted by hand."""


Source = Generated | FromFile | Pasted | Drawn


@dataclass(frozen=True, slots=True)
class View:
    """Which plane of the input space the maps show.

    axes       the features that it spans, unless …
    principal  … it is that of the first two principal components
    through    the sample that it goes through; None for the mean of all
    """

    axes: tuple[int, int]
    principal: bool = False
    through: int | None = None


NOTHING: Int64Array = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class AppState:
    """See the field comments; compare slices with ``is``."""

    source: Source
    dataset: Dataset  # raw, as it came
    data_version: int  # of the samples: another one when they change and the run goes on …
    latest_version: int  # … and the highest that there has been
    test_share: float
    stratified: bool
    split: Split
    plan: Plan  # what is to be done to the features …
    preparation: Preparation  # … fitted on the training samples
    samples: FloatArray  # (n, d) raw features with their gaps filled in: what is drawn
    targets: Scaling  # what is done to the targets (regression only)
    selected: Int64Array  # samples, ascending
    spec: NetworkSpec
    config: TrainingConfig
    theta: FloatArray | None  # initial parameters that do not come from the seed
    theta_origin: str  # where theta is from, in words; "" if the seed
    view: View
    step_epochs: int  # how many epochs "step N" takes
    run_id: int
    activity: Activity
    step: int  # steps completed where training last stood still
    notice: str  # why the run started afresh or ended, one sentence; "" if nothing to say
    appearance: str  # system, light or dark: what was chosen …
    dark: bool  # … and what it comes to
