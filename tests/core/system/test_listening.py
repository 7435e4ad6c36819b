"""What listens on this machine: port, address and program."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import psutil

from core.system.listening import Listening, listening
from tests.support import connect, listen, port_of

if TYPE_CHECKING:
    import pytest


def test_our_own_listener_is_in_the_list_with_its_program() -> None:
    with listen() as listener:
        port = port_of(listener)
        (found,) = [one for one in listening() if one.port == port]
    assert found == Listening("tcp", "127.0.0.1", port, os.getpid(), psutil.Process().name())
    assert not found.everywhere


def test_a_client_is_not_in_the_list() -> None:
    with listen() as listener, connect(port_of(listener)) as client:
        ports = [one.port for one in listening()]
        assert port_of(listener) in ports
        assert port_of(client) not in ports


def test_udp_has_a_list_of_its_own() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("0.0.0.0", 0))
        port = port_of(bound)
        (found,) = [one for one in listening("udp") if one.port == port]
        assert port not in [one.port for one in listening("tcp")]
    assert found.everywhere


def test_the_lowest_port_comes_first() -> None:
    with listen(), listen(), listen():
        ports = [one.port for one in listening()]
    assert ports == sorted(ports)
    assert len(ports) >= 3


def test_where_the_system_tells_nothing_the_list_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_: object) -> list[object]:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", denied)
    assert listening() == ()


def test_a_program_that_ended_meanwhile_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(pid: int) -> psutil.Process:
        raise psutil.NoSuchProcess(pid)

    with listen() as listener:
        port = port_of(listener)
        monkeypatch.setattr(psutil, "Process", gone)
        (found,) = [one for one in listening() if one.port == port]
    assert (found.pid, found.name) == (os.getpid(), "")
