"""The system asks the process to end, and Qt hears of it without polling."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from gui.process_signals import ENDING, ProcessSignals

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

HERE = [name for name in ENDING if hasattr(signal, name)]


@pytest.mark.parametrize("name", HERE)
def test_a_signal_arrives_in_the_event_loop(qtbot: QtBot, name: str) -> None:
    signals = ProcessSignals()
    try:
        with qtbot.waitSignal(signals.end_wanted, timeout=5000):
            signal.raise_signal(getattr(signal, name))
    finally:
        signals.stop()


def test_afterwards_everything_is_as_before(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signals = ProcessSignals()
    assert signal.getsignal(signal.SIGTERM) != before
    signals.stop()
    assert signal.getsignal(signal.SIGTERM) == before
    assert signal.set_wakeup_fd(-1) == -1
