"""Data that changes while a network trains: the run goes on with it, and can be gone back in."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from app.main import Application
from app.state import Drawn, experiment_of, guide_state, with_batch_size, with_drawing
from nncore.data.dataset import Dataset
from nncore.data.generators import generate
from nncore.evaluation import Evaluator
from nncore.network import Network

Settle = Callable[[], None]


def points(seed: int) -> Dataset:
    return generate("xor", n=500, seed=seed)


def in_force(nnscope: Application) -> bool:
    return nnscope.controller._awaited_version is None


def test_a_running_network_goes_on_with_what_is_drawn(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    store = nnscope.store
    nnscope.toggle_training()
    qtbot.waitUntil(lambda: nnscope.controller.last_frame.step > 50)  # type: ignore[union-attr]
    run_id = store.state.run_id
    store.apply(with_drawing, points(1))
    assert "next epoch" in nnscope.window.banner.text()
    qtbot.waitUntil(lambda: in_force(nnscope))
    assert "in force" in nnscope.window.banner.text()
    nnscope.toggle_training()
    settle()
    state, frame = store.state, nnscope.controller.last_frame
    assert frame is not None and state.run_id == run_id and isinstance(state.source, Drawn)
    # what is shown is the loss on the new samples, of the weights that went on
    new = experiment_of(state)
    network = Network.from_theta(state.spec, frame.theta)
    expected = Evaluator(network, new.X_train, new.Y_train).loss()
    assert frame.record.train.loss == expected
    assert len(new.X_train) == 400


def test_going_back_brings_the_data_of_that_time(nnscope: Application, settle: Settle) -> None:
    store, controller = nnscope.store, nnscope.controller
    circle = store.state.dataset
    controller.step(5)
    settle()
    first = points(1)
    store.apply(with_drawing, first)
    settle()
    controller.step(5)
    settle()
    theta = controller.last_frame.theta  # type: ignore[union-attr]
    for _ in range(6):
        controller.back_epoch()
        settle()
    assert store.state.dataset is circle and store.state.step == 4
    assert "Circle" not in nnscope.window.banner.text()
    assert nnscope.data_panel.source.currentText() == "Circle"
    # another drawing there is another future
    store.apply(with_drawing, points(2))
    settle()
    assert in_force(nnscope) and store.state.dataset.source == points(2).source
    controller.step(6)
    settle()
    assert store.state.step == 10
    assert not np.array_equal(controller.last_frame.theta, theta)  # type: ignore[union-attr]


def test_amid_an_epoch_it_waits_for_its_end(nnscope: Application, settle: Settle) -> None:
    store, controller = nnscope.store, nnscope.controller
    store.apply(with_batch_size, 500)
    controller.step_batch()
    settle()
    drawn = points(3)
    store.apply(with_drawing, drawn)
    settle()
    assert not in_force(nnscope) and "next epoch" in nnscope.window.banner.text()
    controller.step_batch()
    settle()
    assert in_force(nnscope) and store.state.dataset is drawn


def test_data_that_the_network_does_not_fit_starts_afresh(
    nnscope: Application, settle: Settle
) -> None:
    nnscope.controller.step(3)
    settle()
    nnscope.store.apply(with_drawing, generate("blobs", n=60))
    settle()
    assert nnscope.controller.last_frame.step == 0  # type: ignore[union-attr]
    assert "started afresh" in nnscope.window.banner.text()


def test_many_strokes_in_a_run_all_arrive_in_the_end(
    qtbot: QtBot, nnscope: Application, settle: Settle
) -> None:
    nnscope.toggle_training()
    for seed in range(30):
        nnscope.store.apply(with_drawing, points(seed))
        qtbot.wait(5)
    last = nnscope.store.state.dataset
    nnscope.toggle_training()
    settle()
    assert in_force(nnscope) and nnscope.store.state.dataset is last
    assert len(nnscope.controller._versions) <= 31
    assert nnscope.store.state.run_id == guide_state().run_id


def test_a_reset_keeps_the_drawing(nnscope: Application, settle: Settle) -> None:
    nnscope.controller.step(3)
    settle()
    drawn = replace(points(5), name="Drawing")
    nnscope.store.apply(with_drawing, drawn)
    settle()
    nnscope.reset()
    settle()
    assert nnscope.store.state.dataset is drawn
    assert nnscope.controller.last_frame.step == 0  # type: ignore[union-attr]
