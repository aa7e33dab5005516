"""The output map: what the network answers over the input plane, with the data on it."""

from dataclasses import replace
from html import escape

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QToolButton

from app import theme as themes
from app.panel import Needs, Panel, muted_label
from app.point_colours import point_colours
from app.state import AppState, with_selection, with_view
from app.store import Store
from app.theme import MAGNITUDE_STOPS, Theme, magnitude_lut
from app.training.messages import Frame
from app.viewdata.maps import share_index
from app.viewdata.numbers import share, short
from app.viewdata.planes import Plane, plane_of
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
        self._places: tuple[FloatArray, FloatArray] = (np.empty(0), np.empty(0))
        self._map: FloatArray | None = None  # raw units, (rows, columns, n[L])
        self.axis_boxes: list[QComboBox] = []
        for which in ("Across", "Up"):
            box = ComboBox()
            box.setToolTip(f"{which}: the feature that this axis spans.")
            box.setAccessibleName(f"{which} axis of the output map")
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
            box.setMaximumWidth(160)
            box.activated.connect(self._on_axes)
            self.axis_boxes.append(box)
            self.title_row.addWidget(box, 2)
        self.plane_button = QToolButton()
        self.plane_button.setText("Plane")
        self.plane_button.setToolTip("Which plane through the features is shown, and where.")
        self.plane_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.plane_button.setMenu(self._plane_menu())
        self.title_row.addWidget(self.plane_button)
        self.plot = Plot("Output map", "", "", self._read_out)
        self.plot.clicked.connect(self._on_click)
        self.body.addWidget(self.plot, 1)
        self._legend = muted_label()
        self._legend.setWordWrap(True)
        self.body.addWidget(self._legend)
        self._picture = self.plot.add_picture()
        self._curve: Curve = self.plot.add_curve()
        self._curve.setZValue(5)
        self._scatter = Scatter(self.plot.box)

    def _plane_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill_plane_menu)
        menu.triggered.connect(self._on_plane)
        self._plane_actions = {
            name: menu.addAction(title)
            for name, title in (
                ("features", "Two features"),
                ("principal", "First two principal components"),
                ("mean", "Through the mean"),
                ("sample", "Through the selected sample"),
            )
        }
        for action in self._plane_actions.values():
            action.setCheckable(True)
        menu.insertSeparator(self._plane_actions["mean"])
        return menu

    @property
    def needs(self) -> Needs:
        return Needs(output_map=True)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.plot.set_theme(self._theme)
            self._curve.set_style(self._theme.accent, 2)
            self._draw_map()
        is_new = old is None or old.samples is not new.samples or old.dataset is not new.dataset
        moves = is_new or old is None or old.view != new.view
        if moves:
            self._show_plane(new)
        if moves or old is None or old.dark != new.dark or old.split is not new.split:
            self._draw_points(new)
        if moves or old is None or old.dark != new.dark or old.selected is not new.selected:
            self._ring_selected(new)

    def _show_plane(self, state: AppState) -> None:
        self._plane = plane_of(state)
        self._map = None
        self._picture.setVisible(False)
        self._curve.set_points(np.empty(0), np.empty(0))
        self._fill_boxes(state)
        self.plot.set_labels(self._plane.x_name, self._plane.y_name)
        self.plot.box.setAspectLocked(not self._plane.is_curve and state.dataset.n_features == 2)
        self.plot.show_range(self._plane.x, self._plane.y, at_once=True)

    def on_frame(self, frame: Frame) -> None:
        if frame.output_map is None:
            return
        state = self._store.state
        if self._plane is None or frame.output_map.shape[2] != state.spec.n_outputs:
            return
        raw = frame.output_map
        if not state.dataset.is_classification:
            raw = raw * state.targets.scale + state.targets.offset
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
        t = self._theme
        hollow = np.zeros(state.dataset.n_samples, bool)
        hollow[state.split.test] = True
        group, colours = point_colours(state, t)
        self._places = self._places_of(state)
        every = self._scatter.show(*self._places, colours, group, hollow, t, POINT_PX)
        self._legend.setText(self._legend_text(state, every))

    def _places_of(self, state: AppState) -> tuple[FloatArray, FloatArray]:
        """Where the samples stand in the plot, (n,) and (n,)."""
        assert self._plane is not None
        u, v = self._plane.coordinates(state.samples)
        return u, state.dataset.y.astype(float) if self._plane.is_curve else v

    def _ring_selected(self, state: AppState) -> None:
        x, y = self._places
        self._scatter.ring(x[state.selected], y[state.selected], self._theme, POINT_PX)

    def _on_click(self, x: float, y: float) -> None:
        """Select the sample under the mouse, or nothing."""
        self._store.apply(with_selection, self.plot.points_at(*self._places, x, y))

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
        if self._plane is not None and self._plane.fixed:
            parts.append(escape(self._plane.fixed))
        if not every:
            parts.append("some of the points")
        return " &nbsp;·&nbsp; ".join(parts)

    def _target_range(self) -> tuple[float, float]:
        y = self._store.state.dataset.y
        return float(y.min()), float(y.max())

    # ---- axes and read-out ---------------------------------------------------------------

    def _fill_boxes(self, state: AppState) -> None:
        names, view = list(state.dataset.feature_names), state.view
        several = len(names) > 2
        for box, axis in zip(self.axis_boxes, view.axes, strict=True):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(axis)
            box.setVisible(several and not view.principal)
        self.plane_button.setVisible(several)

    def _on_axes(self) -> None:
        view = self._store.state.view
        i, j = (box.currentIndex() for box in self.axis_boxes)
        if i == j:  # the same feature on both axes would be a curve: swap instead
            j, i = view.axes
        self._store.apply(with_view, replace(view, axes=(i, j)))

    def _fill_plane_menu(self) -> None:
        view, selected = self._store.state.view, self._store.state.selected
        actions = self._plane_actions
        actions["features"].setChecked(not view.principal)
        actions["principal"].setChecked(view.principal)
        actions["mean"].setChecked(view.through is None)
        actions["sample"].setChecked(view.through is not None)
        one = len(selected) == 1
        actions["sample"].setEnabled(one or view.through is not None)
        which = f" ({int(selected[0]) + 1:,})" if one else " (select one first)"
        actions["sample"].setText("Through the selected sample" + which)

    def _on_plane(self, action: QAction) -> None:
        view, selected = self._store.state.view, self._store.state.selected
        name = next(name for name, other in self._plane_actions.items() if other is action)
        if name in ("features", "principal"):
            view = replace(view, principal=name == "principal")
        elif name == "mean":
            view = replace(view, through=None)
        elif len(selected) == 1:
            view = replace(view, through=int(selected[0]))
        self._store.apply(with_view, view)

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
