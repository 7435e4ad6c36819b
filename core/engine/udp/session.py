"""A UDP session: what one client address sends to the target, and what comes back to it.

Its socket is connected to the target, so that the system sorts out whose answers are whose, lets
nobody else send any, and tells of a closed port.
"""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Any

from core.config.address import format_address, format_client
from core.config.mapping import Protocol, ProxyProtocol
from core.engine.proxy_protocol import header
from core.engine.reactor.channel import Channel
from core.engine.reactor.poller import READ, PollerFullError
from core.engine.resolver import is_literal
from core.engine.rounds import NEXT
from core.engine.snapshot import ConnectionNumbers
from core.engine.sockets import family_of, socket_address
from core.engine.udp.sockets import GONE, OverLimitError, give_room, not_read, source

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Hashable

    from core.config.address import Endpoint
    from core.engine.status import Trouble
    from core.engine.udp.half import UdpHalf
    from core.engine.udp.listener import Client, Listener
    from core.engine.udp.route import Route

READS_PER_TURN = 32
HELD = 16
"""So many datagrams wait while a name is looked up: a client asks a few times, and then again."""
SURELY_READ = 200
"""The smallest buffer holds more datagrams than that; with fewer bytes none can have been lost."""
IN_USE = 10.0
"""A client that spoke more than once counts as in conversation for so many seconds of silence."""
LEAVE_ALONE = 8.0
"""Seconds until the tick looks again after a session that was silent."""
UNANSWERED = 10.0
"""A name is looked up again when the client has spoken for so long without any answer."""


