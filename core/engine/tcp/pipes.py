"""Kernel pipes for splice(2): a bounded pool of them; Linux only, and knows no socket."""

from __future__ import annotations

import contextlib
import mmap
import os
import sys

PIPE_BYTES = 512 * 1024
SHARE_OF_QUOTA = 0.5
"""Of the pages this user may have in pipes (pipe(7), pipe-user-pages-soft), how much we take."""
KEPT_EMPTY = 16


class Pipe:
    """A pipe and how much is in it now. Refilled only when empty: see `PipePool`."""

    __slots__ = ("held", "reader", "size", "writer")

    def __init__(self, reader: int, writer: int, size: int) -> None:
        self.reader = reader
        self.writer = writer
        self.size = size
        self.held = 0

    def close(self) -> None:
        """Give both descriptors back, and whatever was in it."""
        os.close(self.reader)
        os.close(self.writer)


class PipePool:
    """Lends pipes to bulk streams, at most `most` at a time.

    A pipe counts its slots, not its bytes: it can be full with a small share of its bytes in use,
    and splice() then says EAGAIN although the socket holds more. Filling it only when it is empty
    leaves one meaning to EAGAIN: the socket is empty.
    """

    def __init__(
        self, most: int | None = None, size: int = PIPE_BYTES, ceiling: int = sys.maxsize
    ) -> None:
        """Descriptors from `ceiling` on are not for pipes."""
        self._ceiling = ceiling
        self._most = _most_pipes(size) if most is None else most
        self._size = size
        self._idle: list[Pipe] = []
        self.lent = 0

    def take(self) -> Pipe | None:
        """An empty pipe, or None when there is none to be had: then the caller copies."""
        if self.lent >= self._most:
            return None
        if self._idle:
            self.lent += 1
            return self._idle.pop()
        try:
            reader, writer = _make()
        except OSError:  # no descriptors left: copying needs none
            return None
        if writer >= self._ceiling:
            os.close(reader)
            os.close(writer)
            return None
        self.lent += 1
        return Pipe(reader, writer, _resize(writer, self._size))

    def give_back(self, pipe: Pipe) -> None:
        """Return a pipe; one that still holds bytes is closed with them."""
        self.lent -= 1
        if pipe.held or len(self._idle) >= KEPT_EMPTY:
            pipe.close()
        else:
            self._idle.append(pipe)

    def close(self) -> None:
        """Close the idle pipes; the lent ones belong to their borrowers."""
        while self._idle:
            self._idle.pop().close()


def _make() -> tuple[int, int]:
    if sys.platform == "linux":
        return os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    else:
        raise NotImplementedError("splice is Linux's")


def _resize(writer: int, size: int) -> int:
    """Make the pipe larger if the quota allows; the size it has now, in bytes."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # EPERM over the quota: then the default size serves
            return fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, size)
        return fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)
    else:
        raise NotImplementedError("splice is Linux's")


def _most_pipes(size: int) -> int:
    """How many pipes of this size leave other programs of this user their share."""
    if not hasattr(os, "splice"):
        return 0
    try:
        with open("/proc/sys/fs/pipe-user-pages-soft", encoding="ascii") as setting:  # noqa: PTH123
            pages = int(setting.read())
    except (OSError, ValueError):
        pages = 16384  # the kernel's default
    if pages == 0:
        return 256  # no limit set
    return max(4, int(pages * SHARE_OF_QUOTA) * mmap.PAGESIZE // size)
