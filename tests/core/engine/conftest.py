"""Which pollers and which ways of moving bytes the engine's tests go through."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.poller import SelectPoller
from core.engine.tcp import side
from core.engine.tcp.pipes import PipePool
from tests.core.engine.in_c import in_c
from tests.core.engine.relaying import Relaying
from tests.core.engine.stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Iterator

LINUX = sys.platform == "linux"
PATHS = ["copy", "splice", "fast"] if LINUX else ["copy"]
POLLERS = ["best", "select"] if sys.platform in ("linux", "win32") else ["select"]
"""By names that are the same on each system, see `tests.windows.compare`."""


def take_fast_path(patch: pytest.MonkeyPatch) -> None:
    """Have engines relay plain sessions by the fast path, as those do that are compiled."""
    patch.setitem(sys.modules, "core.engine.fast_path", in_c("fast_path"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepping]:
    """An engine with a fast path that takes its turns when it is told to."""
    take_fast_path(monkeypatch)
    with Stepping(monkeypatch) as engine:
        yield engine
        assert engine.faults == []


@pytest.fixture(params=[*POLLERS, *["fast"] * LINUX])
def relaying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relaying]:
    """An engine over each poller of this system."""
    if request.param == "fast":
        take_fast_path(monkeypatch)
    poller = SelectPoller() if request.param == "select" else None
    with Relaying(poller) as relaying:
        yield relaying


@pytest.fixture(params=PATHS)
def moving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relaying]:
    """An engine that moves all bulk by copying, or all of it by splice from the first full read.

    With the fast path, bulk is spliced as usual.
    """
    pipes = PipePool(most=0) if request.param == "copy" else PipePool()
    if request.param == "fast":
        take_fast_path(monkeypatch)
    elif request.param == "splice":
        monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    with Relaying(pipes=pipes) as relaying:
        yield relaying
    assert pipes.lent == 0, "a session kept its pipe"
