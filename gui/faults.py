"""Unexpected exceptions: caught where Python would only print them, logged, and told once each."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger("portway.gui")

MOST_KINDS = 50
"""So many different faults are told; who has more of them has been told enough."""


class Faults(QObject):
    """Between `catch` and `release`, an exception in a slot or a thread does not go unseen.

    PySide hands what a slot raises to `sys.excepthook` and goes on, which is right: the window
    stays usable, and the forwards do not depend on it.
    """

    found = Signal(str)
    """A traceback, in the window's thread; each kind of fault once."""
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._before: tuple[Any, Any] | None = None
        # Never at once: what is shown must not be part of what just broke.
        self._caught.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def catch(self) -> None:
        """Begin."""
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def release(self) -> None:
        """Put everything back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Called by the interpreter, on whatever thread."""
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        place = traceback.extract_tb(trace)[-1:] if trace is not None else []
        where = f"{kind.__name__} {[(one.filename, one.lineno) for one in place]}"
        log.error("An unexpected fault:\n%s", text)
        self._caught.emit(where, text)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    @Slot(str, str)
    def _take(self, where: str, text: str) -> None:
        if where not in self._seen and len(self._seen) < MOST_KINDS:
            self._seen.add(where)
            self.found.emit(text)
