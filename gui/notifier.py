"""Tells of mappings that fail or recover while nobody looks; few messages for many of them."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.engine.status import State, TroubleKind
from gui import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.events import StateChanged
    from core.engine.status import Status
    from gui.model import MappingsModel

GATHER_SECONDS = 1.5
"""What fails together (a cable) is told together."""
BETWEEN_SECONDS = 15.0
"""The least time from one round of messages to the next; what happens meanwhile is gathered."""
SILENCE_SECONDS = 600.0
"""A mapping that fails again and again is told of once in this time."""
WAKING_SECONDS = 20.0
"""After a sleep or a change of the network much fails for a moment: only what lasts is told."""
MOST_NAMES = 5
"""In one message; more would be cut off by the desktop."""

FAILED = (State.WAITING, State.DEGRADED, State.ERROR)


class Kind(StrEnum):
    """What can be told; each is a setting."""

    FAILED = "failed"
    PORT_TAKEN = "port taken"
    RECOVERED = "recovered"


class Notifier(QObject):
    """Gathers for a moment, then emits `message`."""

    message = Signal(str, str, object)
    """A title, a text, and the ids of the mappings it is about, a list."""

    def __init__(
        self,
        model: MappingsModel,
        is_wanted: Callable[[Kind], bool],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._is_wanted = is_wanted
        self._clock = clock
        self._told: dict[str, float] = {}
        """When each mapping's failure was told last."""
        self._awaited: set[str] = set()
        """Told to have failed and not yet to work again."""
        self._failed: dict[str, Status] = {}
        self._recovered: dict[str, None] = {}
        self._due = 0.0
        self._not_before = 0.0
        self._doubted_until = -BETWEEN_SECONDS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def stop(self) -> None:
        """Tell nothing more."""
        self._timer.stop()
        self._failed.clear()
        self._recovered.clear()

    @Slot(object)
    def take(self, event: StateChanged) -> None:
        """Remember a mapping that fails, or one that works again after it was told to fail."""
        mapping_id, status = event.mapping_id, event.status
        if status.state in FAILED:
            self._recovered.pop(mapping_id, None)
            if self._is_wanted(_kind(status)) and not self._told_lately(mapping_id):
                self._failed[mapping_id] = status
                self._gather()
            return
        if status.state is State.OFF:
            self._awaited.discard(mapping_id)
        if status.state is not State.STARTING:
            self._failed.pop(mapping_id, None)
        if status.state is State.LISTENING and mapping_id in self._awaited:
            # What the engine gave up to believe on a new network is no proof that it works.
            if self._clock() < self._doubted_until:
                self._awaited.discard(mapping_id)
            else:
                self._recovered[mapping_id] = None
                self._gather()

    @Slot()
    def wait_and_see(self) -> None:
        """Much may fail now for a moment: tell only what still does after it."""
        if self._clock() < self._doubted_until + BETWEEN_SECONDS:
            return  # a network that changes all the time must not silence us for good
        self._doubted_until = self._clock() + WAKING_SECONDS
        self._not_before = max(self._not_before, self._doubted_until)
        if self._timer.isActive():
            self._gather()

    @Slot()
    def look(self) -> None:
        """Tell what is to be told by now."""
        if self._clock() >= self._due:
            self._tell()
        else:
            self._wait()

    def _gather(self) -> None:
        self._due = max(self._clock() + GATHER_SECONDS, self._not_before)
        self._wait()

    def _wait(self) -> None:
        self._timer.start(max(1, int((self._due - self._clock()) * 1000)))

    def _told_lately(self, mapping_id: str) -> bool:
        told = self._told.get(mapping_id)
        return told is not None and self._clock() - told < SILENCE_SECONDS

    def _tell(self) -> None:
        failed, self._failed = self._failed, {}
        recovered, self._recovered = self._recovered, {}
        here = {row.mapping.id for row in self._model.rows}
        lasting = {
            one: status
            for one, status in failed.items()
            if one in here and self._is_wanted(_kind(status))
        }
        again = [one for one in recovered if one in here]
        self._awaited -= set(again)
        if not self._is_wanted(Kind.RECOVERED):
            again = []
        if lasting:
            now = self._clock()
            self._told.update(dict.fromkeys(lasting, now))
            self._awaited.update(lasting)
            self._tell_failed(lasting)
        if again:
            self._tell_recovered(again)
        if lasting or again:
            self._not_before = self._clock() + BETWEEN_SECONDS

    def _tell_failed(self, failed: dict[str, Status]) -> None:
        if len(failed) > 1:
            title = self.tr("%n mappings do not work", "two or more", len(failed))
            self.message.emit(title, self._names(list(failed)), list(failed))
            return
        ((mapping_id, status),) = failed.items()
        title = self.tr("{name}: {state}").format(
            name=self._title(mapping_id), state=wording.state_word(status.state)
        )
        text = wording.say(status.trouble.reason) if status.trouble is not None else ""
        self.message.emit(title, text, [mapping_id])

    def _tell_recovered(self, ids: list[str]) -> None:
        if len(ids) > 1:
            title = self.tr("%n mappings work again", "two or more", len(ids))
            self.message.emit(title, self._names(ids), ids)
            return
        title = self.tr("{name} works again").format(name=self._title(ids[0]))
        self.message.emit(title, "", ids)

    def _names(self, ids: list[str]) -> str:
        names = [self._title(one) for one in ids[:MOST_NAMES]]
        if len(ids) > MOST_NAMES:
            names.append("…")
        return "\n".join(names)

    def _title(self, mapping_id: str) -> str:
        at = self._model.row_of(mapping_id)
        return self._model.rows[at].mapping.title if at is not None else ""


def _kind(status: Status) -> Kind:
    trouble = status.trouble
    taken = trouble is not None and trouble.kind is TroubleKind.PORT_IN_USE
    return Kind.PORT_TAKEN if taken else Kind.FAILED
