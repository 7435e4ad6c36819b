"""Many datagrams in one system call: recvmmsg and sendmmsg of Linux; knows no sessions.

Python has neither, so they are called in C (datagrams.c) or, where that is not compiled, through
ctypes, on memory laid out once. Per datagram that leaves a few reads and writes of numbers, where a
call each of `recvfrom_into` and `sendto` would also turn an address into text and back. The layout
is that of 64-bit Linux (recvmmsg(2), recvmsg(2)).
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from core.engine.reactor.loop import Loop

    class Sender(Protocol):
        """The listener that answers leave by."""

        fd: int

        def not_taken(self, number: int) -> None:
            """The system did not take one datagram, and why."""


BATCH = 64
LARGEST = 65536
STRIDE = LARGEST + 1280
"""Were the buffers a power of two apart, their beginnings would share a few lines of the cache."""
LONGEST_NAME = 28
"""Bytes of a sockaddr_in6; a sockaddr_in has 16, and the system minds no more."""
NAME = 32
CONTROL = 64
HEAD = NAME + CONTROL
_WORDS = 8
"""An mmsghdr is eight words: name, its length, parts, their number, control, its length, flags,
and the datagram's size."""
MESSAGE = _WORDS * 8
"""Its bytes."""

_receive: Callable[[int, int, int], int] | None = None
_send: Callable[[int, int, int], int] | None = None
"""recvmmsg and sendmmsg: descriptor, where the messages are, their number. They give how many were
moved, or a negative error number."""
push: Callable[[int, int], int] | None = None
"""Sends a message of the inbox on, see datagrams.pyi; None where that is not in C."""
take: Callable[[int, int, int, int], int] | None = None
"""Reads an answer into its place in an outbox, as above."""


def _find() -> bool:
    """Look the calls up; false where there are none of them as this module knows them."""
    global _receive, _send, push, take
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return False
    try:
        from core.engine.udp import datagrams
    except ImportError:  # it was not compiled
        return _find_in_library()
    _receive, _send = datagrams.receive, datagrams.send
    push, take = datagrams.push, datagrams.take
    return _receive(-1, 0, 0) not in (-errno.ENOSYS, -errno.EPERM)


def _find_in_library() -> bool:
    global _receive, _send
    library = ctypes.CDLL(None, use_errno=True)
    try:
        receive, send = library.recvmmsg, library.sendmmsg
    except AttributeError:
        return False
    number, place = ctypes.c_int, ctypes.c_void_p
    receive.argtypes = [number, place, ctypes.c_uint, number, place]
    send.argtypes = [number, place, ctypes.c_uint, number]
    # With no messages there is nothing to do; a sandbox that forbids the calls says so here.
    if receive(-1, None, 0, 0, None) < 0 and ctypes.get_errno() in (errno.ENOSYS, errno.EPERM):
        return False

    def told(done: int) -> int:
        return done if done >= 0 else -ctypes.get_errno()

    _receive = lambda fd, messages, count: told(receive(fd, messages, count, 0, None))  # noqa: E731
    _send = lambda fd, messages, count: told(send(fd, messages, count, 0))  # noqa: E731
    return True


