"""The output map: what the network answers over the input plane, with the data on it."""

from html import escape

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QComboBox

from app import theme as themes
from app.panel import Needs, Panel, muted_label
from app.point_colours import point_colours
from app.state import AppState, with_axes
from app.store import Store
from app.theme import MAGNITUDE_STOPS, Theme, magnitude_lut
from app.training.messages import Frame
from app.viewdata.maps import Plane, plane_of, share_index
from app.viewdata.numbers import share, short
from app.widgets.combo_box import ComboBox
from app.widgets.pictures import (
    class_colours,
    pixmap_of,
    pixmap_of_colours,
    place_picture,
    two_class_lut,
)
from app.widgets.plot import Curve, Plot
from app.widgets.scatter import Scatter
from nncore.types import FloatArray

NAMED_CLASSES = 4
POINT_PX = 5.0


class OutputMapPanel(Panel):
    """Decision regions and confidence, the surface of a regression, or a curve over one input."""

    def __init__(self, store: Store) -> None:
        super().__init__("Output map")
        self._store = store
        self._theme: Theme = themes.LIGHT
        self._plane: Plane | None = None
        self._map: FloatArray | None = None  # raw units, (rows, columns, n[L])
        self._boxes: list[QComboBox] = []
        for which in ("Across", "Up"):
            box = ComboBox()
            box.setToolTip(f"{which}: the input that this axis spans; the others stay at the mean.")
            box.setAccessibleName(f"{which} axis of the output map")
            box.setMaximumWidth(108)
            box.activated.connect(self._on_axes)
            self._boxes.append(box)
            self.title_row.addWidget(box)
        self.plot = Plot("Output map", "", "", self._read_out)
        self.body.addWidget(self.plot, 1)
        self._legend = muted_label()
        self._legend.setWordWrap(True)
        self.body.addWidget(self._legend)
        self._picture = self.plot.add_picture()
        self._curve: Curve = self.plot.add_curve()
        self._curve.setZValue(5)
        self._scatter = Scatter(self.plot.box)

    @property
    def needs(self) -> Needs:
        return Needs(output_map=True)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.plot.set_theme(self._theme)
            self._curve.set_style(self._theme.accent, 2)
            self._draw_map()
        if old is None or old.dataset is not new.dataset or old.axes != new.axes:
            self._plane = plane_of(new.dataset, new.axes)
            self._map = None
            self._picture.setVisible(False)
            self._curve.set_points(np.empty(0), np.empty(0))
            self._fill_boxes(new)
            self.plot.set_labels(self._plane.x_name, self._plane.y_name)
            square = not self._plane.is_curve and new.dataset.n_features == 2
            self.plot.box.setAspectLocked(square)
            self.plot.show_range(self._plane.x, self._plane.y, at_once=True)
        if (
            old is None
            or old.dark != new.dark
            or old.dataset is not new.dataset
            or old.split is not new.split
            or old.axes != new.axes
        ):
            self._draw_points(new)

    def on_frame(self, frame: Frame) -> None:
        if frame.output_map is None:
            return
        state = self._store.state
        if self._plane is None or frame.output_map.shape[2] != state.spec.n_outputs:
            return
        raw = frame.output_map
        if not state.dataset.is_classification:
            raw = raw * state.targets.scale + state.targets.mean
        self._map = raw
        self._draw_map()
        self.plot.update_read_out()

    # ---- drawing -------------------------------------------------------------------------

    def _draw_map(self) -> None:
        if self._map is None or self._plane is None:
            return
        plane, values = self._plane, self._map
        if plane.is_curve:
            x = np.linspace(*plane.x, values.shape[1])
            self._curve.set_points(x, self._curve_height(values), head=False)
            return
        state = self._store.state
        if not state.dataset.is_classification:
            self._picture.setPixmap(
                pixmap_of(share_index(values[..., 0], *self._target_range()), magnitude_lut())
            )
        elif state.dataset.n_classes == 2:
            self._picture.setPixmap(
                pixmap_of(share_index(values[..., 0], 0, 1), two_class_lut(self._theme))
            )
        else:
            self._picture.setPixmap(pixmap_of_colours(class_colours(values, self._theme)))
        self._picture.setVisible(True)
        low, high = plane.x, plane.y
        place_picture(self._picture, QRectF(low[0], high[0], low[1] - low[0], high[1] - high[0]))

    def _curve_height(self, values: FloatArray) -> FloatArray:
        """Height of the curve over one input: the output, or the class as a number."""
        if values.shape[2] == 1:
            return np.asarray(values[0, :, 0])
        return np.asarray(values[0].argmax(axis=1), float)

    def _draw_points(self, state: AppState) -> None:
        dataset, t = state.dataset, self._theme
        i, j = state.axes
        hollow = np.zeros(dataset.n_samples, bool)
        hollow[state.split.test] = True
        group, colours = point_colours(state, t)
        y = dataset.y.astype(float) if i == j else dataset.X[:, j]
        every = self._scatter.show(dataset.X[:, i], y, colours, group, hollow, t, POINT_PX)
        self._legend.setText(self._legend_text(state, every))

    def _legend_text(self, state: AppState, every: bool) -> str:
        dataset, t = state.dataset, self._theme
        if dataset.is_classification:
            named = [
                f'<span style="color:{t.classes[k % 10]}">●</span>&nbsp;{escape(name)}'
                for k, name in enumerate(dataset.class_names[:NAMED_CLASSES])
            ]
            if dataset.n_classes > NAMED_CLASSES:
                named.append(f"+{dataset.n_classes - NAMED_CLASSES} more")
        else:
            low, high = self._target_range()
            named = [
                f"{escape(dataset.target_name)}: {short(low)} "
                + "".join(f'<span style="color:{colour}">■</span>' for colour in MAGNITUDE_STOPS)
                + f" {short(high)}"
            ]
        parts = ["&nbsp;&nbsp;".join(named), "● train&nbsp; ○ test"]
        if self._plane is not None and self._plane.others:
            parts.append(self._plane.others)
        if not every:
            parts.append("some of the points")
        return " &nbsp;·&nbsp; ".join(parts)

    def _target_range(self) -> tuple[float, float]:
        y = self._store.state.dataset.y
        return float(y.min()), float(y.max())

    # ---- axes and read-out ---------------------------------------------------------------

    def _fill_boxes(self, state: AppState) -> None:
        names = list(state.dataset.feature_names)
        for box, axis in zip(self._boxes, state.axes, strict=True):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(axis)
            box.setVisible(len(names) > 2)

    def _on_axes(self) -> None:
        i, j = (box.currentIndex() for box in self._boxes)
        if i != j:
            self._store.apply(with_axes, (i, j))
        else:  # the same input on both axes would be a curve: swap instead
            i, j = self._store.state.axes
            self._store.apply(with_axes, (j, i))

    def value_at(self, x: float, y: float) -> FloatArray | None:
        """Outputs (n[L],) of the map's cell at a point of the plane, in raw units."""
        plane, values = self._plane, self._map
        if plane is None or values is None or not plane.x[0] <= x <= plane.x[1]:
            return None
        rows, columns = values.shape[:2]
        column = int((x - plane.x[0]) / (plane.x[1] - plane.x[0]) * columns)
        row = 0
        if not plane.is_curve:
            if not plane.y[0] <= y <= plane.y[1]:
                return None
            row = int((plane.y[1] - y) / (plane.y[1] - plane.y[0]) * rows)
        outputs: FloatArray = values[min(row, rows - 1), min(column, columns - 1)]
        return outputs

    def _read_out(self, x: float, y: float) -> str:
        outputs, plane = self.value_at(x, y), self._plane
        if outputs is None or plane is None:
            return ""
        place = f"{plane.x_name} {short(x)}"
        if not plane.is_curve:
            place += f" · {plane.y_name} {short(y)}"
        return f"{place}\n{prediction_text(self._store.state, outputs)}"


def prediction_text(state: AppState, outputs: FloatArray) -> str:
    """What outputs (n[L],), in raw units, say: a class with its probability, or a value."""
    dataset = state.dataset
    if not dataset.is_classification:
        return f"{dataset.target_name} {short(float(outputs[0]))}"
    shares = outputs if len(outputs) > 1 else np.array([1 - outputs[0], outputs[0]])
    k = int(shares.argmax())
    return f"{dataset.class_names[k]} {share(float(shares[k]))}"
