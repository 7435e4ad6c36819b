"""A limit in bytes per second, kept by not reading; shared by one direction of all of a mapping."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine.reactor.loop import Loop
    from core.engine.reactor.timers import Timer
    from core.engine.tcp.side import Side

BURST_SECONDS = 0.1
SMALLEST_READ = 1024
"""Bytes. Reading less at a time would cost more than it limits."""


class Bucket:
    """Fills at `rate` bytes per second up to a burst; a side that finds it empty waits here."""

    def __init__(self, loop: Loop, rate: int) -> None:
        self._loop = loop
        self._waiting: dict[Side, None] = {}
        self._timer: Timer | None = None
        self._filled = time.monotonic()
        self._content = 0.0
        self._sharers = 1
        self.rate = rate

    def allowance(self) -> int:
        """How much may be read now, in bytes."""
        now = time.monotonic()
        burst = max(self.rate * BURST_SECONDS, float(SMALLEST_READ))
        self._content = min(burst, self._content + (now - self._filled) * self.rate)
        self._filled = now
        # Not everything to the first who asks: as many as waited last time share it.
        share = max(int(burst) // self._sharers, SMALLEST_READ)
        return min(int(self._content), share)

    def spend(self, size: int) -> None:
        """Take out what was read."""
        self._content -= size

    def takes(self, size: int) -> bool:
        """Whether a datagram may pass now: it does whole, unless one before it left a debt."""
        if self.allowance() < 0:
            return False
        self._content -= size
        return True

    def wait(self, side: Side) -> None:
        """Have the side read on when there is enough again."""
        self._waiting[side] = None
        if self._timer is None:
            missing = max(SMALLEST_READ, self.rate * BURST_SECONDS / 2) - self._content
            self._timer = self._loop.after(max(0.001, missing / self.rate), self._go_on)

    def holds(self, side: Side) -> bool:
        """Whether this side waits."""
        return side in self._waiting

    def release(self, side: Side | None = None) -> None:
        """Forget a side that closes; without one, let all go on: there is no limit any more."""
        if side is not None:
            self._waiting.pop(side, None)
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        sides = list(self._waiting)
        self._waiting.clear()
        self._sharers = max(1, len(sides))
        for side in sides:
            side.settle()
