"""Whether a target is a mapping's own listener, where bytes would run in a circle; keeps nothing.

One client would be followed by another one without end, until no descriptor is left.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from core.config.address import is_loopback
from core.config.mapping import ports_lead_back, share_host
from core.engine.sockets import family_of, socket_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.config.address import Endpoint
    from core.config.mapping import Mapping


class OwnPortError(OSError):
    """Said instead of connecting there."""


def leads_back(mapping: Mapping, hosts: Iterable[str], target: Endpoint, address: str) -> bool:
    """Whether this address of a target is where the mapping listens, which it does on `hosts`."""
    if not ports_lead_back(mapping, target):
        return False
    return any(share_host(host, address) for host in hosts) and leads_here(address)


def leads_here(host: str) -> bool:
    """Whether who connects to this literal reaches this computer.

    Told by the address it would come from; nothing is sent. (That one can bind to an address says
    less: with net.ipv4.ip_nonlocal_bind one can bind to any.)
    """
    if is_loopback(host):
        return True
    try:
        with socket.socket(family_of(host), socket.SOCK_DGRAM) as probe:
            probe.connect(socket_address(host, 9))
            return bool(probe.getsockname()[0] == host)
    except OSError:  # there is no way there
        return False
