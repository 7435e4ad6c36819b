"""The network changes, the clock jumps: rows stay true, what is lost is let go, what comes is used.

Networks are real ones, made for the test; a sleep is played by the jump of the clock it brings.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.paths import HEADLESS_LOG, LOG_FOLDER
from core.config.store import Profile, Store
from core.engine import aftermath
from core.engine.commands import LookAround
from core.engine.events import StateChanged, SurroundingsChanged
from core.engine.status import State
from tests.core.engine.relaying import Relaying, mapping_to
from tests.network_namespace import ROOT, network_namespace, why_no_namespaces
from tests.support import accept, connect, eventually, free_port, listen, port_of, read_exactly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.network_namespace import Namespace

WHY_NOT = why_no_namespaces()
in_a_network = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "can")

AWAY = "192.0.2.10"
"""The address that comes and goes (RFC 5737: of nobody)."""
ANOTHER = "198.51.100.7"
TRUE_AGAIN = 5.0
"""Seconds after which every row must be true again."""


@pytest.fixture
def network() -> Iterator[Namespace]:
    with network_namespace() as network:
        yield network


class Running:
    """`portway run --json` in a network, and what it says."""

    def __init__(self, network: Namespace, profile: Path, **fields: Any) -> None:
        mapping = Mapping(name="Web", **fields)
        Store(profile).save(Profile(mappings=(mapping,)))
        command = [sys.executable, "-m", "core", "--profile", str(profile), "run", "--json"]
        self._said = profile / "said"
        self._log = profile / LOG_FOLDER / HEADLESS_LOG
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                network.command(*command), cwd=ROOT, stdout=said, stderr=said
            )

    def lines(self) -> list[dict[str, Any]]:
        """All it has said."""
        return [json.loads(line) for line in self._said.read_text("utf-8").splitlines()]

    def says(self, word: str, times: int, seconds: float = 10.0) -> bool:
        """Whether it comes to say so."""

        def said() -> bool:
            return sum(word in json.dumps(line) for line in self.lines()) >= times

        return eventually(said, seconds)

    def has_noticed(self) -> bool:
        """Whether it knows that the network is another one."""
        return "The network is another one" in self._log.read_text("utf-8")

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(10) in (0, 1)


def can_connect(network: Namespace, address: str, port: int) -> bool:
    with network.socket() as client:
        return client.connect_ex((address, port)) == 0


@in_a_network
def test_a_listener_leaves_with_its_address_and_comes_back_with_it(
    network: Namespace, tmp_path: Path
) -> None:
    network.add(AWAY)
    with network.socket() as target:
        target.bind(("127.0.0.1", 0))
        target.listen()
        target_ports = PortRange.single(port_of(target))
        with contextlib.closing(
            Running(
                network, tmp_path, listen_host=AWAY, listen_ports=PortRange.single(8080),
                target_host="127.0.0.1", target_ports=target_ports,
            )
        ) as running:  # fmt: skip
            assert running.says("listening", 1)
            begun = time.monotonic()
            network.remove(AWAY)
            assert running.says("not an address of this computer", 1, TRUE_AGAIN)
            network.add(AWAY)
            assert running.says("listening", 2, TRUE_AGAIN)
            assert can_connect(network, AWAY, 8080)
            assert time.monotonic() - begun < 2 * TRUE_AGAIN


@in_a_network
def test_a_listener_on_an_interface_follows_to_its_new_address(
    network: Namespace, tmp_path: Path
) -> None:
    network.add(AWAY)
    fields = {"listen_host": "lo", "listen_ports": PortRange.single(8080)}
    target = {"target_host": "127.0.0.1", "target_ports": PortRange.single(9)}
    with contextlib.closing(Running(network, tmp_path, **fields, **target)) as running:
        assert running.says("listening", 1)
        assert eventually(lambda: can_connect(network, AWAY, 8080))
        network.remove(AWAY)
        network.add(ANOTHER)
        assert eventually(lambda: can_connect(network, ANOTHER, 8080), TRUE_AGAIN)
        assert not can_connect(network, AWAY, 8080)


@in_a_network
def test_a_connection_from_an_address_that_is_gone_is_let_go(
    network: Namespace, tmp_path: Path
) -> None:
    network.add(AWAY)
    with network.socket() as target, network.socket() as client:
        target.bind((AWAY, 0))
        target.listen()
        with contextlib.closing(
            Running(
                network, tmp_path, listen_ports=PortRange.single(8080), target_host=AWAY,
                target_ports=PortRange.single(port_of(target)),
            )
        ) as running:  # fmt: skip
            assert running.says("listening", 1)
            client.connect(("127.0.0.1", 8080))
            with accept(target) as server:
                server.sendall(b"hello")
                assert read_exactly(client, 5) == b"hello"
                network.remove(AWAY)
                client.settimeout(aftermath.GRACE + TRUE_AGAIN)
                with contextlib.suppress(ConnectionResetError):
                    assert client.recv(1) == b""


@in_a_network
def test_a_connection_outlives_an_address_that_is_away_for_a_moment(
    network: Namespace, tmp_path: Path
) -> None:
    network.add(AWAY)
    with network.socket() as target, network.socket() as client:
        target.bind((AWAY, 0))
        target.listen()
        with contextlib.closing(
            Running(
                network, tmp_path, listen_ports=PortRange.single(8080), target_host=AWAY,
                target_ports=PortRange.single(port_of(target)),
            )
        ) as running:  # fmt: skip
            assert running.says("listening", 1)
            client.connect(("127.0.0.1", 8080))
            with accept(target) as server:
                network.remove(AWAY)
                assert eventually(running.has_noticed)
                network.add(AWAY)
                client.settimeout(aftermath.SETTLE + aftermath.GRACE + 2)
                with pytest.raises(TimeoutError):
                    client.recv(1)
                server.sendall(b"hello")
                assert read_exactly(client, 5) == b"hello"


def set_the_clock_to_what_it_is() -> None:
    """For the kernel that is a jump, too; nobody else notices."""
    time.clock_settime(time.CLOCK_REALTIME, time.time())


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of jumps")
def test_a_clock_that_jumps_is_noticed_without_looking(relaying: Relaying) -> None:
    relaying.listen(mapping_to(1))
    try:
        set_the_clock_to_what_it_is()
    except PermissionError:
        pytest.skip("no right to set the clock")
    relaying.wait_for(SurroundingsChanged, lambda event: event.jumped)


def test_several_who_tell_of_one_waking_make_one_matter(relaying: Relaying) -> None:
    relaying.listen(mapping_to(1))
    for _ in range(5):
        relaying.engine.submit(LookAround())
    relaying.engine.submit(LookAround(jumped=True))
    relaying.wait_for(SurroundingsChanged, lambda event: event.jumped)
    told = [event for event in relaying.events if isinstance(event, SurroundingsChanged)]
    assert len(told) == 1


def test_listeners_and_connections_that_work_are_left_alone(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            changes = len([e for e in relaying.events if isinstance(e, StateChanged)])
            relaying.engine.submit(LookAround(jumped=True))
            relaying.wait_for(SurroundingsChanged, lambda event: event.jumped)
            client.sendall(b"ping")
            assert read_exactly(server, 4) == b"ping"
            with connect(port), accept(target):
                pass
            assert len([e for e in relaying.events if isinstance(e, StateChanged)]) == changes


def test_a_target_in_trouble_gets_another_chance(relaying: Relaying) -> None:
    port = relaying.listen(mapping_to(free_port()))
    with contextlib.suppress(ConnectionResetError), connect(port) as client:
        client.recv(1)
    relaying.wait_for(StateChanged, lambda event: event.status.state is State.DEGRADED)
    relaying.engine.submit(LookAround())

    def state() -> State:
        return [e.status.state for e in relaying.events if isinstance(e, StateChanged)][-1]

    assert eventually(lambda: state() is State.LISTENING, TRUE_AGAIN)


def test_after_a_sleep_many_peers_are_asked_a_few_at_a_time(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(aftermath, "probe_soon", lambda _sock: asked.append(time.monotonic()))
    monkeypatch.setattr(aftermath, "PROBED_AT_ONCE", 2)
    with listen() as target, contextlib.ExitStack() as open_ones:
        port = relaying.listen(mapping_to(port_of(target)))
        for _ in range(3):
            client = open_ones.enter_context(connect(port))
            open_ones.enter_context(accept(target)).sendall(b"x")
            assert client.recv(1) == b"x"
        relaying.engine.submit(LookAround(jumped=True))
        assert eventually(lambda: len(asked) == 6)
    assert asked[2] - asked[1] > aftermath.BETWEEN_PROBES / 2 < asked[4] - asked[3]


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the pace cannot be set")
def test_after_a_sleep_silent_peers_are_asked_at_once_and_then_at_leisure(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    paces: list[int] = []
    for name in ("probe_soon", "keep_alive"):
        plain = getattr(aftermath, name)

        def watched(sock: socket.socket, plain: Any = plain) -> None:
            plain(sock)
            paces.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE))

        monkeypatch.setattr(aftermath, name, watched)
    monkeypatch.setattr(aftermath, "PROBING", 0.05)
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            server.sendall(b"x")
            assert client.recv(1) == b"x"
            relaying.engine.submit(LookAround(jumped=True))
            assert eventually(lambda: len(paces) == 4)
    assert max(paces[:2]) < 7
    assert min(paces[2:]) >= 15
