"""The loss curve, of the training and of the test samples."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QToolButton

from app import theme as themes
from app.panel import Panel, muted_label
from app.state import AppState
from app.training.messages import Frame, Record
from app.viewdata.curves import Curves, span, thin
from app.viewdata.numbers import short
from app.widgets.plot import Curve, Plot

BUCKETS = 400
TRAIN, TEST = 0, 1


class LossPanel(Panel):
    """Every recorded loss; the x axis counts epochs, whatever is redrawn."""

    turn = 1

    def __init__(self) -> None:
        super().__init__("Loss")
        self._curves = Curves(2)
        self._loss_name = ""
        self._dirty = False
        self._legend = muted_label()
        self.title_row.insertWidget(1, self._legend)
        self.log_button = QToolButton()
        self.log_button.setText("log")
        self.log_button.setCheckable(True)
        self.log_button.setToolTip("Logarithmic loss axis: equal factors are equal distances.")
        self.log_button.toggled.connect(self._on_log)
        self.title_row.addWidget(self.log_button)
        self.plot = Plot("Loss curve", "epoch", "loss", self._read_out)
        self.body.addWidget(self.plot)
        self._test: Curve = self.plot.add_curve()
        self._train: Curve = self.plot.add_curve()

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            t = themes.theme(new.dark)
            self.plot.set_theme(t)
            self._train.set_style(t.train)
            self._test.set_style(t.test)
            self._legend.setText(
                f'<span style="color:{t.train}">━</span> train&nbsp;&nbsp;'
                f'<span style="color:{t.test}">━</span> test'
            )
        if old is None or old.run_id != new.run_id:
            self._curves = Curves(2)
            self._dirty = True
            self._draw(at_once=True)

    def on_records(self, records: Sequence[Record]) -> None:
        for record in records:
            test = record.test.loss if record.test is not None else np.nan
            self._curves.append(record.step, record.epochs, (record.train.loss, test))
        self._dirty = True

    def on_frame(self, frame: Frame) -> None:
        self._draw()

    def point_at(self, x: float) -> tuple[float, float, float] | None:
        """(epoch, train loss, test loss or NaN) of the record nearest to an epoch."""
        index = self._curves.nearest(x)
        if index is None:
            return None
        train, test = (float(self._curves.values(curve)[index]) for curve in (TRAIN, TEST))
        return float(self._curves.x[index]), train, test

    def _draw(self, at_once: bool = False) -> None:
        if not self._dirty:
            return
        self._dirty = False
        log = self.log_button.isChecked()
        x = self._curves.x
        values = [self._curves.values(curve) for curve in (TRAIN, TEST)]
        for item, y in zip((self._train, self._test), values, strict=True):
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn = np.log10(y) if log else y  # a loss of 0 has no place on a log axis
            item.set_points(*thin(x, drawn, BUCKETS))
        extent = span(values, log)
        x_end = float(x[-1]) if len(x) else 0.0
        if extent is None:
            low, high = (-1.0, 0.0) if log else (0.0, 1.0)
        elif log:
            low, high = np.log10(extent[0]) - 0.1, np.log10(extent[1]) + 0.1
        else:
            low, high = 0.0, extent[1] * 1.05 or 1.0
        self.plot.show_range((0.0, max(x_end * 1.02, 10.0)), (float(low), float(high)), at_once)
        self.plot.update_read_out()

    def _on_log(self, on: bool) -> None:
        self.plot.getAxis("left").setLogMode(on)
        self.plot.following = True
        self._dirty = True
        self._draw(at_once=True)

    def _read_out(self, x: float, y: float) -> str:
        point = self.point_at(x)
        if point is None:
            return ""
        epoch, train, test = point
        text = f"epoch {epoch:,.6g} · train {short(train, 4)}"
        return text if np.isnan(test) else f"{text} · test {short(test, 4)}"
