"""An update of the parameters that may run out of the finite numbers."""

import numpy as np

from nncore.divergence import first_nonfinite
from nncore.network import Network, Trace
from nncore.operations import replay
from nncore.optimizers import OptimizerState
from nncore.recorder import Recorder


def update_with_care(network: Network, trace: Trace, recorder: Recorder) -> tuple[str, int] | None:
    """The update, unless something is not finite before or after it: (what, layer) then, as in
    ``Divergence``, and the parameters and the optimiser's state are left as they were."""
    found = first_nonfinite(network, trace)
    if found is not None:
        return found
    theta, state = network.parameters.theta, recorder.optimizer_state
    before, slots, n_updates = theta.copy(), state.slots.copy(), state.n_updates
    replay(recorder.update_calls)
    found = _overflow(network, state)
    if found is not None:
        theta[...], state.slots[...], state.n_updates = before, slots, n_updates
    return found


def _overflow(network: Network, state: OptimizerState) -> tuple[str, int] | None:
    layer = network.parameters.first_nonfinite()
    if layer is not None:
        return "weight", layer
    if not np.isfinite(state.slots).all():
        return "state of the optimiser", network.spec.depth
    return None
