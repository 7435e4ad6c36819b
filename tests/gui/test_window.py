"""The window over a fake engine, used with the mouse and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from core.engine.commands import Retry, SetMappings, TakeSnapshot
from core.engine.snapshot import MappingNumbers
from core.engine.status import State
from gui.columns import Column
from gui.editor import Editor
from gui.switch import switch_rect
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web", 8080), mapping("Mail", 2525, enabled=False)


@pytest.fixture
def desktop(qtbot: QtBot, make_desktop: MakeDesktop) -> Desktop:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 1)
    desktop.window.table.setFocus()
    return desktop


def engine(desktop: Desktop) -> FakeEngine:
    assert isinstance(desktop.engine, FakeEngine)
    return desktop.engine


def cell(desktop: Desktop, row: int, column: Column) -> QModelIndex:
    return desktop.window.table.shown.index(row, column)


def click(desktop: Desktop, row: int, column: Column, *, twice: bool = False) -> None:
    """Click into the middle of a cell."""
    table = desktop.window.table
    where = table.visualRect(cell(desktop, row, column))
    middle = switch_rect(where).center() if column is Column.ENABLED else where.center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    if twice:
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def key(desktop: Desktop, name: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(desktop.window.table, name, held)


def enabled(desktop: Desktop) -> list[bool]:
    return [one.enabled for one in desktop.list.mappings]


def editors(desktop: Desktop) -> list[Editor]:
    return [one for one in desktop.window.findChildren(Editor) if one.isVisible()]


def opened(qtbot: QtBot, desktop: Desktop) -> Editor:
    """The one editor that was opened, once it has the keyboard."""
    (editor,) = editors(desktop)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor.form.name)
    return editor


def saved(desktop: Desktop) -> tuple[str, ...]:
    assert desktop.saver.flush(5.0)
    from core.config.store import Store

    return tuple(one.name for one in Store(desktop.store.folder).load().profile.mappings)


def test_a_click_on_the_switch_switches_saves_and_tells_the_engine(
    qtbot: QtBot, desktop: Desktop
) -> None:
    click(desktop, 1, Column.ENABLED)
    assert enabled(desktop) == [True, True]
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 2)
    assert engine(desktop).last(SetMappings) == SetMappings(desktop.list.mappings)
    click(desktop, 1, Column.ENABLED)
    assert enabled(desktop) == [True, False]
    qtbot.waitUntil(lambda: desktop.model.rows[1].status.state is State.OFF)


def test_a_press_that_ends_elsewhere_switches_nothing(desktop: Desktop) -> None:
    table = desktop.window.table
    left = Qt.MouseButton.LeftButton
    switch = table.visualRect(cell(desktop, 0, Column.ENABLED)).center()
    name = table.visualRect(cell(desktop, 0, Column.NAME)).center()
    QTest.mousePress(table.viewport(), left, pos=switch)
    QTest.mouseRelease(table.viewport(), left, pos=name)
    QTest.mousePress(table.viewport(), left, pos=name)
    QTest.mouseRelease(table.viewport(), left, pos=switch)
    assert enabled(desktop) == [True, False]


def test_a_double_click_on_the_switch_opens_no_editor(desktop: Desktop) -> None:
    click(desktop, 0, Column.ENABLED, twice=True)
    assert editors(desktop) == []
    assert enabled(desktop)[0] is False


def test_space_switches_the_selected_row_whatever_column_is_current(desktop: Desktop) -> None:
    click(desktop, 1, Column.TARGET)
    key(desktop, Qt.Key.Key_Space)
    assert enabled(desktop) == [True, True]
    key(desktop, Qt.Key.Key_Space)
    assert enabled(desktop) == [True, False]


def test_space_on_a_mixed_selection_switches_all_on(desktop: Desktop) -> None:
    desktop.window.table.selectAll()
    key(desktop, Qt.Key.Key_Space)
    assert enabled(desktop) == [True, True]


def test_delete_asks_nothing_and_offers_to_undo(desktop: Desktop) -> None:
    click(desktop, 0, Column.NAME)
    key(desktop, Qt.Key.Key_Delete)
    assert [one.name for one in desktop.list.mappings] == ["Mail"]
    bar = desktop.window.messages
    assert bar.isVisible()
    assert bar.notes[-1].text == "“Web” was deleted."
    assert bar.notes[-1].action is desktop.actions.undo
    key(desktop, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [one.name for one in desktop.list.mappings] == ["Web", "Mail"]
    assert not bar.isVisible()
    assert saved(desktop) == ("Web", "Mail")


def test_after_a_delete_the_next_row_is_selected(desktop: Desktop) -> None:
    click(desktop, 0, Column.NAME)
    key(desktop, Qt.Key.Key_Delete)
    row = desktop.window.table.current_row()
    assert row is not None
    assert row.mapping.name == "Mail"
    key(desktop, Qt.Key.Key_Delete)
    assert desktop.window.table.current_row() is None


def test_deleting_several_counts_them(desktop: Desktop) -> None:
    desktop.window.table.selectAll()
    key(desktop, Qt.Key.Key_Delete)
    assert desktop.window.messages.notes[-1].text == "2 mappings were deleted."
    assert desktop.window.empty.isVisible()


def test_undo_and_redo_by_keys(desktop: Desktop) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    click(desktop, 1, Column.NAME)
    key(desktop, Qt.Key.Key_Space)
    key(desktop, Qt.Key.Key_Z, control)
    assert enabled(desktop) == [True, False]
    key(desktop, Qt.Key.Key_Z, control, shift)
    assert enabled(desktop) == [True, True]
    assert not desktop.actions.redo.isEnabled()


def test_duplicate_selects_the_copy(desktop: Desktop) -> None:
    click(desktop, 0, Column.NAME)
    key(desktop, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [one.name for one in desktop.list.mappings] == ["Web", "Web (copy)", "Mail"]
    row = desktop.window.table.current_row()
    assert row is not None
    assert row.mapping.name == "Web (copy)"


@pytest.mark.parametrize("name", [Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_open_the_editor_on_the_current_row(desktop: Desktop, name: Qt.Key) -> None:
    click(desktop, 1, Column.NAME)
    key(desktop, name)
    (editor,) = editors(desktop)
    assert editor.form.name.text() == "Mail"
    editor.reject()


def test_a_double_click_edits_and_saving_keeps_place_and_wish(
    qtbot: QtBot, desktop: Desktop
) -> None:
    click(desktop, 1, Column.TARGET, twice=True)
    editor = opened(qtbot, desktop)
    editor.form.name.selectAll()
    QTest.keyClicks(editor.form.name, "Post")
    QTest.keyClick(editor.form.name, Qt.Key.Key_Return)
    assert editors(desktop) == []
    assert [one.name for one in desktop.list.mappings] == ["Web", "Post"]
    assert enabled(desktop) == [True, False]
    assert saved(desktop) == ("Web", "Post")


def test_what_the_tray_switched_meanwhile_stays_switched(qtbot: QtBot, desktop: Desktop) -> None:
    click(desktop, 0, Column.NAME)
    key(desktop, Qt.Key.Key_F2)
    editor = opened(qtbot, desktop)
    desktop.window.list_actions.switch("Web", False)
    QTest.keyClicks(editor.form.name, " 2")
    editor.accept()
    assert [(one.name, one.enabled) for one in desktop.list.mappings] == [
        ("Web 2", False),
        ("Mail", False),
    ]


def test_an_edit_of_a_mapping_that_was_deleted_meanwhile_brings_it_back(
    qtbot: QtBot, desktop: Desktop
) -> None:
    click(desktop, 0, Column.NAME)
    key(desktop, Qt.Key.Key_F2)
    editor = opened(qtbot, desktop)
    desktop.list.remove({"Web"})
    editor.accept()
    assert [one.name for one in desktop.list.mappings] == ["Mail", "Web"]


def test_adding_appends_selects_and_starts(qtbot: QtBot, desktop: Desktop) -> None:
    key(desktop, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    editor = opened(qtbot, desktop)
    QTest.keyClicks(editor.form.name, "New")
    QTest.keyClicks(editor.form.listen_ports, "9000")
    QTest.keyClicks(editor.form.target_host.line, "localhost")
    QTest.keyClicks(editor.form.target_ports, "80")
    QTest.keyClick(editor.form.target_ports, Qt.Key.Key_Return)
    row = desktop.window.table.current_row()
    assert row is not None
    assert row.mapping.name == "New"
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 2)
    assert saved(desktop) == ("Web", "Mail", "New")


def test_start_all_and_stop_all(desktop: Desktop) -> None:
    desktop.actions.start_all.trigger()
    assert enabled(desktop) == [True, True]
    assert not desktop.actions.start_all.isEnabled()
    desktop.actions.stop_all.trigger()
    assert enabled(desktop) == [False, False]
    assert not desktop.actions.stop_all.isEnabled()


def test_actions_on_rows_are_off_without_a_selection(desktop: Desktop) -> None:
    desktop.window.table.clearSelection()
    for action in desktop.actions.of_the_table:
        assert not action.isEnabled(), action.text()


def test_trouble_is_explained_below_and_tried_again(qtbot: QtBot, desktop: Desktop) -> None:
    engine(desktop).statuses["Mail"] = PORT_IN_USE
    click(desktop, 1, Column.ENABLED)
    details = desktop.window.details
    qtbot.waitUntil(lambda: details.head.headline.text() == "Mail: Waiting")
    assert details.head.headline.text() == "Mail: Waiting"
    assert details.head.reason.text() == "127.0.0.1:8080 is in use by nginx (process 812)."
    assert details.head.remedy.text() == "End that program or choose another port."
    assert desktop.actions.retry.isEnabled()
    key(desktop, Qt.Key.Key_F5)
    assert engine(desktop).last(Retry) == Retry("Mail")
    qtbot.waitUntil(lambda: details.head.headline.text() == "Mail: Listening")
    assert not details.head.reason.isVisible()
    assert not details.head.remedy.isVisible()


def test_with_the_details_off_only_trouble_is_shown(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.actions.details.trigger()
    details = desktop.window.details
    click(desktop, 0, Column.NAME)
    assert not details.isVisible()
    engine(desktop).statuses["Mail"] = PORT_IN_USE
    click(desktop, 1, Column.ENABLED)
    qtbot.waitUntil(details.isVisible)
    assert not details.body.isVisible()
    key(desktop, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not details.isVisible())


def test_search_filters_as_one_types_and_says_when_nothing_fits(desktop: Desktop) -> None:
    key(desktop, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(desktop.window.search, "mail 2525")
    assert cell(desktop, 0, Column.NAME).data() == "Mail"
    assert desktop.window.table.shown.count() == 1
    QTest.keyClicks(desktop.window.search, "x")
    assert not desktop.window.table.isVisible()
    desktop.window.search.clear()
    assert desktop.window.table.shown.count() == 2


def test_icons_are_made_for_whoever_looks(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(mapping("Web", 8080))
    assert desktop.actions.edit.icon().isNull()
    assert not desktop.actions.stop_all.icon().isNull()  # in the tray's menu, too
    desktop.window.show()
    assert not desktop.actions.edit.icon().isNull()


def test_a_search_begins_at_the_first_that_it_finds_and_leads_there(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(*(mapping(f"srv{number}", 1024 + number) for number in range(60)))
    desktop.start(hidden=False)
    desktop.window.activateWindow()
    table, search = desktop.window.table, desktop.window.search
    table.select("srv0")
    search.setFocus()
    for text in ("s", "sr", "srv", "srv5", "srv59"):
        search.setText(text)
    search.setText("srv5")
    assert [row.mapping.id for row in table.selected_rows()] == ["srv59"]  # found before
    search.setText("nothing of the kind")
    search.setText("srv4")
    assert [row.mapping.id for row in table.selected_rows()] == ["srv4"]
    assert table.verticalScrollBar().value() == 0
    qtbot.waitUntil(search.hasFocus)
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    search.setText("")
    assert [row.mapping.id for row in table.selected_rows()] == ["srv40"]
    here = table.visualRect(table.currentIndex())
    assert table.viewport().rect().contains(here.center())


def test_escape_leaves_the_search_and_shows_all_rows_again(desktop: Desktop) -> None:
    key(desktop, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(desktop.window.search, "no such mapping")
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Escape)
    assert desktop.window.search.text() == ""
    assert desktop.window.table.shown.count() == 2
    assert desktop.window.table.hasFocus()


def test_the_narrowest_window_has_room_for_the_details(desktop: Desktop) -> None:
    desktop.window.tool_bar.least_width = 0  # in some fonts it is the wider of the two
    desktop.window.tool_bar.measured.emit()
    details, least = desktop.window.details, desktop.window.minimumWidth()
    assert least >= details.traffic.minimumSizeHint().width()
    buttons = (details.head.remedy_button, *details.head.findChildren(QPushButton))
    assert least >= sum(button.sizeHint().width() for button in set(buttons)) + 12 * len(buttons)


def test_the_search_is_in_reach_however_narrow_the_window(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.window.resize(200, 400)
    assert desktop.window.width() <= 520
    bar, search = desktop.window.tool_bar, desktop.window.search
    # Undo in the bar comes and goes with the room, and tells whether there is something to undo.
    for width in (200, 480, 560, 640, 720, 900):
        desktop.window.resize(width, 400)
        qtbot.waitUntil(lambda: search.isVisible() and bar.rect().contains(search.geometry()))
    undo = bar.widgetForAction(desktop.actions.undo)
    assert undo is not None
    assert not undo.isEnabled()
    desktop.window.resize(200, 400)
    qtbot.waitUntil(search.isVisible)
    assert desktop.actions.undo in desktop.window.menus.edit.actions()
    key(desktop, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desktop.window.search.hasFocus()


def test_delete_in_the_search_field_deletes_no_mapping(desktop: Desktop) -> None:
    click(desktop, 0, Column.NAME)
    desktop.window.search.setFocus()
    QTest.keyClicks(desktop.window.search, "w ")
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Delete)
    QTest.keyClick(desktop.window.search, Qt.Key.Key_Return)
    assert len(desktop.list.mappings) == 2
    assert enabled(desktop) == [True, False]
    assert editors(desktop) == []


def test_sorting_by_a_number_sorts_as_a_number(qtbot: QtBot, desktop: Desktop) -> None:
    engine(desktop).numbers = {
        "Web": MappingNumbers(connections=10),
        "Mail": MappingNumbers(connections=9),
    }
    qtbot.waitUntil(lambda: desktop.model.summary().connections == 19)
    desktop.window.table.sortByColumn(Column.CONNECTIONS, Qt.SortOrder.AscendingOrder)
    assert cell(desktop, 0, Column.NAME).data() == "Mail"


def test_the_selection_stays_with_its_row_when_others_move(desktop: Desktop) -> None:
    click(desktop, 1, Column.NAME)
    desktop.list.remove({"Web"})
    row = desktop.window.table.current_row()
    assert row is not None
    assert row.mapping.name == "Mail"


def test_the_clipboard_gets_a_line_for_each_selected_row(desktop: Desktop) -> None:
    desktop.window.table.selectAll()
    key(desktop, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "tcp 127.0.0.1:8080 -> example.org:80  # Web\ntcp 127.0.0.1:2525 -> example.org:80  # Mail"
    )


def test_an_empty_list_shows_where_to_begin(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop()
    desktop.start(hidden=False)
    assert desktop.window.empty.isVisible()
    QTest.mouseClick(desktop.window.empty.button, Qt.MouseButton.LeftButton)
    (editor,) = editors(desktop)
    editor.reject()


def test_numbers_are_asked_for_only_while_someone_looks(qtbot: QtBot, desktop: Desktop) -> None:
    qtbot.waitUntil(lambda: engine(desktop).last(TakeSnapshot) is not None)
    assert desktop.clock.running
    desktop.window.showMinimized()
    qtbot.waitUntil(lambda: not desktop.clock.running)
    desktop.window.showNormal()
    qtbot.waitUntil(lambda: desktop.clock.running)
    desktop.window.hide()
    assert not desktop.clock.running


def test_the_status_bar_adds_up(qtbot: QtBot, desktop: Desktop) -> None:
    engine(desktop).numbers = {"Web": MappingNumbers(connections=12, bytes_up=1000)}
    qtbot.waitUntil(lambda: desktop.window.status_line.connections.text() == "Connections: 12")
    assert desktop.window.status_line.listening.text() == "1 of 2 listening"


def test_every_action_has_one_home_and_no_shortcut_twice(desktop: Desktop) -> None:
    seen: dict[str, str] = {}
    for name, action in vars(desktop.actions).items():
        if action in desktop.actions.of_the_connections:
            continue  # in a table of their own, whose keys may mean the same there
        for keys in action.shortcuts() if hasattr(action, "shortcuts") else ():
            assert keys.toString() not in seen, (name, seen[keys.toString()])
            seen[keys.toString()] = name
