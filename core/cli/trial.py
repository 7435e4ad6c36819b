"""An engine for one mapping, to see whether it listens; for a diagnosis where nothing runs."""

from __future__ import annotations

import contextlib
import queue
import time
from typing import TYPE_CHECKING

import msgspec

from core.engine.commands import SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import StateChanged
from core.engine.status import OFF, State, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config.mapping import Mapping
    from core.engine.events import Event

START_SECONDS = 5.0
JOIN_SECONDS = 5.0


@contextlib.contextmanager
def listening(mapping: Mapping) -> Iterator[Status]:
    """Let the mapping listen, whether it is switched on or not; gives what came of it."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine = Engine(events.put)
    engine.start()
    try:
        engine.submit(SetMappings((msgspec.structs.replace(mapping, enabled=True),)))
        yield _settled(events)
    finally:
        engine.submit(Shutdown())
        engine.join(JOIN_SECONDS)


def _settled(events: queue.SimpleQueue[Event]) -> Status:
    status = OFF
    deadline = time.monotonic() + START_SECONDS
    while status.state in (State.OFF, State.STARTING):
        try:
            event = events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if isinstance(event, StateChanged):
            status = event.status
    return status
