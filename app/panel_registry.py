"""One row per panel."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.panel import Panel
from app.panels.activations import ActivationsPanel
from app.panels.data import DataPanel
from app.panels.gradients import GradientsPanel
from app.panels.loss import LossPanel
from app.panels.output_map import OutputMapPanel
from app.panels.topology.panel import TopologyPanel
from app.panels.training.panel import TrainingPanel
from app.store import Store


class Place(Enum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    place: Place
    panel: Panel


def panel_rows(
    store: Store,
    open_path: Callable[[Path, str | None], None],
    ask_path: Callable[[], None],
) -> tuple[Row, ...]:
    """Every panel, in the order in which its place is filled."""
    return (
        Row("data", "Data", Place.LEFT, DataPanel(store, open_path, ask_path)),
        Row("training", "Training", Place.LEFT, TrainingPanel(store)),
        Row("network", "Network", Place.CENTRE, TopologyPanel(store)),
        Row("output", "Output map", Place.RIGHT, OutputMapPanel(store)),
        Row("loss", "Loss", Place.RIGHT, LossPanel()),
        Row("activations", "Activations", Place.BOTTOM, ActivationsPanel()),
        Row("gradients", "Gradient magnitudes", Place.BOTTOM, GradientsPanel()),
    )
