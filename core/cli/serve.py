"""Serving mappings without a screen: runs an engine, has its events printed, ends on a signal.

After a fault of the engine there is another one, with the same mappings.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.engine.commands import SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import (
    ConnectionsFailed,
    FaultContained,
    StateChanged,
    Stopped,
)
from core.engine.restarts import Restarts
from core.engine.status import State, Status, TroubleKind
from core.system.limits import calm_the_collector, raise_descriptor_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from core.cli.printer import Printer
    from core.cli.service import Service
    from core.config.mapping import Mapping, Protocol
    from core.engine.events import Event
    from core.engine.status import Trouble

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
JOIN_SECONDS = 5.0
# On Windows a wait for a queue cannot be interrupted by Ctrl-C, so it must end by itself.
WAIT_SECONDS = 0.25 if sys.platform == "win32" else None
RELEASE_SECONDS = 5.0 if sys.platform == "win32" else 0.0
"""So long a port may belong to nobody and still not be ours: Windows keeps it while connections of
a Portway that has just ended are in their last moments (Winsock, SO_EXCLUSIVEADDRUSE)."""


@dataclass(frozen=True, slots=True)
class ListChanged:
    """A service has another list now; these are the mappings to serve."""

    served: tuple[Mapping, ...]


def serve(
    mappings: Sequence[Mapping],
    printer: Printer,
    *,
    drain: float,
    ready: Callable[[], None] | None = None,
    service: Service | None = None,
) -> int:
    """Serve until a signal; the exit status is 0, or 1 when nothing could listen.

    `ready` is called once, after the first line that says something listens. A service gets what
    happens, too, and may change what is served.
    """
    return _Server(mappings, drain, printer, ready, service).serve()


class _Server:
    def __init__(
        self,
        mappings: Sequence[Mapping],
        drain: float,
        printer: Printer,
        ready: Callable[[], None] | None,
        service: Service | None,
    ) -> None:
        self._mappings = {mapping.id: mapping for mapping in mappings}
        """All that were ever served: an event may come later than a mapping goes."""
        self._served = set(self._mappings)
        self._drain = drain
        self._printer = printer
        self._ready = ready
        self._service = service
        self._events: queue.SimpleQueue[Event | signal.Signals | ListChanged] = queue.SimpleQueue()
        self._states: dict[str, Status] = {}
        self._announced: dict[str, set[Protocol]] = {}
        self._may_give_up = True
        self._restarts = Restarts()
        self._patient_until = time.monotonic() + RELEASE_SECONDS
        self._status = 0
        self._ending = False

    def serve(self) -> int:
        raise_descriptor_limit()
        calm_the_collector()
        with signals_into(self._events.put):
            while report := self._serve_once():
                self._printer.fault(report)
                delay = None if self._ending else self._restarts.fault()
                if delay is None:
                    self._status = 1
                    break
                if not self._waited(delay):
                    break
        if self._service is not None:
            self._service.end()
        return self._status

    def _serve_once(self) -> str:
        """Run an engine until it ends; the report of the fault by which it did, if any."""
        engine = Engine(self._events.put)
        engine.start()
        served = [mapping for one, mapping in self._mappings.items() if one in self._served]
        engine.submit(SetMappings(tuple(served)))
        if self._service is not None:
            self._service.begin(engine.submit, self._events.put)
        while True:
            event = self._next_event()
            if event is None:
                self._give_up_if_hopeless(engine)
                continue
            if self._service is not None and not isinstance(event, signal.Signals | ListChanged):
                self._service.report(event)
            if isinstance(event, Stopped):
                break
            self._handle(event, engine)
        engine.join(JOIN_SECONDS)
        self._states.clear()
        self._announced.clear()
        return event.report

    def _waited(self, seconds: float) -> bool:
        """Wait before the next engine; false if somebody wants the end."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                event = self._events.get(timeout=min(left, WAIT_SECONDS or left))
                if isinstance(event, signal.Signals):
                    return False
                if isinstance(event, ListChanged):
                    self._take_list(event.served)
        return True

    def _next_event(self) -> Event | signal.Signals | ListChanged | None:
        """Wait for one; None where it was only time to look at something else."""
        seconds = WAIT_SECONDS
        if self._service is not None:
            left = self._service.seconds_left()
            seconds = left if seconds is None else min(left, seconds)
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            if self._service is not None:
                self._service.look()
            return None

    def _handle(self, event: Event | signal.Signals | ListChanged, engine: Engine) -> None:
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
            case ListChanged(served):
                self._take_list(served)

    def _take_list(self, served: tuple[Mapping, ...]) -> None:
        self._mappings.update({mapping.id: mapping for mapping in served})
        self._served = {mapping.id for mapping in served}
        self._may_give_up = False

    def _state_changed(self, mapping: Mapping, status: Status, engine: Engine) -> None:
        before = self._states.get(mapping.id)
        self._states[mapping.id] = status
        # Not "has a first port": of a range that one may be taken while the others listen.
        accepts = status.state in (State.LISTENING, State.DEGRADED)
        listening = set(status.protocols) if accepts else set()
        new = listening - self._announced.get(mapping.id, set())
        self._announced[mapping.id] = listening
        if new:
            self._may_give_up = False
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
        self._give_up_if_hopeless(engine)

    def _give_up_if_hopeless(self, engine: Engine) -> None:
        """Only at the start: an address or a port that is lost later is waited for."""
        if (
            self._may_give_up
            and not self._ending
            and self._served
            and all(self._has_failed(one) for one in self._served)
        ):
            self._status = 1
            self._ending = True
            engine.submit(Shutdown(0.0))

    def _has_failed(self, mapping_id: str) -> bool:
        status = self._states.get(mapping_id)
        if status is None or status.state not in (State.WAITING, State.ERROR):
            return False
        trouble = status.trouble
        may_be_released = (
            trouble is not None
            and trouble.kind is TroubleKind.PORT_IN_USE
            and trouble.owner is None
        )
        return not may_be_released or time.monotonic() >= self._patient_until


def trouble_is_targets(trouble: Trouble | None) -> bool:
    """Whether it is a target that is in trouble, not the listener."""
    return trouble is not None and trouble.kind.startswith(("target-", "name-"))


@contextlib.contextmanager
def signals_into(put: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Hand over the signals that ask for the end, instead of raising in the middle."""

    def caught(number: int, frame: FrameType | None) -> None:
        del frame
        if sys.platform == "win32":
            put(signal.Signals(number))

    numbers = [getattr(signal, name) for name in ENDING_SIGNALS if hasattr(signal, name)]
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_IGN:
        numbers.remove(hangup)  # started by nohup: to stay when the terminal goes
    with contextlib.ExitStack() as undo:
        if sys.platform != "win32":
            undo.enter_context(_signals_by_thread(put))
        for number in numbers:
            undo.callback(signal.signal, number, signal.signal(number, caught))
        yield


@contextlib.contextmanager
def _signals_by_thread(put: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Hand signals over from a thread: one that comes just before a wait does not end that wait."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def read() -> None:
        while numbers := os.read(reader, 64):
            for number in numbers:
                put(signal.Signals(number))

    thread = threading.Thread(target=read, name="portway-signals", daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)
        thread.join()
        os.close(reader)
