"""Waking the loop from another thread by one byte through a socket pair; carries no data."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from core.engine.reactor.channel import Channel
from core.engine.reactor.poller import READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.reactor.loop import Loop


class Waker(Channel):
    """`wake` may be called from any thread, also from a signal handler."""

    __slots__ = ("_awake", "_bell")

    def __init__(self, loop: Loop, awake: Callable[[], None]) -> None:
        ear, self._bell = socket.socketpair()
        for end in (ear, self._bell):
            end.setblocking(False)
        super().__init__(loop, ear)
        self._awake = awake
        self.want(READ)

    def wake(self) -> None:
        """End the poller's wait. A full pipe is fine: then the loop is about to wake anyway."""
        # OSError: the loop has closed the pair meanwhile, and there is nobody left to wake.
        with contextlib.suppress(BlockingIOError, OSError):
            self._bell.send(b"\0")

    def handle_read(self) -> None:
        """Take all the bytes, then let the owner look at its queue."""
        with contextlib.suppress(BlockingIOError):
            while len(self.sock.recv(4096)) == 4096:
                pass
        self._awake()

    def close(self) -> None:
        """Close both ends."""
        super().close()
        self._bell.close()
