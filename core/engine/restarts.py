"""Whether and when an engine that ended by a fault is followed by another one; starts none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DELAYS = (0.2, 1.0, 5.0, 15.0, 30.0)
"""Seconds before each new start; a fault that always comes back must not burn the processor."""
FORGIVEN_SECONDS = 600.0
"""A fault so long ago counts no more."""


class Restarts:
    """Counts the faults of late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults: list[float] = []

    def fault(self) -> float | None:
        """There was one: the seconds to wait before another engine is started; None: no more."""
        now = self._clock()
        self._faults = [one for one in self._faults if now - one < FORGIVEN_SECONDS]
        delay = DELAYS[len(self._faults)] if len(self._faults) < len(DELAYS) else None
        self._faults.append(now)
        return delay
