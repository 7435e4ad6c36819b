"""The last step of a diagnosis: why nothing is tried, and a listener that takes nobody."""

from __future__ import annotations

import threading

import pytest

from core.config.mapping import Protocol
from core.diagnose.first_bytes import first_bytes
from core.diagnose.steps import Step, Verdict
from core.engine.status import State, Status
from core.message import message
from tests.core.config.mappings import mapping
from tests.support import free_port

TITLE = message("First bytes")
HERE = (("127.0.0.1", 8080),)


def run(status: Status, *, reached: bool = True, **fields: object) -> Step:
    return first_bytes(TITLE, mapping(**fields), status, threading.Event(), reached=reached)


def test_a_listener_that_takes_nobody_is_crossed_with_what_helps() -> None:
    step = run(Status(State.LISTENING, listening=(("0.0.0.0", free_port()),)))
    assert step.verdict is Verdict.FAILED
    assert str(step.found).startswith("The listener did not take a connection: ")
    assert step.remedy is not None
    assert str(step.remedy.text) == "Switch the mapping off and on again."


@pytest.mark.parametrize(
    ("fields", "status", "reached", "said"),
    [
        ({"protocol": Protocol.UDP}, Status(State.LISTENING, listening=HERE), True, "UDP has no"),
        ({}, Status(State.STARTING), True, "does not listen"),
        (
            {"protocol": Protocol.BOTH},
            Status(State.DEGRADED, listening=HERE, protocols=(Protocol.UDP,)),
            True,
            "does not listen",
        ),
        ({}, Status(State.LISTENING, listening=HERE), False, "No target answered"),
        (
            {"allow": ("10.0.0.0/8",)},
            Status(State.LISTENING, listening=HERE),
            True,
            "not among those",
        ),
    ],
)
def test_what_cannot_be_tried_is_skipped_with_the_reason(
    fields: dict[str, object], status: Status, reached: bool, said: str
) -> None:
    step = run(status, reached=reached, **fields)
    assert step.verdict is Verdict.SKIPPED
    assert said in str(step.found)
