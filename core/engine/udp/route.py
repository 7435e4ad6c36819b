"""Finding a UDP session its target: targets in order, addresses of each; sends nothing.

There is no connecting that could fail: that nobody is there shows only when a datagram was sent
and the target's system sent an error back. So a route is kept, and followed further when that
happens.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from core.engine.sockets import OUT_OF_RESOURCES
from core.engine.trouble import datagram_trouble, name_trouble

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.engine.resolver import Addresses
    from core.engine.status import Trouble
    from core.engine.udp.session import Session

Failure = tuple[str, Exception]


class Route:
    """What is left to try for one session."""

    def __init__(self, session: Session, endpoints: list[tuple[Endpoint, int]]) -> None:
        """`endpoints` are (target, its port)."""
        self._session = session
        self._endpoints = endpoints[::-1]
        self._current: tuple[Endpoint, int] | None = None
        self._untried: list[str] = []
        self._over = False
        self.tried = 0
        """How many addresses so far."""

    @property
    def has_more(self) -> bool:
        """Whether there is another address or target to go on to."""
        return bool(self._untried or self._endpoints)

    def give_up(self) -> None:
        """Stop without a word: the session ends."""
        self._over = True

    def go_on(self, last: Failure | None = None) -> Trouble | None:
        """Connect to the next address; the trouble when there is none left.

        `last` is why the address before it was no good. While a name is looked up the session
        waits, and is told of the end by `Session.unreachable`.
        """
        session = self._session
        trouble = None
        while True:
            while self._untried:
                literal = self._untried.pop()
                self.tried += 1
                assert self._current is not None
                try:
                    session.half.check(self._current[0], literal, self._current[1])
                    session.connect(self._current[0], (literal, self._current[1]))
                except OSError as error:
                    if error.errno in OUT_OF_RESOURCES:
                        raise
                    last = (literal, error)
                else:
                    return None
            if self._current is not None and last is not None:
                trouble = self._failed(last)
                last = None
            if not self._endpoints:
                return trouble
            self._current = endpoint, _ = self._endpoints.pop()
            resolver = session.half.resolver
            known = resolver.addresses(endpoint.host)
            if known is None:
                session.wait()
                resolver.resolve(endpoint.host, self._resolved)
                return None
            self._untried = list(known[::-1])

    def _resolved(self, answer: Addresses | Exception) -> None:
        if self._over:
            return
        assert self._current is not None
        if isinstance(answer, Exception):
            last: Failure | None = (self._current[0].host, answer)
        else:
            last = None
            self._untried = list(answer[::-1])
        try:
            trouble = self.go_on(last)
        except OSError as error:
            self._session.no_socket(error)
            return
        if trouble is not None:
            self._session.unreachable(trouble)

    def _failed(self, last: Failure) -> Trouble:
        """Let the current target rest, and look its name up anew next time."""
        assert self._current is not None
        (endpoint, port), (address, error) = self._current, last
        half = self._session.half
        half.resolver.forget(endpoint.host)
        if isinstance(error, OSError) and not isinstance(error, socket.gaierror):
            trouble = datagram_trouble(error, address, port)
        else:
            trouble = name_trouble(error, endpoint.host)
        half.target_failed(endpoint, trouble)
        return trouble
