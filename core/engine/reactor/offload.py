"""Slow questions answered in threads of their own, the answer delivered on the loop; no sockets."""

from __future__ import annotations

import errno
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.reactor.loop import Loop

Answer = TypeVar("Answer")

MOST_THREADS = 32
IDLE_SECONDS = 10.0


class Offload:
    """Threads made as needed, up to a limit, and ended when idle.

    They are daemons on purpose: a name server that never answers can hold a thread for minutes,
    and must not hold up the end of the program. (The standard executors join theirs at exit.)
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # guards the two counts below
        self._threads = 0
        self._idle = 0

    def ask(
        self, question: Callable[[], Answer], answered: Callable[[Answer | Exception], None]
    ) -> None:
        """Run `question` in a thread; `answered` gets its result or exception, on the loop."""

        def job() -> None:
            try:
                answer: Answer | Exception = question()
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                answer = error
            self._loop.call_from_thread(lambda: answered(answer))

        with self._lock:
            self._jobs.put(job)
            if self._idle >= self._jobs.qsize() or self._threads >= MOST_THREADS:
                return
            self._threads += 1
        try:
            threading.Thread(target=self._work, name="portway-offload", daemon=True).start()
        except RuntimeError:  # the system gives this process no more threads
            with self._lock:
                self._threads -= 1
                if self._threads:
                    return  # another one will come to it
                self._jobs.get()
            error = OSError(errno.EAGAIN, "no thread to be had")
            self._loop.call_from_thread(lambda: answered(error))

    def close(self) -> None:
        """End the idle threads; one that still asks ends when it has its answer."""
        with self._lock:
            for _ in range(self._threads):
                self._jobs.put(None)

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            try:
                job = self._jobs.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    self._idle -= 1
                    if self._jobs.empty():
                        self._threads -= 1
                        return
                    continue
            with self._lock:
                self._idle -= 1
                if job is None:
                    self._threads -= 1
                    return
            job()
