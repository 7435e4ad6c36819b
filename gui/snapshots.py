"""The clock that asks the engine for its numbers: once a second while someone looks, else never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.engine.commands import TakeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.commands import Command
    from core.engine.events import SnapshotTaken

INTERVAL_MS = 1000
MOST_CONNECTIONS = 1000
"""More rows than anyone reads; telling and sorting them must not be felt."""


class SnapshotClock(QObject):
    """Asks by `submit`; never again before the last answer came, so a busy engine is not pushed."""

    counted = Signal(object)
    """The answer to a tick: a `SnapshotTaken` some time after the last one, fit for rates."""
    resumed = Signal()
    """Looking began again; numbers of before are too old to compare with."""

    def __init__(self, submit: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._waiting = False
        self._detail: str | None = None
        self._counted = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def running(self) -> bool:
        """Whether numbers are asked for."""
        return self._timer.isActive()

    @Slot(bool)
    def look(self, looking: bool) -> None:
        """Begin or end asking, as the window is seen or not."""
        if looking and not self.running:
            self.resumed.emit()
            self._waiting = False
            self._timer.start()
            self._ask()
        elif not looking:
            self._timer.stop()

    @Slot(object)
    def list_connections(self, mapping_id: str | None) -> None:
        """Have the connections of this mapping told, too, beginning now; None ends that."""
        new = mapping_id is not None and mapping_id != self._detail
        self._detail = mapping_id
        if new and self.running:
            self._submit(TakeSnapshot(mapping_id, MOST_CONNECTIONS))

    @Slot(object)
    def answered(self, event: SnapshotTaken) -> None:
        """The answer came."""
        self._waiting = False
        taken = event.snapshot.taken
        # One asked for in between would make a rate of a moment.
        if taken - self._counted > INTERVAL_MS / 2000:
            self._counted = taken
            self.counted.emit(event)

    @Slot()
    def _ask(self) -> None:
        if not self._waiting:
            self._waiting = True
            most = MOST_CONNECTIONS if self._detail is not None else 0
            self._submit(TakeSnapshot(self._detail, most))
