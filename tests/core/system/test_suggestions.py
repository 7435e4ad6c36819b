"""What is offered as a target: who listens here, and the machines inside this one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.system import suggestions as module
from core.system.listening import Listening
from core.system.neighbours import Neighbour
from core.system.own_addresses import Network
from core.system.suggestions import Suggestion, suggestions
from tests.support import listen, port_of

if TYPE_CHECKING:
    import pytest


def test_programs_come_first_then_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    here = (
        Listening("tcp", "127.0.0.1", 22),
        Listening("tcp", "0.0.0.0", 5432, 7, "postgres"),
        Listening("tcp", "::", 5432, 7, "postgres"),
        Listening("tcp", "::1", 631, 8, "cupsd"),
        Listening("tcp", "127.0.0.1", 9000, os.getpid(), "portway"),
    )
    inside = (
        Neighbour("db", "172.17.0.2", Network.DOCKER, (80, 443)),
        Neighbour("Ubuntu", "172.20.0.9", Network.WSL),
    )
    monkeypatch.setattr(module, "listening", lambda _: here)
    monkeypatch.setattr(module, "neighbours", lambda: inside)
    assert suggestions() == (
        Suggestion("[::1]:631", "cupsd"),
        Suggestion("127.0.0.1:5432", "postgres"),
        Suggestion("127.0.0.1:22"),
        Suggestion("172.17.0.2:80", "db", Network.DOCKER),
        Suggestion("172.17.0.2:443", "db", Network.DOCKER),
        Suggestion("172.20.0.9", "Ubuntu", Network.WSL),
    )


def test_a_real_listener_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    me = os.getpid()
    with listen() as listener:
        monkeypatch.setattr(os, "getpid", lambda: me + 1)
        places = [one.place for one in suggestions()]
        assert f"127.0.0.1:{port_of(listener)}" in places
