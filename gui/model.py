"""All that is known of the mappings, row by row: the list, the states, the numbers; no Qt view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.engine.snapshot import MappingNumbers
from core.engine.status import OFF, State
from gui.row import RUNNING, TROUBLED, Row, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping
    from core.engine.events import SnapshotTaken, StateChanged
    from core.engine.snapshot import Snapshot


class MappingsModel(QObject):
    """Rows in the user's order. The list, the engine's states and its numbers flow in by slots."""

    list_changed = Signal()
    """The list became another one: rows came, went, moved or were edited; told once a change."""
    cells_changed = Signal(object, bool)
    """These rows say something else now, a list of `Row`; false if it is numbers only."""
    summary_changed = Signal()
    """Rows changed; told once after a burst of changes, as adding up costs a walk over all rows."""
    _summary_due = Signal()
    _states_due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._position: dict[str, int] = {}
        self._last_snapshot: Snapshot | None = None
        self._summary_is_due = False
        self._is_paused = False
        self._summary_due.connect(self._tell_summary, Qt.ConnectionType.QueuedConnection)
        self._stated: dict[str, Row] = {}
        """Whose state came since it was told last, by the ids of the mappings."""
        self._states_due.connect(self._tell_states, Qt.ConnectionType.QueuedConnection)

    # What the rest of the front asks.

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, in the user's order."""
        return self._rows

    def row_of(self, mapping_id: str) -> int | None:
        """Where this mapping stands, or None if it is gone."""
        return self._position.get(mapping_id)

    def summary(self) -> Summary:
        """Count and add up all rows."""
        return Summary(
            mappings=len(self._rows),
            listening=sum(row.status.state in RUNNING for row in self._rows),
            troubled=sum(row.status.state in TROUBLED for row in self._rows),
            connections=sum(row.numbers.connections for row in self._rows),
            rate_up=sum(row.rate_up for row in self._rows),
            rate_down=sum(row.rate_down for row in self._rows),
        )

    # What flows in.

    @Slot(object)
    def set_mappings(self, mappings: tuple[Mapping, ...]) -> None:
        """Become this list; what is known of a mapping stays with it, wherever it stands now."""
        known = {row.mapping.id: row for row in self._rows}
        rows: list[Row] = []
        edited: list[Row] = []
        for mapping in mappings:
            row = known.get(mapping.id)
            if row is None:
                row = Row(mapping)
            elif row.mapping != mapping:
                row.mapping = mapping
                edited.append(row)
            rows.append(row)
        self._rows = rows
        self._position = {row.mapping.id: at for at, row in enumerate(rows)}
        self._mark_paused()
        self._tell_changed(edited, words=True)
        self.list_changed.emit()

    @Slot(object)
    def set_state(self, event: StateChanged) -> None:
        """Show what the engine says about one mapping."""
        at = self._position.get(event.mapping_id)
        if at is None:  # deleted while the event was on its way
            return
        row = self._rows[at]
        row.status = event.status
        if event.status.state is State.OFF:
            row.rate_up = row.rate_down = 0.0
        # Told after a burst, once: a view goes through its rows each time.
        if not self._stated:
            self._states_due.emit()
        self._stated[event.mapping_id] = row

    @Slot()
    def _tell_states(self) -> None:
        rows = [row for one, row in self._stated.items() if one in self._position]
        self._stated.clear()
        self._tell_changed(rows, words=True)

    @Slot(bool)
    def set_paused(self, paused: bool) -> None:
        """Show what is switched on as paused, or no longer so."""
        self._is_paused = paused
        self._mark_paused()
        self._tell_changed(self._rows, words=True)

    def _mark_paused(self) -> None:
        for row in self._rows:
            row.is_paused = self._is_paused and row.mapping.enabled

    @Slot()
    def all_off(self) -> None:
        """Show that nothing runs any more: the engine has ended."""
        for row in self._rows:
            row.status = OFF
            row.rate_up = row.rate_down = 0.0
        self._tell_changed(list(self._rows), words=True)

    @Slot(object)
    def set_numbers(self, event: SnapshotTaken) -> None:
        """Take over the counters; the rates come from the difference to the last snapshot."""
        snapshot, last = event.snapshot, self._last_snapshot
        self._last_snapshot = snapshot
        changed: list[Row] = []
        for row in self._rows:
            new = snapshot.mappings.get(row.mapping.id, MappingNumbers())
            up, down = _rates(row.mapping.id, last, snapshot)
            moved = row.traffic.note(up + down)
            if moved or (new, up, down) != (row.numbers, row.rate_up, row.rate_down):
                row.numbers, row.rate_up, row.rate_down = new, up, down
                changed.append(row)
        self._tell_changed(changed, words=False)

    @Slot()
    def forget_last_snapshot(self) -> None:
        """Begin rates anew: after a pause they would be averages of the time nobody looked."""
        self._last_snapshot = None
        for row in self._rows:
            row.traffic.forget()

    # Telling.

    def _tell_changed(self, rows: list[Row], *, words: bool) -> None:
        if rows:
            self.cells_changed.emit(rows, words)
        if not self._summary_is_due:
            self._summary_is_due = True
            self._summary_due.emit()

    @Slot()
    def _tell_summary(self) -> None:
        self._summary_is_due = False
        self.summary_changed.emit()


def _rates(mapping_id: str, last: Snapshot | None, now: Snapshot) -> tuple[float, float]:
    """Bytes per second up and down between two snapshots; 0 without a first one."""
    if last is None or now.taken <= last.taken:
        return 0.0, 0.0
    before, after = last.mappings.get(mapping_id), now.mappings.get(mapping_id)
    if before is None or after is None:
        return 0.0, 0.0
    seconds = now.taken - last.taken
    # A mapping that was restarted may count from zero again; no rate is better than a wrong one.
    up = max(0, after.bytes_up - before.bytes_up) / seconds
    down = max(0, after.bytes_down - before.bytes_down) / seconds
    return up, down
