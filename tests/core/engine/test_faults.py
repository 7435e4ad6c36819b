"""What must not happen when two things go wrong at once: small stories, told turn by turn."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import select
import socket
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import ProxyProtocol
from core.engine import resolver
from core.engine.commands import SetMappings
from core.engine.reactor.loop import BUFFER_SIZE
from core.engine.reactor.poller import ERROR, HANGUP, READ
from core.engine.standing import PAUSE_SHOWN
from core.engine.status import State, TroubleKind
from core.engine.tcp import side, spares
from core.engine.tcp.pipes import PipePool
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.test_connecting import silent
from tests.support import PATIENCE, accept, connect, free_port, listen, port_of, reset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.config.mapping import Mapping

needs_epoll = pytest.mark.skipif(not hasattr(select, "epoll"), reason="only epoll tells it")
needs_splice = pytest.mark.skipif(not hasattr(os, "splice"), reason="splice is Linux's")
needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a reset after an end from another"
)


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
        (receiver,) = runner.receivers
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
        (receiver,) = runner.receivers
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
            (receiver,) = runner.receivers
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
        engine.wait(2 * PAUSE_SHOWN, step=0.05)
        assert engine.status(mapping).state == State.LISTENING
        assert engine.runner(mapping).targets.trouble is None
        assert engine.runner(mapping).ledger.failed == 0


def test_a_mapping_switched_off_is_not_heard_of_again(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timers that an old run of a mapping left behind say nothing about the new one."""
    mapping = mapping_to(1)
    engine.listen(mapping)
    engine.runner(mapping).standing.accepting_paused()
    engine.submit(SetMappings(()))
    engine.listen(mapping)
    engine.wait(2 * PAUSE_SHOWN)
    assert engine.status(mapping).state == State.LISTENING


def _open(
    engine: Stepping, opened: contextlib.ExitStack, **fields: object
) -> tuple[Mapping, socket.socket, socket.socket]:
    """A session through the relay: its mapping, the client's end, the target's end.

    The client takes little at a time, so that what is sent to it waits in the relay's socket.
    """
    target = opened.enter_context(listen())
    mapping = mapping_to(port_of(target), **fields)
    port = engine.listen(mapping)
    client = opened.enter_context(socket.socket())
    client.settimeout(PATIENCE)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    engine.until(lambda: bool(engine.runner(mapping).sessions))
    server = opened.enter_context(accept(target))
    engine.turn(3)
    return mapping, client, server


def _read_all(engine: Stepping, client: socket.socket) -> bytes:
    client.setblocking(False)
    received = bytearray()
    ended = []

    def read() -> None:
        with contextlib.suppress(BlockingIOError):
            part = client.recv(1000)
            received.extend(part)
            if not part:
                ended.append(True)

    engine.until(lambda: bool(ended), read)
    return bytes(received)


@pytest.fixture(params=["copy", "splice", "limited"])
def fields(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    if request.param == "splice":
        monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    return {"limit_up": 1 << 30} if request.param == "limited" else {}


@needs_linux
def test_a_complete_answer_arrives_although_the_target_takes_no_more(
    engine: Stepping, fields: dict[str, object]
) -> None:
    """The target answered, ended and closed; what the client still sends is reset there."""
    answer = bytes(range(256)) * 160
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened, **fields)
        server.sendall(answer)
        server.close()
        client.sendall(b"more")
        engine.turn(5)
        client.sendall(bytes(100_000))
        assert _read_all(engine, client) == answer
        engine.wait(3.0)
        engine.until(lambda: not engine.runner(mapping).sessions)
        assert engine.runner(mapping).numbers().bytes_down == len(answer)


@needs_linux
def test_a_complete_answer_arrives_although_the_clients_end_comes_too_late(
    engine: Stepping,
) -> None:
    answer = bytes(range(256)) * 160
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened)
        server.sendall(answer)
        server.close()
        client.sendall(b"more")
        client.shutdown(socket.SHUT_WR)
        assert _read_all(engine, client) == answer
        engine.until(lambda: not engine.runner(mapping).sessions)


