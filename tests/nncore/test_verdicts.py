"""What a diagnosis says of a network: the faults, each in a training that has it, and what is
no fault though it may look like one."""

from collections.abc import Iterator

import numpy as np
import pytest

from nncore.data.reading import origin_of, read
from nncore.data.scaling import Scaling
from nncore.diagnostics import LayerDiagnosis, Verdict, diagnose, first_nonfinite_tensor
from nncore.diagnostics.measures import rms
from nncore.guide import CONFIG, SPEC, guide_data, guide_theta
from nncore.network import Network
from nncore.spec import LayerSpec, NetworkSpec, TrainingConfig, dense
from nncore.trainer import Trainer
from nncore.types import FloatArray
from resources import resource_path

X = np.random.default_rng(1).normal(size=(300, 2))
Y = (np.square(X).sum(axis=1, keepdims=True) < 1).astype(float)
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
IS_ODD = np.array([[0.0], [1.0], [1.0], [0.0]])


def network(
    hidden: tuple[int, ...],
    activation: str,
    initializer: str = "he_normal",
    value: float | None = None,
    *,
    output: str = "sigmoid",
    loss: str = "binary_crossentropy",
    dropout: float = 0.0,
    dtype: str = "float32",
) -> NetworkSpec:
    """Two inputs, one output."""
    layers = (*(LayerSpec(n, activation, dropout) for n in hidden), LayerSpec(1, output))
    return NetworkSpec(2, layers, loss, initializer, dtype, value)


def diagnosed(trainer: Trainer) -> tuple[LayerDiagnosis, ...]:
    update = trainer.update if trainer.step else None
    return diagnose(trainer.network, trainer.trace, update, trainer.n_samples)


def after(trainer: Trainer, n_steps: int) -> tuple[LayerDiagnosis, ...]:
    """The diagnosis after ``n_steps`` more, as far as they can be made."""
    with np.errstate(all="ignore"):
        for _ in range(n_steps):
            trainer.step_batch()
    return diagnosed(trainer)


def verdicts(layers: tuple[LayerDiagnosis, ...]) -> list[Verdict]:
    return [layer.verdict for layer in layers]


def assert_healthy(layers: tuple[LayerDiagnosis, ...]) -> None:
    assert verdicts(layers) == ["healthy"] * len(layers), [layer.reason for layer in layers]


def course(trainer: Trainer, n_steps: int, every: int = 1) -> Iterator[tuple[LayerDiagnosis, ...]]:
    """The diagnoses of the first ten steps, and then of each ``every``-th."""
    for step in range(1, n_steps + 1):
        trainer.step_batch()
        if step <= 10 or step % every == 0 or step == n_steps:
            yield diagnosed(trainer)


# Vanishing


@pytest.mark.parametrize("initializer", ["xavier_normal", "he_normal", "xavier_uniform"])
def test_in_ten_sigmoid_layers_the_gradient_vanishes(initializer: str) -> None:
    trainer = Trainer(network((10,) * 9, "sigmoid", initializer), TrainingConfig(0.1), X, Y)
    layers = after(trainer, 1)
    assert verdicts(layers)[:5] == ["vanishing"] * 5
    assert verdicts(layers)[-3:] == ["healthy"] * 3
    assert layers[0].reason.startswith("Vanishing: |delta| of the samples is on average ")
    assert layers[0].reason.endswith(" times smaller than in layer 10.")


def test_it_vanishes_with_weights_of_standard_deviation_1_too() -> None:
    trainer = Trainer(network((10,) * 9, "sigmoid", "normal", 1.0), TrainingConfig(0.1), X, Y)
    assert verdicts(after(trainer, 1))[:2] == ["vanishing"] * 2


