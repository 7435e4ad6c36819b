"""Serving mappings without a screen: runs an engine, has its events printed, ends on a signal."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
from typing import TYPE_CHECKING, Any

from core.engine.commands import SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import ConnectionsFailed, FaultContained, StateChanged, Stopped
from core.engine.status import State, Status
from core.system.limits import calm_the_collector, raise_descriptor_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from core.cli.printer import Printer
    from core.config.mapping import Mapping, Protocol
    from core.engine.events import Event
    from core.engine.status import Trouble
    from core.logs.journal import Journal

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
JOIN_SECONDS = 5.0
# On Windows a wait for a queue cannot be interrupted by Ctrl-C, so it must end by itself.
WAIT_SECONDS = 0.25 if sys.platform == "win32" else None


def serve(
    mappings: Sequence[Mapping],
    printer: Printer,
    *,
    drain: float,
    ready: Callable[[], None] | None = None,
    journal: Journal | None = None,
) -> int:
    """Serve until a signal; the exit status is 0, or 1 when nothing could listen.

    `ready` is called once, after the first line that says something listens. A journal gets
    what happens, too.
    """
    server = _Server(mappings, drain, printer, ready, journal)
    if journal is None:
        return server.serve()
    journal.know(mappings)
    journal.begin()
    try:
        return server.serve()
    finally:
        journal.end()


class _Server:
    def __init__(
        self,
        mappings: Sequence[Mapping],
        drain: float,
        printer: Printer,
        ready: Callable[[], None] | None,
        journal: Journal | None,
    ) -> None:
        self._mappings = {mapping.id: mapping for mapping in mappings}
        self._drain = drain
        self._printer = printer
        self._ready = ready
        self._journal = journal
        self._events: queue.SimpleQueue[Event | signal.Signals] = queue.SimpleQueue()
        self._states: dict[str, Status] = {}
        self._announced: dict[str, set[Protocol]] = {}
        self._status = 0
        self._ending = False
        self._has_listened = False

    def serve(self) -> int:
        raise_descriptor_limit()
        engine = Engine(self._events.put)
        calm_the_collector()
        with _signals_into(self._events):
            engine.start()
            engine.submit(SetMappings(tuple(self._mappings.values())))
            while True:
                try:
                    event = self._events.get(timeout=WAIT_SECONDS)
                except queue.Empty:
                    continue
                if self._journal is not None and not isinstance(event, signal.Signals):
                    self._journal.report(event)
                if isinstance(event, Stopped):
                    break
                self._handle(event, engine)
        if event.report:
            self._printer.fault(event.report)
            self._status = 1
        engine.join(JOIN_SECONDS)
        return self._status

    def _handle(self, event: Event | signal.Signals, engine: Engine) -> None:
        match event:
            case signal.Signals():
                # A second signal means: do not wait any longer.
                engine.submit(Shutdown(0.0 if self._ending else self._drain))
                self._ending = True
            case StateChanged(mapping_id, status) if not self._ending:
                self._state_changed(self._mappings[mapping_id], status, engine)
            case ConnectionsFailed(mapping_id, client, trouble, count):
                mapping = self._mappings[mapping_id]
                self._printer.connections_failed(mapping, client, trouble, count)
            case FaultContained(report):
                self._printer.fault(report)

    def _state_changed(self, mapping: Mapping, status: Status, engine: Engine) -> None:
        before = self._states.get(mapping.id)
        self._states[mapping.id] = status
        # Not "has a first port": of a range that one may be taken while the others listen.
        accepts = status.state in (State.LISTENING, State.DEGRADED)
        listening = set(status.protocols) if accepts else set()
        new = listening - self._announced.get(mapping.id, set())
        self._announced[mapping.id] = listening
        if new:
            self._has_listened = True
            self._printer.listening(mapping, status, sorted(new))
            if self._ready is not None:
                self._ready()
                self._ready = None
        trouble = status.trouble
        # What clients suffer is reported as such; here it is about listening.
        about_listening = status.state in (State.WAITING, State.ERROR) or (
            status.state == State.DEGRADED and not trouble_is_targets(trouble)
        )
        if about_listening and trouble and (before is None or before.trouble != trouble):
            self._printer.trouble(mapping, trouble)
        failed = [s for s in self._states.values() if s.state in (State.WAITING, State.ERROR)]
        # Only at the start: an address or a port that is lost later is waited for.
        if len(failed) == len(self._mappings) and not self._has_listened:
            self._status = 1
            self._ending = True
            engine.submit(Shutdown(0.0))


def trouble_is_targets(trouble: Trouble | None) -> bool:
    """Whether it is a target that is in trouble, not the listener."""
    return trouble is not None and trouble.kind.startswith(("target-", "name-"))


@contextlib.contextmanager
def _signals_into(events: queue.SimpleQueue[Event | signal.Signals]) -> Any:
    """Put signals that ask for the end on the queue instead of raising in the middle."""

    def caught(number: int, frame: FrameType | None) -> None:
        del frame
        events.put(signal.Signals(number))

    numbers = [getattr(signal, name) for name in ENDING_SIGNALS if hasattr(signal, name)]
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_IGN:
        numbers.remove(hangup)  # started by nohup: to stay when the terminal goes
    before = {number: signal.signal(number, caught) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
