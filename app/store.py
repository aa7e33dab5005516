"""Holds the state and tells of its changes: the one signal that panels listen to."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.state import AppState
from nncore.errors import SpecError


class Store(QObject):
    """``changed(old, new)`` is emitted after each change, in order."""

    changed = Signal(object, object)
    refused = Signal(str)  # why a transition could not be made, in a sentence

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._pending: list[tuple[AppState, AppState]] = []

    @property
    def state(self) -> AppState:
        return self._state

    def set(self, new: AppState) -> None:
        old, self._state = self._state, new
        if new is old:
            return
        self._pending.append((old, new))
        if len(self._pending) > 1:
            return  # a receiver changed the state: its change is told after this one
        while self._pending:
            self.changed.emit(*self._pending[0])
            self._pending.pop(0)

    def apply(self, transition: Callable[..., AppState], *arguments: object) -> None:
        """Set the state to ``transition(state, *arguments)``, or tell why it is refused."""
        try:
            new = transition(self._state, *arguments)
        except SpecError as error:
            self.refused.emit(str(error))
            return
        self.set(new)
