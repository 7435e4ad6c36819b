"""An engine driven turn by turn on the test's own thread, with a clock that the test sets."""

from __future__ import annotations

import select
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

from core.engine import bucket, engine, resolver, rounds, standing, targets
from core.engine.commands import SetMappings
from core.engine.engine import Engine
from core.engine.events import FaultContained, StateChanged
from core.engine.reactor import loop
from core.engine.reactor.poller import SelectPoller, open_poller
from core.engine.status import OFF, Status
from core.engine.tcp import receiver
from core.engine.tcp.fast import FastSessions
from core.engine.tcp.spares import Spares
from core.engine.udp import half, session
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    import pytest

    from core.config.mapping import Mapping
    from core.engine.commands import Command
    from core.engine.events import Event
    from core.engine.reactor.loop import Loop
    from core.engine.runner import Runner
    from core.engine.tcp.pipes import PipePool

TIMED = (bucket, engine, half, loop, receiver, resolver, rounds, session, standing, targets)


class SteppingPoller:
    """The system's poller, never waiting long, and stopping the loop after each turn."""

    def __init__(self) -> None:
        self.inner = open_poller()
        self.register, self.modify = self.inner.register, self.inner.modify
        self.unregister, self.close = self.inner.unregister, self.inner.close
        self.loop: Loop | None = None
        self.patience = 0.0
        self.answered = 0
        """How many events the last turn had."""

    def poll(self, timeout: float, limit: int) -> Sequence[tuple[int, int]]:
        assert self.loop is not None
        self.loop.stop()
        wait = self.patience if timeout < 0 else min(timeout, self.patience)
        events = self.inner.poll(wait, limit)
        self.answered = len(events)
        return events


class Stepping:
    """Use as a context manager. `now` is the engine's clock; the real one does not move it."""

    def __init__(self, patch: pytest.MonkeyPatch, pipes: PipePool | None = None) -> None:
        self.now = 1000.0
        for module in TIMED:
            patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.events: list[Event] = []
        self.poller = SteppingPoller()
        self.engine = Engine(self.events.append, self.poller, pipes)
        self.loop = self.poller.loop = self.engine._loop
        self.services = self.engine._services
        self.loop.scales = not isinstance(self.poller.inner, SelectPoller)
        self.loop.forgets = hasattr(select, "epoll")
        self.services.spares = Spares(keep=self.loop.scales)
        if type(self.poller.inner).__name__ == "FastPath":
            self.services.fast = FastSessions(self.services, self.poller.inner)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for mapping in self.services.runners.values():
            mapping.stop()
        self.loop.close()
        self.services.close()

    @property
    def faults(self) -> list[str]:
        """The exceptions that the loop contained."""
        return [event.report for event in self.events if isinstance(event, FaultContained)]

    def turn(self, turns: int = 1, patience: float = 0.0) -> None:
        """Let the loop answer so many times, waiting at most `patience` seconds each."""
        self.poller.patience = patience
        for _ in range(turns):
            self.loop.run()

    def until(self, condition: Callable[[], bool], aside: Callable[[], object] = int) -> None:
        """Turn until this holds; `aside` is called between turns, for a peer that reads slowly."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.faults or "it never happened"
            self.turn(patience=0.001)
            self.now += 0.001
            aside()

    def wait(self, seconds: float, step: float = 1.0) -> None:
        """Let the engine's clock run on, a step a turn."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + step, end)
            self.turn()

    def submit(self, command: Command) -> None:
        """Have the engine do this now."""
        self.engine.submit(command)
        self.turn(2)

    def listen(self, *mappings: Mapping) -> int:
        """Run these mappings; the first one's port."""
        self.engine.submit(SetMappings(mappings))
        self.until(lambda: mappings[0].id in self.services.runners)
        listeners = self.runner(mappings[0]).listeners
        assert listeners is not None
        self.until(lambda: bool(listeners.open) and not listeners.opening)
        return listeners.open[0].port

    def runner(self, mapping: Mapping) -> Runner:
        """The mapping at work."""
        return self.services.runners[mapping.id]

    def status(self, mapping: Mapping) -> Status:
        """The status last reported."""
        changes = [e for e in self.events if isinstance(e, StateChanged)]
        return next((e.status for e in reversed(changes) if e.mapping_id == mapping.id), OFF)
