"""Targets that lead back to their mapping: nothing runs in a circle, and the row says why."""

from __future__ import annotations

import contextlib
import itertools
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from core.config.address import Endpoint, PortRange
from core.config.mapping import Mapping, Policy, Protocol
from core.engine import circles, resolver, routing
from core.engine.commands import LookAround, SetMappings
from core.engine.events import StateChanged
from core.engine.sockets import has_ipv6
from core.engine.status import State
from core.engine.tcp.fast import FastSessions
from core.system.interfaces import interface_addresses
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import (
    accept,
    connect,
    eventually,
    free_port,
    free_run,
    listen,
    port_of,
    read_exactly,
)

if TYPE_CHECKING:
    from core.engine.status import Status
    from core.engine.tcp.forwarder import Forwarder
    from tests.core.engine.stepping import Stepping

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a fast path")

NAME = "this-computer.test"


@pytest.fixture(autouse=True)
def a_name_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "look_up", lambda _host: ("127.0.0.1",))


def to_itself(host: str, listen_host: str = "127.0.0.1", **fields: object) -> Mapping:
    port = free_port()
    ports = PortRange.single(port)
    return mapping_to(port, listen_ports=ports, listen_host=listen_host, target_host=host, **fields)


def in_a_circle(status: Status) -> bool:
    return status.state is State.DEGRADED and "in a circle" in str(status.trouble)


def own_address() -> str:
    """One that is not of the loopback."""
    for addresses in interface_addresses().values():
        for address in addresses:
            if ":" not in address and not address.startswith("127."):
                return address
    pytest.skip("this computer has no network")


def told_of_circle(relaying: Relaying) -> None:
    relaying.wait_for(StateChanged, lambda event: in_a_circle(event.status))


def turned_away(port: int) -> None:
    # The reset may be here before connect() has returned.
    with contextlib.suppress(ConnectionError), connect(port) as client:
        assert client.recv(1) == b""


def test_a_name_that_leads_back_turns_clients_away_and_is_told(relaying: Relaying) -> None:
    mapping = to_itself(NAME)
    relaying.listen(mapping)
    turned_away(mapping.listen_ports.first)
    told_of_circle(relaying)
    assert relaying.snapshot().mappings[mapping.id].accepted == 1


def test_an_address_of_ours_on_a_listener_for_all_is_a_circle_too(relaying: Relaying) -> None:
    mapping = to_itself(own_address(), "0.0.0.0")
    relaying.listen(mapping)
    turned_away(mapping.listen_ports.first)
    told_of_circle(relaying)
    assert relaying.snapshot().mappings[mapping.id].accepted == 1


def test_an_address_that_becomes_ours_is_a_circle_from_then_on(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circles, "leads_here", lambda _host: False)
    mapping = to_itself("192.0.2.1", "0.0.0.0")
    relaying.listen(mapping)
    asked: list[str] = []

    def leads_here(host: str) -> bool:
        asked.append(host)
        return True

    monkeypatch.setattr(circles, "leads_here", leads_here)
    relaying.engine.submit(LookAround())
    assert eventually(lambda: "192.0.2.1" in asked)
    turned_away(mapping.listen_ports.first)
    told_of_circle(relaying)


@pytest.mark.parametrize("host", [NAME, "own"])
def test_datagrams_do_not_run_in_a_circle_either(relaying: Relaying, host: str) -> None:
    listen_host = "127.0.0.1" if host == NAME else "0.0.0.0"
    target = NAME if host == NAME else own_address()
    mapping = to_itself(target, listen_host, protocol=Protocol.UDP)
    relaying.listen(mapping)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", ("127.0.0.1", mapping.listen_ports.first))
        told_of_circle(relaying)
    assert relaying.snapshot().mappings[mapping.id].accepted <= 1


def test_the_next_target_is_tried_instead(relaying: Relaying) -> None:
    with listen() as other:
        ports = PortRange.single(port_of(other))
        mapping = to_itself(NAME)
        mapping = edited(mapping, more_targets=(Endpoint("127.0.0.1", ports),))
        relaying.listen(mapping)
        with connect(mapping.listen_ports.first) as client, accept(other) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


def test_another_target_ends_it(relaying: Relaying) -> None:
    mapping = to_itself(own_address(), "0.0.0.0")
    relaying.listen(mapping)
    turned_away(mapping.listen_ports.first)
    told_of_circle(relaying)
    with listen() as target:
        ports = PortRange.single(port_of(target))
        better = edited(mapping, target_host="127.0.0.1", target_ports=ports)
        relaying.engine.submit(SetMappings((better,)))
        relaying.snapshot()
        with connect(mapping.listen_ports.first) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


def test_the_same_port_of_another_computer_is_no_circle(relaying: Relaying) -> None:
    mapping = to_itself("192.0.2.1", "0.0.0.0", connect_timeout=0.2)
    relaying.listen(mapping)
    turned_away(mapping.listen_ports.first)
    event = relaying.wait_for(StateChanged, lambda event: event.status.trouble is not None)
    assert not in_a_circle(event.status)


