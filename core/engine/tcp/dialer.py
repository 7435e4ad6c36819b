"""Reaching a target: look its name up, race its addresses (RFC 8305), go on to the next target."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING, Protocol

from core.config.address import format_address
from core.engine.circles import OwnPortError
from core.engine.near import before_connect, is_near
from core.engine.reactor.channel import Channel
from core.engine.reactor.poller import WRITE, PollerFullError
from core.engine.sockets import (
    IN_PROGRESS,
    family_of,
    is_connected,
    pending_error,
    socket_address,
    socket_error,
)

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.engine.reactor.loop import Loop
    from core.engine.reactor.timers import Timer
    from core.engine.resolver import Addresses, Resolver
    from core.engine.tcp.spares import Spares

STAGGER = 0.25
"""Seconds before the next address is tried beside the first (RFC 8305, section 5)."""
LOOPBACK_STAGGER = 0.03
"""On this machine a refusal comes at once, except on Windows, which takes two seconds over it."""


class Caller(Protocol):
    """Whoever wants a connection."""

    loop: Loop
    resolver: Resolver
    spares: Spares

    def reached(
        self, endpoint: Endpoint, sock: socket.SocketType, address: tuple[str, int]
    ) -> None:
        """Take the connected socket over."""

    def check(self, endpoint: Endpoint, host: str, port: int) -> None:
        """Raise `OSError` if this address of the target is not to be connected to."""

    def target_failed(self, endpoint: Endpoint, address: str, error: Exception) -> None:
        """One target could not be reached; the next is tried."""

    def unreachable(self) -> None:
        """No target could be reached."""

    def broken(self) -> None:
        """A fault of our own came between a target that was reached and its use."""


class Attempt(Channel):
    """One connect under way to one address."""

    __slots__ = ("address", "dialer")

    def __init__(self, dialer: Dialer, sock: socket.SocketType, address: tuple[str, int]) -> None:
        super().__init__(dialer.caller.loop, sock)
        self.dialer = dialer
        self.address = address

    def handle_event(self, mask: int) -> None:
        """The connect has ended, or the call was for nothing."""
        del mask
        number = pending_error(self.sock)
        if number:
            self.dialer.attempt_failed(self, socket_error(number))
        elif is_connected(self.sock):
            self.dialer.attempt_won(self)

    def handle_error(self) -> None:
        """Count a fault of our own as a failed attempt, or as the end of what this one won."""
        if self.fd >= 0:
            self.dialer.attempt_failed(self, OSError(errno.ECONNABORTED, "internal fault"))
        else:
            self.dialer.caller.broken()
            self.sock.close()

    def release(self) -> socket.SocketType:
        """Hand the socket over and leave the map."""
        self.unwatch()
        self.fd = -1
        return self.sock


class Dialer:
    """Works through targets, and through the addresses of each; ends by telling its caller."""

    def __init__(
        self,
        caller: Caller,
        endpoints: list[tuple[Endpoint, int]],
        timeout: float,
        source_address: str = "",
    ) -> None:
        """`endpoints` are (target, its port); `timeout` in seconds is for each target."""
        self.caller = caller
        self._endpoints = endpoints[::-1]
        self._timeout = timeout
        self._source = source_address
        self._untried: list[str] = []
        self._attempts: list[Attempt] = []
        self._last: tuple[str, Exception] | None = None
        self._over = False
        self._looking_up = False
        self._stagger: Timer | None = None
        self._deadline: Timer | None = None

    def start(self) -> None:
        """Begin; the caller may be told the outcome before this returns."""
        self._next_target()

    def give_up(self) -> None:
        """Stop without a word: nobody waits any more."""
        self._over = True
        self._cancel_timers()
        for attempt in self._attempts:
            attempt.close()
        self._attempts.clear()

    # -- one target ---------------------------------------------------------------------------

    def _next_target(self) -> None:
        if self._over:
            return
        if not self._endpoints:
            self.give_up()
            self.caller.unreachable()
            return
        endpoint = self._endpoints[-1][0]
        self._last = None
        self._cancel_timers()
        self._deadline = self.caller.loop.after(self._timeout, self._timed_out)
        known = self.caller.resolver.addresses(endpoint.host)
        if known is not None:
            self._resolved(endpoint, known)
        else:
            self._looking_up = True
            self.caller.resolver.resolve(
                endpoint.host, lambda answer: self._resolved(endpoint, answer)
            )

    def _resolved(self, endpoint: Endpoint, answer: Addresses | Exception) -> None:
        if self._over or not self._endpoints or self._endpoints[-1][0] is not endpoint:
            return  # the answer came after the deadline
        self._looking_up = False
        if isinstance(answer, Exception):
            self._target_failed(endpoint.host, answer)
            return
        self._untried = list(answer[::-1])
        self._next_address()

    def _timed_out(self) -> None:
        error: Exception = socket_error(errno.ETIMEDOUT)
        host = self._attempts[0].address[0] if self._attempts else self._endpoints[-1][0].host
        if self._looking_up:
            error = socket.gaierror(socket.EAI_AGAIN, "no name server answered in time")
            self._looking_up = False
        for attempt in self._attempts:
            attempt.close()
        self._attempts.clear()
        self._target_failed(*(self._last or (host, error)))

    def _target_failed(self, address: str, error: Exception) -> None:
        self._cancel_timers()
        self._untried.clear()
        endpoint, port = self._endpoints.pop()
        self.caller.target_failed(endpoint, format_address(address, port), error)
        self._next_target()

    # -- its addresses ------------------------------------------------------------------------

    def _next_address(self) -> None:
        """Start one more attempt beside those under way."""
        if self._stagger is not None:
            self._stagger.cancel()
        while self._untried:
            literal = self._untried.pop()
            address = (literal, self._endpoints[-1][1])
            try:
                self._attempt(address)
            except (OSError, PollerFullError) as error:
                self._last = (literal, error)
                continue
            if self._untried:
                delay = LOOPBACK_STAGGER if is_near(literal) else STAGGER
                self._stagger = self.caller.loop.after(delay, self._next_address)
            return
        if not self._attempts:
            assert self._last is not None
            self._target_failed(*self._last)

    def _attempt(self, address: tuple[str, int]) -> None:
        self.caller.check(self._endpoints[-1][0], *address)
        family = family_of(address[0])
        sock = self.caller.spares.take(family)
        try:
            if self._source and family_of(self._source) == family:
                sock.bind(socket_address(self._source, 0))
            before_connect(sock, address[0])
            number = sock.connect_ex(socket_address(*address))
            if number and number not in IN_PROGRESS:
                raise socket_error(number)
            attempt = Attempt(self, sock, address)
            attempt.want(WRITE)
        except (OSError, PollerFullError):
            sock.close()
            raise
        self._attempts.append(attempt)

    def attempt_failed(self, attempt: Attempt, error: OSError) -> None:
        """Try the next address at once instead of waiting for its turn."""
        attempt.close()
        self._attempts.remove(attempt)
        # That one address leads back to us says more than that another one does not answer.
        if self._last is None or not isinstance(self._last[1], OwnPortError):
            self._last = (attempt.address[0], error)
        if self._untried or not self._attempts:
            self._next_address()

    def attempt_won(self, attempt: Attempt) -> None:
        """Call the others off and hand the connection over."""
        self._attempts.remove(attempt)
        sock = attempt.release()
        endpoint = self._endpoints[-1][0]
        self.give_up()
        self.caller.reached(endpoint, sock, attempt.address)

    def _cancel_timers(self) -> None:
        for timer in (self._stagger, self._deadline):
            if timer is not None:
                timer.cancel()
