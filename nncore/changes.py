"""What a person changes during a run, as values that can be recorded and done again."""

from dataclasses import dataclass

from nncore.samples import Samples
from nncore.spec import TrainingConfig
from nncore.trainer import Trainer


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """Other settings, from when ``step`` steps were completed."""

    step: int
    config: TrainingConfig

    def apply(self, trainer: Trainer) -> None:
        trainer.configure(self.config)


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One parameter set by hand, when ``step`` steps were completed."""

    step: int
    index: int
    value: float

    def apply(self, trainer: Trainer) -> None:
        trainer.set_parameter(self.index, self.value)


@dataclass(frozen=True, slots=True)
class DataChange:
    """Other samples, from when ``step`` steps were completed."""

    step: int
    samples: Samples

    def apply(self, trainer: Trainer) -> None:
        trainer.use(self.samples)


Change = SettingsChange | ParameterChange | DataChange


def is_overtaken(earlier: Change, later: Change) -> bool:
    """Whether the samples of the ``earlier`` change have been replaced before any step was taken
    with them, as when points are drawn in a pause."""
    both = isinstance(earlier, DataChange) and isinstance(later, DataChange)
    return both and earlier.step == later.step
