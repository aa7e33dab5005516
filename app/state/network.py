"""Transitions of the network."""

from dataclasses import replace

from app.state.app_state import AppState
from app.state.run import afresh
from nncore.errors import SpecError
from nncore.spec import LayerSpec, NetworkSpec


def with_hidden(state: AppState, units: tuple[int, ...]) -> AppState:
    """Other hidden layers, all with the activation and the dropout of those before."""
    activation, dropout = hidden_activation(state.spec), hidden_dropout(state.spec)
    layers = (*(LayerSpec(n, activation, dropout) for n in units), state.spec.layers[-1])
    spec = replace(state.spec, layers=layers)
    return _own_weights(state, f"Layers {spec.shape_text}: started afresh.", spec=spec)


def with_activation(state: AppState, activation: str) -> AppState:
    """Another activation for all hidden layers."""
    spec = _with_each_hidden(state.spec, activation=activation)
    # The weights don't depend on the activation, so those that were given can stay.
    return afresh(state, f"Activation {activation}: started afresh.", spec=spec)


def with_dropout(state: AppState, dropout: float) -> AppState:
    """Another dropout for all hidden layers; given weights stay."""
    if state.spec.depth == 1:
        raise SpecError("There are no hidden layers, whose activations could be dropped.")
    spec = _with_each_hidden(state.spec, dropout=dropout)
    return afresh(state, f"Dropout {dropout:g}: started afresh.", spec=spec)


def _with_each_hidden(spec: NetworkSpec, **changes: object) -> NetworkSpec:
    *hidden, output = spec.layers
    layers = (*(replace(layer, **changes) for layer in hidden), output)  # type: ignore[arg-type]
    return replace(spec, layers=layers)


def hidden_activation(spec: NetworkSpec) -> str:
    """Activation of the hidden layers; the one that new layers would get if there are none."""
    return spec.layers[0].activation if spec.depth > 1 else "relu"


def hidden_dropout(spec: NetworkSpec) -> float:
    """Dropout of the hidden layers, 0 if there are none."""
    return spec.layers[0].dropout if spec.depth > 1 else 0.0


def with_initializer(state: AppState, initializer: str) -> AppState:
    spec = replace(state.spec, initializer=initializer, initializer_value=None)
    return _own_weights(state, "Other initial weights: started afresh.", spec=spec)


def _own_weights(state: AppState, notice: str, **changes: object) -> AppState:
    return afresh(state, notice, theta=None, theta_origin="", **changes)
