"""The loop alone: calls from other threads, timers, and faults that stay where they happen."""

from __future__ import annotations

import socket
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.channel import Channel
from core.engine.reactor.loop import Loop
from core.engine.reactor.poller import READ
from core.engine.reactor.timers import Timer, Timers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def loop(faults: list[str]) -> Iterator[Loop]:
    loop = Loop(faults.append)
    yield loop
    loop.close()


def test_a_call_from_another_thread_wakes_the_loop(loop: Loop) -> None:
    thread = threading.Thread(target=lambda: loop.call_from_thread(loop.stop))
    loop.after(0.0, thread.start)
    loop.run()
    thread.join()


def test_calls_from_a_thread_come_in_their_order(loop: Loop) -> None:
    seen: list[int] = []
    for number in range(100):
        loop.call_from_thread(partial(seen.append, number))
    loop.call_from_thread(loop.stop)
    loop.run()
    assert seen == list(range(100))


def test_timers_fire_by_time_and_cancelled_ones_never(loop: Loop) -> None:
    seen: list[str] = []
    loop.after(0.03, loop.stop)
    loop.after(0.02, lambda: seen.append("second"))
    loop.after(0.01, lambda: seen.append("first"))
    loop.after(0.015, lambda: seen.append("never")).cancel()
    loop.run()
    assert seen == ["first", "second"]


def test_a_bad_callback_is_reported_and_the_loop_goes_on(loop: Loop, faults: list[str]) -> None:
    def bad() -> None:
        raise ValueError("bad callback")

    loop.after(0.0, bad)
    loop.call_from_thread(bad)
    loop.after(0.01, loop.stop)
    loop.run()
    assert len(faults) == 2
    assert all("bad callback" in fault for fault in faults)


def test_a_bad_handler_loses_only_its_own_channel(loop: Loop, faults: list[str]) -> None:
    heard: list[bytes] = []

    class Bad(Channel):
        def handle_read(self) -> None:
            raise ValueError("bad handler")

    class Good(Channel):
        def handle_read(self) -> None:
            heard.append(self.sock.recv(10))
            loop.stop()

    (a, b), (c, d) = socket.socketpair(), socket.socketpair()
    bad, good = Bad(loop, a), Good(loop, c)
    for channel in (bad, good):
        channel.want(READ)
    b.send(b"x")
    d.send(b"hello")
    loop.run()
    assert heard == [b"hello"]
    assert len(faults) == 1
    assert "bad handler" in faults[0]
    assert bad.fd == -1
    b.close()
    d.close()


def test_what_happened_to_a_closed_socket_is_not_told_to_the_next_of_its_number(
    loop: Loop,
) -> None:
    """Both are ready in one turn; the first to be called closes the other and opens a third."""
    pairs = [socket.socketpair(), socket.socketpair()]
    opened: list[Channel] = []
    told: list[int] = []

    class Newcomer(Channel):
        def handle_event(self, mask: int) -> None:
            told.append(mask)

    class First(Channel):
        def handle_event(self, mask: int) -> None:
            if opened:
                return
            other = channels[0] if self is channels[1] else channels[1]
            other.close()
            pairs.append(socket.socketpair())
            opened.append(Newcomer(loop, pairs[-1][0]))
            opened[0].want(READ)
            loop.stop()

    channels = [First(loop, here) for here, _ in pairs]
    for channel, (_, there) in zip(channels, pairs, strict=True):
        channel.want(READ)
        there.send(b"x")
    loop.run()
    assert opened
    assert told == []
    for pair in pairs:
        for end in pair:
            end.close()


def test_the_longest_turn_is_measured_and_then_forgotten(loop: Loop) -> None:
    def take_long() -> None:
        threading.Event().wait(0.05)

    loop.after(0.0, take_long)
    loop.after(0.0, loop.stop)
    loop.run()
    assert loop.take_longest_turn() > 0.03  # the clock of Windows goes by 16 ms
    assert loop.take_longest_turn() == 0.0


class Clock:
    """A clock that the test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_equal_times_fire_in_the_order_they_were_set() -> None:
    clock = Clock()
    timers = Timers(clock)
    seen: list[int] = []
    for number in range(5):
        timers.after(1.0, partial(seen.append, number))
    assert timers.next_due == 101.0
    assert timers.due() == []
    clock.now = 101.0
    for callback in timers.due():
        callback()
    assert seen == [0, 1, 2, 3, 4]
    assert len(timers) == 0


def test_a_timer_cancelled_by_another_that_is_due_with_it_never_fires(loop: Loop) -> None:
    seen: list[str] = []
    timers: list[Timer] = []

    def cancel_the_next() -> None:
        timers[0].cancel()

    loop.after(0.0, cancel_the_next)
    timers.append(loop.after(0.0, lambda: seen.append("never")))
    loop.after(0.0, loop.stop)
    loop.run()
    assert seen == []


def test_a_timer_set_by_a_timer_waits_for_its_own_time() -> None:
    clock = Clock()
    timers = Timers(clock)
    seen: list[str] = []

    def set_another() -> None:
        timers.after(0.0, partial(seen.append, "another"))

    timers.after(1.0, set_another)
    clock.now = 102.0
    (first,) = timers.due()
    first()
    assert len(timers.due()) == 1
