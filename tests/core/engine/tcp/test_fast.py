"""The fast path: which sessions it relays, and that nobody can tell but by the time it takes."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from core.engine import engine as engine_module
from core.engine.commands import CloseConnection, SetMappings
from core.engine.reactor.loop import BUFFER_SIZE
from core.engine.status import State, TroubleKind
from core.engine.tcp import fast
from core.engine.tcp import receiver as receiver_module
from core.engine.tcp.receiver import Receiver
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.test_connecting import silent
from tests.support import (
    connect,
    listen,
    port_of,
    read_all,
    reset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config.mapping import Mapping

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a fast path")


@pytest.fixture
def target() -> Iterator[socket.socket]:
    with listen() as target:
        yield target


def known(engine: Stepping, mapping: Mapping) -> list[Receiver]:
    """The sessions that the slow path has objects for; unlike others who look, this makes none."""
    found = engine.runner(mapping)._sessions.values()
    return [session for session in found if isinstance(session, Receiver)]


def is_lent(session: Receiver) -> bool:
    return session.lent


def pair(engine: Stepping, port: int, target: socket.socket) -> tuple[socket.socket, socket.socket]:
    """A client, and what the target accepted for it."""
    target.setblocking(False)
    client = connect(port)
    met: list[socket.socket] = []

    def is_here() -> bool:
        try:
            met.append(target.accept()[0])
        except BlockingIOError:
            return False
        return True

    engine.until(is_here)
    for sock in (client, met[0]):
        sock.settimeout(10)
    return client, met[0]


def passes(
    engine: Stepping, one: socket.socket, other: socket.socket, data: bytes, after: bytes = b""
) -> None:
    """What one says, the other hears, and perhaps first what one has said before."""
    one.sendall(data)
    data = after + data
    other.setblocking(False)
    heard = bytearray()

    def has_come() -> bool:
        try:
            heard.extend(other.recv(1 << 20))
        except BlockingIOError:
            return False
        return len(heard) == len(data)

    engine.until(has_come)
    assert heard == data
    other.settimeout(10)


def hears_the_end(engine: Stepping, end: socket.socket) -> None:
    end.setblocking(False)

    def has_come() -> bool:
        try:
            return end.recv(1) == b""
        except BlockingIOError:
            return False

    engine.until(has_come)
    end.settimeout(10)


def test_a_short_session_is_begun_carried_and_ended_without_an_object(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(fast, "Receiver", made.append)
    mapping = mapping_to(port_of(target))
    port = engine.listen(mapping)
    for _ in range(3):
        client, server = pair(engine, port, target)
        with client, server:
            passes(engine, client, server, b"question")
            client.shutdown(socket.SHUT_WR)
            hears_the_end(engine, server)
            passes(engine, server, client, b"a long answer")
            server.close()
            hears_the_end(engine, client)
    assert made == []
    numbers = engine.runner(mapping).numbers()
    assert (numbers.accepted, numbers.connections, numbers.failed) == (3, 0, 0)
    assert (numbers.bytes_up, numbers.bytes_down) == (3 * 8, 3 * 13)


def test_who_looks_sees_a_session_that_began_on_the_fast_path(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    port = engine.listen(mapping)
    client, server = pair(engine, port, target)
    with client, server:
        passes(engine, client, server, b"up")
        assert known(engine, mapping) == []
        (shown,) = engine.runner(mapping).connections(engine.now)
        assert shown.client == f"127.0.0.1:{port_of(client)}"
        assert shown.target == f"127.0.0.1:{port_of(target)}"
        assert (shown.bytes_up, shown.bytes_down, shown.state) == (2, 0, "open")
        passes(engine, server, client, b"down")
        (shown,) = engine.runner(mapping).connections(engine.now)
        assert (shown.bytes_up, shown.bytes_down) == (2, 4)
        engine.submit(CloseConnection(shown.connection_id))
        hears_the_end(engine, client)
        hears_the_end(engine, server)
    assert engine.runner(mapping).numbers().connections == 0


def test_who_only_counts_makes_no_object(engine: Stepping, target: socket.socket) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        passes(engine, client, server, b"up")
        passes(engine, server, client, b"down")
        numbers = engine.runner(mapping).numbers()
        assert (numbers.accepted, numbers.connections) == (1, 1)
        assert (numbers.bytes_up, numbers.bytes_down) == (2, 4)
        assert known(engine, mapping) == []
        engine.wait(1.5)
        assert len(known(engine, mapping)) == 1
        assert engine.runner(mapping).numbers() == numbers


def test_of_many_new_sessions_some_a_turn_are_taken_over_the_oldest_first(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "NEW_IN_ONE_TURN", 2)
    mappings = [mapping_to(port_of(target)) for _ in range(2)]
    first_port = engine.listen(*mappings)
    listeners = engine.runner(mappings[1]).listeners
    assert listeners is not None
    ports = [first_port, listeners.open[0].port]
    with contextlib.ExitStack() as ending:
        for port in (ports[0], ports[0], ports[0], ports[1], ports[1]):
            for sock in pair(engine, port, target):
                ending.enter_context(sock)
        engine.now += 1.5
        met = []
        for _ in range(6):
            engine.turn()
            met.append([len(known(engine, mapping)) for mapping in mappings])
        assert [step for step, _ in groupby(met) if any(step)] == [[0, 2], [2, 2], [3, 2]]
        ages = [session.opened for session in known(engine, mappings[0])]
        assert ages == sorted(ages)
        assert [engine.runner(mapping).numbers().connections for mapping in mappings] == [3, 2]


def test_new_sessions_that_are_too_many_for_one_look_wait_for_the_next(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "TURNS_TO_TAKE_OVER", 1)
    mapping = mapping_to(port_of(target))
    port = engine.listen(mapping)
    with contextlib.ExitStack() as ending:
        for _ in range(3):
            for sock in pair(engine, port, target):
                ending.enter_context(sock)
        met = []
        for room in (0, 2, 2):
            monkeypatch.setattr(engine_module, "NEW_IN_ONE_TURN", room)
            engine.wait(1.05, step=0.35)
            met.append(len(known(engine, mapping)))
        assert met == [0, 2, 3]


def test_a_half_closed_session_keeps_its_state_when_it_is_looked_at(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        passes(engine, client, server, b"question")
        client.shutdown(socket.SHUT_WR)
        hears_the_end(engine, server)
        (shown,) = engine.runner(mapping).connections(engine.now)
        assert shown.state == "client finished"
        passes(engine, server, client, b"answer")
        server.close()
        hears_the_end(engine, client)
    engine.until(lambda: not known(engine, mapping))


def test_a_session_that_lives_on_is_lent_to_the_fast_path_and_counted_there(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        for _ in range(3):
            passes(engine, client, server, b"ping")
            passes(engine, server, client, b"pong!")
            engine.wait(1.5)
        (session,) = known(engine, mapping)
        assert session.lent
        passes(engine, client, server, b"ping")
        numbers = engine.runner(mapping).numbers()
        assert (numbers.bytes_up, numbers.bytes_down) == (16, 15)
        assert session.lent
        client.close()
        hears_the_end(engine, server)
    engine.until(lambda: not known(engine, mapping))
    assert engine.runner(mapping).numbers().bytes_up == 16


def test_bulk_comes_back_to_be_spliced_and_goes_again_when_it_is_over(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "QUIET_BYTES_A_SECOND", 1000)
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    block = os.urandom(3 * BUFFER_SIZE)
    with client, server:
        for _ in range(4):
            passes(engine, client, server, block)
        (session,) = known(engine, mapping)
        assert not is_lent(session)
        engine.wait(1.5)
        for _ in range(2):
            passes(engine, client, server, b"ping")
            engine.wait(1.5)
        assert is_lent(session)
        assert session.pipe is None
        passes(engine, client, server, block)
        assert engine.runner(mapping).numbers().bytes_up == 5 * len(block) + 8


@pytest.mark.parametrize("age", ["young", "old"])
def test_a_limit_holds_at_once_for_sessions_on_the_fast_path(
    engine: Stepping, target: socket.socket, age: str
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        passes(engine, client, server, b"before")
        if age == "old":
            engine.wait(1.5)
            assert [session.lent for session in known(engine, mapping)] == [True]
        engine.submit(SetMappings((edited(mapping, limit_up=10_000),)))
        (session,) = known(engine, mapping)
        assert session.bucket is not None
        client.sendall(bytes(60_000))
        server.setblocking(False)
        heard = 0
        for _ in range(20):
            engine.turn()
            with contextlib.suppress(BlockingIOError):
                heard += len(server.recv(100_000))
        assert heard < 60_000
        engine.wait(3.0)
        assert not session.lent


@pytest.mark.parametrize(
    "change", [{"allow": ["192.0.2.0/24"]}, {"max_connections": 1}], ids=lambda c: next(iter(c))
)
def test_who_is_let_in_is_asked_again_once_there_is_a_rule(
    engine: Stepping, target: socket.socket, change: dict[str, object]
) -> None:
    mapping = mapping_to(port_of(target))
    port = engine.listen(mapping)
    client, server = pair(engine, port, target)
    with client, server:
        engine.submit(SetMappings((edited(mapping, **change),)))
        with connect(port) as stranger:
            stranger.setblocking(False)
            engine.until(lambda: engine.runner(mapping).ledger.rejected == 1)
        engine.submit(SetMappings((mapping,)))
        again, there = pair(engine, port, target)
        again.close()
        there.close()
    assert engine.runner(mapping).numbers().accepted == 2


def test_a_target_that_refuses_is_told_and_the_next_that_works_ends_the_trouble(
    engine: Stepping,
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
    port = engine.listen(mapping)
    with connect(port) as client:
        engine.until(lambda: engine.status(mapping).state == State.DEGRADED)
        client.settimeout(10)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with socket.create_server(("127.0.0.1", mapping.target.ports.first)) as target:
        client, server = pair(engine, port, target)
        with client, server:
            passes(engine, client, server, b"well")
            engine.wait(1.5)
            assert engine.status(mapping).state == State.LISTENING
        engine.until(lambda: engine.runner(mapping).numbers().connections == 0)
        client, server = pair(engine, port, target)
        with client, server:
            passes(engine, client, server, b"fast again")
            assert known(engine, mapping) == []


def test_a_reset_goes_through(engine: Stepping, target: socket.socket) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client:
        passes(engine, client, server, b"question")
        reset(server)
        client.setblocking(False)

        def is_reset() -> bool:
            try:
                client.recv(1)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            pytest.fail("an end, and no reset")

        engine.until(is_reset)
    assert engine.runner(mapping).numbers().connections == 0


def test_a_peer_that_takes_nothing_stops_the_reading_and_loses_nothing(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    said = os.urandom(32 << 20)
    with client, server:
        client.setblocking(False)
        server.setblocking(False)
        sent = 0
        while not known(engine, mapping):
            # No read fills the buffer, so that only the target's pace brings the session back.
            sent += client.send(said[sent : sent + 60_000])
            engine.turn()
        engine.turn(20)
        (session,) = engine.runner(mapping).receivers
        assert session.holding
        client.shutdown(socket.SHUT_WR)
        heard = bytearray()

        def all_is_here() -> bool:
            try:
                data = server.recv(1 << 20)
            except BlockingIOError:
                return False
            heard.extend(data)
            return not data

        engine.until(all_is_here)
        assert heard == said[:sent]
        assert engine.runner(mapping).numbers().bytes_up == sent


def test_what_is_still_open_at_the_end_is_closed(
    monkeypatch: pytest.MonkeyPatch, target: socket.socket
) -> None:
    take_fast_path(monkeypatch)
    with Stepping(monkeypatch) as engine:
        mapping = mapping_to(port_of(target))
        client, server = pair(engine, engine.listen(mapping), target)
        assert known(engine, mapping) == []
    with client, server:
        assert read_all(client) == b""
        assert read_all(server) == b""


def test_a_mapping_that_is_switched_off_ends_them_too(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        engine.submit(SetMappings(()))
        hears_the_end(engine, client)
        hears_the_end(engine, server)


def test_what_waits_behind_an_urgent_byte_is_passed_on(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        client.sendall(b"before")
        client.send(b"!", socket.MSG_OOB)
        passes(engine, client, server, b"after", after=b"before")


def test_an_address_that_leads_nowhere_is_told_as_such(engine: Stepping) -> None:
    """A multicast address: the system refuses to connect before it sends anything."""
    mapping = mapping_to(80, target_host="224.0.0.1")
    with connect(engine.listen(mapping)) as client:
        client.settimeout(10)
        engine.until(lambda: engine.status(mapping).state == State.DEGRADED)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    trouble = engine.status(mapping).trouble
    assert trouble is not None
    assert "224.0.0.1:80" in str(trouble.reason)
    assert trouble.kind == TroubleKind.TARGET_UNREACHABLE
    assert engine.runner(mapping).numbers().failed == 1


def test_a_client_that_ends_while_its_target_is_called_does_not_end_the_call(
    engine: Stepping,
) -> None:
    with silent() as port:
        mapping = mapping_to(port)
        with connect(engine.listen(mapping)) as client:
            engine.turn(5, patience=0.05)
            client.shutdown(socket.SHUT_WR)
            engine.turn(5)
            (shown,) = engine.runner(mapping).connections(engine.now)
            assert shown.state == "connecting"
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.recv(1)


SEGMENTS_IN = 140
"""Where struct tcp_info (linux/tcp.h) counts the segments that came in."""


def segments_in(sock: socket.socket) -> int:
    told = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, SEGMENTS_IN + 4)
    return int.from_bytes(told[SEGMENTS_IN:], sys.byteorder)


def test_last_words_and_the_end_leave_in_one_packet(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        passes(engine, client, server, b"question")
        before = segments_in(client)
        server.sendall(b"answer")
        server.shutdown(socket.SHUT_WR)
        engine.turn(2)
        assert client.recv(100) == b"answer"
        assert client.recv(100) == b""
        assert segments_in(client) == before + 1


def test_last_words_are_not_held_for_an_end_that_is_still_to_come(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target))
    client, server = pair(engine, engine.listen(mapping), target)
    with client, server:
        passes(engine, client, server, b"question")
        server.sendall(b"answer")
        engine.turn(2)
        client.settimeout(0)
        assert client.recv(100) == b"answer"
