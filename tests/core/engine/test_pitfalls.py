"""What relays are known to get wrong: splice, half-close, peers that vanish, names; both paths."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import sys
import threading
from typing import TYPE_CHECKING

import psutil
import pytest

from core.engine import engine as engine_module
from core.engine import listeners, resolver, sockets
from core.engine.commands import SetMappings
from core.engine.status import State, TroubleKind
from core.engine.tcp import receiver as receiver_module
from core.engine.tcp import side
from tests.core.cli.echo import Echo
from tests.core.cli.program import Program
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.support import (
    PATIENCE,
    accept,
    connect,
    eventually,
    is_turned_away,
    listen,
    port_of,
    read_all,
    read_exactly,
    reset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config.mapping import Mapping

MEGABYTE = 1 << 20
TCP_REPAIR = 19
"""Not in tcp(7): a socket closed under it sends nothing, as if its machine had lost its power."""


# -- 1 and 2: splice -----------------------------------------------------------------------------


@contextlib.contextmanager
def _bulk(moving: Relaying, **fields: object) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A session whose way up has carried bulk, and is spliced if anything is."""
    data = random.Random(3).randbytes(2 * MEGABYTE)
    with listen() as target:
        port = moving.listen(mapping_to(port_of(target), **fields))
        with connect(port) as client, accept(target) as server:
            sender = threading.Thread(target=client.sendall, args=(data,))
            sender.start()
            assert read_exactly(server, len(data)) == data
            sender.join()
            yield client, server


def test_a_pipe_out_of_slots_is_not_taken_for_an_empty_socket(moving: Relaying) -> None:
    """Small segments fill a pipe's slots long before its bytes."""
    data = random.Random(4).randbytes(MEGABYTE)
    with _bulk(moving) as (client, server):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def send() -> None:
            for begin in range(0, len(data), 100):
                client.sendall(data[begin : begin + 100])
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        received = bytearray()
        while part := server.recv(50_000):
            received += part
        sender.join()
        assert received == data


def test_bytes_left_in_a_pipe_by_a_target_that_broke_reach_nobody_else(moving: Relaying) -> None:
    with _bulk(moving) as (client, server):
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                client.send(b"left over " * 10_000)
        reset(server)
        assert eventually(lambda: _is_broken(client))
    with _bulk(moving) as (client, server):
        client.sendall(b"a new beginning")
        assert read_exactly(server, 15) == b"a new beginning"


def _is_broken(sock: socket.socket) -> bool:
    try:
        sock.send(b"more")
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False


# -- 3: half-close -------------------------------------------------------------------------------


@pytest.fixture(params=["copy", "splice"])
def stepping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepping]:
    if request.param == "splice":
        if not hasattr(os, "splice"):
            pytest.skip("splice is Linux's")
        monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    with Stepping(monkeypatch) as engine:
        yield engine
        assert engine.faults == []


@pytest.mark.parametrize("timeout", [300.0, 20.0])
def test_an_answer_that_begins_15_seconds_after_the_end_and_lasts_a_minute_arrives(
    stepping: Stepping, timeout: float
) -> None:
    piece = random.Random(5).randbytes(100_000)
    with listen() as target:
        mapping = mapping_to(port_of(target), half_closed_timeout=timeout)
        port = stepping.listen(mapping)
        runner = stepping.runner(mapping)
        with connect(port) as client:
            client.shutdown(socket.SHUT_WR)
            stepping.until(lambda: bool(runner.sessions))
            with accept(target) as server:
                stepping.turn(3)
                assert server.recv(1) == b""
                stepping.wait(15.0)
                for _ in range(6):
                    server.sendall(piece)
                    received = bytearray()
                    client.settimeout(0)

                    def read(received: bytearray = received) -> None:
                        with contextlib.suppress(BlockingIOError):
                            received.extend(client.recv(MEGABYTE))

                    stepping.until(lambda got=received: len(got) == len(piece), read)  # type: ignore[misc]
                    assert received == piece
                    stepping.wait(10.0)
                assert runner.sessions
            stepping.until(lambda: not runner.sessions)
            client.settimeout(PATIENCE)
            assert client.recv(1) == b""
        assert runner.ledger.timed_out == 0


def test_after_the_end_only_silence_is_limited(stepping: Stepping) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), half_closed_timeout=20.0)
        port = stepping.listen(mapping)
        runner = stepping.runner(mapping)
        with connect(port) as client:
            client.shutdown(socket.SHUT_WR)
            stepping.until(lambda: bool(runner.sessions))
            with accept(target):
                stepping.wait(18.0)
                assert runner.sessions
                stepping.wait(5.0)
                assert not runner.sessions
        assert runner.ledger.timed_out == 1


@pytest.mark.parametrize("change", ["an end", "an edit"])
def test_a_time_out_that_begins_after_an_hour_of_silence_is_kept_to(
    stepping: Stepping, change: str
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), half_closed_timeout=5.0)
        port = stepping.listen(mapping)
        runner = stepping.runner(mapping)
        with connect(port) as client:
            stepping.until(lambda: bool(runner.sessions))
            with accept(target) as server:
                stepping.wait(3600.0, step=10.0)
                if change == "an end":
                    client.shutdown(socket.SHUT_WR)
                    (session,) = runner.receivers
                    stepping.until(lambda: session.flow == side.DONE)
                    assert server.recv(1) == b""
                else:
                    stepping.submit(SetMappings((edited(mapping, idle_timeout=5.0),)))
                stepping.wait(4.0)
                assert runner.sessions or change == "an edit"
                stepping.wait(3.0)
                assert not runner.sessions
        assert runner.ledger.timed_out == 1