@needs_linux
def test_a_client_that_does_not_take_its_answer_is_not_waited_for_forever(
    engine: Stepping,
) -> None:
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened)
        server.sendall(bytes(40_000))
        server.close()
        client.sendall(b"more")
        engine.turn(5)
        client.sendall(b"and more")
        engine.turn(5)
        assert engine.runner(mapping).sessions
        engine.turn(20)
        assert engine.poller.answered == 0  # it does not spin
        engine.wait(8.0)
        assert not engine.runner(mapping).sessions


@needs_linux
def test_a_client_that_had_finished_and_resets_is_told_to_the_target(
    engine: Stepping,
) -> None:
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened)
        client.sendall(b"a question")
        client.shutdown(socket.SHUT_WR)
        engine.turn(5)
        reset(client)
        engine.until(lambda: not engine.runner(mapping).sessions)
        assert server.recv(100) == b"a question"
        with contextlib.suppress(ConnectionResetError):
            assert server.recv(1) == b""
        with pytest.raises(OSError):  # noqa: PT011 - whether EPIPE or not is the system's affair
            server.send(b"x")


@needs_linux
def test_two_peers_that_both_ended_and_take_no_more_leave_nothing(engine: Stepping) -> None:
    with listen() as target:
        mapping = mapping_to(
            port_of(target), proxy_protocol=ProxyProtocol.V1, limit_up=50_000, limit_down=50_000
        )
        client = connect(engine.listen(mapping))
        engine.until(lambda: bool(engine.runner(mapping).sessions))
        accept(target).close()  # the header is on its way, and will be reset
        client.shutdown(socket.SHUT_WR)
        reset(client)
        engine.until(lambda: not engine.runner(mapping).sessions)


@needs_splice
def test_a_reset_by_the_target_stays_a_reset_for_a_spliced_client(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened)
        (receiver,) = engine.runner(mapping).receivers
        client.sendall(bytes(100_000))
        engine.until(lambda: receiver.pipe is not None, lambda: server.recv(1 << 16))
        engine.until(lambda: receiver.count == 100_000)
        client.sendall(b"the last words")
        reset(server)
        engine.until(lambda: not engine.runner(mapping).sessions)
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@needs_splice
@pytest.mark.parametrize("name", ["EINVAL", "EPERM", "ENOSYS", "ENOMEM"])
@pytest.mark.parametrize("reading", [True, False])
def test_where_splice_is_forbidden_bytes_are_copied(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch, name: str, *, reading: bool
) -> None:
    genuine: Callable[[int, int, int], int] = os.splice  # type: ignore[attr-defined,unused-ignore]

    def splice(source: int, destination: int, size: int) -> int:
        if stat.S_ISSOCK(os.fstat(source).st_mode) == reading:
            raise OSError(getattr(errno, name), "refused")
        return genuine(source, destination, size)

    monkeypatch.setattr(os, "splice", splice)
    monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    data = random.Random(1).randbytes(200_000)
    with contextlib.ExitStack() as opened:
        _, client, server = _open(engine, opened)
        received = bytearray()
        client.sendall(data[:100_000])
        server.setblocking(False)

        def read() -> None:
            with contextlib.suppress(BlockingIOError):
                received.extend(server.recv(1 << 16))

        engine.until(lambda: len(received) == 100_000, read)
        client.sendall(data[100_000:])
        engine.until(lambda: len(received) == 200_000, read)
        assert received == data


