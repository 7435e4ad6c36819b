"""The one contract that every poller keeps."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor import poller as polling
from core.engine.reactor.poller import ERROR, HANGUP, READ, WRITE, PollerFullError, SelectPoller
from tests.support import listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engine.reactor.poller import Poller

POLLERS = ["epoll", "select"] if hasattr(select, "epoll") else ["select"]


@pytest.fixture(params=POLLERS)
def poller(request: pytest.FixtureRequest) -> Iterator[Poller]:
    poller = polling.open_poller() if request.param == "epoll" else SelectPoller()
    yield poller
    poller.close()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        yield here, there


def test_nothing_ready_is_an_empty_answer(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    poller.register(pair[0].fileno(), READ)
    assert list(poller.poll(0.0, 16)) == []


def test_bytes_make_a_socket_readable_until_they_are_read(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    poller.register(here.fileno(), READ)
    there.send(b"x")
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ)]
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ)]
    here.recv(1)
    assert list(poller.poll(0.0, 16)) == []


def test_interest_can_be_changed_and_taken_away(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    there.send(b"x")
    poller.register(here.fileno(), WRITE)
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), WRITE)]
    poller.modify(here.fileno(), READ | WRITE)
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ | WRITE)]
    poller.modify(here.fileno(), 0)
    assert list(poller.poll(0.0, 16)) == []
    poller.unregister(here.fileno())
    assert list(poller.poll(0.0, 16)) == []


def test_an_end_is_readable(poller: Poller, pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    poller.register(here.fileno(), READ)
    there.shutdown(socket.SHUT_WR)
    ((fd, mask),) = poller.poll(5.0, 16)
    assert fd == here.fileno()
    assert mask & READ


def test_a_failed_connect_is_reported(poller: Poller) -> None:
    with listen() as listener:
        address = listener.getsockname()
    with socket.socket() as sock:
        sock.setblocking(False)
        sock.connect_ex(address)
        poller.register(sock.fileno(), WRITE)
        ((fd, mask),) = poller.poll(5.0, 16)
        assert fd == sock.fileno()
        assert mask & (WRITE | ERROR | HANGUP)


def test_no_more_are_reported_than_asked_for(poller: Poller) -> None:
    pairs = [socket.socketpair() for _ in range(4)]
    for here, there in pairs:
        poller.register(here.fileno(), READ)
        there.send(b"x")
    assert len(poller.poll(5.0, 2)) == 2
    for here, there in pairs:
        here.close()
        there.close()


def test_select_refuses_past_its_limit_and_keeps_what_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = [socket.socketpair() for _ in range(3)]
    ends = [end for pair in pairs for end in pair]
    ends.sort(key=socket.socket.fileno)
    monkeypatch.setattr(SelectPoller, "_POSIX_LIMIT", ends[4].fileno())
    monkeypatch.setattr(SelectPoller, "_WINDOWS_LIMIT", 4)
    poller = SelectPoller()
    for end in ends[:4]:
        poller.register(end.fileno(), WRITE)
    with pytest.raises(PollerFullError):
        poller.register(ends[4].fileno(), WRITE)
    assert len(poller.poll(5.0, 16)) == 4
    for end in ends:
        end.close()
