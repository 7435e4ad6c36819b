"""The last troubles of the mappings, for the tray: each once, the newest first, never many."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.log_keeper import Entry

MOST = 8


class RecentErrors(QObject):
    """Picks from the log what went wrong with a mapping."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    @property
    def entries(self) -> Sequence[Entry]:
        """The newest first."""
        return self._entries

    @Slot(object)
    def take(self, new: Sequence[Entry]) -> None:
        """Look at new entries of the log, the oldest first."""
        errors = [one for one in new if one.level >= logging.WARNING and one.mapping_id]
        if not errors:
            return
        for entry in errors:
            same = [one for one in self._entries if _matter(one) == _matter(entry)]
            for one in same:
                self._entries.remove(one)
            self._entries.insert(0, entry)
        del self._entries[MOST:]
        self.changed.emit()


def _matter(entry: Entry) -> tuple[str, str]:
    return entry.mapping_id, entry.text
