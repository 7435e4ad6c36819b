"""A mapping's life: edits that touch only what changed, time-outs, closing, draining, numbers."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.engine import engine as engine_module
from core.engine.commands import CloseConnection, CloseConnections, SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import FaultContained, StateChanged, Stopped
from core.engine.runner import Runner
from core.engine.status import State
from core.engine.tcp import receiver as receiver_module
from core.engine.tcp.receiver import Receiver
from core.engine.tcp.side import Side
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import (
    PATIENCE,
    accept,
    connect,
    eventually,
    free_port,
    is_turned_away,
    listen,
    port_of,
    read_exactly,
)

if TYPE_CHECKING:
    from core.engine.tcp.sender import Sender


def _echoes(client: socket.socket, server: socket.socket) -> bool:
    client.sendall(b"ping")
    if read_exactly(server, 4) != b"ping":
        return False
    server.sendall(b"pong")
    return read_exactly(client, 4) == b"pong"


def test_a_new_comment_drops_no_connection(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            changes = len([e for e in relaying.events if isinstance(e, StateChanged)])
            relaying.set(edited(mapping, comment="now with a comment"))
            assert _echoes(client, server)
            with connect(port), accept(target):
                pass  # the same port still listens
            assert len([e for e in relaying.events if isinstance(e, StateChanged)]) == changes


def test_a_new_comment_does_not_forget_that_the_target_is_down(relaying: Relaying) -> None:
    mapping = mapping_to(free_port())
    port = relaying.listen(mapping)
    assert is_turned_away(port)
    relaying.wait_for_state(mapping, State.DEGRADED)
    relaying.set(edited(mapping, comment="still down"))
    relaying.snapshot()
    assert relaying.status(mapping).state == State.DEGRADED


def test_a_new_target_applies_to_new_connections(relaying: Relaying) -> None:
    with listen() as old, listen() as new:
        mapping = mapping_to(port_of(old))
        port = relaying.listen(mapping)
        with connect(port) as client, accept(old) as server:
            relaying.set(edited(mapping, target_ports=PortRange.single(port_of(new))))
            relaying.snapshot()  # the edit has been done when this is answered
            with connect(port) as later, accept(new) as new_server:
                assert _echoes(later, new_server)
            assert _echoes(client, server)


def test_a_new_port_is_bound_and_the_old_one_refuses(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        old_port, new_port = relaying.listen(mapping), free_port()
        with connect(old_port) as client, accept(target) as server:
            relaying.set(edited(mapping, listen_ports=PortRange.single(new_port)))
            relaying.wait_for(
                StateChanged,
                lambda e: e.status.listening == (("127.0.0.1", new_port),),
            )
            with pytest.raises(ConnectionRefusedError):
                connect(old_port)
            with connect(new_port) as later, accept(target) as later_server:
                assert _echoes(later, later_server)
            assert _echoes(client, server)


@pytest.fixture
def fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "TICK", 0.02)


@pytest.mark.usefixtures("fast_ticks")
def test_an_idle_connection_ends_after_its_timeout(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), idle_timeout=0.2))
        with connect(port) as client, accept(target) as server:
            assert _echoes(client, server)
            assert client.recv(1) == b""
            assert server.recv(1) == b""


@pytest.mark.usefixtures("fast_ticks")
def test_a_half_closed_connection_ends_only_when_it_is_silent(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), half_closed_timeout=0.4)
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            client.shutdown(socket.SHUT_WR)
            assert server.recv(1) == b""
            pause = threading.Event()
            for _ in range(12):  # a slow answer that takes twice the time-out in all
                server.sendall(b"x")
                assert client.recv(1) == b"x"
                pause.wait(0.07)
            assert client.recv(1) == b""  # and now it is silent


@pytest.mark.usefixtures("fast_ticks")
def test_an_open_silent_connection_is_left_alone(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), half_closed_timeout=0.1))
        with connect(port) as client, accept(target) as server:
            assert _echoes(client, server)
            threading.Event().wait(0.4)  # several time-outs that must not apply
            assert _echoes(client, server)


@pytest.mark.usefixtures("fast_ticks")
def test_both_sides_of_an_old_connection_are_kept_alive(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr(receiver_module, "KEEPALIVE_IDLE", 0.1)
    monkeypatch.setattr(
        receiver_module, "keep_alive", lambda sock: kept.append(sock.getsockname()[1])
    )
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port), accept(target):
            assert eventually(lambda: len(kept) == 2)
            assert port in kept


def test_one_connection_can_be_closed_by_its_id(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with (
            connect(port) as first,
            accept(target),
            connect(port) as second,
            accept(target) as second_server,
        ):
            live = relaying.snapshot(mapping.id).connections
            assert len(live) == 2
            by_client = {c.client: c.connection_id for c in live}
            host, client_port = first.getsockname()
            relaying.engine.submit(CloseConnection(by_client[f"{host}:{client_port}"]))
            assert first.recv(1) == b""
            assert _echoes(second, second_server)


def test_all_connections_of_a_mapping_can_be_closed_and_it_goes_on(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as first, accept(target), connect(port) as second, accept(target):
            relaying.engine.submit(CloseConnections(mapping.id))
            assert first.recv(1) == b""
            assert second.recv(1) == b""
        with connect(port) as client, accept(target) as server:
            assert _echoes(client, server)


def test_the_snapshot_tells_of_live_and_past_connections(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            client.sendall(b"12345")
            assert read_exactly(server, 5) == b"12345"
            server.sendall(b"123")
            assert read_exactly(client, 3) == b"123"
            (live,) = relaying.snapshot(mapping.id).connections
            assert (live.bytes_up, live.bytes_down, live.state) == (5, 3, "open")
            assert live.target == f"127.0.0.1:{port_of(target)}"
            assert 0 <= live.age < PATIENCE
            client.shutdown(socket.SHUT_WR)
            assert server.recv(1) == b""
            (live,) = relaying.snapshot(mapping.id).connections
            assert live.state == "client finished"
        assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)
        numbers = relaying.snapshot().mappings[mapping.id]
        assert (numbers.accepted, numbers.bytes_up, numbers.bytes_down) == (1, 5, 3)


def test_a_shutdown_lets_connections_finish_and_accepts_no_more() -> None:
    relaying = Relaying()
    relaying.engine.start()
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            relaying.engine.submit(Shutdown(PATIENCE))

            def refuses() -> bool:
                try:
                    connect(port).close()
                except ConnectionRefusedError:
                    return True
                except ConnectionResetError:
                    pass  # it was in the backlog when the listener closed
                return False

            assert eventually(refuses)
            assert _echoes(client, server)
        target.setblocking(False)

        def is_over() -> bool:
            with contextlib.suppress(BlockingIOError):
                target.accept()[0].close()  # it came before that, and is waited for, too
            return relaying.engine.join(0.05)

        assert eventually(is_over)


def test_a_shutdown_does_not_wait_longer_than_its_deadline() -> None:
    relaying = Relaying()
    relaying.engine.start()
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target):
            relaying.engine.submit(Shutdown(0.1))
            assert relaying.engine.join(PATIENCE)
            assert client.recv(1) == b""


def test_a_fault_in_one_connection_is_contained(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = Side.ended

    def faulty(side: Side) -> None:
        if side.count == 4:
            raise RuntimeError("a bug of ours")
        genuine(side)

    monkeypatch.setattr(Side, "ended", faulty)
    relaying.faults_expected = 1
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as neighbour, accept(target) as neighbour_server:
            with connect(port) as victim, accept(target) as server:
                victim.sendall(b"ping")
                assert read_exactly(server, 4) == b"ping"
                relaying.snapshot(detail=mapping.id)  # which leaves none to the fast path alone
                victim.shutdown(socket.SHUT_WR)
                fault = relaying.wait_for(FaultContained, lambda e: True)
                assert "a bug of ours" in fault.report
                with pytest.raises(ConnectionResetError):
                    server.recv(1)
            neighbour.sendall(b"hello")
            assert read_exactly(neighbour_server, 5) == b"hello"
            with connect(port) as client, accept(target) as server:
                client.sendall(b"hello")
                assert read_exactly(server, 5) == b"hello"


def test_a_fault_while_a_session_ends_is_contained(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sides have forgotten each other by then, and the target's is the one that is called."""
    genuine = Runner.ended
    faulty = [True]

    def ended(runner: Runner, receiver: Receiver, bytes_down: int) -> None:
        genuine(runner, receiver, bytes_down)
        if faulty and faulty.pop():
            raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Runner, "ended", ended)
    relaying.faults_expected = 1
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.shutdown(socket.SHUT_WR)
            assert server.recv(1) == b""
            server.close()
            assert client.recv(1) == b""
        with connect(port) as client, accept(target) as server:
            assert _echoes(client, server)


