"""The details of the current mapping in the window, over a fake engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest

from core.config.mapping import Protocol
from core.engine.commands import CloseConnection, CloseConnections, TakeSnapshot
from core.engine.events import ConnectionsFailed, StateChanged
from core.engine.snapshot import ConnectionNumbers, MappingNumbers
from core.engine.status import State, Status
from gui.connections_model import ConnectionColumn
from gui.details_head import Remedy
from gui.history import Span
from gui.log_model import LogColumn
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop
    from gui.details import Details
    from gui.row import Row

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web", 8080), mapping("Mail", 2525)
LIVE = tuple(
    ConnectionNumbers(number, f"10.0.0.{number}:5000", "192.0.2.1:80", 9.0, 1, 2, "open")
    for number in range(1, 4)
)


@pytest.fixture
def desktop(qtbot: QtBot, make_desktop: MakeDesktop) -> Desktop:
    """Wide, with the first mapping selected, which has three connections."""
    desktop = make_desktop(WEB, MAIL)
    fake(desktop).connections["Web"] = LIVE
    fake(desktop).numbers["Web"] = MappingNumbers(3, 12, 2, 0, 1, 1_000_000, 5_000_000)
    desktop.start(hidden=False)
    desktop.window.resize(1200, 800)
    desktop.window.table.select("Web")
    qtbot.waitUntil(lambda: details(desktop).connections.model.rowCount() == 3)
    return desktop


def fake(desktop: Desktop) -> FakeEngine:
    assert isinstance(desktop.engine, FakeEngine)
    return desktop.engine


def details(desktop: Desktop) -> Details:
    return desktop.window.details


def asked(desktop: Desktop) -> str | None:
    """The mapping whose connections were asked for last."""
    command = fake(desktop).last(TakeSnapshot)
    assert isinstance(command, TakeSnapshot)
    return command.detail


def click_row(desktop: Desktop, row: int) -> None:
    table = details(desktop).connections.table
    where = table.visualRect(table.model().index(row, ConnectionColumn.CLIENT)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)


def test_what_carries_a_connection_is_told_where_it_may_be_both(
    qtbot: QtBot, desktop: Desktop
) -> None:
    table = details(desktop).connections.table
    assert table.isColumnHidden(ConnectionColumn.PROTOCOL)
    desktop.list.replace(msgspec.structs.replace(WEB, protocol=Protocol.BOTH))
    udp = ConnectionNumbers(9, "10.0.0.9:1", "192.0.2.1:80", 9.0, 1, 2, "open", Protocol.UDP)
    fake(desktop).connections["Web"] = (*LIVE, udp)
    qtbot.waitUntil(lambda: details(desktop).connections.model.rowCount() == 4)
    qtbot.waitUntil(lambda: not table.isColumnHidden(ConnectionColumn.PROTOCOL))
    model = table.model()
    shown = [model.index(row, ConnectionColumn.PROTOCOL).data() for row in range(4)]
    assert sorted(shown) == ["TCP", "TCP", "TCP", "UDP"]


@pytest.mark.parametrize("width", [500, 1200])
def test_words_on_trouble_are_not_squeezed_by_buttons(
    qtbot: QtBot, desktop: Desktop, width: int
) -> None:
    fake(desktop).report(StateChanged("Web", PORT_IN_USE))
    head = details(desktop).head
    qtbot.waitUntil(head.reason.isVisible)
    desktop.window.resize(width, 800)
    qtbot.waitUntil(lambda: desktop.window.width() == width)
    qtbot.waitUntil(lambda: head.reason.width() > width / 2)
    button = head.remedy_button if head.remedy_button.isVisible() else head._buttons[0]
    beside = button.mapTo(head, QPoint()).y() < head.remedy.geometry().bottom()
    assert beside == (width == 1200)


def test_the_live_connections_are_listed_and_counted(desktop: Desktop) -> None:
    pane = details(desktop)
    clients = [pane.connections.model.connection(row).client for row in range(3)]
    assert clients == [one.client for one in LIVE]
    assert pane.tabs.tabText(0) == "&Connections (3)"


def test_a_click_and_a_button_close_one_connection(desktop: Desktop) -> None:
    close = desktop.actions.close_connection
    assert not close.isEnabled()
    click_row(desktop, 1)
    assert close.isEnabled()
    close.trigger()
    assert fake(desktop).last(CloseConnection) == CloseConnection(2)


def test_delete_in_the_table_of_connections_closes_them_and_no_mapping(desktop: Desktop) -> None:
    click_row(desktop, 0)
    table = details(desktop).connections.table
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    closed = [one for one in fake(desktop).commands if isinstance(one, CloseConnection)]
    assert closed == [CloseConnection(1), CloseConnection(2), CloseConnection(3)]
    assert len(desktop.list.mappings) == 2


def test_delete_in_the_list_deletes_the_mapping_and_closes_nothing(desktop: Desktop) -> None:
    click_row(desktop, 0)
    desktop.window.table.setFocus()
    QTest.keyClick(desktop.window.table, Qt.Key.Key_Delete)
    assert [one.name for one in desktop.list.mappings] == ["Mail"]
    assert fake(desktop).last(CloseConnection) is None


def test_all_connections_can_be_closed_at_once(desktop: Desktop) -> None:
    desktop.actions.close_connections.trigger()
    assert fake(desktop).last(CloseConnections) == CloseConnections("Web")


def test_addresses_are_copied(desktop: Desktop) -> None:
    table = details(desktop).connections.table
    click_row(desktop, 0)
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(one.client for one in LIVE)


def test_what_is_not_listed_is_counted_in_words(qtbot: QtBot, desktop: Desktop) -> None:
    fake(desktop).numbers["Web"] = MappingNumbers(connections=10_000)
    more = details(desktop).connections.more
    qtbot.waitUntil(lambda: bool(more.text()))
    assert more.text() == "The 3 that carried most; 9,997 more are not listed."


def test_connections_are_asked_for_only_while_they_can_be_seen(
    qtbot: QtBot, desktop: Desktop
) -> None:
    pane = details(desktop)
    assert asked(desktop) == "Web"
    pane.tabs.setCurrentWidget(pane.events)
    assert pane.connections.model.rowCount() == 0
    fake(desktop).commands.clear()
    qtbot.waitUntil(lambda: len(fake(desktop).commands) > 0)
    assert asked(desktop) is None
    pane.tabs.setCurrentWidget(pane.connections)
    qtbot.waitUntil(lambda: asked(desktop) == "Web")
    desktop.actions.details.trigger()
    fake(desktop).commands.clear()
    qtbot.waitUntil(lambda: len(fake(desktop).commands) > 0)
    assert asked(desktop) is None


def test_another_mapping_shows_its_own_at_once(qtbot: QtBot, desktop: Desktop) -> None:
    fake(desktop).connections["Mail"] = LIVE[:1]
    fake(desktop).commands.clear()
    desktop.window.table.select("Mail")
    assert fake(desktop).commands == [TakeSnapshot("Mail", 1000)], "it does not wait for a tick"
    pane = details(desktop)
    assert pane.connections.model.rowCount() == 0
    qtbot.waitUntil(lambda: pane.connections.model.rowCount() == 1)


def test_hidden_it_neither_asks_nor_paints(
    qtbot: QtBot, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.window.hide()
    shown: list[object] = []
    monkeypatch.setattr(
        details(desktop).traffic.graph, "show_slots", lambda *one: shown.append(one)
    )
    fake(desktop).commands.clear()
    with qtbot.waitSignal(desktop.records.updated):
        desktop.records.save_soon()  # what wakes it every ten minutes
    assert fake(desktop).commands == [TakeSnapshot()]
    assert shown == []


def test_totals_since_the_start_and_ever(qtbot: QtBot, desktop: Desktop) -> None:
    traffic = details(desktop).traffic
    qtbot.waitUntil(lambda: traffic.cell(0, 0) == "5.0 MB")
    assert [traffic.cell(0, column) for column in range(3)] == ["5.0 MB", "1.0 MB", "12"]
    assert [traffic.cell(1, column) for column in range(3)] == ["5.0 MB", "1.0 MB", "12"]
    assert traffic._turned_away.text() == "No target: 2\nTimed out: 1"


def test_ever_goes_on_after_a_restart(
    qtbot: QtBot, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    fake(desktop).numbers["Web"] = MappingNumbers(0, 13, bytes_up=2_000_000, bytes_down=6_000_000)
    desktop.end()
    again = make_desktop()
    fake(again).numbers["Web"] = MappingNumbers(0, 1, bytes_up=500_000, bytes_down=1_000_000)
    again.start(hidden=False)
    again.window.table.select("Web")
    traffic = again.window.details.traffic
    qtbot.waitUntil(lambda: traffic.cell(1, 0) == "7.0 MB")
    assert [traffic.cell(0, column) for column in range(3)] == ["1.0 MB", "500 kB", "1"]
    assert [traffic.cell(1, column) for column in range(3)] == ["7.0 MB", "2.5 MB", "14"]


def test_the_span_of_the_graph_is_chosen_by_a_click_and_remembered(
    desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    spans = details(desktop).traffic.spans
    QTest.mouseClick(spans._group.button(Span.HOUR.value), Qt.MouseButton.LeftButton)
    assert details(desktop).traffic.graph._span is Span.HOUR
    desktop.end()
    assert make_desktop().window.details.traffic.spans.span is Span.HOUR


def test_whether_the_details_are_shown_is_remembered(
    desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    desktop.actions.details.trigger()
    desktop.end()
    assert not make_desktop().actions.details.isChecked()


def test_events_are_those_of_this_mapping_the_newest_on_top(qtbot: QtBot, desktop: Desktop) -> None:
    pane = details(desktop)
    pane.tabs.setCurrentWidget(pane.events)
    trouble = PORT_IN_USE.trouble
    assert trouble is not None
    fake(desktop).report(ConnectionsFailed("Web", "10.0.0.9:1", trouble, 7))
    fake(desktop).report(ConnectionsFailed("Mail", "10.0.0.9:1", trouble, 1))

    def texts() -> list[str]:
        model = pane.events.table.model()
        return [model.index(row, LogColumn.TEXT).data() for row in range(model.rowCount())]

    qtbot.waitUntil(lambda: len(texts()) == 2)
    assert texts()[0].startswith("7 clients were turned away, the last of them 10.0.0.9:1: 127.")
    assert texts()[1] == "Listening."
    desktop.window.table.select("Mail")
    assert texts()[0].startswith("10.0.0.9:1 was turned away")
    pane.events.table.setFocus()
    pane.events.table.selectRow(1)
    QTest.keyClick(pane.events.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("\tInfo\tMail\tListening.")


def test_in_a_narrow_window_the_graph_is_a_page_of_its_own(desktop: Desktop) -> None:
    pane = details(desktop)
    assert pane.tabs.count() == 2
    desktop.window.resize(720, 700)
    assert pane.tabs.count() == 3
    assert pane.tabs.currentWidget() is pane.traffic
    desktop.window.resize(1200, 700)
    assert pane.tabs.count() == 2
    assert pane.traffic.isVisible()
    assert pane.connections.isVisible()


def test_without_a_selection_it_says_what_to_do(desktop: Desktop) -> None:
    desktop.window.table.clearSelection()
    pane = details(desktop)
    assert pane.isVisible()
    assert not pane.body.isVisible()
    assert not pane.head.isVisible()


def test_without_mappings_there_are_no_details(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop()
    desktop.start(hidden=False)
    assert not details(desktop).isVisible()


def test_a_remedy_can_bring_a_button_and_stays_through_ticks(
    qtbot: QtBot, desktop: Desktop
) -> None:
    head = details(desktop).head
    action = QAction("Use port 8081", desktop)
    asked_for: list[str] = []

    def remedy(row: Row) -> Remedy:
        asked_for.append(row.mapping.title)
        return Remedy("Port 8081 is free.", action) if row.status.trouble else Remedy("")

    head.find_remedy = remedy
    fake(desktop).report(StateChanged("Web", PORT_IN_USE))
    qtbot.waitUntil(head.remedy_button.isVisible)
    assert head.remedy.text() == "Port 8081 is free."
    with qtbot.waitSignal(action.triggered):
        head.remedy_button.click()
    for _ in range(2):
        with qtbot.waitSignal(desktop.model.summary_changed):
            desktop.engine.submit(TakeSnapshot())
    assert head.remedy_button.isVisible()
    assert asked_for == ["Web"]
    fake(desktop).report(StateChanged("Web", Status(State.LISTENING)))
    qtbot.waitUntil(lambda: not head.remedy_button.isVisible())
    assert not head.remedy.isVisible()
