"""Listening and accepting: places, ranges, conflicts, limits, and too few descriptors."""

from __future__ import annotations

import contextlib
import os
import socket

import pytest

from core.config.address import PortRange
from core.engine import listeners
from core.engine.commands import Retry
from core.engine.events import StateChanged
from core.engine.reactor.poller import SelectPoller
from core.engine.sockets import has_ipv6
from core.engine.status import State, TroubleKind
from core.system.interfaces import interface_addresses
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import (
    accept,
    connect,
    eventually,
    free_port,
    free_run,
    is_turned_away,
    listen,
    port_of,
    read_exactly,
)

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


def _passes(port: int, target: socket.socket, host: str = "127.0.0.1") -> bool:
    with connect(port, host) as client, accept(target) as server:
        client.sendall(b"through")
        return read_exactly(server, 7) == b"through"


def _refuses(port: int, host: str = "127.0.0.1") -> bool:
    try:
        connect(port, host).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_port_in_use_is_waited_for_and_its_owner_named(relaying: Relaying) -> None:
    with listen() as target:
        with listen() as squatter:
            port = port_of(squatter)
            mapping = mapping_to(port_of(target), listen_ports=PortRange.single(port))
            relaying.set(mapping)
            trouble = relaying.wait_for_state(mapping, State.WAITING).trouble
            assert trouble is not None
            assert trouble.kind == TroubleKind.PORT_IN_USE
            assert trouble.owner is not None
            assert trouble.owner.pid == os.getpid()
            assert str(os.getpid()) in str(trouble.reason)
            assert f"127.0.0.1:{port}" in str(trouble.reason)
        relaying.engine.submit(Retry(mapping.id))
        relaying.wait_for_state(mapping, State.LISTENING)
        assert _passes(port, target)


def test_a_port_that_another_mapping_holds_is_told_by_its_name(relaying: Relaying) -> None:
    port = free_port()
    first = mapping_to(1, name="NAS", listen_ports=PortRange.single(port))
    second = mapping_to(2, name="Printer", listen_ports=PortRange.single(port))
    relaying.listen(first)
    relaying.set(first, second)
    trouble = relaying.wait_for_state(second, State.WAITING).trouble
    assert trouble is not None
    assert trouble.kind == TroubleKind.PORT_IN_USE
    assert "“NAS”" in str(trouble.reason)
    relaying.set(edited(first, enabled=False), second)
    relaying.snapshot()  # the command was obeyed; what follows needs no waiting for a next try
    assert eventually(lambda: relaying.status(second).state == State.LISTENING, seconds=0.5)


def test_an_address_of_another_machine_is_waited_for(relaying: Relaying) -> None:
    mapping = mapping_to(1, listen_host="192.0.2.1")  # RFC 5737: never anybody's
    relaying.set(mapping)
    trouble = relaying.wait_for_state(mapping, State.WAITING).trouble
    assert trouble is not None
    assert trouble.kind == TroubleKind.ADDRESS_NOT_HERE


def test_switched_off_the_port_refuses_and_sessions_end(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            relaying.set()
            relaying.wait_for_state(mapping, State.OFF)
            assert client.recv(1) == b""
            assert server.recv(1) == b""
        assert _refuses(port)


def test_stopped_and_started_again_at_once_it_listens(relaying: Relaying) -> None:
    with listen() as target:
        port = free_port()
        mapping = mapping_to(port_of(target), listen_ports=PortRange.single(port))
        for _ in range(5):
            relaying.listen(mapping)
            assert _passes(port, target)
            relaying.set()
            relaying.wait_for_state(mapping, State.OFF)


@needs_ipv6
def test_localhost_listens_on_both_families(relaying: Relaying) -> None:
    with listen() as target:
        port = free_port()
        mapping = mapping_to(
            port_of(target), listen_host="localhost", listen_ports=PortRange.single(port)
        )
        relaying.listen(mapping)
        assert _passes(port, target, "127.0.0.1")
        assert _passes(port, target, "::1")


@needs_ipv6
@pytest.mark.parametrize("host", ["*", "::"])
def test_every_address_means_both_families(relaying: Relaying, host: str) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), listen_host=host))
        assert _passes(port, target, "127.0.0.1")
        assert _passes(port, target, "::1")


def test_an_interface_name_stands_for_its_addresses(relaying: Relaying) -> None:
    interfaces = interface_addresses()
    loopback = next(name for name in interfaces if "127.0.0.1" in interfaces[name])
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), listen_host=loopback))
        assert _passes(port, target)


