"""One client waiting for its target: what a dialer is told, and what it leads to."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from core.config.mapping import Protocol
from core.engine.reactor.poller import PollerFullError
from core.engine.sockets import OUT_OF_RESOURCES
from core.engine.tcp.sender import Sender
from core.engine.trouble import connect_trouble, name_trouble, no_descriptors

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.engine.runner import Runner
    from core.engine.status import Trouble
    from core.engine.tcp.receiver import Receiver


class Call:
    """Joins the client to the connection the dialer made, or turns it away."""

    def __init__(self, runner: Runner, receiver: Receiver) -> None:
        self.loop = runner.loop
        self.resolver = runner.services.resolver
        self.spares = runner.spares
        self._runner = runner
        self._receiver = receiver
        self._trouble: Trouble | None = None

    def reached(
        self, endpoint: Endpoint, sock: socket.SocketType, address: tuple[str, int]
    ) -> None:
        """Join the connected socket to the waiting client."""
        self._runner.target_reached(endpoint)
        self._receiver.attach(Sender(self._runner, sock, address, proven=True))

    def broken(self) -> None:
        """End the session: there is nothing left that could reach its target."""
        self._receiver.end_session(reset=True)

    def check(self, endpoint: Endpoint, host: str, port: int) -> None:
        """Raise `OwnPortError` if that would lead back to the mapping."""
        self._runner.routing.check(Protocol.TCP, endpoint, host, port)

    def target_failed(self, endpoint: Endpoint, address: str, error: Exception) -> None:
        """Let this target rest, and look its name up anew next time."""
        if isinstance(error, PollerFullError) or _is_ours(error):
            self._trouble = no_descriptors(self._runner.mapping.title, few=not self.loop.scales)
            self._runner.standing.accepting_paused()
            return
        self.resolver.forget(endpoint.host)
        if isinstance(error, OSError) and not isinstance(error, socket.gaierror):
            self._trouble = connect_trouble(error, address)
        else:
            self._trouble = name_trouble(error, endpoint.host)
        self._runner.target_failed(endpoint, self._trouble)

    def unreachable(self) -> None:
        """Turn the client away."""
        assert self._trouble is not None
        self._receiver.dialing = None
        self._runner.turn_away(self._receiver, self._trouble)


def _is_ours(error: Exception) -> bool:
    """Whether there was no socket to be had here, for which no target can be blamed."""
    resolving = isinstance(error, socket.gaierror)  # its numbers are of another kind
    return isinstance(error, OSError) and not resolving and error.errno in OUT_OF_RESOURCES
