"""The whole front end: what it loads, saves, remembers, and how it ends."""

from __future__ import annotations

import ctypes
import logging
import os
import stat
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QSessionManager
from shiboken6 import wrapInstance

from core.config import disk
from core.config.settings import SettingsFile
from core.config.store import Profile, Store
from core.engine.commands import SetMappings, Shutdown
from gui import ending
from gui.columns import Column
from gui.ending import ENDING_SECONDS, SESSION_SECONDS
from gui.message_bar import Tone
from gui.remembered import GEOMETRY, Remembered
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB = mapping("Web", 8080)


def engine(desktop: Desktop) -> FakeEngine:
    assert isinstance(desktop.engine, FakeEngine)
    return desktop.engine


def stored(folder: Path) -> tuple[bool, ...]:
    return tuple(one.enabled for one in Store(folder).load().profile.mappings)


def test_it_starts_what_was_saved(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    assert engine(desktop).commands[0] == SetMappings((WEB,))


def test_every_change_is_on_disk_after_the_end(make_desktop: MakeDesktop, tmp_path: Path) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.list.set_enabled({"Web"}, False)
    desktop.end()
    assert stored(tmp_path) == (False,)


def test_undo_is_saved_as_well(make_desktop: MakeDesktop, tmp_path: Path) -> None:
    desktop = make_desktop(WEB)
    desktop.list.set_enabled({"Web"}, False)
    desktop.list.history.undo()
    assert desktop.saver.flush(5.0)
    assert stored(tmp_path) == (True,)


def test_the_end_stops_the_engine_once_and_keeps_the_wishes(
    make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.end()
    desktop.end()
    assert engine(desktop).commands[-1] == Shutdown()
    assert sum(isinstance(one, Shutdown) for one in engine(desktop).commands) == 1
    assert engine(desktop).join(0)
    assert stored(tmp_path) == (True,)
    assert not desktop.window.isVisible()


def test_an_engine_that_hangs_is_named_and_holds_nothing_up(
    make_desktop: MakeDesktop, caplog: pytest.LogCaptureFixture
) -> None:
    desktop = make_desktop(WEB)
    engine(desktop).hangs = True
    desktop.start(hidden=False)
    begun = time.monotonic()
    with caplog.at_level(logging.ERROR):
        desktop.end()
    assert time.monotonic() - begun < ENDING_SECONDS + 0.5
    assert "engine did not end" in caplog.text
    engine(desktop).release()


def test_a_damaged_profile_is_told_in_the_window(
    qtbot: QtBot, make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    Store(tmp_path).path.write_text("{ not json", encoding="utf-8")
    desktop = make_desktop()
    desktop.start(hidden=False)
    bar = desktop.window.messages
    assert bar.isVisible()
    assert any("could not be used" in note.text for note in bar.notes)
    assert all(note.tone is Tone.WARNING for note in bar.notes)
    assert list(tmp_path.glob("mappings.damaged-*.json"))
    for _ in bar.notes:
        bar.dismiss()
    assert not bar.isVisible()


def test_a_disk_that_refuses_is_told_and_the_word_is_taken_back(
    qtbot: QtBot, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    with monkeypatch.context() as patch:

        def refuse(_data: object) -> bytes:
            raise OSError(28, "No space left on device")

        patch.setattr("core.config.disk.write_new", lambda folder, data: refuse(data))
        desktop.list.set_enabled({"Web"}, False)
        qtbot.waitUntil(lambda: bool(desktop.window.messages.notes))
    assert "No space left on device" in desktop.window.messages.notes[-1].text
    desktop.list.set_enabled({"Web"}, True)
    qtbot.waitUntil(lambda: not desktop.window.messages.notes)


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder's rights are its files' too")
def test_nobody_else_can_read_anything_of_it(make_desktop: MakeDesktop, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        desktop = make_desktop(WEB)
        desktop.start(hidden=False)
        desktop.list.set_enabled({"Web"}, False)
        desktop.preferences.change(start_hidden=True)
        desktop.end()
    finally:
        os.umask(before)
    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {"mappings.json", "settings.json", "window.ini", "portway.log"} <= set(made)
    assert {name for name, rights in made.items() if rights & 0o077} == set()


def test_place_and_columns_come_back(make_desktop: MakeDesktop, tmp_path: Path) -> None:
    first = make_desktop(WEB)
    first.start(hidden=False)
    first.window.resize(QSize(701, 443))
    first.window.table.columns.wish(Column.NAME, 181)
    packed = first.window.table.columns.pack()
    first.end()
    second = make_desktop()
    assert second.window.size() == QSize(701, 443)
    second.start(hidden=False)
    assert second.window.table.columns.pack() == packed


def test_a_broken_window_file_is_no_trouble(make_desktop: MakeDesktop, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_bytes(b"[window]\ngeometry=@ByteArray(nonsense)\n\xff\x00")
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    assert desktop.window.isVisible()


@pytest.mark.parametrize("what", ["log-off", "sleep"])
def test_before_the_end_of_a_session_and_before_sleep_all_is_saved(
    make_desktop: MakeDesktop,
    tmp_path: Path,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.resize(QSize(701, 443))
    may_write = threading.Event()
    write_new = disk.write_new

    def slowly(*arguments: Any) -> Path:
        may_write.wait(10)
        return write_new(*arguments)

    monkeypatch.setattr(disk, "write_new", slowly)
    desktop.list.set_enabled({"Web"}, False)
    desktop.preferences.change(start_hidden=True)
    monkeypatch.setattr(ending, "SESSION_SECONDS", PATIENCE)  # the machine may be busy
    desktop.remembered._writing.acquire()  # its disk is slower still
    threading.Timer(0.1, may_write.set).start()
    threading.Timer(0.2, desktop.remembered._writing.release).start()
    if what == "sleep":
        desktop.sleeping.falling_asleep.emit()
    else:
        # Windows asks this of all programs, and may end them as soon as it returns.
        place = ctypes.create_string_buffer(64)  # only Qt can make a manager; nobody looks into it
        qapp.commitDataRequest.emit(wrapInstance(ctypes.addressof(place), QSessionManager))
    assert stored(tmp_path) == (False,)
    assert SettingsFile(tmp_path).read().value.start_hidden
    kept = Remembered(tmp_path).bytes_of(GEOMETRY)
    assert kept == desktop.window.saveGeometry()
    assert not desktop.ended, "somebody may still call the log-off off"
    assert desktop.window.close()  # and no window says no


def test_a_disk_that_hangs_holds_up_neither_the_session_nor_the_end(
    make_desktop: MakeDesktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    answers = threading.Event()
    write_new = disk.write_new

    def hang(*arguments: Any) -> Path:
        answers.wait(PATIENCE)
        return write_new(*arguments)

    monkeypatch.setattr(disk, "write_new", hang)
    desktop.remembered._writing.acquire()
    desktop.list.set_enabled({"Web"}, False)
    desktop.preferences.change(start_hidden=True)
    for end, most in ((desktop.session_ends, SESSION_SECONDS), (desktop.end, ENDING_SECONDS)):
        begun = time.monotonic()
        end()
        assert time.monotonic() - begun < most + 0.5
    answers.set()
    desktop.remembered._writing.release()


def test_a_profile_of_two_thousand_is_shown_quickly(
    make_desktop: MakeDesktop, tmp_path: Path
) -> None:
    many = tuple(mapping(f"m{n}", 1024 + n) for n in range(2000))
    Store(tmp_path).save(Profile(mappings=many))
    begun = time.monotonic()
    desktop = make_desktop()
    desktop.start(hidden=False)
    assert len(desktop.model.rows) == 2000
    assert time.monotonic() - begun < 5.0
