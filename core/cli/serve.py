"""Serving mappings without a screen: runs an engine, prints its events, ends on a signal."""

from __future__ import annotations

import contextlib
import gc
import json
import queue
import signal
import sys
from typing import TYPE_CHECKING, Any

from core.config.address import format_address
from core.config.mapping import Protocol
from core.engine.commands import SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import ConnectionsFailed, FaultContained, StateChanged, Stopped
from core.engine.status import State, Status
from core.system.limits import raise_descriptor_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from core.config.mapping import Mapping
    from core.engine.events import Event
    from core.engine.status import Trouble

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
JOIN_SECONDS = 5.0
# On Windows a wait for a queue cannot be interrupted by Ctrl-C, so it must end by itself.
WAIT_SECONDS = 0.25 if sys.platform == "win32" else None


def serve(
    mappings: Sequence[Mapping],
    *,
    drain: float,
    as_json: bool,
    ready: Callable[[], None] | None = None,
) -> int:
    """Serve until a signal; the exit status is 0, or 1 when nothing could listen.

    `ready` is called once, after the first line that says something listens.
    """
    return _Server(mappings, drain, _Printer(as_json=as_json), ready).serve()


class _Server:
    def __init__(
        self,
        mappings: Sequence[Mapping],
        drain: float,
        printer: _Printer,
        ready: Callable[[], None] | None,
    ) -> None:
        self._mappings = {mapping.id: mapping for mapping in mappings}
        self._drain = drain
        self._printer = printer
        self._ready = ready
        self._events: queue.SimpleQueue[Event | signal.Signals] = queue.SimpleQueue()
        self._states: dict[str, Status] = {}
        self._announced: set[str] = set()
        self._status = 0
        self._ending = False

    def serve(self) -> int:
        raise_descriptor_limit()
        engine = Engine(self._events.put)
        # What is loaded by now stays for good: the collector need not walk through it again, and
        # sessions free themselves without it (they cut their reference cycles when they close).
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        with _signals_into(self._events):
            engine.start()
            engine.submit(SetMappings(tuple(self._mappings.values())))
            while True:
                try:
                    event = self._events.get(timeout=WAIT_SECONDS)
                except queue.Empty:
                    continue
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
        if status.listening and mapping.id not in self._announced:
            self._announced.add(mapping.id)
            self._printer.listening(mapping, status)
            if self._ready is not None:
                self._ready()
                self._ready = None
        if not status.listening:
            self._announced.discard(mapping.id)
        trouble = status.trouble
        # What clients suffer is reported as such; here it is about listening.
        about_listening = status.state in (State.WAITING, State.ERROR) or (
            status.state == State.DEGRADED and not trouble_is_targets(trouble)
        )
        if about_listening and trouble and (before is None or before.trouble != trouble):
            self._printer.trouble(mapping, trouble)
        failed = [s for s in self._states.values() if s.state in (State.WAITING, State.ERROR)]
        if len(failed) == len(self._mappings):
            self._status = 1
            self._ending = True
            engine.submit(Shutdown(0.0))


def trouble_is_targets(trouble: Trouble | None) -> bool:
    """Whether it is a target that is in trouble, not the listener."""
    return trouble is not None and trouble.kind.startswith(("target-", "name-"))


class _Printer:
    """One line for each thing worth knowing; listening to standard output, trouble to error."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def listening(self, mapping: Mapping, status: Status) -> None:
        ports = str(mapping.listen_ports)
        if mapping.listen_ports.first == 0:
            ports = str(status.listening[0][1])
        host = mapping.listen_host
        listen = f"[{host}]:{ports}" if ":" in host else f"{host}:{ports}"
        for protocol in _protocols(mapping):
            if self._as_json:
                self._object(
                    sys.stdout, "listening", mapping, protocol=protocol, listen=listen,
                    target=str(mapping.target),
                    bound=[format_address(*address) for address in status.listening],
                )  # fmt: skip
            else:
                print(f"listening {protocol} {listen} -> {mapping.target}", flush=True)

    def trouble(self, mapping: Mapping, trouble: Trouble) -> None:
        if self._as_json:
            self._object(sys.stderr, "error", mapping, **_as_values(trouble))
        else:
            self._error(f"{mapping.title}: {trouble}")

    def connections_failed(
        self, mapping: Mapping, client: str, trouble: Trouble, count: int
    ) -> None:
        if self._as_json:
            values = {"client": client, "count": count, **_as_values(trouble)}
            self._object(sys.stderr, "connection-failed", mapping, **values)
        elif count == 1:
            self._error(f"{mapping.title}: {client} was turned away: {trouble}")
        else:
            self._error(f"{mapping.title}: {count} clients were turned away: {trouble}")

    def fault(self, report: str) -> None:
        if self._as_json:
            print(json.dumps({"event": "fault", "report": report}), file=sys.stderr, flush=True)
        else:
            self._error(f"a fault in Portway itself, contained:\n{report}")

    @staticmethod
    def _error(text: str) -> None:
        print(f"portway: {text}", file=sys.stderr, flush=True)

    @staticmethod
    def _object(stream: Any, event: str, mapping: Mapping, **values: object) -> None:
        about = {"event": event, "id": mapping.id, "name": mapping.name, **values}
        print(json.dumps(about, ensure_ascii=False), file=stream, flush=True)


def _protocols(mapping: Mapping) -> tuple[str, ...]:
    return ("tcp", "udp") if mapping.protocol == Protocol.BOTH else (mapping.protocol.value,)


def _as_values(trouble: Trouble) -> dict[str, object]:
    owner = trouble.owner
    return {
        "kind": trouble.kind.value,
        "address": trouble.address,
        "reason": str(trouble.reason),
        "remedy": str(trouble.remedy),
        "owner": {"pid": owner.pid, "name": owner.name} if owner is not None else None,
    }


@contextlib.contextmanager
def _signals_into(events: queue.SimpleQueue[Event | signal.Signals]) -> Any:
    """Put signals that ask for the end on the queue instead of raising in the middle."""

    def caught(number: int, frame: FrameType | None) -> None:
        del frame
        events.put(signal.Signals(number))

    numbers = [getattr(signal, name) for name in ENDING_SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, caught) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
