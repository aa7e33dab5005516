"""What a network is and how it is trained: frozen, validated before anything is allocated."""

from nncore.spec.network import DTYPES, MAX_PARAMETERS, LayerSpec, NetworkSpec, dense
from nncore.spec.training import EarlyStopping, Schedule, TrainingConfig

__all__ = [
    "DTYPES",
    "MAX_PARAMETERS",
    "EarlyStopping",
    "LayerSpec",
    "NetworkSpec",
    "Schedule",
    "TrainingConfig",
    "dense",
]
