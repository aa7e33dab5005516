"""One row per panel."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.panel import Panel
from app.panels.activations import ActivationsPanel
from app.panels.data.panel import DataPanel
from app.panels.draw.panel import DrawPanel
from app.panels.gradients import GradientsPanel
from app.panels.loss import LossPanel
from app.panels.output_map import OutputMapPanel
from app.panels.table.panel import TablePanel
from app.panels.topology.panel import TopologyPanel
from app.panels.training.panel import TrainingPanel
from app.state import FromFile, Pasted
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
    open_bundled: Callable[[Path], None],
    read_again: Callable[[FromFile | Pasted], None],
    ask_path: Callable[[], None],
    ask_choices: Callable[[], None],
) -> tuple[Row, ...]:
    """Every panel, in the order in which its place is filled."""
    data = DataPanel(store, open_bundled, read_again, ask_path, ask_choices)
    return (
        Row("data", "Data", Place.LEFT, data),
        Row("training", "Training", Place.LEFT, TrainingPanel(store)),
        Row("network", "Network", Place.CENTRE, TopologyPanel(store)),
        Row("draw", "Draw", Place.CENTRE, DrawPanel(store)),
        Row("table", "Table", Place.CENTRE, TablePanel(store)),
        Row("output", "Output map", Place.RIGHT, OutputMapPanel(store)),
        Row("loss", "Loss", Place.RIGHT, LossPanel()),
        Row("activations", "Activations", Place.BOTTOM, ActivationsPanel()),
        Row("gradients", "Gradient magnitudes", Place.BOTTOM, GradientsPanel()),
    )
