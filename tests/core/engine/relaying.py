"""An engine under test: started, watched and stopped; what its events said, in order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.engine.commands import SetMappings, Shutdown, TakeSnapshot
from core.engine.engine import Engine
from core.engine.events import FaultContained, SnapshotTaken, StateChanged, Stopped
from core.engine.status import OFF, State, Status
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from core.engine.events import Event
    from core.engine.reactor.poller import Poller
    from core.engine.snapshot import Snapshot
    from core.engine.tcp.pipes import PipePool

AnyEvent = TypeVar("AnyEvent")


def mapping_to(target_port: int, **fields: Any) -> Mapping:
    """A mapping from any free port of the loopback to a port of the loopback."""
    values: dict[str, Any] = {
        "listen_ports": PortRange(0, 0),
        "target_host": "127.0.0.1",
        "target_ports": PortRange.single(target_port),
    }
    return Mapping(**{**values, **fields})


def edited(mapping: Mapping, **changes: Any) -> Mapping:
    """The same mapping with other values in some fields."""
    return msgspec.structs.replace(mapping, **changes)


class Relaying:
    """Use as a context manager; at its end the engine must stop in time and without a fault."""

    def __init__(self, poller: Poller | None = None, pipes: PipePool | None = None) -> None:
        self.events: list[Event] = []
        self._news = threading.Condition()
        self.engine = Engine(self._hear, poller, pipes)
        self.faults_expected = 0

    def __enter__(self) -> Self:
        self.engine.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.submit(Shutdown(0.0))
        assert self.engine.join(PATIENCE), "the engine hangs"
        assert self.events[-1] == Stopped(""), self.events[-1]
        faults = [event.report for event in self.events if isinstance(event, FaultContained)]
        assert len(faults) == self.faults_expected, "\n".join(faults)

    def _hear(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait_for(self, kind: type[AnyEvent], accept: Callable[[AnyEvent], bool]) -> AnyEvent:
        """The first event of this kind, past or future, that is accepted."""

        def found() -> AnyEvent | None:
            return next((e for e in self.events if isinstance(e, kind) and accept(e)), None)

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, PATIENCE), self.events
        event = found()
        assert event is not None
        return event

    def status(self, mapping: Mapping) -> Status:
        """The status last reported."""
        changes = [e for e in self.events if isinstance(e, StateChanged)]
        return next((e.status for e in reversed(changes) if e.mapping_id == mapping.id), OFF)

    def wait_for_state(self, mapping: Mapping, *states: State) -> Status:
        """Wait until the status last reported is one of these."""
        with self._news:
            reached = self._news.wait_for(lambda: self.status(mapping).state in states, PATIENCE)
        assert reached, self.events
        return self.status(mapping)

    def set(self, *mappings: Mapping) -> None:
        """Make these the engine's mappings."""
        self.engine.submit(SetMappings(mappings))

    def listen(self, mapping: Mapping, *others: Mapping) -> int:
        """Set the mappings, wait until the first listens; its port."""
        self.set(mapping, *others)
        status = self.wait_for_state(mapping, State.LISTENING, State.DEGRADED)
        return status.listening[0][1]

    def turns(self) -> int:
        """How often the loop's poller has answered."""
        return self.engine._loop.turn

    def snapshot(self, detail: str | None = None, most: int = 0) -> Snapshot:
        """The engine's numbers now."""
        with self._news:
            before = sum(isinstance(event, SnapshotTaken) for event in self.events)
            self.engine.submit(TakeSnapshot(detail, most))

            def taken() -> list[SnapshotTaken]:
                return [event for event in self.events if isinstance(event, SnapshotTaken)]

            assert self._news.wait_for(lambda: len(taken()) > before, PATIENCE)
            return taken()[-1].snapshot
