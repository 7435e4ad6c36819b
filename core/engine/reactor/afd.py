r"""Readiness on Windows, for any number of sockets: the poll of Winsock's own driver.

`\Device\Afd` is what `select` and `WSAPoll` ask underneath. Asked directly, each socket is one
question that stays with the driver until there is something to tell, and the answers come out of
one completion port: a socket that is silent costs nothing. (libuv, mio and wepoll rest on the same
interface, which is why Windows keeps it as it is.) Knows descriptors, not channels.
"""

from __future__ import annotations

import ctypes
import math
import struct
import sys
import time
from typing import TYPE_CHECKING, Final

from core.engine.reactor.poller import END, ERROR, HANGUP, READ, URGENT, WRITE

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASK: Final = 0x00012024
"""IOCTL_AFD_POLL: device class 0x12, function 9, buffered."""
_BASE_HANDLE: Final = 0x48000022
"""SIO_BASE_HANDLE: under what an antivirus or a VPN may have put around a socket."""

# What can be asked for, and is told (AFD_POLL_...).
_RECEIVE: Final = 0x001
_EXPEDITED: Final = 0x002
_SEND: Final = 0x004
_DISCONNECT: Final = 0x008
_ABORT: Final = 0x010
_LOCAL_CLOSE: Final = 0x020
_ACCEPT: Final = 0x080
_CONNECT_FAIL: Final = 0x100
_ALWAYS: Final = _ABORT | _LOCAL_CLOSE | _CONNECT_FAIL

_PENDING: Final = 0x103
_NO_SOCKET: Final = frozenset({0xC0000008, 0xC0000024})
"""STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH: it was closed under our hands."""
_RETRY: Final = 0.1
"""Seconds until the driver is asked again, when it had no memory for a question."""
_WAIT_FOREVER: Final = 0xFFFFFFFF
_OPEN_IF_THERE: Final = 1  # FILE_OPEN
_SYNCHRONIZE: Final = 0x00100000
_SHARED: Final = 3  # FILE_SHARE_READ | FILE_SHARE_WRITE
_NO_EVENT: Final = 2  # FILE_SKIP_SET_EVENT_ON_HANDLE

QUESTIONS_A_DEVICE: Final = 32
"""The driver goes through all questions of a device to cancel one."""

# One question: the status block {status, information}, then AFD_POLL_INFO {time-out, number of
# handles, exclusive, {handle, events, status}}. 64 bits: PySide6 has no wheels for fewer.
_QUESTION: Final = struct.Struct("=QQqII")
_HANDLE: Final = struct.Struct("=QII")
_SIZE: Final = _QUESTION.size + _HANDLE.size
_EVENTS_AT: Final = _QUESTION.size + 8
_INFO_AT: Final = 16
_INFO_SIZE: Final = _SIZE - _INFO_AT
_WORD: Final = struct.Struct("=I")
_ENTRY: Final = struct.Struct("=QQQQ")
"""OVERLAPPED_ENTRY: key, what was handed in with the question, status, bytes."""


def _asked(mask: int) -> int:
    """What to ask the driver for, to learn of what this mask names."""
    events = _ALWAYS
    if mask & READ:
        events |= _RECEIVE | _ACCEPT | _DISCONNECT
    if mask & WRITE:
        events |= _SEND
    if mask & END:
        events |= _DISCONNECT
    if mask & URGENT:
        events |= _EXPEDITED
    return events


def _told(events: int) -> int:
    """What the driver's answer means."""
    mask = 0
    if events & (_RECEIVE | _ACCEPT):
        mask |= READ
    if events & _SEND:
        mask |= WRITE
    if events & _DISCONNECT:
        mask |= READ | END
    if events & _EXPEDITED:
        mask |= URGENT
    if events & _ABORT:
        mask |= HANGUP
    if events & _CONNECT_FAIL:
        mask |= READ | WRITE | ERROR
    return mask


