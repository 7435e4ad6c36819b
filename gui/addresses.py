"""This computer's own addresses for the editor's choices, asked for off the GUI thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.system.own_addresses import LocalAddress, local_addresses

JOIN_SECONDS = 0.2


class LocalAddresses(QObject):
    """Knows the addresses of last time and looks again when asked; `found` carries the new ones.

    Listing interfaces can take long where a driver or VPN is slow, so a thread does it.
    """

    found = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known: tuple[LocalAddress, ...] = ()
        self._thread: threading.Thread | None = None
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def look(self) -> None:
        """Look again, unless a look is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._look, name="portway-addresses", daemon=True
            )
            self._thread.start()

    def finish(self) -> bool:
        """Wait a moment for a look under way; false if it still runs."""
        if self._thread is None:
            return True
        self._thread.join(JOIN_SECONDS)
        return not self._thread.is_alive()

    def _look(self) -> None:
        self._arrived.emit(local_addresses())

    @Slot(object)
    def _take(self, addresses: tuple[LocalAddress, ...]) -> None:
        self.known = addresses
        self.found.emit(addresses)
