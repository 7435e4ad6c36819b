"""Slow work in a thread of its own, its results brought to the window's thread one by one."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

log = logging.getLogger("portway.gui")

LOOK_MS = 30
"""How often results are fetched while work is under way; not at all otherwise."""


class _End:
    """The work is done."""


class Background(QObject):
    """One strand of work at a time: starting anew, or `cancel`, drops what was under way.

    The thread never touches Qt: it fills a queue that a timer of this object empties. So a dialog
    may go at any moment; its work is told to stop and what it still finds is thrown away.
    """

    came = Signal(object)
    """One result."""
    finished = Signal()
    """All results have come; not emitted for work that was cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._results: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._fetch)

    @property
    def running(self) -> bool:
        """Whether work is under way."""
        return self._timer.isActive()

    def start(self, work: Callable[[threading.Event], Iterable[object]]) -> None:
        """Go through what `work` yields; it should end soon once its event is set."""
        self.cancel()
        stop = self._stop = threading.Event()
        results: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._results = results

        def run() -> None:
            try:
                for result in work(stop):
                    results.put(result)
                    if stop.is_set():
                        return
            except Exception:
                log.exception("Work in the background failed")
            finally:
                results.put(_End)

        threading.Thread(target=run, name="portway-background", daemon=True).start()
        self._timer.start()

    def ask(self, question: Callable[[], object]) -> None:
        """Get one answer."""
        self.start(lambda _stop: [question()])

    @Slot()
    def cancel(self) -> None:
        """Let go of what is under way."""
        self._stop.set()
        self._timer.stop()

    @Slot()
    def _fetch(self) -> None:
        results = self._results
        # A listener may cancel or start anew meanwhile: then this queue is nobody's.
        while results is self._results and self._timer.isActive():
            try:
                result = results.get_nowait()
            except queue.Empty:
                return
            if result is _End:
                self._timer.stop()
                self.finished.emit()
            else:
                self.came.emit(result)
