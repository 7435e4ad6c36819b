"""The pause: all stands still, no wish is lost, and it ends by itself, also across a sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.store import Store
from core.engine.events import SurroundingsChanged
from core.engine.status import State
from gui import columns
from gui.columns import Column
from gui.pause import Pause
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web", 8080), mapping("Mail", 2525, enabled=False)


class Wall:
    """A clock turned by hand."""

    now = 5000.0

    def __call__(self) -> float:
        """Read it."""
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def pause(qapp: object, wall: Wall) -> Iterator[Pause]:
    pause = Pause(None, wall)
    yield pause
    pause.stop()


def states(desktop: Desktop) -> list[State]:
    return [row.status.state for row in desktop.model.rows]


def test_it_ends_by_itself(pause: Pause, wall: Wall, qtbot: QtBot) -> None:
    told: list[bool] = []
    pause.changed.connect(told.append)
    pause.begin()
    wall.now += 30 * 60 - 0.05  # as its entry in the menu says
    pause.look()
    assert pause.is_on
    wall.now += 0.05
    qtbot.waitUntil(lambda: not pause.is_on)
    assert told == [True, False]


def test_a_sleep_counts(pause: Pause, wall: Wall) -> None:
    pause.begin()
    wall.now += 8 * 3600  # Qt's timer has not moved meanwhile
    pause.look()
    assert not pause.is_on


def test_begun_anew_it_is_long_again(pause: Pause, wall: Wall) -> None:
    pause.begin()
    wall.now += 20 * 60
    pause.begin()
    wall.now += 20 * 60
    pause.look()
    assert pause.is_on


def test_everything_stops_and_goes_on_as_the_switches_say(
    qtbot: QtBot, make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING, State.OFF])
    desktop.actions.pause.trigger()
    qtbot.waitUntil(lambda: states(desktop) == [State.OFF, State.OFF])
    assert [columns.text(row, Column.STATE) for row in desktop.model.rows] == ["Paused", "Off"]
    assert desktop.tray.icon.toolTip().startswith("Portway: paused until ")
    assert "paused until" in desktop.window.messages.notes[-1].text
    assert desktop.saver.flush(5.0)
    assert [one.enabled for one in Store(tmp_path).load().profile.mappings] == [True, False]
    assert not desktop.actions.pause.isVisible()
    desktop.actions.resume.trigger()
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING, State.OFF])
    assert [columns.text(row, Column.STATE) for row in desktop.model.rows] == ["Listening", "Off"]
    assert not desktop.window.messages.notes


def test_a_switch_flipped_in_a_pause_is_a_wish_for_after_it(
    qtbot: QtBot, make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    desktop.actions.pause.trigger()
    desktop.list.set_enabled({"Mail"}, True)
    assert desktop.saver.flush(5.0)
    assert [one.enabled for one in Store(tmp_path).load().profile.mappings] == [True, True]
    qtbot.waitUntil(lambda: states(desktop) == [State.OFF, State.OFF])
    assert columns.text(desktop.model.rows[1], Column.STATE) == "Paused"
    desktop.pause.end()
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING, State.LISTENING])


def test_a_start_after_a_crash_in_a_pause_runs_what_is_switched_on(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    crashed = make_desktop(WEB, MAIL)
    crashed.start(hidden=False)
    crashed.actions.pause.trigger()
    assert crashed.saver.flush(5.0)
    again = make_desktop()  # beside the first, which never came to save anything more
    again.start(hidden=False)
    qtbot.waitUntil(lambda: states(again) == [State.LISTENING, State.OFF])


def test_waking_ends_a_pause_that_is_over(qtbot: QtBot, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    wall = Wall()
    desktop.pause._clock = wall
    desktop.actions.pause.trigger()
    wall.now += 3600
    desktop.bridge.report(SurroundingsChanged(jumped=True))
    qtbot.waitUntil(lambda: not desktop.pause.is_on)
    qtbot.waitUntil(lambda: states(desktop) == [State.LISTENING])
