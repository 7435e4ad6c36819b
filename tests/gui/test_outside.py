"""The list's file edited by hand while the window shows it: shown, undoable, asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QFileSystemWatcher
from PySide6.QtWidgets import QMessageBox

from core.config import disk
from core.config.changes import Remove
from core.config.store import Outside, Profile, Store, decode_profile, encode_profile
from core.engine.commands import SetMappings
from core.message import PortwayError
from gui.editor import Editor
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from core.config.mapping import Mapping
    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL, NEW = mapping("Web"), mapping("Mail", 2525), mapping("New", 9999)
WAIT = int(PATIENCE * 1000)


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    return desktop


def write(desktop: Desktop, *mappings: Mapping) -> bytes:
    """Write as an editor does: another file, renamed; laid out by hand."""
    data = encode_profile(Profile(mappings=mappings)).replace(b"  ", b"\t")
    put(desktop, data)
    return data


def put(desktop: Desktop, data: bytes) -> None:
    other = desktop.store.folder / "editor~"
    other.write_bytes(data)
    disk.replace(other, desktop.store.path)


def saved(desktop: Desktop) -> tuple[Mapping, ...]:
    assert desktop.saver.flush(PATIENCE)
    return decode_profile(desktop.store.path.read_bytes()).mappings


def wait_for(qtbot: QtBot, desktop: Desktop, *mappings: Mapping) -> None:
    qtbot.waitUntil(lambda: desktop.list.mappings == mappings, timeout=WAIT)


def notes(desktop: Desktop) -> str:
    return "\n".join(note.text for note in desktop.window.messages.notes)


def question(desktop: Desktop) -> QMessageBox:
    (box,) = desktop.window.findChildren(QMessageBox)
    assert box.isVisible()
    return box


def outside(
    desktop: Desktop, versions: list[tuple[Mapping, ...]], *now: Mapping
) -> Outside[Profile]:
    """What the watch would tell of a file with this in it now."""
    write(desktop, *now)
    found = desktop.store.look()
    assert found is not None
    earlier = tuple(Profile(mappings=one) for one in versions)
    return Outside(found.data, found.number, found.value, earlier)


# -- shown ----------------------------------------------------------------------------------------


def test_an_edited_file_is_shown_run_and_left_as_the_person_laid_it_out(
    qtbot: QtBot, desktop: Desktop
) -> None:
    edited = msgspec.structs.replace(WEB, name="Edited")
    data = write(desktop, edited, NEW)
    wait_for(qtbot, desktop, edited, NEW)
    assert "changed by another program" in notes(desktop)
    engine = desktop.engine
    assert isinstance(engine, FakeEngine)
    command = engine.last(SetMappings)
    assert isinstance(command, SetMappings)
    assert command.mappings == (edited, NEW)
    assert saved(desktop) == (edited, NEW)
    assert desktop.store.path.read_bytes() == data


def test_it_is_noticed_again_and_again_also_in_place(qtbot: QtBot, desktop: Desktop) -> None:
    for name in ("one", "two", "three"):
        edited = msgspec.structs.replace(WEB, name=name)
        write(desktop, edited)
        wait_for(qtbot, desktop, edited)
    desktop.list.set_enabled({"Web"}, on=False)
    assert desktop.saver.flush(PATIENCE)
    desktop.store.path.write_bytes(encode_profile(Profile(mappings=(NEW,))))
    wait_for(qtbot, desktop, NEW)


def test_where_the_system_tells_nothing_it_is_seen_when_the_window_is_looked_at(
    qtbot: QtBot, desktop: Desktop
) -> None:
    """As on some network shares."""
    system = desktop.outside.findChild(QFileSystemWatcher)
    assert system is not None
    system.blockSignals(True)
    write(desktop, NEW)
    desktop.window.looked_at.emit(True)
    wait_for(qtbot, desktop, NEW)


def test_it_can_be_undone_and_done_again(qtbot: QtBot, desktop: Desktop) -> None:
    write(desktop, NEW)
    wait_for(qtbot, desktop, NEW)
    (note,) = desktop.window.messages.notes
    assert note.action is desktop.actions.undo
    note.action.trigger()
    assert desktop.list.mappings == saved(desktop) == (WEB, MAIL)
    assert notes(desktop) == "", "the offer to undo is gone"
    write(desktop, NEW)
    wait_for(qtbot, desktop, NEW)


def test_our_own_saves_are_no_news(qtbot: QtBot, desktop: Desktop) -> None:
    with qtbot.assertNotEmitted(desktop.bridge.changed_outside, wait=400):
        for on in (False, True, False):
            desktop.list.set_all_enabled(on)
            assert desktop.saver.flush(PATIENCE)
            desktop.outside.poke()


def test_a_change_that_comes_upon_it_while_saving_is_merged_with_it(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.outside.end()  # nobody watches: the save finds it
    edited = msgspec.structs.replace(WEB, name="Edited")
    write(desktop, edited, MAIL)
    desktop.list.add(NEW)
    wait_for(qtbot, desktop, edited, MAIL, NEW)
    assert saved(desktop) == (edited, MAIL, NEW)


# -- asked about ----------------------------------------------------------------------------------


@pytest.mark.parametrize("take", [False, True], ids=["keep mine", "take the file's"])
def test_what_both_changed_is_asked_about(qtbot: QtBot, desktop: Desktop, take: bool) -> None:
    mine = msgspec.structs.replace(WEB, name="Mine")
    theirs = msgspec.structs.replace(WEB, name="Theirs")
    desktop.outside.end()
    write(desktop, theirs, MAIL, NEW)
    desktop.list.replace(mine)
    qtbot.waitUntil(lambda: bool(desktop.window.findChildren(QMessageBox)), timeout=WAIT)
    box = question(desktop)
    assert "“Mine”" in box.text()
    assert list(desktop.list.mappings) == [mine, MAIL]
    assert decode_profile(desktop.store.path.read_bytes()).mappings == (theirs, MAIL, NEW)
    (button,) = [one for one in box.buttons() if ("file" in one.text()) is take]
    button.click()
    expected: tuple[Mapping, ...] = (theirs if take else mine, MAIL, NEW)
    assert desktop.list.mappings == expected
    assert saved(desktop) == expected
    if not take:
        copy = desktop.store.folder / "mappings.copy-1.json"
        assert decode_profile(copy.read_bytes()).mappings == (theirs, MAIL, NEW)


def test_an_editor_that_would_take_our_last_change_back_is_asked_about(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.list.add(NEW)
    assert desktop.saver.flush(PATIENCE)
    edited = msgspec.structs.replace(WEB, name="Edited")
    write(desktop, edited, MAIL)  # its editor was opened before NEW was there
    qtbot.waitUntil(lambda: bool(desktop.window.findChildren(QMessageBox)), timeout=WAIT)
    box = question(desktop)
    assert "“New”" in box.text()
    box.reject()
    assert desktop.list.mappings == (edited, MAIL, NEW)
    assert saved(desktop) == (edited, MAIL, NEW)


def test_a_question_that_a_newer_change_makes_pointless_goes_away(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.outside.take(
        outside(desktop, [(WEB,), (WEB, MAIL)], msgspec.structs.replace(WEB, name="x"))
    )
    question(desktop)
    write(desktop, WEB, MAIL, NEW)
    wait_for(qtbot, desktop, WEB, MAIL, NEW)
    qtbot.waitUntil(lambda: not desktop.window.findChildren(QMessageBox), timeout=WAIT)


def test_a_question_at_the_end_leaves_the_list_as_it_is_here(desktop: Desktop) -> None:
    edited = msgspec.structs.replace(MAIL, name="Edited")
    desktop.outside.take(outside(desktop, [(MAIL,), (WEB, MAIL)], edited))
    question(desktop)
    desktop.end()
    assert Store(desktop.store.folder).load().profile.mappings == (WEB, edited)


def test_the_same_change_told_twice_is_asked_about_once(desktop: Desktop) -> None:
    told = outside(desktop, [(WEB,), (WEB, MAIL)], msgspec.structs.replace(WEB, name="x"))
    desktop.outside.take(told)
    box = question(desktop)
    desktop.outside.take(told)
    assert question(desktop) is box


# -- what cannot be used --------------------------------------------------------------------------


def test_a_file_that_an_editor_broke_is_told_and_set_aside_by_the_next_change(
    qtbot: QtBot, desktop: Desktop
) -> None:
    put(desktop, b'{"version": 1, "mappings": [')
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    assert desktop.list.mappings == (WEB, MAIL)
    desktop.list.add(NEW)
    assert saved(desktop) == (WEB, MAIL, NEW)
    (aside,) = desktop.store.folder.glob("mappings.damaged-*")
    assert aside.read_bytes() == b'{"version": 1, "mappings": ['


def test_a_file_that_was_mended_is_shown_and_the_warning_gone(
    qtbot: QtBot, desktop: Desktop
) -> None:
    put(desktop, b"{")
    qtbot.waitUntil(lambda: "cannot be used" in notes(desktop), timeout=WAIT)
    write(desktop, NEW)
    wait_for(qtbot, desktop, NEW)
    assert "cannot be used" not in notes(desktop)


def newer(*mappings: Mapping) -> bytes:
    data = encode_profile(Profile(mappings=mappings))
    return data.replace(b'"version": 1', b'"version": 2')


def test_a_newer_portways_list_is_shown_and_cannot_be_changed_until_it_is_ours_again(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.end()
    put(desktop, newer(WEB, MAIL))
    desktop = make_desktop()
    desktop.start(hidden=False)
    assert desktop.list.mappings == (WEB, MAIL)
    assert "newer Portway" in notes(desktop)
    desktop.window.messages.dismiss()
    assert notes(desktop) == ""
    desktop.actions.stop_all.trigger()
    assert desktop.list.mappings == (WEB, MAIL)
    assert "nothing can be changed" in notes(desktop), "said again to whoever tries"
    desktop.actions.add.trigger()
    desktop.window.table.select("Web")
    desktop.actions.edit.trigger()
    assert not desktop.window.findChildren(Editor), "whoever typed there would lose it"
    with pytest.raises(PortwayError, match="newer Portway"):
        desktop.list.take(Remove(("Web",)))
    assert desktop.saver.flush(PATIENCE)
    assert desktop.store.path.read_bytes() == newer(WEB, MAIL)
    write(desktop, MAIL)
    wait_for(qtbot, desktop, MAIL)
    assert "newer" not in notes(desktop)
    desktop.actions.stop_all.trigger()
    assert [one.enabled for one in saved(desktop)] == [False]


def test_a_newer_file_that_comes_while_we_run_locks_the_list(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.list.set_enabled({"Web"}, on=False)
    assert desktop.saver.flush(PATIENCE)
    put(desktop, newer(NEW))
    qtbot.waitUntil(lambda: desktop.list.locked is not None, timeout=WAIT)
    shown = desktop.list.mappings
    desktop.actions.undo.trigger()
    desktop.actions.start_all.trigger()
    assert desktop.list.mappings == shown
    assert desktop.store.path.read_bytes() == newer(NEW)
    put(desktop, encode_profile(Profile(mappings=shown)))  # exactly as it was
    qtbot.waitUntil(lambda: desktop.list.locked is None, timeout=WAIT)
    assert "newer" not in notes(desktop)
    assert desktop.list.mappings == shown