class _Watch:
    """A descriptor that is watched, and the question about it that the driver has, if any."""

    __slots__ = ("asked", "base", "fd", "mask", "question", "stale")

    def __init__(self, fd: int, base: int, mask: int) -> None:
        self.fd = fd
        self.base = base
        self.mask = mask
        self.asked = 0
        """What the driver was asked for; 0 while it has no question."""
        self.question: _Question | None = None
        self.stale = True
        """Whether it waits in line to be asked about."""


class _Question:
    """A place in memory for one question, which belongs to the driver until it has answered."""

    __slots__ = ("address", "at", "device", "memory", "watch")

    def __init__(self, device: int, memory: memoryview, at: int, address: int) -> None:
        self.device = device
        self.memory = memory
        self.at = at
        self.address = address
        self.watch: _Watch | None = None
        """Whom the answer is for; None for nobody any more."""


if sys.platform == "win32":
    from ctypes import wintypes

    # PyDLL keeps the interpreter's lock: these calls come back at once, and another thread that
    # took the lock meanwhile would keep it for 5 ms. Only the wait lets go of it.
    _ntdll = ctypes.PyDLL("ntdll")
    _kernel = ctypes.PyDLL("kernel32", use_last_error=True)
    _waiting = ctypes.WinDLL("kernel32", use_last_error=True)
    _winsock = ctypes.PyDLL("ws2_32")

    class _UnicodeString(ctypes.Structure):
        _fields_ = (
            ("length", wintypes.USHORT),
            ("maximum", wintypes.USHORT),
            ("buffer", wintypes.LPWSTR),
        )

    class _ObjectAttributes(ctypes.Structure):
        _fields_ = (
            ("length", wintypes.ULONG),
            ("root", wintypes.HANDLE),
            ("name", ctypes.POINTER(_UnicodeString)),
            ("attributes", wintypes.ULONG),
            ("security", ctypes.c_void_p),
            ("quality", ctypes.c_void_p),
        )

    _create_file = _ntdll.NtCreateFile
    _create_file.restype = ctypes.c_uint32
    _create_file.argtypes = (
        ctypes.POINTER(wintypes.HANDLE), wintypes.ULONG, ctypes.POINTER(_ObjectAttributes),
        ctypes.c_void_p, ctypes.c_void_p, wintypes.ULONG, wintypes.ULONG, wintypes.ULONG,
        wintypes.ULONG, ctypes.c_void_p, wintypes.ULONG,
    )  # fmt: skip
    _ask = _ntdll.NtDeviceIoControlFile
    _ask.restype = ctypes.c_uint32
    _ask.argtypes = (
        wintypes.HANDLE, wintypes.HANDLE, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
        wintypes.ULONG, ctypes.c_void_p, wintypes.ULONG, ctypes.c_void_p, wintypes.ULONG,
    )  # fmt: skip
    _cancel = _ntdll.NtCancelIoFileEx
    _cancel.restype = ctypes.c_uint32
    _cancel.argtypes = (wintypes.HANDLE, ctypes.c_void_p, ctypes.c_void_p)
    _open_port = _kernel.CreateIoCompletionPort
    _open_port.restype = wintypes.HANDLE
    _open_port.argtypes = (wintypes.HANDLE, wintypes.HANDLE, ctypes.c_size_t, wintypes.DWORD)
    _set_modes = _kernel.SetFileCompletionNotificationModes
    _set_modes.argtypes = (wintypes.HANDLE, ctypes.c_ubyte)
    _close_handle = _kernel.CloseHandle
    _close_handle.argtypes = (wintypes.HANDLE,)
    _wait = _waiting.GetQueuedCompletionStatusEx
    _wait.argtypes = (
        wintypes.HANDLE, ctypes.c_void_p, wintypes.ULONG, ctypes.c_void_p, wintypes.DWORD,
        wintypes.BOOL,
    )  # fmt: skip
    _control = _winsock.WSAIoctl
    _control.argtypes = (
        ctypes.c_size_t, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p,
        wintypes.DWORD, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
    )  # fmt: skip

    def _base_of(fd: int) -> int:
        """The driver's own handle of a socket, under whatever was layered over it."""
        base, size = ctypes.c_size_t(), wintypes.DWORD()
        failed = _control(
            fd, _BASE_HANDLE, None, 0, ctypes.byref(base), ctypes.sizeof(base),
            ctypes.byref(size), None, None,
        )  # fmt: skip
        if failed:
            number = int(_winsock.WSAGetLastError())
            raise OSError(None, ctypes.FormatError(number), None, number)
        return base.value

    def _open_device(port: int) -> int:
        """A handle of the driver whose answers come out of this port."""
        text = "\\Device\\Afd\\Portway"
        name = _UnicodeString(2 * len(text), 2 * len(text), text)
        attributes = _ObjectAttributes(
            ctypes.sizeof(_ObjectAttributes), None, ctypes.pointer(name), 0, None, None
        )
        device, block = wintypes.HANDLE(), (ctypes.c_uint64 * 2)()
        status = _create_file(
            ctypes.byref(device), _SYNCHRONIZE, ctypes.byref(attributes), block, None, 0, _SHARED,
            _OPEN_IF_THERE, 0, None, 0,
        )  # fmt: skip
        if status or device.value is None:
            raise OSError(None, f"no {text}: {status:#x}", None, 1)
        if not _open_port(device, port, 0, 0):
            error = ctypes.WinError(ctypes.get_last_error())
            _close_handle(device)
            raise error
        _set_modes(device, _NO_EVENT)  # saves a little; older systems do without
        return device.value

    class AfdPoller:
        """See the module. Only the loop's thread may use it."""

        def __init__(self) -> None:
            """Open the port and a first device; raises `OSError` where the driver is another."""
            port = _open_port(wintypes.HANDLE(-1), None, 0, 1)
            if not port:
                raise ctypes.WinError(ctypes.get_last_error())
            self._port: int = port
            self._watches: dict[int, _Watch] = {}
            self._stale: list[_Watch] = []
            self._failed: list[tuple[int, int]] = []
            self._devices: list[int] = []
            self._blocks: list[object] = []
            self._free: list[_Question] = []
            self._asked: dict[int, _Question] = {}
            self._entries = ctypes.create_string_buffer(_ENTRY.size)
            self._room = 1
            self._count = wintypes.ULONG()
            try:
                self._add_device()
            except OSError:
                self.close()
                raise

        def register(self, fd: int, mask: int) -> None:
            """See `Poller.register`."""
            if fd in self._watches:
                raise FileExistsError(fd)
            if not self._free:
                self._add_device()
            watch = self._watches[fd] = _Watch(fd, _base_of(fd), mask)
            self._stale.append(watch)

        def modify(self, fd: int, mask: int) -> None:
            """See `Poller.modify`."""
            watch = self._watches[fd]
            watch.mask = mask
            if not watch.stale:
                watch.stale = True
                self._stale.append(watch)

        def unregister(self, fd: int) -> None:
            """See `Poller.unregister`."""
            watch = self._watches.pop(fd)
            watch.fd = -1
            question = watch.question
            if question is not None:
                question.watch = watch.question = None
                self._take_back(question)

        def poll(self, timeout: float, limit: int) -> Sequence[tuple[int, int]]:
            """See `Poller.poll`."""
            if self._stale:
                self._ask_all()
            if self._failed:
                timeout = 0.0
            elif self._stale and not 0 <= timeout < _RETRY:
                timeout = _RETRY
            if limit > self._room:
                self._entries = ctypes.create_string_buffer(limit * _ENTRY.size)
                self._room = limit
            ready, self._failed = self._failed, []
            until = 0.0
            while self._take_answers(ready, timeout, limit) and not ready and timeout:
                # Only news for nobody any more, or a question taken back to be put anew.
                self._ask_all()
                if timeout > 0:
                    now = time.monotonic()
                    until = until or now + timeout
                    timeout = max(0.0, until - now)
            return ready

        def close(self) -> None:
            """See `Poller.close`. The devices go first, and with them all questions."""
            for device in self._devices:
                _close_handle(device)
            self._devices.clear()
            # Each question's memory is the driver's until its answer is there.
            while self._asked:
                if not self._take_answers([], 1.0, self._room):
                    _lost.append(self._blocks)  # never seen; then this memory stays as it is
                    break
            _close_handle(self._port)

        def _add_device(self) -> None:
            device = _open_device(self._port)
            self._devices.append(device)
            block = (ctypes.c_char * (_SIZE * QUESTIONS_A_DEVICE))()
            self._blocks.append(block)
            memory = memoryview(block).cast("B")
            start = ctypes.addressof(block)
            self._free += [
                _Question(device, memory, at, start + at)
                for at in range(0, _SIZE * QUESTIONS_A_DEVICE, _SIZE)
            ]

        def _ask_all(self) -> None:
            stale, self._stale = self._stale, []
            for watch in stale:
                watch.stale = False
                if watch.fd < 0:
                    continue
                wanted = _asked(watch.mask)
                question = watch.question
                if question is None:
                    self._ask(watch, wanted)
                elif wanted & ~watch.asked:
                    self._take_back(question)  # its answer brings the next question

        def _ask(self, watch: _Watch, wanted: int) -> None:
            if not self._free:
                self._add_device()
            question = self._free.pop()
            at, address = question.at, question.address
            _QUESTION.pack_into(question.memory, at, _PENDING, 0, (1 << 63) - 1, 1, 0)
            _HANDLE.pack_into(question.memory, at + _QUESTION.size, watch.base, wanted, 0)
            info = address + _INFO_AT
            status = _ask(
                question.device, None, None, address, address, _ASK, info, _INFO_SIZE, info,
                _INFO_SIZE,
            )  # fmt: skip
            if status and status != _PENDING:
                self._free.append(question)
                if status in _NO_SOCKET:
                    self._failed.append((watch.fd, READ | ERROR | HANGUP))
                else:
                    watch.stale = True
                    self._stale.append(watch)
                return
            question.watch, watch.question = watch, question
            watch.asked = wanted
            self._asked[address] = question

        def _take_back(self, question: _Question) -> None:
            block = (ctypes.c_uint64 * 2)()
            _cancel(question.device, question.address, block)  # or it has just been answered

        def _take_answers(self, ready: list[tuple[int, int]], timeout: float, limit: int) -> bool:
            """Wait for answers, and add to those who are ready; false if there was none."""
            if timeout < 0:
                milliseconds = _WAIT_FOREVER
            else:
                milliseconds = min(math.ceil(timeout * 1000), _WAIT_FOREVER - 1)
            wait = _wait if milliseconds else _look
            if not wait(
                self._port, self._entries, limit, ctypes.byref(self._count), milliseconds, 0
            ):
                return False
            size = self._count.value * _ENTRY.size
            for _, address, _, _ in _ENTRY.iter_unpack(memoryview(self._entries)[:size]):
                question = self._asked.pop(address)
                self._free.append(question)
                watch = question.watch
                if watch is None:
                    continue
                question.watch = watch.question = None
                watch.asked = 0
                if not watch.stale:
                    watch.stale = True
                    self._stale.append(watch)
                memory, at = question.memory, question.at
                (status,) = _WORD.unpack_from(memory, at)
                if status:
                    continue  # taken back; or in trouble, and then asking again says so
                (handles,) = _WORD.unpack_from(memory, at + _INFO_AT + 8)
                if not handles:
                    continue
                (events,) = _WORD.unpack_from(memory, at + _EVENTS_AT)
                mask = _told(events) & (watch.mask | ERROR | HANGUP)
                if mask:
                    ready.append((watch.fd, mask))
            return True

    _look = _kernel.GetQueuedCompletionStatusEx
    _look.argtypes = _wait.argtypes
    _lost: list[object] = []
