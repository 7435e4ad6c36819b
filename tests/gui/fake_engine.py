"""An engine that relays nothing but answers every command at once, from a thread of its own."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from core.engine.commands import Command, Retry, SetMappings, Shutdown, TakeSnapshot
from core.engine.events import Event, SnapshotTaken, StateChanged, Stopped
from core.engine.snapshot import ConnectionNumbers, MappingNumbers, Snapshot
from core.engine.status import OFF, State, Status

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeEngine:
    """Every enabled mapping listens, unless `statuses` says otherwise; the clock is turned by hand.

    `commands` holds all that was asked; `numbers` and `connections` are of the next snapshot.
    """

    def __init__(self, report: Callable[[Event], None]) -> None:
        self.report = report
        self.commands: list[Command] = []
        self.statuses: dict[str, Status] = {}
        self.numbers: dict[str, MappingNumbers] = {}
        self.connections: dict[str, tuple[ConnectionNumbers, ...]] = {}
        self.now = 0.0
        self.hangs = False
        self._fault = ""
        self._known: dict[str, Status] = {}
        self._queue: queue.SimpleQueue[Command | StateChanged | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="fake-engine", daemon=True)

    def start(self) -> None:
        """Start answering."""
        self._thread.start()

    def submit(self, command: Command) -> None:
        """Take a command."""
        self.commands.append(command)
        self._queue.put(command)

    def say(self, mapping_id: str, status: Status) -> None:
        """Report this state, after the answers to all commands up to now."""
        self._queue.put(StateChanged(mapping_id, status))

    def join(self, timeout: float) -> bool:
        """Wait for the end."""
        if not self._thread.ident:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def release(self) -> None:
        """End an engine that was told to hang."""
        self._queue.put(None)

    def crash(self, report: str) -> None:
        """End by a fault."""
        self._fault = report
        self._queue.put(None)

    def last(self, kind: type[Command]) -> Command | None:
        """The newest command of this kind."""
        return next((one for one in reversed(self.commands) if isinstance(one, kind)), None)

    def _run(self) -> None:
        while (command := self._queue.get()) is not None:
            match command:
                case SetMappings(mappings):
                    self._set({one.id: one.enabled for one in mappings})
                case TakeSnapshot(detail):
                    self.now += 1.0
                    listed = self.connections.get(detail or "", ())
                    snapshot = Snapshot(self.now, dict(self.numbers), detail, listed)
                    self.report(SnapshotTaken(snapshot))
                case StateChanged(mapping_id, status):
                    self._tell(mapping_id, status)
                case Retry(mapping_id):
                    self._tell(mapping_id, Status(State.LISTENING))
                case Shutdown() if not self.hangs:
                    self.report(Stopped())
                    return
        if self._fault:
            self.report(Stopped(self._fault))

    def _set(self, wishes: dict[str, bool]) -> None:
        for mapping_id in [known for known in self._known if known not in wishes]:
            self._tell(mapping_id, OFF)
            del self._known[mapping_id]
        for mapping_id, enabled in wishes.items():
            status = self.statuses.get(mapping_id, Status(State.LISTENING)) if enabled else OFF
            self._tell(mapping_id, status)

    def _tell(self, mapping_id: str, status: Status) -> None:
        if self._known.get(mapping_id, OFF) != status:
            self._known[mapping_id] = status
            self.report(StateChanged(mapping_id, status))
