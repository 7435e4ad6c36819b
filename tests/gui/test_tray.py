"""The tray: its menu, its picture, and a life with and without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon

from core.engine.status import State
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from gui.app import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web & more", 8080), mapping("Mail", 2525, enabled=False)


class Panel:
    """A desktop's tray that can come and go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here = True
        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: self.here)


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Panel:
    return Panel(monkeypatch)


def entries(desktop: Desktop) -> dict[str, QAction]:
    """What the menu shows when it is opened."""
    desktop.tray.menu.aboutToShow.emit()
    return {one.text(): one for one in desktop.tray.menu.actions() if not one.isSeparator()}


def test_the_menu_lists_the_mappings_and_what_can_be_done(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB, MAIL)
    shown = entries(desktop)
    assert [text.replace("&", "") for text in shown] == [
        "Open Portway",
        "Web  more",
        "Mail",
        "Start all",
        "Stop all",
        "Quit",
    ]
    assert shown["Web && more"].isChecked()
    assert shown["Mail"].isCheckable()
    assert not shown["Mail"].isChecked()


def test_an_entry_switches_its_mapping(panel: Panel, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB, MAIL)
    entries(desktop)["Mail"].trigger()
    assert [one.enabled for one in desktop.list.mappings] == [True, True]
    entries(desktop)["Mail"].trigger()
    assert [one.enabled for one in desktop.list.mappings] == [True, False]


def test_trouble_is_in_the_menu_the_tip_and_the_picture(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB, MAIL)
    calm = desktop.tray.icon.icon().cacheKey()
    assert isinstance(desktop.engine, FakeEngine)
    desktop.engine.statuses["Web & more"] = PORT_IN_USE
    desktop.start(hidden=True)
    # Not for the summary: the tray hears of it a turn of the event loop later.
    tip = "Portway: 0 of 2 listening, 1 in trouble"
    qtbot.waitUntil(lambda: desktop.tray.icon.toolTip() == tip)
    assert "Web && more (Waiting)" in entries(desktop)
    assert desktop.tray.icon.icon().cacheKey() != calm


def test_many_mappings_do_not_make_an_endless_menu(panel: Panel, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(*(mapping(f"m{n}", 1000 + n, enabled=False) for n in range(200)))
    shown = entries(desktop)
    assert len(shown) < 40
    assert "More in the window…" in shown


def test_hidden_start_shows_no_window_where_there_is_a_tray(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    assert not desktop.window.isVisible()
    assert desktop.tray.icon.isVisible()


def test_hidden_start_without_a_tray_shows_the_window(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    assert desktop.window.isVisible()
    assert not desktop.tray.icon.isVisible()


def test_closing_with_a_tray_keeps_the_forwards(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 1)
    desktop.window.close()
    assert not desktop.ended
    assert desktop.model.rows[0].status.state is State.LISTENING
    assert not desktop.clock.running
    desktop.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert desktop.window.isVisible()


def test_the_balloon_comes_once(
    panel: Panel, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(WEB)
    said: list[str] = []
    monkeypatch.setattr(desktop.tray, "say", lambda title, text: said.append(title))
    desktop.start(hidden=False)
    desktop.window.close()
    desktop.window.show()
    desktop.window.close()
    assert said == ["Portway is still running"]


def test_closing_without_a_tray_ends_portway(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    assert desktop.ended
    assert desktop.engine.join(0)


def test_a_tray_that_comes_late_is_taken(panel: Panel, make_desktop: MakeDesktop) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    panel.here = True
    desktop.tray.look()
    assert desktop.tray.icon.isVisible()
    desktop.window.close()
    assert not desktop.ended


def test_a_tray_that_goes_brings_the_window_back(panel: Panel, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    panel.here = False
    desktop.tray.look()
    assert desktop.window.isVisible()


def test_open_takes_a_minimized_window_back_up(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.showMinimized()
    desktop.actions.open.trigger()
    assert not desktop.window.windowState() & Qt.WindowState.WindowMinimized
