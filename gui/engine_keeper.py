"""Keeps an engine running: makes it, passes commands on, and makes another one after a fault."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.engine.restarts import DELAYS, Restarts

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.commands import Command
    from core.engine.events import Event, Stopped


class Relay(Protocol):
    """What the desktop needs of an engine."""

    def start(self) -> None:
        """Start working."""

    def submit(self, command: Command) -> None:
        """Take a command; return at once."""

    def join(self, timeout: float) -> bool:
        """Wait for the end; false if it does not come in time."""


class EngineKeeper(QObject):
    """Whoever submits commands does so here, as the engine may be another one tomorrow."""

    failed = Signal(object, bool)
    """The engine ended by a fault: the `Stopped` event, and whether it is started again."""
    started_anew = Signal()
    """A new engine runs and knows nothing yet."""

    def __init__(
        self,
        make: Callable[[Callable[[Event], None]], Relay],
        report: Callable[[Event], None],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._report = report
        self._restarts = Restarts(clock)
        self._ending = False
        self.engine = make(report)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.start_anew)

    def start(self) -> None:
        """Start the first engine."""
        self.engine.start()

    def submit(self, command: Command) -> None:
        """Pass a command on; between two engines it is lost, and the next one is told all."""
        self.engine.submit(command)

    def join(self, timeout: float) -> bool:
        """Wait for the end."""
        return self.engine.join(timeout)

    def stop(self) -> None:
        """From now on an engine that ends does so because it shall."""
        self._ending = True
        self._timer.stop()

    @Slot(object)
    def take(self, event: Stopped) -> None:
        """The engine has ended; see whether it should have."""
        if self._ending:
            return
        delay = self._restarts.fault()
        if delay is not None:
            self._timer.start(int(delay * 1000))
        self.failed.emit(event, delay is not None)

    @Slot()
    def start_anew(self) -> None:
        """Start another engine; also when the user asks for it after we gave up."""
        self._timer.stop()
        if self._ending:
            return
        if not self.engine.join(0):  # it is about to end, having said so
            self._timer.start(int(DELAYS[0] * 1000))
            return
        self.engine = self._make(self._report)
        self.engine.start()
        self.started_anew.emit()
