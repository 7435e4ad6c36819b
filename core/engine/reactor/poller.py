"""Readiness: one shape, `Poller`, over what each system offers; knows descriptors, not channels."""

from __future__ import annotations

import logging
import select
import sys
import time
from typing import TYPE_CHECKING, Final, Protocol

from core.message import message
from core.system.limits import descriptor_ceiling

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger("portway.engine")

# The bits are epoll's own (sys/epoll.h), so that the fastest poller hands its answers on untouched.
READ: Final = 1
WRITE: Final = 4
ERROR: Final = 8
HANGUP: Final = 16
END: Final = 0x2000
"""The other system has sent its end (EPOLLRDHUP). To be asked for; a hint that only epoll gives."""
URGENT: Final = 2
"""There is urgent data, before which a read stops (EPOLLPRI). To be asked for; epoll only."""
ONCE: Final = 1 << 31
"""Tell of each change once, not again at each turn (EPOLLET). To be asked for; epoll only."""

FOREVER: Final = -1.0
EVENTS_PER_TURN: Final = 512
"""So many ready descriptors are handled before timers and commands get their turn."""


class PollerFullError(Exception):
    """This poller cannot watch one more descriptor; the caller keeps it out."""


class Poller(Protocol):
    """Level-triggered readiness. ERROR and HANGUP are reported whether asked for or not."""

    def register(self, fd: int, mask: int) -> None:
        """Begin to watch; raises `PollerFullError` past the poller's limit."""

    def modify(self, fd: int, mask: int) -> None:
        """Change what is watched for; 0 leaves only ERROR and HANGUP."""

    def unregister(self, fd: int) -> None:
        """Stop watching. To be called before the descriptor is closed."""

    def poll(self, timeout: float, limit: int) -> Sequence[tuple[int, int]]:
        """Wait `timeout` seconds (`FOREVER`: without end); return up to `limit` (fd, mask)."""

    def close(self) -> None:
        """Give back the poller's own descriptor."""


class SelectPoller:
    """select(), for any system. On Windows it takes 512 sockets, elsewhere descriptors below 1024.

    (Python builds with FD_SETSIZE 512 on Windows; select(2) names the limit of 1024.)
    """

    _WINDOWS_LIMIT = 512
    _POSIX_LIMIT = 1024

    def __init__(self) -> None:
        self._readers: set[int] = set()
        self._writers: set[int] = set()
        self._all: set[int] = set()
        self._windows = sys.platform == "win32"

    def register(self, fd: int, mask: int) -> None:
        """See `Poller.register`."""
        full = len(self._all) >= self._WINDOWS_LIMIT if self._windows else fd >= self._POSIX_LIMIT
        if full:
            raise PollerFullError
        self._all.add(fd)
        self.modify(fd, mask)

    def modify(self, fd: int, mask: int) -> None:
        """See `Poller.modify`."""
        (self._readers.add if mask & READ else self._readers.discard)(fd)
        (self._writers.add if mask & WRITE else self._writers.discard)(fd)

    def unregister(self, fd: int) -> None:
        """See `Poller.unregister`."""
        self._all.discard(fd)
        self._readers.discard(fd)
        self._writers.discard(fd)

    def poll(self, timeout: float, limit: int) -> Sequence[tuple[int, int]]:
        """See `Poller.poll`."""
        if self._windows and not self._all:  # there select() refuses empty sets (WSAEINVAL)
            time.sleep(max(0.0, timeout))
            return []
        # A failed connect shows on Windows only in the third set (Winsock select, exceptfds).
        third = self._all if self._windows else ()
        wait = None if timeout < 0 else timeout
        readable, writable, failed = select.select(self._readers, self._writers, third, wait)
        masks = dict.fromkeys(readable, READ)
        for fd in writable:
            masks[fd] = masks.get(fd, 0) | WRITE
        for fd in failed:
            masks[fd] = masks.get(fd, 0) | ERROR
        return list(masks.items())[:limit]

    def close(self) -> None:
        """Nothing to give back."""


def open_poller() -> Poller:
    """Open the best poller of this system."""
    if sys.platform == "linux":
        try:
            from core.engine.fast_path import FastPath
        except ImportError:  # it was not compiled
            return select.epoll()
        return FastPath(descriptor_ceiling())
    elif sys.platform == "win32":
        # Measured with 1,500 sockets that are silent and one that is not: 0.12 ms a turn; wepoll
        # 0.14 (and it turns "look, do not wait" into a millisecond); WSAPoll 5.5 (and before build
        # 19041 it keeps silent on failed connects). select() does not take so many.
        try:
            from core.engine.reactor.afd import AfdPoller

            return AfdPoller()
        except (OSError, AttributeError) as error:  # AttributeError: there is no such function
            text = message(
                "Windows does not give Portway its fast way to watch connections ({why}); with the"
                " slow one, about 250 at a time are possible.",
                why=error,
            )
            log.warning(text)
            return SelectPoller()
    else:
        return SelectPoller()