class Session(Channel):
    """Reads the target's answers and sends them to the client, one a system call.

    `send` takes what the client says: the socket's own `send` where nothing has to be done to it.
    """

    __slots__ = (
        "address", "answered_at", "asked", "batch", "client", "direct", "down", "due", "empty",
        "endpoint", "first", "half", "held", "key", "last_turn", "listener", "lost", "opened",
        "ours", "prefix", "quiet_since", "recv_into", "reply_with", "roomy", "route", "seen",
        "seen_down", "send", "session_id", "up",
    )  # fmt: skip

    def __init__(
        self,
        listener: Listener,
        key: Hashable,
        client: Client,
        ours: bytes,
        first: int,
        session_id: int,
    ) -> None:
        """`ours` is the address of ours that the client speaks to, packed, if that was told.

        `first` is the size of the first datagram.
        """
        half: UdpHalf = listener.half
        self.loop = half.loop
        self.fd = -1
        self.interest = 0
        self.watched = False
        self.half: UdpHalf = half
        self.listener = listener
        self.key = key
        self.client = client
        self.ours = ours
        self.session_id = session_id
        self.endpoint: Endpoint | None = None
        self.address: tuple[str, int] | None = None
        """The target's address, once there is one."""
        self.route: Route | None = None
        self.held: list[bytes] = []
        """What the client said and may have to be sent again, or for the first time."""
        self.send: Callable[[memoryview], Any] = self.hold
        self.direct = False
        """Whether that is the socket's own."""
        self.prefix = b""
        self.reply_with = [source(listener.family, ours)] if ours else None
        """Control messages that make an answer leave from `ours`."""
        self.up = self.down = self.empty = 0
        """Bytes from the client, bytes from the target, and datagrams of no bytes either way."""
        self.first = first
        self.asked = True
        """Whether the client spoke last, and may expect an answer."""
        self.seen = self.seen_down = 0
        self.opened = self.quiet_since = self.answered_at = time.monotonic()
        self.due = NEXT
        """When the tick is to look again; see `Rounds`."""
        self.batch = 1
        self.last_turn = 0
        self.roomy = False
        self.lost = 0
        """Answers that the system dropped because they were not read in time, as far as booked."""

    # -- the way to the target ------------------------------------------------------------------

    def connect(self, endpoint: Endpoint, address: tuple[str, int]) -> None:
        """Send to this address from now on; raises `OSError`."""
        half = self.half
        family = family_of(address[0])
        sock = half.open_socket(family)
        try:
            if half.source_address and family_of(half.source_address) == family:
                sock.bind(socket_address(half.source_address, 0))
            sock.connect(socket_address(*address))
        except OSError:
            sock.close()
            raise
        self.let_go()
        self.endpoint, self.address = endpoint, address
        self.take_socket(sock)
        try:
            self.want(READ)
        except PollerFullError:
            self.close()
            raise OSError(errno.EMFILE, "select takes no more sockets") from None
        if half.mapping.proxy_protocol != ProxyProtocol.OFF and not self.prefix:
            listener = self.listener.local_address(self.ours)
            self.prefix = header(ProxyProtocol.V2, self.client[:2], listener, datagrams=True)
        self.configure()
        held, self.held = self.held, []
        for data in held:
            self._send_first(data)
        if held and self.route is not None and self.route.has_more:
            self.held = held

    def take_socket(self, sock: socket.SocketType) -> None:
        """Have this one from now on.

        Here, for all kinds of sessions: mypyc takes the first assignment for another one where the
        class is not this one, and would let go of a socket that was never there.
        """
        self.sock = sock
        self.fd = sock.fileno()

    def _send_first(self, data: bytes) -> None:
        try:
            self.send(memoryview(data))
        except OSError as error:
            self.not_sent(error, memoryview(data))

    def configure(self) -> None:
        """Take over what the mapping says of limits and headers."""
        if self.fd < 0:
            return
        half = self.half
        self.recv_into = self.sock.recv_into
        if half.bucket_up is not None:
            self.send = self._send_limited
        elif self.prefix:
            self.send = self._send_prefixed
        else:
            self.send = self.sock.send
        self.direct = self.send == self.sock.send
        self.refresh()

    def hold(self, data: memoryview) -> None:
        """Keep what the client says until its target's address is known."""
        if len(self.held) < HELD:
            self.held.append(bytes(data))
        else:
            self.half.drops.no_session += 1

    def wait(self) -> None:
        """Hold what comes from now on: the next target's name is being looked up."""
        self.send = self.hold
        self.direct = False

    def _send_prefixed(self, data: memoryview) -> None:
        self.sock.send(b"".join((self.prefix, data)))  # Windows has no sendmsg()

    def _send_limited(self, data: memoryview) -> None:
        # Not by not reading, as for a connection: the sender would not slow down for it. The
        # system would keep a queue and drop what does not fit, which is the same loss, but late,
        # out of our sight, and with everybody's datagrams delayed by all that waits. A dropped one
        # is what whoever sends datagrams slows down by (RFC 8085, section 3.1).
        bucket = self.half.bucket_up
        if bucket is not None and not bucket.takes(len(data)):
            raise OverLimitError
        if self.prefix:
            self._send_prefixed(data)
        else:
            self.sock.send(data)

    def not_sent(self, error: OSError, data: memoryview) -> None:
        """The system did not take what the client said.

        An error that a datagram before it brought is told by the next call, which then does
        nothing; so it is called again.
        """
        if isinstance(error, OverLimitError):
            self.half.drops.over_limit += 1
        elif error.errno in GONE:
            self.refused(error)
            if self.fd >= 0:
                try:
                    self.send(data)
                    self.up += len(data)
                except OSError as again:
                    self.half.drops.count(again.errno or 0)
        else:
            self.half.drops.count(error.errno or 0)

    # -- the way back ---------------------------------------------------------------------------

    def handler(self) -> Callable[[int], None]:
        """Sparingly under a limit."""
        return self.handle_event if self.half.bucket_down is None else self.limited_event

    def handle_event(self, mask: int) -> None:
        """Pass answers on, up to a budget."""
        self._answer_some(mask, limited=False)

    def limited_event(self, mask: int) -> None:
        """Pass on what the limit lets through, and drop the rest, see `_send_limited`."""
        self._answer_some(mask, limited=True)

    def _answer_some(self, mask: int, *, limited: bool) -> None:
        del mask
        turn = self.loop.turn
        in_a_row = turn == self.last_turn + 1
        self.last_turn = turn
        self.batch = min(2 * self.batch, READS_PER_TURN) if in_a_row else 1
        buffer = self.loop.buffer
        half = self.half
        for done in range(self.batch):
            try:
                size = self.recv_into(buffer)
            except BlockingIOError:
                self.batch = max(1, done // 2)
                return
            except OSError as error:
                self.read_failed(error)
                return
            if limited and half.bucket_down is not None and not half.bucket_down.takes(size):
                half.drops.over_limit += 1
                continue
            self.answer(buffer[:size])

    def answer(self, data: memoryview) -> None:
        """Send this to the client, from where it spoke to."""
        self.asked = False
        if data:
            self.down += len(data)
        else:
            self.empty += 1
        try:
            if self.reply_with is None:
                self.listener.sock.sendto(data, self.client)
            else:
                self.listener.sock.sendmsg([data], self.reply_with, 0, self.client)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            self.listener.not_taken(error.errno or 0)

    def read_failed(self, error: OSError) -> None:
        """Reading brought an error that the system kept for us; the session goes on."""
        if error.errno in GONE:
            self.refused(error)
        else:
            self.half.drops.count(error.errno or 0)

    def refused(self, error: OSError) -> None:
        """The target's system says that nobody takes it there: try elsewhere, if there is a place.

        The session stays: what the client says next may be taken again.
        """
        self.seen_down = self.down  # what came before this says nothing of now
        self.half.refused(self, error)

    def unreachable(self, trouble: Trouble) -> None:
        """There is no address to send to."""
        self.half.unreachable(self, trouble)

    def no_socket(self, error: OSError) -> None:
        """There was none to be had when the name was known at last."""
        del error
        self.half.no_session(self)
        self.end_session(reset=False)

    # -- its life ---------------------------------------------------------------------------------

    def in_use(self, now: float) -> bool:
        """Whether this is a conversation that goes on: not one question, and not long ago."""
        self.look()
        if self.up <= self.first and self.empty < 2:
            return False
        return self._moved() != self.seen or now - self.quiet_since < IN_USE

    def look(self) -> None:
        """Bring the counts up to date, where others count as well."""

    def settle(self) -> None:
        """Find out who is to pass on what comes, where there are others."""

    def _moved(self) -> int:
        return self.up + self.down + self.empty

    def tick(self, now: float, seconds: float) -> float:
        """Find out whether anything has come, from either side, and if not, for how long.

        Returns when to look again.
        """
        del seconds
        self.look()
        moved = self._moved()
        half = self.half
        if not self.roomy and self.fd >= 0:  # not at once: most ask one question, and never more
            self.roomy = True
            give_room(self.sock)
        if moved == self.seen:
            silence = now - self.quiet_since
            rest = half.mapping.udp_timeout - silence
            if rest <= 0 or half.draining:  # then an answer that takes long is given up
                self.end_session(reset=False)
                return NEXT
            return now + min(LEAVE_ALONE, rest)
        self.seen = moved
        self.quiet_since = now
        self._book_lost()
        if self.down != self.seen_down:
            self.seen_down = self.down
            self.answered_at = now
            self.held.clear()
            half.answered(self)
        else:
            half.unanswered(self)
            if now - self.answered_at > UNANSWERED:
                self.answered_at = now
                self.look_again()
        return NEXT

    def look_again(self) -> None:
        """Look the target's name up anew, and go where it leads now if that is elsewhere."""
        endpoint = self.endpoint
        if endpoint is not None and not is_literal(endpoint.host):
            self.half.resolver.forget(endpoint.host)
            self.half.resolver.resolve(
                endpoint.host, lambda answer: self.half.moved_to(self, endpoint, answer)
            )

    def end_session(self, *, reset: bool) -> None:
        """Close the socket and have the session booked; harmless when repeated."""
        del reset
        if self.route is not None:
            self.route.give_up()
            self.route = None
        self.send = _nobody  # not a method of its own, which would keep it alive
        self.direct = False
        self.held.clear()
        self.let_go()
        self.half.ended(self)

    def let_go(self) -> None:
        """Close the socket there is, if any."""
        if self.fd >= 0:
            if self.down + self.empty > SURELY_READ:
                self._book_lost()
            self.close()
            self.lost = 0
            self.roomy = False

    def _book_lost(self) -> None:
        if self.fd >= 0:
            lost = not_read(self.sock)
            self.half.drops.not_read += lost - self.lost
            self.lost = lost

    def handle_error(self) -> None:
        """A fault of our own: this session ends, all others go on."""
        self.end_session(reset=True)

    # -- what fronts see ------------------------------------------------------------------------

    def carried(self) -> int:
        """The bytes of both directions."""
        self.look()
        return self.up + self.down

    def numbers(self, now: float) -> ConnectionNumbers:
        """What a front shows of this session."""
        self.look()
        return ConnectionNumbers(
            connection_id=self.session_id,
            client=self.client_address,
            target=format_address(*self.address) if self.address is not None else "",
            age=now - self.opened,
            bytes_up=self.up,
            bytes_down=self.down,
            state="open" if self.fd >= 0 else "connecting",
            protocol=Protocol.UDP,
        )

    @property
    def client_address(self) -> str:
        """The client's address as text."""
        return format_client(*self.client[:2])


def _nobody(data: memoryview) -> None:
    """Take what comes for a session that has ended in the same turn; it is lost."""
    del data
