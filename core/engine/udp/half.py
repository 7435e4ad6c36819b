"""The UDP half of a mapping at work: its sessions, who is let in, and what its targets say."""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING

from core.config.mapping import Protocol
from core.engine.sockets import OUT_OF_RESOURCES
from core.engine.targets import Targets
from core.engine.trouble import datagram_trouble
from core.engine.udp.batched_listener import BatchedListener
from core.engine.udp.crowd import Crowd
from core.engine.udp.listener import Listener
from core.engine.udp.route import Route
from core.engine.udp.session import Session
from core.engine.udp.sockets import session_socket

if TYPE_CHECKING:
    import socket
    from collections.abc import Hashable

    from core.config.address import Endpoint
    from core.config.mapping import Mapping
    from core.engine.bucket import Bucket
    from core.engine.resolver import Addresses
    from core.engine.runner import Runner
    from core.engine.status import Trouble
    from core.engine.udp.fast import FastFlows
    from core.engine.udp.listener import Client

MOST_SESSIONS = 4096
"""Of one mapping. Each is a descriptor and about 2 KiB, here and in the kernel."""
MOST_WITH_SELECT = 256
"""Half of the sockets that select() takes on Windows: the other half is for other mappings."""
HEALED = 5.0
"""Seconds without a refusal after which a target that never answers counts as reached again. (A
system sends about one such message a second to each address, icmp(7), icmp_ratelimit.)"""
DRAINED_EVERY = 0.05
"""Seconds between looks for answers that have come, while the mapping drains."""


