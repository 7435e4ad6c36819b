"""One enabled mapping at work: its listeners, its targets, its sessions and its counters."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from core.config.address import format_address
from core.config.mapping import ProxyProtocol, share_host
from core.engine.admission import Admission
from core.engine.bucket import Bucket
from core.engine.failures import Failures
from core.engine.listeners import Listeners, protocol_of
from core.engine.near import before_connect
from core.engine.proxy_protocol import header
from core.engine.reactor.poller import PollerFullError
from core.engine.routing import Routing
from core.engine.sockets import IN_PROGRESS, reset_on_close, socket_error
from core.engine.standing import Standing
from core.engine.targets import Targets
from core.engine.tcp.call import Call
from core.engine.tcp.dialer import Dialer
from core.engine.tcp.receiver import Receiver
from core.engine.tcp.sender import Sender
from core.engine.trouble import (
    RETRIED,
    connect_trouble,
    no_descriptors,
    refusal,
)
from core.engine.udp.half import UdpHalf

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from core.config.address import Endpoint
    from core.config.mapping import Mapping, Protocol
    from core.engine.ledger import Ledger
    from core.engine.services import Services
    from core.engine.snapshot import ConnectionNumbers, MappingNumbers
    from core.engine.sockets import SocketAddress
    from core.engine.status import Trouble
    from core.engine.tcp.forwarder import Forwarder
    from core.engine.udp.session import Session

LISTENING_FIELDS = ("listen_host", "listen_ports")
TARGET_FIELDS = ("target_host", "target_ports", "more_targets", "policy")


class Runner:
    """Runs one mapping until `stop`. Everything here happens on the loop's thread."""

    def __init__(self, services: Services, mapping: Mapping, ledger: Ledger) -> None:
        self.services = services
        self.loop = services.loop
        self.pipes = services.pipes
        self.spares = services.spares
        self._ids = services.session_ids
        self._rounds = services.rounds
        self.mapping = mapping
        self._sessions: dict[int, Receiver | Session] = {}
        """Those that live now and are not known to the fast path alone."""
        self.ledger = ledger
        self.standing = Standing(self)
        self._newest = self._newest_at_failure = 0
        """The last session made, and the last that was made when a target was found in trouble."""
        self._failures = Failures(services, mapping.id)
        self.bucket_up: Bucket | None = None
        self.bucket_down: Bucket | None = None
        self.refusal: Trouble | None = None
        """Why the mapping as it is written cannot work at all."""
        self.admission = Admission()
        self.targets = Targets(self.mapping)
        fast = services.fast
        self.account = fast.open_account(self) if fast is not None else -1
        """The number of this mapping in the fast path."""
        self.routing = Routing(self)
        self._configure()
        self.udp = UdpHalf(self)
        self.listeners = self._listeners()
        self.update_status()

    def _configure(self) -> None:
        """Take over who is let in, and how fast."""
        mapping = self.mapping
        self.refusal = refusal(mapping)
        if self.refusal is not None:
            return
        self.admission = Admission(mapping.allow, mapping.max_connections)
        self._introduces = mapping.proxy_protocol != ProxyProtocol.OFF
        self.bucket_up = self._bucket(self.bucket_up, mapping.limit_up)
        self.bucket_down = self._bucket(self.bucket_down, mapping.limit_down)

    def _bucket(self, before: Bucket | None, rate: int) -> Bucket | None:
        """Keep the bucket when only its rate changes; none without a limit."""
        if not rate:
            return None
        if before is None:
            return Bucket(self.loop, rate)
        before.rate = rate
        return before

    def _listeners(self) -> Listeners | None:
        return Listeners(self, self.services.offload) if self.refusal is None else None

    # -- commands -------------------------------------------------------------------------------

    def edit(self, mapping: Mapping) -> None:
        """Change only what differs: sessions stay, listeners stay unless their place changed."""
        self.gather_all()  # under the rules that they were accepted by
        before, self.mapping = self.mapping, mapping
        self._configure()
        for receiver in self.receivers:
            self._rounds.soon(receiver)  # its time-outs may be others now
            if receiver.attached:
                receiver.take_back()
                receiver.limit(self.bucket_up)
                receiver.sender.limit(self.bucket_down)
        elsewhere = _differ(before, mapping, TARGET_FIELDS)
        if elsewhere:
            self.targets = Targets(self.mapping)
        self.udp.edited(targets=elsewhere)
        if self.refusal is not None or _differ(before, mapping, LISTENING_FIELDS):
            if self.listeners is not None:
                self.listeners.close()
            self.listeners = self._listeners()
        elif self.listeners is None:
            self.listeners = self._listeners()  # it was refused before
        else:
            self.routing.route_all()
            if before.protocol != mapping.protocol:
                self.listeners.follow()
        self.update_status()

    def retry(self) -> None:
        """Try now what failed before."""
        self.targets.reached()
        self.udp.retry()
        if self.listeners is not None:
            self.listeners.try_now()
        self.update_status()

    def try_waiting(self) -> None:
        """Try now to listen, if that is what this mapping waits for."""
        trouble = self.listeners.trouble if self.listeners is not None else None
        if self.listeners is not None and trouble is not None and trouble.kind in RETRIED:
            self.listeners.try_now()

    def stop_listening(self) -> None:
        """Accept no more; sessions go on."""
        self.udp.drain()
        if self.listeners is not None:
            self.listeners.close()
            self.listeners = None

    def stop(self) -> None:
        """Stop listening and end every session, for good."""
        self.stop_listening()
        self.close_sessions()
        if self.services.fast is not None and self.account >= 0:
            self.services.fast.close_account(self.account)
            self.account = -1

    def close_sessions(self) -> None:
        """End every session now, each side in order."""
        for session in list(self.sessions.values()):
            session.end_session(reset=False)

    @property
    def sessions(self) -> dict[int, Receiver | Session]:
        """All that live now, over TCP and UDP, by the ids that fronts know them by."""
        self.gather_all()
        return self._sessions

    @property
    def known(self) -> dict[int, Receiver | Session]:
        """The same without UDP sessions of which one question is all there is to know."""
        self.gather()
        return self._sessions

    def gather(self, most: int = 1 << 30) -> int:
        """Take over the books of the fast path and so many of its sessions; says how many.

        The oldest first, and none of UDP's.
        """
        if self.services.fast is None or self.account < 0:
            return 0
        return self.services.fast.gather(self.account, most)

    def gather_all(self) -> None:
        """Take those over as well: thousands perhaps, which takes a while."""
        self.gather()
        self.udp.gather()

    @property
    def receivers(self) -> list[Receiver]:
        """The TCP sessions."""
        return [session for session in self.sessions.values() if isinstance(session, Receiver)]

    @property
    def is_plain(self) -> bool:
        """Whether the mapping asks for nothing that only the slow path can do."""
        return (
            self.refusal is None
            and not self.admission.asks
            and not self._introduces
            and self.bucket_up is None
            and self.bucket_down is None
        )

    def listens(self, protocol: Protocol, address: str, port: int) -> bool:
        """Whether who connects to this literal of this computer gets to us, now or in a moment."""
        listeners = self.listeners
        if listeners is None:
            return False
        if listeners.opening and listeners.trouble is None:
            here = any(share_host(host, address) for host in listeners.hosts)
            return here and protocol in self.mapping.protocols
        return self.keeps_from_others(protocol, address, port)

    @property
    def goes_to(self) -> Endpoint | None:
        """The target that is tried first now; None if several take turns."""
        return self.targets.first()

    # -- what listeners and sessions report -----------------------------------------------------

    def keeps_from_others(self, protocol: Protocol, address: str, port: int) -> bool:
        """Whether one of our listeners holds this port of this address, or of all addresses."""
        ports = self.mapping.listen_ports
        if self.listeners is None or not ports.first <= port <= ports.last:
            return False
        return any(
            port == ports.first + opened.offset
            and protocol == protocol_of(opened)
            and share_host(address, opened.address)
            for opened in self.listeners.open
        )

    def listeners_changed(self) -> None:
        """More or fewer of the ports listen now."""
        self.update_status()

    def accepted(
        self,
        forwarder: Forwarder,
        sock: socket.SocketType,
        client: SocketAddress,
        spare: socket.SocketType | None,
    ) -> None:
        """Make a session for a new client, unless the mapping does not let it in."""
        direct = forwarder.direct
        admission, live = self.admission, len(self._sessions)
        if admission.asks and not admission.lets_in(client[0], live=live):
            # Closed at once rather than left in the backlog: a client that is told can try
            # elsewhere, one that is left waiting sees a program that hangs.
            self.ledger.rejected += 1
            reset_on_close(sock)
            sock.close()
            if spare is not None and direct is not None:
                self.spares.give_back(direct[0], spare)
            return
        receiver = Receiver(self, sock, client, self.new_id())
        self.began(receiver)
        if self._introduces:
            receiver.introduce(header(self.mapping.proxy_protocol, client, sock.getsockname()))
        if spare is not None and direct is not None:
            self._connect(receiver, spare, direct[1])
        else:
            self._dial(receiver, forwarder.offset)

    def began(self, session: Receiver | Session) -> None:
        """Book a session that begins."""
        self.ledger.accepted += 1
        self.adopted(session)
        if not self.services.ticking:
            self.services.start_ticking()

    def new_id(self) -> int:
        """The id of the next session."""
        self._newest = next(self._ids)
        return self._newest

    def adopted(self, session: Receiver | Session) -> None:
        """Take over a session that the fast path began, and has booked as accepted."""
        self._sessions[session.session_id] = session
        self._rounds.join(session)

    def _connect(
        self, receiver: Receiver, sock: socket.SocketType, address: tuple[str, int]
    ) -> None:
        """Connect to the only address there is, and let bytes flow before the answer is in."""
        sender = Sender(self, sock, address, proven=False)
        receiver.join(sender)
        try:
            before_connect(sock, address[0])
            number = sock.connect_ex(address)
            if number and number not in IN_PROGRESS:
                raise socket_error(number)
            if receiver.backlog is None:
                receiver.want(receiver.input)
                sender.want(sender.input)
            else:
                receiver.settle()
                sender.settle()
        except OSError as error:
            self.connect_failed(receiver, address, error)
        except PollerFullError:
            self.poller_full(receiver)

    def _dial(self, receiver: Receiver, offset: int) -> None:
        endpoints = [(target, target.port_at(offset)) for target in self.targets.in_order()]
        call = Call(self, receiver)
        mapping = self.mapping
        dialer = Dialer(call, endpoints, mapping.connect_timeout, mapping.source_address)
        try:
            receiver.wait_for_peer(dialer.give_up)
        except PollerFullError:
            receiver.dialing = None
            self.poller_full(receiver)
            return
        dialer.start()

    def poller_full(self, receiver: Receiver) -> None:
        """The system watches no more sockets; this client has to go."""
        self.standing.accepting_paused()
        few = not self.loop.scales
        self.turn_away(receiver, no_descriptors(self.mapping.title, few=few))

    def connect_failed(self, receiver: Receiver, address: tuple[str, int], error: OSError) -> None:
        """The only target there is could not be reached."""
        trouble = connect_trouble(error, format_address(*address))
        target = self.mapping.target
        ports = target.ports
        if address[0] == target.host and ports.first <= address[1] <= ports.last:
            self.target_failed(target, trouble)  # else an edit has chosen another one meanwhile
        self.turn_away(receiver, trouble)

    def turn_away(self, receiver: Receiver, trouble: Trouble) -> None:
        """Close a client at once, who then knows that nobody answers; count and report it."""
        self.not_reached(receiver, trouble)
        receiver.end_session(reset=True)

    def not_reached(self, session: Receiver | Session, trouble: Trouble) -> None:
        """Count and report a client whose target does not answer."""
        self.ledger.failed += 1
        self._failures.add(session.client_address, trouble)

    def target_failed(self, endpoint: Endpoint, trouble: Trouble) -> None:
        """Remember that a target is in trouble."""
        self.gather()  # they began before this, and shall be known as older
        self._newest_at_failure = self._newest
        self.targets.failed(endpoint, trouble)
        self.update_status()

    def target_reached(self, endpoint: Endpoint) -> None:
        """A target answers, whatever was wrong with it before."""
        if self.targets.trouble is not None:
            self.targets.reached(endpoint)
            self.update_status()

    def ended(self, receiver: Receiver, bytes_down: int) -> None:
        """Book a connection that has closed."""
        if not self.booked(receiver, receiver.payload, bytes_down):
            return
        if self.standing.in_trouble and (bytes_down or receiver.payload):
            self.it_works(receiver)

    def booked(self, session: Receiver | Session, bytes_up: int, bytes_down: int) -> bool:
        """Take a session that ends into the account, once; false if it had been before."""
        if self._sessions.pop(session.session_id, None) is None:
            return False
        self._rounds.leave(session)
        self.ledger.bytes_up += bytes_up
        self.ledger.bytes_down += bytes_down
        return True

    def it_works(self, receiver: Receiver) -> None:
        """Bytes flow: whatever was wrong with the only target is over, if this session is newer."""
        # Told by the ids, not by a clock: that of Windows stands still for 16 ms at a time.
        newer = receiver.session_id > self._newest_at_failure
        if newer and not self.mapping.more_targets:
            self.targets.reached()
            self.update_status()

    # -- what fronts see ------------------------------------------------------------------------

    def update_status(self) -> None:
        """Something has changed that the status or the way of clients may depend on."""
        self.routing.judge()
        self.standing.update()

    def numbers(self) -> MappingNumbers:
        """The mapping's counters now. Who has no objects gets none: a front asks each second."""
        fast, young, up, down = self.services.fast, *self.udp.numbers()
        if fast is not None and self.account >= 0:
            fast.collect(self.account)
            sessions, bytes_up, bytes_down = fast.young(self.account)
            young, up, down = young + sessions, up + bytes_up, down + bytes_down
        for session in self._sessions.values():
            if isinstance(session, Receiver):
                session.look()
                up += session.payload
                if session.attached:
                    down += session.sender.count
            else:
                session.look()
                up += session.up
                down += session.down
        live = len(self._sessions) + young
        return self.ledger.numbers(live, up, down, self.udp.not_read())

    def connections(self, now: float, most: int = 0) -> tuple[ConnectionNumbers, ...]:
        """Every live session's numbers, or of those that carried most."""
        sessions: Iterable[Receiver | Session] = self.sessions.values()
        if 0 < most < len(self._sessions):
            # To tell all of 10,000 takes 20 ms, in which no byte moves; to choose, 3 ms.
            sessions = heapq.nlargest(most, sessions, key=lambda session: session.carried())
        return tuple(session.numbers(now) for session in sessions)


def _differ(one: Mapping, other: Mapping, fields: tuple[str, ...]) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in fields)
