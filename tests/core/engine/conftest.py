"""Which pollers and which ways of moving bytes the engine's tests go through."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.poller import SelectPoller
from core.engine.tcp import side
from core.engine.tcp.pipes import PipePool
from tests.core.engine.relaying import Relaying

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHS = ["copy", "splice"] if hasattr(os, "splice") else ["copy"]
POLLERS = ["best", "select"] if sys.platform in ("linux", "win32") else ["select"]
"""By names that are the same on each system, see `tests.windows.compare`."""


@pytest.fixture(params=POLLERS)
def relaying(request: pytest.FixtureRequest) -> Iterator[Relaying]:
    """An engine over each poller of this system."""
    poller = SelectPoller() if request.param == "select" else None
    with Relaying(poller) as relaying:
        yield relaying


@pytest.fixture(params=PATHS)
def moving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relaying]:
    """An engine that moves all bulk by copying, or all of it by splice from the first full read."""
    if request.param == "copy":
        pipes = PipePool(most=0)
    else:
        pipes = PipePool()
        monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    with Relaying(pipes=pipes) as relaying:
        yield relaying
    assert pipes.lent == 0, "a session kept its pipe"
