"""The pause: everything stands still for a while, whatever the switches say, and goes on by itself.

It is never saved: the wishes in the list stay as they are, so nothing of them can be lost, and a
Portway that starts anew is not paused.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.system.clock import steady

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTES = 30


class Pause(QObject):
    """On from `begin` until `end`, or until the time is over, also when the computer slept."""

    changed = Signal(bool)
    """It began (or began anew), or it is over."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = steady) -> None:
        super().__init__(parent)
        self._clock = clock
        self._over = 0.0
        self.is_on = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.look)

    @property
    def until(self) -> datetime:
        """When it will be over, as clocks on walls show it."""
        return datetime.now().astimezone() + timedelta(seconds=self._over - self._clock())

    @Slot()
    def begin(self) -> None:
        """Begin now, anew if it is on."""
        self._over = self._clock() + MINUTES * 60
        self.is_on = True
        self.changed.emit(True)
        self.look()

    @Slot()
    def end(self) -> None:
        """Let everything go on."""
        self._timer.stop()
        if self.is_on:
            self.is_on = False
            self.changed.emit(False)

    @Slot()
    def look(self) -> None:
        """See whether it is over; to be called after a sleep, which Qt's timers do not count."""
        if not self.is_on:
            return
        left = self._over - self._clock()
        if left <= 0:
            self.end()
        else:
            self._timer.start(int(left * 1000) + 1)

    def stop(self) -> None:
        """Watch no longer; Portway ends."""
        self._timer.stop()
