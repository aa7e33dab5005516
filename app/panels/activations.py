"""Activations: per layer the distribution over the batch, dead and saturated units."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app import theme as themes
from app.panel import Needs, Panel, muted_label
from app.state import AppState
from app.theme import Theme
from app.training.messages import Frame, LayerFrame
from app.viewdata.numbers import share, short
from app.widgets.plot import Bars, Plot
from app.widgets.steady_label import SteadyLabel
from nncore.activations import ACTIVATIONS
from nncore.diagnostics import FAULTY_SHARE
from nncore.spec import LayerSpec

LEAST_WIDTH = 104  # of one layer's histogram, pixels


class ActivationsPanel(Panel):
    """One histogram per layer, from the first hidden layer to the output."""

    turn = 1

    def __init__(self) -> None:
        super().__init__("Activations")
        self.setToolTip(
            "How the activations of each layer are distributed over the training samples\n"
            "(the first 1000 of them). Blue: positive, orange: negative, exact zeros apart.\n"
            "Dead: units that give 0 for every sample. Saturated: units at a flat end of\n"
            "their activation for at least 95 % of the samples."
        )
        self._theme = themes.LIGHT
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        inside = QWidget()
        inside.setLayout(self._row)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setStyleSheet(
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        self.body.addWidget(scroll)
        self.strips: list[LayerStrip] = []

    @property
    def needs(self) -> Needs:
        return Needs(activations=True)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.spec.layers != new.spec.layers:
            for strip in self.strips:
                self._row.removeWidget(strip)
                strip.hide()
                strip.deleteLater()
            self.strips = [
                LayerStrip(l, layer, is_output=l == new.spec.depth)
                for l, layer in enumerate(new.spec.layers, start=1)
            ]
            for strip in self.strips:
                strip.set_theme(themes.theme(new.dark))
                self._row.addWidget(strip)
        elif old.dark != new.dark:
            for strip in self.strips:
                strip.set_theme(themes.theme(new.dark))
        if old is not None and old.run_id != new.run_id:
            for strip in self.strips:
                strip.jump = True

    def on_frame(self, frame: Frame) -> None:
        if len(frame.layers) == len(self.strips):
            for strip, layer in zip(self.strips, frame.layers, strict=True):
                strip.show_layer(layer)


class LayerStrip(QWidget):
    """The histogram of one layer with its numbers above."""

    def __init__(self, l: int, layer: LayerSpec, is_output: bool) -> None:
        super().__init__()
        self._layer = layer
        self._is_output = is_output
        self._frame: LayerFrame | None = None
        self.jump = True  # the next range is taken at once
        self.setMinimumWidth(LEAST_WIDTH)
        title = ACTIVATIONS[layer.activation].title
        name = "output" if is_output else f"layer {l}"
        heading = muted_label(f"<b>{name}</b> · {layer.units} {title}")
        heading.setToolTip(f"a = {ACTIVATIONS[layer.activation].formula}")
        self.numbers = SteadyLabel()
        self.health = SteadyLabel()
        self.plot = Plot(f"Activations of {name}", "", "", self._read_out)
        self.plot.setMinimumSize(80, 50)
        self.plot.getPlotItem().hideAxis("left")
        self.plot.getAxis("bottom").setHeight(20)
        self.plot.getAxis("bottom").setStyle(maxTickLevel=0)
        self.plot.box.setMouseEnabled(False, False)
        self._negative, self._positive = Bars(), Bars()
        for bars in (self._negative, self._positive):
            self.plot.box.addItem(bars, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for widget in (heading, self.numbers, self.health):
            column.addWidget(widget)
        column.addWidget(self.plot, 1)

    def set_theme(self, t: Theme) -> None:
        self._theme = t
        self.plot.set_theme(t)
        self._negative.set_style(t.negative)
        self._positive.set_style(t.positive)

    def show_layer(self, frame: LayerFrame) -> None:
        self._frame = frame
        left, right = frame.edges[:-1], frame.edges[1:]
        middle = (left + right) / 2
        gap = 0.08 * (right - left)
        for bars, chosen in ((self._negative, middle < 0), (self._positive, middle >= 0)):
            bars.set_bars(left[chosen] + gap[chosen], right[chosen], frame.counts[chosen])
        top = float(frame.counts.max()) * 1.08 or 1.0
        span = (float(frame.edges[0]), float(frame.edges[-1]))
        self.plot.show_range(span, (0.0, top), self.jump)
        self.jump = False
        activity = frame.activity
        self.numbers.setText(f"mean {short(activity.mean, 2)} ± {short(activity.std, 2)}")
        self.health.setText(self._health_text(frame))
        self.plot.update_read_out()

    def _health_text(self, frame: LayerFrame) -> str:
        parts = []
        activity = frame.activity
        for word, value in (("dead", activity.dead), ("saturated", activity.saturated)):
            if value is not None:
                count = f"{word} {round(value * self._layer.units)}/{self._layer.units}"
                # an output that is sure of its class is at a flat end, and right to be
                faulty = value >= FAULTY_SHARE and not self._is_output
                parts.append(_warning(count, self._theme) if faulty else count)
        if activity.dead is not None and activity.dead < FAULTY_SHARE:  # else there is no room
            parts.append(f"zero {frame.zero_share:.0%}")
        return " · ".join(parts)

    def _read_out(self, x: float, y: float) -> str:
        frame = self._frame
        if frame is None:
            return ""
        index = int(np.searchsorted(frame.edges, x)) - 1
        if not 0 <= index < len(frame.counts):
            return ""
        low, high = frame.edges[index], frame.edges[index + 1]
        return f"a from {short(low)} to {short(high)}: {share(float(frame.counts[index]))}"


def _warning(text: str, t: Theme) -> str:
    """In colour, and with a sign for those who don't see it."""
    return f'<span style="color:{t.bad}">⚠ {text}</span>'
