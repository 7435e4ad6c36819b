"""What is kept while Portway runs: totals saved rarely and at the end, events in the log file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.totals import Total, Totals, TotalsFile
from core.engine.commands import TakeSnapshot
from core.engine.events import FaultContained
from core.engine.snapshot import MappingNumbers
from gui.history import Sight, Span
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web"), mapping("Mail", 2525)


def fake(desktop: Desktop) -> FakeEngine:
    assert isinstance(desktop.engine, FakeEngine)
    return desktop.engine


def totals(desktop: Desktop) -> dict[str, Total]:
    return TotalsFile(desktop.store.folder).read().value.mappings


@pytest.fixture
def desktop(make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """Hidden in a tray, so that no clock asks for numbers."""
    monkeypatch.setattr("PySide6.QtWidgets.QSystemTrayIcon.isSystemTrayAvailable", lambda: True)
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=True)
    assert not desktop.window.isVisible()
    return desktop


def test_the_end_saves_what_was_carried_up_to_then(desktop: Desktop) -> None:
    fake(desktop).numbers["Web"] = MappingNumbers(bytes_up=5, bytes_down=7, accepted=1)
    desktop.end()
    assert totals(desktop) == {"Web": Total(up=5, down=7, connections=1)}


def test_now_and_then_they_are_saved_while_it_runs_hidden(qtbot: QtBot, desktop: Desktop) -> None:
    fake(desktop).numbers["Web"] = MappingNumbers(bytes_up=5)
    with qtbot.waitSignal(desktop.records.updated):
        desktop.records._timer.timeout.emit()
    assert desktop.records.flush(5.0)
    assert totals(desktop) == {"Web": Total(up=5)}
    path = TotalsFile(desktop.store.folder).path
    before = path.stat().st_mtime_ns
    with qtbot.waitSignal(desktop.records.updated):
        desktop.records._timer.timeout.emit()
    assert desktop.records.flush(5.0)
    assert path.stat().st_mtime_ns == before, "nothing new, nothing written"


def test_hidden_the_graph_of_the_last_hour_goes_on(qtbot: QtBot, desktop: Desktop) -> None:
    for minute in range(3):
        fake(desktop).now = 3600.0 + minute * 60
        fake(desktop).numbers["Web"] = MappingNumbers(bytes_down=6000 * minute)
        with qtbot.waitSignal(desktop.records.updated):
            desktop.records._minutes.timeout.emit()
    slots = desktop.records.history.slots("Web", Span.HOUR)
    assert [round(slot.down) for slot in slots if slot.sight is Sight.WATCHED][:2] == [100, 100]


def test_while_somebody_looks_the_minutes_ask_for_nothing_more(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.window.show()
    with qtbot.waitSignals([desktop.records.updated] * 2):
        pass
    asked = len(fake(desktop).commands)
    desktop.records._minutes.timeout.emit()
    assert len(fake(desktop).commands) == asked


def test_the_end_of_a_session_saves_what_is_known(qtbot: QtBot, desktop: Desktop) -> None:
    fake(desktop).numbers["Web"] = MappingNumbers(bytes_up=5)
    with qtbot.waitSignal(desktop.records.updated):
        desktop.records.save_soon()
    assert desktop.records.flush(5.0)
    fake(desktop).numbers["Web"] = MappingNumbers(bytes_up=9)
    with qtbot.waitSignal(desktop.records.updated):
        desktop.engine.submit(TakeSnapshot())
    desktop.session_ends()
    assert totals(desktop) == {"Web": Total(up=9)}


def test_a_deleted_mapping_leaves_no_total(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    desktop.end()
    TotalsFile(desktop.store.folder).save(
        Totals(mappings={"Web": Total(up=1), "Mail": Total(up=2)})
    )
    again = make_desktop()
    again.start(hidden=True)
    fake(again).numbers["Mail"] = MappingNumbers(bytes_up=3)
    again.list.remove({"Web"})
    again.end()
    assert totals(again) == {"Mail": Total(up=5)}


def test_damaged_totals_are_told_and_kept(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    desktop.end()
    TotalsFile(desktop.store.folder).path.write_text("?")
    again = make_desktop()
    (note,) = again.window.messages.notes
    assert "totals start at zero" in note.text
    assert list(again.store.folder.glob("totals.damaged-*.json"))


def test_the_log_file_tells_the_story(qtbot: QtBot, desktop: Desktop) -> None:
    fake(desktop).report(FaultContained("Traceback: boom"))
    desktop.list.set_enabled({"Mail"}, False)
    assert desktop.saver.flush(5.0)
    qtbot.waitUntil(lambda: len(desktop.records.log.of_mapping("Mail")) == 2)
    desktop.end()
    lines = (desktop.records.folder / "portway.log").read_text("utf-8").splitlines()
    said = [line.split(maxsplit=2)[-1] for line in lines if line[:2] == "20"]
    assert said[0].startswith("INFO    Portway ")
    for entry in ("INFO    Web: Listening.", "INFO    Mail: Off.", "INFO    Saved mappings.json.",
                  "ERROR   A fault in Portway itself, contained:"):  # fmt: skip
        assert entry in said
    assert "Traceback: boom" in lines
    assert said[-1] == "INFO    Portway ends."
