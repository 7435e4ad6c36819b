"""Whether a mapping could listen here, tried without listening; nobody can connect meanwhile.

Blocking: it binds every port for a moment and asks name servers.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, format_address
from core.config.mapping import Protocol, clashes, problems
from core.engine.circles import OwnPortError, leads_back
from core.engine.listeners import addresses_to_listen_on
from core.engine.resolver import is_literal
from core.engine.sockets import has_ipv6
from core.engine.status import Trouble, TroubleKind
from core.engine.trouble import (
    MAY_BE_TAKEN,
    connect_trouble,
    listen_trouble,
    name_trouble,
    taken_by_mapping,
)
from core.message import message
from core.system.free_ports import bind_error
from core.system.ports import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.config.address import Endpoint
    from core.config.mapping import Mapping
    from core.engine.circles import Places
    from core.engine.status import PortOwner

_SOCKETS = {Protocol.TCP: socket.SOCK_STREAM, Protocol.UDP: socket.SOCK_DGRAM}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would not work."""

    trouble: Trouble
    more: int = 0
    """So many further ports fail as this one does."""


def rehearse(mapping: Mapping, before: Iterable[Mapping], ours: int = 0) -> Iterator[Finding]:
    """Say why the mapping would not listen, if so.

    `before` are the mappings that would take their ports first; `ours` is the process of a
    running Portway, which may well hold the ports of this mapping.
    """
    faults = problems(mapping)
    for fault in faults:
        reason = message("This mapping is not valid: {problem}", problem=fault.text)
        trouble = Trouble(TroubleKind.INVALID, mapping.title, reason, message("Edit the mapping."))
        yield Finding(trouble)
    if faults:
        return
    for other in clashes(mapping, before):
        yield Finding(taken_by_mapping(str(mapping.listen), other.title))
        return
    try:
        addresses = _addresses(mapping.listen_host)
    except (OSError, UnicodeError) as error:
        yield Finding(name_trouble(error, mapping.listen_host))
        return
    for address in addresses:
        for protocol in mapping.protocols:
            yield from _try_ports(mapping, address, protocol, ours)
    if mapping.source_address:
        error_ = bind_error(mapping.source_address, 0, socket.SOCK_STREAM)
        if error_ is not None:
            yield Finding(_no_source(mapping.source_address))


def rehearse_way(
    mapping: Mapping, target: Endpoint, addresses: Iterable[str], places: Places
) -> Iterator[Finding]:
    """Say where a target's addresses lead back to the mapping, by way of those in `places`."""
    for address in addresses if places.meet(target.ports) else ():
        for port in target.ports.numbers:
            ways = (leads_back(mapping, kind, target, address, port, places)
                    for kind in mapping.protocols)  # fmt: skip
            by = next((way for way in ways if way is not None), None)
            if by is not None:
                yield Finding(connect_trouble(OwnPortError(by), format_address(address, port)))
                break


def _addresses(host: str) -> tuple[str, ...]:
    """Where the engine would listen; raises `OSError`."""
    if host == EVERY_ADDRESS:
        return ("::",) if has_ipv6() else ("0.0.0.0",)  # noqa: S104 - the user's wish
    if is_literal(host):
        return (host,)
    found = addresses_to_listen_on(host)
    if not found:
        raise socket.gaierror(socket.EAI_AGAIN, "the interface has no address now")
    return found


def _try_ports(mapping: Mapping, address: str, protocol: Protocol, ours: int) -> Iterator[Finding]:
    first: Trouble | None = None
    more = 0
    for port in range(mapping.listen_ports.first, mapping.listen_ports.last + 1):
        error = bind_error(address, port, _SOCKETS[protocol])
        if error is None:
            continue
        owner: PortOwner | None = None
        if error.errno in MAY_BE_TAKEN:
            owner = owner_of(port, protocol.value, address)
            if owner is not None and owner.pid == ours:
                continue
        if first is None:
            first = listen_trouble(error, format_address(address, port), owner)
        else:
            more += 1
    if first is not None:
        yield Finding(first, more)


def _no_source(address: str) -> Trouble:
    reason = message(
        "Connections cannot come from {address}: it is not an address of this computer now.",
        address=address,
    )
    remedy = message("Choose one of its addresses, or connect the network it belongs to.")
    return Trouble(TroubleKind.ADDRESS_NOT_HERE, address, reason, remedy)
