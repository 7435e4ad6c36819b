"""What must not happen when two things go wrong at once: small stories, told turn by turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.mapping import ProxyProtocol
from core.engine.poller import ERROR, HANGUP, READ
from core.engine.status import State
from tests.core.engine.relaying import mapping_to
from tests.core.engine.stepping import Stepping
from tests.support import connect, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepping]:
    with Stepping(monkeypatch) as engine:
        yield engine
        assert engine.faults == []


def test_a_client_that_leaves_in_the_moment_of_the_deadline_blames_no_target(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick that notices it and the deadline of the dialing are due in one turn."""
    mapping = mapping_to(1, target_host="name.test", connect_timeout=1.0)
    with connect(engine.listen(mapping)):
        runner = engine.runner(mapping)
        monkeypatch.setattr(engine.services.resolver, "resolve", lambda host, answered: None)
        engine.until(lambda: bool(runner.sessions))
        (receiver,) = runner.sessions.values()
        engine.loop.after(0.5, lambda: receiver.end_session(reset=True))
        engine.now += 1.0
        engine.turn()
    assert engine.status(mapping).state == State.LISTENING


STALE = [READ, ERROR, HANGUP, READ | ERROR | HANGUP]
"""A child process that was just made holds our sockets until it becomes another program, and so
keeps epoll reporting a socket that we have closed, by a number that may be another's now."""


@pytest.mark.parametrize("mask", STALE)
def test_a_report_about_the_former_owner_of_a_number_ends_no_dialing(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch, mask: int
) -> None:
    mapping = mapping_to(1, target_host="name.test")
    with connect(engine.listen(mapping)):
        runner = engine.runner(mapping)
        monkeypatch.setattr(engine.services.resolver, "resolve", lambda host, answered: None)
        engine.until(lambda: bool(runner.sessions))
        (receiver,) = runner.sessions.values()
        engine.loop.handlers[receiver.fd](mask)
        assert runner.sessions


@pytest.mark.parametrize("mask", STALE)
def test_a_report_about_the_former_owner_of_a_number_ends_no_session(
    engine: Stepping, mask: int
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), proxy_protocol=ProxyProtocol.V1)
        with connect(engine.listen(mapping)):
            runner = engine.runner(mapping)
            engine.until(lambda: bool(runner.sessions))
            (receiver,) = runner.sessions.values()
            assert receiver.backlog is not None
            for fd in (receiver.fd, receiver.peer.fd):
                engine.loop.handlers[fd](mask)
            assert runner.sessions
