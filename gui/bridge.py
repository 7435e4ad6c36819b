"""The one crossing from foreign threads into the GUI thread; it decides nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

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
    from core.config.store import Outside, Profile, StoreError
    from core.engine.events import Event


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

    _event_arrived = Signal(object)
    _outside_arrived = Signal(object)
    _saving_arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.live = LiveState()
        """What other processes are told, who must not wait for this thread."""
        queued = Qt.ConnectionType.QueuedConnection
        self._event_arrived.connect(self._deliver, queued)
        self._saving_arrived.connect(self._deliver_saving, queued)
        self._outside_arrived.connect(self._deliver_outside, queued)

    def report(self, event: Event) -> None:
        """Take an event of the engine; called on the engine's thread, returns at once."""
        self.live.report(event)
        self._event_arrived.emit(event)

    def saving_failed(self, error: StoreError | None) -> None:
        """Take the saver's word; called on the saver's thread, returns at once."""
        self._saving_arrived.emit(error)

    def report_outside(self, outside: Outside[Profile]) -> None:
        """Take the watch's word; called on its thread, returns at once."""
        self._outside_arrived.emit(outside)

    @Slot(object)
    def _deliver_outside(self, outside: Outside[Profile]) -> None:
        self.changed_outside.emit(outside)

    @Slot(object)
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
