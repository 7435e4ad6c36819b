"""Messages of the tray on mappings that fail: few, and only when nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gui.notifier
from core.engine.events import StateChanged
from core.engine.status import State, Status
from gui.model import MappingsModel
from gui.notifier import SILENCE_SECONDS, Notifier
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

WORKS = Status(State.LISTENING)


class Office:
    """A notifier with what it depends on."""

    def __init__(self) -> None:
        self.wanted = True
        self.now = 0.0
        self.model = MappingsModel()
        self.model.set_mappings((mapping("Web"), mapping("Mail", 2525)))
        self.notifier = Notifier(self.model, lambda: self.wanted, self.model, lambda: self.now)
        self.said: list[tuple[str, str]] = []
        self.notifier.message.connect(lambda title, text: self.said.append((title, text)))

    def state(self, name: str, status: Status = PORT_IN_USE) -> None:
        self.notifier.take(StateChanged(name, status))


@pytest.fixture
def office(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(gui.notifier, "GATHER_MS", 1)
    return Office()


def settle(qtbot: QtBot, office: Office) -> None:
    qtbot.waitUntil(lambda: not office.notifier._timer.isActive())


def test_a_failure_is_told_with_its_reason(qtbot: QtBot, office: Office) -> None:
    office.state("Web")
    settle(qtbot, office)
    assert office.said == [("Web: Waiting", "127.0.0.1:8080 is in use by nginx (process 812).")]


def test_many_at_once_are_one_message(qtbot: QtBot, office: Office) -> None:
    office.state("Web")
    office.state("Mail")
    settle(qtbot, office)
    ((title, text),) = office.said
    assert title.startswith("2 ")
    assert text == "Web\nMail"


def test_what_works_again_at_once_is_not_told(qtbot: QtBot, office: Office) -> None:
    office.state("Web")
    office.state("Web", WORKS)
    settle(qtbot, office)
    assert office.said == []


def test_while_somebody_looks_nothing_is_told(qtbot: QtBot, office: Office) -> None:
    office.wanted = False
    office.state("Web")
    settle(qtbot, office)
    office.wanted = True
    office.state("Mail")
    office.wanted = False
    settle(qtbot, office)
    assert office.said == []


def test_one_that_fails_again_and_again_is_told_of_now_and_then(
    qtbot: QtBot, office: Office
) -> None:
    for now in (0.0, 10.0, SILENCE_SECONDS - 1, SILENCE_SECONDS + 1):
        office.now = now
        office.state("Web")
        settle(qtbot, office)
        office.state("Web", WORKS)
    assert len(office.said) == 2


def test_a_mapping_that_was_deleted_meanwhile_is_not_told_of(qtbot: QtBot, office: Office) -> None:
    office.state("Web")
    office.model.set_mappings(())
    settle(qtbot, office)
    assert office.said == []
