"""Frames between processes of one user on this machine: where to listen, how to connect.

A socket in the profile on Linux, a named pipe on Windows, both through `multiprocessing`'s
connections, which know frames and how to bound them. What the frames say is not known here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
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


def hang_up(wire: Wire) -> None:
    """Let a read that waits on another thread end; on Windows it ends by itself, in time."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(wire.fileno())) as sock:
            sock.shutdown(socket.SHUT_RDWR)


def connect(address: str, seconds: float) -> Wire:
    """Connect; raises `OSError` when nobody of our own user listens there."""
    if sys.platform == "win32":
        return mp.Client(address, "AF_PIPE")
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect(_socket_address(address))
        return _wrap(sock, seconds)
    except BaseException:
        sock.close()
        raise


class Listener:
    """Where others connect to."""

    def __init__(self, folder: Path) -> None:
        """Listen; raises `OSError`. Whoever does so for a profile holds its lock."""
        self._closing = threading.Event()
        self._path: Path | None = None
        if sys.platform == "win32":
            self.address = rf"\\.\pipe\portway-{secrets.token_hex(16)}"
            self._pipe = mp.Listener(self.address, "AF_PIPE")
            return
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
            try:
                self._socket.bind(str(path))
            except OSError:
                pass  # a file system without sockets, such as a USB stick's
            else:
                path.chmod(0o600)
                self._path = path
                return str(path)
        # A name without a file (unix(7), "abstract"); that nobody can guess it, so that nobody
        # can be there first. Who connects is looked at in either case.
        address = f"@portway-{secrets.token_hex(16)}"
        self._socket.bind(_socket_address(address))
        return address

    def accept(self, seconds: float) -> Wire | None:
        """Wait for one of our own user, whose reads then end after so long; None: we are closed."""
        while not self._closing.is_set():
            try:
                if sys.platform == "win32":
                    wire: Wire = self._pipe.accept()
                    if not self._closing.is_set():
                        return wire
                    wire.close()
                else:
                    sock, _ = self._socket.accept()
                    with contextlib.ExitStack() as failed:
                        failed.callback(sock.close)
                        wire = _wrap(sock, seconds)
                        failed.pop_all()
                        return wire
            except (OSError, EOFError, AssertionError):
                # Another user; a client that has gone again; no descriptors left.
                self._closing.wait(_BREATH)
        return None

    def close(self) -> None:
        """Listen no more, and let `accept` end."""
        self._closing.set()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                mp.Client(self.address, "AF_PIPE").close()  # nothing else wakes it
            self._pipe.close()
            return
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()


def _socket_address(address: str) -> str:
    return f"\0{address[1:]}" if address.startswith("@") else address


if sys.platform != "win32":

    def _wrap(sock: socket.socket, seconds: float) -> Wire:
        """Make frames of a socket's bytes; refuses another user's process."""
        credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        _, user, _ = struct.unpack("3i", credentials)
        if user != os.getuid():
            raise PermissionError(f"user {user} is not user {os.getuid()}")
        sock.settimeout(None)
        patience = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        return mp.Connection(sock.detach())
