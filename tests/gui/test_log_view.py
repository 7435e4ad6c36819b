"""The log in the window: kept in bounds, put into words when seen, filtered and copied."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

import gui.log_keeper
from core.logs.files import LOGGER
from core.message import message
from gui.log_keeper import Entry, LogKeeper
from gui.log_model import LogColumn, LogModel, level_word
from gui.log_view import LogView
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

log = logging.getLogger("portway.test")


@pytest.fixture
def keeper(qtbot: QtBot) -> Iterator[LogKeeper]:
    LOGGER.setLevel(logging.INFO)
    keeper = LogKeeper()
    yield keeper
    keeper.stop()
    LOGGER.setLevel(logging.NOTSET)


def enter(level: int, text: str, mapping_id: str = "") -> None:
    more = {"mapping_id": mapping_id, "mapping_title": mapping_id.capitalize()}
    log.log(level, message(text), extra=more)


def shown(view: LogView) -> list[str]:
    rows = range(view.filter.rowCount())
    return [view.filter.index(row, LogColumn.TEXT).data() for row in rows]


def test_entries_of_any_thread_arrive_in_one_batch(qtbot: QtBot, keeper: LogKeeper) -> None:
    batches: list[tuple[Entry, ...]] = []
    keeper.added.connect(batches.append)

    def work() -> None:
        for number in range(50):
            log.info("entry %d", number)

    with qtbot.waitSignal(keeper.added):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert [entry.text for entry in keeper.entries] == [f"entry {n}" for n in range(50)]
    assert len(batches) == 1


def test_its_memory_is_bounded(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gui.log_keeper, "MOST_ENTRIES", 20)
    monkeypatch.setattr(gui.log_keeper, "MOST_OF_A_MAPPING", 5)
    keeper = LogKeeper()
    caplog.set_level(logging.INFO, "portway")
    for number in range(30):
        with qtbot.waitSignal(keeper.added):
            enter(logging.INFO, f"entry {number}", "web")
    keeper.stop()
    assert [one.text for one in keeper.entries] == [f"entry {n}" for n in range(10, 30)]
    assert [one.text for one in keeper.of_mapping("web")] == [f"entry {n}" for n in range(25, 30)]
    assert keeper.of_mapping("other") == ()


def test_the_model_keeps_qts_rules_while_old_entries_go(qtbot: QtBot, keeper: LogKeeper) -> None:
    model = LogModel(10)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for number in range(40):
        log.info("entry %d", number)
    qtbot.waitUntil(lambda: len(keeper.entries) == 40)
    entries = list(keeper.entries)
    for first, last in ((0, 3), (3, 9), (9, 12), (12, 40)):
        model.add(entries[first:last])
        kept = [model.index(row, LogColumn.TEXT).data() for row in range(model.rowCount())]
        assert kept == [entry.text for entry in entries[:last]][-10:]
    assert tester.model() is model


def test_every_level_has_a_word_of_its_own() -> None:
    levels = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
    assert [level_word(level) for level in levels] == ["Detail", "Info", "Warning", "Error"]


@pytest.fixture
def view(qtbot: QtBot, make_desktop: MakeDesktop) -> tuple[Desktop, LogView]:
    desktop = make_desktop(mapping("web", 8080), mapping("mail", 2525, enabled=False))
    desktop.start(hidden=False)
    desktop.actions.log.trigger()
    (view,) = desktop.window.findChildren(LogView)
    enter(logging.WARNING, "Degraded: no answer", "web")
    enter(logging.ERROR, "Error: not allowed", "mail")
    qtbot.waitUntil(lambda: "Error: not allowed" in shown(view))
    return desktop, view


def test_it_is_filtered_by_level_mapping_and_words(view: tuple[Desktop, LogView]) -> None:
    _, log_view = view
    assert "Listening." in shown(log_view)
    log_view.level.setCurrentIndex(1)
    assert shown(log_view) == ["Degraded: no answer", "Error: not allowed"]
    log_view.mapping.setCurrentIndex(log_view.mapping.findData("mail"))
    assert shown(log_view) == ["Error: not allowed"]
    log_view.mapping.setCurrentIndex(0)
    log_view.search.setText("ANSWER web")
    assert shown(log_view) == ["Degraded: no answer"]
    log_view.search.clear()
    log_view.level.setCurrentIndex(2)
    assert shown(log_view) == ["Error: not allowed"]


def test_what_is_shown_or_selected_is_copied(view: tuple[Desktop, LogView]) -> None:
    _, log_view = view
    log_view.level.setCurrentIndex(1)
    log_view.copy.trigger()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[1:] for line in lines] == [
        ["Warning", "Web", "Degraded: no answer"],
        ["Error", "Mail", "Error: not allowed"],
    ]
    log_view.table.selectRow(1)
    log_view.copy.trigger()
    assert QGuiApplication.clipboard().text() == lines[1]


def test_it_follows_the_end_unless_one_reads_further_up(
    qtbot: QtBot, view: tuple[Desktop, LogView]
) -> None:
    _, log_view = view
    bar = log_view.table.verticalScrollBar()

    def add(count: int) -> None:
        before = log_view.model.rowCount()
        for number in range(count):
            log.info("entry %d", number)
        qtbot.waitUntil(lambda: log_view.model.rowCount() == before + count)

    add(100)
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(5)
    add(10)
    assert bar.value() == 5


def test_there_is_one_log_window_and_closed_it_is_gone(
    qtbot: QtBot, view: tuple[Desktop, LogView]
) -> None:
    desktop, log_view = view
    desktop.actions.log.trigger()
    assert len(desktop.window.findChildren(LogView)) == 1
    with qtbot.waitSignal(log_view.destroyed):
        log_view.close()
    assert desktop.window.findChildren(LogView) == []


def test_the_log_folder_is_opened(
    make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return len(opened) == 1

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    desktop = make_desktop()
    desktop.actions.log_folder.trigger()
    assert opened[0].toLocalFile() == desktop.records.folder.as_posix()
    assert desktop.records.folder.is_dir()
    notes = [desktop.window.messages.notes]
    desktop.actions.profile_folder.trigger()
    notes.append(desktop.window.messages.notes)
    assert [len(one) for one in notes] == [0, 1]
    assert str(desktop.store.folder) in notes[1][0].text, "it says where it is at least"
