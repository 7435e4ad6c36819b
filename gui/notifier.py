"""Tells of mappings that fail while nobody looks at the window; one message for many of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.engine.status import State
from gui import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.events import StateChanged
    from core.engine.status import Status
    from gui.model import MappingsModel

GATHER_MS = 1500
"""What fails together (a cable, a sleep) is told together."""
SILENCE_SECONDS = 600.0
"""A mapping that fails again and again is told of once in this time."""

FAILED = (State.WAITING, State.DEGRADED, State.ERROR)


class Notifier(QObject):
    """Gathers for a moment, then emits `message` with a title and a text."""

    message = Signal(str, str)

    def __init__(
        self,
        model: MappingsModel,
        is_wanted: Callable[[], bool],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._is_wanted = is_wanted
        self._clock = clock
        self._told: dict[str, float] = {}
        self._failed: dict[str, Status] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self._tell)

    def stop(self) -> None:
        """Tell nothing more."""
        self._timer.stop()

    @Slot(object)
    def take(self, event: StateChanged) -> None:
        """Remember a mapping that fails, forget one that works again."""
        mapping_id, status = event.mapping_id, event.status
        if status.state not in FAILED:
            self._failed.pop(mapping_id, None)
        elif self._is_wanted() and not self._told_lately(mapping_id):
            self._failed[mapping_id] = status
            self._timer.start()

    def _told_lately(self, mapping_id: str) -> bool:
        told = self._told.get(mapping_id)
        return told is not None and self._clock() - told < SILENCE_SECONDS

    @Slot()
    def _tell(self) -> None:
        failed, self._failed = self._failed, {}
        rows = {row.mapping.id: row for row in self._model.rows}
        failed = {one: status for one, status in failed.items() if one in rows}
        if not failed or not self._is_wanted():
            return
        for mapping_id in failed:
            self._told[mapping_id] = self._clock()
        if len(failed) == 1:
            ((mapping_id, status),) = failed.items()
            title = self.tr("{name}: {state}").format(
                name=rows[mapping_id].mapping.title, state=wording.state_word(status.state)
            )
            text = wording.say(status.trouble.reason) if status.trouble is not None else ""
        else:
            title = self.tr("%n mappings do not work", "two or more", len(failed))
            text = "\n".join(rows[one].mapping.title for one in failed)
        self.message.emit(title, text)
