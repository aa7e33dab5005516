"""Gradient magnitudes: one curve per layer, on a logarithmic axis."""

from collections.abc import Sequence

import numpy as np

from app import theme as themes
from app.panel import Panel
from app.state import AppState
from app.training.messages import Frame, Record
from app.viewdata.curves import Curves, span, thin
from app.viewdata.numbers import short
from app.widgets.plot import Curve, Plot
from app.widgets.steady_label import SteadyLabel

BUCKETS = 300
NAMED_LAYERS = 6  # as many layers have their value beside the title


class GradientsPanel(Panel):
    """Root mean square of ∂loss/∂W[l], ∂loss/∂b[l] as the last step applied it."""

    turn = 1

    def __init__(self) -> None:
        super().__init__("Gradient magnitudes")
        self.setToolTip(
            "Root mean square of ∂loss/∂W and ∂loss/∂b of each layer in the last step.\n"
            "Curves that fall far below the others: vanishing; that shoot up: exploding."
        )
        self._curves = Curves(0)
        self._colours: list[str] = []
        self._items: list[Curve] = []
        self._dirty = False
        self._legend = SteadyLabel()
        self.body.addWidget(self._legend)
        self.plot = Plot("Gradient magnitudes", "epoch", "", self._read_out)
        self.plot.getAxis("left").setLogMode(True)
        self.body.addWidget(self.plot)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark or old.run_id != new.run_id:
            t = themes.theme(new.dark)
            if old is None or old.dark != new.dark:
                self.plot.set_theme(t)
            depth = new.spec.depth
            self._colours = [themes.layer_colour(t, l, depth) for l in range(1, depth + 1)]
            for item in self._items:
                self.plot.box.removeItem(item)
            self._items = [self.plot.add_curve() for _ in range(depth)]
            for item, colour in zip(self._items, self._colours, strict=True):
                item.set_style(colour)
            self._dirty = True
        if old is None or old.run_id != new.run_id:
            self._curves = Curves(new.spec.depth)
        self._draw(at_once=True)

    def on_records(self, records: Sequence[Record]) -> None:
        for record in records:
            # one that is exactly 0 has no place on a log axis: a gap, and 0 in the legend
            values = tuple(record.gradient_rms.tolist())
            self._curves.append(record.step, record.epochs, values)
        self._dirty = True

    def on_frame(self, frame: Frame) -> None:
        self._draw()

    def _draw(self, at_once: bool = False) -> None:
        if not self._dirty:
            return
        self._dirty = False
        x = self._curves.x
        values = [self._curves.values(curve) for curve in range(len(self._items))]
        for item, y in zip(self._items, values, strict=True):
            with np.errstate(divide="ignore", invalid="ignore"):
                item.set_points(*thin(x, np.log10(y), BUCKETS))
        extent = span(values, log=True)
        low, high = (1e-3, 1.0) if extent is None else extent
        self.plot.show_range(
            (0.0, max(float(x[-1]) * 1.02 if len(x) else 0.0, 10.0)),
            (float(np.log10(low)) - 0.15, float(np.log10(high)) + 0.15),
            at_once,
        )
        self._legend.setText(self._legend_text())
        self.plot.update_read_out()

    def values_at(self, index: int) -> list[float]:
        """Gradient magnitude of layer 1 … L at one record."""
        return [float(self._curves.values(curve)[index]) for curve in range(len(self._items))]

    def _legend_text(self) -> str:
        if not len(self._curves):
            return ""
        entries = [
            f'<span style="color:{colour}">━</span>&nbsp;{l}:&nbsp;{short(value, 2)}'
            for l, (colour, value) in enumerate(
                zip(self._colours, self.values_at(len(self._curves) - 1), strict=True), start=1
            )
        ]
        more = "&nbsp;…" if len(entries) > NAMED_LAYERS else ""
        return "&nbsp;&nbsp; ".join(entries[:NAMED_LAYERS]) + more

    def _read_out(self, x: float, y: float) -> str:
        index = self._curves.nearest(x)
        if index is None:
            return ""
        lines = [f"epoch {self._curves.x[index]:,.6g}"]
        lines += [f"layer {l}: {short(v)}" for l, v in enumerate(self.values_at(index), start=1)]
        return "\n".join(lines)