def test_without_threads_a_name_is_not_found_now_and_found_later(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(resolver, "look_up", lambda host: ("127.0.0.1",))
    with listen() as target:
        mapping = mapping_to(port_of(target), target_host="name.test")
        port = engine.listen(mapping)
        with monkeypatch.context() as patch, connect(port):
            patch.setattr(threading.Thread, "start", refuse)
            engine.until(lambda: engine.runner(mapping).ledger.failed == 1)
        engine.now += 1.0
        with connect(port):
            engine.until(lambda: engine.status(mapping).state == State.LISTENING)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_client_that_epoll_cannot_watch_is_turned_away_and_leaves_nothing(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def refuse(fd: int, mask: int) -> None:
        raise OSError(errno.ENOSPC, "more than max_user_watches")

    with listen() as target:
        mapping = mapping_to(port_of(target), target_host=host)
        port = engine.listen(mapping)
        monkeypatch.setattr(engine.poller, "register", refuse)
        with connect(port):
            engine.until(lambda: engine.runner(mapping).ledger.failed == 1)
        assert not engine.runner(mapping).sessions
        trouble = engine.status(mapping).trouble
        assert trouble is not None
        assert trouble.kind == TroubleKind.NO_DESCRIPTORS


def test_a_name_server_that_never_answers_is_not_taken_for_a_silent_target(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = mapping_to(1, target_host="name.test", connect_timeout=5.0)
    port = engine.listen(mapping)
    monkeypatch.setattr(engine.services.resolver, "resolve", lambda host, answered: None)
    with connect(port):
        engine.until(lambda: bool(engine.runner(mapping).sessions))
        engine.wait(6.0)
    trouble = engine.status(mapping).trouble
    assert trouble is not None
    assert trouble.kind == TroubleKind.NAME_NOT_FOUND


@needs_epoll
def test_an_end_right_behind_an_answer_costs_no_turn_of_its_own(engine: Stepping) -> None:
    with contextlib.ExitStack() as opened:
        mapping, client, server = _open(engine, opened)
        client.sendall(b"question")
        engine.until(lambda: engine.runner(mapping).numbers().bytes_up == 8)
        assert server.recv(100) == b"question"
        server.sendall(b"answer")
        server.shutdown(socket.SHUT_WR)
        engine.turn()
        client.setblocking(False)
        assert client.recv(100) == b"answer"
        assert client.recv(100) == b""


@needs_epoll
def test_an_end_already_passed_on_is_not_told_again(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.ExitStack() as opened:
        _, client, server = _open(engine, opened)
        changed: list[int] = []
        monkeypatch.setattr(engine.poller, "modify", lambda fd, mask: changed.append(fd))
        server.shutdown(socket.SHUT_WR)
        assert _read_all(engine, client) == b""
        engine.turn(5)
        assert engine.poller.answered == 0
        assert changed == []  # it cost no system call to have silence


@needs_epoll
def test_what_waits_behind_an_urgent_byte_is_read_although_nothing_new_comes(
    engine: Stepping,
) -> None:
    with contextlib.ExitStack() as opened:
        _, client, server = _open(engine, opened)
        client.sendall(b"before")
        client.send(b"!", socket.MSG_OOB)
        client.sendall(b"after")
        received = bytearray()
        server.setblocking(False)

        def read() -> None:
            with contextlib.suppress(BlockingIOError):
                received.extend(server.recv(100))

        engine.until(lambda: bytes(received) == b"beforeafter", read)


@needs_epoll
@pytest.mark.parametrize("size", [BUFFER_SIZE - 1, BUFFER_SIZE, BUFFER_SIZE + 1, 3 * BUFFER_SIZE])
def test_no_byte_is_left_when_more_came_than_one_read_takes(engine: Stepping, size: int) -> None:
    """All of it is there before the relay looks, and nothing new comes after it."""
    with contextlib.ExitStack() as opened:
        _, client, server = _open(engine, opened)
        _send_at_once(engine, server, client, size)


@needs_splice
def test_no_byte_is_left_when_more_came_than_a_pipe_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that a direction gets between two messages, before it ever filled the buffer."""
    with (
        Stepping(monkeypatch, PipePool(most=4, size=4096)) as engine,
        contextlib.ExitStack() as opened,
    ):
        mapping, client, server = _open(engine, opened)
        (receiver,) = engine.runner(mapping).receivers
        receiver.sender.take_pipe()
        assert receiver.sender.pipe is not None
        _send_at_once(engine, server, client, 60_000)


def _send_at_once(
    engine: Stepping, server: socket.socket, client: socket.socket, size: int
) -> None:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    server.setblocking(False)
    client.setblocking(False)
    data = os.urandom(size)
    sent = 0
    received = bytearray()

    def pass_on() -> None:
        nonlocal sent
        with contextlib.suppress(BlockingIOError):
            sent += server.send(data[sent:])
        with contextlib.suppress(BlockingIOError):
            received.extend(client.recv(100_000))

    pass_on()
    engine.until(lambda: len(received) == size, pass_on)
    assert bytes(received) == data