def chain(*ports: int, protocol: Protocol = Protocol.TCP) -> tuple[Mapping, ...]:
    """Each leads to the next one's port; the last port is the last one's target."""
    return tuple(
        mapping_to(
            target, listen_ports=PortRange.single(port), protocol=protocol, name=f"to {target}"
        )
        for port, target in itertools.pairwise(ports)
    )


def all_listen(relaying: Relaying, mappings: tuple[Mapping, ...]) -> None:
    relaying.listen(*mappings)
    for mapping in mappings:
        relaying.wait_for_state(mapping, State.LISTENING)
    relaying.snapshot()  # what was due after that has been done


def trouble(relaying: Relaying, mappings: tuple[Mapping, ...]) -> str:
    """What the first of these says that is in trouble."""
    told: list[str] = []

    def is_told() -> bool:
        told.extend(
            str(relaying.status(mapping).trouble)
            for mapping in mappings
            if relaying.status(mapping).trouble is not None
        )
        return bool(told)

    assert eventually(is_told)
    return told[0]


def accepted(relaying: Relaying) -> int:
    return sum(numbers.accepted for numbers in relaying.snapshot().mappings.values())


def test_two_mappings_that_lead_to_each_other_turn_clients_away(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    mappings = chain(one, other, one)
    all_listen(relaying, mappings)
    turned_away(one)
    told = trouble(relaying, mappings)
    assert f"127.0.0.1:{other} leads back to this mapping, by your mapping “to {one}”" in told
    assert accepted(relaying) == 1


def test_a_longer_way_round_is_found_too_and_who_only_leads_into_it_is_told(
    relaying: Relaying,
) -> None:
    ports = [free_port() for _ in range(4)]
    mappings = chain(*ports, ports[1])
    all_listen(relaying, mappings)
    turned_away(ports[0])
    assert "in a circle" in trouble(relaying, mappings[1:])
    assert accepted(relaying) == 2


def test_a_chain_that_ends_somewhere_is_no_circle(relaying: Relaying) -> None:
    with listen() as target:
        mappings = chain(free_port(), free_port(), free_port(), port_of(target))
        all_listen(relaying, mappings)
        with connect(mappings[0].listen_ports.first) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
        assert accepted(relaying) == 3


def test_who_has_another_target_than_the_way_back_takes_that(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    (there, back) = chain(one, other, one)
    with listen() as target:
        further = Endpoint("127.0.0.1", PortRange.single(port_of(target)))
        for policy in Policy:
            both = edited(back, more_targets=(further,), policy=policy)
            all_listen(relaying, (there, both))
            with connect(one) as client, accept(target) as server:
                client.sendall(b"hello")
                assert read_exactly(server, 5) == b"hello"


@pytest.mark.parametrize("policy", Policy)
def test_two_that_stand_in_for_each_other_do_until_there_is_nobody_else(
    relaying: Relaying, policy: Policy
) -> None:
    one, other, nobody = free_port(), free_port(), free_port()
    (first, second) = chain(one, nobody, 9)
    with listen() as target:
        further = (Endpoint("127.0.0.1", PortRange.single(other)),)
        first = edited(first, more_targets=further, policy=policy)
        second = edited(
            second,
            policy=policy,
            listen_ports=PortRange.single(other),
            target_ports=PortRange.single(port_of(target)),
            more_targets=(Endpoint("127.0.0.1", PortRange.single(one)),),
        )
        all_listen(relaying, (first, second))
        with connect(one) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
    turned_away(one)
    assert accepted(relaying) == 4


def test_ranges_that_lead_into_each_other_are_no_circle_where_they_come_to_an_end(
    relaying: Relaying,
) -> None:
    first = free_run(4)
    last = first + 3
    with listen(port=last) as target:
        # Three ports, each of which leads to the next one: the last one to the target.
        ports, targets = PortRange(first, last - 1), PortRange(first + 1, last)
        relaying.listen(mapping_to(last, listen_ports=ports, target_ports=targets))
        with connect(first) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


def test_a_circle_ends_when_one_of_it_is_switched_off(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    mappings = chain(one, other, one)
    all_listen(relaying, mappings)
    turned_away(one)
    relaying.engine.submit(SetMappings(mappings[:1]))
    relaying.snapshot()
    with (
        listen(port=other) as target,
        connect(one) as client,
        accept(target) as server,
    ):
        client.sendall(b"hello")
        assert read_exactly(server, 5) == b"hello"


def test_datagrams_do_not_go_round_through_two_mappings_either(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    mappings = chain(one, other, one, protocol=Protocol.UDP)
    all_listen(relaying, mappings)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", ("127.0.0.1", one))
        assert "in a circle" in trouble(relaying, mappings)
    assert accepted(relaying) <= 1


def test_the_same_ports_of_the_other_protocol_are_no_circle(relaying: Relaying) -> None:
    with listen() as target:
        port = free_port()
        (there,) = chain(port, port_of(target))
        (back,) = chain(port_of(target), port, protocol=Protocol.UDP)
        all_listen(relaying, (there, back))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


def test_a_mapping_that_closes_a_circle_later_is_found_as_well(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    mappings = chain(one, other, one)
    all_listen(relaying, mappings[:1])
    all_listen(relaying, mappings)
    turned_away(one)
    assert "in a circle" in trouble(relaying, mappings)
    assert accepted(relaying) == 1


def test_an_edit_that_closes_a_circle_is_found_as_well(relaying: Relaying) -> None:
    one, other = free_port(), free_port()
    mappings = chain(one, other, 9)
    all_listen(relaying, mappings)
    ports = PortRange.single(one)
    all_listen(relaying, (mappings[0], edited(mappings[1], target_ports=ports)))
    turned_away(one)
    assert "in a circle" in trouble(relaying, mappings)
    assert accepted(relaying) == 1


@linux
def test_no_client_gets_through_before_it_is_known_that_it_is_a_circle(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes: list[object] = []

    def serve(_: FastSessions, listener: Forwarder, _account: int, *, plain: bool) -> None:
        routes.append(listener.direct)

    monkeypatch.setattr(FastSessions, "serve", serve)
    engine.listen(to_itself(own_address(), "0.0.0.0"))
    assert routes
    assert routes == [None] * len(routes)


def test_who_waits_for_its_port_leads_nobody_back(relaying: Relaying) -> None:
    with listen() as program:
        one, other = free_port(), port_of(program)
        (there, waits) = chain(one, other, one)
        relaying.listen(there, waits)
        relaying.wait_for_state(waits, State.WAITING)
        with connect(one) as client, accept(program) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


def test_who_gets_its_port_later_closes_the_circle_then(relaying: Relaying) -> None:
    with listen() as program:
        one, other = free_port(), port_of(program)
        mappings = chain(one, other, one)
        relaying.listen(*mappings)
        relaying.wait_for_state(mappings[1], State.WAITING)
    relaying.wait_for_state(mappings[1], State.LISTENING)
    relaying.snapshot()
    turned_away(one)
    assert "in a circle" in trouble(relaying, mappings)
    assert accepted(relaying) == 1


def test_a_way_that_returns_over_the_other_protocol_is_no_circle(relaying: Relaying) -> None:
    with listen() as program:
        one, other = free_port(), free_port()
        (first,) = chain(one, other, protocol=Protocol.BOTH)
        (second,) = chain(other, port_of(program))
        (back,) = chain(port_of(program), one, protocol=Protocol.UDP)
        all_listen(relaying, (first, second, back))
        with connect(one) as client, accept(program) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


@pytest.mark.parametrize(
    ("listen_host", "target"),
    [
        *(("127.0.0.1", "0.0.0.0"), ("127.0.0.1", "LOCALHOST"), ("127.0.0.1", "localhost.")),
        *((host, target) for host in ["::1"] * has_ipv6() for target in ("::", "localhost")),
    ],
)
def test_however_this_computer_is_written_it_is_found(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch, listen_host: str, target: str
) -> None:
    monkeypatch.setattr(resolver, "look_up", lambda _host: (listen_host,))
    one, other = free_port(), free_port()
    mappings = tuple(
        edited(mapping, listen_host=listen_host, target_host=target)
        for mapping in chain(one, other, one)
    )
    all_listen(relaying, mappings)
    with contextlib.suppress(ConnectionError), connect(one, listen_host) as client:
        assert client.recv(1) == b""
    assert "in a circle" in trouble(relaying, mappings)
    assert accepted(relaying) == 1


def test_a_range_is_not_looked_at_port_by_port(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(circles, "leads_here", asked.append)
    monkeypatch.setattr(routing, "leads_here", asked.append)
    first = free_run(100)
    ports = PortRange(first, first + 99)
    mapping = mapping_to(
        first, listen_host="0.0.0.0", listen_ports=ports, target_host="192.0.2.1",
        target_ports=ports,
    )  # fmt: skip
    relaying.listen(mapping)
    relaying.snapshot()
    assert 0 < len(asked) < 10


def test_a_mapping_that_cannot_be_read_keeps_nobody_else_from_working(relaying: Relaying) -> None:
    with listen() as program:
        good = mapping_to(port_of(program))
        other = mapping_to(9, listen_ports=PortRange.single(free_port()))
        bad = mapping_to(9, target_host="a\0b", target_ports=other.listen_ports)
        relaying.listen(good, bad, other)
        relaying.wait_for_state(bad, State.ERROR)
        relaying.wait_for_state(other, State.LISTENING)
