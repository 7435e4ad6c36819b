"""Sockets and a splice() that behave as badly as the system allows, by a list of whims."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from core.engine.tcp import fast, forwarder, spares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

NOTHING = 0
"""EAGAIN although there is something."""
REFUSED = -1
"""Of splice(): EINVAL. Of others: EAGAIN."""
FINE = 1 << 30
Whims = "Sequence[int]"


class Weather:
    """What the next calls may move: a number of bytes, or one of the words above; in a circle."""

    def __init__(self, *, reads_fall_short: bool) -> None:
        """Who is told of each news once may rely on a read that takes everything."""
        self._reads_fall_short = reads_fall_short
        self._whims: Sequence[int] = (FINE,)
        self._next = 0

    def turn_to(self, whims: Sequence[int]) -> None:
        """From now on behave like this."""
        self._whims, self._next = whims, 0

    def at_most(self, size: int) -> int:
        """How many of so many bytes this call may move; raises as the system would."""
        whim = self._whims[self._next % len(self._whims)]
        self._next += 1
        if whim <= 0:
            raise BlockingIOError(errno.EAGAIN, "try again")
        return min(whim, size)

    def splices_at_most(self, size: int) -> int:
        """The same for splice()."""
        if self._whims[self._next % len(self._whims)] == REFUSED:
            self._next += 1
            raise OSError(errno.EINVAL, "cannot be spliced")
        return self.at_most(size)

    def rule(self, patch: pytest.MonkeyPatch) -> None:
        """Have the relay's sockets and pipes feel it."""
        weather = self

        class Socket(socket.SocketType):
            def recv_into(self, buffer: memoryview) -> int:  # type: ignore[override]
                if weather._reads_fall_short:
                    buffer = buffer[: weather.at_most(len(buffer))]
                return super().recv_into(buffer)

            def send(self, data: memoryview) -> int:  # type: ignore[override]
                return super().send(data[: weather.at_most(len(data))])

        def tuned(sock: Socket) -> Socket:
            sock.setblocking(False)
            # Small, to be full soon. (A small receive buffer makes the loopback wait for timers.)
            # Not on Windows: there a send is taken whole, and Wine loses some of it.
            if sys.platform != "win32":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
            return sock

        def stream_socket(family: int) -> Socket:
            return tuned(Socket(family, socket.SOCK_STREAM, 0))

        def accept(listener: socket.SocketType, family: int) -> tuple[Socket, tuple[str, int]]:
            weather.at_most(1)
            fd, peer = listener._accept()  # type: ignore[attr-defined]
            sock = Socket(family, socket.SOCK_STREAM, 0, fd)
            if peer is None:  # as in the genuine one
                sock.close()
                raise ConnectionAbortedError(errno.ECONNABORTED, "the client has gone")
            return tuned(sock), peer

        def stream_of(fd: int, family: int) -> Socket:
            return tuned(Socket(family, socket.SOCK_STREAM, 0, fd))

        patch.setattr(spares, "stream_socket", stream_socket)
        patch.setattr(fast, "stream_of", stream_of)
        patch.setattr(forwarder, "accept", accept)
        if hasattr(os, "splice"):
            genuine: Callable[[int, int, int], int] = os.splice  # type: ignore[attr-defined,unused-ignore]

            def splice(source: int, destination: int, size: int) -> int:
                return genuine(source, destination, weather.splices_at_most(size))

            patch.setattr(os, "splice", splice)
