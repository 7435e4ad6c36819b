"""Saving in the background, so that no front waits for a disk; the writing itself is KeptFile's."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from core.config.kept_file import ChangedOutsideError, KeptFile, StoreError
from core.message import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.kept_file import Outside

log = logging.getLogger("portway.saver")

Value = TypeVar("Value")

RETRY_SECONDS = 10.0
"""After a failure; a disk that was full or away is often back before the next change."""


class Saver(Generic[Value]):
    """A thread that saves the newest value handed to it; older ones waiting are skipped.

    What could not be saved stays waiting: it is tried again from time to time, and at the end.
    """

    def __init__(
        self,
        store: KeptFile[Value],
        failed: Callable[[StoreError | None], None],
        retry_after: float = RETRY_SECONDS,
        level: int = logging.INFO,
    ) -> None:
        """Prepare. `failed` is called on the saver's thread and must not raise.

        It gets an error, once for as long as it stays the same one (a `ChangedOutsideError` each
        time, as another one may be of another change), or None once saving works.
        Each save is logged at `level`. The thread starts with the first.
        """
        self._store = store
        self._failed = failed
        self._retry_after = retry_after
        self._level = level
        self._change = threading.Condition()
        self._waiting: Value | None = None  # guarded by _change
        self._accepted: Outside[Value] | None = None  # guarded by _change
        self._failing = ""  # guarded by _change: what went wrong with the one that waits
        self._busy = False  # guarded by _change
        self._closed = False  # guarded by _change
        self._outside = False  # of the saver's thread only, as the next one
        self._told = ""  # of the saver's thread only: the failure last reported
        self._thread = threading.Thread(target=self._run, name="portway-saver", daemon=True)
        self._started = False  # guarded by _change

    def save(self, value: Value, accepted: Outside[Value] | None = None) -> None:
        """Save this soon; returns at once. For `accepted` see `KeptFile.save`."""
        with self._change:
            self._waiting = value
            self._accepted = accepted or self._accepted
            self._failing = ""
            if not self._started:
                self._started = True
                self._thread.start()
            self._change.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until all is written, at most `timeout` seconds; false if it is not, or fails."""
        with self._change:
            self._change.wait_for(
                lambda: not self._busy and (self._waiting is None or bool(self._failing)), timeout
            )
            return self._waiting is None and not self._busy

    def close(self, timeout: float = 5.0) -> bool:
        """Write what is waiting and end the thread; false if it is not written in time."""
        with self._change:
            self._closed = True
            if not self._started:
                return True
            self._change.notify_all()
        self._thread.join(timeout)
        with self._change:
            return self._waiting is None and not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._change:
                if self._failing:
                    self._change.wait_for(lambda: self._closed or not self._failing,
                                          self._retry_after)  # fmt: skip
                self._change.wait_for(lambda: self._waiting is not None or self._closed)
                last = self._closed
                value, accepted = self._take()
                if value is None:
                    return
                self._busy = True
            failing = self._try(value, accepted)
            with self._change:
                self._busy = False
                if failing and self._waiting is None:
                    self._waiting = value
                    self._accepted = accepted
                    self._failing = failing
                else:
                    self._failing = ""
                self._change.notify_all()
            if last and failing:
                self._keep_apart(value)
                return

    def _keep_apart(self, value: Value) -> None:
        """At the end: another program's list is the file now, but ours must not be lost."""
        if not self._outside:
            return
        try:
            kept = self._store.keep_apart(value)
        except StoreError as error:
            log.error(error.message)
        else:
            text = "{file} was changed by another program; what was not saved yet is in {kept}."
            log.warning(message(text, file=self._store.path.name, kept=kept.name))

    def _take(self) -> tuple[Value | None, Outside[Value] | None]:
        taken = self._waiting, self._accepted
        self._waiting = self._accepted = None
        return taken

    def _try(self, value: Value, accepted: Outside[Value] | None) -> str:
        """Save, and tell the front when that changed from working to failing or back."""
        error: StoreError | None = None
        try:
            self._store.save(value, accepted)
        except StoreError as caught:
            error = caught
        else:
            log.log(self._level, message("Saved {file}.", file=self._store.path.name))
        self._outside = isinstance(error, ChangedOutsideError)
        failing = str(error or "")
        if failing != self._told or self._outside:
            self._told = failing
            if error is not None:
                log.log(logging.INFO if self._outside else logging.ERROR, error.message)
            self._failed(error)
        return failing
