"""SIGINT, SIGTERM and SIGHUP as a Qt signal, without a timer that wakes the program to look."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

if TYPE_CHECKING:
    from types import FrameType

ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Not every system has each of them."""


class ProcessSignals(QObject):
    """Emits `end_wanted` in the GUI thread when the system asks the process to end.

    Python runs its handlers only between bytecodes, and Qt's event loop is none. So the
    interpreter writes a byte to a socket at once (`set_wakeup_fd`), and Qt watches the socket.
    """

    end_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._earlier_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._earlier = {
            number: signal.signal(number, self._on_signal)
            for name in ENDING
            if (number := getattr(signal, name, None)) is not None and not _is_to_be_ignored(number)
        }

    def stop(self) -> None:
        """Put everything back as it was."""
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._earlier_fd)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Needed so that Python takes the signal; the byte in the socket does the work."""

    @Slot()
    def _on_readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._reader.recv(64):
                self.end_wanted.emit()


def _is_to_be_ignored(number: int) -> bool:
    """Whether whoever started us wants us to outlive our terminal, as nohup does."""
    hangup = getattr(signal, "SIGHUP", None)
    return number == hangup and signal.getsignal(number) == signal.SIG_IGN
