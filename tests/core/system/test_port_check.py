"""Looking at listen ports before anybody listens there."""

from __future__ import annotations

import os

import pytest

from core.config.address import PortRange
from core.config.mapping import Protocol
from core.system import port_check
from core.system.listening import Listening, listening
from core.system.port_check import check_ports
from tests.support import free_run, listen


def test_a_port_of_another_program_is_told_with_a_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_run(4)
    with listen(port=first):
        me = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: -1)
        news = check_ports("127.0.0.1", PortRange.single(first), Protocol.TCP, ())
    assert news.owner is not None
    assert (news.owner.port, news.owner.pid) == (first, me)
    assert news.free == PortRange.single(first + 1)


def test_our_own_listeners_are_no_news() -> None:
    first = free_run(4)
    with listen(port=first):
        assert check_ports("127.0.0.1", PortRange.single(first), Protocol.TCP, ()).owner is None


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("*", True),
        ("0.0.0.0", True),
        ("wlan0", True),
        ("127.0.0.2", False),
        ("::1", False),
    ],
)
def test_only_who_is_on_the_same_address_is_in_the_way(
    monkeypatch: pytest.MonkeyPatch, host: str, taken: bool
) -> None:
    first = free_run(4)
    with listen(port=first + 1):
        monkeypatch.setattr(os, "getpid", lambda: -1)
        news = check_ports(host, PortRange(first, first + 2), Protocol.TCP, ())
    assert (news.owner is not None) is taken


def test_the_whole_of_a_range_is_looked_at_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_run(8)
    looks: list[str] = []

    def look(kind: str) -> tuple[Listening, ...]:
        looks.append(kind)
        return listening(kind)

    monkeypatch.setattr(port_check, "listening", look)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with listen(port=first + 3), listen(port=first + 1), listen(port=first + 5):
        news = check_ports("127.0.0.1", PortRange(first, first + 4), Protocol.TCP, ())
    assert news.owner is not None
    assert (news.owner.port, news.taken) == (first + 1, 2)
    assert looks == ["tcp"], "one look, however many ports"


def test_tcp_is_not_in_the_way_of_udp(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_run(2)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with listen(port=first):
        ports = PortRange.single(first)
        assert check_ports("127.0.0.1", ports, Protocol.UDP, ()).owner is None
        assert check_ports("127.0.0.1", ports, Protocol.BOTH, ()).owner is not None


def test_a_port_that_needs_rights_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_check, "may_listen_on", lambda port: port >= 1024)
    assert not check_ports("127.0.0.1", PortRange.single(80), Protocol.TCP, ()).allowed
    assert check_ports("127.0.0.1", PortRange.single(8080), Protocol.TCP, ()).allowed
