"""Making listeners, tuning sockets, and what the systems' error numbers mean; keeps no state."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import struct
import sys

from core.engine.near import paced_in_vain, unpace

WINDOWS = sys.platform == "win32"

SocketAddress = tuple[str, int] | tuple[str, int, int, int]
"""What the socket module calls an address: of IPv6 with flow and zone, see ipv6(7)."""

BACKLOG = 4096
"""Handed to listen(2); the system cuts it to its own limit (net.core.somaxconn, 4096 on Linux)."""

KEEPALIVE_IDLE = 15
KEEPALIVE_INTERVAL = 15
KEEPALIVE_COUNT = 3
"""A vanished peer is found after 15 s of silence and three probes 15 s apart: about a minute, since
no socket keeps to exactly that, see `_probe`."""

IN_PROGRESS = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})
"""A non-blocking connect has begun (connect(2); WSAEWOULDBLOCK on Windows)."""

NOT_YET = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.ENOTCONN})
"""Sending while still connecting: Linux says EAGAIN, Windows ENOTCONN."""

OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""accept(2) and socket(2): no descriptor or memory now; it gets better when connections end."""

_RESET_ON_CLOSE = struct.pack("hh" if WINDOWS else "ii", 1, 0)


def listener_socket(family: int, address: tuple[str, int], *, dual: bool) -> socket.SocketType:
    """Bind and listen; raises `OSError`. `dual` lets an IPv6 wildcard take IPv4 clients too.

    The options set here pass to the accepted sockets (on Linux, see tcp(7)), so that they cost
    nothing per connection.
    """
    sock = socket.SocketType(family, socket.SOCK_STREAM, 0)
    try:
        sock.setblocking(False)
        if WINDOWS:
            # There SO_REUSEADDR would let another program take the port away (Winsock, "Using
            # SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            # Here it only lets a listener come back while old connections are in TIME_WAIT.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dual else 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # see `stream_socket`
        if paced_in_vain(address[0]):
            unpace(sock)
        sock.bind(socket_address(*address))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def socket_address(host: str, port: int) -> SocketAddress:
    """What bind() and connect() take; a zone such as ``%eth0`` becomes its number.

    Raises `OSError` when there is no such interface (ipv6(7), sin6_scope_id).
    """
    bare, _, zone = host.partition("%")
    if not zone:
        return host, port
    return bare, port, 0, int(zone) if zone.isdigit() else socket.if_nametoindex(zone)


def was_only_urgent(sock: socket.SocketType) -> bool:
    """Whether what looked like an error was an urgent byte, which is dropped, as epoll does.

    On Windows it shows in select's third set, where failed connects do, until somebody takes it.
    (Having it read in line, by SO_OOBINLINE, is no way out: on Wine that loses other bytes.)
    """
    if not WINDOWS:
        return False
    try:
        sock.recv(1, socket.MSG_OOB)
    except OSError:
        return False
    return True


def keep_alive(sock: socket.SocketType) -> None:
    """Have the system probe a silent peer, so that one that vanished is noticed."""
    idle, interval = KEEPALIVE_IDLE, KEEPALIVE_INTERVAL
    _probe(sock, (idle, idle + idle // 2), (interval - interval // 3, interval), KEEPALIVE_COUNT)


def probe_soon(sock: socket.SocketType) -> None:
    """Have it probed now, and found dead sooner; `keep_alive` goes back to the usual pace."""
    _probe(sock, (3, 6), (4, 4), 4)


def _probe(
    sock: socket.SocketType, idles: tuple[int, int], intervals: tuple[int, int], count: int
) -> None:
    """Each socket gets a pace of its own within these limits, in seconds, by its number.

    Linux sends the probes of all sockets that are due in the same quarter of a second at once, and
    its queue for the loopback holds a thousand packets (net.core.netdev_max_backlog): of thousands
    of idle connections in step, most would lose all their probes and be ended as dead.
    """
    # Mixed (Knuth's multiplier), since numbers of neighbours have steps: on Windows always of four.
    number = (sock.fileno() * 2654435761 & 0xFFFFFFFF) >> 12
    number, more = divmod(number, idles[1] - idles[0] + 1)
    idle = idles[0] + more
    interval = intervals[0] + number % (intervals[1] - intervals[0] + 1)
    # OSError: not every system takes options for a connection that was reset a moment ago.
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (
            ("TCP_KEEPIDLE", idle),
            ("TCP_KEEPINTVL", interval),
            ("TCP_KEEPCNT", count),
        ):
            option = getattr(socket, name, None)  # Windows before 10 1709 lacks some
            if option is not None:
                sock.setsockopt(socket.IPPROTO_TCP, option, value)


def reset_on_close(sock: socket.SocketType) -> None:
    """Make the coming close() send a reset instead of an orderly end."""
    with contextlib.suppress(OSError):  # the peer was faster: then nothing is left to reset
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def socket_error(number: int) -> OSError:
    """The exception for an error number that a call returned instead of raising."""
    if sys.platform == "win32":
        import ctypes

        # As the fourth argument Winsock's number becomes the errno of this system, which is
        # another one for some of them (10013 is EACCES), and picks the right subclass.
        return OSError(None, ctypes.FormatError(number).rstrip(". "), None, number)
    else:
        return OSError(number, os.strerror(number))


def pending_error(sock: socket.SocketType) -> int:
    """Fetch and clear the error a socket holds; 0 if none."""
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def is_broken(sock: socket.SocketType) -> int:
    """The error of a connection that was reported broken; 0 if the report was for nothing."""
    number = unheard_error(sock)
    if number or WINDOWS:
        return number
    return 0 if is_connected(sock) else errno.ECONNRESET


def unheard_error(sock: socket.SocketType) -> int:
    """The error of a socket that is not read from, and that select() therefore keeps silent on.

    On Windows SO_ERROR tells of connects only; there a look at the next byte brings the error.
    """
    number = pending_error(sock)
    if WINDOWS and not number:
        try:
            sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return 0
        except OSError as error:
            return error.errno or 0
    return number


def unsent(sock: socket.SocketType) -> int:
    """How many bytes the other system has not confirmed yet (tcp(7), SIOCOUTQ); 0 if not told."""
    if sys.platform == "linux":
        import fcntl
        import termios

        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
        return int.from_bytes(answer, sys.byteorder)
    else:
        return 0


def is_connected(sock: socket.SocketType) -> bool:
    """Whether a connect has finished: SO_ERROR 0 alone does not prove it, having a peer does.

    On Windows a peer may have a name while the connect goes on; there room to write proves it
    (Winsock, select). Not to be asked of a socket that was written to.
    """
    if WINDOWS:
        return bool(select.select((), (sock,), (), 0)[1])
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def family_of(literal: str) -> int:
    """The address family of an IPv4 or IPv6 literal."""
    return socket.AF_INET6 if ":" in literal else socket.AF_INET


def has_ipv6() -> bool:
    """Whether this machine can open an IPv6 listener at all."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
