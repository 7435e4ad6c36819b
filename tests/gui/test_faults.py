"""Unexpected exceptions in the window and in threads: told once, logged, and life goes on."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.faults import Faults
from gui.message_bar import Tone
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]


class Clumsy(QObject):
    """Has a slot that breaks."""

    called = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.called.connect(self.break_something)

    @Slot(int)
    def break_something(self, number: int) -> None:
        self.calls += 1
        if number:
            raise ValueError(f"number {number}")
        raise KeyError("another place")


@pytest.fixture
def faults(qapp: object) -> Iterator[Faults]:
    before = sys.excepthook, threading.excepthook
    faults = Faults()
    faults.catch()
    yield faults
    faults.release()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.fixture
def told(faults: Faults) -> list[str]:
    texts: list[str] = []
    faults.found.connect(texts.append)
    return texts


@pytest.mark.qt_no_exception_capture
def test_a_slot_that_raises_is_told_once_a_place_and_goes_on(
    qtbot: QtBot, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    clumsy = Clumsy()
    with caplog.at_level(logging.ERROR):
        for number in (1, 2, 3, 0):
            QTimer.singleShot(0, clumsy, lambda number=number: clumsy.called.emit(number))
        qtbot.waitUntil(lambda: len(told) == 2)
    assert clumsy.calls == 4
    assert "ValueError: number 1" in told[0]
    assert "break_something" in told[0]
    assert "another place" in told[1]
    for number in (1, 2, 3):
        assert f"ValueError: number {number}" in caplog.text, "all are in the log"


@pytest.mark.qt_no_exception_capture
def test_a_thread_that_raises_is_told_in_the_thread_of_the_window(
    qtbot: QtBot, faults: Faults, told: list[str]
) -> None:
    threads: list[threading.Thread] = []
    faults.found.connect(lambda text: threads.append(threading.current_thread()))
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "ZeroDivisionError" in told[0]
    assert threads == [threading.current_thread()]


def test_ctrl_c_is_no_fault(
    qtbot: QtBot, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qtbot.wait(0)
    assert told == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


@pytest.mark.qt_no_exception_capture
def test_the_window_says_so_and_the_mappings_go_on(qtbot: QtBot, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(mapping("Web"))
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 1)
    desktop.faults.catch()
    clumsy = Clumsy()
    QTimer.singleShot(0, clumsy, lambda: clumsy.called.emit(7))
    qtbot.waitUntil(lambda: bool(desktop.window.messages.notes))
    desktop.faults.release()
    (note,) = desktop.window.messages.notes
    assert note.tone is Tone.WARNING
    assert note.action is desktop.actions.show_report
    assert "number 7" in desktop.troubles.report
    assert desktop.model.summary().listening == 1
