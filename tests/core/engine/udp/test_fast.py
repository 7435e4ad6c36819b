"""Datagrams on the fast path: who is lent to it, and that nobody can tell but by the time."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import sys
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.engine.bucket import Bucket
from core.engine.commands import CloseConnection, SetMappings, Shutdown
from core.engine.sockets import has_ipv6
from core.engine.status import State
from core.engine.udp import batched_listener, batched_session, half
from core.engine.udp.batched_session import BatchedSession
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.udp.flows import converse, hears, hears_from, listener_of
from tests.core.engine.udp.peers import free_udp_port, talk_to, udp
from tests.support import port_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from core.config.mapping import Mapping
    from core.engine.udp.batched_listener import BatchedListener

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a fast path")
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


def known(engine: Stepping, mapping: Mapping) -> list[BatchedSession]:
    sessions = engine.runner(mapping).udp.sessions
    return [session for session in sessions if isinstance(session, BatchedSession)]


def is_lent(session: BatchedSession) -> bool:
    return session.lent


def asks(session: BatchedSession) -> bool:
    return session.asked


def is_served(listener: BatchedListener) -> bool:
    return listener.served


def all_wait(engine: Stepping, sessions: Sequence[BatchedSession]) -> None:
    """Wait until each of them has something to read; the engine does nothing meanwhile."""
    waiting = [session.sock for session in sessions]
    while len(select.select(waiting, [], [], 10)[0]) < len(waiting):
        pass
    assert engine.faults == []


def wakes(engine: Stepping) -> int:
    """How many events Python had to handle in a few turns."""
    events = 0
    for _ in range(3):
        engine.turn(patience=0.02)
        events += engine.poller.answered
    return events


def test_a_plain_session_is_passed_on_without_python_and_counted(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"first")
        (session,) = known(engine, mapping)
        assert is_lent(session)
        for data in (b"second", b"", bytes(65_507)):
            client.send(data)
            assert wakes(engine) == 0
            heard, relay = target.recvfrom(1 << 16)
            target.sendto(heard, relay)
            assert wakes(engine) == 0
            assert client.recv(1 << 16) == data
        numbers = engine.runner(mapping).numbers()
        assert (numbers.bytes_up, numbers.bytes_down) == (65_518, 65_518)
        assert (numbers.connections, numbers.accepted) == (1, 1)
        assert session.empty == 2
        assert not asks(session)
        client.send(b"and again?")
        hears(engine, target)
        session.look()
        assert asks(session)
        assert session.up == 65_528
        (shown,) = engine.runner(mapping).connections(engine.now)
        assert (shown.bytes_up, shown.bytes_down) == (65_528, 65_518)


def test_nothing_is_lost_or_overtaken_when_a_session_goes_back_and_forth(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bucket, "takes", lambda self, size: True)
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"first")
        (session,) = known(engine, mapping)
        relay = session.sock.getsockname()
        said, answered = 0, 0
        for turn in range(12):
            for _ in range(5):
                client.send(b"%d" % said)
                target.sendto(b"answer %d" % answered, relay)
                said, answered = said + 1, answered + 1
            engine.turn()  # each passes some of it on, and may leave some to the next
            limit = (1 << 30) * (turn % 2)
            engine.submit(SetMappings((edited(mapping, limit_up=limit, limit_down=limit),)))
            assert is_lent(session) == (not limit)
        assert hears(engine, target, said) == [b"%d" % i for i in range(said)]
        assert hears(engine, client, answered) == [b"answer %d" % i for i in range(answered)]
        numbers = engine.runner(mapping).numbers()
        assert numbers.bytes_up == 5 + sum(len(b"%d" % i) for i in range(said))
        assert numbers.accepted == 1
        assert numbers.drops.total == 0


@pytest.mark.parametrize("limit", ["limit_up", "limit_down"])
def test_a_session_under_a_limit_is_not_lent(
    engine: Stepping, target: socket.socket, limit: str
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp", **{limit: 1 << 30})
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"first")
        converse(engine, client, target, b"second")
        (session,) = known(engine, mapping)
        assert not is_lent(session)


def test_a_closed_target_port_shows_and_the_session_is_lent_again(engine: Stepping) -> None:
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        with udp(port=port) as target:
            converse(engine, client, target, b"first")
        (session,) = known(engine, mapping)
        client.send(b"anybody?")
        engine.until(lambda: engine.status(mapping).state == State.DEGRADED)
        assert known(engine, mapping) == [session]
        assert is_lent(session)
        with udp(port=port) as target:
            converse(engine, client, target, b"there you are")
            engine.wait(2.0)
            assert engine.status(mapping).state == State.LISTENING
        assert engine.runner(mapping).ledger.accepted == 1


def test_nothing_is_lost_to_the_news_of_an_earlier_refusal(engine: Stepping) -> None:
    """The first of a batch brings it, and goes on after all, before those that came later."""
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    listening = engine.listen(mapping)
    with talk_to(listening) as client, talk_to(listening) as other:
        with udp(port=port) as target:
            converse(engine, client, target, b"first")
            converse(engine, other, target, b"other")
        (session, _) = known(engine, mapping)
        # Out of the fast path's sight, so that the news wait in the socket for its next send.
        session.sock.send(b"nobody hears this")
        assert select.select([session.sock], [], [], 10)[0]
        with udp(port=port) as target:
            said = [b"%d" % i for i in range(6)]
            for data in said:
                client.send(data)
                other.send(b"beside " + data)
            engine.loop.poller.unregister(session.fd)
            engine.turn()
            engine.loop.poller.register(session.fd, 1)
            heard = hears(engine, target, 12)
            assert [data for data in heard if b" " not in data] == said
            assert [data for data in heard if b" " in data] == [b"beside " + data for data in said]
        numbers = engine.runner(mapping).numbers()
        assert numbers.bytes_up == 5 + 5 + 6 + 6 * 8
        assert numbers.drops.total == 0


def test_the_table_grows_and_shrinks_and_finds_everybody(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with contextlib.ExitStack() as opened:
        clients = [opened.enter_context(talk_to(port)) for _ in range(700)]
        for client in clients:
            client.send(b"hello")
            hears(engine, target)
        sessions = known(engine, mapping)
        assert len(sessions) == 700
        for _ in range(3):
            for session in sessions[::3]:
                engine.engine.submit(CloseConnection(session.session_id))
            engine.turn(2)
            sessions = known(engine, mapping)
            assert all(session.lent for session in sessions)
            by_port = {int(session.client[1]) for session in sessions}
            before = engine.runner(mapping).ledger.accepted
            for client in clients:
                if port_of(client) in by_port:
                    converse(engine, client, target, b"%d" % port_of(client))
            assert engine.runner(mapping).ledger.accepted == before, "somebody was not found"
        assert len(sessions) == 206


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_many_clients_of_each_family_are_told_apart(
    engine: Stepping, target: socket.socket, host: str
) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    mapping = mapping_to(port_of(target), protocol="udp", listen_host=host)
    port = engine.listen(mapping)
    spoken_to = {"0.0.0.0": ["127.0.0.1", "127.0.0.7"], "::": ["::1", "127.0.0.7"]}.get(
        host, [host]
    )
    with contextlib.ExitStack() as opened:
        clients = [
            opened.enter_context(talk_to(port, spoken_to[i % len(spoken_to)])) for i in range(70)
        ]
        for turn in range(2):
            for i, client in enumerate(clients):
                client.send(b"%d of %d" % (turn, i))
            heard = hears_from(engine, target, len(clients))
            if turn:
                engine.turn(3)
                all_here = known(engine, mapping)
                for data, relay in heard:
                    target.sendto(data, relay)
                all_wait(engine, all_here)
                engine.turn()  # more of them than one system call sends
                for i, client in enumerate(clients):
                    assert select.select([client], [], [], 0)[0], "one turn passes all on"
                    assert client.recv(100) == b"%d of %d" % (turn, i)
        assert len(known(engine, mapping)) == 70
        assert all(session.lent for session in known(engine, mapping))


def test_one_client_speaking_to_two_of_our_addresses_has_two_flows(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp", listen_host="0.0.0.0")
    port = engine.listen(mapping)
    with udp() as client:
        for turn in range(2):
            for host in ("127.0.0.1", "127.0.0.2"):
                client.sendto(b"%d" % turn + host.encode(), (host, port))
                ((data, relay),) = hears_from(engine, target, 1)
                target.sendto(data, relay)
                assert hears_from(engine, client, 1) == [(data, (host, port))]
        assert len(known(engine, mapping)) == 2


def test_big_answers_of_many_leave_whole(engine: Stepping, target: socket.socket) -> None:
    """More in one turn than there is memory for at once, beside a client that says much."""
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with contextlib.ExitStack() as opened:
        clients = [opened.enter_context(talk_to(port)) for _ in range(9)]
        relays = []
        for client in clients:
            client.send(b"?")
            relays += [relay for _, relay in hears_from(engine, target, 1)]
        answers = [os.urandom(60_000 + i) for i in range(9)]
        for answer, relay in zip(answers, relays, strict=True):
            target.sendto(answer, relay)
        all_wait(engine, known(engine, mapping))
        for client in clients:
            client.send(bytes(65_000))
        engine.turn()
        assert [client.recv(1 << 16) for client in clients] == answers
        assert hears(engine, target, 9) == [bytes(65_000)] * 9


def test_answers_of_two_mappings_leave_each_by_its_own(
    engine: Stepping, target: socket.socket
) -> None:
    one, other = (mapping_to(port_of(target), protocol="udp") for _ in range(2))
    ports = [engine.listen(one, other), listener_of(engine, other).port]
    with contextlib.ExitStack() as opened:
        clients = [opened.enter_context(talk_to(ports[i % 2])) for i in range(10)]
        for _ in range(2):
            for i, client in enumerate(clients):
                client.send(b"%d" % i)
            heard = hears_from(engine, target, 10)
            for data, relay in heard:
                target.sendto(data, relay)
            assert [hears(engine, client) for client in clients] == [[b"%d" % i] for i in range(10)]
    assert [engine.runner(each).numbers().bytes_down for each in (one, other)] == [10, 10]


@needs_ipv6
def test_an_answer_too_big_for_the_client_is_counted_and_the_others_leave(
    engine: Stepping,
) -> None:
    """IPv6 carries 20 bytes more than IPv4."""
    with udp("::1") as target:
        mapping = mapping_to(port_of(target), protocol="udp", target_host="::1")
        port = engine.listen(mapping)
        with talk_to(port) as one, talk_to(port) as two, talk_to(port) as three:
            relays = []
            for client in (one, two, three):
                client.send(b"?")
                relays += [relay for _, relay in hears_from(engine, target, 1)]
            for i, relay in enumerate(relays):
                target.sendto(bytes(65_520) if i < 2 else b"small", relay)
            all_wait(engine, known(engine, mapping))
            assert hears(engine, three) == [b"small"]
            assert engine.runner(mapping).numbers().drops.too_big == 2
            target.sendto(b"now", relays[0])
            assert hears(engine, one) == [b"now"]
            assert all(session.lent for session in known(engine, mapping))


@needs_ipv6
def test_a_datagram_too_big_for_the_target_is_counted_and_the_session_lent_again(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp", listen_host="::1")
    with talk_to(engine.listen(mapping), "::1") as client:
        converse(engine, client, target, b"first")
        client.send(bytes(65_520))
        client.send(b"behind it")
        assert hears(engine, target) == [b"behind it"]
        numbers = engine.runner(mapping).numbers()
        assert (numbers.drops.too_big, numbers.bytes_up) == (1, 14)
        (session,) = known(engine, mapping)
        assert is_lent(session)


def test_a_session_that_makes_room_while_its_own_news_wait(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newcomer is heard of first, and has it ended."""
    monkeypatch.setattr(half, "MOST_SESSIONS", 1)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port) as old, talk_to(port) as new:
        old.send(b"once")
        hears(engine, target)
        (session,) = known(engine, mapping)
        listener = listener_of(engine, mapping)
        new.send(b"me")
        assert select.select([listener.sock], [], [], 10)[0]
        # Its target's port closes, and says so while the newcomer's datagram waits.
        refusing = free_udp_port()
        session.sock.connect(("127.0.0.1", refusing))
        session.sock.send(b"nobody hears this")
        assert select.select([session.sock], [], [], 10)[0]
        assert hears(engine, target) == [b"me"]
        assert engine.runner(mapping).numbers().evicted == 1
        assert engine.runner(mapping).numbers().failed == 0
        assert session.fd == -1
        engine.turn(2)
        (other,) = known(engine, mapping)
        assert other is not session
        assert other.lent


