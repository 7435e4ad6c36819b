"""Advice in the details: the engine's at once, then the system's, with an edit for one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.config.address import PortRange
from core.diagnose import remedies
from core.message import message
from gui.diagnosis import Diagnosis
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

CHANGE = remedies.Change(message("Use port 8081"), (("listen_ports", PortRange.single(8081)),))


def troubled(qtbot: QtBot, make_desktop: MakeDesktop) -> Desktop:
    desktop = make_desktop(mapping("Web", 8080))
    desktop.engine.statuses["Web"] = PORT_IN_USE  # type: ignore[attr-defined]
    desktop.start(hidden=False)
    desktop.window.table.select("Web")
    head = desktop.window.details.head
    qtbot.waitUntil(lambda: head.remedy.text() != "")
    return desktop


def test_a_click_takes_what_was_found_to_help(
    qtbot: QtBot, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    better = remedies.Remedy(message("End nginx."), (), (CHANGE,))
    monkeypatch.setattr(remedies, "remedy", lambda *_: better)
    desktop = troubled(qtbot, make_desktop)
    head = desktop.window.details.head
    qtbot.waitUntil(lambda: head.remedy.text() == "End nginx.")
    assert head.remedy_button.text() == "Use port 8081"
    QTest.mouseClick(head.remedy_button, Qt.MouseButton.LeftButton)
    assert str(desktop.list.mappings[0].listen_ports) == "8081"
    desktop.list.history.undo()
    assert str(desktop.list.mappings[0].listen_ports) == "8080"


def test_where_no_edit_helps_the_diagnosis_is_offered(
    qtbot: QtBot, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = remedies.Remedy(message("Look there."))
    monkeypatch.setattr(remedies, "remedy", lambda *_: found)
    desktop = troubled(qtbot, make_desktop)
    head = desktop.window.details.head
    qtbot.waitUntil(lambda: head.remedy.text() == "Look there.")
    assert head.remedy_button.text() == "Diagnose"
    QTest.mouseClick(head.remedy_button, Qt.MouseButton.LeftButton)
    dialog = desktop.window.findChild(Diagnosis)
    assert isinstance(dialog, Diagnosis)
    dialog.close()
