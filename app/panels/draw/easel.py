"""The canvas with the tool at work on it."""

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from app import theme as themes
from app.panels.draw.colours import point_groups
from app.panels.draw.options import Options
from app.panels.draw.strokes import REACH, Drag, Hand, Lasso, Stroke
from app.panels.draw.tools import TOOLS, Tool
from app.theme import Theme
from app.viewdata.brushes import in_ranges, nearest
from app.viewdata.drawing import Drawing, Mode, colour_scale, empty_drawing, shown_ranges
from app.widgets.canvas import Canvas
from nncore.data.dataset import Int64Array
from nncore.types import FloatArray


class Easel(QObject):
    """``drawn`` is emitted with the drawing and the selection that a stroke has left,
    ``selected`` with the selection if that is all it has changed."""

    drawn = Signal(object, object)
    selected = Signal(object)

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.canvas = Canvas("Drawing canvas: points are painted with the mouse, or with Return")
        self.tool: Tool = TOOLS[0]
        self.current_class = 0
        self.stroke: Stroke | None = None
        self._options = options
        self._theme: Theme = themes.LIGHT
        self._rng = np.random.default_rng(0)  # where the brush leaves its points
        self._drawing, self._selected = empty_drawing(), np.empty(0, np.int64)
        self._fitted: object = None
        canvas = self.canvas
        canvas.pressed.connect(self._on_pressed)
        canvas.moved.connect(self._on_moved)
        canvas.held.connect(self._on_held)
        canvas.released.connect(self._on_released)
        canvas.hovered.connect(self._on_hovered)
        canvas.resized.connect(self._fit)
        options.brush_size.spin.valueChanged.connect(self._show_ring)

    def set_theme(self, t: Theme) -> None:
        self._theme = t
        self.canvas.set_theme(t)

    def show_tool(self, tool: Tool) -> None:
        self.tool = tool
        self._show_ring()
        self.canvas.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def show_drawing(self, drawing: Drawing, selected: Int64Array) -> None:
        """Lay a drawing on the canvas; a stroke under way is given up."""
        self.cancel()
        self._drawing, self._selected = drawing, selected
        begins_anew = (drawing.mode, drawing.x, drawing.y) != self._fitted
        if begins_anew or not in_ranges(drawing.points, *self.canvas.ranges).all():
            self._fit()
        self.canvas.set_labels(drawing.x_name, drawing.y_name)
        self._show_points(drawing, selected)

    def hand(self, adds: bool = False) -> Hand:
        """What a stroke would be made with now."""
        options, is_values = self._options, self._drawing.mode is Mode.VALUES
        mark = options.value_brush.value if is_values else float(self.current_class)
        return Hand(
            radius=options.brush_size.value / 2,
            density=options.density.value,
            mark=mark,
            pixel=self.canvas.pixel,
            x=self.canvas.ranges[0],
            y=self.canvas.ranges[1],
            adds=adds,
        )

    def cancel(self) -> None:
        """Give up the stroke under way."""
        if self.stroke is not None:
            self.stroke = None
            self.canvas.show_outline(Stroke.outline)
            self._show_points(self._drawing, self._selected)

    # ---- showing -------------------------------------------------------------------------

    def _fit(self) -> None:
        drawing = self._drawing
        self._fitted = (drawing.mode, drawing.x, drawing.y)
        self.canvas.fit(*shown_ranges(drawing), drawing.is_to_scale)

    def _show_ring(self) -> None:
        size = self._options.brush_size.value
        self.canvas.set_radius(size / 2 if self.tool.has_size else 0)

    def _show_points(self, drawing: Drawing, selected: Int64Array) -> None:
        is_selected = np.zeros(drawing.n, bool)
        is_selected[selected] = True
        # amid a stroke the scale of colours stays
        group, colours = point_groups(drawing, colour_scale(self._drawing), self._theme)
        self.canvas.show_points(drawing.points, group, is_selected, colours)

    # ---- the mouse -----------------------------------------------------------------------

    def _on_pressed(self, x: float, y: float, adds: bool) -> None:
        place, kind = np.array([x, y]), self.tool.stroke
        if kind is Lasso and not adds and self._is_on_selection(place):
            kind = Drag
        self.stroke = kind(self._drawing, self._selected, self.hand(adds), self._rng)
        self.stroke.begin(place)
        self._show_stroke(self.stroke)

    def _is_on_selection(self, place: FloatArray) -> bool:
        points = self._drawing.points[self._selected]
        return nearest(points, place, self.canvas.pixel, REACH) is not None

    def _on_moved(self, x: float, y: float) -> None:
        if self.stroke is not None:
            self.stroke.move(np.array([x, y]))
            self._show_stroke(self.stroke)

    def _on_held(self) -> None:
        if self.stroke is not None:
            self.stroke.hold()
            self._show_stroke(self.stroke)

    def _show_stroke(self, stroke: Stroke) -> None:
        if len(stroke.outline):
            self.canvas.show_outline(stroke.outline)
        else:
            self._show_points(stroke.drawing, stroke.selected)

    def _on_released(self) -> None:
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return
        stroke.end()
        self.canvas.show_outline(Stroke.outline)
        if stroke.drawing is not self._drawing:
            self.drawn.emit(stroke.drawing, stroke.selected)
        else:
            self.selected.emit(stroke.selected)

    def _on_hovered(self, x: float, y: float) -> None:
        """Where the lasso would drag the selection, the cursor says so."""
        if self.tool.stroke is Lasso and self.stroke is None:
            shape = Qt.CursorShape.CrossCursor
            if self._is_on_selection(np.array([x, y])):
                shape = Qt.CursorShape.SizeAllCursor
            self.canvas.viewport().setCursor(shape)
