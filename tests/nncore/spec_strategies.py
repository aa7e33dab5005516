"""Hypothesis strategies for the specs of small networks."""

from hypothesis import strategies as st

from nncore.spec import LayerSpec, NetworkSpec

HIDDEN = (
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
REGRESSION_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber")
OUTPUTS = (
    ("sigmoid", "binary_crossentropy"),
    ("softmax", "categorical_crossentropy"),
    *((output, loss) for loss in REGRESSION_LOSSES for output in (*HIDDEN, "softmax")),
)
INITIALIZERS = (
    "he_normal",
    "he_uniform",
    "xavier_normal",
    "xavier_uniform",
    "lecun_normal",
    "normal",
    "uniform",
    "orthogonal",
    "zeros",
    "constant",
)
# What initializers take as their value; the others take none.
VALUES = {
    "normal": st.floats(0, 3),
    "uniform": st.floats(0, 3),
    "constant": st.floats(-3, 3),
}
HIDDEN_LAYERS = st.builds(
    LayerSpec,
    st.integers(1, 9),
    st.sampled_from(HIDDEN),
    st.just(0.0) | st.floats(0, 0.9),
)


@st.composite
def network_specs(draw: st.DrawFn) -> NetworkSpec:
    output, loss = draw(st.sampled_from(OUTPUTS))
    hidden = draw(st.lists(HIDDEN_LAYERS, max_size=3))
    last = LayerSpec(draw(st.integers(2 if output == "softmax" else 1, 5)), output)
    initializer = draw(st.sampled_from(INITIALIZERS))
    return NetworkSpec(
        draw(st.integers(1, 7)),
        (*hidden, last),
        loss,
        initializer,
        draw(st.sampled_from(("float32", "float64"))),
        draw(st.none() | VALUES[initializer]) if initializer in VALUES else None,
        draw(st.just(1.0) | st.floats(1e-3, 1e3)),
    )