def test_bulk_is_read_in_one_piece_by_python_and_the_rest_comes_back(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batched_listener, "SINGLES_TO_PART", 5)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port) as client, talk_to(port) as other:
        converse(engine, client, target, b"first")
        converse(engine, other, target, b"other")
        listener = listener_of(engine, mapping)
        assert is_served(listener)
        run = [bytes([i]) * 500 for i in range(40)]
        for data in run:
            client.send(data)
        assert hears(engine, target, 40) == run
        engine.turn(2)
        assert not is_served(listener)
        assert listener.coalescing
        assert not any(session.lent for session in known(engine, mapping))
        for data in run:
            client.send(data)
        assert hears(engine, target, 40) == run
        for i in range(20):
            converse(engine, other, target, b"%d" % i)
        assert is_served(listener)
        assert all(session.lent for session in known(engine, mapping))
        converse(engine, client, target, b"few")
        assert engine.runner(mapping).numbers().bytes_up == 2 * 40 * 500 + 5 + 5 + 30 + 3
        assert engine.runner(mapping).numbers().drops.total == 0


def test_a_session_of_bulky_answers_is_pythons_as_long_as_they_come(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"first")
        (session,) = known(engine, mapping)
        monkeypatch.setattr(batched_session, "BULK_BYTES_A_SECOND", -1)
        engine.wait(2.0)
        assert not is_lent(session)
        converse(engine, client, target, b"second")
        monkeypatch.setattr(batched_session, "BULK_BYTES_A_SECOND", 1 << 40)
        converse(engine, client, target, b"third")
        engine.wait(10.0)
        converse(engine, client, target, b"fourth")
        assert is_lent(session)
        converse(engine, client, target, b"fifth")
        numbers = engine.runner(mapping).numbers()
        assert numbers.bytes_up == numbers.bytes_down == len("firstsecondthirdfourthfifth")


