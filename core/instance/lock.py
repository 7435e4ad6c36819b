"""The lock of a profile: one process holds it, and says in its file who it is; no channel here.

The system frees a lock when its holder ends, however it ends, so no lock is ever stale. The file
stays for good: removing it would let two processes lock two files of one name. What stands in it
counts only while somebody holds the lock.
"""

from __future__ import annotations

import contextlib
import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from core.config.paths import LOCK_FILE
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from pathlib import Path

RECORD_SIZE = 512
"""The record is padded to it, so that writing it anew needs no room on a full disk."""
_LOCKED_BYTE = 1 << 30
"""On Windows nobody else can read what is locked, so that is a byte far behind the record."""
_BUSY_WINDOWS = (33, 997)
"""ERROR_LOCK_VIOLATION, ERROR_IO_PENDING."""


class Kind(StrEnum):
    """What a process that holds a profile is."""

    WINDOW = "window"
    HEADLESS = "headless"
    """`portway run`."""
    COMMAND = "command"
    """A command that changes the file, and is soon done."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a profile and where it listens; an empty address: nowhere (yet)."""

    pid: int
    kind: Kind
    address: str = ""
    token: str = ""
    """What a request must carry; only who can read the profile knows it."""


class ProfileInUseError(PortwayError):
    """Another Portway holds the profile."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        super().__init__(_in_use(folder, holder))
        self.holder = holder


class ProfileLock:
    """Held by one process at a time. Not for several threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: list[int] = []

    @property
    def held(self) -> bool:
        """Whether we hold it."""
        return bool(self._held)

    def take(self) -> bool:
        """Take it; false if somebody else has it.

        Makes the folder. Raises `PortwayError` where it cannot be used or cannot be locked.
        """
        assert not self._held, "taken twice"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOINHERIT", 0)
            file = os.open(self.folder / LOCK_FILE, flags, 0o600)
            held = [file]
            try:
                taken = _lock(file)
                if taken and sys.platform != "win32":
                    # A tool that syncs folders may put another file in the place of ours, and then
                    # a second process would lock that one. The folder itself stays the same.
                    held.append(os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY))
                    with contextlib.suppress(_NotLockableError):
                        taken = _lock(held[1])
                if taken:
                    self._held, held = held, []
            finally:
                _close(held)
        except OSError as error:
            text = "Cannot use the folder {path}: {why}."
            why = error.strerror or str(error)
            raise PortwayError(message(text, path=str(self.folder), why=why)) from error
        return taken

    def tell(self, holder: Holder) -> None:
        """Write down who we are; a disk that does not take it costs others a name, no more."""
        self._write(msgspec.json.encode(holder))

    def release(self) -> None:
        """Let the next one have it."""
        if self._held:
            self._write(b"")
            held, self._held = self._held, []
            _close(held)

    def _write(self, record: bytes) -> None:
        padded = record.ljust(RECORD_SIZE - 1) + b"\n"
        with contextlib.suppress(OSError):
            os.lseek(self._held[0], 0, os.SEEK_SET)
            os.write(self._held[0], padded)


def holder_of(folder: Path) -> Holder | None:
    """Read who says to hold the profile; None when nobody does, or is just about to."""
    try:
        with (folder / LOCK_FILE).open("rb") as file:
            return msgspec.json.decode(file.read(RECORD_SIZE), type=Holder)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _in_use(folder: Path, holder: Holder | None) -> Message:
    path = str(folder)
    match holder:
        case Holder(kind=Kind.WINDOW):
            text = (
                "Portway's window has the profile {path} open (process {pid}), and its mappings "
                "run there. Quit it first, or take another profile with --profile."
            )
        case Holder(kind=Kind.HEADLESS):
            text = (
                "“portway run” serves the profile {path} (process {pid}). "
                "End it first, or take another profile with --profile."
            )
        case Holder():
            text = (
                "A command of Portway is changing the profile {path} (process {pid}). "
                "Try again when it has ended."
            )
        case None:
            text = (
                "Another Portway has the profile {path} open. "
                "End it first, or take another profile with --profile."
            )
            return message(text, path=path)
    return message(text, path=path, pid=holder.pid)


class _NotLockableError(OSError):
    """This file system knows no locks for it."""


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes.wintypes import DWORD, HANDLE

    _lock_file = ctypes.WinDLL("kernel32", use_last_error=True).LockFile
    _lock_file.argtypes = (HANDLE, DWORD, DWORD, DWORD, DWORD)

    def _lock(descriptor: int) -> bool:
        """Lock without waiting; false if another process, or another part of this one, has it."""
        if _lock_file(msvcrt.get_osfhandle(descriptor), _LOCKED_BYTE, 0, 1, 0):
            return True
        number = ctypes.get_last_error()
        if number in _BUSY_WINDOWS:
            return False
        raise _NotLockableError(None, ctypes.FormatError(number), None, number)

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        """Lock without waiting; false if another process, or another part of this one, has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _NotLockableError(error.errno, error.strerror) from error
        return True


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
