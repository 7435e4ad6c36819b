"""The table's model: one row a mapping, updated in place; it changes nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from core.engine.snapshot import MappingNumbers
from core.engine.status import OFF, State
from gui import columns
from gui.columns import Column
from gui.row import Row, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.mapping import Mapping
    from core.engine.events import SnapshotTaken, StateChanged
    from core.engine.snapshot import Snapshot

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

ROW_ROLE = Qt.ItemDataRole.UserRole + 2
"""The `Row` itself."""


class MappingsModel(QAbstractTableModel):
    """Rows in the user's order. The list, the engine's states and its numbers flow in by slots."""

    toggle_wanted = Signal(str, bool)
    """The user flipped the switch of this mapping; whoever owns the list acts on it."""
    list_changed = Signal()
    """The list became another one: rows came, went, moved or were edited; told once a change."""
    cells_changed = Signal(object, bool)
    """These rows show something else now, a list of `Row`; false if it is numbers only."""
    summary_changed = Signal()
    """Rows changed; told once after a burst of changes, as adding up costs a walk over all rows."""
    _summary_due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._position: dict[str, int] = {}
        self._last_snapshot: Snapshot | None = None
        self._summary_is_due = False
        self._is_paused = False
        self._summary_due.connect(self._tell_summary, Qt.ConnectionType.QueuedConnection)

    # What a view asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        """Rows under the invisible root; cells have no children."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Columns under the invisible root."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell selects its row; the first also carries the switch."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = (
            Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )
        if index.column() == Column.ENABLED:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Column titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return columns.title(column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return columns.alignment(column)
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell's text, alignment, switch, tool tip, or its row object."""
        if not index.isValid():
            return None
        return cell_data(self._rows[index.row()], Column(index.column()), role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass a flip of the switch on to the list's owner; nothing else is edited in place."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != Column.ENABLED:
            return False
        self.toggle_wanted.emit(
            self._rows[index.row()].mapping.id, Qt.CheckState(value) is Qt.CheckState.Checked
        )
        return True

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
        running = (State.LISTENING, State.DEGRADED)
        troubled = (State.WAITING, State.DEGRADED, State.ERROR)
        return Summary(
            mappings=len(self._rows),
            listening=sum(row.status.state in running for row in self._rows),
            troubled=sum(row.status.state in troubled for row in self._rows),
            connections=sum(row.numbers.connections for row in self._rows),
            rate_up=sum(row.rate_up for row in self._rows),
            rate_down=sum(row.rate_down for row in self._rows),
        )

    # What flows in.

    @Slot(object)
    def set_mappings(self, mappings: tuple[Mapping, ...]) -> None:
        """Become this list by the fewest inserts, removals, moves and changes; never by a reset.

        A reset would lose the selection, the scroll position and a screen reader's place.
        """
        self._remove_all_but({mapping.id for mapping in mappings})
        changed: list[int] = []
        at = 0
        while at < len(mappings):
            mapping = mappings[at]
            if at < len(self._rows) and self._rows[at].mapping.id == mapping.id:
                if self._rows[at].mapping != mapping:
                    self._rows[at].mapping = mapping
                    changed.append(at)
                at += 1
            elif mapping.id in self._position:
                self._move(self._find(mapping.id, at), at)
            else:
                at = self._insert_run(mappings, at)
        self._number_rows()
        self._mark_paused()
        self._emit_changed(changed, words=True)
        self.list_changed.emit()
        self._summarize_soon()

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
        self._emit_changed([at], words=True)
        self._summarize_soon()

    @Slot(bool)
    def set_paused(self, paused: bool) -> None:
        """Show what is switched on as paused, or no longer so."""
        self._is_paused = paused
        self._mark_paused()
        self._emit_changed(range(len(self._rows)), words=True)
        self._summarize_soon()

    def _mark_paused(self) -> None:
        for row in self._rows:
            row.is_paused = self._is_paused and row.mapping.enabled

    @Slot()
    def all_off(self) -> None:
        """Show that nothing runs any more: the engine has ended."""
        for row in self._rows:
            row.status = OFF
            row.rate_up = row.rate_down = 0.0
        self._emit_changed(range(len(self._rows)), words=True)
        self._summarize_soon()

    @Slot(object)
    def set_numbers(self, event: SnapshotTaken) -> None:
        """Take over the counters; the rates come from the difference to the last snapshot."""
        snapshot, last = event.snapshot, self._last_snapshot
        self._last_snapshot = snapshot
        changed: list[int] = []
        for at, row in enumerate(self._rows):
            new = snapshot.mappings.get(row.mapping.id, MappingNumbers())
            up, down = _rates(row.mapping.id, last, snapshot)
            moved = row.traffic.note(up + down)
            if moved or (new, up, down) != (row.numbers, row.rate_up, row.rate_down):
                row.numbers, row.rate_up, row.rate_down = new, up, down
                changed.append(at)
        self._emit_changed(changed, words=False)
        self._summarize_soon()

    @Slot()
    def forget_last_snapshot(self) -> None:
        """Begin rates anew: after a pause they would be averages of the time nobody looked."""
        self._last_snapshot = None
        for row in self._rows:
            row.traffic.forget()

    # How.

    def _summarize_soon(self) -> None:
        if not self._summary_is_due:
            self._summary_is_due = True
            self._summary_due.emit()

    @Slot()
    def _tell_summary(self) -> None:
        self._summary_is_due = False
        self.summary_changed.emit()

    def _remove_all_but(self, wanted: set[str]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].mapping.id in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].mapping.id not in wanted:
                first -= 1
            self.beginRemoveRows(ROOT, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1
        self._number_rows()

    def _insert_run(self, mappings: Sequence[Mapping], at: int) -> int:
        """Insert all new neighbours at once; give the place after them."""
        end = at
        while end < len(mappings) and mappings[end].id not in self._position:
            end += 1
        self.beginInsertRows(ROOT, at, end - 1)
        self._rows[at:at] = [Row(mapping) for mapping in mappings[at:end]]
        self.endInsertRows()
        return end

    def _move(self, source: int, target: int) -> None:
        self.beginMoveRows(ROOT, source, source, ROOT, target)
        self._rows.insert(target, self._rows.pop(source))
        self.endMoveRows()

    def _find(self, mapping_id: str, start: int) -> int:
        return next(
            at for at in range(start, len(self._rows)) if self._rows[at].mapping.id == mapping_id
        )

    def _number_rows(self) -> None:
        self._position = {row.mapping.id: at for at, row in enumerate(self._rows)}

    def _emit_changed(self, changed: Iterable[int], *, words: bool) -> None:
        """Announce changed rows, as one range once they are more than half of all."""
        rows = list(changed)
        if not rows:
            return
        self.cells_changed.emit([self._rows[at] for at in rows], words)
        first = Column.ENABLED if words else Column.CONNECTIONS
        last = Column.COMMENT if words else Column.TRAFFIC
        if len(rows) > len(self._rows) // 2:
            self.dataChanged.emit(self.index(rows[0], first), self.index(rows[-1], last))
            return
        start = previous = rows[0]
        for at in [*rows[1:], None]:
            if at is not None and at == previous + 1:
                previous = at
                continue
            self.dataChanged.emit(self.index(start, first), self.index(previous, last))
            if at is not None:
                start = previous = at


def cell_data(row: Row, column: Column, role: int) -> Any:
    """One cell's text, alignment, switch, tool tip, or its row object."""
    if role == ROW_ROLE:
        return row
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return columns.text(row, column)
        case Qt.ItemDataRole.CheckStateRole:
            if column is not Column.ENABLED:
                return None
            on = row.mapping.enabled
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        case Qt.ItemDataRole.TextAlignmentRole:
            return columns.alignment(column)
        case Qt.ItemDataRole.ToolTipRole:
            return columns.tool_tip(row, column)
        case Qt.ItemDataRole.AccessibleTextRole:
            return columns.spoken(row, column)
        case _:
            return None


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
