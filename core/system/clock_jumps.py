"""Linux tells when its clock jumps, which it does on waking too: a descriptor to wait on."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
import time

_REALTIME = 0
_NON_BLOCKING_AND_NOT_INHERITED = 0o4000 | 0o2000000
_ABSOLUTE_AND_CANCELLED_WHEN_SET = 1 | 2
_NEVER = 1 << 30
"""Seconds from now; it is not the time that is waited for."""


class _Times(ctypes.Structure):
    """struct itimerspec."""

    _fields_ = (
        ("interval_seconds", ctypes.c_long),
        ("interval_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


class ClockJumps:
    """A timer that never ends but is cancelled when the clock of day jumps (timerfd_create(2)).

    The kernel cancels such timers after a sleep as well. (Python has these timers from 3.13 on.)
    """

    def __init__(self) -> None:
        """Open it; raises `OSError` where the system has none."""
        if sys.platform != "linux":
            raise OSError(errno.ENOSYS, "only Linux has these timers")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.timerfd_create(_REALTIME, _NON_BLOCKING_AND_NOT_INHERITED)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        try:
            self._arm()
        except OSError:
            os.close(self._fd)
            raise

    def fileno(self) -> int:
        """The descriptor, readable after a jump."""
        return int(self._fd)

    def jumped(self) -> bool:
        """Whether the clock jumped since the last question."""
        try:
            os.read(self._fd, 8)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno != errno.ECANCELED:
                raise
            self._arm()
            return True
        self._arm()  # thirty years have passed
        return False

    def close(self) -> None:
        """Give it back."""
        os.close(self._fd)

    def _arm(self) -> None:
        times = _Times(0, 0, int(time.time()) + _NEVER, 0)
        if self._libc.timerfd_settime(
            self._fd, _ABSOLUTE_AND_CANCELLED_WHEN_SET, ctypes.byref(times), None
        ):
            raise OSError(ctypes.get_errno(), "timerfd_settime")
