"""What is entered in the log, and what is not: never a line for each client."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from core.engine.events import ConnectionsFailed, FaultContained, StateChanged, Stopped
from core.engine.status import NOTHING, OFF, State, Status, Trouble, TroubleKind
from core.logs.journal import CHANGES_A_MINUTE, FAILURES_EVERY, Journal
from core.message import message
from tests.core.config.mappings import mapping

if TYPE_CHECKING:
    from core.engine.events import Event

REFUSED = Trouble(
    TroubleKind.TARGET_REFUSED,
    "192.0.2.1:80",
    message("{address} refused the connection.", address="192.0.2.1:80"),
    NOTHING,
)


class Clock:
    """Turned by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(clock: Clock, caplog: pytest.LogCaptureFixture) -> Journal:
    caplog.set_level(logging.INFO, "portway")
    journal = Journal(clock)
    journal.know([mapping(id="web", name="Web")])
    return journal


def failed(count: int = 1) -> Event:
    return ConnectionsFailed("web", "192.0.2.9:5000", REFUSED, count)


@pytest.mark.parametrize(
    ("status", "level", "text"),
    [
        (OFF, "INFO", "Off."),
        (Status(State.LISTENING), "INFO", "Listening."),
        (
            Status(State.LISTENING, None, (("127.0.0.1", 80), ("::1", 80))),
            "INFO",
            "Listening on 127.0.0.1:80, [::1]:80.",
        ),
        (
            Status(State.DEGRADED, REFUSED),
            "WARNING",
            "Degraded: 192.0.2.1:80 refused the connection.",
        ),
        (
            Status(State.WAITING, REFUSED),
            "WARNING",
            "Waiting: 192.0.2.1:80 refused the connection.",
        ),
        (Status(State.ERROR, REFUSED), "ERROR", "Error: 192.0.2.1:80 refused the connection."),
    ],
)
def test_a_change_of_state_is_entered_with_its_mapping(
    journal: Journal, caplog: pytest.LogCaptureFixture, status: Status, level: str, text: str
) -> None:
    journal.report(StateChanged("web", status))
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == (level, text)
    assert (record.mapping_id, record.mapping_title) == ("web", "Web")  # type: ignore[attr-defined]


def test_starting_is_a_detail(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    journal.report(StateChanged("web", Status(State.STARTING)))
    assert caplog.messages == []


def test_clients_turned_away_are_entered_at_once_and_then_once_a_minute(
    journal: Journal, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(int(FAILURES_EVERY) + 1):
        journal.report(failed(10))
        clock.now += 1.0
    rest = "clients were turned away, the last of them 192.0.2.9:5000: 192.0.2.1:80 refused"
    assert caplog.messages == [f"{count} {rest} the connection." for count in (10, 600)]


def test_a_single_client_is_named(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    journal.report(failed())
    assert caplog.messages == [
        "192.0.2.9:5000 was turned away: 192.0.2.1:80 refused the connection."
    ]


def test_in_detail_each_report_is_entered(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "portway")
    for _ in range(3):
        journal.report(failed())
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG", "DEBUG"]


def test_a_state_that_flaps_with_each_client_does_not_fill_the_log(
    journal: Journal, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        journal.report(StateChanged("web", Status(State.DEGRADED, REFUSED)))
        journal.report(StateChanged("web", Status(State.LISTENING)))
    assert len(caplog.messages) == CHANGES_A_MINUTE
    clock.now += 61.0
    journal.report(StateChanged("web", OFF))
    assert caplog.messages[CHANGES_A_MINUTE:] == ["Its state changed 194 more times.", "Off."]


def test_the_end_enters_what_was_gathered(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    journal.begin()
    journal.report(failed())
    journal.report(failed(3))
    journal.end()
    assert caplog.messages[0].startswith("Portway ")
    assert caplog.messages[2].startswith("3 clients were turned away")
    assert caplog.messages[3] == "Portway ends."


def test_faults_are_errors_an_orderly_stop_is_nothing(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    journal.report(FaultContained("trace"))
    journal.report(Stopped("trace"))
    journal.report(Stopped())
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert all("trace" in text for text in caplog.messages)
