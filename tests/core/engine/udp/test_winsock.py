"""Winsock's messages about addresses: by bytes everywhere, and on Windows by the system itself."""

from __future__ import annotations

import select
import socket
import struct
import sys
from typing import TYPE_CHECKING

import pytest

from core.engine.udp.sockets import (
    PKTINFO,
    addressee,
    datagram_listener,
    source,
    tell_addressee,
)
from core.engine.udp.winsock import MAPPED, control_for, control_of, name_of, raw_name
from tests.core.engine.relaying import Relaying, mapping_to
from tests.core.engine.udp.peers import Echo, udp
from tests.support import PATIENCE, port_of

if TYPE_CHECKING:
    from core.engine.udp.listener import Client

windows = pytest.mark.skipif(sys.platform != "win32", reason="asks Winsock itself")

FOUR = socket.inet_aton("192.0.2.7")
SIX = socket.inet_pton(socket.AF_INET6, "2001:db8::7")
NOT_IT = struct.pack("=QiI4s4x", 20, 0, 21, b"ttl!")
"""A control message of another kind."""


def told(level: int, data: bytes) -> bytes:
    """WSACMSGHDR and IN_PKTINFO or IN6_PKTINFO, as Winsock lays them out."""
    return struct.pack("=QiI", 16 + len(data), level, 19) + data


@pytest.mark.parametrize(
    ("family", "level", "ours", "expected"),
    [
        (socket.AF_INET, socket.IPPROTO_IP, FOUR, FOUR),
        (socket.AF_INET6, socket.IPPROTO_IPV6, SIX, SIX),
        (socket.AF_INET6, socket.IPPROTO_IP, FOUR, MAPPED + FOUR),
    ],
    ids=["IPv4", "IPv6", "IPv4 at a socket for both"],
)
def test_who_was_spoken_to_is_read_and_answered_from(
    family: int, level: int, ours: bytes, expected: bytes
) -> None:
    message = told(level, ours + struct.pack("=I", 3))
    ((*shape, data),) = control_of(family, NOT_IT + message, PKTINFO)
    assert tuple(shape) == PKTINFO[family]
    assert addressee(family, data) == expected
    answer = control_for(family, source(family, expected)[2])
    assert answer.rstrip(b"\0") == told(level, ours + bytes(4)).rstrip(b"\0")
    assert len(answer) % 8 == 0


def test_a_multicast_is_answered_from_where_the_system_likes() -> None:
    ours = socket.inet_pton(socket.AF_INET6, "ff02::1")
    assert control_for(socket.AF_INET6, source(socket.AF_INET6, ours)[2]) == b""


@pytest.mark.parametrize("broken", [b"", b"\0" * 15, bytes(16), told(0, b"12")[:18]])
def test_what_is_cut_off_tells_nothing(broken: bytes) -> None:
    assert control_of(socket.AF_INET, broken, PKTINFO) == []


@pytest.mark.parametrize(
    ("family", "name"),
    [(socket.AF_INET, ("192.0.2.7", 53)), (socket.AF_INET6, ("2001:db8::7", 65535, 5, 12))],
)
def test_a_socket_address_survives_the_way_there_and_back(family: int, name: Client) -> None:
    assert name_of(raw_name(family, name)) == name


@windows
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_windows_tells_who_was_spoken_to(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = datagram_listener(family, (host, 0), dual=host == "::")
    with udp() as client:
        assert tell_addressee(listener, family)
        buffer = memoryview(bytearray(100))
        with pytest.raises(BlockingIOError):
            listener.recvmsg_into([buffer], 64)  # type: ignore[attr-defined,unused-ignore]
        client.sendto(b"hello", ("127.0.0.5", listener.getsockname()[1]))
        assert select.select([listener], [], [], PATIENCE)[0]
        size, control, _, name = listener.recvmsg_into([buffer], 64)  # type: ignore[attr-defined,unused-ignore]
        assert bytes(buffer[:size]) == b"hello"
        (*_, data), *_ = control  # Wine tells it in both ways at a socket for both
        assert addressee(family, data).endswith(socket.inet_aton("127.0.0.5"))
        assert name[1] == port_of(client)
        listener.sendmsg([b"back"], [source(family, addressee(family, data))], 0, name)  # type: ignore[attr-defined,unused-ignore]
        assert client.recv(100) == b"back"
    listener.close()


@windows
def test_each_address_spoken_to_has_a_session_of_its_own() -> None:
    with Relaying() as relaying, Echo() as target, udp() as client:
        mapping = mapping_to(target.port, protocol="udp", listen_host="0.0.0.0")
        port = relaying.listen(mapping)
        for host in ("127.0.0.1", "127.0.0.2"):
            client.sendto(host.encode(), (host, port))
            assert client.recv(100) == host.encode()
        assert relaying.snapshot().mappings[mapping.id].connections == 2
