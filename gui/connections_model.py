"""The live connections of one mapping as a table model, updated in place; it closes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from gui import wording
from gui.flat_model import ROOT, FlatModel, Index
from gui.natural import natural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.engine.snapshot import ConnectionNumbers


class ConnectionColumn(IntEnum):
    """The columns, in their order."""

    CLIENT = 0
    TARGET = 1
    PROTOCOL = 2
    AGE = 3
    UP = 4
    DOWN = 5
    RATE = 6
    STATE = 7


NUMBERS = (
    ConnectionColumn.AGE,
    ConnectionColumn.UP,
    ConnectionColumn.DOWN,
    ConnectionColumn.RATE,
)


@dataclass(slots=True)
class Line:
    """One connection, and its rate since the snapshot before."""

    numbers: ConnectionNumbers
    rate: float = 0.0


class ConnectionsModel(FlatModel):
    """Sorts by itself: 1,000 rows in Python are faster than asking it for each comparison."""

    columns = len(ConnectionColumn)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._taken = 0.0
        self._sort_column = -1
        self._descending = False

    # What a view asks.

    def lines(self) -> Sequence[Line]:
        """The connections."""
        return self._lines

    def title(self, column: int) -> str:
        """What a column is called."""
        return column_title(ConnectionColumn(column))

    def stands_right(self, column: int) -> bool:
        """Ages, amounts and rates."""
        return column in NUMBERS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(self._lines[index.row()], ConnectionColumn(index.column()))
        return self.alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def connection(self, row: int) -> ConnectionNumbers:
        """The connection in this row."""
        return self._lines[row].numbers

    # What flows in.

    def clear(self) -> None:
        """Show nothing: another mapping was chosen, or nobody looks."""
        self.beginResetModel()
        self._lines = []
        self._taken = 0.0
        self.endResetModel()

    def take(self, connections: Sequence[ConnectionNumbers], taken: float) -> None:
        """Become this list by removals, changes and inserts; selection and scrolling stay."""
        seconds, self._taken = taken - self._taken if self._taken else 0.0, taken
        coming = {one.connection_id: one for one in connections}
        self._remove_all_but(coming)
        for line in self._lines:
            now = coming.pop(line.numbers.connection_id)
            line.rate = _rate(line.numbers, now, seconds)
            line.numbers = now
        if self._lines:
            first, last = ConnectionColumn.TARGET, ConnectionColumn.STATE
            self.dataChanged.emit(self.index(0, first), self.index(len(self._lines) - 1, last))
        if coming:
            at = len(self._lines)
            self.beginInsertRows(ROOT, at, at + len(coming) - 1)
            self._lines += [Line(one, _rate(None, one, one.age)) for one in coming.values()]
            self.endInsertRows()
        self._put_in_order()

    def _remove_all_but(self, wanted: dict[int, ConnectionNumbers]) -> None:
        last = len(self._lines) - 1
        while last >= 0:
            if self._lines[last].numbers.connection_id in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._lines[first - 1].numbers.connection_id not in wanted:
                first -= 1
            self.beginRemoveRows(ROOT, first, last)
            del self._lines[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    # Order.

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, or by arrival for column -1, now and from now on."""
        self._sort_column = column
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._put_in_order()

    def _put_in_order(self) -> None:
        places = list(range(len(self._lines)))
        column = self._sort_column
        if column < 0:
            places.sort(key=lambda at: self._lines[at].numbers.connection_id)
        else:
            by = ConnectionColumn(column)
            places.sort(key=lambda at: _sort_value(self._lines[at], by), reverse=self._descending)
        if all(place == at for at, place in enumerate(places)):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        self._lines = [self._lines[place] for place in places]
        now_at = {place: at for at, place in enumerate(places)}
        after = [self.index(now_at[index.row()], index.column()) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


def column_title(column: ConnectionColumn) -> str:
    """The column's heading."""
    return {
        ConnectionColumn.CLIENT: QCoreApplication.translate("Connections", "Client"),
        ConnectionColumn.TARGET: QCoreApplication.translate("Connections", "Target"),
        ConnectionColumn.PROTOCOL: QCoreApplication.translate("Connections", "Protocol"),
        ConnectionColumn.AGE: QCoreApplication.translate("Connections", "Age"),
        ConnectionColumn.UP: QCoreApplication.translate("Connections", "Up"),
        ConnectionColumn.DOWN: QCoreApplication.translate("Connections", "Down"),
        ConnectionColumn.RATE: QCoreApplication.translate("Connections", "Rate"),
        ConnectionColumn.STATE: QCoreApplication.translate("Connections", "State"),
    }[column]


def state_words(state: str) -> str:
    """The state of a connection in the user's language."""
    words = {
        "connecting": QCoreApplication.translate("Connections", "Connecting"),
        "open": QCoreApplication.translate("Connections", "Open"),
        "client finished": QCoreApplication.translate("Connections", "Client finished"),
        "target finished": QCoreApplication.translate("Connections", "Target finished"),
    }
    return words.get(state, state)


def _text(line: Line, column: ConnectionColumn) -> str:
    numbers = line.numbers
    match column:
        case ConnectionColumn.CLIENT:
            return numbers.client
        case ConnectionColumn.TARGET:
            return numbers.target
        case ConnectionColumn.PROTOCOL:
            return wording.protocol_word(numbers.protocol)
        case ConnectionColumn.AGE:
            return wording.duration(numbers.age)
        case ConnectionColumn.UP:
            return wording.amount(numbers.bytes_up)
        case ConnectionColumn.DOWN:
            return wording.amount(numbers.bytes_down)
        case ConnectionColumn.RATE:
            return wording.rate(line.rate)
        case ConnectionColumn.STATE:
            return state_words(numbers.state)


def _sort_value(line: Line, column: ConnectionColumn) -> Any:
    numbers = line.numbers
    match column:
        case ConnectionColumn.CLIENT:
            return natural(numbers.client)
        case ConnectionColumn.TARGET:
            return natural(numbers.target)
        case ConnectionColumn.PROTOCOL:
            return numbers.protocol.value
        case ConnectionColumn.AGE:
            return numbers.age
        case ConnectionColumn.UP:
            return numbers.bytes_up
        case ConnectionColumn.DOWN:
            return numbers.bytes_down
        case ConnectionColumn.RATE:
            return line.rate
        case ConnectionColumn.STATE:
            return numbers.state


def _rate(before: ConnectionNumbers | None, now: ConnectionNumbers, seconds: float) -> float:
    """Bytes per second of both directions; of a new connection, since it came."""
    total = now.bytes_up + now.bytes_down
    if before is not None:
        total -= before.bytes_up + before.bytes_down
    return max(0, total) / seconds if seconds > 0 else 0.0
