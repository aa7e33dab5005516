"""The drawing canvas: data painted by hand, with the network learning beside it."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme as themes
from app.panel import Panel
from app.panels.draw.desk import Desk
from app.panels.draw.easel import Easel
from app.panels.draw.keys import take_key
from app.panels.draw.options import Options
from app.panels.draw.reason_page import ReasonPage
from app.panels.draw.strokes import Lasso
from app.panels.draw.tools import Tool, Toolbox
from app.panels.draw.top_row import TopRow
from app.panels.draw.words import next_class, place_text, selection_hint, summary
from app.state import NOTHING, AppState
from app.store import Store
from app.theme import Theme
from app.viewdata.drawing import Mode, n_offered, shown_names, why_not
from app.widgets.elided_label import ElidedLabel
from app.widgets.steady_label import SteadyLabel

FAR_NUDGE, FAR_STEP = 10, 8  # pixels that an arrow key moves points, or the ring


class DrawPanel(Panel):
    """``history_changed`` is emitted when undo or redo have become possible or impossible, or
    something is selected; ``save_requested`` when the data is to be written as a file."""

    history_changed = Signal()
    save_requested = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__("Draw")
        self._store = store
        self._theme: Theme = themes.LIGHT
        self.desk = Desk(store)
        self.toolbox, self.options = Toolbox(), Options()
        self.easel = Easel(self.options)
        self.canvas = self.easel.canvas
        self.top_row, self.reason_page = TopRow(), ReasonPage()
        self.title_row.addWidget(self.top_row)
        self._fill_body()
        self.desk.changed.connect(self._on_desk_changed)
        self.easel.drawn.connect(self.desk.draw)
        self.easel.selected.connect(self.desk.select)
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.left.connect(self._on_left)
        self.canvas.turned.connect(self.resize_brush)
        self.toolbox.chosen.connect(self._on_tool)
        self.options.palette_row.chosen.connect(self.choose_class)
        self.options.value_brush.settled.connect(self._mark_selected)
        self.top_row.mode.activated.connect(self._on_mode)
        self.top_row.undo.clicked.connect(self.undo)
        self.top_row.redo.clicked.connect(self.redo)
        self.top_row.clear.clicked.connect(self.clear)
        self.top_row.save.clicked.connect(self.save_requested)
        self.reason_page.new_button.clicked.connect(self.clear)
        self._on_tool(self.toolbox.tool)

    def _fill_body(self) -> None:
        self._message = ElidedLabel()
        self._place = SteadyLabel(width=150, align=Qt.AlignmentFlag.AlignRight)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._message, 1)
        below.addWidget(self._place)
        painting = QWidget()
        column = QVBoxLayout(painting)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.options)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.toolbox)
        middle.addWidget(self.canvas, 1)
        column.addLayout(middle, 1)
        column.addLayout(below)
        self._pages = QStackedWidget()
        self._pages.addWidget(painting)
        self._pages.addWidget(self.reason_page)
        self.body.addWidget(self._pages, 1)

    # ---- commands ------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self.desk.can_undo

    @property
    def can_redo(self) -> bool:
        return self.desk.can_redo

    def undo(self) -> None:
        """Take back the last change, also one that has replaced what was loaded."""
        self.desk.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self.desk.redo()

    def clear(self) -> None:
        """Begin with an empty canvas."""
        drawing = self.desk.sheet.drawing
        self.desk.begin(drawing.mode if drawing is not None else Mode.CLASSES)
        self._take_keys()

    def delete_selected(self) -> None:
        self.desk.delete_selected()

    def duplicate_selected(self) -> None:
        """Copies of the selected points, a little beside them, are selected instead."""
        self.desk.duplicate_selected(self.easel.hand())

    # ---- keys ----------------------------------------------------------------------------

    def choose_tool(self, tool: Tool) -> None:
        self.toolbox.choose(tool)

    def choose_class(self, k: int) -> None:
        """Paint class k, or the next free one; with the lasso, make the selected points it."""
        drawing = self.desk.sheet.drawing
        if drawing is None or drawing.mode is not Mode.CLASSES:
            return
        last = n_offered(drawing) - 1
        self.easel.current_class = min(k, last)
        self.options.palette_row.show_classes(drawing, min(k, last), self._theme)
        self._mark_selected(float(min(k, last)))
        if k > last:
            self._say(next_class(shown_names(drawing)[last]))

    def resize_brush(self, steps: int) -> None:
        """Make the ring a little larger, or smaller."""
        size = self.options.brush_size
        size.set_value(size.value + steps * max(2, size.value // 8))

    def arrow(self, across: int, down: int, shift: bool) -> None:
        """Move the selected points, or the ring if there are none; Shift goes farther, or less."""
        if len(self.desk.sheet.selected) and not self.canvas.is_down:
            pixels = FAR_NUDGE if shift else 1
            self.desk.nudge_selected(across * pixels, -down * pixels, self.easel.hand())
        else:
            pixels = 1 if shift else FAR_STEP
            self.canvas.steer(across * pixels, down * pixels)

    def press_or_lift(self, shift: bool) -> None:
        """Put the tool down where the ring is, or lift it."""
        if self.canvas.is_down:
            self.canvas.lift()
        else:
            self.canvas.put_down(shift)

    def select_all(self) -> None:
        if self.desk.sheet.drawing is not None:
            self.desk.select(np.arange(self.desk.sheet.drawing.n))

    def give_up(self) -> None:
        """The stroke under way, or else the selection."""
        if self.easel.stroke is not None:
            self.easel.cancel()
        else:
            self.desk.select(NOTHING)

    def _mark_selected(self, mark: float) -> None:
        if self.toolbox.tool.stroke is Lasso:
            self.desk.mark_selected(mark)

    # ---- what has happened ---------------------------------------------------------------

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.easel.set_theme(self._theme)
            self.toolbox.set_theme(self._theme)
            self.top_row.set_theme(self._theme)
            self._on_desk_changed()
        self.desk.on_state(old, new)

    def _on_desk_changed(self) -> None:
        """Show what lies on the desk now."""
        sheet, drawing = self.desk.sheet, self.desk.sheet.drawing
        if drawing is None:
            self.canvas.clearFocus()  # or the page's button would get it, and be what Space does
        self._pages.setCurrentIndex(int(drawing is None))
        self.top_row.show_desk(self.desk)
        if drawing is None:
            self.reason_page.reason.setText(why_not(self._store.state.dataset))
        else:
            current = min(self.easel.current_class, n_offered(drawing) - 1)
            self.easel.current_class = current
            self.options.show_drawing(drawing, current, self._theme)
            self.easel.show_drawing(drawing, sheet.selected)
        self._show_message()
        self.history_changed.emit()

    def _on_mode(self) -> None:
        drawing, mode = self.desk.sheet.drawing, self.top_row.mode.currentData()
        if drawing is None or mode is not drawing.mode:
            self.desk.begin(mode)

    def _on_tool(self, tool: Tool) -> None:
        self.options.show_tool(tool)
        self.easel.show_tool(tool)

    def _on_hovered(self, x: float, y: float) -> None:
        drawing = self.desk.sheet.drawing
        if drawing is not None:
            self._place.setText(place_text(drawing, x, y))

    def _on_left(self) -> None:
        self._place.setText("")

    def _show_message(self) -> None:
        drawing, n = self.desk.sheet.drawing, len(self.desk.sheet.selected)
        text = self.desk.note or self.desk.obstacle
        if not text and drawing is not None:
            text = selection_hint(n, drawing.mode) if n else summary(drawing)
        self._say(text)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._message.setToolTip(text)

    # ---- Qt's names ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_key(event, self, self.canvas.hasFocus()):
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._take_keys()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_keys()

    def _take_keys(self) -> None:
        """Keys are for the canvas, unless something is being typed."""
        is_typed_in = isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox)
        if not is_typed_in and self.canvas.isVisible():
            self.canvas.setFocus()
