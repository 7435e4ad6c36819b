"""The one contract that every poller keeps."""

from __future__ import annotations

import logging
import socket
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor import poller as polling
from core.engine.reactor.loop import Loop
from core.engine.reactor.poller import ERROR, HANGUP, READ, WRITE, PollerFullError, SelectPoller
from tests.core.engine.in_c import in_c
from tests.support import accept, connect, listen, port_of, reset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engine.reactor.poller import Poller

BEST = {"linux": "epoll", "win32": "AfdPoller"}.get(sys.platform, "select")
POLLERS = sorted({BEST, "select", *["FastPath"] * (sys.platform == "linux")})
MANY = 1500


@pytest.fixture(params=POLLERS)
def poller(request: pytest.FixtureRequest) -> Iterator[Poller]:
    poller: Poller
    if request.param == "FastPath":
        poller = in_c("fast_path").FastPath()
    else:
        poller = SelectPoller() if request.param == "select" else polling.open_poller()
    assert type(poller).__name__ in (request.param, "SelectPoller")
    yield poller
    poller.close()


@pytest.fixture
def best() -> Iterator[Poller]:
    poller = polling.open_poller()
    assert type(poller).__name__ == BEST
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


def test_a_reset_is_told_to_one_who_reads(poller: Poller) -> None:
    with listen() as listener, connect(port_of(listener)) as here:
        poller.register(here.fileno(), READ)
        assert list(poller.poll(0.0, 16)) == []
        reset(accept(listener))
        ((fd, mask),) = poller.poll(5.0, 16)
        assert fd == here.fileno()
        assert mask & (READ | ERROR | HANGUP)
        poller.unregister(fd)


def test_a_reset_is_told_even_to_one_who_asked_for_nothing(best: Poller) -> None:
    with listen() as listener, connect(port_of(listener)) as here:
        best.register(here.fileno(), 0)
        assert list(best.poll(0.0, 16)) == []
        reset(accept(listener))
        ((fd, mask),) = best.poll(5.0, 16)
        assert fd == here.fileno()
        assert mask & (ERROR | HANGUP)
        best.unregister(fd)


def test_a_client_makes_a_listener_readable(poller: Poller) -> None:
    with listen() as listener:
        poller.register(listener.fileno(), READ)
        assert list(poller.poll(0.0, 16)) == []
        with connect(port_of(listener)):
            assert list(poller.poll(5.0, 16)) == [(listener.fileno(), READ)]
            accept(listener).close()
        poller.unregister(listener.fileno())


def test_datagrams_make_a_socket_readable(poller: Poller) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
    ):
        here.bind(("127.0.0.1", 0))
        poller.register(here.fileno(), READ)
        assert list(poller.poll(0.0, 16)) == []
        there.sendto(b"x", here.getsockname())
        assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ)]
        poller.unregister(here.fileno())


def test_interest_that_is_widened_before_anything_happened_counts(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, _ = pair
    poller.register(here.fileno(), READ)
    assert list(poller.poll(0.0, 16)) == []  # whoever asks the system ahead has asked by now
    poller.modify(here.fileno(), READ | WRITE)
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), WRITE)]


def test_interest_that_is_narrowed_before_anything_happened_counts(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    poller.register(here.fileno(), READ)
    assert list(poller.poll(0.0, 16)) == []
    poller.modify(here.fileno(), 0)
    there.send(b"x")
    assert list(poller.poll(0.1, 16)) == []
    poller.modify(here.fileno(), READ)
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ)]


def test_a_descriptor_can_be_watched_again_at_once(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    for _ in range(3):
        poller.register(here.fileno(), READ)
        assert list(poller.poll(0.0, 16)) == []
        poller.unregister(here.fileno())
    poller.register(here.fileno(), READ)
    there.send(b"x")
    assert list(poller.poll(5.0, 16)) == [(here.fileno(), READ)]


def test_nothing_is_told_of_one_that_is_not_watched_any_more(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    here, there = pair
    poller.register(here.fileno(), READ)
    assert list(poller.poll(0.0, 16)) == []
    there.send(b"x")
    poller.unregister(here.fileno())
    assert list(poller.poll(0.1, 16)) == []


def test_a_wait_takes_its_time_and_no_more(
    poller: Poller, pair: tuple[socket.socket, socket.socket]
) -> None:
    poller.register(pair[0].fileno(), READ)
    begun = time.monotonic()
    assert list(poller.poll(0.2, 16)) == []
    waited = time.monotonic() - begun
    assert 0.15 < waited < 2.0  # the clock of Windows moves in steps of 16 ms
    begun = time.perf_counter()
    for _ in range(100):
        poller.poll(0.0, 16)
    assert time.perf_counter() - begun < 0.09  # else "at once" is a millisecond


def test_all_that_are_ready_get_their_turn(poller: Poller) -> None:
    pairs = [socket.socketpair() for _ in range(40)]
    for here, there in pairs:
        poller.register(here.fileno(), READ)
        there.send(b"x")
    seen: set[int] = set()
    for _ in range(200):
        for fd, _ in poller.poll(5.0, 64):
            seen.add(fd)
        if len(seen) == len(pairs):
            break
    assert seen == {here.fileno() for here, _ in pairs}
    for here, there in pairs:
        poller.unregister(here.fileno())
        here.close()
        there.close()


def test_thousands_of_sockets_are_no_burden(best: Poller) -> None:
    if BEST == "select":
        pytest.skip("select() has a limit, see below")
    pairs = [socket.socketpair() for _ in range(MANY // 2)]
    for pair in pairs:
        for end in pair:
            best.register(end.fileno(), READ)
    assert list(best.poll(0.0, 16)) == []
    here, there = pairs[-1]
    begun = time.perf_counter()
    for _ in range(20):
        there.send(b"x")
        assert list(best.poll(5.0, 16)) == [(here.fileno(), READ)]
        here.recv(1)
    # Below a millisecond a turn; what looks at all of them each time needs several.
    assert (time.perf_counter() - begun) / 20 < 0.003
    for pair in pairs:
        for end in pair:
            best.unregister(end.fileno())
            end.close()


def test_no_more_are_reported_than_asked_for(poller: Poller) -> None:
    pairs = [socket.socketpair() for _ in range(4)]
    for here, there in pairs:
        poller.register(here.fileno(), READ)
        there.send(b"x")
    assert len(poller.poll(5.0, 2)) == 2
    for here, there in pairs:
        here.close()
        there.close()


def test_without_the_best_poller_select_serves_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "core.engine.reactor.afd", NoDriver("afd"))
    with caplog.at_level(logging.WARNING):
        poller = polling.open_poller()
    assert isinstance(poller, SelectPoller)
    assert "no such device" in caplog.text
    assert "250" in caplog.text


class NoDriver(ModuleType):
    """Stands for the module where Winsock's driver is not what it was."""

    def AfdPoller(self) -> Poller:
        raise OSError("no such device")


def test_a_loop_knows_what_its_poller_can_do() -> None:
    for poller, scales, forgets in (
        (polling.open_poller(), BEST != "select", BEST == "epoll"),
        (SelectPoller(), False, False),
    ):
        loop = Loop(pytest.fail, poller)
        assert (loop.scales, loop.forgets) == (scales, forgets)
        loop.close()


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
