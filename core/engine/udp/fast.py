"""Between the two paths of datagrams: lends plain sessions to the fast path, and takes them back.

What the fast path is, and that everything works without it, says `core/engine/fast_path.pyi`.
Nothing is decided here: what comes back meets the same methods as if it had never been away.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from core.engine.sockets import socket_error

if TYPE_CHECKING:
    from core.engine.fast_path import FastPath, Moved, YoungFlow
    from core.engine.reactor.loop import Loop
    from core.engine.udp.batched_listener import BatchedListener
    from core.engine.udp.batched_session import BatchedSession
    from core.engine.udp.listener import Listener

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

MAKES_ROOM: Final = 6
"""A session at rest has to go, for there are too many."""
OF_FLOWS: Final = (NOT_SENT, ANSWER_FAILED, MAKES_ROOM)


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

    # -- sessions that only the fast path knows -------------------------------------------------

    def welcome(self, listener: BatchedListener, account: int, most: int, *, plain: bool) -> None:
        """Have newcomers brought to their target as young flows as long as that is plain."""
        if plain and listener.direct is not None:
            self._path.welcome(listener.fd, account, *listener.direct, most)
        else:
            self._path.turn_away(listener.fd)

    def know(self, account: int, sessions: int, listener: Listener) -> None:
        """Tell how many sessions there are here, of all the mapping and of this listener."""
        self._path.know(account, sessions, listener.fd, len(listener.sessions))

    def young(self, account: int) -> int:
        """How many there are."""
        return self._path.count_young_flows(account)

    def numbers(self, account: int) -> tuple[int, int, int]:
        """How many there are, and the bytes up and down that they have carried."""
        return self._path.young_flows(account)

    def rest(self, fd: int, *, rests: bool) -> None:
        """Say whether a session that is lent may make room for a newcomer."""
        self._path.rest(fd, rests)

    def make_room(self, account: int, name: bytes) -> bool:
        """Have one of those that may make room do so; false if nobody can."""
        done = self._path.make_room(account, name)
        self.hear()
        return done

    def look(self, account: int, now: float, timeout: float) -> None:
        """End those that were silent for so long, and make objects for those in conversation."""
        for young in self._path.look(account, now, timeout):
            self._adopt(young)

    def gather(self, account: int, most: int) -> None:
        """Make objects for so many, the oldest first."""
        for young in self._path.take_young_flows(account, most):
            self._adopt(young)

    def _adopt(self, young: YoungFlow) -> BatchedSession | None:
        listener = self._listeners.get(young[0])
        if listener is None:
            os.close(young[1])
            return None
        return listener.adopt(young)

    # -- what comes back ------------------------------------------------------------------------

    def hear(self) -> None:
        """Go on where the fast path left off."""
        tidings = self._path.take_tidings()
        back: list[BatchedSession | None] = []
        for why, _, whose, moved, _ in tidings:  # all at once: what others bring about may end it
            if why not in OF_FLOWS:
                continue
            if type(whose) is tuple:
                back.append(self._adopt(whose))
            else:
                session: BatchedSession = whose
                session.came_back(moved)
                back.append(session)
        back.reverse()
        for why, number, whose, rest, data in tidings:
            if why in OF_FLOWS:
                self._flow(back.pop(), why, number, data)
            elif whose in self._listeners:  # else it was left, because of what was told before
                self._port(self._listeners[whose], why, number, rest, data)

    def _flow(self, session: BatchedSession | None, why: int, number: int, data: bytes) -> None:
        if session is None or session.fd < 0:
            return
        try:
            if why == NOT_SENT:
                session.not_sent(socket_error(number), memoryview(data))
            elif why == MAKES_ROOM:
                session.half.evict(session)
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