def test_it_is_found_though_the_gradients_of_all_layers_are_of_one_size() -> None:
    # the output has learnt the share of the classes, and what all layers get has cancelled out
    trainer = Trainer(network((10,) * 9, "sigmoid", "normal", 1.0), TrainingConfig(0.1), X, Y)
    layers = after(trainer, 200)
    gradients = [layer.gradient_rms for layer in layers]
    assert max(gradients) / min(gradients) < 20
    assert verdicts(layers)[:2] == ["vanishing"] * 2


@pytest.mark.parametrize("penalty", [{"l2": 0.1}, {"l1": 0.01}, {"clip_value": 1e-9}])
def test_penalties_and_clipping_do_not_hide_it(penalty: dict[str, float]) -> None:
    config = TrainingConfig(0.1, **penalty)  # type: ignore[arg-type]
    trainer = Trainer(network((10,) * 9, "sigmoid", "xavier_normal"), config, X, Y)
    assert verdicts(after(trainer, 1))[:5] == ["vanishing"] * 5


@pytest.mark.parametrize("batch_size", [8, 10, 32])
def test_it_is_found_in_small_batches(batch_size: int) -> None:
    config = TrainingConfig(0.1, batch_size)
    trainer = Trainer(network((10,) * 9, "sigmoid", "xavier_normal"), config, X, Y)
    for layers in course(trainer, 20):
        assert verdicts(layers)[:4] == ["vanishing"] * 4


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_tiny_weights_let_signals_vanish_in_both_directions(activation: str) -> None:
    trainer = Trainer(network((16,) * 3, activation, "normal", 0.01), TrainingConfig(0.1), X, Y)
    layers = after(trainer, 1)
    assert verdicts(layers) == ["vanishing"] * 4
    assert "what comes in from layer 3 is of size" in layers[3].reason


@pytest.mark.parametrize("batch_size", [None, 1, 8])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu", "softplus", "relu"])
def test_zero_weights_are_not_healthy(activation: str, batch_size: int | None) -> None:
    spec = network((6, 6), activation, "zeros")
    trainer = Trainer(spec, TrainingConfig(0.1, batch_size), X, Y)
    for layers in course(trainer, 30):
        assert set(verdicts(layers)[:2]) <= {"vanishing", "dead"}
        if activation in ("tanh", "gelu") and batch_size is None:
            assert layers[0].gradient_rms == layers[1].gradient_rms == 0
            assert layers[2].verdict == "vanishing"  # layer 2 gives 0, only the bias learns
            assert "hands on nothing but 0" in layers[2].reason


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_units_that_remain_copies_of_each_other_are_not_healthy(activation: str) -> None:
    spec = network((6, 6), activation, "constant", 0.3)
    for layers in course(Trainer(spec, TrainingConfig(0.1), X, Y), 30):
        assert verdicts(layers) == ["vanishing", "vanishing", "healthy"]
        assert "all 6 units have the same weights" in layers[0].reason


def test_equal_units_that_get_different_gradients_will_part() -> None:
    trainer = Trainer(network((6,), "tanh"), TrainingConfig(0.1), X, Y)
    trainer.network.parameters.W[1][:] = trainer.network.parameters.W[1][0]
    for _ in range(3):
        trainer.step_phase()
    assert_healthy(diagnosed(trainer))


def test_a_single_unit_is_no_copy() -> None:
    assert_healthy(after(Trainer(network((1,), "tanh"), TrainingConfig(0.1), X, Y), 1))


def test_outputs_may_be_equal_if_their_targets_are() -> None:
    spec = dense(2, (), 2, output="identity", loss="mean_squared_error", initializer="zeros")
    assert_healthy(after(Trainer(spec, TrainingConfig(0.1), X, np.repeat(X[:, :1], 2, 1)), 5))


def test_large_inputs_do_not_hide_it() -> None:
    spec = network((16, 16), "tanh", "normal", 0.001)
    layers = after(Trainer(spec, TrainingConfig(1e-9), X * 1000, Y), 1)
    assert layers[0].verdict == "vanishing"


