"""Waiting for a call that cannot be interrupted, with a deadline and a way to give up."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

GLANCE = 0.05
"""Seconds between looks at whether somebody has cancelled."""


class CancelledError(Exception):
    """Nobody waits for the answer any more."""


def answer_of(question: Callable[[], Answer], seconds: float, stop: threading.Event) -> Answer:
    """Call `question` in a thread and wait for its answer, or raise what it raised.

    Raises `TimeoutError` at the deadline and `CancelledError` once `stop` is set. The thread is
    left behind then: a name server that never answers holds it, but nothing waits for it.
    """
    answers: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(question())
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            answers.put(error)

    threading.Thread(target=ask, name="portway-question", daemon=True).start()
    deadline = time.monotonic() + seconds
    while True:
        if stop.is_set():
            raise CancelledError
        try:
            answer = answers.get(timeout=GLANCE)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise TimeoutError from None
            continue
        if isinstance(answer, Exception):
            raise answer
        return answer
