"""Messages of the tray on mappings that fail and recover: few, and only when nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.engine.events import StateChanged
from core.engine.status import OFF, State, Status, Trouble, TroubleKind
from core.message import message
from gui.model import MappingsModel
from gui.notifier import (
    BETWEEN_SECONDS,
    GATHER_SECONDS,
    MOST_NAMES,
    SILENCE_SECONDS,
    WAKING_SECONDS,
    Kind,
    Notifier,
)
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKS = Status(State.LISTENING)
REFUSED = Status(
    State.DEGRADED,
    Trouble(TroubleKind.TARGET_REFUSED, "x:80", message("x:80 refused."), message("Start it.")),
)


class Office:
    """A notifier with what it depends on, and a clock turned by hand."""

    def __init__(self) -> None:
        self.wanted = set(Kind)
        self.now = 1000.0
        self.model = MappingsModel()
        self.model.set_mappings((mapping("Web"), mapping("Mail", 2525)))
        self.notifier = Notifier(
            self.model, lambda kind: kind in self.wanted, self.model, lambda: self.now
        )
        self.said: list[tuple[str, str]] = []
        self.about: list[list[str]] = []
        self.notifier.message.connect(self._hear)

    def _hear(self, title: str, text: str, about: list[str]) -> None:
        self.said.append((title, text))
        self.about.append(about)

    def state(self, name: str, status: Status = PORT_IN_USE) -> None:
        self.notifier.take(StateChanged(name, status))

    def wait(self, seconds: float = BETWEEN_SECONDS) -> None:
        self.now += seconds
        self.notifier.look()

    def titles(self) -> list[str]:
        return [title for title, _ in self.said]


@pytest.fixture
def office(qapp: object) -> Iterator[Office]:
    office = Office()
    yield office
    office.notifier.stop()


def test_a_failure_is_told_with_its_reason(office: Office) -> None:
    office.state("Web")
    assert not office.said
    office.wait(GATHER_SECONDS)
    assert office.said == [("Web: Waiting", "127.0.0.1:8080 is in use by nginx (process 812).")]


def test_many_at_once_are_one_message(office: Office) -> None:
    office.state("Web")
    office.state("Mail")
    office.wait()
    ((title, text),) = office.said
    assert title.startswith("2 ")
    assert text == "Web\nMail"


def test_very_many_are_not_all_named(office: Office) -> None:
    names = [f"m{n}" for n in range(50)]
    office.model.set_mappings(tuple(mapping(name) for name in names))
    for name in names:
        office.state(name)
    office.wait()
    ((title, text),) = office.said
    assert title.startswith("50 ")
    assert len(text.split("\n")) == MOST_NAMES + 1


def test_what_works_again_at_once_is_not_told(office: Office) -> None:
    office.state("Web")
    office.state("Web", WORKS)
    office.wait()
    assert office.said == []


def test_a_recovery_is_told_once_after_a_failure_that_was(office: Office) -> None:
    office.state("Web")
    office.wait()
    office.state("Web", WORKS)
    office.wait()
    office.state("Web", WORKS)
    office.wait()
    assert office.titles() == ["Web: Waiting", "Web works again"]


def test_switched_off_is_no_recovery(office: Office) -> None:
    office.state("Web")
    office.wait()
    office.state("Web", OFF)
    office.state("Web", WORKS)
    office.wait()
    assert office.titles() == ["Web: Waiting"]


@pytest.mark.parametrize(
    ("unwanted", "titles"),
    [
        (Kind.FAILED, ["Mail: Waiting", "Mail works again"]),
        (Kind.PORT_TAKEN, ["Web: Degraded", "Web works again"]),
        (Kind.RECOVERED, ["2 mappings do not work"]),
    ],
)
def test_each_kind_can_be_switched_off(office: Office, unwanted: Kind, titles: list[str]) -> None:
    office.wanted.discard(unwanted)
    office.state("Web", REFUSED)
    office.state("Mail")
    office.wait()
    office.state("Web", WORKS)
    office.state("Mail", WORKS)
    office.wait()
    assert office.titles() == titles


def test_while_somebody_looks_nothing_is_told(office: Office) -> None:
    office.wanted.clear()
    office.state("Web")
    office.wait()
    office.wanted = set(Kind)
    office.state("Mail")
    office.wanted = set()
    office.wait()
    assert office.said == []


def test_one_that_fails_again_and_again_is_told_of_now_and_then(office: Office) -> None:
    for pause in (0.0, 20.0, SILENCE_SECONDS):
        office.now += pause
        office.state("Web")
        office.wait()
        office.state("Web", WORKS)
    assert [title for title in office.titles() if "Waiting" in title] == ["Web: Waiting"] * 2


def test_rounds_of_messages_keep_their_distance(office: Office) -> None:
    office.state("Web")
    office.wait(GATHER_SECONDS)
    office.state("Mail")
    office.wait(BETWEEN_SECONDS / 2)
    assert office.titles() == ["Web: Waiting"]
    office.wait(BETWEEN_SECONDS / 2)
    assert office.titles() == ["Web: Waiting", "Mail: Waiting"]


def test_after_waking_only_what_lasts_is_told(office: Office) -> None:
    office.notifier.wait_and_see()
    office.state("Web")
    office.state("Mail")
    office.wait(WAKING_SECONDS / 2)
    office.state("Web", WORKS)
    assert office.said == []
    office.wait(WAKING_SECONDS / 2)
    assert office.titles() == ["Mail: Waiting"]


def test_waking_while_something_waits_to_be_told_holds_it_back(office: Office) -> None:
    office.state("Web")
    office.notifier.wait_and_see()
    office.wait(WAKING_SECONDS / 2)
    assert office.said == []
    office.state("Web", WORKS)
    office.wait(WAKING_SECONDS)
    assert office.said == []


def test_what_a_new_network_only_may_have_cured_is_not_praised(office: Office) -> None:
    office.state("Web", REFUSED)
    office.wait()
    office.notifier.wait_and_see()
    office.state("Web", WORKS)
    office.wait(WAKING_SECONDS)
    assert office.titles() == ["Web: Degraded"]


def test_each_message_knows_its_mappings(office: Office) -> None:
    office.state("Mail")
    office.wait()
    office.state("Mail", WORKS)
    office.state("Web")
    office.wait()
    office.state("Mail", REFUSED)
    office.state("Web", WORKS)
    office.wait(SILENCE_SECONDS)
    assert office.titles() == [
        "Mail: Waiting",
        "Web: Waiting",
        "Mail works again",
        "Web works again",
    ]
    assert office.about == [["Mail"], ["Web"], ["Mail"], ["Web"]]


def test_a_mapping_that_was_deleted_meanwhile_is_not_told_of(office: Office) -> None:
    office.state("Web")
    office.model.set_mappings(())
    office.wait()
    assert office.said == []
