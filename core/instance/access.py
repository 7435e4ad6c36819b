"""A profile for a command: the Portway that holds it if there is one, its file otherwise.

    with open_profile(folder) as profile:
        profile.live                  # a `Live`, or None: then it is the file
        profile.mappings()            # the list, in its order
        profile.change(Add((mapping,)))
        profile.notices               # what was found wrong with the file; tell it

Inside the block nobody else can begin to hold the profile while it is the file.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from core.config.changes import apply
from core.config.store import Profile, Store
from core.instance.client import PAUSE, STARTING_SECONDS, greet
from core.instance.lock import Holder, Kind, ProfileInUseError, ProfileLock, holder_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.config.changes import Change, Mappings
    from core.instance.client import Live
    from core.message import Message


class OpenProfile:
    """One profile, however it can be reached."""

    def __init__(self, lock: ProfileLock, live: Live | None) -> None:
        self._lock = lock
        self.folder = folder = lock.folder
        self.live = live
        self.notices: tuple[Message, ...] = ()
        """What the person must be told about how the file was found, once it was read."""
        self._store = Store(folder)
        self._loaded: Mappings | None = None

    def mappings(self) -> Mappings:
        """The list as it is now."""
        if self.live is not None:
            return tuple(row.mapping for row in self.live.status().rows)
        if self._loaded is None:
            loaded = self._store.load()
            self.notices = loaded.notices
            self._loaded = loaded.profile.mappings
        return self._loaded

    def change(self, change: Change) -> None:
        """Change the list; of a file, it is saved when this returns."""
        if self.live is not None:
            self.live.change(change)
            return
        if not self._lock.held:
            self._hold()
        after = apply(change, self.mappings())
        self._store.save(Profile(mappings=after))
        self._loaded = after

    def _hold(self) -> None:
        """Hold the lock of a profile whose folder is made only now."""
        if not self._lock.take():
            raise ProfileInUseError(self.folder, holder_of(self.folder))
        self._lock.tell(Holder(pid=os.getpid(), kind=Kind.COMMAND))


@contextlib.contextmanager
def open_profile(folder: Path, patience: float = STARTING_SECONDS) -> Iterator[OpenProfile]:
    """Reach whoever holds the profile, or hold it ourselves; makes no folder before a change.

    Raises `PortwayError` when neither is possible.
    """
    lock = ProfileLock(folder)
    live = None
    deadline = time.monotonic() + patience
    # A profile that nobody has used has no folder, and looking must not make one.
    while (live := greet(folder)) is None and folder.is_dir() and not lock.take():
        if time.monotonic() > deadline:
            raise ProfileInUseError(folder, holder_of(folder))
        time.sleep(PAUSE)
    if lock.held:
        lock.tell(Holder(pid=os.getpid(), kind=Kind.COMMAND))
    try:
        yield OpenProfile(lock, live)
    finally:
        lock.release()
