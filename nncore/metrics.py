"""What is reported beside the loss. An undefined metric is None, never 0."""

import numpy as np

from nncore.types import FloatArray


def accuracy(A: FloatArray, Y: FloatArray, loss: str) -> float | None:
    """Share of samples whose predicted class is right.

    None for regression, for no samples, and for outputs that are not finite.

    A, Y (m, n[L]): outputs and targets. One sigmoid output predicts class 1 above 0.5;
    several sigmoid outputs must all be right; softmax predicts its largest output.
    """
    if not len(A) or not np.isfinite(A).all():
        return None
    if loss == "binary_crossentropy":
        return float(((A > 0.5) == (Y > 0.5)).all(axis=1).mean())
    if loss == "categorical_crossentropy":
        return float((A.argmax(axis=1) == Y.argmax(axis=1)).mean())
    return None
