"""A port that nobody has any more and that is not given yet, as Windows does for a moment."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from core.cli import serve as serving
from core.config.address import PortRange
from core.engine import listeners
from tests.core.engine.relaying import mapping_to
from tests.support import listen, port_of

if TYPE_CHECKING:
    import socket

    from core.config.mapping import Mapping
    from core.engine.status import PortOwner, Trouble


class Held:
    """Where lines go to; the port is let go of once it was complained of."""

    def __init__(self, holder: socket.socket) -> None:
        self._holder = holder
        self.said: list[str] = []

    def trouble(self, mapping: Mapping, trouble: Trouble) -> None:
        self.said.append("trouble")
        self._holder.close()

    def listening(self, *_: object) -> None:
        self.said.append("listening")


def serve(monkeypatch: pytest.MonkeyPatch, seconds: float, owner: PortOwner | None) -> list[str]:
    """What is said from the start on a held port to the end."""
    monkeypatch.setattr(serving, "RELEASE_SECONDS", seconds)
    monkeypatch.setattr(serving, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(listeners, "owner_of", lambda *_: owner)
    with listen() as holder:
        said: Any = Held(holder)
        mapping = mapping_to(9, listen_ports=PortRange.single(port_of(holder)))
        end = lambda: signal.raise_signal(signal.SIGINT)  # noqa: E731 - what "ready" leads to
        status = serving.serve([mapping], said, drain=0.0, ready=end)
        return [*said.said, str(status)]


def test_it_is_waited_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve(monkeypatch, 20.0, None) == ["trouble", "listening", "0"]


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_it_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    assert serve(monkeypatch, seconds, None) == ["trouble", "1"]


def test_one_that_somebody_has_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.engine.status import PortOwner

    assert serve(monkeypatch, 20.0, PortOwner(1, "init")) == ["trouble", "1"]
