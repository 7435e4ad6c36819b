"""One Portway per profile: a lock file decides, a local socket lets a second start raise us."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import time
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILE = "portway.lock"
SOCKET_FILE = "portway.socket"
LONGEST_SOCKET_PATH = 100
"""Of the 108 bytes that Linux has for one, some are left for Qt's own use."""
RAISE = b"raise\n"
ANSWER_MS = 2000
"""How long a busy first instance may take to answer before the second gives up."""
PATIENCE_SECONDS = 5.0
"""How long a second start waits for a first one that holds the lock but listens not yet."""


class Outcome(Enum):
    """What came of the attempt to be the one instance."""

    FIRST = "first"
    RAISED = "raised"
    NO_ANSWER = "no answer"


class OneInstance(QObject):
    """Holds the profile while it lives, and tells when another start wants to see the window."""

    raise_wanted = Signal()

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = QLockFile(str(profile / LOCK_FILE))
        # Never stale by age alone; a lock whose process is gone (kill -9) is taken over anyway.
        self._lock.setStaleLockTime(0)
        self._name = server_name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self, *, raise_other: bool = True) -> Outcome:
        """Become the one instance, or raise the one there is."""
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._name)  # a leftover of a killed one; we hold the lock
            self._server.listen(self._name)
            return Outcome.FIRST
        if not raise_other:
            return Outcome.RAISED
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if _ask_to_raise(self._name):
                return Outcome.RAISED
            if self._lock.tryLock(100):  # it ended meanwhile
                QLocalServer.removeServer(self._name)
                self._server.listen(self._name)
                return Outcome.FIRST
        return Outcome.NO_ANSWER

    def release(self) -> None:
        """Let the next start have the profile."""
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.setParent(self)
            connection.readyRead.connect(self._read)
            connection.disconnected.connect(connection.deleteLater)
            if connection.bytesAvailable():
                self._take(connection)

    @Slot()
    def _read(self) -> None:
        connection = self.sender()
        if isinstance(connection, QLocalSocket):
            self._take(connection)

    def _take(self, connection: QLocalSocket) -> None:
        """Anything but the one known line is ignored; whoever sent it gets no answer."""
        if bytes(connection.read(len(RAISE)).data()) != RAISE:
            connection.abort()
            return
        connection.write(b"ok\n")
        connection.flush()
        connection.disconnectFromServer()
        self.raise_wanted.emit()


def server_name(profile: Path) -> str:
    """Name the local socket: the same for every spelling of one profile, short enough for it.

    In the profile it is out of other users' reach; a long path, and Windows, need a plain name.
    """
    if os.name == "posix":
        path = profile.resolve() / SOCKET_FILE
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return str(path)
    digest = hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"portway-{digest[:20]}"


def _let_it_come_forward() -> None:
    """Give the right to the foreground away: on Windows only the program just started has it."""
    if sys.platform == "win32":
        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)


def _ask_to_raise(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(ANSWER_MS):
        return False
    _let_it_come_forward()
    socket.write(RAISE)
    socket.flush()
    answered = socket.waitForReadyRead(ANSWER_MS)
    socket.abort()
    return answered
