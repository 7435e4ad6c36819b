"""Free ports near the one that cannot be had; asks the system by binding, connects to nobody."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from core.config.address import PortRange
from core.config.mapping import Protocol
from core.engine.resolver import is_literal
from core.engine.sockets import family_of, has_ipv6, socket_address
from core.system.rights import first_free_for_all

if TYPE_CHECKING:
    from collections.abc import Collection

HIGHEST = 65535
TRIES = 400
"""So many places are tried; where nothing is free by then, the address is at fault."""
_FAMILIAR = {22: 2222, 53: 5353, 80: 8080, 443: 8443}
"""What people use in place of these ports."""


def free_ports(
    host: str,
    ports: PortRange,
    protocol: Protocol = Protocol.TCP,
    avoid: Collection[PortRange] = (),
) -> PortRange | None:
    """Find free ports, as many as these and close above them, that need no special right.

    `avoid` are ports promised to others who do not hold them now. None when nothing was found.
    """
    size = len(ports)
    lowest = first_free_for_all()
    first = ports.first
    if first < lowest:
        first = _FAMILIAR.get(first, first + 8000) if size == 1 else first + 8000
    else:
        first += 1
    for _ in range(TRIES):
        if first + size - 1 > HIGHEST:
            first = max(lowest, 1024)
        if first + size - 1 > HIGHEST:
            break
        wanted = PortRange(first, first + size - 1)
        promised = [other.last for other in avoid if other.overlaps(wanted)]
        taken = max(promised) if promised else _first_taken(host, wanted, protocol)
        if taken is None:
            return wanted
        first = taken + 1
    return None


def _first_taken(host: str, ports: PortRange, protocol: Protocol) -> int | None:
    kinds = {
        Protocol.TCP: (socket.SOCK_STREAM,),
        Protocol.UDP: (socket.SOCK_DGRAM,),
        Protocol.BOTH: (socket.SOCK_STREAM, socket.SOCK_DGRAM),
    }[protocol]
    for port in range(ports.first, ports.last + 1):
        if not all(_is_free(host, port, kind) for kind in kinds):
            return port
    return None


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    """Whether a socket can be bound there; a name or an interface is asked for as every address."""
    address = host if is_literal(host) else "::" if has_ipv6() else "0.0.0.0"  # noqa: S104 - a probe
    return bind_error(address, port, kind) is None


def bind_error(address: str, port: int, kind: socket.SocketKind) -> OSError | None:
    """Why a port of an address cannot be had now, or None; it is bound, but not listened on."""
    family = family_of(address)
    with socket.socket(family, kind) as probe:
        try:
            if sys.platform == "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            elif kind == socket.SOCK_STREAM:  # old connections in TIME_WAIT are nobody's
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address != "::"))
            probe.bind(socket_address(address, port))
        except OSError as error:
            return error
    return None
