"""Where the worker leaves what the window collects.

One place for a frame, the newest wins; records and events all arrive, once each, in order.
"""

import threading
from dataclasses import dataclass

from app.training.messages import Event, Frame, Record


@dataclass(frozen=True, eq=False, slots=True)
class Delivery:
    """All that had come since the last collection."""

    frame: Frame | None
    records: tuple[Record, ...]
    events: tuple[Event, ...]


class Mailbox:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._records: list[Record] = []
        self._events: list[Event] = []

    def put_frame(self, frame: Frame) -> None:
        with self._lock:
            self._frame = frame

    def put_record(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)

    def put_event(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)

    def collect(self) -> Delivery:
        with self._lock:
            delivery = Delivery(self._frame, tuple(self._records), tuple(self._events))
            self._frame = None
            self._records.clear()
            self._events.clear()
        return delivery
