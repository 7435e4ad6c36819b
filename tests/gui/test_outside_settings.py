"""The settings' file edited by hand while Portway runs: followed, told, and nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QFileSystemWatcher, Qt
from PySide6.QtTest import QTest

from core.config import disk
from core.config.settings import LogLevel, Settings, SettingsFile, Theme
from gui.appearance import Appearance, is_dark
from gui.message_bar import Tone
from gui.settings_dialog import SettingsDialog
from tests.gui.examples import mapping
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WAIT = int(PATIENCE * 1000)


@pytest.fixture(autouse=True)
def _as_the_system_after(qapp: QApplication) -> Iterator[None]:
    yield
    appearance = qapp.findChild(Appearance)
    assert appearance is not None
    appearance.ask_for(Qt.ColorScheme.Unknown)


@pytest.fixture
def desktop(make_desktop: MakeDesktop, tmp_path: Path) -> Desktop:
    SettingsFile(tmp_path).save(Settings())
    desktop = make_desktop(mapping("Web"))
    desktop.start(hidden=False)
    return desktop


def put(desktop: Desktop, data: bytes) -> None:
    """Write as an editor does: another file, renamed."""
    other = desktop.store.folder / "editor~"
    other.write_bytes(data)
    disk.replace(other, desktop.preferences.file.path)


def write(desktop: Desktop, **fields: object) -> Settings:
    """Write settings laid out by hand: only what is not as Portway comes."""
    put(desktop, msgspec.json.encode(fields))
    return msgspec.structs.replace(Settings(), **fields)


def wait_for(qtbot: QtBot, desktop: Desktop, settings: Settings) -> None:
    qtbot.waitUntil(lambda: desktop.preferences.settings == settings, timeout=WAIT)


def on_disk(desktop: Desktop) -> Settings:
    assert desktop.preferences.flush(PATIENCE)
    file = desktop.preferences.file
    return file.decode(file.path.read_bytes())


def notes(desktop: Desktop) -> str:
    return "\n".join(note.text for note in desktop.window.messages.notes)


def test_an_edited_file_is_followed_at_once_and_left_as_the_person_laid_it_out(
    qtbot: QtBot, qapp: QApplication, desktop: Desktop
) -> None:
    assert not is_dark(qapp.palette())
    edited = write(desktop, theme=Theme.DARK, log_level=LogLevel.DETAILED, default_listen="*")
    laid_out = desktop.preferences.file.path.read_bytes()
    wait_for(qtbot, desktop, edited)
    assert is_dark(qapp.palette())
    assert desktop.window.default_listen == "*"
    assert notes(desktop) == (
        "settings.json was changed by another program. The settings follow it."
    )
    assert on_disk(desktop) == edited
    assert desktop.preferences.file.path.read_bytes() == laid_out


def test_it_is_noticed_again_and_again_also_in_place_and_where_there_was_none(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(mapping("Web"))
    desktop.start(hidden=False)
    assert not desktop.preferences.file.path.exists()
    for host in ("*", "::1"):
        wait_for(qtbot, desktop, write(desktop, default_listen=host))
    desktop.preferences.change(start_hidden=True)
    assert desktop.preferences.flush(PATIENCE)
    desktop.preferences.file.path.write_bytes(b'{"theme": "light", "start_hidden": true}')
    wait_for(qtbot, desktop, Settings(theme=Theme.LIGHT, start_hidden=True))


def test_our_own_saves_are_no_news(qtbot: QtBot, desktop: Desktop) -> None:
    with qtbot.assertNotEmitted(desktop.bridge.settings_changed_outside, wait=400):
        for on in (True, False, True):
            desktop.preferences.change(start_hidden=on)
            assert desktop.preferences.flush(PATIENCE)
            desktop.outside_settings.poke()
    assert notes(desktop) == ""


def test_the_same_settings_laid_out_anew_are_nothing_to_talk_about(
    qtbot: QtBot, desktop: Desktop
) -> None:
    with qtbot.waitSignal(desktop.bridge.settings_changed_outside, timeout=WAIT):
        write(desktop)
    assert notes(desktop) == ""
    assert desktop.preferences.file.path.read_bytes() == b"{}"


def test_where_the_system_tells_nothing_it_is_seen_when_the_window_is_looked_at(
    qtbot: QtBot, desktop: Desktop
) -> None:
    """As on some network shares."""
    system = desktop.outside_settings.findChild(QFileSystemWatcher)
    assert system is not None
    system.blockSignals(True)
    edited = write(desktop, default_listen="*")
    desktop.window.looked_at.emit(True)
    wait_for(qtbot, desktop, edited)


def test_an_open_dialog_shows_what_the_file_says_and_keeps_a_half_typed_host(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.actions.settings.trigger()
    (dialog,) = desktop.window.findChildren(SettingsDialog)
    dialog.listen.line.clear()
    QTest.keyClicks(dialog.listen.line, "192.168.")
    fields = {"theme": Theme.DARK, "start_hidden": True, "notify_recovered": False}
    wait_for(qtbot, desktop, write(desktop, **fields))
    assert dialog.theme.currentData() == Theme.DARK
    assert dialog.start_hidden.isChecked()
    assert [box.isChecked() for box in dialog._notifications] == [True, True, False]
    assert dialog.listen.text() == "192.168."
    wait_for(qtbot, desktop, write(desktop, default_listen="::1"))
    assert dialog.theme.currentData() == Theme.SYSTEM
    assert dialog.listen.text() == "::1"


# -- changed in both places -----------------------------------------------------------------------


def test_what_was_changed_here_before_the_save_survives_and_both_are_saved(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.outside_settings.end()  # nobody watches: the save comes upon it
    write(desktop, default_listen="*")
    desktop.preferences.change(theme=Theme.DARK)
    both = Settings(theme=Theme.DARK, default_listen="*")
    wait_for(qtbot, desktop, both)
    assert on_disk(desktop) == both


def test_where_both_changed_the_same_ours_stays_theirs_is_a_copy_and_it_is_told(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.outside_settings.end()
    theirs = write(desktop, theme=Theme.LIGHT, start_hidden=True)
    desktop.preferences.change(theme=Theme.DARK)
    both = Settings(theme=Theme.DARK, start_hidden=True)
    wait_for(qtbot, desktop, both)
    assert on_disk(desktop) == both
    assert "not where they were changed here as well" in notes(desktop)
    file = desktop.preferences.file
    assert file.decode((file.folder / "settings.copy-1.json").read_bytes()) == theirs


def test_an_editor_from_before_our_last_change_does_not_take_it_back(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.preferences.change(theme=Theme.DARK)
    assert desktop.preferences.flush(PATIENCE)
    write(desktop, start_hidden=True)  # opened when there was no dark theme
    both = Settings(theme=Theme.DARK, start_hidden=True)
    wait_for(qtbot, desktop, both)
    assert on_disk(desktop) == both


def test_what_another_wrote_just_before_the_end_is_not_lost(desktop: Desktop) -> None:
    desktop.outside_settings.end()
    theirs = write(desktop, default_listen="*")
    desktop.preferences.change(theme=Theme.DARK)
    desktop.end()
    file = desktop.preferences.file
    assert file.decode(file.path.read_bytes()) == theirs
    (ours,) = file.folder.glob("settings.unsaved-*")
    assert file.decode(ours.read_bytes()) == Settings(theme=Theme.DARK)


# -- what cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [b'{"theme": "pink"}', b'{"version": 2}'])
def test_a_file_that_an_editor_broke_is_told_and_set_aside_by_the_next_change(
    qtbot: QtBot, desktop: Desktop, bad: bytes
) -> None:
    desktop.preferences.change(theme=Theme.DARK)
    assert desktop.preferences.flush(PATIENCE)
    put(desktop, bad)
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    (note,) = desktop.window.messages.notes
    assert note.tone is Tone.WARNING
    assert "settings.json" in note.text
    assert desktop.preferences.settings == Settings(theme=Theme.DARK)
    desktop.preferences.change(start_hidden=True)
    assert on_disk(desktop) == Settings(theme=Theme.DARK, start_hidden=True)
    folder = desktop.store.folder
    (aside,) = [*folder.glob("settings.damaged-*"), *folder.glob("settings.newer-*")]
    assert aside.read_bytes() == bad


def test_a_broken_file_leaves_the_next_start_with_what_was_in_force(
    qtbot: QtBot, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    desktop.preferences.change(theme=Theme.DARK)
    assert desktop.preferences.flush(PATIENCE)
    put(desktop, b"{")
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    desktop.end()
    again = make_desktop()
    assert again.preferences.settings == Settings(theme=Theme.DARK)
    assert "restored from settings.copy-1.json" in notes(again)
    (aside,) = again.store.folder.glob("settings.damaged-*")
    assert aside.read_bytes() == b"{"


def test_a_file_that_was_mended_is_followed_and_the_warning_gone(
    qtbot: QtBot, desktop: Desktop
) -> None:
    put(desktop, b"{")
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    wait_for(qtbot, desktop, write(desktop, theme=Theme.DARK))
    assert "cannot be used" not in notes(desktop)


def test_so_is_one_that_is_again_as_it_was(qtbot: QtBot, desktop: Desktop) -> None:
    before = desktop.preferences.file.path.read_bytes()
    put(desktop, b"{")
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    put(desktop, before)
    qtbot.waitUntil(lambda: notes(desktop) == "", timeout=WAIT)
    assert desktop.preferences.settings == Settings()
