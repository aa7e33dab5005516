"""The one protocol of all panels, and the card that carries them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.state import AppState
from app.training.messages import Frame, Record


@dataclass(frozen=True, slots=True)
class Needs:
    """What a panel wants to find in a frame; see ``messages.FrameRequest``."""

    activations: bool = False
    output_map: bool = False
    unit_maps: bool = False


class Panel(QFrame):
    """The lower part of a card; ``title_bar``, its upper part, goes to the dock.

    Subclasses put their picture into ``body``, controls that belong to it into
    ``title_row``, and override the rest. A panel is never told of frames or records of
    another run than the state's.
    """

    # While training, panels draw at every second frame, those of turn 0 and of turn 1 by turns.
    turn = 0

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("cardBody")
        self.setAccessibleName(title)
        self.title_bar = QFrame()
        self.title_bar.setObjectName("cardTitle")
        self.heading = QLabel(title)
        self.heading.setObjectName("title")
        self.heading.setMinimumHeight(28)  # all titles at one height, with controls or without
        self.title_row = QHBoxLayout(self.title_bar)
        self.title_row.setContentsMargins(12, 6, 8, 2)
        self.title_row.setSpacing(6)
        self.title_row.addWidget(self.heading)
        self.title_row.addStretch(1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 2, 12, 10)
        self.body.setSpacing(6)

    @property
    def needs(self) -> Needs:
        """What the next frame must have."""
        return Needs()

    def on_state(self, old: AppState | None, new: AppState) -> None:
        """The state has changed; ``old`` is None the first time."""

    def on_frame(self, frame: Frame) -> None:
        """A frame has come, with at least what ``needs`` says. Only while visible."""

    def on_records(self, records: Sequence[Record]) -> None:
        """New points of the curves, each once, visible or not."""


def muted_label(text: str = "") -> QLabel:
    """Small grey text."""
    label = QLabel(text)
    label.setObjectName("muted")
    return label


def card(panel: Panel) -> QWidget:
    """A panel with its title above it, for a place that is not a dock."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(panel.title_bar)
    column.addWidget(panel, 1)
    return whole
