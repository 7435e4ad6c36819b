"""What other processes ask of this Portway: their requests, answered in the GUI's thread."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotInTime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.instance.messages import Done, GetStatus, Make, Quit, Raise, Reply, Request
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.changes import Change
    from core.instance.messages import Status

PATIENCE_SECONDS = 20.0
"""How long a request waits for a window that is busy."""


class Requests(QObject):
    """`answer` is for the channel's threads; all else, and each signal, is of this thread."""

    raise_wanted = Signal()
    quit_wanted = Signal()

    _arrived = Signal(object, object)

    def __init__(
        self,
        change: Callable[[Change], None],
        status: Callable[[], Status],
        parent: QObject | None = None,
    ) -> None:
        """`change` is called in this thread, `status` on any, where it may wait for the engine."""
        super().__init__(parent)
        self._change = change
        self._status = status
        self._waiting: set[Future[Reply]] = set()
        self._closed = False
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def answer(self, request: Request) -> Reply:
        """Answer a request; raises `PortwayError` with the words of a refusal."""
        if isinstance(request, GetStatus):
            return self._status()
        future: Future[Reply] = Future()
        self._waiting.add(future)
        try:
            if self._closed:  # looked at after the future can be seen by `close`
                future.cancel()
            self._arrived.emit(request, future)
            return future.result(PATIENCE_SECONDS)
        except CancelledError as error:
            raise PortwayError(message("The running Portway is just ending.")) from error
        except NotInTime as error:
            future.cancel()  # it must not be done later, when nobody expects it
            text = "The running Portway is too busy to answer. Try again later."
            raise PortwayError(message(text)) from error
        finally:
            self._waiting.discard(future)

    def close(self) -> None:
        """Answer no more: the event loop is over."""
        self._closed = True
        for future in tuple(self._waiting):
            future.cancel()

    @Slot(object, object)
    def _take(self, request: Request, future: Future[Reply]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            match request:
                case Make(change):
                    self._change(change)
                case Raise():
                    self.raise_wanted.emit()
                case _:
                    pass
        except PortwayError as error:
            future.set_exception(error)
            return
        future.set_result(Done())
        if isinstance(request, Quit):
            self.quit_wanted.emit()
