"""A clock for waiting: nobody sets it, and it goes on while the computer sleeps."""

from __future__ import annotations

import time

if hasattr(time, "CLOCK_BOOTTIME"):

    def steady() -> float:
        """Seconds since some moment; Linux's monotonic clock would stand still in sleep."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:

    def steady() -> float:
        """Seconds since some moment; Windows' monotonic clock counts its sleep, too."""
        return time.monotonic()
