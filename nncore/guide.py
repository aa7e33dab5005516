"""The example of *Neural Networks from Scratch: The Complete Mathematical Guide*, exactly.

1000 standard normal points in the plane, class 1 inside the unit circle; 2-16-8-1, ReLU and
sigmoid, binary cross-entropy, He weights, full batch, learning rate 0.1, float64.
"""

import numpy as np

from nncore.parameters import initial_theta
from nncore.spec import NetworkSpec, TrainingConfig, dense
from nncore.types import FloatArray

SEED = 42
N_SAMPLES = 1000
SPEC: NetworkSpec = dense(2, (16, 8), 1, dtype="float64")
CONFIG = TrainingConfig(learning_rate=0.1, batch_size=None, seed=SEED)


def guide_data() -> tuple[FloatArray, FloatArray]:
    """X (1000, 2) and Y (1000, 1)."""
    X = np.random.RandomState(SEED).randn(2, N_SAMPLES).T
    return X, (np.square(X).sum(axis=1, keepdims=True) < 1).astype(float)


def guide_theta() -> FloatArray:
    """The guide's initial parameters (P,): drawn on after the data, from the same stream."""
    stream = np.random.RandomState(SEED)
    stream.randn(2, N_SAMPLES)
    return initial_theta(SPEC, stream)
