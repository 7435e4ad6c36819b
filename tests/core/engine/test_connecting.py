"""Reaching the target: refusals, names, several addresses, several targets."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import Policy, Target
from core.engine import listeners, resolver
from core.engine.events import ConnectionsFailed
from core.engine.sockets import has_ipv6
from core.engine.status import State, TroubleKind
from core.engine.tcp import dialer
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import (
    accept,
    connect,
    eventually,
    free_port,
    is_turned_away,
    listen,
    port_of,
    read_exactly,
    reset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engine.resolver import Addresses

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


class Names:
    """A resolver of the test's own: what it knows, and a gate to hold answers back."""

    def __init__(self) -> None:
        self.known: dict[str, Addresses] = {}
        self.asked: list[str] = []
        self.held: dict[str, threading.Event] = {}

    def look_up(self, host: str) -> Addresses:
        self.asked.append(host)
        if host in self.held:
            assert self.held[host].wait(10)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return self.known[host]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    names = Names()
    monkeypatch.setattr(resolver, "look_up", names.look_up)
    monkeypatch.setattr(listeners, "look_up", names.look_up)
    yield names
    for gate in names.held.values():
        gate.set()


@contextlib.contextmanager
def silent(host: str = "127.0.0.1") -> Iterator[int]:
    """A port that leaves a connect without an answer for a while: its backlog is full."""
    with contextlib.ExitStack() as opened:
        full = opened.enter_context(socket.socket())
        full.bind((host, 0))
        full.listen(0)
        for _ in range(300):  # each system has its own idea of an empty backlog
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
            if not select.select([], [waiting], [waiting], 0.1)[1]:
                break
        yield port_of(full)


def test_a_refusing_target_closes_the_client_at_once_and_is_reported(relaying: Relaying) -> None:
    mapping = mapping_to(free_port())
    port = relaying.listen(mapping)
    assert is_turned_away(port)
    failure = relaying.wait_for(ConnectionsFailed, lambda event: True)
    assert failure.mapping_id == mapping.id
    assert failure.trouble.kind == TroubleKind.TARGET_REFUSED
    assert str(mapping.target) in str(failure.trouble.reason)
    assert relaying.wait_for_state(mapping, State.DEGRADED).trouble == failure.trouble
    assert relaying.snapshot().mappings[mapping.id].failed == 1


def test_many_refusals_are_one_report_a_second(relaying: Relaying) -> None:
    mapping = mapping_to(free_port())
    port = relaying.listen(mapping)
    for _ in range(20):
        assert is_turned_away(port)
    relaying.wait_for(ConnectionsFailed, lambda event: event.count > 1)
    reports = [event for event in relaying.events if isinstance(event, ConnectionsFailed)]
    assert len(reports) == 2
    assert sum(report.count for report in reports) == 20


def test_a_target_that_comes_back_makes_the_state_good_again(relaying: Relaying) -> None:
    target_port = free_port()
    mapping = mapping_to(target_port)
    port = relaying.listen(mapping)
    assert is_turned_away(port)
    relaying.wait_for_state(mapping, State.DEGRADED)
    with listen(port=target_port) as target, connect(port) as client, accept(target) as server:
        client.sendall(b"hello")
        assert read_exactly(server, 5) == b"hello"
        client.close()
        server.close()
        relaying.wait_for_state(mapping, State.LISTENING)


def test_data_sent_before_the_connect_completes_arrives(relaying: Relaying, names: Names) -> None:
    names.known["slow.test"] = ("127.0.0.1",)
    names.held["slow.test"] = threading.Event()
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), target_host="slow.test"))
        with connect(port) as client:
            client.sendall(b"I could not wait")
            client.shutdown(socket.SHUT_WR)
            names.held["slow.test"].set()
            with accept(target) as server:
                assert read_exactly(server, 99) == b"I could not wait"


def test_an_urgent_byte_of_a_waiting_client_does_not_end_it(
    relaying: Relaying, names: Names
) -> None:
    names.known["slow.test"] = ("127.0.0.1",)
    names.held["slow.test"] = threading.Event()
    with listen() as target:
        mapping = mapping_to(port_of(target), target_host="slow.test")
        port = relaying.listen(mapping)
        with connect(port) as client:
            assert eventually(lambda: names.asked == ["slow.test"])
            client.send(b"!", socket.MSG_OOB)
            for _ in range(3):  # the loop has seen it by then
                assert relaying.snapshot().mappings[mapping.id].connections == 1
            names.held["slow.test"].set()
            with accept(target) as server:
                client.sendall(b"still here")
                assert read_exactly(server, 10) == b"still here"


