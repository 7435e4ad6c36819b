"""To be the one Portway of a profile: lock first, then ask who has it, then try the lock again."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING

from core.instance.client import PAUSE, STARTING_SECONDS, greet
from core.instance.lock import Holder, Kind, ProfileInUseError, ProfileLock, holder_of
from core.instance.messages import About
from core.instance.server import Server
from core.instance.wire import Listener
from core.message import PortwayError, message
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.instance.client import Live
    from core.instance.messages import Reply, Request

log = logging.getLogger("portway.channel")


class Instance:
    """Holds a profile, and answers on its channel, until it is released."""

    def __init__(self, lock: ProfileLock, kind: Kind) -> None:
        """Begin; the lock is taken. Requests that come now wait for `serve`."""
        self._lock = lock
        self.folder = lock.folder
        self.about = About(pid=os.getpid(), kind=kind, version=version())
        self._server: Server | None = None
        token = os.urandom(16).hex()
        address = ""
        try:
            listener = Listener(lock.folder)
        except OSError as error:
            # Forwarding does not depend on it: only nobody can ask us anything.
            text = "Others cannot reach this Portway: {why}."
            log.warning(message(text, why=error.strerror or str(error)))
        else:
            address = listener.address
            self._server = Server(listener, token, self.about)
        lock.tell(Holder(pid=os.getpid(), kind=kind, address=address, token=token))

    def serve(self, answer: Callable[[Request], Reply]) -> None:
        """Have requests answered by this, see `Server.serve`."""
        if self._server is not None:
            self._server.serve(answer)

    def release(self) -> None:
        """Let the next one have the profile."""
        if self._server is not None:
            self._server.close()
        self._lock.release()


def claim(folder: Path, kind: Kind, patience: float = STARTING_SECONDS) -> Instance | Live:
    """Become the one Portway of the profile, or give the one there is.

    Raises `ProfileInUseError` when somebody has it who cannot be reached, `PortwayError` when the
    folder cannot be used.
    """
    deadline = time.monotonic() + patience
    lock = ProfileLock(folder)
    while not lock.take():
        live = greet(folder)
        if live is not None:
            return live
        if time.monotonic() > deadline:
            raise ProfileInUseError(folder, holder_of(folder))
        time.sleep(PAUSE)
    with contextlib.ExitStack() as failed:
        failed.callback(lock.release)
        instance = Instance(lock, kind)
        failed.pop_all()
        return instance


def claim_for_window(folder: Path, *, hidden: bool = False) -> Instance | None:
    """Become the one window of the profile; None if there is one, which was raised unless hidden.

    Raises as `claim`, and `ProfileInUseError` if a Portway without a window serves the profile.
    """
    while True:
        other = claim(folder, Kind.WINDOW)
        if isinstance(other, Instance):
            return other
        if other.about.kind is not Kind.WINDOW:
            raise ProfileInUseError(folder, holder_of(folder))
        if hidden:
            return None
        try:
            other.raise_window()
        except PortwayError as error:
            # It may have ended just now. Then the profile is free, or soon will be.
            log.info(error.message)
            time.sleep(PAUSE)
            continue
        return None


def claim_for_serving(folder: Path) -> Instance:
    """Become the one that serves the profile without a window; raises as `claim_for_window`."""
    other = claim(folder, Kind.HEADLESS)
    if isinstance(other, Instance):
        return other
    raise ProfileInUseError(folder, holder_of(folder))
