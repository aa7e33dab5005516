"""The keys of the drawing panel. They come to it from whatever in it does not use them itself,
so that a number can be typed into a field and the arrows move a slider."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.panels.draw.tools import TOOLS, Tool

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ARROWS = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
}
LETTERS = {tool.key: tool for tool in TOOLS}
SIZES = {"+": 1, "=": 1, "]": 1, "-": -1, "−": -1, "[": -1}


class Actions(Protocol):
    """What keys can do; the panel provides it."""

    def choose_tool(self, tool: Tool) -> None: ...
    def choose_class(self, k: int) -> None: ...
    def resize_brush(self, steps: int) -> None: ...
    def arrow(self, across: int, down: int, shift: bool) -> None: ...
    def press_or_lift(self, shift: bool) -> None: ...
    def select_all(self) -> None: ...
    def delete_selected(self) -> None: ...
    def give_up(self) -> None: ...


def take_key(event: QKeyEvent, actions: Actions, is_on_canvas: bool) -> bool:
    """Do what a key says; returns whether it says something.

    Arrows and Return are the canvas's own and mean nothing elsewhere.
    """
    if event.matches(QKeySequence.StandardKey.SelectAll):
        actions.select_all()
        return True
    shift = bool(event.modifiers() & Modifier.ShiftModifier)
    if event.modifiers() & (
        Modifier.ControlModifier | Modifier.AltModifier | Modifier.MetaModifier
    ):
        return False
    key, text = Qt.Key(event.key()), event.text().upper()
    if key in ARROWS and is_on_canvas:
        actions.arrow(*ARROWS[key], shift)
    elif key in (Key.Key_Return, Key.Key_Enter) and is_on_canvas:
        actions.press_or_lift(shift)
    elif key == Key.Key_Delete:
        actions.delete_selected()
    elif key == Key.Key_Escape:
        actions.give_up()
    elif text in SIZES:
        actions.resize_brush(SIZES[text])
    elif not shift and text in LETTERS:
        actions.choose_tool(LETTERS[text])
    elif text.isascii() and text.isdigit():
        actions.choose_class((int(text) - 1) % 10)
    else:
        return False
    return True
