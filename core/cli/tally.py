"""What a headless Portway carries, added to the totals of the profile; saves them now and then."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from core.config.kept_file import StoreError
from core.config.totals import Counting, TotalsFile
from core.engine.commands import TakeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from core.engine.commands import Command
    from core.engine.snapshot import Snapshot
    from core.message import Message

log = logging.getLogger("portway.totals")

SAVE_SECONDS = 600.0
"""What a crash may cost the totals."""


class Tally:
    """Counts for one profile. Saving waits for the disk, but nothing waits for it here."""

    def __init__(self, folder: Path, ids: Collection[str]) -> None:
        """Read what was carried before. `ids` are of all mappings in the list: others are gone."""
        self._file = TotalsFile(folder)
        found = self._file.read()
        self.notices: Sequence[Message] = found.notices
        self._counting = Counting(found.value)
        self._ids = ids
        self._next = time.monotonic() + SAVE_SECONDS
        self._save_with_next = False

    def know(self, ids: Collection[str]) -> None:
        """These are all mappings now."""
        self._ids = ids

    def seconds_left(self) -> float:
        """Until numbers are wanted again."""
        return max(0.0, self._next - time.monotonic())

    def ask(self, submit: Callable[[Command], None]) -> None:
        """Have numbers told, to be saved when they come."""
        self._next = time.monotonic() + SAVE_SECONDS
        self._save_with_next = True
        submit(TakeSnapshot())

    def take(self, snapshot: Snapshot) -> None:
        """Take over the engine's counters."""
        self._counting.take(snapshot)
        if self._save_with_next:
            self._save_with_next = False
            self.save()

    def save(self) -> None:
        """Save the totals if anything is new."""
        if not self._counting.changed:
            return
        try:
            self._file.save(self._counting.totals(self._ids))
        except StoreError as error:
            log.error(error.message)  # tried again with later numbers
        else:
            self._counting.changed = False
