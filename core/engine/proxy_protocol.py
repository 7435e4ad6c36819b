"""The header that tells a target who its client really is; builds bytes, sends nothing.

The format is HAProxy's "The PROXY protocol", versions 1 (text) and 2 (binary).
"""

from __future__ import annotations

import ipaddress
import struct
from typing import TYPE_CHECKING

from core.config.mapping import ProxyProtocol

if TYPE_CHECKING:
    from core.engine.sockets import SocketAddress

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_VERSION_2_PROXY = 0x21
_IPV4, _IPV6 = 0x10, 0x20
_STREAM, _DATAGRAM = 1, 2


def header(
    version: ProxyProtocol,
    client: SocketAddress,
    listener: SocketAddress,
    *,
    datagrams: bool = False,
) -> bytes:
    """Build the header for a client that connected, or sends datagrams, to this listener address.

    Before datagrams only version 2 can stand, and it stands before each of them.
    """
    source, destination = _plain(client[0]), _plain(listener[0])
    if source.version != destination.version:
        source, destination = _as_ipv6(source), _as_ipv6(destination)
    ports = (client[1], listener[1])
    if version == ProxyProtocol.V1:
        return f"PROXY TCP{source.version} {source} {destination} {ports[0]} {ports[1]}\r\n".encode(
            "ascii"
        )
    body = source.packed + destination.packed + struct.pack("!HH", *ports)
    family = _IPV4 if source.version == 4 else _IPV6
    family |= _DATAGRAM if datagrams else _STREAM
    return SIGNATURE + struct.pack("!BBH", _VERSION_2_PROXY, family, len(body)) + body


def _plain(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address without a zone; an IPv4 client of a dual-stack listener as IPv4."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _as_ipv6(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv6Address:
    if isinstance(address, ipaddress.IPv6Address):
        return address
    return ipaddress.IPv6Address(f"::ffff:{address}")
