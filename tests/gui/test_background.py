"""Slow work beside the window: results arrive in order; nobody waits for what was dropped."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from gui.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.cancel()
    made.deleteLater()


def test_results_come_in_order_and_in_this_thread(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []
    threads: set[threading.Thread] = set()
    background.came.connect(seen.append)
    background.came.connect(lambda _: threads.add(threading.current_thread()))
    with qtbot.waitSignal(background.finished):
        background.start(lambda _stop: iter([1, 2, 3]))
        assert background.running
    assert seen == [1, 2, 3]
    assert threads == {threading.current_thread()}
    assert not background.running


def test_the_window_goes_on_meanwhile(qtbot: QtBot, background: Background) -> None:
    go = threading.Event()
    background.ask(go.wait)
    assert background.running
    with qtbot.waitSignal(background.finished):
        go.set()


def test_what_was_cancelled_is_never_heard_of_again(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []
    background.came.connect(seen.append)
    ended = threading.Event()

    def work(stop: threading.Event) -> Iterator[str]:
        yield "first"
        stop.wait()
        ended.set()
        yield "too late"

    background.start(work)
    qtbot.waitUntil(lambda: seen == ["first"])
    with qtbot.assertNotEmitted(background.finished, wait=100):
        background.cancel()
        assert ended.wait(5)
    assert seen == ["first"]
    assert not background.running


def test_starting_anew_drops_the_old_work(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []
    background.came.connect(seen.append)
    stopped = threading.Event()

    def old(stop: threading.Event) -> Iterator[str]:
        stop.wait()
        stopped.set()
        yield "old"

    background.start(old)
    with qtbot.waitSignal(background.finished):
        background.ask(lambda: "new")
    assert stopped.wait(5)
    assert seen == ["new"]


def test_a_listener_may_start_the_next_work(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []

    def go_on(result: object) -> None:
        seen.append(result)
        if result == 1:
            background.start(lambda _stop: iter([3, 4]))

    background.came.connect(go_on)
    with qtbot.waitSignal(background.finished):
        background.start(lambda _stop: iter([1, 2]))
    qtbot.waitUntil(lambda: seen == [1, 3, 4])


def test_it_may_be_deleted_while_work_is_under_way(qtbot: QtBot) -> None:
    go = threading.Event()
    background = Background()
    background.ask(go.wait)
    background.deleteLater()
    go.set()


def test_a_fault_is_logged_and_ends_the_work(
    qtbot: QtBot, background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(background.finished):
        background.ask(lambda: 1 // 0)
    assert "ZeroDivisionError" in caplog.text
