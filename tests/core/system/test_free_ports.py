"""Free ports near the one that is taken."""

from __future__ import annotations

import socket

import pytest

from core.config.address import PortRange
from core.config.mapping import Protocol
from core.engine.sockets import has_ipv6
from core.system import free_ports as module
from core.system.free_ports import free_ports
from tests.support import accept, connect, free_run, listen


def test_the_next_port_is_offered_and_can_be_had() -> None:
    first = free_run(4)
    with listen(port=first):
        found = free_ports("127.0.0.1", PortRange.single(first))
        assert found == PortRange.single(first + 1)
        listen(port=found.first).close()


def test_what_is_taken_or_promised_is_passed_over() -> None:
    first = free_run(8)
    with listen(port=first), listen(port=first + 1):
        promised = [PortRange(first + 2, first + 3)]
        found = free_ports("127.0.0.1", PortRange.single(first), avoid=promised)
    assert found == PortRange.single(first + 4)


def test_a_range_is_replaced_by_one_of_the_same_size_that_is_free_throughout() -> None:
    first = free_run(12)
    with listen(port=first), listen(port=first + 3):
        found = free_ports("127.0.0.1", PortRange(first, first + 2))
    assert found == PortRange(first + 4, first + 6)


def test_a_port_held_by_udp_alone_is_free_for_tcp() -> None:
    first = free_run(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", first + 1))
        for protocol, port in ((Protocol.TCP, first + 1), (Protocol.BOTH, first + 2)):
            found = free_ports("127.0.0.1", PortRange.single(first), protocol)
            assert found == PortRange.single(port)


def test_what_an_old_connection_leaves_behind_holds_no_port() -> None:
    first = free_run(4)
    with listen(port=first + 1) as old:
        client = connect(first + 1)
        with accept(old) as server:
            server.shutdown(socket.SHUT_WR)  # who ends first is left in TIME_WAIT
            assert client.recv(1) == b""
            client.close()
            assert server.recv(1) == b""
    assert free_ports("127.0.0.1", PortRange.single(first)) == PortRange.single(first + 1)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("holder", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("host", ["*", "localhost", "::"])
def test_for_every_address_a_port_must_be_free_in_both_families(host: str, holder: str) -> None:
    first = free_run(4)
    with listen(holder, port=first + 1):
        assert free_ports(host, PortRange.single(first)) == PortRange.single(first + 2)


def test_a_range_that_needs_rights_moves_up_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "first_free_for_all", lambda: 1024)
    monkeypatch.setattr(module, "_is_free", lambda *_: True)
    assert free_ports("127.0.0.1", PortRange(22, 23)) == PortRange(8022, 8023)


@pytest.mark.parametrize(("port", "familiar"), [(22, 2222), (80, 8080), (443, 8443), (81, 8081)])
def test_for_a_port_that_needs_rights_one_is_offered_that_needs_none(
    monkeypatch: pytest.MonkeyPatch, port: int, familiar: int
) -> None:
    monkeypatch.setattr(module, "first_free_for_all", lambda: 1024)
    monkeypatch.setattr(module, "_is_free", lambda *_: True)
    assert free_ports("127.0.0.1", PortRange.single(port)) == PortRange.single(familiar)


def test_the_search_goes_on_at_the_low_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "first_free_for_all", lambda: 1024)
    monkeypatch.setattr(module, "_is_free", lambda *_: True)
    assert free_ports("127.0.0.1", PortRange(65530, 65535)) == PortRange(1024, 1029)


def test_where_nothing_can_be_had_nothing_is_offered() -> None:
    assert free_ports("192.0.2.77", PortRange.single(8080)) is None
    assert free_ports("127.0.0.1", PortRange(2, 65535)) is None
