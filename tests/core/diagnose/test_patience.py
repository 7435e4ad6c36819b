"""Waiting for what cannot be interrupted: the answer, the fault, the deadline, the wish to stop."""

from __future__ import annotations

import threading

import pytest

from core.diagnose.patience import GLANCE, CancelledError, answer_of


def test_an_answer_that_takes_several_glances_is_waited_for() -> None:
    slow = threading.Event()

    def question() -> str:
        slow.wait(3 * GLANCE)
        return "late"

    assert answer_of(question, 20, threading.Event()) == "late"


def test_a_fault_is_raised_where_somebody_waits() -> None:
    def question() -> str:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        answer_of(question, 20, threading.Event())


def test_at_the_deadline_nobody_waits_any_more() -> None:
    never = threading.Event()
    with pytest.raises(TimeoutError):
        answer_of(lambda: never.wait(20), 0.01, threading.Event())
    never.set()


def test_who_cancels_gets_no_answer() -> None:
    never, stop = threading.Event(), threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        answer_of(lambda: never.wait(20), 20, stop)
    never.set()
