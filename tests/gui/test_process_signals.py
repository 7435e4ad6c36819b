"""The system asks the process to end, and Qt hears of it without polling."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from gui.process_signals import ProcessSignals

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_arrives_in_the_event_loop(qtbot: QtBot, name: str) -> None:
    signals = ProcessSignals()
    try:
        with qtbot.waitSignal(signals.end_wanted, timeout=5000):
            os.kill(os.getpid(), getattr(signal, name))
    finally:
        signals.stop()


def test_afterwards_everything_is_as_before(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signals = ProcessSignals()
    assert signal.getsignal(signal.SIGTERM) != before
    signals.stop()
    assert signal.getsignal(signal.SIGTERM) == before
    assert signal.set_wakeup_fd(-1) == -1
