"""What goes wrong with datagrams: nobody there, too big, no room; and everything else goes on."""

from __future__ import annotations

import errno
import select
import socket
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Target
from core.engine import resolver
from core.engine.events import ConnectionsFailed
from core.engine.reactor.poller import READ
from core.engine.sockets import has_ipv6
from core.engine.status import State, TroubleKind
from core.engine.udp import (
    batch,
    batched_listener,
    batched_session,
    half,
    listener,
    segments,
    session,
)
from core.engine.udp.sockets import LINUX, session_socket
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.udp.peers import Echo, free_udp_port, talk_to, udp
from tests.support import eventually

if TYPE_CHECKING:
    from core.engine.snapshot import Drops

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
tells = pytest.mark.skipif(not LINUX, reason="a closed port is told by ICMP, which Wine does not")
needs_batches = pytest.mark.skipif(not batch.AVAILABLE, reason="this system has no such calls")


def _asks(client: socket.socket, question: bytes = b"?") -> bool:
    client.settimeout(0.3)
    client.send(question)
    try:
        return client.recv(1 << 16).lower() == question
    except TimeoutError:
        return False


def _drops(relaying: Relaying, mapping_id: str) -> Drops:
    return relaying.snapshot().mappings[mapping_id].drops


@tells
def test_a_closed_target_port_shows_and_ends_neither_session_nor_listener(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "HEALED", 0.2)
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    with talk_to(relaying.listen(mapping)) as client:
        client.send(b"anybody?")
        trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.TARGET_REFUSED
        assert str(trouble.reason) == f"Nobody listens on UDP 127.0.0.1:{port}."
        relaying.wait_for(ConnectionsFailed, lambda event: event.mapping_id == mapping.id)
        (before,) = relaying.snapshot(mapping.id).connections
        with Echo(port=port):
            assert eventually(lambda: _asks(client))
            (after,) = relaying.snapshot(mapping.id).connections
            assert after.connection_id == before.connection_id
            assert relaying.wait_for_state(mapping, State.LISTENING).trouble is None


@tells
def test_nothing_is_lost_to_the_news_of_an_earlier_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error waiting in the socket is told by the next send, which then sends nothing."""
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    with Stepping(monkeypatch) as engine, talk_to(engine.listen(mapping)) as client:
        (listening,) = engine.runner(mapping).listeners.open  # type: ignore[union-attr]
        for turn in range(3):
            client.send(b"nobody hears %d" % turn)
            listening.handler()(READ)
            (one,) = engine.runner(mapping).udp.sessions
            assert select.select([one.sock], [], [], 10)[0], "the news is here"
            with udp(port=port) as target:
                client.send(b"somebody does")
                listening.handler()(READ)
                assert target.recv(100) == b"somebody does"


@tells
def test_a_silent_target_heals_when_it_no_longer_refuses(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "HEALED", 0.2)
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    with talk_to(relaying.listen(mapping)) as client:
        client.send(b"a line for a log")
        relaying.wait_for_state(mapping, State.DEGRADED)
        with udp(port=port):

            def recovered() -> bool:
                client.send(b"another")
                return relaying.status(mapping).trouble is None

            assert eventually(recovered)


@tells
@needs_ipv6
def test_localhost_means_both_loopbacks(relaying: Relaying) -> None:
    """The first datagram is said again to the next address, as a connection would be tried."""
    with Echo("::1") as target:
        mapping = mapping_to(target.port, protocol="udp", target_host="localhost")
        with talk_to(relaying.listen(mapping)) as client:
            client.send(b"once")
            assert client.recv(100) == b"once"
            assert relaying.status(mapping).state == State.LISTENING


@tells
def test_every_address_of_a_name_is_tried(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ("127.0.0.2", "127.0.0.3", "127.0.0.1"))
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp", target_host="several.test")
        with talk_to(relaying.listen(mapping)) as client:
            client.send(b"once")
            assert client.recv(100) == b"once"


@tells
def test_the_next_target_takes_over_when_one_is_gone(relaying: Relaying) -> None:
    with Echo(answer=bytes.upper) as second:
        first = Echo()
        mapping = mapping_to(
            first.port,
            protocol="udp",
            more_targets=(Target("127.0.0.1", PortRange.single(second.port)),),
        )
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            with first:
                client.send(b"which")
                assert client.recv(100) == b"which"
            answers = []

            def taken_over() -> bool:
                client.settimeout(0.3)
                client.send(b"which")
                try:
                    answers.append(client.recv(100))
                except TimeoutError:
                    return False
                return answers[-1] == b"WHICH"

            assert eventually(taken_over)
            trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
            assert trouble is not None
            assert str(first.port) in trouble.address
        with talk_to(port) as newcomer:  # the one that is gone rests now
            newcomer.send(b"which")
            assert newcomer.recv(100) == b"WHICH"


def test_targets_take_turns(relaying: Relaying) -> None:
    with Echo() as first, Echo(answer=bytes.upper) as second:
        mapping = mapping_to(
            first.port,
            protocol="udp",
            policy="round-robin",
            more_targets=(Target("127.0.0.1", PortRange.single(second.port)),),
        )
        port = relaying.listen(mapping)
        answers = []
        for _ in range(4):
            with talk_to(port) as client:
                client.send(b"which")
                answers.append(client.recv(100))
        assert answers == [b"which", b"WHICH"] * 2


class Names:
    """A name server under the test's control."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, ...]) -> None:
        self.answer = answer
        self.asked = 0
        monkeypatch.setattr(resolver, "look_up", self._look_up)

    def _look_up(self, host: str) -> tuple[str, ...]:
        self.asked += 1
        if not self.answer:
            raise socket.gaierror(socket.EAI_NONAME, f"no {host}")
        return self.answer


