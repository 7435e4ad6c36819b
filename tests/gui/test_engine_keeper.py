"""An engine that ends by a fault: told, never believed to run, and started again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication

from core.config.mapping import Mapping
from core.config.store import Store
from core.engine import restarts
from core.engine.commands import SetMappings
from core.engine.engine import Engine
from core.engine.events import Stopped
from core.engine.restarts import DELAYS, FORGIVEN_SECONDS
from core.engine.status import State
from gui import fault_report
from gui.desktop import Desktop
from gui.engine_keeper import EngineKeeper
from gui.fault_report import FaultReport
from gui.tray import Tray
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Secret plan", 8080, target_host="vault.example"), mapping("Mail", 2525)
BOOM = "Traceback (most recent call last):\n  vault.example\nRuntimeError: boom in Secret plan"


def fake(desktop: Desktop) -> FakeEngine:
    assert isinstance(desktop.engine, FakeEngine)
    return desktop.engine


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "DELAYS", (0.01,) * len(DELAYS))
    monkeypatch.setattr(fault_report, "COPIED_MS", 1)


def is_counting(desktop: Desktop) -> bool:
    return desktop.clock.running


def states(desktop: Desktop) -> list[State]:
    return [row.status.state for row in desktop.model.rows]


def test_it_is_told_and_started_again_with_the_same_mappings(
    qtbot: QtBot, make_desktop: MakeDesktop, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING] * 2)
    first = fake(desktop)
    with (
        caplog.at_level(logging.ERROR),
        qtbot.waitSignal(desktop.keeper.failed, timeout=5000),
    ):
        first.crash(BOOM)
    assert states(desktop) == [State.OFF] * 2, "no row claims to listen without an engine"
    assert not is_counting(desktop)
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING] * 2)
    assert fake(desktop) is not first
    assert fake(desktop).commands[0] == SetMappings((WEB, MAIL))
    assert is_counting(desktop)
    (note,) = desktop.window.messages.notes
    assert "started again" in note.text
    assert "boom" in caplog.text
    desktop.actions.show_report.trigger()
    (dialog,) = desktop.window.findChildren(FaultReport)
    report = dialog.text.toPlainText()
    assert "RuntimeError: boom in <mapping 1>" in report
    assert "vault" not in report
    assert "PySide6" in report
    dialog.copy.click()
    assert QApplication.clipboard().text() == report
    qtbot.waitUntil(lambda: dialog.copy.text() != "Copied")
    dialog.close()


def test_whoever_does_not_see_the_window_is_told_beside_the_tray(
    qtbot: QtBot, make_desktop: MakeDesktop, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Tray, "can_tell", True)
    monkeypatch.setattr(Tray, "say", lambda _tray, title, text: told.append((title, text)))
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    for hidden in (False, True):
        desktop.window.setVisible(not hidden)
        qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING])
        with qtbot.waitSignal(desktop.keeper.failed, timeout=5000):
            fake(desktop).crash(BOOM)
    ((title, text),) = told
    assert title == "A fault in Portway"
    assert "started again" in text


def test_an_engine_that_always_fails_is_given_up_until_the_user_asks(
    qtbot: QtBot, make_desktop: MakeDesktop, quick: None
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    for _ in range(len(DELAYS)):
        failed = fake(desktop)
        with qtbot.waitSignal(desktop.keeper.started_anew, timeout=5000):
            failed.crash(BOOM)
    last = fake(desktop)
    with qtbot.waitSignal(desktop.keeper.failed, timeout=5000) as told:
        last.crash(BOOM)
    assert told.args == [Stopped(BOOM), False]
    assert "again and again" in desktop.window.messages.notes[-1].text
    with qtbot.waitSignal(desktop.keeper.started_anew, timeout=5000):
        desktop.actions.restart_engine.trigger()
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING])


def test_faults_long_ago_are_forgiven(qtbot: QtBot) -> None:
    now = [0.0]
    told: list[bool] = []
    keeper = EngineKeeper(FakeEngine, lambda event: None, None, lambda: now[0])
    keeper.failed.connect(lambda event, again: told.append(again))
    for _ in range(3 * len(DELAYS)):
        keeper.take(Stopped("boom"))
        now[0] += FORGIVEN_SECONDS / 3
    assert told == [True] * len(told)
    keeper.stop()


def test_the_end_is_no_fault(qtbot: QtBot, make_desktop: MakeDesktop, quick: None) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    with qtbot.assertNotEmitted(desktop.keeper.failed, wait=100):
        desktop.end()


def test_a_pause_outlives_a_fault(qtbot: QtBot, make_desktop: MakeDesktop, quick: None) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.actions.pause.trigger()
    crashed = fake(desktop)
    with qtbot.waitSignal(desktop.keeper.started_anew, timeout=5000):
        crashed.crash(BOOM)
    first = fake(desktop).commands[0]
    assert isinstance(first, SetMappings)
    assert [one.enabled for one in first.mappings] == [False]


def test_the_real_engine_relays_again_after_a_fault_in_its_loop(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    desktop = Desktop(qapp, store, store.load())
    desktop.start(hidden=True)
    desktop.list.add(Mapping(name="Real", listen_ports=WEB.listen_ports, target_host="127.0.0.1",
                             target_ports=WEB.target_ports))  # fmt: skip
    any_port = type(WEB.listen_ports)(0, 0)
    desktop.list.change({desktop.list.mappings[0].id}, listen_ports=any_port)
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING], timeout=10000)
    engine = desktop.engine
    assert isinstance(engine, Engine)
    loop: Any = engine._loop
    broken = RuntimeError("the timers are broken")

    def fail() -> None:
        raise broken

    monkeypatch.setattr(type(loop._timers), "due", lambda timers: fail())
    with qtbot.waitSignal(desktop.keeper.failed, timeout=10000):
        engine.submit(SetMappings(()))
        loop.call_from_thread(lambda: loop.after(0, fail))
    monkeypatch.undo()
    assert "timers are broken" in desktop.troubles.report
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING], timeout=10000)
    assert desktop.engine is not engine
    desktop.end()
    desktop.window.deleteLater()
    desktop.deleteLater()
