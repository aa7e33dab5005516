"""Activation functions f and their derivatives f' (the guide's chapter 2), one table.

An activation is *bound* to the buffers it works on: ``bind_f(Z, A)`` gives the NumPy calls,
in order, that write A = f(Z), ``bind_slope(Z, A)`` an array and the calls that write f'(Z)
into it. A network records them once and then only replays them, so a training step
allocates nothing. ``f(Z)`` and ``derivative(Z)`` are the same calls on fresh arrays. Every
function works elementwise but softmax, which works along the units: axis 0 of the engine's
feature-first buffers (n, m).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncore.activations import functions
from nncore.activations.functions import SELU_ALPHA, SELU_SCALE, Slope
from nncore.operations import Operation, call, replay
from nncore.types import FloatArray


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function.

    bind_slope     None for identity, whose slope of 1 needs no product, and for softmax
    bind_jacobian  (A, delta) -> the calls that multiply delta by the Jacobian: softmax only
    formula, derivative_formula  text for labels, in z and a = f(z)
    output_range                 (lowest, highest) value that f can take
    flat_ends                    outputs below the first or above the second count as
                                 saturated: f' there is under about 4 % of its maximum
    can_die                      f' is exactly 0 on a whole side, so that a unit that never
                                 leaves it never learns again
    kink                         f' or f'' jumps at z = 0
    unlike_probability               why its values are no probability, to end a sentence; or ""
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    bind_f: Callable[[FloatArray, FloatArray], list[Operation]]
    bind_slope: Callable[[FloatArray, FloatArray], Slope] | None = None
    bind_jacobian: Callable[[FloatArray, FloatArray], list[Operation]] | None = None
    flat_ends: tuple[float, float] | None = None
    can_die: bool = False
    kink: bool = False
    unlike_probability: str = "are no probabilities"

    def f(self, Z: FloatArray) -> FloatArray:
        """Activation of the pre-activations Z (n, m)."""
        A = np.empty_like(Z)
        replay(self.bind_f(Z, A))
        return A

    def bind_chain_rule(self, Z: FloatArray, A: FloatArray, delta: FloatArray) -> list[Operation]:
        """The chain rule: the calls that turn ∂loss/∂A in ``delta`` into ∂loss/∂Z."""
        if self.bind_jacobian is not None:
            return self.bind_jacobian(A, delta)
        if self.bind_slope is None:
            return []
        slope, operations = self.bind_slope(Z, A)
        return [*operations, call(np.multiply, delta, slope, delta)]

    def derivative(self, Z: FloatArray) -> FloatArray:
        """f'(Z) (n, m), elementwise; for softmax, which has a Jacobian, the Jacobian times 1."""
        A, slope = self.f(Z), np.ones_like(Z)
        replay(self.bind_chain_rule(Z, A, slope))
        return slope


_ROWS = (
    Activation(
        name="identity",
        title="identity",
        formula="z",
        derivative_formula="1",
        output_range=(-np.inf, np.inf),
        bind_f=functions.identity,
        unlike_probability="can be any number",
    ),
    Activation(
        name="sigmoid",
        title="sigmoid",
        formula="1 / (1 + e⁻ᶻ)",
        derivative_formula="a (1 − a)",
        output_range=(0.0, 1.0),
        bind_f=functions.sigmoid,
        bind_slope=functions.sigmoid_slope,
        flat_ends=(0.01, 0.99),
        unlike_probability="need not sum to 1 over the classes",
    ),
    Activation(
        name="tanh",
        title="tanh",
        formula="(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        derivative_formula="1 − a²",
        output_range=(-1.0, 1.0),
        bind_f=functions.tanh,
        bind_slope=functions.tanh_slope,
        flat_ends=(-0.98, 0.98),
        unlike_probability="go down to −1",
    ),
    Activation(
        name="relu",
        title="ReLU",
        formula="max(0, z)",
        derivative_formula="1 if z > 0, else 0",
        output_range=(0.0, np.inf),
        bind_f=functions.relu,
        bind_slope=functions.relu_slope,
        can_die=True,
        kink=True,
        unlike_probability="go beyond 1",
    ),
    Activation(
        name="leaky_relu",
        title="leaky ReLU",
        formula="z if z > 0, else 0.01 z",
        derivative_formula="1 if z > 0, else 0.01",
        output_range=(-np.inf, np.inf),
        bind_f=functions.leaky_relu,
        bind_slope=functions.leaky_relu_slope,
        kink=True,
        unlike_probability="can be any number",
    ),
    Activation(
        name="elu",
        title="ELU",
        formula="z if z > 0, else eᶻ − 1",
        derivative_formula="1 if z > 0, else a + 1",
        output_range=(-1.0, np.inf),
        bind_f=functions.elu,
        bind_slope=functions.elu_slope,
        flat_ends=(-0.96, np.inf),
        kink=True,
        unlike_probability="go down to −1",
    ),
    Activation(
        name="selu",
        title="SELU",
        formula="1.051 z if z > 0, else 1.758 (eᶻ − 1)",
        derivative_formula="1.051 if z > 0, else a + 1.758",
        output_range=(-SELU_SCALE * SELU_ALPHA, np.inf),
        bind_f=functions.selu,
        bind_slope=functions.selu_slope,
        flat_ends=(-0.96 * SELU_SCALE * SELU_ALPHA, np.inf),
        kink=True,
        unlike_probability="go down to −1.76",
    ),
    Activation(
        name="gelu",
        title="GELU",
        formula="z/2 (1 + tanh(√(2/π) (z + 0.0447 z³)))",
        derivative_formula="(1 + t)/2 + z/2 (1 − t²) √(2/π) (1 + 0.134 z²), t the tanh",
        output_range=(-0.17005, np.inf),
        bind_f=functions.gelu,
        bind_slope=functions.gelu_slope,
        unlike_probability="go beyond 1",
    ),
    Activation(
        name="silu",
        title="SiLU",
        formula="z σ(z)",
        derivative_formula="σ + a (1 − σ)",
        output_range=(-0.27847, np.inf),
        bind_f=functions.silu,
        bind_slope=functions.silu_slope,
        unlike_probability="go beyond 1",
    ),
    Activation(
        name="softplus",
        title="softplus",
        formula="log(1 + eᶻ)",
        derivative_formula="σ(z)",
        output_range=(0.0, np.inf),
        bind_f=functions.softplus,
        bind_slope=functions.softplus_slope,
        unlike_probability="go beyond 1",
    ),
    Activation(
        name="softmax",
        title="softmax",
        formula="eᶻⁱ / Σⱼ eᶻʲ",
        derivative_formula="aᵢ ([i = j] − aⱼ)",
        output_range=(0.0, 1.0),
        bind_f=functions.softmax,
        bind_jacobian=functions.softmax_jacobian,
        unlike_probability="depend on each other",
    ),
)
ACTIVATIONS: dict[str, Activation] = {activation.name: activation for activation in _ROWS}
HIDDEN_ACTIVATIONS = (  # all but softmax; the guide's first
    "relu",
    "tanh",
    "sigmoid",
    "identity",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
)