def test_it_is_found_in_a_set_of_four_samples() -> None:
    trainer = Trainer(network((10,) * 9, "sigmoid"), TrainingConfig(0.1), XOR, IS_ODD)
    assert verdicts(after(trainer, 1))[:4] == ["vanishing"] * 4


# Exploding


def test_in_relu_layers_with_large_weights_all_explodes() -> None:
    spec = network((32,) * 8, "relu", "normal", 1.0)
    layers = after(Trainer(spec, TrainingConfig(1e-6), X, Y), 1)
    assert verdicts(layers) == ["exploding"] * 9
    assert layers[0].reason.startswith("Exploding: |delta| of the samples is on average ")
    assert layers[0].reason.endswith(" times larger than in layer 9.")
    assert "what comes in from layer 8 is of size" in layers[8].reason


def test_a_run_that_will_diverge_explodes_before_but_not_in_the_first_step() -> None:
    spec = network((), "identity", output="identity", loss="mean_squared_error")
    trainer = Trainer(spec, TrainingConfig(1.5), X, X[:, :1] * 30)
    assert_healthy(after(trainer, 1))
    layers = after(trainer, 20)
    assert trainer.divergence is None
    assert verdicts(layers) == ["exploding"]
    assert "times as large as the weights it changed" in layers[0].reason


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
def test_first_steps_towards_large_targets_do_not_explode(rate: float) -> None:
    spec = network((), "identity", output="identity", loss="mean_squared_error")
    for layers in course(Trainer(spec, TrainingConfig(rate), X, X[:, :1] * 150 + 100), 50):
        assert_healthy(layers)


def test_weights_twice_too_large_in_six_layers_are_no_explosion() -> None:
    spec = network((32,) * 6, "relu", "normal", 0.5)
    layers = after(Trainer(spec, TrainingConfig(0.001), X, Y), 1)
    assert layers[0].delta_rms > 10 * layers[6].delta_rms
    assert_healthy(layers)


# Dead


@pytest.mark.parametrize(("n_dead", "expected"), [(1, "healthy"), (7, "healthy"), (8, "dead")])
def test_a_layer_is_dead_from_half_of_its_units_on(n_dead: int, expected: Verdict) -> None:
    trainer = Trainer(network((16,), "relu"), TrainingConfig(0.1), X, Y)
    trainer.network.parameters.b[1][:n_dead] = -100
    layers = after(trainer, 1)
    assert layers[0].dead == n_dead / 16
    assert layers[0].verdict == expected


def test_a_huge_learning_rate_kills_relu_units() -> None:
    trainer = Trainer(network((16, 8), "relu"), TrainingConfig(30.0), X, Y)
    layers = after(trainer, 20)
    assert layers[1].verdict == "dead"
    assert (
        layers[1].reason == "Dead: 8 of 8 units give 0 on all 300 samples, and so get no gradient."
    )
    # the layers beside it learn nothing either
    assert verdicts(layers) == ["vanishing", "dead", "vanishing"]
    assert layers[0].reason == (
        "Vanishing: |delta| is 0, all units of layer 2 are dead and let nothing back."
    )
    assert layers[2].reason == (
        "Vanishing: layer 2 hands on nothing but 0, so that the weights get no gradient."
    )


def test_dead_outputs_let_nothing_back() -> None:
    spec = network((8,), "tanh", output="relu", loss="mean_squared_error")
    trainer = Trainer(spec, TrainingConfig(0.1), X, Y)
    trainer.network.parameters.b[2][:] = -100
    assert verdicts(after(trainer, 1)) == ["vanishing", "dead"]


def test_outputs_that_are_0_as_they_should_are_not_dead() -> None:
    spec = network((8,), "tanh", output="relu", loss="mean_squared_error")
    trainer = Trainer(spec, TrainingConfig(0.1), X, np.zeros((300, 1)))
    trainer.network.parameters.b[2][:] = -100
    assert_healthy(after(trainer, 1))


