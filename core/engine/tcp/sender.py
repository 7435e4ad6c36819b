"""The target's side of a session: a connect that may still be under way, then Side's work."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from core.engine.sockets import is_connected, pending_error, socket_error
from core.engine.tcp.side import Side

if TYPE_CHECKING:
    import socket

    from core.engine.runner import Runner
    from core.engine.tcp.receiver import Receiver


_CONNECTED_BEFORE = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
"""A connect that is turned down says ECONNREFUSED instead (connect(2))."""


class Sender(Side):
    """Reads the target's bytes; its count is the session's bytes down.

    A sender made for a connect still under way asks only for READ, not for WRITE: the first byte
    sent or received proves the connect, an ERROR or HANGUP refutes it, and the tick looks after
    the rest. That spares each short connection a wake-up and two system calls.
    """

    __slots__ = ("address", "kept_alive", "proven", "receiver")

    receiver: Receiver
    """The peer, under the name of its own kind."""

    def __init__(
        self, runner: Runner, sock: socket.SocketType, address: tuple[str, int], *, proven: bool
    ) -> None:
        Side.__init__(self, runner, sock)
        self.address = address
        self.proven = proven
        self.kept_alive = False

    def proven_by(self, receiver: Receiver) -> bool:
        """Whether the connect is known to have succeeded."""
        return self.proven or self.count > 0 or receiver.count > 0

    def can_be_written(self) -> bool:
        """Shutting down a socket that is still connecting would end the attempt."""
        if not self.proven:
            receiver = self.receiver
            self.proven = receiver.count > 0 or self.count > 0 or is_connected(self.sock)
        return self.proven

    def more_than_read(self, mask: int) -> bool:
        """First find out how the connect ended, if that is not known yet."""
        if not self.proven and not self.can_be_written():
            # Asked whatever the mask says: select() shows a failed connect as mere readiness.
            number = pending_error(self.sock)
            if number:
                self.broken(socket_error(number))
            return False
        return super().more_than_read(mask)

    def broken(self, error: OSError) -> None:
        """Tell a connect that failed from a connection that broke."""
        if self._refuted_by(error):
            self._connect_failed(error)
        else:
            super().broken(error)

    def unwritable(self, error: OSError) -> None:
        """Sending may be what brings the news that the connect failed."""
        if self._refuted_by(error):
            self._connect_failed(error)
        else:
            super().unwritable(error)

    def check(self, age: float, limit: float) -> None:
        """Find out for a silent sender whether it has connected, or whether its time is over."""
        if self.can_be_written():
            if self.runner.standing.in_trouble:
                self.runner.it_works(self.receiver)
        elif age > limit:
            self._connect_failed(socket_error(errno.ETIMEDOUT))

    def _refuted_by(self, error: OSError) -> bool:
        """Whether this error means that the connect failed; who resets was connected before."""
        if self.proven or error.errno in _CONNECTED_BEFORE:
            return False
        return not self.proven_by(self.receiver)

    def _connect_failed(self, error: OSError) -> None:
        self.runner.connect_failed(self.receiver, self.address, error)

    def end_session(self, *, reset: bool) -> None:
        """The client's side keeps the books."""
        if self.fd >= 0:  # else it has ended, and the sides have forgotten each other
            self.receiver.end_session(reset=reset)

    def stirred(self) -> None:
        """The client's side measures the silence."""
        self.receiver.stirred()
