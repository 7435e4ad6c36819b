"""The client's side of a session, which also keeps the session's books; moving bytes is Side's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.config.address import format_address, format_client
from core.engine.near import narrow
from core.engine.reactor.poller import ERROR, HANGUP
from core.engine.rounds import NEXT
from core.engine.snapshot import ConnectionNumbers
from core.engine.sockets import (
    KEEPALIVE_IDLE,
    is_broken,
    keep_alive,
    socket_error,
    unheard_error,
    unsent,
    was_only_urgent,
)
from core.engine.tcp.side import DONE, REFUSED, STILL_THERE, Side

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from core.engine.runner import Runner
    from core.engine.sockets import SocketAddress
    from core.engine.tcp.sender import Sender

BULK_BYTES_A_SECOND = 8 << 20
"""A direction this fast is spliced even if it never filled the buffer at once."""
QUIET_BYTES_A_SECOND = 1 << 20
"""A spliced direction slower than this gives its pipe back."""


LINGER = 5.0
"""Seconds of silence in which a peer may get the rest of an answer whose sender is gone."""
LEAVE_ALONE = 8.0
"""Seconds until the tick looks again after a session that was silent; more for one that was silent
for longer than twice that, as it will probably stay so ..."""
LONGEST_ALONE = 60.0
"""... but not more than this."""


class Receiver(Side):
    """Reads the client's bytes; its count is the session's bytes up."""

    __slots__ = (
        "attached", "client", "dialing", "due", "lent", "opened", "quiet_since", "seen",
        "sender", "session_id",
    )  # fmt: skip

    sender: Sender
    """The peer, under the name of its own kind."""
    __deletable__ = ("sender",)  # asked for by mypyc, see `end_session`

    def __init__(
        self, runner: Runner, sock: socket.SocketType, client: SocketAddress, session_id: int
    ) -> None:
        Side.__init__(self, runner, sock)
        self.attached = False
        """Whether the target's side exists."""
        self.lent = False
        """Whether the fast path relays this session; the counts are then those of the last look."""
        self.client = client
        self.session_id = session_id
        self.opened = self.quiet_since = time.monotonic()
        self.seen = (0, 0)
        """The two counts at the last tick."""
        self.due = NEXT
        """When the tick is to look again; see `Rounds`."""
        self.dialing: Callable[[], None] | None = None
        """Calls off the attempts to reach a target; set while there is no peer yet."""

    def join(self, sender: Sender) -> None:
        """Make the two sides each other's peers."""
        self.attached = True
        self.peer = self.sender = sender
        sender.peer = sender.receiver = self
        self.bucket = self.runner.bucket_up
        sender.bucket = self.runner.bucket_down
        if self.bucket is not None:
            self.input = STILL_THERE
        if sender.bucket is not None:
            sender.input = STILL_THERE

    def attach(self, sender: Sender) -> None:
        """Join a target that was found after a while, and let bytes flow."""
        self.dialing = None
        self.join(sender)
        self.settle()
        sender.settle()
        self.refresh()

    def wait_for_peer(self, give_up: Callable[[], None]) -> None:
        """Read nothing while a target is being looked for, but notice a client that resets."""
        self.dialing = give_up
        self.want(0)
        self.refresh()

    def handler(self) -> Callable[[int], None]:
        """Until there is a peer, only the client's going away matters."""
        return Side.handler(self) if self.attached else self.lonely_event

    def lonely_event(self, mask: int) -> None:
        """The client went away while its target was still being looked for."""
        if mask & (ERROR | HANGUP) and not was_only_urgent(self.sock) and is_broken(self.sock):
            self.end_session(reset=True)

    def end_session(self, *, reset: bool) -> None:
        """Close both sides and have the runner book the session; harmless when repeated."""
        if self.fd < 0:
            return
        if self.dialing is not None:
            give_up, self.dialing = self.dialing, None
            give_up()
        self.take_back()
        down = 0
        self.close_side(reset=reset)
        if self.attached:
            sender = self.sender
            down = sender.count
            sender.close_side(reset=reset)
            # Without this cycle both are freed at once, not when the collector comes by.
            self.attached = False
            del self.peer, self.sender
        self.runner.ended(self, down)

    def stirred(self) -> None:
        """The other time-outs of an end begin with it, and would be missed in a long rest."""
        self.quiet_since = time.monotonic()
        self.runner.services.rounds.soon(self)

    # -- the fast path ------------------------------------------------------------------------

    def lend(self) -> None:
        """Have the fast path relay this session while it is plain, where there is one."""
        fast = self.runner.services.fast
        if fast is not None and not self.lent and self.is_plain and self.sender.is_plain:
            fast.carry(self)

    def take_back(self) -> None:
        """Have the sides see their own events again."""
        if self.lent:
            fast = self.runner.services.fast
            assert fast is not None
            fast.take_back(self)

    def look(self) -> None:
        """Bring the counts up to date."""
        if self.lent:
            fast = self.runner.services.fast
            assert fast is not None
            fast.count(self)

    # -- once a second ------------------------------------------------------------------------

    def tick(self, now: float, seconds: float) -> float:
        """Look after time-outs, keepalive and pipes; `seconds` since the last tick.

        Returns when to look again. A session that is silent is left alone for a few seconds, so
        that thousands of idle ones cost next to nothing.
        """
        if not self.attached:
            if unheard_error(self.sock):  # where the poller does not tell, see `_quiet`
                self.end_session(reset=True)
            return NEXT
        self.look()
        sender = self.sender
        seen = (self.count, sender.count)
        if seen == self.seen:
            return self._quiet(now, sender)
        up, down = seen[0] - self.seen[0], seen[1] - self.seen[1]
        self.seen = seen
        self.quiet_since = now
        sender.proven = True
        if self.runner.standing.in_trouble:
            self.runner.it_works(self)
        for side, moved, origin in ((self, up, self.client[0]), (sender, down, sender.address[0])):
            if side.pipe is None:
                side.full_reads = min(side.full_reads, 0)
                if moved > BULK_BYTES_A_SECOND * seconds and side.full_reads == 0:
                    self.take_back()
                    side.take_pipe()
                elif (
                    side.interest == STILL_THERE
                    and side.bucket is None
                    and moved < QUIET_BYTES_A_SECOND * seconds
                ):
                    side.read_whole()
            elif moved < QUIET_BYTES_A_SECOND * seconds and not side.holding:
                side.give_pipe_back()
            else:
                narrow(side.sock, origin)
        self.lend()
        return NEXT

    def _quiet(self, now: float, sender: Sender) -> float:
        for side in (self, sender):
            if side.pipe is not None and not side.holding:
                side.give_pipe_back()
        mapping = self.runner.mapping
        silence = now - self.quiet_since
        if not sender.proven:
            sender.check(now - self.opened, mapping.connect_timeout)
            return NEXT
        if mapping.keepalive and not sender.kept_alive and now - self.opened > KEEPALIVE_IDLE:
            # Not at the start: most connections never live long enough to need it. And not all in
            # this moment, since it is that of their probes too, see `keep_alive`.
            sender.kept_alive = True
            self.runner.loop.after(KEEPALIVE_IDLE * (self.session_id % 512) / 512, self._keep_alive)
        half_closed = DONE in (self.flow, sender.flow)
        for side in (self, sender):
            # select() tells nothing of a socket that is not read from any more; epoll would.
            if side.flow == DONE and (number := unheard_error(side.sock)):
                side.broken(socket_error(number))
                return NEXT
        for side in (self, sender):
            if side.flow == DONE and side.peer.flow == REFUSED:
                if silence > LINGER or not unsent(side.peer.sock):
                    self.end_session(reset=True)
                return NEXT
        limits = [mapping.idle_timeout, mapping.half_closed_timeout if half_closed else 0.0]
        limit = min((seconds for seconds in limits if seconds), default=0.0)
        if limit and silence > limit:
            self.runner.ledger.timed_out += 1
            self.end_session(reset=False)
            return NEXT
        if half_closed or REFUSED in (self.flow, sender.flow):
            return NEXT
        rest = min(max(LEAVE_ALONE, silence / 2), LONGEST_ALONE)
        if limit:
            rest = min(rest, limit - silence)
        if mapping.keepalive and not sender.kept_alive:
            rest = min(rest, self.opened + KEEPALIVE_IDLE - now)
        return now + rest

    def _keep_alive(self) -> None:
        if self.fd >= 0 and self.attached:
            keep_alive(self.sock)
            keep_alive(self.sender.sock)

    def numbers(self, now: float) -> ConnectionNumbers:
        """What a front shows of this session."""
        self.look()
        attached = self.attached
        return ConnectionNumbers(
            connection_id=self.session_id,
            client=self.client_address,
            target=format_address(*self.sender.address) if attached else "",
            age=now - self.opened,
            bytes_up=self.payload,
            bytes_down=self.sender.count if attached else 0,
            state=self.state,
        )

    @property
    def payload(self) -> int:
        """The client's bytes that reached the target; a header of ours is not among them."""
        return max(self.count, 0)

    def carried(self) -> int:
        """The bytes of both directions."""
        self.look()
        return self.count + (self.sender.count if self.attached else 0)

    def introduce(self, greeting: bytes) -> None:
        """Have this sent to the target before anything the client says."""
        self.backlog = memoryview(greeting)
        self.count = -len(greeting)
        self.seen = (self.count, 0)

    @property
    def client_address(self) -> str:
        """The client's address as text."""
        return format_client(*self.client[:2])

    @property
    def state(self) -> str:
        """The session's state in one word or two, as `ConnectionNumbers.state` lists them."""
        if not self.attached or not self.sender.proven_by(self):
            return "connecting"
        if self.flow == DONE:
            return "client finished"
        if self.sender.flow == DONE:
            return "target finished"
        return "open"
