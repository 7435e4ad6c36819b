"""Who owns a port, as far as the system tells."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.engine.status import PortOwner
from core.system.ports import owner_of
from tests.core.cli.program import Program
from tests.support import connect, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_process_that_listens_owns_the_port() -> None:
    with listen() as listener:
        owner = owner_of(port_of(listener))
    assert owner is not None
    assert owner.pid == os.getpid()
    assert owner.name == psutil.Process().name()


def test_another_process_is_named_too() -> None:
    with Program("forward", "0", "127.0.0.1:9") as relay:
        owner = owner_of(relay.port())
    assert owner is not None
    assert owner.pid == relay.child.pid
    assert Path(owner.name).stem


LISTENS_ELSEWHERE = """
import socket, sys
with socket.create_server(("127.0.0.3", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="there, 127.0.0.3 is no address")
def test_of_several_the_one_in_the_way_is_named() -> None:
    command = [sys.executable, "-c", LISTENS_ELSEWHERE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        with listen(port=port):
            mine = owner_of(port, address="127.0.0.1")
        theirs = owner_of(port, address="127.0.0.3")
        in_the_way_of_all = owner_of(port, address="0.0.0.0")
    assert mine is not None
    assert mine.pid == os.getpid()
    for owner in (theirs, in_the_way_of_all):
        assert owner is not None
        assert owner.pid == other.pid


def test_of_a_free_port_nobody_is_the_owner() -> None:
    assert owner_of(free_port()) is None


def test_a_connection_from_a_port_does_not_own_it() -> None:
    with listen() as listener, connect(port_of(listener)) as client:
        assert owner_of(port_of(client)) is None


def test_udp_ports_have_owners_of_their_own() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        port = port_of(bound)
        owner = owner_of(port, "udp")
        assert owner is not None
        assert owner.pid == os.getpid()
        assert owner_of(port, "tcp") is None


def _denied(**_: object) -> list[object]:
    raise psutil.AccessDenied


def _unreadable(**_: object) -> list[object]:
    raise PermissionError("/proc/net/tcp")


@pytest.mark.parametrize("answer", [_denied, _unreadable])
def test_where_the_system_does_not_tell_nobody_is_named(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[..., list[object]]
) -> None:
    monkeypatch.setattr(psutil, "net_connections", answer)
    with listen() as listener:
        assert owner_of(port_of(listener)) is None


def test_an_owner_that_ended_meanwhile_keeps_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(pid: int) -> psutil.Process:
        raise psutil.NoSuchProcess(pid)

    with listen() as listener:
        monkeypatch.setattr(psutil, "Process", gone)
        assert owner_of(port_of(listener)) == PortOwner(os.getpid(), "")
