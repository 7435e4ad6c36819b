"""Makes and accepts the sockets that bytes run through; they never block, and know no session.

Where `lean_sockets.c`, the same in C, was compiled for this system (see `core.compiled`), it is
what an import of this module gets. This one runs from plain source, and on Windows.
"""

from __future__ import annotations

import errno
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine.sockets import SocketAddress

_NONBLOCKING = getattr(socket, "SOCK_NONBLOCK", 0)


def stream_socket(family: int) -> socket.SocketType:
    """Make a non-blocking TCP socket that sends small messages at once; raises `OSError`.

    A relay must not add Nagle's delay to the sender's own. `socket.SocketType` is the C class under
    `socket.socket`: half the time to make and to close.
    """
    sock = socket.SocketType(family, socket.SOCK_STREAM | _NONBLOCKING, 0)
    try:
        if sys.platform == "win32":
            sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def stream_of(fd: int, family: int) -> socket.SocketType:
    """Make a TCP socket of a descriptor, which does not block and is the socket's from now on."""
    sock = socket.SocketType(family, socket.SOCK_STREAM, 0, fd)
    sock.setblocking(False)
    return sock


def datagram_of(fd: int, family: int) -> socket.SocketType:
    """Make a UDP socket of a descriptor, which does not block and is the socket's from now on."""
    sock = socket.SocketType(family, socket.SOCK_DGRAM, 0, fd)
    sock.setblocking(False)
    return sock


def datagram_socket(family: int) -> socket.SocketType:
    """Make a non-blocking UDP socket, to be connected to its one peer; raises `OSError`."""
    sock = socket.SocketType(family, socket.SOCK_DGRAM | _NONBLOCKING, 0)
    if sys.platform == "win32":
        sock.setblocking(False)
    return sock


def accept(listener: socket.SocketType, family: int) -> tuple[socket.SocketType, SocketAddress]:
    """Accept a connection as a non-blocking socket; raises `OSError`.

    `family` is the listener's. Its options have passed on to the socket (on Linux, see tcp(7)).
    """
    fd, peer = listener._accept()  # type: ignore[attr-defined]
    sock = socket.SocketType(family, socket.SOCK_STREAM, 0, fd)
    if peer is None:  # not on Linux: a client that was reset while it waited has no address
        sock.close()
        raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
    sock.setblocking(False)
    return sock, peer