def test_relu_units_that_rest_in_a_small_batch_are_not_dead() -> None:
    for batch_size in (1, 4):
        guide = Trainer(SPEC, TrainingConfig(0.1, batch_size, 42), *guide_data(), guide_theta())
        all_layers = list(course(guide, 500))
        assert max(layers[1].dead or 0 for layers in all_layers) >= 0.5
        for layers in all_layers:
            assert_healthy(layers)
    assert "4 samples are too few to tell more" in all_layers[0][0].reason


def test_in_a_small_batch_of_all_samples_they_are() -> None:
    trainer = Trainer(network((4,), "relu"), TrainingConfig(0.1), XOR, IS_ODD)
    trainer.network.parameters.b[1][:] = -100
    trainer.step_batch()
    assert diagnosed(trainer)[0].verdict == "dead"
    assert diagnose(trainer.network, trainer.trace, trainer.update)[0].verdict == "healthy"


# Saturated


def test_tanh_with_weights_30_times_too_large_is_saturated() -> None:
    trainer = Trainer(network((16,) * 3, "tanh", "xavier_normal"), TrainingConfig(0.1), X, Y)
    trainer.network.parameters.theta *= 30
    layers = after(trainer, 1)
    assert layers[2].verdict == "saturated"
    assert layers[2].saturated is not None
    n = round(16 * layers[2].saturated)
    assert layers[2].reason == (
        f"Saturated: {n} of 16 units are at a flat end of tanh on at least 95% of the samples."
    )


@pytest.mark.parametrize("batch_size", [None, 1, 32])
def test_an_output_that_is_sure_is_not_saturated_by_fault(batch_size: int | None) -> None:
    # the classes are far apart, but for a few samples with the wrong label
    sure = (X[:, :1] > 0).astype(float)
    sure[:3] = 1 - sure[:3]
    apart = X + np.sign(X) * 5
    spec = network((), "relu")
    config = TrainingConfig(1.0, batch_size)
    for layers in course(Trainer(spec, config, apart, sure), 200, every=5):
        assert_healthy(layers)


def test_cross_entropy_frees_an_output_that_is_sure_of_the_wrong_class() -> None:
    trainer = Trainer(network((8,), "tanh"), TrainingConfig(0.1), X, Y * 0)
    trainer.network.parameters.b[2][:] = 50
    layers = after(trainer, 1)
    assert layers[1].saturated == 1
    assert_healthy(layers)


@pytest.mark.parametrize("output", ["sigmoid", "tanh"])
@pytest.mark.parametrize("target", [-0.9, 0.7])
def test_squared_error_does_not(output: str, target: float) -> None:
    spec = network((8,), "tanh", output=output, loss="mean_squared_error", dtype="float64")
    trainer = Trainer(spec, TrainingConfig(0.1), X, np.full((300, 1), target))
    trainer.network.parameters.b[2][:] = 15
    layers = after(trainer, 100)
    assert verdicts(layers) == ["vanishing", "saturated"]
    assert layers[0].reason.endswith("is what comes back through saturated outputs.")
    assert layers[1].reason.endswith("of the samples, far from the targets.")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.1, 0.9)])
def test_squared_error_on_an_output_that_is_sure_and_mostly_right_is_no_fault(
    share: float, low: float, high: float
) -> None:
    spec = network((), "tanh", output="sigmoid", loss="mean_squared_error")
    targets = np.full((300, 1), low)
    targets[: round(share * 300)] = high
    trainer = Trainer(spec, TrainingConfig(0.1), X, targets)
    trainer.network.parameters.b[1][:] = -50
    layers = after(trainer, 1)
    assert layers[0].saturated == 1
    assert_healthy(layers)