def test_an_edit_of_the_target_ends_what_was_lent(engine: Stepping, target: socket.socket) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client, udp() as other:
        converse(engine, client, target, b"first")
        engine.submit(
            SetMappings((edited(mapping, target_ports=PortRange.single(port_of(other))),))
        )
        assert known(engine, mapping) == []
        converse(engine, client, other, b"second")
        numbers = engine.runner(mapping).numbers()
        assert (numbers.bytes_up, numbers.bytes_down, numbers.accepted) == (11, 11, 2)


def test_a_mapping_that_goes_takes_all_along(engine: Stepping, target: socket.socket) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(3):
        port = engine.listen(mapping)
        with contextlib.ExitStack() as opened:
            for _ in range(10):
                converse(engine, opened.enter_context(talk_to(port)), target, b"hello")
            assert all(session.lent for session in known(engine, mapping))
            for relay in [session.sock.getsockname() for session in known(engine, mapping)]:
                target.sendto(b"waits when it ends", relay)
            engine.submit(SetMappings(()))
            engine.turn(2)
        udp(port=port).close()
    assert len(os.listdir("/proc/self/fd")) == descriptors  # noqa: PTH208
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, BatchedSession)]


def test_what_is_still_lent_at_the_end_is_let_go(
    monkeypatch: pytest.MonkeyPatch, target: socket.socket
) -> None:
    take_fast_path(monkeypatch)
    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    engine = Stepping(monkeypatch)
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"hello")
    engine.loop.close()
    engine.services.close()
    assert engine.faults == []
    del engine
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == descriptors  # noqa: PTH208
    assert not [one for one in gc.get_objects() if isinstance(one, BatchedSession)]


def test_draining_lets_answers_out_although_nobody_is_let_in(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port) as client, talk_to(port) as late:
        converse(engine, client, target, b"first")
        client.send(b"question")
        ((_, relay),) = hears_from(engine, target, 1)
        engine.submit(Shutdown(10.0))
        (session,) = known(engine, mapping)
        assert is_lent(session)
        late.send(b"me too")
        engine.turn(3)
        target.sendto(b"answer", relay)
        assert hears(engine, client) == [b"answer"]
        assert not select.select([target], [], [], 0)[0]
        engine.wait(0.2, step=0.1)
        assert known(engine, mapping) == []
