"""Who may connect to a mapping, and how many at a time; knows addresses and no sockets."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Admission:
    """The rules of one mapping, as it was last edited."""

    def __init__(self, networks: Iterable[str] = (), most: int = 0) -> None:
        """Without networks everybody is let in; `most` at a time, and 0 is no limit."""
        self._networks = [ipaddress.ip_network(text.strip(), strict=False) for text in networks]
        self._most = most
        self.asks = bool(self._networks or most)
        """Whether there is any rule at all."""

    def lets_in(self, host: str, *, live: int) -> bool:
        """Whether a client from this address may come, beside so many others."""
        if self._most and live >= self._most:
            return False
        if not self._networks:
            return True
        address = ipaddress.ip_address(host.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped  # an IPv4 client of a dual-stack listener
        return any(address in network for network in self._networks)
