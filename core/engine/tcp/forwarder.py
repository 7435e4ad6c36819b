"""The listener of one port on one address: accepts clients and gives each a session."""

from __future__ import annotations

import errno
from socket import AF_INET
from typing import TYPE_CHECKING

from core.engine.lean_sockets import accept
from core.engine.reactor.channel import Channel
from core.engine.reactor.poller import READ
from core.engine.sockets import OUT_OF_RESOURCES

if TYPE_CHECKING:
    import socket

    from core.engine.runner import Runner

ACCEPTS_PER_TURN = 32
"""Others get their turn after so many; the rest of the backlog keeps the listener ready."""
PAUSE = 0.1
"""Seconds without accepting once descriptors have run out."""

# accept(2): errors of the connection that was to be accepted, not of the listener. Windows says
# ERROR_NETNAME_DELETED (64) when the client was gone before it could be accepted.
_GONE_AGAIN = frozenset(
    {errno.ECONNABORTED, errno.EPROTO, errno.EPERM, errno.ECONNRESET, errno.ENETDOWN,
     errno.ENOPROTOOPT, errno.EHOSTUNREACH, errno.EOPNOTSUPP, errno.ENETUNREACH, errno.ETIMEDOUT}
)  # fmt: skip
_WIN_NETNAME_DELETED = 64


class Forwarder(Channel):
    """A listener. Nothing that goes wrong with one client closes it."""

    __slots__ = ("address", "batch", "ceiling", "direct", "family", "last_turn", "offset", "runner")

    def __init__(
        self, runner: Runner, sock: socket.SocketType, family: int, address: str, offset: int
    ) -> None:
        """`offset` is this port's place in the mapping's range."""
        super().__init__(runner.loop, sock)
        self.runner = runner
        self.family = family
        self.address = address
        self.offset = offset
        self.ceiling = runner.services.ceiling
        self.direct: tuple[int, tuple[str, int]] | None = None
        """(family, address) when the mapping has just one target and that is a literal."""
        self.batch = 1
        """How many to accept this turn. Asking for more than there are costs an exception."""
        self.last_turn = 0
        self.want(READ)

    @property
    def port(self) -> int:
        """The port really bound, also where "any free port" was asked for."""
        return int(self.sock.getsockname()[1])

    def handle_event(self, mask: int) -> None:
        """Accept what waits, up to a budget; stop for a moment when descriptors run out."""
        del mask
        runner, direct = self.runner, self.direct
        family = AF_INET if direct is None else direct[0]
        # Ready in one turn and again in the next: clients come faster than we take them.
        turn = self.loop.turn
        in_a_row = turn == self.last_turn + 1
        self.last_turn = turn
        self.batch = min(2 * self.batch, ACCEPTS_PER_TURN) if in_a_row else 1
        for done in range(self.batch):
            spare = None
            try:
                # The target's socket first: a client whose target's socket cannot be made
                # stays in the backlog instead of being accepted and turned away.
                spare = runner.spares.take(family)
                if spare.fileno() >= self.ceiling:
                    spare.close()
                    self._pause()
                    return
                sock, client = accept(self.sock, self.family)
            except BlockingIOError:
                assert spare is not None
                runner.spares.give_back(family, spare)
                self.batch = max(1, done // 2)
                return
            except OSError as error:
                if spare is not None:
                    runner.spares.give_back(family, spare)
                if error.errno in OUT_OF_RESOURCES:
                    self._pause()
                    return
                if error.errno in _GONE_AGAIN or _winerror(error) == _WIN_NETNAME_DELETED:
                    continue
                raise
            if direct is None:  # the dialer will take it from there
                runner.spares.give_back(family, spare)
                spare = None
            runner.accepted(self, sock, client, spare)

    def handle_error(self) -> None:
        """An unexpected error: wait a little instead of closing the listener or spinning."""
        self._pause()

    def close(self) -> None:
        """Refuse clients from this moment: the mapping's state is about to say so."""
        fast = self.runner.services.fast
        if fast is not None and self.fd >= 0:
            fast.leave(self)
        super().close()
        self.sock.close()

    def _pause(self) -> None:
        self.want(0)
        self.runner.standing.accepting_paused()
        self.loop.after(PAUSE, self._resume)

    def _resume(self) -> None:
        if self.fd >= 0:
            self.want(READ)


def _winerror(error: OSError) -> int:
    return getattr(error, "winerror", 0) or 0
