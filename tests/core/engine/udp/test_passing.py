"""Datagrams through a mapping: whole, in order, to the right ones, under every kind of address."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.engine.commands import CloseConnection
from core.engine.sockets import WINDOWS, has_ipv6
from core.engine.status import State
from core.engine.udp.sockets import LINUX
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.udp.peers import Echo, talk_to, udp
from tests.support import WINE, eventually

if TYPE_CHECKING:
    import socket

    from tests.core.engine.relaying import Relaying

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
tells = pytest.mark.skipif(
    WINE or not (LINUX or WINDOWS), reason="this system sends no answer from a chosen address"
)


@pytest.mark.parametrize("size", [0, 1, 1200, 1473, 9000, 65_507])
def test_a_datagram_arrives_whole_and_so_does_its_answer(relaying: Relaying, size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    with Echo() as target:
        port = relaying.listen(mapping_to(target.port, protocol="udp"))
        with talk_to(port) as client:
            client.send(data)
            assert client.recv(1 << 16) == data


def test_datagrams_stay_in_order_and_apart(relaying: Relaying) -> None:
    sizes = [7 * i % 1400 for i in range(300)]
    with Echo() as target:
        port = relaying.listen(mapping_to(target.port, protocol="udp"))
        with talk_to(port) as client:
            for begin in range(0, len(sizes), 50):
                batch = [bytes([i % 256]) * sizes[i] for i in range(begin, begin + 50)]
                for data in batch:
                    client.send(data)
                assert [client.recv(1 << 16) for _ in batch] == batch


def test_each_client_gets_its_own_answers_from_a_socket_of_its_own(relaying: Relaying) -> None:
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        clients = [talk_to(port) for _ in range(20)]
        try:
            for turn in range(3):
                for i, client in enumerate(clients):
                    client.send(b"%d %d" % (turn, i))
                for i, client in enumerate(clients):
                    assert client.recv(100) == b"%d %d" % (turn, i)
            assert len(target.clients) == 20
            numbers = relaying.snapshot().mappings[mapping.id]
            assert (numbers.connections, numbers.accepted) == (20, 20)
            assert numbers.bytes_up == numbers.bytes_down == 3 * (10 * 3 + 10 * 4)
        finally:
            for client in clients:
                client.close()


def test_one_bulky_client_keeps_every_datagram(relaying: Relaying) -> None:
    """Runs of equal ones, with a shorter one at the end, are what segments are made of."""
    with Echo() as target:
        port = relaying.listen(mapping_to(target.port, protocol="udp"))
        with talk_to(port) as client, talk_to(port) as other:
            for turn in range(20):
                run = [bytes([turn, i]) * 600 for i in range(48)]
                run.append(bytes([turn, 255]) * 100)
                for i, data in enumerate(run):
                    client.send(data)
                    if i == 24:
                        other.send(b"between %d" % turn)
                assert [client.recv(1 << 16) for _ in run] == run
                assert other.recv(100) == b"between %d" % turn


@needs_ipv6
@pytest.mark.parametrize(
    ("listen", "target"), [("::1", "127.0.0.1"), ("127.0.0.1", "::1"), ("::1", "::1")]
)
def test_families_can_differ(relaying: Relaying, listen: str, target: str) -> None:
    with Echo(target) as echo:
        mapping = mapping_to(
            echo.port, protocol="udp", listen_host=listen, target_host=target
        )  # fmt: skip
        port = relaying.listen(mapping)
        with talk_to(port, listen) as client:
            client.send(b"over")
            assert client.recv(100) == b"over"
        (session,) = relaying.snapshot(mapping.id).connections
        assert session.client.startswith("[::1]:" if listen == "::1" else "127.0.0.1:")


@tells
@pytest.mark.parametrize("host", ["0.0.0.0", "*", "::"])
@pytest.mark.parametrize("spoken_to", ["127.0.0.1", "127.0.0.5", "127.9.9.9"])
def test_answers_leave_from_the_address_that_was_spoken_to(
    relaying: Relaying, host: str, spoken_to: str
) -> None:
    """Else a client whose socket is connected would not take them."""
    if host != "0.0.0.0" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with Echo() as target:
        port = relaying.listen(mapping_to(target.port, protocol="udp", listen_host=host))
        with talk_to(port, spoken_to) as client:
            for i in range(3):
                client.send(b"from there %d" % i)
                assert client.recv(100) == b"from there %d" % i


@tells
@needs_ipv6
def test_answers_leave_from_the_ipv6_address_that_was_spoken_to(relaying: Relaying) -> None:
    with Echo() as target:
        port = relaying.listen(mapping_to(target.port, protocol="udp", listen_host="*"))
        with talk_to(port, "::1") as client:
            client.send(b"six")
            assert client.recv(100) == b"six"


@tells
def test_one_client_speaking_to_two_of_our_addresses_has_two_sessions(relaying: Relaying) -> None:
    with Echo() as target, udp() as client:
        mapping = mapping_to(target.port, protocol="udp", listen_host="0.0.0.0")
        port = relaying.listen(mapping)
        for host in ("127.0.0.1", "127.0.0.2"):
            client.sendto(host.encode(), (host, port))
            assert client.recvfrom(100) == (host.encode(), (host, port))
        assert relaying.snapshot().mappings[mapping.id].connections == 2


def test_a_range_leads_to_a_range(relaying: Relaying) -> None:
    first = _free_udp_run(3)
    with Echo(port=first) as one, Echo(port=first + 2, answer=bytes.upper) as other:
        listen = _free_udp_run(3, 40_000)
        mapping = mapping_to(
            1,
            protocol="udp",
            listen_ports=PortRange(listen, listen + 2),
            target_ports=PortRange(first, first + 2),
        )
        relaying.listen(mapping)
        for at, target, expected in ((0, one, b"which"), (2, other, b"WHICH")):
            with talk_to(listen + at) as client:
                client.send(b"which")
                assert client.recv(100) == expected
                assert len(target.clients) == 1


def _free_udp_run(size: int, first: int = 20_000) -> int:
    for begin in range(first, first + 5000, size):
        try:
            for port in range(begin, begin + size):
                udp(port=port).close()
        except OSError:
            continue
        return begin
    raise AssertionError("no free ports in a row")


def test_the_allow_list_keeps_clients_out_and_counts_what_they_send(relaying: Relaying) -> None:
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp", allow=("127.0.0.9/32",))
        port = relaying.listen(mapping)
        with talk_to(port) as stranger, talk_to(port, source="127.0.0.9") as friend:
            stranger.send(b"let me in")
            friend.send(b"hello")
            assert friend.recv(100) == b"hello"
            assert [host for host, _ in target.clients] == ["127.0.0.1"]
            numbers = relaying.snapshot().mappings[mapping.id]
            assert (numbers.drops.not_allowed, numbers.accepted) == (1, 1)
            relaying.set(edited(mapping, allow=("127.0.0.1/32",)))
            assert eventually(lambda: _gets_answer(stranger))
            friend.send(b"and now?")
            assert eventually(
                lambda: relaying.snapshot().mappings[mapping.id].drops.not_allowed > 1
            )


def test_more_than_the_most_connections_get_no_session(relaying: Relaying) -> None:
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp", max_connections=2)
        port = relaying.listen(mapping)
        with talk_to(port) as one, talk_to(port) as two, talk_to(port) as three:
            assert _gets_answer(one)
            assert _gets_answer(two)
            three.send(b"?")
            one.send(b"still there")
            assert one.recv(100) == b"still there"
            assert eventually(
                lambda: relaying.snapshot().mappings[mapping.id].drops.not_allowed == 1
            )
            assert len(target.clients) == 2


def _answer(client: socket.socket, question: bytes) -> bytes | None:
    client.settimeout(0.3)
    client.send(question)
    try:
        return client.recv(100)
    except TimeoutError:
        return None


def _gets_answer(client: socket.socket) -> bool:
    return _answer(client, b"?") == b"?"


@pytest.mark.parametrize("way", ["limit_up", "limit_down"])
def test_a_limit_drops_what_is_too_much_and_lets_the_rest_through(
    relaying: Relaying, way: str
) -> None:
    with Echo() as target:
        limits = {way: 50_000}
        mapping = mapping_to(target.port, protocol="udp", **limits)
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            begun = time.monotonic()
            for i in range(200):
                client.send(b"%04d" % i + bytes(996))
            client.settimeout(0.4)
            got = []
            try:
                while True:
                    got.append(int(client.recv(2000)[:4]))
            except TimeoutError:
                pass
            seconds = time.monotonic() - begun
            assert got
            assert got == sorted(got)
            assert len(got) * 1000 <= 50_000 * (seconds + 0.2)
            # The system's buffers may have been full before ours, which shows a second later.
            drops = relaying.snapshot().mappings[mapping.id].drops
            assert drops.over_limit
            if LINUX:
                assert eventually(
                    lambda: relaying.snapshot().mappings[mapping.id].drops.total == 200 - len(got)
                )
            relaying.set(edited(mapping, **{way: 0}))
            assert eventually(lambda: _gets_answer(client))


def test_a_session_can_be_ended_and_the_next_datagram_begins_another(relaying: Relaying) -> None:
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            assert _gets_answer(client)
            (session,) = relaying.snapshot(mapping.id).connections
            assert session.protocol == "udp"
            assert session.state == "open"
            assert session.target == f"127.0.0.1:{target.port}"
            assert session.client == f"127.0.0.1:{client.getsockname()[1]}"
            assert (session.bytes_up, session.bytes_down) == (1, 1)
            relaying.engine.submit(CloseConnection(session.connection_id))
            assert relaying.snapshot(mapping.id).connections == ()
            assert _gets_answer(client)
            (another,) = relaying.snapshot(mapping.id).connections
            assert another.connection_id != session.connection_id
            assert relaying.snapshot().mappings[mapping.id].bytes_up == 2


def test_an_edit_touches_only_what_changed(relaying: Relaying) -> None:
    with Echo() as target, Echo(answer=bytes.upper) as other:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            assert _gets_answer(client)
            renamed = edited(mapping, name="another", udp_timeout=30.0, limit_up=1_000_000)
            relaying.set(renamed)
            assert _gets_answer(client)
            assert relaying.snapshot().mappings[mapping.id].accepted == 1
            # A UDP client may never end; so another target takes over with the next datagram.
            relaying.set(edited(renamed, target_ports=PortRange.single(other.port)))
            assert eventually(lambda: _answer(client, b"who") == b"WHO")
            assert relaying.wait_for_state(mapping, State.LISTENING).listening[0][1] == port


def test_switching_off_closes_the_port_at_once(relaying: Relaying) -> None:
    with Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            assert _gets_answer(client)
            relaying.set(edited(mapping, enabled=False))
            relaying.wait_for_state(mapping, State.OFF)
            udp(port=port).close()
            assert relaying.snapshot().mappings[mapping.id].bytes_down == 1
