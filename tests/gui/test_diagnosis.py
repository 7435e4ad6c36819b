"""The window that diagnoses a mapping, with real steps over real sockets."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from core.config.address import PortRange
from core.diagnose.remedies import Change, Command, Remedy
from core.diagnose.steps import Begun, Step, Verdict
from core.engine.status import State, Status
from core.message import message
from gui import diagnosis
from gui.diagnosis import Case, Diagnosis
from gui.diagnosis_line import ChangeButton, CommandLine
from tests.gui.examples import PORT_IN_USE, mapping
from tests.support import free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB = mapping("Web", 8080, 1, target_host="127.0.0.1")
PORT = Change(message("Use port {port}", port=8081), (("listen_ports", PortRange.single(8081)),))
STEPS = (
    Begun(message("Listener")),
    Step(
        message("Listener"),
        Verdict.FAILED,
        message("It is in use."),
        Remedy(message("Take another port."), (Command(message("Show who"), "ss -lnt"),), (PORT,)),
    ),
    Begun(message("Firewall")),
    Step(message("Firewall"), Verdict.SKIPPED, message("None is in the way.")),
)


def click(button: QWidget | None) -> None:
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A diagnosis that finds what `STEPS` says."""
    monkeypatch.setattr(diagnosis, "diagnose", lambda *_: iter(STEPS))


def open_dialog(qtbot: QtBot, case: Case | None = None) -> Diagnosis:
    dialog = Diagnosis(lambda: case or Case(WEB, PORT_IN_USE, (WEB,)))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.run()
    return dialog


def headings(dialog: Diagnosis) -> list[str]:
    return [line.heading.text() for line in dialog.lines]


@pytest.mark.usefixtures("told")
def test_each_step_says_in_words_how_it_ended(qtbot: QtBot) -> None:
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: not dialog.running)
    assert headings(dialog) == ["Failed: Listener", "Skipped: Firewall"]
    assert [line.accessibleName() for line in dialog.lines] == headings(dialog)
    assert dialog.lines[0].accessibleDescription() == "It is in use."
    assert dialog.headline.text() == "Web: from 127.0.0.1:8080 to 127.0.0.1:1"
    assert dialog.outcome.text().startswith("Something does not work")
    assert dialog.steps_view.verticalScrollBar().maximum() == 0  # they fit, so nothing scrolls


@pytest.mark.usefixtures("told")
def test_the_report_and_each_command_can_be_copied(qtbot: QtBot) -> None:
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: not dialog.running)
    click(dialog.copy)
    text = QGuiApplication.clipboard().text()
    assert "✗ Failed: Listener. It is in use." in text
    assert "ss -lnt" in text
    command = dialog.findChild(CommandLine)
    assert isinstance(command, CommandLine)
    click(command.copy)
    assert QGuiApplication.clipboard().text() == "ss -lnt"


def test_it_can_be_stopped_and_run_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    def endless(*arguments: object) -> Iterator[object]:
        stop = arguments[-1]
        assert isinstance(stop, threading.Event)
        yield from STEPS[:3]
        stopped.append(stop.wait(20))

    monkeypatch.setattr(diagnosis, "diagnose", endless)
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: len(dialog.lines) == 1)
    assert dialog.again.text() == "&Stop"
    click(dialog.again)
    qtbot.waitUntil(lambda: stopped == [True])
    assert not dialog.running
    assert "Stopped" in dialog.outcome.text()
    assert dialog.again.text() == "&Run again"
    monkeypatch.setattr(diagnosis, "diagnose", lambda *_: iter(STEPS))
    click(dialog.again)
    qtbot.waitUntil(lambda: not dialog.running)
    assert headings(dialog) == ["Failed: Listener", "Skipped: Firewall"]


def test_closing_it_ends_the_work(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    def endless(*arguments: object) -> Iterator[object]:
        yield STEPS[0]
        stopped.append(arguments[-1].wait(20))  # type: ignore[attr-defined]

    monkeypatch.setattr(diagnosis, "diagnose", endless)
    dialog = open_dialog(qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: stopped == [True])
    assert not dialog.isVisible()


def test_a_real_target_that_is_down_is_crossed(qtbot: QtBot) -> None:
    """With the real steps: the connection fails, and no other step is to blame."""
    dead = free_port()
    with listen() as listener:
        port = port_of(listener)
        down = mapping("Down", port, dead, target_host="127.0.0.1")
        status = Status(State.LISTENING, None, (("127.0.0.1", port),))
        dialog = open_dialog(qtbot, Case(down, status, (down,)))
        qtbot.waitUntil(lambda: not dialog.running, timeout=20_000)
    assert f"Failed: Connection to 127.0.0.1:{dead}" in headings(dialog)
    assert headings(dialog)[0] == "OK: Listener"


@pytest.mark.usefixtures("told")
def test_the_action_diagnoses_the_current_mapping_and_a_click_mends_it(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(WEB)
    desktop.start(hidden=False)
    desktop.window.table.select("Web")
    assert desktop.actions.diagnose.isEnabled()
    desktop.actions.diagnose.trigger()
    dialog = desktop.window.findChild(Diagnosis)
    assert isinstance(dialog, Diagnosis)
    qtbot.waitUntil(lambda: not dialog.running)
    click(dialog.findChild(ChangeButton))
    assert str(desktop.list.mappings[0].listen_ports) == "8081"
    assert dialog.headline.text() == "Web: from 127.0.0.1:8081 to 127.0.0.1:1"
    assert "Run again" in dialog.outcome.text()
    assert dialog.lines == []
    desktop.list.remove({"Web"})
    click(dialog.again)
    assert dialog.outcome.text() == "This mapping was deleted."
    qtbot.waitUntil(lambda: not desktop.actions.diagnose.isEnabled())
    dialog.close()
