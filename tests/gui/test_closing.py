"""What follows when the window is closed, with a tray and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QMessageBox, QPushButton, QSystemTrayIcon

from core.engine.status import State
from gui.closing import MINIMISE
from gui.remembered import CLOSE_WITHOUT_TRAY, TRAY_HINT, Remembered
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web", 8080), mapping("Mail", 2525, enabled=False)


@pytest.fixture(params=["tray"])
def tray(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    here = bool(request.param == "tray")
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: here)
    return here


without_a_tray = pytest.mark.parametrize("tray", ["none"], indirect=True)


def question(desktop: Desktop) -> QMessageBox:
    box = desktop.presence.closing.box
    assert box is not None
    assert box.isVisible()
    return box


def press(box: QMessageBox, text: str) -> None:
    button = next(one for one in box.findChildren(QPushButton) if one.text() == text)
    button.click()


def tick(box: QMessageBox, on: bool) -> None:
    check = box.checkBox()
    assert isinstance(check, QCheckBox)
    check.setChecked(on)


def test_with_a_tray_it_is_said_once_that_portway_stays(
    qtbot: QtBot, tray: bool, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 1)
    desktop.window.close()
    box = question(desktop)
    assert "tray" in box.text()
    assert not box.isModal()
    assert desktop.model.rows[0].status.state is State.LISTENING
    press(box, "OK")
    assert not desktop.ended
    assert not desktop.window.isVisible()
    desktop.window.show()
    desktop.window.close()
    assert desktop.presence.closing.box is None
    desktop.end()
    again = make_desktop()
    again.start(hidden=False)
    again.window.close()
    assert again.presence.closing.box is None, "also after a restart"


@pytest.mark.parametrize("tray", ["tray", "none"], indirect=True)
def test_an_answer_outlives_a_crash(
    qtbot: QtBot, tray: bool, make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    press(question(desktop), "OK" if tray else "Go on, minimised")

    def is_on_the_disk() -> bool:
        stored = Remembered(tmp_path)
        return stored.is_set(TRAY_HINT) or stored.text_of(CLOSE_WITHOUT_TRAY) == MINIMISE

    qtbot.waitUntil(is_on_the_disk)  # and nobody has ended it


def test_who_wants_it_said_again_is_told_again(tray: bool, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    tick(question(desktop), False)
    press(question(desktop), "OK")
    desktop.window.show()
    desktop.window.close()
    press(question(desktop), "OK")


def test_quit_is_offered_right_there(tray: bool, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    press(question(desktop), "Quit")
    assert desktop.ended


@pytest.mark.parametrize("hidden", [True, False])
def test_where_new_icons_are_hidden_it_says_where_to_look(
    tray: bool, make_desktop: MakeDesktop, hidden: bool
) -> None:
    desktop = make_desktop(WEB)
    desktop.presence.closing._hides_icons = hidden
    desktop.start(hidden=False)
    desktop.window.close()
    said = question(desktop).informativeText()
    assert "from its icon in the tray" in said
    assert ("behind the arrow beside the clock" in said) is hidden


def test_opening_the_window_answers_the_question(tray: bool, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    desktop.actions.open.trigger()
    assert desktop.presence.closing.box is None


def test_the_end_does_not_wait_for_an_answer(tray: bool, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    box = question(desktop)
    desktop.end()
    assert not box.isVisible()


@without_a_tray
def test_without_a_tray_running_mappings_are_not_stopped_unasked(
    tray: bool, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    press(question(desktop), "Go on, minimised")
    assert desktop.window.isMinimized()
    assert not desktop.ended
    desktop.window.showNormal()
    desktop.window.close()
    assert desktop.presence.closing.box is None, "it was to be done the same next time"
    assert desktop.window.isMinimized()


@without_a_tray
def test_without_a_tray_quit_is_remembered_too(tray: bool, make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    press(question(desktop), "Quit")
    assert desktop.ended
    again = make_desktop()
    again.start(hidden=False)
    again.window.close()
    assert again.ended


@without_a_tray
def test_without_a_tray_and_with_nothing_on_closing_ends_it(
    tray: bool, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(MAIL)
    desktop.start(hidden=False)
    desktop.window.close()
    assert desktop.ended
    assert desktop.engine.join(0)


def test_a_tray_that_goes_while_the_question_stands_there_traps_nobody(
    tray: bool, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.close()
    box = question(desktop)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    desktop.tray.look()
    press(box, "OK")
    assert desktop.window.isMinimized()
