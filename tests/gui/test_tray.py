"""The tray: its menu, its picture, and a life with and without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.config.settings import SettingsFile
from core.engine.commands import LookAround
from core.engine.events import SurroundingsChanged
from core.engine.status import OFF, State, Status, Trouble, TroubleKind
from core.message import message
from gui.notifier import GATHER_SECONDS
from gui.remembered import TRAY_HINT
from gui.resources import picture_icon
from gui.tray import TRAY_SIZES
from gui.tray_menu import MOST_IN_ALL
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

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
    return texts(desktop.tray.menu)


def texts(menu: QMenu) -> dict[str, QAction]:
    """The entries of a menu that can be seen."""
    shown = [one for one in menu.actions() if not one.isSeparator() and one.isVisible()]
    return {one.text(): one for one in shown}


def submenu(desktop: Desktop, title: str) -> dict[str, QAction]:
    """What a submenu shows, by the beginning of its title."""
    action = next(one for text, one in entries(desktop).items() if text.startswith(title))
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return texts(menu)


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
        "Pause everything for 30 minutes",
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


def test_each_state_has_its_own_picture(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    assert isinstance(desktop.engine, FakeEngine)
    desktop.start(hidden=True)

    def shows(name: str) -> bool:
        shown = desktop.tray.icon.icon().pixmap(QSize(22, 22)).toImage()
        return bool(shown == picture_icon(name, TRAY_SIZES).pixmap(QSize(22, 22)).toImage())

    for status, name in (
        (Status(State.LISTENING), "tray-active"),
        (PORT_IN_USE, "tray-trouble"),
        (OFF, "tray-idle"),
    ):
        desktop.engine.say("Web & more", status)
        qtbot.waitUntil(lambda name=name: shows(name))  # type: ignore[misc]


def everything(menu: QMenu) -> list[QAction]:
    """All entries of a menu and of those below it."""
    found = []
    for entry in texts(menu).values():
        below = entry.menu()
        found += everything(below) if isinstance(below, QMenu) else [entry]
    return found


def switches(desktop: Desktop) -> list[str]:
    """The mappings that can be switched somewhere in the menu."""
    entries(desktop)
    found = [one.text() for one in everything(desktop.tray.menu) if one.isCheckable()]
    return [text for text in found if text != "The whole group"]


def test_each_of_many_mappings_is_in_the_menu_and_no_menu_is_endless(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(*(mapping(f"m{n}", 1000 + n, enabled=False) for n in range(202)))
    shown = entries(desktop)
    assert len(shown) < 40
    assert switches(desktop) == [f"m{n}" for n in range(202)]
    page = submenu(desktop, "m25 … m49")
    assert len(page) == 25
    page["m30"].trigger()
    assert [one.name for one in desktop.list.mappings if one.enabled] == ["m30"]
    assert submenu(desktop, "m25 … m49")["m30"].isChecked()
    assert list(submenu(desktop, "m200 … m201")) == ["m200", "m201"]


def test_of_too_many_mappings_the_last_are_in_the_window_only(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(
        *(mapping(f"m{n}", 1000 + n, enabled=False) for n in range(MOST_IN_ALL + 100))
    )
    assert len(switches(desktop)) == MOST_IN_ALL
    entries(desktop)["More in the window…"].trigger()
    assert desktop.window.isVisible()


def test_groups_are_submenus_with_a_switch_for_all_of_it(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB, mapping("A", group="Lab"), mapping("B", 9, group="Lab"))
    lab = submenu(desktop, "Lab (")
    assert list(lab) == ["The whole group", "A", "B"]
    assert lab["The whole group"].isChecked()
    lab["The whole group"].trigger()
    assert [one.enabled for one in desktop.list.mappings] == [True, False, False]
    lab = submenu(desktop, "Lab (")
    assert not lab["The whole group"].isChecked()
    lab["B"].trigger()
    assert [one.enabled for one in desktop.list.mappings] == [True, False, True]


def test_a_large_group_and_many_groups_are_in_the_menu_too(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(
        *(mapping(f"m{n}", 1000 + n, group="large", enabled=False) for n in range(60)),
        *(mapping(f"s{n}", 2000 + n, group=f"g{n}", enabled=False) for n in range(40)),
    )
    shown = entries(desktop)
    assert len(shown) < 40
    assert len(switches(desktop)) == 100
    assert list(submenu(desktop, "large"))[-2:] == ["m25 … m49", "m50 … m59"]
    (_, group) = submenu(desktop, "g19 … g38").popitem()
    below = group.menu()
    assert isinstance(below, QMenu)
    assert list(texts(below)) == ["The whole group", "s38"]


def test_very_many_groups_do_not_make_an_endless_menu(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(
        *(mapping(f"m{n}", 1000 + n, group=f"g{n % 300}", enabled=False) for n in range(1800))
    )
    assert len(entries(desktop)) < 40
    assert len(switches(desktop)) == MOST_IN_ALL
    assert "More in the window…" in entries(desktop)


def test_the_menu_follows_without_being_opened(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=True)
    menu = desktop.tray.menu
    before = texts(menu)["Mail"]
    desktop.list.set_enabled({"Mail"}, True)
    qtbot.waitUntil(before.isChecked)
    assert texts(menu)["Mail"] is before, "a menu that is open in a panel must stay so"
    desktop.list.remove({"Mail"})
    qtbot.waitUntil(lambda: "Mail" not in texts(menu))


def test_recent_errors_lead_to_their_mapping(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(MAIL, WEB)
    assert isinstance(desktop.engine, FakeEngine)
    desktop.engine.statuses["Web & more"] = PORT_IN_USE
    desktop.start(hidden=True)
    assert "Recent errors" not in entries(desktop)
    qtbot.waitUntil(lambda: "Recent errors" in entries(desktop))
    ((text, error),) = submenu(desktop, "Recent errors").items()
    assert "Web && more: " in text
    assert "in use" in text
    error.trigger()
    assert desktop.window.isVisible()
    row = desktop.window.table.current_row()
    assert row is not None
    assert row.mapping.title == "Web & more"


def test_a_clicked_message_opens_its_row(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []  # by the icon: there is no service of the desktop here
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _icon, title, _text, _picture: shown.append(title)
    )
    desktop = make_desktop(MAIL, WEB)
    assert isinstance(desktop.engine, FakeEngine)
    desktop.engine.statuses["Web & more"] = PORT_IN_USE
    desktop.start(hidden=True)
    qtbot.waitUntil(lambda: shown == ["Web & more: Waiting"])
    desktop.tray.icon.messageClicked.emit()
    row = desktop.window.table.current_row()
    assert desktop.window.isVisible()
    assert row is not None
    assert row.mapping.title == "Web & more"


def say(desktop: Desktop, qtbot: QtBot, **states: Status) -> None:
    """Let mappings be in these states, and all be told that there is to tell of it."""
    assert isinstance(desktop.engine, FakeEngine)
    for name, status in states.items():
        desktop.engine.say(name, status)
    rows = desktop.model.rows
    qtbot.waitUntil(
        lambda: all(row.status == states.get(row.mapping.name, row.status) for row in rows)
    )
    desktop.presence.notifier._due = 0.0
    desktop.presence.notifier.look()


def titles(desktop: Desktop) -> list[str]:
    found: list[str] = []
    desktop.presence.notifier.message.connect(lambda title, _text, _about: found.append(title))
    return found


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("notifications", ["Two: Waiting", "Two works again"]),
        ("notify_port_taken", ["One: Degraded", "One works again"]),
        ("notify_recovered", ["2 mappings do not work"]),
    ],
)
def test_each_kind_of_message_has_its_setting(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop, setting: str, told: list[str]
) -> None:
    desktop = make_desktop(mapping("One"), mapping("Two"))
    desktop.preferences.change(**{setting: False})
    desktop.start(hidden=True)
    said = titles(desktop)
    refused = Trouble(TroubleKind.TARGET_REFUSED, "x:80", message("refused"), message("start it"))
    say(desktop, qtbot, One=Status(State.DEGRADED, refused), Two=PORT_IN_USE)
    say(desktop, qtbot, One=Status(State.LISTENING), Two=Status(State.LISTENING))
    assert said == told


def test_who_has_the_window_before_them_gets_no_messages(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(mapping("One"), mapping("Two"))
    desktop.start(hidden=False)
    said = titles(desktop)
    say(desktop, qtbot, One=PORT_IN_USE)
    assert said == []
    desktop.window.hide()
    say(desktop, qtbot, Two=PORT_IN_USE)
    assert said == ["Two: Waiting"]


def test_waking_makes_no_storm_of_messages(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    names = [f"m{n}" for n in range(40)]
    desktop = make_desktop(*(mapping(name, 2000 + n) for n, name in enumerate(names)))
    desktop.start(hidden=True)
    assert isinstance(desktop.engine, FakeEngine)
    with qtbot.waitSignal(desktop.bridge.surroundings_changed):
        desktop.sleeping.awake.emit()
        desktop.bridge.report(SurroundingsChanged(jumped=True))
    assert desktop.engine.last(LookAround) == LookAround(jumped=True)
    with qtbot.assertNotEmitted(
        desktop.presence.notifier.message, wait=int(GATHER_SECONDS * 1000) + 500
    ):
        for name in names:
            desktop.engine.say(name, PORT_IN_USE)
    for name in names[1:]:
        desktop.engine.say(name, Status(State.LISTENING))
    said: list[str] = []
    desktop.presence.notifier.message.connect(lambda title, _text, _about: said.append(title))
    qtbot.waitUntil(lambda: desktop.model.summary().troubled == 1)
    desktop.presence.notifier._due = 0.0  # the twenty seconds are over
    desktop.presence.notifier.look()
    assert said == ["m0: Waiting"]


def test_hidden_start_shows_no_window_where_there_is_a_tray(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    assert not desktop.window.isVisible()
    assert desktop.tray.icon.isVisible()


def test_hidden_start_without_a_tray_is_in_the_task_bar(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    assert desktop.window.isMinimized()
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


def test_a_tray_that_comes_late_is_taken(panel: Panel, make_desktop: MakeDesktop) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    panel.here = True
    desktop.tray.look()
    assert desktop.tray.icon.isVisible()
    desktop.window.close()
    assert not desktop.ended


def test_a_tray_that_goes_leaves_the_window_in_the_task_bar_until_it_returns(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    panel.here = False
    desktop.tray.look()
    assert desktop.window.isMinimized()
    panel.here = True
    desktop.tray.look()
    assert not desktop.window.isVisible()
    assert desktop.tray.icon.isVisible()


def test_whatever_becomes_of_the_tray_no_choice_of_the_user_is_changed(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB, MAIL)
    desktop.preferences.change(start_hidden=True)
    desktop.remembered.keep(TRAY_HINT, value=True)
    chosen, mappings = desktop.preferences.settings, desktop.list.mappings
    panel.here = False
    desktop.start(hidden=False)
    for here in (True, False, True, False):
        panel.here = here
        desktop.tray.look()
    assert desktop.window.isMinimized(), "hidden, as it was asked to be"
    desktop.window.bring_up()
    desktop.window.showMinimized()
    assert desktop.preferences.settings == chosen
    assert desktop.list.mappings == mappings
    assert desktop.remembered.is_set(TRAY_HINT)
    desktop.end()
    assert SettingsFile(desktop.store.folder).read().value == chosen
    assert desktop.store.load().profile.mappings == mappings


def test_a_late_tray_leaves_a_window_that_is_used_alone(
    panel: Panel, make_desktop: MakeDesktop
) -> None:
    panel.here = False
    desktop = make_desktop(WEB)
    desktop.start(hidden=True)
    desktop.window.bring_up()
    panel.here = True
    desktop.tray.look()
    assert desktop.window.isVisible()
    desktop.window.showMinimized()
    panel.here = False
    desktop.tray.look()
    panel.here = True
    desktop.tray.look()
    assert desktop.window.isVisible(), "minimised by the user, not by us"


def test_open_takes_a_minimized_window_back_up(
    qtbot: QtBot, panel: Panel, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.showMinimized()
    desktop.actions.open.trigger()
    assert not desktop.window.windowState() & Qt.WindowState.WindowMinimized