# Diverged


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_a_run_that_diverged_is_diverged(activation: str) -> None:
    spec = network((8,), activation, output="identity", loss="mean_squared_error")
    trainer = Trainer(spec, TrainingConfig(1.0), X, Y * 100)
    with np.errstate(all="ignore"):
        while not trainer.has_ended:
            trainer.step_batch()
    layers = diagnosed(trainer)
    assert trainer.divergence is not None
    found = first_nonfinite_tensor(trainer.network, trainer.trace, trainer.update)
    assert found is not None
    assert found[1] == trainer.divergence.layer
    assert "diverged" in verdicts(layers)
    assert layers[found[1] - 1].reason == f"Diverged: the {found[0]} is not finite."


def test_the_tensor_that_was_the_first_is_named_in_every_layer() -> None:
    trainer = Trainer(network((4, 4), "identity"), TrainingConfig(0.1), X, Y)
    trainer.network.parameters.W[2][:] = 3e38
    layers = after(trainer, 1)
    assert verdicts(layers) == ["diverged"] * 3
    assert layers[1].reason == "Diverged: the pre-activation is not finite."
    assert layers[2].reason == (
        "Diverged: the pre-activation is not finite; the first was the pre-activation of layer 2."
    )
    assert layers[0].reason == (
        "Diverged: the delta is not finite; the first was the pre-activation of layer 2."
    )


@pytest.mark.parametrize(
    ("activation", "sign", "expected"),
    [("relu", -1, "dead"), ("tanh", 1, "saturated"), ("sigmoid", -1, "saturated")],
)
def test_an_infinite_pre_activation_that_the_activation_absorbs_is_no_divergence(
    activation: str, sign: int, expected: Verdict
) -> None:
    # the trainer goes on: loss and gradient are finite
    spec = dense(2, (4,), 1, activation=activation)
    trainer = Trainer(spec, TrainingConfig(0.1), np.abs(X) + 1, Y)
    trainer.network.parameters.W[1][:] = sign * 3e38
    layers = after(trainer, 1)
    assert trainer.divergence is None
    assert first_nonfinite_tensor(trainer.network, trainer.trace) == ("pre-activation", 1)
    assert layers[0].verdict == expected
    assert layers[0].z_mean == sign * np.inf


def test_an_infinite_pre_activation_is_never_healthy() -> None:
    trainer = Trainer(network((16,), "relu"), TrainingConfig(0.1), np.abs(X) + 1, Y)
    trainer.network.parameters.W[1][0] = -3e38
    layers = after(trainer, 1)
    assert trainer.divergence is None
    assert verdicts(layers) == ["diverged", "healthy"]


# Healthy, all along


def test_the_guides_example_is_healthy() -> None:
    guide = Trainer(SPEC, CONFIG, *guide_data(), guide_theta())
    for layers in course(guide, 1000, every=10):
        assert_healthy(layers)
        if guide.step == 1:
            assert layers[2].reason == (
                "Healthy: |gradient| 0.15, update/weight 0.029 (large: usual is 0.0001 to 0.01)."
            )
    assert layers[0].reason.startswith("Healthy: |gradient| 0.0015, update/weight 0.00011")


def test_the_guides_example_is_healthy_before_the_first_step() -> None:
    guide = Trainer(SPEC, CONFIG, *guide_data(), guide_theta())
    for _ in range(3):
        guide.step_phase()
    layers = diagnosed(guide)
    assert guide.step == 0
    assert_healthy(layers)
    assert {layer.update_ratio for layer in layers} == {None}


def bundled(name: str, activation: str, batch_size: int | None) -> Trainer:
    """The recipes of ``tests/reference/recipes.json``, more or less."""
    data = read(origin_of(resource_path("datasets", f"{name}.csv")))
    inputs: FloatArray = Scaling.fit(data.X, "standardize").apply(data.X)
    hidden, rate = ((64,), 0.002) if name == "digits" else ((32,), 0.01)
    if name == "digits":
        inputs = data.X / 16
    spec = dense(
        data.n_features,
        hidden,
        data.n_classes,
        activation=activation,
        output="softmax",
        loss="categorical_crossentropy",
        initializer="xavier_uniform",
    )
    config = TrainingConfig(rate, batch_size, optimizer="adam")
    return Trainer(spec, config, inputs, data.y)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "elu", "gelu"])
