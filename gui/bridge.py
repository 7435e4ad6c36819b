"""The one crossing from foreign threads into the GUI thread; it decides nothing by itself."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.engine.events import (
    ConnectionsFailed,
    FaultContained,
    SnapshotTaken,
    StateChanged,
    Stopped,
    SurroundingsChanged,
)
from core.instance.live_state import LiveState

if TYPE_CHECKING:
    from core.config.settings import Settings
    from core.config.store import Outside, Profile, StoreError
    from core.engine.events import Event

AT_ONCE_SECONDS = 0.02
"""Thousands of events, as when all mappings start, are delivered in pieces of this length: between
them the window follows mouse and keys."""


class Bridge(QObject):
    """Turns what the engine and the saver report on their threads into signals on this one.

    `report` and `saving_failed` may be called from any thread; every public signal is emitted in
    the thread that the bridge belongs to. The hop is a queued connection to a bound slot of this
    object: signals of a foreign thread that end in plain callables have crashed PySide6.
    """

    state_changed = Signal(StateChanged)
    connections_failed = Signal(ConnectionsFailed)
    fault_contained = Signal(FaultContained)
    snapshot_taken = Signal(SnapshotTaken)
    engine_stopped = Signal(Stopped)
    surroundings_changed = Signal(SurroundingsChanged)
    saving = Signal(object)
    """A `StoreError`, or None once saving works again."""

    changed_outside = Signal(object)
    """An `Outside`: another program changed the list's file."""

    settings_changed_outside = Signal(object)
    """An `Outside`: another program changed the settings' file."""

    _events_arrived = Signal()
    _outside_arrived = Signal(object)
    _settings_arrived = Signal(object)
    _saving_arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.live = LiveState()
        """What other processes are told, who must not wait for this thread."""
        queued = Qt.ConnectionType.QueuedConnection
        self._events: deque[Event] = deque()
        self._is_called = False
        """Whether `_deliver_some` is on its way."""
        self._go_on = QTimer(self)
        self._go_on.setSingleShot(True)
        self._go_on.setInterval(0)
        self._go_on.timeout.connect(self._deliver_some)
        self._events_arrived.connect(self._deliver_some, queued)
        self._saving_arrived.connect(self._deliver_saving, queued)
        self._outside_arrived.connect(self._deliver_outside, queued)
        self._settings_arrived.connect(self._deliver_settings, queued)

    def report(self, event: Event) -> None:
        """Take an event of the engine; called on the engine's thread, returns at once."""
        self.live.report(event)
        self._events.append(event)
        if not self._is_called:
            self._is_called = True
            self._events_arrived.emit()

    def saving_failed(self, error: StoreError | None) -> None:
        """Take the saver's word; called on the saver's thread, returns at once."""
        self._saving_arrived.emit(error)

    def report_outside(self, outside: Outside[Profile]) -> None:
        """Take the watch's word; called on its thread, returns at once."""
        self._outside_arrived.emit(outside)

    @Slot(object)
    def _deliver_outside(self, outside: Outside[Profile]) -> None:
        self.changed_outside.emit(outside)

    def report_settings(self, outside: Outside[Settings]) -> None:
        """Take the word of the settings' watch; called on its thread, returns at once."""
        self._settings_arrived.emit(outside)

    @Slot(object)
    def _deliver_settings(self, outside: Outside[Settings]) -> None:
        self.settings_changed_outside.emit(outside)

    @Slot()
    def _deliver_some(self) -> None:
        """Deliver for a while; what is left after it waits for whatever else the window has to do.

        A posted event would not do for that: Qt goes through those until none is left.
        """
        self._is_called = False  # first: what comes from now on calls again
        until = time.monotonic() + AT_ONCE_SECONDS
        while self._events:
            self._deliver(self._events.popleft())
            if time.monotonic() > until:
                break
        if self._events:
            self._go_on.start()

    def deliver_all(self) -> None:
        """Deliver what there is, as at the end, when no event loop does."""
        self._go_on.stop()
        while self._events:
            self._deliver(self._events.popleft())

    def _deliver(self, event: Event) -> None:
        match event:
            case StateChanged():
                self.state_changed.emit(event)
            case SnapshotTaken():
                self.snapshot_taken.emit(event)
            case ConnectionsFailed():
                self.connections_failed.emit(event)
            case FaultContained():
                self.fault_contained.emit(event)
            case SurroundingsChanged():
                self.surroundings_changed.emit(event)
            case Stopped():
                self.engine_stopped.emit(event)

    @Slot(object)
    def _deliver_saving(self, error: StoreError | None) -> None:
        self.saving.emit(error)
