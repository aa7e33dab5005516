"""What a network is: layers, activations, loss and initial weights."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nncore.activations import ACTIVATIONS
from nncore.errors import SpecError
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES
from nncore.spec.checks import (
    cut,
    from_fields,
    is_number,
    plain_numbers,
    require_count,
    require_name,
    require_number,
    require_parts,
    shown,
)

MAX_PARAMETERS = 100_000_000  # 800 MB in float64; the trainer holds three such vectors
DTYPES = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One weight layer.

    units       n[l]
    activation  a name of ``activations.ACTIVATIONS``
    dropout     share of the layer's activations that each training step sets to 0, the others
                being scaled up so that their mean stays (Srivastava et al. 2014); 0 is none
    """

    units: int
    activation: str
    dropout: float = 0.0

    def __post_init__(self) -> None:
        plain_numbers(self)


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A dense network n[0]-n[1]-…-n[L]. A perceptron is one with a single weight layer.

    initializer_value  the standard deviation of "normal", the bound of "uniform", the value of
                       "constant"; None takes the initializer's own
    huber_delta        where the Huber loss turns from a parabola into a line

    Raises SpecError, naming the layer and the numbers, for what can't be built.
    """

    n_inputs: int
    layers: tuple[LayerSpec, ...]
    loss: str
    initializer: str = "he_normal"
    dtype: str = "float32"
    initializer_value: float | None = None
    huber_delta: float = 1.0

    def __post_init__(self) -> None:
        plain_numbers(self)
        if not isinstance(self.layers, Sequence):
            raise SpecError(f"The layers are a list of LayerSpec, not {shown(self.layers)}.")
        object.__setattr__(self, "layers", tuple(self.layers))
        for layer in self.layers:
            if not isinstance(layer, LayerSpec):
                raise SpecError(f"A layer is a LayerSpec, not {shown(layer)}.")
        if not self.layers:
            raise SpecError("A network needs at least an output layer.")
        require_count(self.n_inputs, "The input layer")
        for l, layer in enumerate(self.layers, start=1):
            _require_layer(l, layer, is_output=l == len(self.layers))
        require_name(self.loss, LOSSES, "loss")
        require_name(self.initializer, INITIALIZERS, "initializer")
        require_name(self.dtype, DTYPES, "dtype")
        # float32 ends at 3.4e38
        require_number(self.huber_delta, "delta of the Huber loss", below=1e38, above_least=True)
        self._require_initializer_value()
        self._require_pair()
        self._require_room()

    def _require_room(self) -> None:
        count = self.n_parameters
        if count <= MAX_PARAMETERS:
            return
        # Python refuses to write out numbers of thousands of digits
        is_short = count < 10**60
        size = f"{cut(self.shape_text)} has {count:,}" if is_short else "This has more than 10⁶⁰"
        raise SpecError(f"{size} parameters; the limit is {MAX_PARAMETERS:,}.")

    def _require_initializer_value(self) -> None:
        row, value = INITIALIZERS[self.initializer], self.initializer_value
        if value is None:
            return
        if row.value_name is None:
            raise SpecError(f"The initializer {row.title} takes no value, such as {shown(value)}.")
        if not is_number(value) or not abs(value) <= 1e6:
            raise SpecError(
                f"The {row.value_name} of the initial weights must be within ±1e6, "
                f"not {shown(value)}."
            )
        if self.initializer != "constant":
            require_number(value, f"{row.value_name} of the initial weights")

    def _require_pair(self) -> None:
        """The loss must be able to read what the output layer gives."""
        loss, output = LOSSES[self.loss], self.layers[-1]
        if loss.link is not None and output.activation != loss.link:
            raise SpecError(
                f"{loss.title.capitalize()} reads the outputs as probabilities: it needs "
                f"{loss.link} at the output, not {output.activation}, whose values "
                f"{ACTIVATIONS[output.activation].unlike_probability}."
            )
        if output.activation == "softmax" and output.units == 1:
            raise SpecError("Softmax over 1 unit is always 1; use sigmoid, or 2 units.")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, n[0] … n[L]."""
        return (self.n_inputs, *(layer.units for layer in self.layers))

    @property
    def shape_text(self) -> str:
        """The sizes as people write them, such as "2-16-8-1"."""
        return "-".join(map(str, self.sizes))

    @property
    def depth(self) -> int:
        """L, the number of weight layers."""
        return len(self.layers)

    @property
    def n_outputs(self) -> int:
        return self.layers[-1].units

    @property
    def n_parameters(self) -> int:
        """P = Σ n[l] (n[l-1] + 1)."""
        sizes = self.sizes
        return sum((sizes[l - 1] + 1) * sizes[l] for l in range(1, len(sizes)))

    @property
    def has_dropout(self) -> bool:
        return any(layer.dropout for layer in self.layers)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "NetworkSpec":
        """The spec that ``to_json`` wrote, now or in an earlier version, which had fewer parts.

        Raises SpecError for anything else.
        """
        fields = from_fields(cls, data, "network")
        require_parts(fields, ("initializer", "dtype"), "network")
        if not isinstance(fields["layers"], list | tuple):
            raise SpecError(f"The network's layers are not a list, but {shown(fields['layers'])}.")
        fields["layers"] = tuple(
            LayerSpec(**from_fields(LayerSpec, layer, "layer")) for layer in fields["layers"]
        )
        return cls(**fields)


def dense(
    n_inputs: int,
    hidden: Sequence[int],
    n_outputs: int,
    *,
    activation: str = "relu",
    output: str = "sigmoid",
    loss: str = "binary_crossentropy",
    initializer: str = "he_normal",
    dtype: str = "float32",
) -> NetworkSpec:
    """The network n_inputs-hidden…-n_outputs with one activation for all hidden layers."""
    if not isinstance(hidden, Sequence):
        raise SpecError(f"The hidden layers are a list of numbers, not {shown(hidden)}.")
    layers = (*(LayerSpec(units, activation) for units in hidden), LayerSpec(n_outputs, output))
    return NetworkSpec(n_inputs, layers, loss, initializer, dtype)


def _require_layer(l: int, layer: LayerSpec, is_output: bool) -> None:
    require_count(layer.units, f"Layer {l}")
    require_name(layer.activation, ACTIVATIONS, "activation")
    require_number(layer.dropout, f"dropout of layer {l}", below=1.0)
    if layer.activation == "softmax" and not is_output:
        raise SpecError(f"Softmax belongs to the output layer, not to layer {l}.")
    if layer.dropout and is_output:
        raise SpecError(f"Dropout {layer.dropout:g} at the output would drop the answers.")