def test_a_name_is_looked_up_for_each_session(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolver, "CACHE_SECONDS", 0.0)
    names = Names(monkeypatch, ("127.0.0.1",))
    with Echo() as one, Echo("127.0.0.2", one.port, bytes.upper):
        mapping = mapping_to(one.port, protocol="udp", target_host="moving.test")
        port = relaying.listen(mapping)
        with talk_to(port) as client, talk_to(port) as later:
            for question in (b"held while it is looked up", b"this too"):
                client.send(question)
            assert client.recv(100) == b"held while it is looked up"
            assert client.recv(100) == b"this too"
            names.answer = ("127.0.0.2",)
            later.send(b"who")
            assert later.recv(100) == b"WHO"


@tells
@pytest.mark.parametrize("way", ["refused", "silent"])
def test_a_session_follows_a_name_that_moves(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A WireGuard client keeps its port for months; its session must not keep a dead address."""
    monkeypatch.setattr(session, "UNANSWERED", 0.1)
    names = Names(monkeypatch, ("127.0.0.1",))
    with Echo("127.0.0.2", answer=bytes.upper) as new:
        old = udp("127.0.0.1", new.port)
        mapping = mapping_to(new.port, protocol="udp", target_host="moving.test")
        try:
            with talk_to(relaying.listen(mapping)) as client:
                client.send(b"hello")
                assert old.recv(100) == b"hello"
                if way == "refused":
                    old.close()
                names.answer = ("127.0.0.2",)
                assert eventually(lambda: _asks(client, b"are you there"))
                assert relaying.snapshot().mappings[mapping.id].accepted == 1
        finally:
            old.close()


def test_a_name_that_is_not_found_is_said_and_found_later(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch, ())
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp", target_host="nowhere.test")
        with talk_to(relaying.listen(mapping)) as client:
            client.send(b"?")
            trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
            assert trouble is not None
            assert trouble.kind == TroubleKind.NAME_NOT_FOUND
            assert _drops(relaying, mapping.id).unreachable == 1
            names.answer = ("127.0.0.1",)
            assert eventually(lambda: _asks(client))
            relaying.wait_for_state(mapping, State.LISTENING)


@needs_ipv6
def test_a_datagram_too_big_for_the_other_side_is_dropped_and_counted(relaying: Relaying) -> None:
    """IPv6 carries 20 bytes more than IPv4."""
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp", listen_host="::1")
        with talk_to(relaying.listen(mapping), "::1") as client:
            assert _asks(client)
            client.send(bytes(65_520))
            assert _asks(client)
            assert _drops(relaying, mapping.id).too_big == 1


class Refusing:
    """A socket whose sends fail with these errors, and then no more."""

    def __init__(self, sock: Any, errors: list[int]) -> None:
        self._sock, self._errors = sock, errors

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def send(self, data: memoryview) -> int:
        if self._errors:
            raise OSError(self._errors.pop(), "no")
        return int(self._sock.send(data))


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOBUFS])
def test_a_full_send_buffer_drops_and_counts(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    whole, push, refusals = session_socket, batch.push, [number, number]
    monkeypatch.setattr(half, "session_socket", lambda family: Refusing(whole(family), refusals))
    if push is not None:  # which does not ask the object
        monkeypatch.setattr(
            batch, "push", lambda fd, at: -refusals.pop() if refusals else push(fd, at)
        )
    if relaying.engine._services.fast is not None:  # nor does this, for sessions that are lent
        monkeypatch.setattr(batched_session.BatchedSession, "settle", lambda self: None)
        monkeypatch.setattr(batched_listener.BatchedListener, "welcome", lambda self, plain: None)
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        with talk_to(relaying.listen(mapping)) as client:
            assert not _asks(client)
            assert not _asks(client)
            assert _asks(client)
            assert _drops(relaying, mapping.id).no_room == 2


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ECONNRESET, "unreachable"),
        (errno.EMSGSIZE, "too_big"),
        (errno.ENETRESET, "unreachable"),
    ],
)
def test_what_windows_says_on_reading_does_not_end_a_listener(
    monkeypatch: pytest.MonkeyPatch, number: int, cause: str
) -> None:
    """10054: a client's port has closed. 10040: a datagram did not fit into the buffer."""

    class Complaining:
        def __init__(self, sock: socket.SocketType) -> None:
            self._sock, self._times = sock, 2

        def __getattr__(self, name: str) -> Any:
            return getattr(self._sock, name)

        def recvfrom_into(self, buffer: memoryview) -> Any:
            if self._times:
                self._times -= 1
                raise OSError(number, "as Windows says")
            return self._sock.recvfrom_into(buffer)

    monkeypatch.setattr(batch, "AVAILABLE", False)
    begin = listener.Listener.__init__

    def begin_complaining(self: listener.Listener, *arguments: Any) -> None:
        begin(self, *arguments)
        self.sock = Complaining(self.sock)  # type: ignore[assignment]

    monkeypatch.setattr(listener.Listener, "__init__", begin_complaining)
    with Relaying() as relaying, Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        with talk_to(relaying.listen(mapping)) as client:
            assert eventually(lambda: _asks(client))
            assert getattr(_drops(relaying, mapping.id), cause) == 2


def test_a_fault_of_ours_neither_ends_the_listener_nor_spins(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit, faults = half.UdpHalf.admit, [RuntimeError("one"), RuntimeError("two")]

    def failing(self: half.UdpHalf, *arguments: Any) -> Any:
        if faults:
            raise faults.pop()
        return admit(self, *arguments)

    monkeypatch.setattr(half.UdpHalf, "admit", failing)
    monkeypatch.setattr(batched_listener.BatchedListener, "welcome", lambda self, plain: None)
    relaying.faults_expected = 2
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        with talk_to(relaying.listen(mapping)) as client:
            assert eventually(lambda: _asks(client))


@needs_batches
def test_segments_that_cannot_be_sent_go_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def cannot(*arguments: object, **_: object) -> None:
        tried.append(arguments)
        raise segments.SegmentsError(errno.EINVAL, "bigger than the path takes")

    for module in (batched_listener, batched_session):
        monkeypatch.setattr(module, "send_segments", cannot)
    with Relaying() as relaying, Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        with talk_to(relaying.listen(mapping)) as client:
            for _ in range(20):
                for i in range(40):
                    client.send(bytes([i]) * 1000)
                assert [client.recv(2000) for _ in range(40)] == [
                    bytes([i]) * 1000 for i in range(40)
                ]
        assert len(tried) == 1, "it is not tried again for this session"


@needs_batches
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_bulk_both_ways_in_one_piece_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch, host: str, limit: int
) -> None:
    """Runs from a client and answers as runs, coalesced by the system on the way."""
    monkeypatch.setattr(batched_session, "BULK_BYTES_A_SECOND", -1)
    run = [bytes([i]) * 1200 for i in range(40)] + [b"the short one at the end"]
    with Relaying() as relaying, udp() as target:
        mapping = mapping_to(
            target.getsockname()[1], protocol="udp", listen_host=host, limit_down=limit
        )  # fmt: skip
        with talk_to(relaying.listen(mapping)) as client:
            for turn in range(12):
                segments.send_segments(client, [memoryview(b"".join(run))], 1200)
                heard = [target.recvfrom(2000) for _ in run]
                assert [data for data, _ in heard] == run, turn
                answers = [memoryview(b"".join(run))]
                segments.send_segments(target, answers, 1200, address=heard[0][1])
                assert [client.recv(2000) for _ in run] == run, turn
                if turn == 4:  # by now a tick may have made it bulk; be sure for the rest
                    assert eventually(lambda: _is_bulk(relaying, mapping.id))
                if turn == 8:
                    relaying.set(edited(mapping, limit_down=1 << 29))
            monkeypatch.setattr(batched_session, "BULK_BYTES_A_SECOND", 1 << 40)

            def is_ordinary_again() -> bool:
                target.sendto(b"few", heard[0][1])
                assert client.recv(10) == b"few"
                return not _is_bulk(relaying, mapping.id)

            assert eventually(is_ordinary_again)
            numbers = relaying.snapshot().mappings[mapping.id]
            assert numbers.bytes_up == 12 * len(b"".join(run)) < numbers.bytes_down
            assert numbers.drops.total == 0


def _is_bulk(relaying: Relaying, mapping_id: str) -> bool:
    runner = relaying.engine._services.runners[mapping_id]
    return all(
        isinstance(one, batched_session.BatchedSession) and one.coalescing
        for one in list(runner.sessions.values())
    )
