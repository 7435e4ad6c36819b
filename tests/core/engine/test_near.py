"""What connections within this computer are spared: a congestion control that sends by a timer."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from core.engine import near
from core.engine.near import default_paces, is_near, paced_in_vain
from core.engine.reactor.loop import BUFFER_SIZE
from core.engine.tcp.receiver import Receiver
from tests.core.engine.relaying import mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.tcp.test_fast import pair, passes
from tests.support import accept, connect, listen, port_of, read_exactly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.engine.tcp.side import Side
    from tests.core.engine.relaying import Relaying

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can have it so")


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """Have what the system does by itself be asked for by this test, and by the next one."""
    default_paces.cache_clear()
    yield
    default_paces.cache_clear()


@pytest.mark.parametrize(
    ("said", "paces"), [("bbr\n", True), ("bbr3\n", True), ("cubic\n", False), ("reno\n", False)]
)
def test_the_system_says_whether_it_paces(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, paces: bool
) -> None:
    (tmp_path / "control").write_text(said, encoding="ascii")
    monkeypatch.setattr(near, "_CONGESTION_CONTROL", tmp_path / "control")
    assert default_paces() is paces
    assert paced_in_vain("127.0.0.1") is paces
    assert not paced_in_vain("192.0.2.1")


def test_where_nobody_says_nothing_is_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(near, "_CONGESTION_CONTROL", tmp_path / "none")
    assert not default_paces()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        *(("127.0.0.1", True), ("127.9.8.7", True), ("::1", True)),
        *(("192.0.2.1", False), ("12.7.0.1", False), ("::", False), ("0.0.0.0", False)),
    ],
)
def test_loopback_addresses_are_near(address: str, found: bool) -> None:
    assert is_near(address) is found


def controls(*ports: int) -> dict[int, set[bytes]]:
    """What controls the connections of this process whose own or other port is one of these."""
    found: dict[int, set[bytes]] = {port: set() for port in ports}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        try:
            if not os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):  # noqa: PTH115
                continue
            fd = os.dup(int(name))
        except OSError:  # it has gone
            continue
        with socket.socket(fileno=fd) as sock:
            if sock.family != socket.AF_INET or sock.type != socket.SOCK_STREAM:
                continue
            option = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0")
            try:
                peer = sock.getpeername()[1]
            except OSError:  # a listener
                continue
            for port in {sock.getsockname()[1], peer}.intersection(ports):
                found[port].add(option)
    return found


@linux
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["literal", "name"])
@pytest.mark.parametrize("paces", [True, False], ids=["paced", "not-paced"])
def test_nothing_is_paced_that_stays_within_this_computer(
    relaying: Relaying, monkeypatch: pytest.MonkeyPatch, host: str, paces: bool
) -> None:
    monkeypatch.setattr(near, "default_paces", lambda: paces)
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), target_host=host))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
            usual = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0")
            # Ours are one end each; the other is this test's, which stays with the usual.
            met = controls(port, port_of(target))
            ours = b"reno" if paces else usual
            assert met == {port: {usual, ours}, port_of(target): {usual, ours}}


@linux
@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("case", ["paced", "not paced", "from elsewhere"])
def test_bulk_of_a_paced_sender_here_has_a_narrow_window(
    monkeypatch: pytest.MonkeyPatch, way: str, case: str
) -> None:
    monkeypatch.setattr(near, "default_paces", lambda: case != "not paced")
    with Stepping(monkeypatch) as engine, listen() as target:
        mapping = mapping_to(port_of(target))
        client, server = pair(engine, engine.listen(mapping), target)
        with client, server:
            ends = (client, server) if way == "up" else (server, client)
            passes(engine, *ends, b"first")
            (session,) = engine.runner(mapping).sessions.values()
            assert isinstance(session, Receiver)
            sides: list[Side] = [session, session.sender]
            bulky, quiet = sides if way == "up" else reversed(sides)
            if case == "from elsewhere" and way == "up":
                session.client = ("192.0.2.1", 1)
            elif case == "from elsewhere":
                session.sender.address = ("192.0.2.1", 1)
            for _ in range(8):
                passes(engine, *ends, os.urandom(3 * BUFFER_SIZE))
            engine.wait(1.5)
            assert bulky.pipe is not None
            assert quiet.pipe is None
            narrow = [
                side.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP) == near.WINDOW
                for side in (bulky, quiet)
            ]
            assert narrow == [case == "paced", False]
