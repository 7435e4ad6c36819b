"""What was logged since the start, kept in memory for the window: bounded, and told in batches."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.logs.files import LOGGER
from core.message import Message
from gui import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ENTRIES = 5_000
MOST_OF_A_MAPPING = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its text is put into words when somebody looks, in the language of then."""

    when: datetime
    level: int
    message: Message | str
    mapping_id: str = ""
    title: str = ""

    @property
    def text(self) -> str:
        """What happened, in the user's language where it is one of our sentences."""
        return wording.say(self.message) if isinstance(self.message, Message) else self.message


class LogKeeper(QObject):
    """Listens to Portway's logger until `stop`. Entries come from any thread."""

    added = Signal(object)
    """New entries, a tuple, the oldest first."""
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self._of_mapping: dict[str, deque[Entry]] = {}
        self._lock = threading.Lock()
        self._arriving: deque[Entry] = deque(maxlen=MOST_ENTRIES)  # guarded by _lock
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._tap = _Tap(self)
        LOGGER.addHandler(self._tap)

    def stop(self) -> None:
        """Listen no longer."""
        LOGGER.removeHandler(self._tap)

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries kept, the oldest first."""
        return self._entries

    def of_mapping(self, mapping_id: str) -> Sequence[Entry]:
        """The last entries on this mapping, the oldest first."""
        return self._of_mapping.get(mapping_id, ())

    def arrive(self, entry: Entry) -> None:
        """Take an entry, on whatever thread; tells once for as many as come in the meantime."""
        with self._lock:
            first = not self._arriving
            self._arriving.append(entry)
        if first:
            self._arrived.emit()

    @Slot()
    def _take(self) -> None:
        with self._lock:
            new = tuple(self._arriving)
            self._arriving.clear()
        for entry in new:
            self._entries.append(entry)
            if entry.mapping_id:
                kept = self._of_mapping.setdefault(
                    entry.mapping_id, deque(maxlen=MOST_OF_A_MAPPING)
                )
                kept.append(entry)
        if new:
            self.added.emit(new)


class _Tap(logging.Handler):
    def __init__(self, keeper: LogKeeper) -> None:
        super().__init__()
        self._keeper = keeper

    def emit(self, record: logging.LogRecord) -> None:
        """Make an entry of the record and hand it over."""
        text = record.msg if isinstance(record.msg, Message) else self.format(record)
        entry = Entry(
            datetime.fromtimestamp(record.created).astimezone(),
            record.levelno,
            text,
            getattr(record, "mapping_id", ""),
            getattr(record, "mapping_title", ""),
        )
        self._keeper.arrive(entry)