def test_a_client_that_gives_up_while_its_target_is_looked_for_leaves_nothing(
    relaying: Relaying, names: Names
) -> None:
    names.held["slow.test"] = threading.Event()
    mapping = mapping_to(1, target_host="slow.test")
    port = relaying.listen(mapping)
    client = connect(port)
    assert eventually(lambda: names.asked == ["slow.test"])
    reset(client)
    assert eventually(lambda: relaying.snapshot().mappings[mapping.id].connections == 0)


def test_a_blocked_name_server_stalls_no_other_mapping(relaying: Relaying, names: Names) -> None:
    names.held["stuck.test"] = threading.Event()
    names.known["quick.test"] = ("127.0.0.1",)
    with listen() as target:
        stuck = mapping_to(1, target_host="stuck.test")
        quick = mapping_to(port_of(target), target_host="quick.test")
        relaying.set(stuck, quick)
        stuck_port = relaying.wait_for_state(stuck, State.LISTENING).listening[0][1]
        quick_port = relaying.wait_for_state(quick, State.LISTENING).listening[0][1]
        with connect(stuck_port), connect(quick_port) as client, accept(target) as server:
            client.sendall(b"quick")
            assert read_exactly(server, 5) == b"quick"


def test_an_unknown_name_turns_the_client_away_and_says_so(
    relaying: Relaying, names: Names
) -> None:
    mapping = mapping_to(80, target_host="nowhere.test")
    port = relaying.listen(mapping)
    assert is_turned_away(port)
    trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
    assert trouble is not None
    assert trouble.kind == TroubleKind.NAME_NOT_FOUND
    assert "nowhere.test" in str(trouble.reason)
    names.known["nowhere.test"] = ("127.0.0.1",)
    with listen() as target:
        relaying.set(
            mapping_to(
                port_of(target),
                id=mapping.id,
                listen_ports=mapping.listen_ports,
                target_host="nowhere.test",
            )
        )
        relaying.snapshot()  # the edit has been made once this is answered
        with connect(port) as client, accept(target) as server:
            client.sendall(b"found")
            assert read_exactly(server, 5) == b"found"


@needs_ipv6
def test_every_address_of_a_name_is_tried(relaying: Relaying, names: Names) -> None:
    names.known["dual.test"] = ("::1", "127.0.0.1")
    with listen("127.0.0.1") as target:
        port = relaying.listen(mapping_to(port_of(target), target_host="dual.test"))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"over IPv4")
            assert read_exactly(server, 9) == b"over IPv4"


def test_a_silent_first_address_costs_only_the_stagger(
    relaying: Relaying, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent("127.0.0.2") as port, listen("127.0.0.1", port) as target:
        monkeypatch.setattr(dialer, "STAGGER", 0.05)
        names.known["half.test"] = ("127.0.0.2", "127.0.0.1")
        mapping = mapping_to(port, target_host="half.test")
        with connect(relaying.listen(mapping)) as client, accept(target) as server:
            client.sendall(b"past the dead one")
            assert read_exactly(server, 17) == b"past the dead one"


def test_a_target_that_never_answers_is_given_up_after_the_connect_timeout(
    relaying: Relaying,
) -> None:
    with silent() as target_port:
        mapping = mapping_to(target_port, connect_timeout=0.2)
        port = relaying.listen(mapping)
        assert is_turned_away(port)
        trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.TARGET_TIMED_OUT


def test_failover_goes_to_the_second_target_while_the_first_is_down(relaying: Relaying) -> None:
    with listen() as second:
        mapping = mapping_to(
            free_port(), more_targets=(Target("127.0.0.1", PortRange.single(port_of(second))),)
        )
        port = relaying.listen(mapping)
        for _ in range(3):
            with connect(port) as client, accept(second) as server:
                client.sendall(b"hello")
                assert read_exactly(server, 5) == b"hello"
        assert relaying.wait_for_state(mapping, State.DEGRADED).trouble is not None
        assert relaying.snapshot().mappings[mapping.id].failed == 0


def test_round_robin_takes_turns(relaying: Relaying) -> None:
    with listen() as first, listen() as second:
        mapping = mapping_to(
            port_of(first),
            more_targets=(Target("127.0.0.1", PortRange.single(port_of(second))),),
            policy=Policy.ROUND_ROBIN,
        )
        port = relaying.listen(mapping)
        for target in (first, second, first, second):
            with connect(port) as client, accept(target) as server:
                client.sendall(b"my turn")
                assert read_exactly(server, 7) == b"my turn"


def test_a_source_address_is_what_the_target_sees(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), source_address="127.0.0.7"))
        with connect(port), accept(target) as server:
            assert server.getpeername()[0] == "127.0.0.7"
