"""Speaks to the Portway that holds a profile: `Live`. Blocking: not for the GUI's thread.

    live = reach(folder)             # None where nobody holds the profile
    live.about                       # About(pid, kind, version)
    live.status()                    # Status: all rows with state, trouble, numbers
    live.change(Switch((id,), on=True))
    live.raise_window()
    live.quit(seconds=10)            # returns once that process has ended

All raise `PortwayError`, with the words of the other side where it refused. Commands that act on
the file where nobody lives use `core.instance.access`.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time
from typing import TYPE_CHECKING, TypeVar

import psutil

from core.instance.lock import Kind, ProfileInUseError, ProfileLock, holder_of
from core.instance.messages import (
    LONGEST,
    About,
    ChannelError,
    Done,
    Failed,
    GetStatus,
    Hello,
    Make,
    Quit,
    Raise,
    Status,
    pack_request,
    unpack_reply,
)
from core.instance.wire import connect, receive
from core.message import PortwayError, message

if TYPE_CHECKING:
    from pathlib import Path

    from core.config.changes import Change
    from core.instance.lock import Holder
    from core.instance.messages import Reply, Request

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
"""The other one may be only just starting on a busy machine."""
STARTING_SECONDS = 30.0
"""How long somebody may hold the lock without being reached."""
PAUSE = 0.05


Expected = TypeVar("Expected", Done, Status)


class NotReachedError(ChannelError):
    """Nobody listens there, or the one who did has ended in the middle."""


class Live:
    """The Portway that holds a profile now."""

    def __init__(self, folder: Path, holder: Holder, about: About) -> None:
        self.folder = folder
        self.about = about
        self._holder = holder

    def status(self) -> Status:
        """How all mappings are."""
        return self._expect(GetStatus(), Status)

    def change(self, change: Change) -> None:
        """Change the list there, as one step that can be undone."""
        self._expect(Make(change), Done)

    def raise_window(self) -> None:
        """Show its window."""
        _let_it_come_forward()
        self._expect(Raise(), Done)

    def quit(self, seconds: float) -> None:
        """End it, and wait until its process has gone; raises `ChannelError` if it does not go."""
        try:
            process = psutil.Process(self._holder.pid)
        except psutil.NoSuchProcess:
            return
        self._expect(Quit(), Done)
        deadline = time.monotonic() + seconds
        while not _has_ended(process):
            if time.monotonic() > deadline:
                text = "Portway was asked to end, but process {pid} still runs."
                raise ChannelError(message(text, pid=self._holder.pid))
            time.sleep(PAUSE)

    def _expect(self, request: Request, kind: type[Expected]) -> Expected:
        reply = ask(self._holder, request)
        if not isinstance(reply, kind):
            raise ChannelError(message("The running Portway gave the answer to something else."))
        return reply


def _has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more, be it that its parent has not yet taken note."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.is_running()
    except psutil.NoSuchProcess:
        return True


def ask(holder: Holder, request: Request, seconds: float = ANSWER_SECONDS) -> Reply:
    """Send one request; raises `NotReachedError`, or `PortwayError` with the words of a refusal."""
    failed = message("The Portway of process {pid} does not answer.", pid=holder.pid)
    if not holder.address:
        raise NotReachedError(failed)
    try:
        wire = connect(holder.address, CONNECT_SECONDS)
    except OSError as error:
        raise NotReachedError(failed) from error
    with contextlib.closing(wire):
        try:
            wire.send_bytes(pack_request(request, holder.token))
        except OSError as error:
            raise NotReachedError(failed) from error
        frame = receive(wire, LONGEST, seconds)
    if frame is None:
        raise NotReachedError(failed)
    reply = unpack_reply(frame)
    if isinstance(reply, Failed):
        raise PortwayError(reply.message)
    return reply


def reach(folder: Path, patience: float = STARTING_SECONDS) -> Live | None:
    """Who holds the profile; None where nobody does.

    Somebody who is only just starting, and a command that is soon done, are waited for; raises
    `ProfileInUseError` for one who cannot be reached even then.
    """
    if not folder.is_dir():
        return None
    deadline = time.monotonic() + patience
    lock = ProfileLock(folder)
    while True:
        if lock.take():
            lock.release()
            return None
        live = greet(folder)
        if live is not None:
            return live
        if time.monotonic() > deadline:
            raise ProfileInUseError(folder, holder_of(folder))
        time.sleep(PAUSE)


def greet(folder: Path) -> Live | None:
    """Speak to whoever says to hold the profile; None if that is nobody, or cannot be reached."""
    holder = holder_of(folder)
    if holder is None or holder.kind is Kind.COMMAND:
        return None
    try:
        about = ask(holder, Hello())
    except NotReachedError:
        return None
    return Live(folder, holder, about) if isinstance(about, About) else None


def _let_it_come_forward() -> None:
    """Give the right to the foreground away: on Windows only the program just started has it."""
    if sys.platform == "win32":
        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)