# -- 4: peers that vanish ------------------------------------------------------------------------


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keepalive in seconds instead of quarters of minutes."""
    monkeypatch.setattr(engine_module, "TICK", 0.02)
    monkeypatch.setattr(receiver_module, "KEEPALIVE_IDLE", 0.05)
    for name in ("KEEPALIVE_IDLE", "KEEPALIVE_INTERVAL", "KEEPALIVE_COUNT"):
        monkeypatch.setattr(sockets, name, 1)


def _lingering(*ports: int) -> list[str]:
    """The states of connections to or from these ports that ought to be over."""
    over = {psutil.CONN_TIME_WAIT, psutil.CONN_LISTEN, psutil.CONN_NONE}
    return [
        connection.status
        for connection in psutil.net_connections("tcp")
        if connection.status not in over
        and {end.port for end in (connection.laddr, connection.raddr) if end} & set(ports)
    ]


def _is_over(relaying: Relaying, mapping: Mapping) -> bool:
    return relaying.snapshot().mappings[mapping.id].connections == 0


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("who", ["client", "server"])
@pytest.mark.parametrize("finished", [False, True])
def test_a_peer_that_vanishes_without_a_word_is_found_and_leaves_nothing(
    moving: Relaying, who: str, *, finished: bool
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = moving.listen(mapping)
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
            vanishing, left = (client, server) if who == "client" else (server, client)
            if finished:
                vanishing.shutdown(socket.SHUT_WR)
                assert left.recv(1) == b""
            try:
                vanishing.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
            except OSError:
                pytest.skip("this system has no way to let a peer vanish (CAP_NET_ADMIN)")
            vanishing.close()
            assert eventually(lambda: _is_over(moving, mapping))
            with contextlib.suppress(ConnectionResetError):
                assert left.recv(1) == b""
        assert eventually(lambda: not _lingering(port, port_of(target)))


@pytest.mark.usefixtures("hurried")
def test_clients_that_end_and_go_while_the_target_says_nothing_do_not_pile_up(
    moving: Relaying,
) -> None:
    with listen() as target, contextlib.ExitStack() as opened:
        mapping = mapping_to(port_of(target), half_closed_timeout=0.3)
        port = moving.listen(mapping)
        for _ in range(20):
            with connect(port) as client:
                client.sendall(b"bye")
            server = opened.enter_context(accept(target))
            assert read_all(server) == b"bye"
        assert eventually(lambda: _is_over(moving, mapping))
        assert moving.snapshot().mappings[mapping.id].timed_out == 20
        opened.close()
        assert eventually(lambda: not _lingering(port, port_of(target)))


# -- 5: descriptors ------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit to run into")
def test_with_128_descriptors_300_clients_of_a_target_with_a_name_are_served() -> None:
    """A literal's target is tested with the command line; a name takes another way to connect."""
    limit = "resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))"
    with Echo() as target:
        address = f"localhost:{target.address.rpartition(':')[2]}"
        with Program("forward", "0", address, before=limit) as relay, contextlib.ExitStack() as s:
            port = relay.port()
            clients = [s.enter_context(connect(port)) for _ in range(300)]
            for client in clients:
                client.sendall(b"hello")
            relay.said(r"portway: .*too many open connections.*", error=True)
            before = sum(psutil.Process(relay.child.pid).cpu_times()[:2])
            threading.Event().wait(1.0)  # a span to measure
            assert sum(psutil.Process(relay.child.pid).cpu_times()[:2]) - before < 0.2
            for client in clients:
                assert read_exactly(client, 5) == b"hello"
                client.close()
            with connect(port) as late:
                late.sendall(b"late")
                assert read_exactly(late, 4) == b"late"
            assert relay.end() == 0


# -- 10: names -----------------------------------------------------------------------------------


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """A name server: what it knows now. What it does not know cannot be looked up now."""
    known: dict[str, tuple[str, ...]] = {}

    def look_up(host: str) -> tuple[str, ...]:
        if host not in known:
            raise socket.gaierror(socket.EAI_AGAIN, "no name server")
        return known[host]

    monkeypatch.setattr(resolver, "look_up", look_up)
    monkeypatch.setattr(listeners, "look_up", look_up)
    return known


def test_a_target_whose_name_server_comes_back_needs_no_click(
    moving: Relaying, names: dict[str, tuple[str, ...]]
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), target_host="boot.test")
        port = moving.listen(mapping)
        assert is_turned_away(port)
        trouble = moving.wait_for_state(mapping, State.DEGRADED).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.NAME_NOT_FOUND
        names["boot.test"] = ("127.0.0.1",)
        with connect(port) as client, accept(target) as server:
            client.sendall(b"found")
            assert read_exactly(server, 5) == b"found"
            moving.wait_for_state(mapping, State.LISTENING)


def test_a_listener_whose_name_server_comes_back_needs_no_click(
    moving: Relaying, names: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "FIRST_RETRY", 0.02)
    mapping = mapping_to(1, listen_host="boot.test")
    moving.set(mapping)
    moving.wait_for_state(mapping, State.WAITING)
    names["boot.test"] = ("127.0.0.1",)
    moving.wait_for_state(mapping, State.LISTENING)


def test_a_name_server_that_is_away_for_a_moment_closes_no_listener(
    moving: Relaying, names: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "FIRST_RETRY", 0.02)
    monkeypatch.setattr(listeners, "FOLLOW_EVERY", 0.02)
    names["me.test"] = ("127.0.0.1",)
    with listen() as target:
        mapping = mapping_to(port_of(target), listen_host="me.test")
        port = moving.listen(mapping)
        del names["me.test"]
        assert moving.wait_for_state(mapping, State.DEGRADED).trouble is not None
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
        names["me.test"] = ("127.0.0.1",)
        moving.wait_for_state(mapping, State.LISTENING)
