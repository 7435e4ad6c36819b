"""What is kept of all that happens while Portway runs: history, totals and the log; no widgets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.config.paths import DESKTOP_LOG, LOG_FOLDER
from core.config.saver import Saver
from core.config.totals import Counting, TotalsFile
from core.engine.commands import TakeSnapshot
from core.logs.files import LogFiles
from core.logs.journal import Journal
from gui.history import History, Span
from gui.log_keeper import LogKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.config.mapping import Mapping
    from core.config.settings import LogLevel
    from core.config.store import StoreError
    from core.engine.commands import Command
    from core.engine.events import Event, SnapshotTaken
    from core.message import Message

log = logging.getLogger("portway.gui")

SAVE_EVERY_MS = 10 * 60 * 1000
"""What a crash may cost the totals."""
ASK_EVERY_MS = Span.HOUR.value * 1000
"""So the graph of the last hour is true although nobody looked; hidden, it is what wakes the
program."""


class Records(QObject):
    """Gets every event of the engine; views read from it and are told by `updated`."""

    updated = Signal(object)
    """A `Snapshot` was booked."""

    def __init__(
        self,
        folder: Path,
        level: LogLevel,
        submit: Callable[[Command], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._submit = submit
        self._save_with_next = False
        self._asked_lately = False
        self._ids: set[str] = set()
        self.files = LogFiles(folder / LOG_FOLDER / DESKTOP_LOG, level)
        self.log = LogKeeper(self)
        self.journal = Journal()
        self.history = History()
        totals = TotalsFile(folder)
        found = totals.read()
        self.notices: Sequence[Message] = found.notices
        """What the user must be told about how the totals were found."""
        self.counting = Counting(found.value)
        self._saver = Saver(totals, _saving_failed, level=logging.DEBUG)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(SAVE_EVERY_MS)
        self._timer.timeout.connect(self.save_soon)
        self._minutes = QTimer(self)
        self._minutes.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._minutes.setInterval(ASK_EVERY_MS)
        self._minutes.timeout.connect(self._ask)

    @property
    def folder(self) -> Path:
        """Where the log files are."""
        return self.files.folder

    def begin(self) -> None:
        """Portway starts."""
        self.journal.begin()
        self._timer.start()
        self._minutes.start()

    @Slot(object)
    def know(self, mappings: tuple[Mapping, ...]) -> None:
        """These are the mappings now."""
        self.journal.know(mappings)
        self._ids = {mapping.id for mapping in mappings}

    @Slot(object)
    def report(self, event: Event) -> None:
        """Enter an event in the log."""
        self.journal.report(event)

    @Slot(object)
    def take(self, event: SnapshotTaken) -> None:
        """Book the engine's numbers."""
        self._asked_lately = self.history.take(event.snapshot)
        self.counting.take(event.snapshot)
        if self._save_with_next:
            self._save_with_next = False
            self.save()
        self.updated.emit(event.snapshot)

    @Slot()
    def save_soon(self) -> None:
        """Save the totals, with numbers of now: hidden, nobody else asks for them."""
        self._save_with_next = True
        self._submit(TakeSnapshot())

    @Slot()
    def _ask(self) -> None:
        """Have the history go on; while somebody looks, it does by itself."""
        if not self._asked_lately:
            self._submit(TakeSnapshot())
        self._asked_lately = False

    def save(self) -> None:
        """Save the totals if there is anything new."""
        if self.counting.changed:
            self.counting.changed = False
            self._saver.save(self.counting.totals(self._ids))

    def flush(self, timeout: float) -> bool:
        """Wait until the totals are saved; false if they are not."""
        return self._saver.flush(timeout)

    def end(self, timeout: float) -> None:
        """Save the totals, close the log; the engine has said its last word."""
        self._timer.stop()
        self._minutes.stop()
        self.save()
        if not self._saver.close(timeout):
            log.error("The totals could not be saved in time: the disk does not answer.")
        self.journal.end()
        self.log.stop()
        self.files.close(timeout)


def _saving_failed(_error: StoreError | None) -> None:
    """The saver has logged it; a number that is lost is nothing to trouble a person with."""
