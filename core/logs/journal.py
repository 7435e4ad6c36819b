"""From the engine's events to log entries, one for each thing worth knowing; never one a client."""

from __future__ import annotations

import logging
import platform
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.address import format_address
from core.engine.events import (
    ConnectionsFailed,
    FaultContained,
    StateChanged,
    Stopped,
    SurroundingsChanged,
)
from core.engine.status import State
from core.message import Message, message
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.config.mapping import Mapping
    from core.engine.events import Event
    from core.engine.status import Status

log = logging.getLogger("portway.journal")

FAILURES_EVERY = 60.0
"""Seconds between two entries on a mapping's clients that were turned away.

The engine tells each second; a monitor that knocks each second would fill the files.
"""


CHANGES_A_MINUTE = 6
"""Entries on one mapping's state; a target that answers by turns changes it with each client."""


@dataclass(slots=True)
class _Failing:
    """What a mapping's clients suffered since the last entry on it."""

    next_entry: float
    count: int = 0
    last: ConnectionsFailed | None = None


@dataclass(slots=True)
class _Changing:
    """How often a mapping's state changed in this minute."""

    until: float
    entered: int = 0
    unmentioned: int = 0


class Journal:
    """Writes the log of one engine. All methods are to be called on one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._titles: dict[str, str] = {}
        self._failing: dict[str, _Failing] = {}
        self._changing: dict[str, _Changing] = {}

    def know(self, mappings: Iterable[Mapping]) -> None:
        """Call the mappings by these names from now on."""
        for mapping in mappings:
            self._titles[mapping.id] = mapping.title

    def begin(self) -> None:
        """Portway starts."""
        text = message(
            "Portway {version} starts, with Python {python} on {system}.",
            version=version(), python=platform.python_version(), system=platform.platform(),
        )  # fmt: skip
        log.info(text)

    def end(self) -> None:
        """Portway ends."""
        for mapping_id in list(self._failing):
            self._flush_failures(mapping_id)
        log.info(message("Portway ends."))

    def report(self, event: Event) -> None:
        """Enter what the engine says, if it is worth it."""
        match event:
            case StateChanged(mapping_id, status):
                self._state_changed(mapping_id, status)
            case ConnectionsFailed():
                self._connections_failed(event)
            case FaultContained(report):
                log.error("A fault in Portway itself, contained:\n%s", report)
            case SurroundingsChanged(jumped):
                if jumped:
                    log.info(message("The clock jumped, as it does when the computer wakes."))
                else:
                    log.info(message("The network is another one now."))
            case Stopped(report) if report:
                log.error("The relay engine ended by a fault:\n%s", report)

    def _enter(self, level: int, mapping_id: str, text: Message) -> None:
        title = self._titles.get(mapping_id, "")
        log.log(level, text, extra={"mapping_id": mapping_id, "mapping_title": title})

    def _state_changed(self, mapping_id: str, status: Status) -> None:
        level, text = _state_text(status)
        if level == logging.DEBUG or not self._may_enter_a_change(mapping_id):
            self._enter(logging.DEBUG, mapping_id, text)
        else:
            self._enter(level, mapping_id, text)

    def _may_enter_a_change(self, mapping_id: str) -> bool:
        now = self._clock()
        changing = self._changing.get(mapping_id)
        if changing is None or now >= changing.until:
            if changing is not None and changing.unmentioned:
                text = message("Its state changed {count} more times.", count=changing.unmentioned)
                self._enter(logging.INFO, mapping_id, text)
            changing = self._changing[mapping_id] = _Changing(now + 60.0)
        if changing.entered < CHANGES_A_MINUTE:
            changing.entered += 1
            return True
        changing.unmentioned += 1
        return False

    def _connections_failed(self, event: ConnectionsFailed) -> None:
        """Enter the first at once, later ones together."""
        failing = self._failing.setdefault(event.mapping_id, _Failing(0.0))
        failing.count += event.count
        failing.last = event
        if self._clock() >= failing.next_entry:
            self._flush_failures(event.mapping_id)
        else:
            self._enter(logging.DEBUG, event.mapping_id, _failure_text(event, event.count))

    def _flush_failures(self, mapping_id: str) -> None:
        failing = self._failing.get(mapping_id)
        if failing is None or failing.last is None:
            return
        self._enter(logging.WARNING, mapping_id, _failure_text(failing.last, failing.count))
        self._failing[mapping_id] = _Failing(self._clock() + FAILURES_EVERY)


def _failure_text(event: ConnectionsFailed, count: int) -> Message:
    if count == 1:
        return message(
            "{client} was turned away: {reason}",
            client=event.client, reason=event.trouble.reason,
        )  # fmt: skip
    return message(
        "{count} clients were turned away, the last of them {client}: {reason}",
        count=count, client=event.client, reason=event.trouble.reason,
    )  # fmt: skip


def _state_text(status: Status) -> tuple[int, Message]:
    """How grave a state is, and the words for it."""
    reason = status.trouble.reason if status.trouble is not None else message("")
    match status.state:
        case State.OFF:
            return logging.INFO, message("Off.")
        case State.STARTING:
            return logging.DEBUG, message("Starting.")
        case State.LISTENING:
            where = ", ".join(format_address(*bound) for bound in status.listening)
            text = message("Listening on {addresses}.", addresses=where)
            return logging.INFO, text if where else message("Listening.")
        case State.WAITING:
            return logging.WARNING, message("Waiting: {reason}", reason=reason)
        case State.DEGRADED:
            return logging.WARNING, message("Degraded: {reason}", reason=reason)
        case State.ERROR:
            return logging.ERROR, message("Error: {reason}", reason=reason)
