"""Between the two paths of datagrams: lends plain sessions to the fast path, and takes them back.

What the fast path is, and that everything works without it, says `core/engine/fast_path.pyi`.
Nothing is decided here: what comes back meets the same methods as if it had never been away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.engine.sockets import socket_error

if TYPE_CHECKING:
    from core.engine.fast_path import FastPath, Moved
    from core.engine.reactor.loop import Loop
    from core.engine.udp.batched import BatchedListener, BatchedSession

CAME: Final = 0
"""A datagram is from a client that has no session there; it is enclosed, and whose it is."""
NOT_SENT: Final = 1
"""A session comes back because its socket did not take what its client said, which is enclosed;
the number is the error number."""
ANSWER_FAILED: Final = 2
"""A session comes back because reading its socket gave an error, the number."""
PORT_FAILED: Final = 3
"""Reading what clients send gave an error, the number."""
ANSWER_NOT_TAKEN: Final = 4
"""The system did not take so many answers to clients; the number is the error number."""
BULKY: Final = 5
"""Clients send runs of datagrams, that were passed on, but one by one."""

OF_FLOWS: Final = (NOT_SENT, ANSWER_FAILED)


class FastFlows:
    """One for an engine."""

    __slots__ = ("_listeners", "_loop", "_path")

    def __init__(self, loop: Loop, path: FastPath) -> None:
        self._loop = loop
        self._path = path
        self._listeners: dict[int, BatchedListener] = {}
        """Those that are served."""

    def serve(self, listener: BatchedListener) -> None:
        """Have what its clients send passed on as far as their sessions are lent."""
        self._path.serve_datagrams(listener.fd, listener.family, listener.spoken_to)
        self._listeners[listener.fd] = listener

    def leave(self, listener: BatchedListener) -> None:
        """Have all that comes reported to itself; its sessions have been taken back."""
        self._path.leave_datagrams(listener.fd)
        del self._listeners[listener.fd]

    def lend(self, session: BatchedSession) -> None:
        """Pass on what this client and its target say, until something is not plain."""
        listener = session.batched
        name, ours = listener.address_of(session.key)
        control = bytes(session.control) if session.control is not None else b""
        self._path.lend(session, session.fd, listener.fd, name, ours, control)

    def count(self, fd: int) -> Moved:
        """Tell what a session that is lent has carried since the last question."""
        return self._path.moved(fd)

    def take_back(self, fd: int) -> Moved:
        """Have this session's events reported to itself; what it has carried, as above."""
        return self._path.take_flow(fd)

    def hear(self) -> None:
        """Go on where the fast path left off."""
        tidings = self._path.take_tidings()
        for why, _, session, moved, _ in tidings:
            if why in OF_FLOWS:  # all at once: what others bring about may end it
                session.came_back(moved)
        for why, number, whose, rest, data in tidings:
            if why in OF_FLOWS:
                self._flow(whose, why, number, data)
            elif whose in self._listeners:  # else it was left, because of what was told before
                self._port(self._listeners[whose], why, number, rest, data)

    def _flow(self, session: BatchedSession, why: int, number: int, data: bytes) -> None:
        if session.fd < 0:
            return
        try:
            if why == NOT_SENT:
                session.not_sent(socket_error(number), memoryview(data))
            else:
                session.read_failed(socket_error(number))
            session.settle()
        except Exception:  # noqa: BLE001 - contained like any handler's
            self._loop.contain(session)

    def _port(
        self, listener: BatchedListener, why: int, number: int, rest: tuple[Any, ...], data: bytes
    ) -> None:
        name, ours, times = rest
        try:
            if why == CAME:
                listener.came(name, ours, memoryview(data))
            elif why == PORT_FAILED:
                listener.read_failed(socket_error(number))
            elif why == ANSWER_NOT_TAKEN:
                for _ in range(times):
                    listener.not_taken(number)
            else:
                assert why == BULKY
                listener.turns_bulky()
        except Exception:  # noqa: BLE001 - contained like any handler's
            self._loop.contain(listener)
