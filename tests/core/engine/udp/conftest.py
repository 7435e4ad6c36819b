"""Which ways of reading and sending datagrams the tests of UDP go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.poller import SelectPoller
from core.engine.udp import batch
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.in_c import in_c
from tests.core.engine.relaying import Relaying
from tests.core.engine.udp.peers import udp

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

WAYS = ["batches", "in_c", "singly"] if batch.AVAILABLE else ["singly"]
FAST = ["fast"] if batch.AVAILABLE else []


@pytest.fixture(params=[*WAYS, *FAST])
def relaying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relaying]:
    """An engine that moves many datagrams a system call, or one, over select, as on Windows.

    The many by ctypes, or by what is in C and does some more of the work; or by the fast path.
    """
    if request.param == "fast":
        take_fast_path(monkeypatch)
    if request.param == "singly":
        monkeypatch.setattr(batch, "AVAILABLE", False)
    if request.param == "in_c":
        datagrams = in_c("udp/datagrams")
        monkeypatch.setattr(batch, "_receive", datagrams.receive)
        monkeypatch.setattr(batch, "_send", datagrams.send)
        monkeypatch.setattr(batch, "push", datagrams.push)
        monkeypatch.setattr(batch, "take", datagrams.take)
    poller = SelectPoller() if request.param == "singly" else None
    with Relaying(poller) as relaying:
        yield relaying


@pytest.fixture
def target() -> Iterator[socket.socket]:
    """A socket that is one's target."""
    with udp() as target:
        yield target
