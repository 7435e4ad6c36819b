"""This computer's own addresses for the editor's choices, asked for off the GUI thread."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass

import psutil
from PySide6.QtCore import QObject, Qt, Signal, Slot

JOIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """An address of this computer and the interface that holds it."""

    address: str
    interface: str


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


def local_addresses() -> tuple[LocalAddress, ...]:
    """Every address that others could reach, IPv4 first. Blocking."""
    found: list[LocalAddress] = []
    for interface, addresses in psutil.net_if_addrs().items():
        for entry in addresses:
            try:
                address = ipaddress.ip_address(entry.address.partition("%")[0])
            except ValueError:  # a hardware address
                continue
            if not address.is_loopback and not address.is_link_local:
                found.append(LocalAddress(str(address), interface))
    return tuple(sorted(found, key=lambda one: (":" in one.address, one.interface, one.address)))
