"""Whether listen ports can be had here, asked before anybody tries; slow, so never on the loop."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.mapping import Protocol
from core.system.free_ports import free_ports
from core.system.listening import holders, listening
from core.system.rights import may_listen_on

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.config.address import PortRange
    from core.system.listening import Listening


@dataclass(frozen=True, slots=True)
class PortNews:
    """What stands in the way of listening on some ports, and which could be had instead."""

    owner: Listening | None
    """Another program that holds one of them, the lowest."""
    taken: int
    """How many of them other programs hold."""
    allowed: bool
    """Whether this user may listen there at all."""
    free: PortRange | None
    """As many free ports, close by."""


def check_ports(
    host: str, ports: PortRange, protocol: Protocol, avoid: Collection[PortRange]
) -> PortNews:
    """Look at who holds the ports now, and for free ones that are none of `avoid`.

    What this process holds is left out: its mappings are compared without asking the system.
    """
    kinds = ("tcp", "udp") if protocol is Protocol.BOTH else (protocol.value,)
    found = [one for kind in kinds for one in holders(listening(kind), host, ports)]
    others = [one for one in found if one.pid != os.getpid()]
    return PortNews(
        min(others, key=lambda one: one.port, default=None),
        len({one.port for one in others}),
        may_listen_on(ports.first),
        free_ports(host, ports, protocol, avoid),
    )