@pytest.mark.parametrize(("name", "batch_size"), [("iris", 16), ("iris", 1), ("digits", 32)])
def test_iris_and_digits_are_healthy(name: str, batch_size: int, activation: str) -> None:
    for layers in course(bundled(name, activation, batch_size), 1500, every=7):
        assert_healthy(layers)


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.5), ("adam", 0.05)])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu", "gelu", "leaky_relu", "relu"])
@pytest.mark.parametrize("loss", ["binary_crossentropy", "mean_squared_error"])
def test_xor_is_healthy_and_stays_so_when_it_has_converged(
    activation: str, optimizer: str, rate: float, loss: str
) -> None:
    spec = network((8,), activation, "xavier_normal", loss=loss)
    trainer = Trainer(spec, TrainingConfig(rate, optimizer=optimizer), XOR, IS_ODD)
    for layers in course(trainer, 5000, every=100):
        assert_healthy(layers)
    if optimizer == "adam":
        assert "(small: usual is 0.0001 to 0.01)" in layers[0].reason
        assert "the outputs fit the targets, little is left to learn" in layers[0].reason


def test_hidden_units_at_their_flat_ends_are_no_fault_once_xor_is_learnt() -> None:
    trainer = Trainer(
        network((8,), "tanh", "xavier_normal"), TrainingConfig(0.05, optimizer="adam"), XOR, IS_ODD
    )
    assert_healthy(after(trainer, 2000))
    trainer.network.parameters.block[1][:] *= 10
    layers = after(trainer, 1)
    assert layers[0].saturated == 1
    assert_healthy(layers)
    trainer.network.parameters.block[2][:] *= -1  # now all answers are wrong
    assert after(trainer, 1)[0].verdict == "saturated"


def test_large_signals_are_no_fault_once_xor_is_learnt() -> None:
    spec = network((8,), "relu", "xavier_normal")
    trainer = Trainer(spec, TrainingConfig(0.05, optimizer="adam"), XOR, IS_ODD)
    after(trainer, 1000)
    trainer.network.parameters.block[1][:] *= 1e5
    trainer.network.parameters.b[2][:] *= 1e5
    assert_healthy(after(trainer, 1))


def test_constant_targets_are_learnt_when_the_outputs_are_within_a_tenth() -> None:
    trainer = Trainer(network((), "tanh"), TrainingConfig(0.1), X, np.ones((300, 1)))
    trainer.network.parameters.theta[:] = [0, 0, 2]  # an output of 0.88
    assert "little is left to learn" not in after(trainer, 1)[0].reason
    trainer.network.parameters.theta[:] = [0, 0, 2.5]  # 0.92
    assert "little is left to learn" in after(trainer, 1)[0].reason


@pytest.mark.parametrize("initializer", ["zeros", "he_normal", "normal"])
@pytest.mark.parametrize("rate", [0.01, 1.0])
@pytest.mark.parametrize("batch_size", [None, 1])
def test_a_perceptron_is_healthy(initializer: str, rate: float, batch_size: int | None) -> None:
    trainer = Trainer(
        network((), "relu", initializer),
        TrainingConfig(rate, batch_size),
        X,
        (X @ [[1.0], [2.0]] > 0.3).astype(float),
    )
    for layers in course(trainer, 400, every=5):
        assert_healthy(layers)


