"""The listener of one UDP port on one address: finds each datagram's session; opens no sessions."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from core.engine.reactor.channel import Channel
from core.engine.reactor.poller import READ
from core.engine.udp.session import Session
from core.engine.udp.sockets import PKTINFO, addressee, is_wildcard, not_read, tell_addressee

if TYPE_CHECKING:
    from collections.abc import Hashable

    from core.engine.udp.half import UdpHalf

READS_PER_TURN = 64
"""Others get their turn after so many; what still waits keeps the listener ready."""
PAUSE = 0.1
"""Seconds without reading after a fault."""

Client = tuple[Any, ...]
"""A client's address as Python has it: host, port, and for IPv6 flow and zone."""


class Listener(Channel):
    """Reads what clients send, one datagram a system call: the way that works everywhere.

    A session is known by its client's address, and where there are several of ours also by the
    one that was spoken to: its answers leave from there. Nothing a client sends closes a listener.
    """

    __slots__ = (
        "address", "batch", "direct", "family", "half", "last_turn", "offset", "sessions",
        "spoken_to",
    )  # fmt: skip

    half: UdpHalf
    family: int

    def __init__(
        self, half: UdpHalf, sock: socket.SocketType, family: int, address: str, offset: int
    ) -> None:
        """`offset` is this port's place in the mapping's range."""
        super().__init__(half.loop, sock)
        self.half = half
        self.family = family
        self.address = address
        self.offset = offset
        self.sessions: dict[Hashable, Session] = {}
        self.spoken_to = is_wildcard(address) and tell_addressee(sock, family)
        """Whether a datagram comes with the address of ours that it was sent to."""
        self.direct: tuple[int, tuple[str, int]] | None = None
        """(family, address) when the mapping has just one target and that is a literal."""
        self.batch = 1
        """How many to read this turn. Asking for more than there are costs an exception."""
        self.last_turn = 0
        self.want(READ)

    @property
    def port(self) -> int:
        """The port really bound, also where "any free port" was asked for."""
        return int(self.sock.getsockname()[1])

    def handle_event(self, mask: int) -> None:
        """Pass on what waits, up to a budget."""
        del mask
        turn = self.loop.turn
        in_a_row = turn == self.last_turn + 1
        self.last_turn = turn
        self.batch = min(2 * self.batch, READS_PER_TURN) if in_a_row else 1
        find = self.sessions.get
        receive = self._receive_told if self.spoken_to else self.sock.recvfrom_into
        buffer = self.loop.buffer
        for done in range(self.batch):
            try:
                size, key = receive(buffer)
            except BlockingIOError:
                self.batch = max(1, done // 2)
                return
            except OSError as error:
                self.read_failed(error)
                continue
            session = find(key)
            if session is None:
                client, ours = key if self.spoken_to else (key, b"")
                session = self.half.admit(self, key, client, ours, buffer[:size])
                if session is None:
                    continue
            try:
                session.send(buffer[:size])
            except OSError as error:
                session.not_sent(error, buffer[:size])
                continue
            session.asked = True
            if size:
                session.up += size
            else:
                session.empty += 1

    def _receive_told(self, buffer: memoryview) -> tuple[int, Any]:
        size, control, _, client = self.sock.recvmsg_into([buffer], 64)  # type: ignore[attr-defined,unused-ignore]
        for level, kind, data in control:
            if (level, kind) == PKTINFO[self.family]:
                return size, (client, addressee(self.family, data))
        return size, (client, b"")

    def new_session(
        self, key: Hashable, client: Client, ours: bytes, first: int, session_id: int
    ) -> Session:
        """Make a session that fits this listener; see there for what these are."""
        return Session(self, key, client, ours, first, session_id)

    def welcome(self, *, plain: bool) -> None:
        """Have newcomers brought to the one target there is, where others can do that."""

    def name_of(self, key: Hashable) -> bytes:
        """The client's address as the system writes it, where that is known."""
        del key
        return b""

    def local_address(self, ours: bytes) -> tuple[str, int]:
        """The address and port that a client speaks to."""
        if not ours:
            return self.address, self.port
        return socket.inet_ntop(self.family, ours), self.port

    def read_failed(self, error: OSError) -> None:
        """Live on: it was one client's doing, or a datagram too big to be one.

        Windows reports here that an answer met a closed port (10054), or that a datagram did not
        fit into the buffer (10040). The error is taken out by having been told.
        """
        self.half.drops.count(error.errno or 0)

    def not_taken(self, number: int) -> None:
        """The system did not take an answer: drop it, as any router would; never wait."""
        self.half.drops.count(number)

    def forget(self, session: Session) -> None:
        """Remove a session that ends; the last one of a listener that only drains closes it."""
        self.sessions.pop(session.key, None)
        if not self.sessions and not self.watched:
            self.close_now()

    def not_read(self) -> int:
        """How many datagrams the system dropped here because they were not read in time."""
        return not_read(self.sock) if self.fd >= 0 else 0

    def handle_error(self) -> None:
        """Go on in a moment: a fault of ours is no reason to stop listening, nor to spin."""
        self.want(0)
        self.loop.after(PAUSE, self._resume)

    def _resume(self) -> None:
        if self.watched:
            self.want(READ)

    def close(self) -> None:
        """Let nobody in from this moment; while the mapping drains, answers still leave here."""
        if self.half.draining and self.sessions:
            self.unwatch()
            return
        for session in list(self.sessions.values()):
            session.end_session(reset=False)
        self.close_now()

    def close_now(self) -> None:
        """Give the port up."""
        if self.fd >= 0:
            self.half.drops.not_read += self.not_read()
            super().close()
            self.sock.close()
