"""The traffic of one row in the last minute: the samples of its small curve; no painting here."""

from __future__ import annotations

from collections import deque

SAMPLES = 60
"""One a second."""


class Traffic:
    """Rates of the last minute, the newest last; empty while nothing has passed in it."""

    __slots__ = ("_busy", "samples")

    def __init__(self) -> None:
        self.samples: deque[float] = deque(maxlen=SAMPLES)
        self._busy = 0
        """How many samples are not zero."""

    def note(self, rate: float) -> bool:
        """Add the rate of the last second; true if the curve moved."""
        if not self.samples and not rate:
            return False
        if len(self.samples) == SAMPLES and self.samples[0]:
            self._busy -= 1
        self.samples.append(rate)
        self._busy += bool(rate)
        if not self._busy:
            self.samples.clear()
        return True

    def forget(self) -> None:
        """Begin anew: nobody looked meanwhile, and what was is not known."""
        self.samples.clear()
        self._busy = 0
