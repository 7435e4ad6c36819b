"""Frames between processes of one user on this machine: where to listen, how to connect.

A socket in the profile on Linux, a named pipe on Windows, both through `multiprocessing`'s
connections, which know frames and how to bound them. What the frames say is not known here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
from multiprocessing import connection as mp
from typing import TYPE_CHECKING, Any

from core.config.paths import SOCKET_FILE

if TYPE_CHECKING:
    from pathlib import Path

Wire = Any
"""A `multiprocessing.connection.Connection`, or on Windows a `PipeConnection`."""

LONGEST_PATH = 100
"""Of the 108 bytes that Linux has for the path of a socket."""
BACKLOG = 128
_BREATH = 0.1
"""After an accept that failed, as for want of descriptors."""


def receive(wire: Wire, most: int, seconds: float) -> bytes | None:
    """One frame; None when none of at most this size came in time."""
    try:
        if not wire.poll(seconds):
            return None
        frame: bytes = wire.recv_bytes(most)
    except (OSError, EOFError):
        return None
    return frame


class Listener:
    """Where others connect to."""

    def __init__(self, folder: Path) -> None:
        """Listen; raises `OSError`. Whoever does so for a profile holds its lock."""
        self._door = _Door(folder)
        self.address = self._door.address
        self._closing = threading.Event()

    def accept(self, seconds: float) -> Wire | None:
        """Wait for one of our own user, whose reads then end after so long; None: we are closed."""
        while not self._closing.is_set():
            try:
                wire = self._door.accept(seconds)
            except (OSError, EOFError, AssertionError):
                # Another user; a client that has gone again; no descriptors left.
                self._closing.wait(_BREATH)
                continue
            if not self._closing.is_set():
                return wire
            wire.close()
        return None

    def interrupt(self) -> None:
        """Let `accept` end, now and from now on."""
        self._closing.set()
        self._door.wake()

    def close(self) -> None:
        """Listen no more; `accept` has ended."""
        self._door.close()


def connect(address: str, seconds: float) -> Wire:
    """Connect; raises `OSError` when nobody of our own user listens there."""
    return _connect(address, seconds)


def hang_up(wire: Wire) -> None:
    """Let a read that waits on another thread end; on Windows it ends by itself, in time."""
    _hang_up(wire)


if sys.platform == "win32":

    class _Door:
        """A named pipe. Its access list lets only our own user write to it."""

        def __init__(self, _folder: Path) -> None:
            self.address = rf"\\.\pipe\portway-{os.urandom(16).hex()}"
            self._pipe = mp.Listener(self.address, "AF_PIPE")

        def accept(self, _seconds: float) -> Wire:
            return self._pipe.accept()

        def wake(self) -> None:
            with contextlib.suppress(OSError):
                mp.Client(self.address, "AF_PIPE").close()  # nothing else does

        def close(self) -> None:
            self._pipe.close()

    def _connect(address: str, _seconds: float) -> Wire:
        return mp.Client(address, "AF_PIPE")

    def _hang_up(_wire: Wire) -> None:
        pass

else:

    class _Door:
        """A socket, in the profile if that can be."""

        def __init__(self, folder: Path) -> None:
            self._path: Path | None = None
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.address = self._bind(folder / SOCKET_FILE)
                self._socket.listen(BACKLOG)
            except BaseException:
                self._socket.close()
                raise

        def _bind(self, path: Path) -> str:
            if len(os.fsencode(path)) <= LONGEST_PATH:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()  # left by one that was killed
                # A file system may know no sockets, such as a USB stick's.
                with contextlib.suppress(OSError):
                    self._socket.bind(str(path))
                    path.chmod(0o600)
                    self._path = path
                    return str(path)
            # A name without a file (unix(7), "abstract"), which nobody can guess, so that nobody
            # can be there first. Who connects is looked at in either case.
            address = f"@portway-{os.urandom(16).hex()}"
            self._socket.bind(_socket_address(address))
            return address

        def accept(self, seconds: float) -> Wire:
            sock, _ = self._socket.accept()
            return _wrap(sock, seconds)

        def wake(self) -> None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

        def close(self) -> None:
            self._socket.close()
            if self._path is not None:
                with contextlib.suppress(OSError):
                    self._path.unlink()

    def _connect(address: str, seconds: float) -> Wire:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.settimeout(seconds)
            sock.connect(_socket_address(address))
        except BaseException:
            sock.close()
            raise
        return _wrap(sock, seconds)

    def _wrap(sock: socket.socket, seconds: float) -> Wire:
        """Make frames of a socket's bytes; refuses another user's process. Takes the socket."""
        with sock:
            size = struct.calcsize("3i")
            credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            _, user, _ = struct.unpack("3i", credentials)
            if user != os.getuid():
                raise PermissionError(f"user {user} is not user {os.getuid()}")
            sock.settimeout(None)
            patience = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
            return mp.Connection(sock.detach())

    def _hang_up(wire: Wire) -> None:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(wire.fileno())) as sock:
            sock.shutdown(socket.SHUT_RDWR)

    def _socket_address(address: str) -> str:
        return f"\0{address[1:]}" if address.startswith("@") else address