def test_an_interface_is_followed_when_its_addresses_change(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    interfaces: dict[str, tuple[str, ...]] = {"wlan7": ("127.0.0.21",)}
    monkeypatch.setattr(listeners, "interface_addresses", lambda: interfaces)
    monkeypatch.setattr(listeners, "FOLLOW_EVERY", 0.02)
    monkeypatch.setattr(listeners, "FIRST_RETRY", 0.02)
    with listen() as target:
        port = free_port()
        mapping = mapping_to(
            port_of(target), listen_host="wlan7", listen_ports=PortRange.single(port)
        )
        relaying.listen(mapping)
        assert _passes(port, target, "127.0.0.21")
        with connect(port, "127.0.0.21") as client, accept(target) as server:
            interfaces["wlan7"] = ("127.0.0.22",)
            relaying.wait_for(
                StateChanged, lambda event: event.status.listening == (("127.0.0.22", port),)
            )
            assert _passes(port, target, "127.0.0.22")
            assert _refuses(port, "127.0.0.21")
            client.sendall(b"still here")  # a session outlives the listener it came by
            assert read_exactly(server, 10) == b"still here"
        interfaces["wlan7"] = ()
        assert relaying.wait_for_state(mapping, State.WAITING).trouble is not None
        interfaces["wlan7"] = ("127.0.0.23",)
        relaying.wait_for_state(mapping, State.LISTENING)
        assert _passes(port, target, "127.0.0.23")


def test_a_range_is_one_mapping_and_each_port_has_its_target(relaying: Relaying) -> None:
    first = free_run(300)
    with listen() as one, listen(port=0) as other:
        del other
        mapping = mapping_to(port_of(one), listen_ports=PortRange(first, first + 299))
        relaying.listen(mapping)
        for port in (first, first + 150, first + 299):
            assert _passes(port, one)
        relaying.set()
        relaying.wait_for_state(mapping, State.OFF)
        assert _refuses(first + 299)


def test_a_range_with_one_taken_port_is_degraded_and_the_rest_works(relaying: Relaying) -> None:
    first = free_run(10)
    with listen() as target, listen(port=first):
        mapping = mapping_to(port_of(target), listen_ports=PortRange(first, first + 9))
        relaying.set(mapping)
        status = relaying.wait_for_state(mapping, State.DEGRADED)
        assert status.listening == (("127.0.0.1", first + 1),)
        assert status.trouble is not None
        assert status.trouble.address == f"127.0.0.1:{first}"
        assert _passes(first + 9, target)


def test_only_allowed_networks_get_in(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), allow=("127.0.0.9/32",))
        port = relaying.listen(mapping)
        assert is_turned_away(port)
        with (
            socket.create_connection(
                ("127.0.0.1", port), timeout=10, source_address=("127.0.0.9", 0)
            ) as friend,
            accept(target) as server,
        ):
            friend.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
        assert relaying.snapshot().mappings[mapping.id].rejected == 1


def test_more_than_the_most_connections_are_closed_at_once(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), max_connections=2)
        port = relaying.listen(mapping)
        with connect(port), connect(port), accept(target), accept(target):
            assert is_turned_away(port)
            assert relaying.snapshot().mappings[mapping.id].rejected == 1
        assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)
        assert _passes(port, target)


def test_an_invalid_mapping_is_an_error_and_its_neighbours_run(relaying: Relaying) -> None:
    bad = mapping_to(1, allow=("nonsense",))
    with listen() as target:
        good = mapping_to(port_of(target))
        relaying.set(bad, good)
        trouble = relaying.wait_for_state(bad, State.ERROR).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.INVALID
        assert "nonsense" in str(trouble.reason)
        port = relaying.wait_for_state(good, State.LISTENING).listening[0][1]
        assert _passes(port, target)
        relaying.set(edited(bad, allow=()), good)
        relaying.wait_for_state(bad, State.LISTENING)


def test_a_mapping_on_another_address_is_not_blamed_for_a_taken_port(relaying: Relaying) -> None:
    with listen("127.0.0.1") as squatter:
        port = PortRange.single(port_of(squatter))
        innocent = mapping_to(1, name="innocent", listen_host="127.0.0.2", listen_ports=port)
        relaying.listen(innocent)
        blocked = mapping_to(2, listen_ports=port)
        relaying.set(innocent, blocked)
        trouble = relaying.wait_for_state(blocked, State.WAITING).trouble
        assert trouble is not None
        assert "innocent" not in str(trouble.reason)
        assert trouble.owner is not None
        assert trouble.owner.pid == os.getpid()


@needs_ipv6
def test_an_address_with_a_zone_can_be_listened_on_and_reached(relaying: Relaying) -> None:
    linked = [
        address
        for addresses in interface_addresses().values()
        for address in addresses
        if address.startswith("fe80:") and "%" in address
    ]
    if not linked:
        pytest.skip("no interface has a link-local address")
    with listen() as target:
        far = mapping_to(port_of(target), listen_host=linked[0])
        far_port = relaying.listen(far)
        near = mapping_to(far_port, target_host=linked[0])
        relaying.set(far, near)
        port = relaying.wait_for_state(near, State.LISTENING).listening[0][1]
        assert _passes(port, target)


def test_a_full_poller_turns_new_clients_away_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listen() as probe:
        used = probe.fileno()  # the lowest free descriptor
    monkeypatch.setattr(SelectPoller, "_POSIX_LIMIT", used + 24)
    monkeypatch.setattr(SelectPoller, "_WINDOWS_LIMIT", 20)
    with Relaying(SelectPoller()) as relaying, listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        clients = []
        for _ in range(30):
            with contextlib.suppress(ConnectionResetError):
                clients.append(connect(port))
        assert eventually(lambda: relaying.snapshot().mappings[mapping.id].failed > 0)
        for client in clients:
            client.close()
        while eventually(lambda: _has_waiting(target), seconds=0.2):
            accept(target).close()
        assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)
        assert _passes(port, target)


def _has_waiting(listener: socket.socket) -> bool:
    import select

    return bool(select.select([listener], [], [], 0)[0])
