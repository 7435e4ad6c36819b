"""What must not happen when two things go wrong at once: small stories, told turn by turn."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import ProxyProtocol
from core.engine import spares
from core.engine.commands import SetMappings
from core.engine.poller import ERROR, HANGUP, READ
from core.engine.status import State, TroubleKind
from tests.core.engine.relaying import mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.test_connecting import silent
from tests.core.engine.test_living import edited
from tests.support import accept, connect, free_port, listen, port_of

if TYPE_CHECKING:
    import socket
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


def test_a_header_that_waits_is_no_sign_of_a_target_that_answers(engine: Stepping) -> None:
    with silent() as port:
        mapping = mapping_to(port, proxy_protocol=ProxyProtocol.V2, connect_timeout=5.0)
        with connect(engine.listen(mapping)):
            runner = engine.runner(mapping)
            engine.until(lambda: bool(runner.sessions))
            engine.wait(3.0)
            (connection,) = runner.connections(engine.now)
            assert connection.state == "connecting"
            engine.wait(3.0)
            assert not runner.sessions
        trouble = engine.status(mapping).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.TARGET_TIMED_OUT
        assert runner.ledger.failed == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_header_never_sent_does_not_make_the_state_good(engine: Stepping, host: str) -> None:
    mapping = mapping_to(free_port(), target_host=host, proxy_protocol=ProxyProtocol.V1)
    with connect(engine.listen(mapping)):
        engine.until(lambda: engine.runner(mapping).ledger.failed == 1)
    assert engine.status(mapping).state == State.DEGRADED


def test_an_old_session_is_no_sign_that_the_target_takes_new_ones(engine: Stepping) -> None:
    with contextlib.ExitStack() as opened:
        target = opened.enter_context(listen())
        target_port = port_of(target)
        mapping = mapping_to(target_port)
        port = engine.listen(mapping)
        runner = engine.runner(mapping)
        old = opened.enter_context(connect(port))
        engine.until(lambda: bool(runner.sessions))
        server = opened.enter_context(accept(target))
        target.close()
        engine.wait(1.0)
        with connect(port):
            engine.until(lambda: runner.ledger.failed == 1)
        old.sendall(b"hello")
        engine.until(lambda: runner.numbers().bytes_up == 5)
        engine.wait(3.0)
        assert engine.status(mapping).state == State.DEGRADED
        old.close()
        server.close()
        engine.until(lambda: not runner.sessions)
        assert engine.status(mapping).state == State.DEGRADED
        opened.enter_context(listen(port=target_port))
        opened.enter_context(connect(port))
        engine.until(lambda: bool(runner.sessions))
        engine.wait(3.0)  # it is connected, and nobody says a word
        assert engine.status(mapping).state == State.LISTENING


def test_a_target_that_an_edit_replaced_does_not_blame_the_new_one(engine: Stepping) -> None:
    with silent() as port, listen() as good:
        mapping = mapping_to(port, connect_timeout=5.0)
        with connect(engine.listen(mapping)):
            runner = engine.runner(mapping)
            engine.until(lambda: bool(runner.sessions))
            ports = PortRange.single(port_of(good))
            engine.submit(SetMappings((edited(mapping, target_ports=ports),)))
            engine.wait(7.0)
            assert runner.ledger.failed == 1
            assert engine.status(mapping).state == State.LISTENING


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_too_few_descriptors_are_told_while_it_lasts_and_blamed_on_no_target(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def refuse(family: int) -> socket.socket:
        raise OSError(errno.EMFILE, "too many open files")

    with listen() as target:
        mapping = mapping_to(port_of(target), target_host=host)
        port = engine.listen(mapping)
        with monkeypatch.context() as patch, connect(port):
            patch.setattr(spares, "stream_socket", refuse)
            engine.until(lambda: engine.status(mapping).state == State.DEGRADED)
            trouble = engine.status(mapping).trouble
            assert trouble is not None
            assert trouble.kind == TroubleKind.NO_DESCRIPTORS
            engine.turn(20)
            assert engine.poller.answered == 0  # it does not spin
            engine.wait(3.0, step=0.05)
            assert engine.status(mapping).trouble == trouble
        engine.wait(3.0, step=0.05)
        assert engine.status(mapping).state == State.LISTENING
        assert engine.runner(mapping).targets.trouble is None
        assert engine.runner(mapping).ledger.failed == 0


def test_a_mapping_switched_off_is_not_heard_of_again(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timers that an old run of a mapping left behind say nothing about the new one."""
    mapping = mapping_to(1)
    engine.listen(mapping)
    engine.runner(mapping).accepting_paused()
    engine.submit(SetMappings(()))
    engine.listen(mapping)
    engine.wait(3.0)
    assert engine.status(mapping).state == State.LISTENING
