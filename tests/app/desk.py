"""What a window has of the training thread, without a window: for the tests of the worker."""

import time

from app.training.mailbox import Mailbox
from app.training.messages import Event, Frame, FrameRequest, Paused, Record
from app.training.worker import Worker

NOTHING = FrameRequest(activations=False, output_map=None, unit_maps=False)
ACTIVATIONS = FrameRequest(activations=True, output_map=None, unit_maps=False)


class Desk:
    """A worker and all that has come from it."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self.worker = Worker(self.mailbox)
        self.worker.start()
        self.records: list[Record] = []
        self.events: list[Event] = []  # that have not been waited for yet
        self.frame: Frame | None = None

    def collect(self) -> None:
        delivery = self.mailbox.collect()
        self.records += delivery.records
        self.events += delivery.events
        self.frame = delivery.frame or self.frame

    def wait(self, kind: type, seconds: float = 20.0) -> Event:
        """The next event of ``kind``; those before it are passed over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.collect()
            while self.events:
                event = self.events.pop(0)
                if isinstance(event, kind):
                    return event
            time.sleep(0.001)
        raise AssertionError(f"no {kind.__name__} came")

    def look(self, request: FrameRequest = NOTHING) -> Frame:
        """The frame of this moment; all messages sent before have been dealt with then."""
        self.collect()
        self.frame = None
        self.worker.send(request)
        end = time.monotonic() + 20
        while self.frame is None and time.monotonic() < end:
            self.collect()
            time.sleep(0.001)
        assert self.frame is not None
        return self.frame

    def paused(self) -> int:
        """The step at which training stands, once it does."""
        event = self.wait(Paused)
        assert isinstance(event, Paused)
        return event.step