class _Messages:
    """Memory for a batch: buffers, addresses, control data, and the headers that point at them.

    From mmap, which takes real memory only where it is written: small datagrams use little of it.
    """

    def __init__(self) -> None:
        self._data = _memory(BATCH * STRIDE)
        self._heads = _memory(BATCH * HEAD)
        self._parts = _memory(BATCH * 16)
        self._messages = _memory(BATCH * _WORDS * 8)
        self.heads = memoryview(self._heads)
        whole = memoryview(self._data)
        self.buffers = [whole[i * STRIDE : i * STRIDE + LARGEST] for i in range(BATCH)]
        self._words = memoryview(self._messages).cast("Q")
        parts = memoryview(self._parts).cast("Q")
        data, heads, part = (_address(m) for m in (self._data, self._heads, self._parts))
        self.address = _address(self._messages)
        self.lengths = parts[1::2]
        """Of each datagram that is to be sent, or of the buffer it may fill."""
        self.names = self._words[0::_WORDS]
        self.name_lengths = self._words[1::_WORDS]
        self.controls = self._words[4::_WORDS]
        self.control_lengths = self._words[5::_WORDS]
        self.sizes = self._words[7::_WORDS]
        for i in range(BATCH):
            parts[2 * i] = data + i * STRIDE
            parts[2 * i + 1] = LARGEST
            self.names[i] = heads + i * HEAD
            self._words[_WORDS * i + 2] = part + i * 16
            self._words[_WORDS * i + 3] = 1
            self.controls[i] = heads + i * HEAD + NAME


class Inbox(_Messages):
    """What one read of a socket brought; good until the next read."""

    def __init__(self) -> None:
        super().__init__()
        self._all_control = memoryview(struct.pack(f"@{BATCH}Q", *[CONTROL] * BATCH)).cast("Q")
        self._no_control = memoryview(bytes(BATCH * 8)).cast("Q")
        self._had_control = True
        self.short_names = memoryview(self._heads).cast("Q")[:: HEAD // 8]
        """The first eight bytes of each address, which are all of an IPv4 one, as a number."""
        for i in range(BATCH):
            self.name_lengths[i] = NAME

    def receive(self, fd: int, *, control: bool) -> int:
        """Take what waits, at most a batch, with control messages or without; raises `OSError`."""
        assert _receive is not None
        if control:
            self.control_lengths[:] = self._all_control  # the system has put other numbers there
        elif self._had_control:
            self.control_lengths[:] = self._no_control
        self._had_control = control
        count = _receive(fd, self.address, BATCH)
        if count < 0:
            raise OSError(-count, os.strerror(-count))
        return count

    def control(self, i: int) -> list[tuple[int, int, bytes]]:
        """The control messages of one datagram: level, type, data (cmsg(3))."""
        found = []
        at = i * HEAD + NAME
        end = at + min(self.control_lengths[i], CONTROL)
        while at + 16 <= end:
            length, level, kind = struct.unpack_from("@Qii", self.heads, at)
            if length < 16:
                break
            found.append((level, kind, bytes(self.heads[at + 16 : at + length])))
            at += (length + 7) & ~7
        return found


class Outbox(_Messages):
    """Answers that leave a listener together at the end of the turn, or when there are enough.

    The sessions write into `buffers`, `lengths`, `names` (and `controls`) at place `count`
    themselves: that is the hot path, and a call for each would cost more than what it does.
    """

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._ending = loop.ending
        self.count = 0
        self.sender: Sender | None = None
        """The listener that what is in it leaves by; none when it is empty."""
        self.kept: list[object] = []
        """The memory of addresses in it whose sessions have ended since."""
        for i in range(BATCH):
            self.names[i] = self.controls[i] = self.control_lengths[i] = 0
            self.name_lengths[i] = LONGEST_NAME

    def begin(self, sender: Sender) -> None:
        """Collect for this listener from now on, until the end of the turn."""
        self.flush()
        self.sender = sender
        self._ending.append(self.flush)

    def flush(self) -> None:
        """Send what there is; what is not taken is dropped and told, the rest goes on."""
        sender, self.sender = self.sender, None
        count, self.count = self.count, 0
        if not count:
            return
        assert _send is not None
        assert sender is not None
        done = 0
        while done < count:
            sent = _send(sender.fd, self.address + done * MESSAGE, count - done)
            if sent < 0:
                sender.not_taken(-sent)
                sent = 1  # the first of them is the one that was not taken
            done += sent
        self.kept.clear()


def _memory(size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # type: ignore[attr-defined,call-arg,unused-ignore]


def _address(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


AVAILABLE = _find()
"""Whether this system has the calls."""
