"""The setting "Start Portway when I log in": it shows what is so, and says why it cannot be."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from core.message import Message, message
from gui.autostart import AutostartSwitch
from gui.settings_dialog import SettingsDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]


class Entry:
    """The system's entry."""

    def __init__(self) -> None:
        self.on = False
        self.moved = False
        self.error: OSError | None = None
        self.forbidden: Message | None = None

    def is_on(self) -> bool:
        return self.on

    def turn_on(self) -> None:
        self._set(True)

    def turn_off(self) -> None:
        self._set(False)

    def verify(self) -> bool:
        if self.error is not None:
            raise self.error
        moved, self.moved = self.moved, False
        return moved

    def _set(self, on: bool) -> None:
        if self.error is not None:
            raise self.error
        self.on = on


@pytest.fixture
def entry() -> Entry:
    return Entry()


@pytest.fixture
def switch(qapp: object, tmp_path: Path, entry: Entry) -> Iterator[AutostartSwitch]:
    switch = AutostartSwitch(tmp_path, None, lambda: entry, lambda profile: entry.forbidden)
    yield switch
    switch.stop()


@pytest.fixture
def dialog(
    qtbot: QtBot, switch: AutostartSwitch, make_desktop: MakeDesktop
) -> Iterator[SettingsDialog]:
    desktop = make_desktop()
    with qtbot.waitSignal(switch.told):
        dialog = SettingsDialog(desktop.preferences, desktop.addresses, (), switch)
        dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()


def test_the_newest_wish_counts(qtbot: QtBot, switch: AutostartSwitch, entry: Entry) -> None:
    with qtbot.waitSignals([switch.told] * 2):
        for on in (True, False, True, False, True):
            switch.switch(on)
    assert entry.on
    assert switch.is_on


def test_the_box_shows_what_is_so_and_switches_it(
    qtbot: QtBot, dialog: SettingsDialog, entry: Entry, switch: AutostartSwitch
) -> None:
    with qtbot.waitSignal(switch.told):
        entry.on = True
        switch.look()
    qtbot.waitUntil(dialog.autostart.isChecked)
    assert dialog.autostart.isEnabled()
    assert not dialog.autostart_note.isVisible()
    with qtbot.waitSignal(switch.told):
        dialog.autostart.click()
    assert not entry.on
    assert not dialog.autostart.isChecked()


def test_where_it_is_impossible_the_box_is_grey_and_says_why(
    qtbot: QtBot, dialog: SettingsDialog, entry: Entry, switch: AutostartSwitch
) -> None:
    entry.forbidden = message("Not in this package.")
    with qtbot.waitSignal(switch.told):
        switch.look()
    qtbot.waitUntil(lambda: not dialog.autostart.isEnabled())
    assert dialog.autostart_note.text() == "Not in this package."


def test_what_fails_is_said_and_the_box_stays_true(
    qtbot: QtBot, dialog: SettingsDialog, entry: Entry, switch: AutostartSwitch
) -> None:
    with qtbot.waitSignal(switch.told):
        switch.look()
    entry.error = PermissionError(13, "Permission denied")
    with qtbot.waitSignal(switch.told):
        dialog.autostart.click()
    assert not dialog.autostart.isChecked()
    assert dialog.autostart.isEnabled()
    assert "Permission denied" in dialog.autostart_note.text()


def test_a_path_put_right_is_in_the_log(
    qtbot: QtBot, switch: AutostartSwitch, entry: Entry, caplog: pytest.LogCaptureFixture
) -> None:
    entry.on = entry.moved = True
    with caplog.at_level(logging.INFO), qtbot.waitSignal(switch.told):
        switch.verify()
    assert "has moved" in caplog.text


def test_each_start_looks_whether_the_path_is_right(
    qtbot: QtBot, make_desktop: MakeDesktop, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop()
    monkeypatch.setattr(desktop.autostart, "_make", lambda: entry)
    monkeypatch.setattr(desktop.autostart, "_forbidden", lambda profile: None)
    entry.moved = True
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: not entry.moved)
