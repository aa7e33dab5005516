"""The picture of a network: units with what they compute, weights by colour and width."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QLabel,
)

from app import theme as themes
from app.state import (
    AppState,
)
from app.theme import Theme, blend, lut
from app.training.messages import Frame
from app.viewdata.histogram import eased_limit
from app.viewdata.maps import inputs_on_grid, share_index, sign_index
from app.viewdata.numbers import short, subscript, superscript
from app.viewdata.planes import plane_of
from app.viewdata.topology import (
    LEVELS,
    MAX_EDGES,
    Edges,
    Layout,
    edge_levels,
    edges,
    layout,
    strongest,
)
from app.widgets.pictures import one_class_lut, pixmap_of, two_class_lut
from app.widgets.plot import place_near
from app.widgets.steady_label import SteadyLabel
from nncore.activations import ACTIVATIONS
from nncore.parameters import Parameters
from nncore.types import FloatArray

CROWDED = 600  # edges
LEAST_LABEL, MOST_LABEL = 40, 96  # pixels beside the inputs and outputs for names
SCALE_SAMPLES = 1000
INPUT_PICTURE = 32  # points along the side of an input's small picture
REACH = 5.0  # pixels from an edge at which it is read


class TopologyView(QGraphicsView):
    """Stock Qt items only: edges in one path per class of strength, a pixmap per unit."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Topology of the network")
        self.setScene(QGraphicsScene(self))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setMinimumSize(260, 160)
        self.scale_label: SteadyLabel | None = None
        self._state: AppState | None = None
        self._theme: Theme = themes.LIGHT
        self._frame: Frame | None = None
        self._parameters: Parameters | None = None
        self._layout: Layout | None = None
        self._edges: Edges | None = None
        self._edge_items: dict[int, QGraphicsPathItem] = {}
        self._tiles: list[list[QGraphicsPixmapItem]] = []
        self._weight_limit = 0.0
        self._unit_limits: list[float] = []
        self._highlight = QGraphicsPathItem()
        self._read_out = QLabel(self)
        self._read_out.setObjectName("readout")
        self._read_out.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._read_out.hide()
        self._mouse: QPointF | None = None

    @property
    def is_read(self) -> bool:
        """Whether the mouse is over the picture."""
        return self._mouse is not None

    def on_state(self, old: AppState | None, new: AppState) -> None:
        self._state = new
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.setBackgroundBrush(QColor(self._theme.panel))
        if old is None or old.run_id != new.run_id:
            self._frame = None
            self._weight_limit = 0.0
            self._unit_limits = [0.0] * new.spec.depth
        if (
            old is None
            or old.dark != new.dark
            or old.spec is not new.spec
            or old.dataset is not new.dataset
            or old.view != new.view
        ):
            self._build()

    def show_frame(self, frame: Frame) -> None:
        if self._state is None or frame.theta.shape != (self._state.spec.n_parameters,):
            return
        self._frame = frame
        spec = self._state.spec
        self._parameters = Parameters(spec.sizes, spec.dtype, frame.theta)
        self._draw_edges(frame.theta)
        self._draw_tiles(frame)
        self._update_read_out()

    # ---- building ------------------------------------------------------------------------

    def _build(self) -> None:
        """Lay everything out anew: another network, size or theme."""
        state, t = self._state, self._theme
        if state is None:
            return
        scene = self.scene()
        scene.clear()
        width, height = self.viewport().width(), self.viewport().height()
        scene.setSceneRect(0, 0, width, height)
        self._layout = where = layout(state.spec, width, height, self._label_width(state))
        self._edges = edges(state.spec, where)
        self._edge_items = {level: self._add_edge_item(level) for level in _edge_order()}
        self._highlight = QGraphicsPathItem()
        self._highlight.setPen(themes.pen(t.text, 2))
        self._highlight.setZValue(4)
        scene.addItem(self._highlight)
        self._tiles = [
            [self._add_tile(l, centre) for centre in where.centres[l].tolist()]
            for l in range(len(where.sizes))
        ]
        self._add_labels(state, where)
        self._draw_inputs()
        if self._frame is not None:
            self.show_frame(self._frame)

    def _label_width(self, state: AppState) -> float:
        """Room beside the first and last units for their names, as much as they need."""
        metrics = QFontMetrics(themes.font(themes.SMALL_PX))
        names = (*state.preparation.input_names[:200], *_output_names(state)[:200])
        widest = max(metrics.horizontalAdvance(name) for name in names)
        return min(max(widest, LEAST_LABEL), MOST_LABEL)

    def _cut(self, name: str) -> str:
        metrics = QFontMetrics(themes.font(themes.SMALL_PX))
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, MOST_LABEL)

    def _add_edge_item(self, level: int) -> QGraphicsPathItem:
        t = self._theme
        colour = t.positive if level > 0 else t.negative
        strength = abs(level) / LEVELS
        item = QGraphicsPathItem()
        if level == 0:
            item.setPen(themes.pen(blend(t.zero, t.panel, 0.8)))
        else:
            # Lines of more than a pixel take many times as long: only the strongest have them,
            # and none where there are too many to tell them apart by width.
            crowded = self._edges is not None and len(self._edges.lines) > CROWDED
            width = 1.0 if crowded else 1.0 + 5.0 * max(0.0, strength - 0.5)
            item.setPen(themes.pen(blend(colour, t.panel, 0.25 + 0.75 * strength), width))
        item.setZValue(strength)
        self.scene().addItem(item)
        return item

    def _add_tile(self, l: int, centre: list[float]) -> QGraphicsPixmapItem:
        assert self._layout is not None
        side = self._layout.tile[l]
        left, top = centre[0] - side / 2, centre[1] - side / 2
        tile = QGraphicsPixmapItem()
        tile.setPos(left, top)
        tile.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        tile.setZValue(2)
        self.scene().addItem(tile)
        frame = QGraphicsRectItem(QRectF(left, top, side, side))
        frame.setPen(themes.pen(blend(self._theme.muted, self._theme.panel, 0.7), 1))
        frame.setZValue(3)
        self.scene().addItem(frame)
        return tile

    def _add_labels(self, state: AppState, where: Layout) -> None:
        spec = state.spec
        names = _output_names(state)
        for l, centres in enumerate(where.centres):
            reach = where.tile[l] / 2 + 8
            if l == 0:
                for (x, y), name in zip(
                    centres.tolist(), state.preparation.input_names, strict=False
                ):
                    self._add_text(self._cut(name), x - reach, y, Qt.AlignmentFlag.AlignRight)
            elif l == spec.depth:
                for (x, y), name in zip(centres.tolist(), names, strict=False):
                    self._add_text(self._cut(name), x + reach, y, Qt.AlignmentFlag.AlignLeft)
            x = float(centres[0, 0])
            foot = where.height - 30
            hidden = where.sizes[l] - where.shown[l]
            more = f" (+{hidden} more)" if hidden else ""
            title = "inputs" if l == 0 else "output" if l == spec.depth else f"layer {l}"
            self._add_text(title, x, foot, Qt.AlignmentFlag.AlignHCenter, muted=False)
            what = f"{where.sizes[l]}{more}"
            if l:
                what += f" · {ACTIVATIONS[spec.layers[l - 1].activation].title}"
            self._add_text(what, x, foot + 15, Qt.AlignmentFlag.AlignHCenter)

    def _add_text(
        self, text: str, x: float, y: float, align: Qt.AlignmentFlag, muted: bool = True
    ) -> None:
        """Text centred on y, and left, right or centred on x."""
        item = QGraphicsSimpleTextItem(text)
        item.setFont(themes.font(themes.SMALL_PX))
        item.setBrush(QBrush(QColor(self._theme.muted if muted else self._theme.text)))
        box = item.boundingRect()
        shift = {
            Qt.AlignmentFlag.AlignLeft: 0.0,
            Qt.AlignmentFlag.AlignHCenter: box.width() / 2,
            Qt.AlignmentFlag.AlignRight: box.width(),
        }[align]
        item.setPos(round(x - shift), round(y - box.height() / 2))
        item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        item.setZValue(5)
        self.scene().addItem(item)

    # ---- drawing -------------------------------------------------------------------------

    def _draw_edges(self, theta: FloatArray) -> None:
        if self._edges is None:
            return
        weights = theta[self._edges.position]
        largest = float(np.nan_to_num(np.abs(weights)).max(initial=0.0))
        self._weight_limit = eased_limit(self._weight_limit, largest)
        drawn = strongest(weights)
        levels = edge_levels(weights[drawn], self._weight_limit)
        lines = self._edges.lines[drawn]
        for level, item in self._edge_items.items():
            points = lines[levels == level].reshape(-1, 2)
            item.setPath(
                pg.arrayToQPath(points[:, 0], points[:, 1], connect="pairs")
                if len(points)
                else QPainterPath()
            )
        self._show_scale(len(weights))

    def _draw_tiles(self, frame: Frame) -> None:
        state, where = self._state, self._layout
        if state is None or where is None:
            return
        table = themes.sign_lut(self._theme)
        depth = state.spec.depth
        for l in range(1, depth):
            maps = frame.unit_maps[l - 1] if frame.unit_maps else None
            if maps is None:
                continue
            shown = maps[: where.shown[l]]
            largest = float(np.abs(shown).max(initial=0.0))
            limit = eased_limit(self._unit_limits[l - 1], largest)
            self._unit_limits[l - 1] = limit
            index = sign_index(shown, limit)
            for tile, picture in zip(self._tiles[l], index, strict=True):
                _set_tile(tile, pixmap_of(picture, table), where.tile[l])
        if frame.output_map is not None:
            self._draw_outputs(frame.output_map)

    def _draw_outputs(self, values: FloatArray) -> None:
        state, where, t = self._state, self._layout, self._theme
        assert state is not None and where is not None
        depth = state.spec.depth
        thinned = values[::3, ::3]
        for k, tile in enumerate(self._tiles[depth]):
            plane = thinned[..., k]
            if not state.dataset.is_classification:
                raw = plane * state.targets.scale[k] + state.targets.offset[k]
                low, high = float(state.dataset.y.min()), float(state.dataset.y.max())
                pixmap = pixmap_of(share_index(raw, low, high), themes.magnitude_lut())
            elif state.dataset.n_classes == 2:
                pixmap = pixmap_of(share_index(plane, 0, 1), two_class_lut(t))
            else:
                pixmap = pixmap_of(share_index(plane, 0, 1), one_class_lut(k, t))
            _set_tile(tile, pixmap, where.tile[depth])

    def _draw_inputs(self) -> None:
        """What each input is over the plane, as the network takes it."""
        state, where = self._state, self._layout
        if state is None or where is None:
            return
        table = themes.sign_lut(self._theme)
        plane = plane_of(state)
        side = 1 if plane.is_curve else INPUT_PICTURE
        values = inputs_on_grid(state, plane, side, INPUT_PICTURE)
        # to the scale of the samples: what is held at the mean is next to nothing beside them
        some = np.abs(state.preparation.apply(state.samples[:SCALE_SAMPLES])).max(axis=0)
        for k, tile in enumerate(self._tiles[0]):
            picture = values[:, k].reshape(side, INPUT_PICTURE)
            index = sign_index(picture, max(float(np.abs(picture).max()), float(some[k])))
            square = np.broadcast_to(index, (INPUT_PICTURE, INPUT_PICTURE))
            _set_tile(tile, pixmap_of(square, table), where.tile[0])

    def _show_scale(self, n_edges: int) -> None:
        if self.scale_label is None:
            return
        t = self._theme
        bar = lut(t.negative, t.zero, t.positive)
        blocks = "".join(
            f'<span style="color:#{int(bar[i]) & 0xFFFFFF:06x}">■</span>'
            for i in np.linspace(0, 255, 9).astype(int)
        )
        limit = short(self._weight_limit)
        n_parameters = 0 if self._state is None else self._state.spec.n_parameters
        text = f"{n_parameters:,} parameters · weight −{limit} {blocks} +{limit}"
        if n_edges > MAX_EDGES:
            text += f" · the {MAX_EDGES:,} strongest of {n_edges:,} edges"
        text += " · squares: activation over the plane"
        self.scale_label.setText(text)

    # ---- read-out ------------------------------------------------------------------------

    def text_at(self, x: float, y: float) -> str:
        """What stands at a point of the picture, in words and numbers; "" for nothing."""
        if self._layout is None or self._edges is None or self._state is None:
            return ""
        unit = self._layout.unit_at(x, y)
        if unit is not None:
            return self._unit_text(*unit)
        edge = self._edges.nearest(x, y, REACH)
        if edge is None or self._parameters is None:
            return ""
        l, i, j = (
            int(column[edge])
            for column in (self._edges.layer, self._edges.source, self._edges.target)
        )
        weight = float(self._parameters.W[l][j, i])
        source = self._state.preparation.input_names[i] if l == 1 else f"unit {i + 1}"
        target = f"unit {j + 1}" if l < self._state.spec.depth else "output"
        name = f"W{superscript(l)}{subscript(j + 1)},{subscript(i + 1)}"
        return f"{name} = {short(weight, 4)}\n{source} → {target}"

    def _unit_text(self, l: int, index: int) -> str:
        state, frame = self._state, self._frame
        assert state is not None
        if l == 0:
            scaling, names = state.preparation.scaling, state.preparation.input_names
            if scaling.is_identity:
                return f"input {names[index]}"
            return f"input {scaling.describe(names)[index]}"
        is_output = l == state.spec.depth
        text = (
            f"output {_output_names(state)[index]}" if is_output else f"layer {l}, unit {index + 1}"
        )
        if self._parameters is not None:
            bias = short(float(self._parameters.b[l][index]), 4)
            text += f"\nbias b{superscript(l)}{subscript(index + 1)} = {bias}"
        if frame is not None and frame.layers:
            text += f"\nmean activation {short(float(frame.layers[l - 1].unit_means[index]))}"
        return text

    def _update_read_out(self) -> None:
        text = "" if self._mouse is None else self.text_at(self._mouse.x(), self._mouse.y())
        self._read_out.setVisible(bool(text))
        self._mark()
        if text and self._mouse is not None:
            self._read_out.setText(text)
            place_near(self._read_out, self._mouse, self)

    def _mark(self) -> None:
        """Outline the unit or edge under the mouse."""
        path = QPainterPath()
        where, drawn, mouse = self._layout, self._edges, self._mouse
        if where is not None and drawn is not None and mouse is not None:
            unit = where.unit_at(mouse.x(), mouse.y())
            if unit is not None:
                l, index = unit
                x, y = where.centres[l][index].tolist()
                side = where.tile[l] + 2
                path.addRect(QRectF(x - side / 2, y - side / 2, side, side))
            else:
                edge = drawn.nearest(mouse.x(), mouse.y(), REACH)
                if edge is not None:
                    x1, y1, x2, y2 = drawn.lines[edge].tolist()
                    path.moveTo(x1, y1)
                    path.lineTo(x2, y2)
        self._highlight.setPath(path)

    # Qt's names
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._build()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self._update_read_out()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self._update_read_out()


def _set_tile(tile: QGraphicsPixmapItem, pixmap: object, side: float) -> None:
    tile.setPixmap(pixmap)  # type: ignore[arg-type]
    size = tile.pixmap().size()
    transform = tile.transform()
    transform.reset()
    transform.scale(side / size.width(), side / size.height())
    tile.setTransform(transform)


def _edge_order() -> list[int]:
    return sorted(range(-LEVELS, LEVELS + 1), key=abs)


def _output_names(state: AppState) -> tuple[str, ...]:
    """What each output unit stands for."""
    dataset = state.dataset
    if dataset.n_classes == 2:
        return (f"P({dataset.class_names[1]})",)
    return dataset.class_names or (dataset.target_name,)
