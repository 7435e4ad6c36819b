"""Notices what other programs do to a file, on a thread of its own; what follows is the fronts'."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from core.config import disk
from core.config.kept_file import KeptFile, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.kept_file import Outside

log = logging.getLogger("portway.watch")

Value = TypeVar("Value")

CALM_SECONDS = 0.15
"""Editors write in several steps; this long after the last one the file is looked at."""
LONGEST_UNREST = 3.0


class FileWatch(Generic[Value]):
    """Looks when it is poked, and every so often if that is asked for."""

    def __init__(
        self,
        file: KeptFile[Value],
        changed: Callable[[Outside[Value]], None],
        every: float | None = None,
    ) -> None:
        """Start. `changed` is called on the watch's thread and must not raise."""
        self._file = file
        self._changed = changed
        self._every = every
        self._poked = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="portway-watch", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Look soon: something has happened in the folder. Returns at once."""
        self._poked.set()

    def close(self, timeout: float = 1.0) -> bool:
        """Look no more; false if the disk does not answer."""
        self._closing.set()
        self._poked.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        seen = disk.signature(self._file.path)
        while True:
            self._poked.wait(self._every)
            self._poked.clear()
            if self._closing.is_set():
                return
            now = disk.signature(self._file.path)
            if now != seen:
                seen = self._wait_for_calm(now)
            # Also where nothing seems new: what was written before we came may not be known yet.
            self._look()

    def _wait_for_calm(self, before: tuple[int, ...] | None) -> tuple[int, ...] | None:
        deadline = time.monotonic() + LONGEST_UNREST
        while not self._closing.wait(CALM_SECONDS):
            now = disk.signature(self._file.path)
            if now == before or time.monotonic() > deadline:
                return now
            before = now
        return before

    def _look(self) -> None:
        try:
            outside = self._file.look()
        except StoreError as error:
            log.warning(error.message)
            return
        if outside is not None:
            self._changed(outside)
