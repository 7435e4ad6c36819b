"""Making datagram sockets, and the odd corners of each system's; keeps no state."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import sys

from core.engine import lean_sockets
from core.engine.sockets import WINDOWS, socket_address

LINUX = sys.platform == "linux"

WAITING_BYTES = 1 << 20
"""What may wait in the system while others have their turn, or a window holds the interpreter: 90
datagrams in a buffer of the usual size are there within 2 ms at 500 Mbit/s. The system cuts it to
its limit (net.core.rmem_max)."""

GONE = frozenset(
    {errno.ECONNREFUSED, errno.ECONNRESET, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN,
     errno.ENETRESET, errno.ENOPROTOOPT, errno.EPROTO, getattr(errno, "EHOSTDOWN", -1)}
)  # fmt: skip
"""What an ICMP message left behind on a connected socket (udp(7)): the target does not take it.
Windows says ECONNRESET for a closed port (Winsock, recvfrom), which Linux calls ECONNREFUSED."""

_NONBLOCKING = getattr(socket, "SOCK_NONBLOCK", 0)

# Constants of Linux that Python 3.11 does not name: linux/in.h, linux/udp.h, linux/sock_diag.h.
IP_PKTINFO = 8
SOL_UDP = 17
UDP_SEGMENT = 103
UDP_GRO = 104
_SO_MEMINFO = 55
_MEMINFO_DROPS = 8
_SIO_UDP_CONNRESET = 0x9800000C

_PKTINFO4 = struct.Struct("@i4s4s")
_PKTINFO6 = struct.Struct("@16sI")
PKTINFO: dict[int, tuple[int, int]] = {
    socket.AF_INET: (socket.IPPROTO_IP, IP_PKTINFO),
    socket.AF_INET6: (socket.IPPROTO_IPV6, getattr(socket, "IPV6_PKTINFO", -1)),
}
"""By family, level and type of the control message that carries an address of ours."""


class OverLimitError(OSError):
    """A datagram that the limit in bytes per second does not let through."""


def datagram_socket(family: int) -> socket.SocketType:
    """Make a non-blocking UDP socket; raises `OSError`."""
    sock = socket.SocketType(family, socket.SOCK_DGRAM | _NONBLOCKING, 0)
    if WINDOWS:
        sock.setblocking(False)
        _ignore_resets(sock)
    return sock


def session_socket(family: int) -> socket.SocketType:
    """Make a non-blocking UDP socket for one client's way to the target; raises `OSError`."""
    return datagram_socket(family) if WINDOWS else lean_sockets.datagram_socket(family)


def _telling_socket(family: int) -> socket.SocketType:
    """A socket that can be asked which of our addresses a datagram was sent to."""
    if sys.platform == "win32":
        from core.engine.udp.winsock import TellingSocket

        sock = TellingSocket(family, socket.SOCK_DGRAM, 0)
        sock.setblocking(False)
        _ignore_resets(sock)
        return sock
    else:
        return datagram_socket(family)


def give_room(sock: socket.SocketType) -> None:
    """Let more datagrams wait here than the system's usual number."""
    with contextlib.suppress(OSError):  # macOS refuses more than its limit
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WAITING_BYTES)


def datagram_listener(family: int, address: tuple[str, int], *, dual: bool) -> socket.SocketType:
    """Bind; raises `OSError`. `dual` lets an IPv6 wildcard take IPv4 clients too.

    On Linux SO_REUSEADDR would let another program share the port (socket(7)), and there is no
    TIME_WAIT to get around; so it is not set.
    """
    sock = _telling_socket(family) if is_wildcard(address[0]) else datagram_socket(family)
    try:
        if WINDOWS:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dual else 1)
        give_room(sock)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WAITING_BYTES)
        sock.bind(socket_address(*address))
    except OSError:
        sock.close()
        raise
    return sock


def is_wildcard(address: str) -> bool:
    """Whether a socket bound here is spoken to under several addresses."""
    return address in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def tell_addressee(sock: socket.SocketType, family: int) -> bool:
    """Have the system say which of our addresses each datagram was sent to; false if it cannot."""
    if sys.platform == "win32":
        from core.engine.udp.winsock import TellingSocket

        if not isinstance(sock, TellingSocket):
            return False
        try:
            sock.prepare(PKTINFO)
        except OSError:
            return False
        return True
    if not LINUX:
        return False
    if family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)  # type: ignore[attr-defined,unused-ignore]
    return True


def addressee(family: int, pktinfo: bytes) -> bytes:
    """Which of our addresses a datagram was sent to, packed.

    Of IPv4 it is the one to answer from (ip(7), ipi_spec_dst), which differs for a broadcast.
    """
    if family == socket.AF_INET:
        return bytes(pktinfo[4:8])
    return pktinfo[:16]


def source(family: int, ours: bytes) -> tuple[int, int, bytes]:
    """The control message that sends an answer from this address of ours: level, type, data.

    A multicast cannot be answered from; then the system is to choose.
    """
    if family == socket.AF_INET:
        return *PKTINFO[family], _PKTINFO4.pack(0, ours, bytes(4))
    return *PKTINFO[family], _PKTINFO6.pack(bytes(16) if ours[0] == 0xFF else ours, 0)


def not_read(sock: socket.SocketType) -> int:
    """How many datagrams the system dropped because we did not read in time; 0 if not told."""
    if not LINUX:
        return 0
    try:
        told = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 9 * 4)
    except OSError:  # a kernel before 4.12
        return 0
    return struct.unpack("@9I", told)[_MEMINFO_DROPS] if len(told) == 36 else 0


def _ignore_resets(sock: socket.SocketType) -> None:
    """Keep Windows from failing a listener's next read because one client's port has closed.

    Python's own ioctl knows only other codes. Where this is not granted, the error is survived.
    """
    if sys.platform == "win32":
        import ctypes

        off, told = ctypes.c_ulong(0), ctypes.c_ulong(0)
        ctypes.windll.ws2_32.WSAIoctl(
            ctypes.c_void_p(sock.fileno()), _SIO_UDP_CONNRESET, ctypes.byref(off),
            ctypes.sizeof(off), None, 0, ctypes.byref(told), None, None,
        )  # fmt: skip
