"""Timers in one heap; they know a clock and callbacks, nothing of sockets."""

from __future__ import annotations

import heapq
import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NEVER = math.inf


class Timer:
    """A callback due at some time; cancelling is cheap, the heap forgets it later."""

    __slots__ = ("callback", "due")

    def __init__(self, due: float, callback: Callable[[], None]) -> None:
        self.due = due
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Make it never fire; harmless after it has fired."""
        self.callback = None

    def fire(self) -> None:
        """Call back, unless this was cancelled meanwhile, perhaps by one due at the same time."""
        callback, self.callback = self.callback, None
        if callback is not None:
            callback()


class Timers:
    """Those waiting. Times are seconds on the clock given."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()  # equal times fire in the order they were set
        self.next_due = NEVER
        """When to look again; a cancelled timer may make it too early, never too late."""

    def after(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call back in `delay` seconds."""
        timer = Timer(self._clock() + delay, callback)
        heapq.heappush(self._heap, (timer.due, next(self._order), timer))
        self.next_due = self._heap[0][0]
        return timer

    def due(self) -> list[Callable[[], None]]:
        """Take out the callbacks whose time has come, the earliest first."""
        heap = self._heap
        now = self._clock()
        ready = []
        while heap and (heap[0][0] <= now or heap[0][2].callback is None):
            timer = heapq.heappop(heap)[2]
            if timer.callback is not None:
                ready.append(timer.fire)
        self.next_due = heap[0][0] if heap else NEVER
        return ready

    def __len__(self) -> int:
        return sum(timer.callback is not None for _, _, timer in self._heap)
