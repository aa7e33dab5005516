"""Hypothesis strategies for the specs of small networks."""

from hypothesis import strategies as st

from nncore.spec import LayerSpec, NetworkSpec

OUTPUTS = (
    ("sigmoid", "binary_crossentropy"),
    ("softmax", "categorical_crossentropy"),
    ("identity", "mean_squared_error"),
    ("sigmoid", "mean_squared_error"),
    ("tanh", "mean_squared_error"),
    ("relu", "mean_squared_error"),
    ("softmax", "mean_squared_error"),
)
HIDDEN = ("relu", "tanh", "sigmoid", "identity")
INITIALIZERS = ("he_normal", "xavier_normal", "zeros")


@st.composite
def network_specs(draw: st.DrawFn) -> NetworkSpec:
    output, loss = draw(st.sampled_from(OUTPUTS))
    hidden = draw(
        st.lists(st.builds(LayerSpec, st.integers(1, 9), st.sampled_from(HIDDEN)), max_size=3)
    )
    last = LayerSpec(draw(st.integers(2 if output == "softmax" else 1, 5)), output)
    return NetworkSpec(
        draw(st.integers(1, 7)),
        (*hidden, last),
        loss,
        draw(st.sampled_from(INITIALIZERS)),
        draw(st.sampled_from(("float32", "float64"))),
    )
