"""Which ways of reading and sending datagrams the tests of UDP go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.poller import SelectPoller
from core.engine.udp import batch
from tests.core.engine.relaying import Relaying

if TYPE_CHECKING:
    from collections.abc import Iterator

WAYS = ["batches", "singly"] if batch.AVAILABLE else ["singly"]


@pytest.fixture(params=WAYS)
def relaying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relaying]:
    """An engine that moves many datagrams a system call, or one, over select, as on Windows."""
    if request.param == "singly":
        monkeypatch.setattr(batch, "AVAILABLE", False)
    poller = SelectPoller() if request.param == "singly" else None
    with Relaying(poller) as relaying:
        yield relaying