class UdpHalf:
    """What the UDP listeners and sessions of one mapping share. All on the loop's thread."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        services = runner.services
        self.loop = services.loop
        self.resolver = services.resolver
        self.drops = runner.ledger.drops
        self.crowd = Crowd()
        most = MOST_SESSIONS if self.loop.scales else min(MOST_SESSIONS, MOST_WITH_SELECT)
        self.most = max(1, min(most, services.ceiling // 2))
        """How many sessions there may be; others need descriptors too."""
        self.draining = False
        self.targets = Targets(self._runner.mapping)
        self._refused_at: dict[Endpoint, float] = {}

    @property
    def mapping(self) -> Mapping:
        """The mapping as it is now."""
        return self._runner.mapping

    @property
    def bucket_up(self) -> Bucket | None:
        """The limit of what clients send, if there is one."""
        return self._runner.bucket_up

    @property
    def bucket_down(self) -> Bucket | None:
        """The limit of what targets send, if there is one."""
        return self._runner.bucket_down

    @property
    def source_address(self) -> str:
        """The address to send from; empty for any."""
        return self._runner.mapping.source_address

    @property
    def sessions(self) -> list[Session]:
        """All that live now."""
        return [s for s in self._runner.sessions.values() if isinstance(s, Session)]

    # -- commands -------------------------------------------------------------------------------

    def listen(self, sock: socket.SocketType, family: int, address: str, offset: int) -> Listener:
        """Read datagrams from this socket from now on; raises `PollerFullError`."""
        batches = self._runner.services.batches
        if batches is None:
            return Listener(self, sock, family, address, offset)
        return BatchedListener(self, sock, family, address, offset, batches)

    def edited(self, *, targets: bool) -> None:
        """Take over an edit; a session whose target is another one now ends.

        For a connection the old target is right until it ends. A UDP client may use one port for
        days, and its session would never end: the next datagram begins a new one, unnoticed.
        """
        if targets:
            self.targets = Targets(self._runner.mapping)
            self._refused_at.clear()
        for session in self.sessions:
            if targets or not self._runner.admission.lets_in(session.client[0], live=0):
                session.end_session(reset=False)
            else:
                session.configure()
                self._runner.services.rounds.soon(session)  # its time-out may be another now

    def retry(self) -> None:
        """Forget what was wrong with the targets."""
        self.targets.reached()
        self._refused_at.clear()

    def drain(self) -> None:
        """Let nobody in any more; what has been asked may still be answered, if that is soon."""
        self.draining = True
        for session in self.sessions:
            self._runner.services.rounds.soon(session)
        self._let_go_of_answered()

    def _let_go_of_answered(self) -> None:
        sessions = self.sessions
        for session in sessions:
            session.look()
            if not session.asked:
                session.end_session(reset=False)
        if sessions:
            self.loop.after(DRAINED_EVERY, self._let_go_of_answered)

    def not_read(self) -> int:
        """How many datagrams the system has dropped at the listeners now open."""
        listeners = self._runner.listeners
        opened = listeners.open if listeners is not None else []
        return sum(one.not_read() for one in opened if isinstance(one, Listener))

    # -- sessions -------------------------------------------------------------------------------

    def admit(
        self, listener: Listener, key: Hashable, client: Client, ours: bytes, data: memoryview
    ) -> Session | None:
        """Make a session for a new client, unless the mapping does not let it in."""
        runner = self._runner
        if self.draining:
            return None
        if not runner.admission.lets_in(client[0], live=len(runner.known)):
            self.drops.not_allowed += 1
            return None
        if len(self.crowd) + self.young >= self.most:
            self._make_room(client[0], listener.name_of(key))
        session_id = runner.new_id()
        session = listener.new_session(key, client, ours, len(data), session_id)
        runner.began(session)
        self._join(session, key)
        try:
            trouble = self._lead(session)
        except OSError as error:
            session.no_socket(error)
            return None
        if trouble is not None:
            self.unreachable(session, trouble)
            return None
        if session.fd >= 0 and session.route is not None and session.route.has_more:
            session.held.append(bytes(data))  # for the next address, should nobody listen here
        return session

    def _lead(self, session: Session) -> Trouble | None:
        """Connect a new session to its target, or begin to; raises `OSError` without a socket."""
        listener = session.listener
        if listener.direct is not None:
            try:
                session.connect(self.mapping.target, listener.direct[1])
            except OSError as error:
                if error.errno in OUT_OF_RESOURCES:
                    raise
            else:
                return None
        session.route = Route(session, self._endpoints(listener.offset))
        return session.route.go_on()

    def _join(self, session: Session, key: Hashable) -> None:
        self.crowd.join(session)
        session.listener.sessions[key] = session
        self.know(session.listener)

    def _make_room(self, host: str, name: bytes) -> None:
        flows = self._flows
        if flows is None or not flows.make_room(self.account, name):
            self.evict(self.crowd.victim(host, time.monotonic()))

    def evict(self, session: Session) -> None:
        """Have this one make room for another."""
        self._runner.ledger.evicted += 1
        session.end_session(reset=False)

    def open_socket(self, family: int) -> socket.SocketType:
        """Make a socket for a session; raises `OSError`."""
        sock = session_socket(family)
        if sock.fileno() >= self._runner.services.ceiling:
            sock.close()
            raise OSError(errno.EMFILE, "the rest of the process needs some descriptors too")
        return sock

    def no_session(self, session: Session) -> None:
        """There was no descriptor for this one: whoever is least in need gives up its own.

        It is free at the end of this turn, for the client's next try.
        """
        self.drops.no_session += 1
        self._runner.standing.accepting_paused()
        self.crowd.leave(session)
        if self.crowd or self.young:
            self._make_room(session.client[0], session.listener.name_of(session.key))

    def ended(self, session: Session) -> None:
        """Book a session that has closed."""
        self.crowd.leave(session)
        session.listener.forget(session)
        self.know(session.listener)
        self._runner.booked(session, session.up, session.down)

    # -- sessions that only the fast path knows -------------------------------------------------

    @property
    def account(self) -> int:
        """The number under which the fast path books what it does for this mapping."""
        return self._runner.account

    @property
    def _flows(self) -> FastFlows | None:
        fast = self._runner.services.fast
        return fast.flows if fast is not None and self._runner.account >= 0 else None

    @property
    def young(self) -> int:
        """How many there are."""
        flows = self._flows
        return flows.young(self.account) if flows is not None else 0

    def numbers(self) -> tuple[int, int, int]:
        """How many there are, and the bytes up and down that they have carried."""
        flows = self._flows
        return flows.numbers(self.account) if flows is not None else (0, 0, 0)

    def look(self, now: float) -> None:
        """End those that were silent for too long, and know those from now on that converse."""
        flows = self._flows
        if flows is not None:
            flows.look(self.account, now, self.mapping.udp_timeout)

    def gather(self, most: int = 1 << 30) -> None:
        """Know them from now on, or so many of them."""
        flows = self._flows
        if flows is not None:
            flows.gather(self.account, most)

    def know(self, listener: Listener) -> None:
        """Tell the fast path how many are known here."""
        flows = self._flows
        if flows is not None:
            flows.know(self.account, len(self.crowd), listener)

    def adopted(
        self, listener: Listener, key: Hashable, client: Client, ours: bytes, first: int
    ) -> Session:
        """Know a session that the fast path began, and has booked as accepted."""
        runner = self._runner
        session = listener.new_session(key, client, ours, first, runner.new_id())
        runner.adopted(session)
        self._join(session, key)
        return session

    def check(self, endpoint: Endpoint, host: str, port: int) -> None:
        """Raise `OwnPortError` if that would lead back to the mapping."""
        self._runner.routing.check(Protocol.UDP, endpoint, host, port)

    # -- what targets say -----------------------------------------------------------------------

    def _endpoints(self, offset: int) -> list[tuple[Endpoint, int]]:
        return [(target, target.port_at(offset)) for target in self.targets.in_order()]

    def refused(self, session: Session, error: OSError) -> None:
        """An error came back from where the target should be; go on to the next one, if any."""
        if session.endpoint is None or session.address is None:
            return
        if session.down:
            session.held.clear()  # it has been answered, so it is not to be said again
        route = session.route
        if route is None or not route.has_more:
            # All have been tried: report, stay, and begin again with those that may be healthy.
            trouble = datagram_trouble(error, *session.address)
            self.target_failed(session.endpoint, trouble)
            self._runner.not_reached(session, trouble)
            session.held.clear()
            self._begin_again(session)
            return
        try:
            trouble_left = route.go_on((session.address[0], error))
        except OSError as failed:
            session.no_socket(failed)
            return
        if trouble_left is not None:
            self._runner.not_reached(session, trouble_left)
            session.held.clear()

    def _begin_again(self, session: Session) -> None:
        endpoints = self._endpoints(session.listener.offset)
        if len(endpoints) > 1 or (session.route is not None and session.route.tried > 1):
            session.route = Route(session, endpoints)
        else:
            session.look_again()

    def unreachable(self, session: Session, trouble: Trouble) -> None:
        """No target has an address that can be sent to."""
        self.drops.unreachable += max(1, len(session.held))
        self._runner.not_reached(session, trouble)
        session.end_session(reset=False)

    def target_failed(self, endpoint: Endpoint, trouble: Trouble) -> None:
        """Remember that a target is in trouble."""
        self._refused_at[endpoint] = time.monotonic()
        self.targets.failed(endpoint, trouble)
        self._runner.update_status()

    def answered(self, session: Session) -> None:
        """A target has sent something: it works."""
        if self.targets.trouble is not None and session.endpoint is not None:
            self._reached(session.endpoint)

    def unanswered(self, session: Session) -> None:
        """A client has spoken, no answer came, but no refusal either."""
        endpoint = session.endpoint
        if endpoint is not None and self.targets.trouble is not None:
            refused = self._refused_at.get(endpoint)
            if refused is not None and time.monotonic() - refused > HEALED:
                self._reached(endpoint)

    def _reached(self, endpoint: Endpoint) -> None:
        self._refused_at.pop(endpoint, None)
        self.targets.reached(endpoint)
        self._runner.update_status()

    def moved_to(self, session: Session, endpoint: Endpoint, answer: Addresses | Exception) -> None:
        """A name was looked up anew: follow it, if its address is another one now."""
        address = session.address
        if isinstance(answer, Exception) or session.fd < 0 or session.endpoint is not endpoint:
            return
        if address is not None and address[0] not in answer:
            for literal in answer:
                try:
                    session.connect(endpoint, (literal, address[1]))
                except OSError as error:
                    if error.errno in OUT_OF_RESOURCES:
                        session.no_socket(error)
                        return
                    continue
                return
