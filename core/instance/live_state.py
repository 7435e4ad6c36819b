"""What is true of the mappings now, for whoever asks from another thread; no channel, no Qt."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from core.engine.commands import TakeSnapshot
from core.engine.events import SnapshotTaken, StateChanged, Stopped
from core.engine.snapshot import MappingNumbers, Snapshot
from core.engine.status import OFF
from core.instance.messages import MappingStatus, Status, TroubleText
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.mapping import Mapping
    from core.engine.commands import Command
    from core.engine.events import Event
    from core.engine.status import Status as MappingState
    from core.instance.messages import About

SNAPSHOT_SECONDS = 5.0
NO_NUMBERS = MappingNumbers()


class LiveState:
    """Follows the engine's events; all methods may be called from any thread."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._mappings: tuple[Mapping, ...] = ()  # guarded by _news, as all below
        self._states: dict[str, MappingState] = {}
        self._snapshot = Snapshot(0.0)
        self._snapshots = 0
        self._stopped = False

    @property
    def mappings(self) -> tuple[Mapping, ...]:
        """The list as it was last told."""
        with self._news:
            return self._mappings

    def know(self, mappings: tuple[Mapping, ...]) -> None:
        """These are the mappings now, of an engine that works."""
        with self._news:
            self._mappings = mappings
            self._stopped = False

    def report(self, event: Event) -> None:
        """Take an event; returns at once."""
        match event:
            case StateChanged(mapping_id, status):
                with self._news:
                    self._states[mapping_id] = status
            case SnapshotTaken(snapshot):
                with self._news:
                    self._snapshot = snapshot
                    self._snapshots += 1
                    self._news.notify_all()
            case Stopped():
                with self._news:
                    self._stopped = True
                    self._states.clear()
                    self._news.notify_all()
            case _:
                pass

    def status(self, about: About, submit: Callable[[Command], None]) -> Status:
        """How all are, with numbers of now; waits for the engine, not for long."""
        with self._news:
            before = self._snapshots
        submit(TakeSnapshot())
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._snapshots > before, SNAPSHOT_SECONDS)
            if self._stopped or self._snapshots == before:
                raise PortwayError(
                    message("The relay engine of the running Portway does not work.")
                )
            taken, numbers = self._snapshot.taken, self._snapshot.mappings
            rows = tuple(
                _row(one, self._states.get(one.id, OFF), numbers.get(one.id, NO_NUMBERS))
                for one in self._mappings
            )
        return Status(about=about, taken=taken, rows=rows)


def _row(mapping: Mapping, state: MappingState, numbers: MappingNumbers) -> MappingStatus:
    return MappingStatus(
        mapping=mapping,
        state=state.state,
        trouble=TroubleText.of(state.trouble) if state.trouble is not None else None,
        listening=state.listening,
        protocols=state.protocols,
        numbers=numbers,
    )
