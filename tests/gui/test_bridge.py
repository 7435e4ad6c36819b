"""The bridge: what foreign threads report arrives in the GUI thread, in order."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from core.config.store import StoreError
from core.engine.events import (
    ConnectionsFailed,
    Event,
    FaultContained,
    SnapshotTaken,
    StateChanged,
    Stopped,
)
from core.engine.snapshot import Snapshot
from core.message import message
from gui.bridge import Bridge
from tests.gui.examples import PORT_IN_USE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

assert PORT_IN_USE.trouble is not None
EVENTS: list[Event] = [
    StateChanged("Web", PORT_IN_USE),
    SnapshotTaken(Snapshot(1.0)),
    ConnectionsFailed("Web", "127.0.0.1:5", PORT_IN_USE.trouble, 3),
    FaultContained("Traceback: boom"),
    Stopped("why"),
]


class Listener(QObject):
    """Notes what arrives, and in which thread."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.threads: set[threading.Thread] = set()
        for signal in (
            bridge.state_changed,
            bridge.snapshot_taken,
            bridge.connections_failed,
            bridge.fault_contained,
            bridge.engine_stopped,
            bridge.saving,
        ):
            signal.connect(self.hear)

    @Slot(object)
    def hear(self, value: object) -> None:
        """Note it."""
        self.heard.append(value)
        self.threads.add(threading.current_thread())


def in_a_thread(report: object, values: list[object]) -> None:
    assert callable(report)
    thread = threading.Thread(target=lambda: [report(value) for value in values])
    thread.start()
    thread.join()


def test_events_of_another_thread_arrive_here_and_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    in_a_thread(bridge.report, [*EVENTS])
    assert listener.heard == []  # nothing runs in the reporting thread
    qtbot.waitUntil(lambda: len(listener.heard) == len(EVENTS))
    assert listener.heard == EVENTS
    assert listener.threads == {threading.main_thread()}


def test_a_flood_of_events_leaves_the_window_time_in_between(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    heard_at_a_tick: list[int] = []
    tick = QTimer()
    tick.timeout.connect(lambda: heard_at_a_tick.append(len(listener.heard)))
    tick.start(0)
    bridge.state_changed.connect(busy_for_a_while)
    flood: list[Event] = [StateChanged(str(number), PORT_IN_USE) for number in range(100)]
    in_a_thread(bridge.report, [*flood])
    qtbot.waitUntil(lambda: len(listener.heard) == len(flood))
    tick.stop()
    assert listener.heard == flood
    assert any(0 < heard < len(flood) for heard in heard_at_a_tick)


def busy_for_a_while(_event: object) -> None:
    """What a window does about an event."""
    until = time.monotonic() + 0.002
    while time.monotonic() < until:
        pass


def test_at_the_end_all_is_delivered_without_an_event_loop() -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    in_a_thread(bridge.report, [*EVENTS])
    bridge.deliver_all()
    assert listener.heard == EVENTS


def test_the_savers_word_arrives_here(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    error = StoreError(message("Cannot save."))
    in_a_thread(bridge.saving_failed, [error, None])
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert listener.heard == [error, None]
