"""Saving in the background, so that no front waits for a disk; the writing itself is Store's."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from core.config.store import Profile, Store, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable


class Saver:
    """A thread that saves the newest profile handed to it; older ones waiting are skipped."""

    def __init__(self, store: Store, failed: Callable[[StoreError | None], None]) -> None:
        """Start; `failed` is called on the saver's thread: an error, or None once saving works."""
        self._store = store
        self._failed = failed
        self._change = threading.Condition()
        self._waiting: Profile | None = None  # guarded by _change
        self._busy = False  # guarded by _change
        self._closed = False  # guarded by _change
        self._thread = threading.Thread(target=self._run, name="portway-saver", daemon=True)
        self._thread.start()

    def save(self, profile: Profile) -> None:
        """Save this soon; returns at once."""
        with self._change:
            self._waiting = profile
            self._change.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until all is written, at most `timeout` seconds; false if it is not."""
        with self._change:
            return self._change.wait_for(lambda: self._waiting is None and not self._busy, timeout)

    def close(self, timeout: float = 5.0) -> bool:
        """Write what is waiting and end the thread; false if the disk did not answer in time."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        had_failed = False
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting is not None or self._closed)
                profile, self._waiting = self._waiting, None
                if profile is None:
                    return
                self._busy = True
            try:
                self._store.save(profile)
            except StoreError as error:
                had_failed = True
                self._failed(error)
            else:
                if had_failed:
                    had_failed = False
                    self._failed(None)
            finally:
                with self._change:
                    self._busy = False
                    self._change.notify_all()