def test_a_fault_between_connecting_and_attaching_is_contained(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = Receiver.attach
    faulty = [True]

    def attach(receiver: Receiver, sender: Sender) -> None:
        if faulty and faulty.pop():
            raise RuntimeError("a bug of ours")
        genuine(receiver, sender)

    monkeypatch.setattr(Receiver, "attach", attach)
    relaying.faults_expected = 1
    with listen() as target:
        mapping = mapping_to(port_of(target), target_host="localhost")
        port = relaying.listen(mapping)
        assert is_turned_away(port)
        accept(target).close()
        with connect(port) as client, accept(target) as server:
            assert _echoes(client, server)
        assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)


@pytest.mark.usefixtures("fast_ticks")
def test_a_fault_while_looking_after_one_session_leaves_no_other_unattended(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = [True]

    def unheard_error(sock: socket.socket) -> int:
        del sock
        if faulty and faulty.pop():
            raise RuntimeError("a bug of ours")
        return 0

    monkeypatch.setattr(receiver_module, "unheard_error", unheard_error)
    relaying.faults_expected = 1
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), idle_timeout=0.2))
        with connect(port) as client, accept(target) as server:
            server.sendall(b"x")
            server.shutdown(socket.SHUT_WR)
            assert client.recv(2) == b"x"
            with pytest.raises(ConnectionResetError):
                server.recv(1)
        with connect(port) as client, accept(target):
            assert client.recv(1) == b""


