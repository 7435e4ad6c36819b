"""The clock that asks the engine for its numbers: once a second while someone looks, else never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.engine.commands import TakeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.commands import Command

INTERVAL_MS = 1000


class SnapshotClock(QObject):
    """Asks by `submit`; never again before the last answer came, so a busy engine is not pushed."""

    resumed = Signal()
    """Looking began again; numbers of before are too old to compare with."""

    def __init__(self, submit: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._waiting = False
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
    def answered(self, _snapshot: object) -> None:
        """The answer came."""
        self._waiting = False

    @Slot()
    def _ask(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._submit(TakeSnapshot())
