"""What a network is and how it is trained: frozen, validated before anything is allocated."""

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.errors import SpecError
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES

MAX_PARAMETERS = 100_000_000  # 800 MB in float64; the trainer holds three such vectors
DTYPES = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One weight layer: its number of units and their activation."""

    units: int
    activation: str

    def __post_init__(self) -> None:
        _plain_int(self, "units")


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A dense network n[0]-n[1]-…-n[L]. A perceptron is one with a single weight layer.

    Raises SpecError, naming the layer and the numbers, for what can't be built.
    """

    n_inputs: int
    layers: tuple[LayerSpec, ...]
    loss: str
    initializer: str = "he_normal"
    dtype: str = "float32"

    def __post_init__(self) -> None:
        _plain_int(self, "n_inputs")
        if not self.layers:
            raise SpecError("A network needs at least an output layer.")
        _require_count(self.n_inputs, "The input layer")
        for l, layer in enumerate(self.layers, start=1):
            _require_count(layer.units, f"Layer {l}")
            _require_name(layer.activation, ACTIVATIONS, "activation")
            if layer.activation == "softmax" and l < len(self.layers):
                raise SpecError(f"Softmax belongs to the output layer, not to layer {l}.")
        _require_name(self.loss, LOSSES, "loss")
        _require_name(self.initializer, INITIALIZERS, "initializer")
        _require_name(self.dtype, DTYPES, "dtype")
        link, output = LOSSES[self.loss].link, self.layers[-1]
        if link is not None and output.activation != link:
            raise SpecError(
                f"{LOSSES[self.loss].title.capitalize()} reads the outputs as probabilities: "
                f"it needs {link} at the output, not {output.activation}."
            )
        if output.activation == "softmax" and output.units == 1:
            raise SpecError("Softmax over 1 unit is always 1; use sigmoid, or 2 units.")
        if self.n_parameters > MAX_PARAMETERS:
            raise SpecError(
                f"{_cut(self.shape_text)} has {_cut(f'{self.n_parameters:,}')} "
                f"parameters; the limit is {MAX_PARAMETERS:,}."
            )

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

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "NetworkSpec":
        """The spec that ``to_json`` wrote. Raises SpecError for anything else."""
        try:
            layers = tuple(
                LayerSpec(layer["units"], layer["activation"]) for layer in data["layers"]
            )
            return cls(
                n_inputs=data["n_inputs"],
                layers=layers,
                loss=data["loss"],
                initializer=data["initializer"],
                dtype=data["dtype"],
            )
        except (KeyError, TypeError) as error:
            raise SpecError(f"The network's description is incomplete: {error}.") from None


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How a network is trained: mini-batch gradient descent.

    batch_size  samples per step; None takes all of them, as the guide does
    seed        of the initial weights and of the order of the samples
    """

    learning_rate: float = 0.1
    batch_size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        require_learning_rate(self.learning_rate)
        if self.batch_size is not None:
            _require_count(self.batch_size, "A batch", "samples")
        if not _is_int(self.seed) or not 0 <= self.seed < 2**32:
            raise SpecError(f"The seed must be a whole number from 0 to 2³² − 1, not {self.seed}.")


def require_learning_rate(value: float) -> float:
    """``value`` itself; SpecError unless it is finite and not negative."""
    if not math.isfinite(value) or value < 0:
        raise SpecError(f"The learning rate must be 0 or more and finite, not {value}.")
    return value


def dense(
    n_inputs: int,
    hidden: tuple[int, ...],
    n_outputs: int,
    *,
    activation: str = "relu",
    output: str = "sigmoid",
    loss: str = "binary_crossentropy",
    initializer: str = "he_normal",
    dtype: str = "float32",
) -> NetworkSpec:
    """The network n_inputs-hidden…-n_outputs with one activation for all hidden layers."""
    layers = (*(LayerSpec(units, activation) for units in hidden), LayerSpec(n_outputs, output))
    return NetworkSpec(n_inputs, layers, loss, initializer, dtype)


def _plain_int(spec: object, field: str) -> None:
    """Make NumPy's whole numbers Python's, which don't overflow and go into JSON."""
    value = getattr(spec, field)
    if isinstance(value, np.integer):
        object.__setattr__(spec, field, int(value))


def _cut(value: object, most: int = 60) -> str:
    """``value`` as text that leaves a message one readable sentence."""
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def _is_int(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _require_count(value: int, subject: str, noun: str = "units") -> None:
    if not _is_int(value) or value < 1:
        raise SpecError(f"{subject} needs a whole number of {noun} from 1, not {_cut(value)}.")


def _require_name(name: str, names: Collection[str], noun: str) -> None:
    if name not in names:
        raise SpecError(f"There is no {noun} '{_cut(name)}'; there are {', '.join(names)}.")
