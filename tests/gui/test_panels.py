"""What the panels show, read off them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from app.main import Application
from app.panel import Panel
from app.state import model_of, with_hidden
from nncore.checkpoint import load_model, same_model
from nncore.network import Network
from nncore.parameters import Parameters
from resources import resource_path

Settle = Callable[[], None]


def panel(nnscope: Application, name: str) -> Panel:
    return next(p for p in nnscope._panels if p.accessibleName() == name)


def test_hovering_an_edge_reads_its_weight(nnscope: Application, qtbot: QtBot) -> None:
    view = panel(nnscope, "Network").view  # type: ignore[attr-defined]
    frame = nnscope.controller.last_frame
    assert frame is not None
    weights = Parameters((2, 16, 8, 1), "float64", frame.theta)
    edges = view._edges
    for k in range(0, len(edges.lines), 37):
        l, i, j = (int(column[k]) for column in (edges.layer, edges.source, edges.target))
        x1, y1, x2, y2 = edges.lines[k]
        # near its start no other edge is as near
        text = view.text_at(x1 + 0.02 * (x2 - x1), y1 + 0.02 * (y2 - y1))
        assert text  # some edge of the same unit
        assert frame.theta[edges.position[k]] == weights.W[l][j, i]
    x1, y1, x2, y2 = edges.lines[0]
    middle = QPoint(round((x1 + x2) / 2), round((y1 + y2) / 2))
    QTest.mouseMove(view.viewport(), middle)
    qtbot.waitUntil(view._read_out.isVisible)
    assert view._read_out.text().startswith("W")


def test_hovering_a_unit_reads_its_bias_and_mean_activation(
    nnscope: Application, qtbot: QtBot, settle: Settle
) -> None:
    nnscope.controller.step(10)
    settle()
    view = panel(nnscope, "Network").view  # type: ignore[attr-defined]
    x, y = view._layout.centres[2][3]
    QTest.mouseMove(view.viewport(), QPoint(round(x), round(y)))
    nnscope.controller.look()
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None
    bias = Parameters((2, 16, 8, 1), "float64", frame.theta).b[2][3]
    text = view._read_out.text()
    assert "layer 2, unit 4" in text
    shown = text.split("= ")[1].split("\n")[0].replace("−", "-")
    assert float(shown) == pytest.approx(bias, rel=1e-3)
    assert "mean activation" in text


def test_the_output_map_shows_what_the_network_predicts(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.controller.step(200)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None
    network = Network.from_theta(nnscope.store.state.spec, frame.theta)
    output_map = panel(nnscope, "Output map")
    for point in ((0.0, 0.0), (2.0, 2.0), (-1.5, 0.5)):
        shown = output_map.value_at(*point)  # type: ignore[attr-defined]
        # the map's cells are 0.08 wide, so that the value is that of a place nearby
        assert shown[0] == pytest.approx(network.predict(np.array([point]))[0, 0], abs=0.12)
    inside = output_map._read_out(0.0, 0.0)  # type: ignore[attr-defined]
    outside = output_map._read_out(2.5, 2.5)  # type: ignore[attr-defined]
    assert "inside" in inside and "outside" in outside


def test_the_activations_are_those_of_the_network(nnscope: Application, settle: Settle) -> None:
    nnscope.controller.step(50)
    settle()
    state, frame = nnscope.store.state, nnscope.controller.last_frame
    assert frame is not None
    network = Network.from_theta(state.spec, frame.theta)
    trace = network.trace(1000)
    X = state.dataset.X[state.split.train]
    trace.X[...] = X
    trace.forward()
    for l, (strip, layer) in enumerate(
        zip(panel(nnscope, "Activations").strips, frame.layers, strict=True),  # type: ignore[attr-defined]
        start=1,
    ):
        A = trace.A[l]
        assert layer.activity.mean == pytest.approx(A.mean())
        assert layer.counts.sum() + layer.zero_share == pytest.approx(1)
        np.testing.assert_allclose(layer.unit_means, A.mean(axis=0))
        if l < 3:
            dead = int((A.max(axis=0) == 0).sum())
            assert f"dead {dead}/{A.shape[1]}" in strip.health.text()


def test_the_log_switch_keeps_the_values(nnscope: Application, settle: Settle) -> None:
    nnscope.controller.step(30)
    settle()
    loss = panel(nnscope, "Loss")
    linear = loss._read_out(20, 0)  # type: ignore[attr-defined]
    loss.log_button.click()  # type: ignore[attr-defined]
    assert loss._read_out(20, 0) == linear  # type: ignore[attr-defined]
    assert linear.startswith("epoch 20 · train 0.")


def test_a_closed_dock_asks_for_nothing(nnscope: Application, settle: Settle) -> None:
    for dock in nnscope.window.findChildren(QDockWidget):
        dock.close()
    nnscope.controller.step(3)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None and frame.layers == ()
    for dock in nnscope.window.findChildren(QDockWidget):
        dock.show()
    settle()
    assert nnscope.controller.last_frame is not None
    assert len(nnscope.controller.last_frame.layers) == 3


@pytest.mark.parametrize("hidden", [(), (1,), (4, 4, 4, 4), (400, 300)])
def test_other_networks_are_drawn_and_trained(
    nnscope: Application, settle: Settle, hidden: tuple[int, ...]
) -> None:
    nnscope.store.apply(with_hidden, hidden)
    settle()
    nnscope.controller.step(2)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None and frame.epoch == 2 and len(frame.layers) == len(hidden) + 1
    scale = panel(nnscope, "Network")._scale.text()  # type: ignore[attr-defined]
    assert f"{nnscope.store.state.spec.n_parameters:,} parameters" in scale


def test_layers_are_edited_with_the_mouse(nnscope: Application, settle: Settle) -> None:
    network = panel(nnscope, "Network")
    network._more.click()  # type: ignore[attr-defined]
    assert nnscope.store.state.spec.sizes == (2, 16, 8, 8, 1)
    network._units[2].setValue(3)  # type: ignore[attr-defined]
    assert nnscope.store.state.spec.sizes == (2, 16, 8, 3, 1)
    for _ in range(3):
        network._fewer.click()  # type: ignore[attr-defined]
    assert nnscope.store.state.spec.sizes == (2, 1)
    settle()


def test_dark_and_light_change_every_plot(nnscope: Application, settle: Settle) -> None:
    def corner() -> int:
        image = panel(nnscope, "Loss").plot.grab().toImage()  # type: ignore[attr-defined]
        return int(image.pixelColor(2, 2).lightness())

    assert corner() > 200
    nnscope.set_appearance("dark")
    settle()
    assert corner() < 60
    nnscope.set_appearance("light")
    assert corner() > 200


def test_weights_are_exported_and_come_back_identical(
    nnscope: Application, settle: Settle, tmp_path: Path
) -> None:
    nnscope.importer.open_at_once(resource_path("datasets", "iris.csv"))
    settle()
    nnscope.controller.step(20)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None
    path = tmp_path / "weights.npz"
    nnscope.export_to(path)
    assert "Exported" in nnscope.window.banner.text()
    model = load_model(path)
    assert same_model(model, model_of(nnscope.store.state, frame.theta))
    assert model.class_names == ("setosa", "versicolor", "virginica")

    nnscope.reseed()
    settle()
    nnscope.importer.open(path)
    settle()
    shown = nnscope.controller.last_frame
    assert shown is not None
    np.testing.assert_array_equal(shown.theta, frame.theta)
    assert "weights.npz" in nnscope.window.banner.text()


def test_weights_that_do_not_fit_the_data_are_refused(
    nnscope: Application, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "weights.npz"
    nnscope.export_to(path)
    nnscope.importer.open_at_once(resource_path("datasets", "iris.csv"))
    settle()
    before = nnscope.store.state
    nnscope.importer.open(path)
    settle()
    assert nnscope.store.state is before
    assert nnscope._open_message is not None
    assert "takes 2 features" in nnscope._open_message.text()
    nnscope._open_message.close()


def test_an_export_that_fails_is_said(nnscope: Application, tmp_path: Path) -> None:
    nnscope.export_to(tmp_path / "no such folder" / "weights.npz")
    assert nnscope._open_message is not None
    assert nnscope._open_message.text().startswith("weights.npz could not be written")
    nnscope._open_message.close()


def test_curves_follow_the_mouse(nnscope: Application, settle: Settle, qtbot: QtBot) -> None:
    nnscope.controller.step(100)
    settle()
    plot = panel(nnscope, "Loss").plot  # type: ignore[attr-defined]
    place = plot.mapFromScene(plot.box.mapViewToScene(QPointF(50, 0.4)))
    QTest.mouseMove(plot.viewport(), place)
    qtbot.waitUntil(plot.label.isVisible)
    assert "train" in plot.label.text() and "test" in plot.label.text()


def test_a_network_too_large_is_refused_and_the_editor_shows_the_one_there_is(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.store.apply(with_hidden, (4096,) * 8)
    assert nnscope.store.state.spec.sizes == (2, 16, 8, 1)
    assert nnscope._open_message is not None and "limit" in nnscope._open_message.text()
    nnscope._open_message.close()
