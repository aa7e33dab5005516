"""Is a layer doing its work? Numbers and a verdict per layer, from the trace of a batch.

Pure functions: they read what a step has left behind and change nothing.
"""

from nncore.diagnostics.activity import FAULTY_SHARE, LayerActivity, layer_activity
from nncore.diagnostics.diagnosis import LayerDiagnosis, diagnose
from nncore.diagnostics.nonfinite import first_nonfinite_tensor
from nncore.diagnostics.verdicts import Verdict

__all__ = [
    "FAULTY_SHARE",
    "LayerActivity",
    "LayerDiagnosis",
    "Verdict",
    "diagnose",
    "first_nonfinite_tensor",
    "layer_activity",
]
