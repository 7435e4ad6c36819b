"""A mapping whose target is its own port: nothing runs in a circle, and the row says why."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import pytest

from core.config.address import Endpoint, PortRange
from core.config.mapping import Mapping, Protocol
from core.engine import circles, resolver
from core.engine.commands import LookAround, SetMappings
from core.engine.events import StateChanged
from core.engine.status import State
from core.system.interfaces import interface_addresses
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import accept, connect, eventually, free_port, listen, port_of, read_exactly

if TYPE_CHECKING:
    from core.engine.status import Status

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
    with connect(port) as client, contextlib.suppress(ConnectionError):
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