def test_3000_connections_leave_nothing(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)

        def serve() -> None:
            for _ in range(3000):
                with accept(target) as server:
                    server.sendall(server.recv(16))

        server_thread = threading.Thread(target=serve)
        server_thread.start()
        for number in range(3000):
            with connect(port) as client:
                client.sendall(b"%08d" % number)
                assert read_exactly(client, 8) == b"%08d" % number
        server_thread.join(PATIENCE)
        assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)
        assert relaying.snapshot().mappings[mapping.id].bytes_up == 3000 * 8


def test_commands_for_mappings_that_are_gone_are_harmless(relaying: Relaying) -> None:
    relaying.engine.submit(CloseConnections("nobody"))
    relaying.engine.submit(CloseConnection(12345))
    assert relaying.snapshot("nobody").connections == ()


def test_an_engine_that_was_given_only_a_shutdown_ends() -> None:
    events: list[object] = []
    engine = Engine(events.append)
    engine.submit(SetMappings((mapping_to(1, enabled=False),)))
    engine.submit(Shutdown())
    engine.start()
    assert engine.join(PATIENCE)


def test_an_engine_that_cannot_even_begin_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(_changed: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(engine_module, "watch", no_thread)
    events: list[object] = []
    engine = Engine(events.append)
    engine.start()
    assert engine.join(PATIENCE)
    (stopped,) = events
    assert isinstance(stopped, Stopped)
    assert "can't start new thread" in stopped.report


def test_an_engine_that_breaks_in_ending_says_so_and_lets_its_ports_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_runner: Runner) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Runner, "stop", broken)
    relaying = Relaying()
    relaying.engine.start()
    port = relaying.listen(mapping_to(1))
    relaying.engine.submit(Shutdown())
    assert relaying.engine.join(PATIENCE)
    stopped = relaying.events[-1]
    assert isinstance(stopped, Stopped)
    assert "a bug of ours" in stopped.report
    with pytest.raises(ConnectionRefusedError):
        connect(port)


def test_off_is_the_state_of_a_mapping_that_was_switched_off(relaying: Relaying) -> None:
    mapping = mapping_to(1)
    relaying.listen(mapping)
    relaying.set(edited(mapping, enabled=False))
    assert relaying.wait_for_state(mapping, State.OFF).listening == ()


def test_the_totals_survive_off_and_on_but_not_deletion(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        for _ in range(2):
            port = relaying.listen(mapping)
            with connect(port) as client, accept(target) as server:
                assert _echoes(client, server)
            relaying.set(edited(mapping, enabled=False))
            relaying.wait_for_state(mapping, State.OFF)
        numbers = relaying.snapshot().mappings[mapping.id]
        assert (numbers.accepted, numbers.bytes_up, numbers.bytes_down) == (2, 8, 8)
        relaying.set()
        assert mapping.id not in relaying.snapshot().mappings
