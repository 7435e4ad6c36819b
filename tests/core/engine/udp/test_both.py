"""One row over TCP and UDP: the same ports, one state, and words for the half that fails."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.engine import listeners
from core.engine.commands import Retry
from core.engine.status import State, TroubleKind
from core.engine.udp.sockets import LINUX, datagram_listener
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.udp.peers import Echo, free_udp_port, talk_to, udp
from tests.support import accept, connect, eventually, free_port, listen, port_of, read_exactly

if TYPE_CHECKING:
    import socket

    from tests.core.engine.relaying import Relaying


def _tcp_passes(port: int, target: socket.socket) -> bool:
    with connect(port) as client, accept(target) as server:
        client.sendall(b"through")
        return read_exactly(server, 7) == b"through"


def _udp_passes(port: int) -> bool:
    with talk_to(port) as client:
        client.settimeout(0.3)
        client.send(b"through")
        try:
            return client.recv(100) == b"through"
        except OSError:  # refused, or no answer
            return False


def test_both_listen_on_the_same_free_port(relaying: Relaying) -> None:
    with listen() as target, Echo(port=port_of(target)):
        mapping = mapping_to(port_of(target), protocol="both")
        port = relaying.listen(mapping)
        assert relaying.status(mapping).state == State.LISTENING
        assert relaying.status(mapping).protocols == ("tcp", "udp")
        assert relaying.status(mapping).listening == (("127.0.0.1", port),)
        with connect(port) as client, accept(target) as server, talk_to(port) as speaker:
            client.sendall(b"tcp")
            assert read_exactly(server, 3) == b"tcp"
            speaker.send(b"udp")
            assert speaker.recv(10) == b"udp"
            kinds = sorted(one.protocol for one in relaying.snapshot(mapping.id).connections)
            assert kinds == ["tcp", "udp"]


def test_a_free_port_that_udp_has_not_is_left_for_another(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[int] = []

    def picky(family: int, address: tuple[str, int], **options: Any) -> socket.SocketType:
        if len(refused) < 3:
            refused.append(address[1])
            raise OSError(errno.EADDRINUSE, "taken")
        return datagram_listener(family, address, **options)

    monkeypatch.setattr(listeners, "datagram_listener", picky)
    with listen() as target, Echo(port=port_of(target)):
        mapping = mapping_to(port_of(target), protocol="both")
        port = relaying.listen(mapping)
        assert len(refused) == 3
        assert port not in refused
        assert relaying.status(mapping).state == State.LISTENING
        assert _tcp_passes(port, target)
        assert _udp_passes(port)


def test_the_half_whose_port_is_taken_is_named_and_comes_later(relaying: Relaying) -> None:
    with listen() as target, Echo(port=port_of(target)):
        port = free_udp_port()
        with udp(port=port):
            mapping = mapping_to(
                port_of(target), protocol="both", listen_ports=PortRange.single(port)
            )  # fmt: skip
            relaying.set(mapping)
            status = relaying.wait_for_state(mapping, State.DEGRADED)
            trouble = status.trouble
            assert trouble is not None
            assert trouble.kind == TroubleKind.PORT_IN_USE
            assert trouble.address == f"UDP 127.0.0.1:{port}"
            assert str(trouble.reason).startswith(f"UDP 127.0.0.1:{port} is in use by ")
            assert trouble.owner is not None
            assert trouble.owner.pid == os.getpid()
            assert status.protocols == ("tcp",)
            assert _tcp_passes(port, target)
        relaying.engine.submit(Retry(mapping.id))
        relaying.wait_for_state(mapping, State.LISTENING)
        assert _udp_passes(port)
        assert relaying.status(mapping).protocols == ("tcp", "udp")


def test_tcp_taken_is_named_as_such(relaying: Relaying) -> None:
    with listen() as squatter, Echo() as target:
        port = port_of(squatter)
        mapping = mapping_to(
            target.port, protocol="both", listen_ports=PortRange.single(port)
        )  # fmt: skip
        relaying.set(mapping)
        trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
        assert trouble is not None
        assert trouble.address == f"TCP 127.0.0.1:{port}"
        assert _udp_passes(port)


def test_mappings_of_either_protocol_share_a_port_and_clash_over_one(relaying: Relaying) -> None:
    with listen() as target, Echo() as echo:
        ports = PortRange.single(free_udp_port())
        one = mapping_to(port_of(target), name="connections", listen_ports=ports)
        port = relaying.listen(one)
        other = mapping_to(echo.port, name="datagrams", protocol="udp", listen_ports=ports)
        third = mapping_to(echo.port, protocol="udp", listen_ports=ports)
        relaying.set(one, other)
        relaying.wait_for_state(other, State.LISTENING)
        assert _udp_passes(port)
        relaying.set(one, other, third)
        trouble = relaying.wait_for_state(third, State.WAITING).trouble
        assert trouble is not None
        assert "“datagrams”" in str(trouble.reason)
        relaying.set(one, third)  # what one mapping lets go of, another one waits for
        relaying.wait_for_state(third, State.LISTENING)


def test_another_protocol_leaves_the_listener_and_the_sessions_that_stay(
    relaying: Relaying,
) -> None:
    with listen() as target, Echo(port=port_of(target)):
        ports = PortRange.single(free_port())
        fixed = mapping = mapping_to(port_of(target), protocol="tcp", listen_ports=ports)
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            relaying.set(edited(fixed, protocol="both"))
            assert eventually(lambda: _udp_passes(port))
            client.sendall(b"still here")
            assert read_exactly(server, 10) == b"still here"
            relaying.set(edited(fixed, protocol="udp"))
            assert eventually(lambda: relaying.status(mapping).protocols == ("udp",))
            with listen(port=port):
                assert _udp_passes(port)
            client.sendall(b"and still")
            assert read_exactly(server, 9) == b"and still"
            relaying.set(edited(fixed, protocol="tcp"))
            assert eventually(lambda: relaying.status(mapping).protocols == ("tcp",))
            assert not _udp_passes(port)


@pytest.mark.skipif(not LINUX, reason="a closed port is told by ICMP, which Wine does not")
def test_trouble_of_the_udp_target_is_not_healed_by_its_tcp_side(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), protocol="both")
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            client.send(b"anybody?")
            trouble = relaying.wait_for_state(mapping, State.DEGRADED).trouble
            assert trouble is not None
            assert "UDP" in str(trouble.reason)
            assert _tcp_passes(port, target)
            assert relaying.status(mapping).state == State.DEGRADED