def test_softmax_regression_from_zero_weights_is_healthy() -> None:
    data = read(origin_of(resource_path("datasets", "iris.csv")))
    spec = dense(4, (), 3, output="softmax", loss="categorical_crossentropy", initializer="zeros")
    for layers in course(Trainer(spec, TrainingConfig(0.1), data.X, data.y), 200, every=5):
        assert_healthy(layers)


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("relu", "he_normal"), ("tanh", "xavier_normal"), ("selu", "lecun_normal")],
)
@pytest.mark.parametrize("hidden", [(32,) * 10, (64,) * 20])
def test_deep_networks_with_weights_made_for_them_are_healthy(
    activation: str, initializer: str, hidden: tuple[int, ...]
) -> None:
    spec = network(hidden, activation, initializer)
    for layers in course(Trainer(spec, TrainingConfig(0.02), X, Y), 50, every=10):
        assert_healthy(layers)


@pytest.mark.parametrize("dropout", [0.2, 0.5])
@pytest.mark.parametrize("batch_size", [None, 1, 4, 16])
def test_dropout_is_healthy(dropout: float, batch_size: int | None) -> None:
    spec = network((8, 4), "relu", dropout=dropout)
    for layers in course(Trainer(spec, TrainingConfig(0.1, batch_size), X, Y), 1000, every=3):
        assert_healthy(layers)


def test_dropout_is_healthy_where_the_batch_of_a_few_is_all() -> None:
    spec = network((6, 3), "relu", dropout=0.5)
    for layers in course(Trainer(spec, TrainingConfig(0.01), XOR, IS_ODD), 300):
        assert_healthy(layers)


@pytest.mark.parametrize("size", [1e-6, 1e-3, 1e3, 1e5])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_size_of_the_inputs_is_not_held_against_the_network(
    size: float, activation: str
) -> None:
    trainer = Trainer(network((16, 16), activation), TrainingConfig(1e-9), X * size, Y)
    verdict = set(verdicts(after(trainer, 1)))
    assert verdict <= ({"healthy", "saturated"} if size > 1 else {"healthy"})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_mislabelled_samples_let_back_does_not_speak_for_the_others(dtype: str) -> None:
    # All others are learnt: in float32 their delta is 0, in float64 only small. About these
    # five the hidden layer is so sure that tanh lets nothing back.
    trainer = Trainer(
        network((4,), "tanh", dtype=dtype), TrainingConfig(0.1), np.sign(X), (X[:, :1] > 0) * 1.0
    )
    parameters, trace = trainer.network.parameters, trainer.trace
    parameters.W[1][:] = np.array([[0.8, 0.1], [1, -0.1], [1.2, 0.2], [1.5, 0]])
    parameters.W[2][:] = 60 if dtype == "float32" else 10
    trace.X[:5], trace.Y[:5] = [100.0, 0.0], 0.0
    for run in (trace.forward, trace.loss_gradient, trace.backward):
        run()
    assert rms(trace.delta[1]) < 1e-3 * rms(trace.delta[2])
    assert (np.count_nonzero(trace.delta[2]) < 20) == (dtype == "float32")
    for n_samples in (300, None):
        assert_healthy(diagnose(trainer.network, trace, None, n_samples))


def test_samples_of_weight_0_say_nothing() -> None:
    trainer = Trainer(
        network((8,), "tanh"), TrainingConfig(0.1), X, Y, sample_weights=np.zeros(300)
    )
    layers = after(trainer, 1)
    assert layers[0].delta_rms == layers[1].delta_rms == 0
    assert_healthy(layers)


@pytest.mark.parametrize("batch_size", [1, 4, 8, 15])
def test_a_network_of_its_own_on_the_parameters_tells_more_than_a_batch(batch_size: int) -> None:
    trainer = Trainer(network((16,), "relu"), TrainingConfig(0.1, batch_size), X, Y)
    trainer.network.parameters.b[1][:] = -100
    after(trainer, 1)
    own = Network(trainer.network.spec, trainer.network.parameters)
    trace = own.trace(300)
    trace.X[...], trace.Y[...] = X, Y
    for run in (trace.forward, trace.loss_gradient, trace.backward):
        run()
    assert_healthy(diagnosed(trainer))
    assert verdicts(diagnose(own, trace, trainer.update)) == ["dead", "vanishing"]
