"""A training thread for each test that asks for one, and ended with it."""

from collections.abc import Iterator

import pytest
from desk import Desk

from app.training.messages import Stop


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.send(Stop())
    desk.worker.join(10)
    assert not desk.worker.is_alive()
