"""The names of types that several modules of the engine share."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
Operation = Callable[[], Any]  # one recorded NumPy call over fixed buffers
