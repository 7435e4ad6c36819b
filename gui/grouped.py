"""A tree of two levels, rows and groups of rows, as a view walks through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
)

from gui.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.groups import Group
    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class GroupedModel(QAbstractItemModel):
    """Rows without a group come first, then the groups.

    The internal id of an index is the number of the group it stands in, 0 at the top.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loose: list[Row] = []
        self._groups: list[Group] = []
        self._by_number: dict[int, Group] = {}
        self._place: dict[str, tuple[int, int]] = {}
        """Of each mapping that is there: its group's number, and its row there."""

    # What a view asks.

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        """The cell in this place below the parent."""
        if row < 0 or not 0 <= column < len(Column):
            return QModelIndex()
        if not parent.isValid():
            inside = row < len(self._loose) + len(self._groups)
            return self.createIndex(row, column, 0) if inside else QModelIndex()
        group = self.group_at(parent)
        if group is None or row >= len(group.rows):
            return QModelIndex()
        return self.createIndex(row, column, group.number)

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]
        """The group of a row, or nothing."""
        number = index.internalId() if index.isValid() else 0
        if not number:
            return QModelIndex()
        return self.group_index(self._by_number[number])

    def rowCount(self, parent: Index = ROOT) -> int:
        """Rows at the top, or of a group."""
        if not parent.isValid():
            return len(self._loose) + len(self._groups)
        group = self.group_at(parent) if parent.column() == 0 else None
        return len(group.rows) if group else 0

    def hasChildren(self, parent: Index = ROOT) -> bool:
        """Groups have, also in the moment in which they are still empty."""
        if not parent.isValid():
            return bool(self._loose or self._groups)
        return self.rowCount(parent) > 0

    def columnCount(self, _parent: Index = ROOT) -> int:
        """The same everywhere."""
        return len(Column)

    # In the words of the rest of the front.

    @property
    def groups(self) -> Sequence[Group]:
        """The groups, from top to bottom."""
        return self._groups

    def count(self) -> int:
        """How many mappings are there, folded ones too."""
        return len(self._place)

    def first_row(self) -> Row | None:
        """The row on top, of whatever group."""
        parts = (self._loose, *(group.rows for group in self._groups))
        return next((rows[0] for rows in parts if rows), None)

    def group_at(self, index: Index) -> Group | None:
        """The group whose own row this is."""
        if not index.isValid() or index.internalId():
            return None
        at = index.row() - len(self._loose)
        return self._groups[at] if 0 <= at < len(self._groups) else None

    def group_index(self, group: Group) -> QModelIndex:
        """Where the group's own row is."""
        return self.createIndex(len(self._loose) + self._groups.index(group), 0, 0)

    def row_at(self, index: Index) -> Row | None:
        """The row object here; None for a group."""
        if not index.isValid():
            return None
        number = index.internalId()
        rows = self._by_number[number].rows if number else self._loose
        return rows[index.row()] if index.row() < len(rows) else None

    def index_of(self, mapping_id: str, column: Column = Column.NAME) -> QModelIndex:
        """Where a mapping is shown; invalid if it is not."""
        place = self._place.get(mapping_id)
        return self.createIndex(place[1], column, place[0]) if place else QModelIndex()

    def rows_under(self, indexes: Iterable[Index]) -> list[Row]:
        """The rows meant by these cells, in the order shown; a group means all of its rows."""
        found: dict[str, Row] = {}
        for index in indexes:
            group = self.group_at(index)
            row = self.row_at(index) if group is None else None
            for one in group.rows if group else [row] if row else []:
                found[one.mapping.id] = one
        order = {0: -1, **{group.number: at for at, group in enumerate(self._groups)}}

        def place(row: Row) -> tuple[int, int]:
            number, at = self._place[row.mapping.id]
            return order[number], at

        return sorted(found.values(), key=place)

    def tell_changed(
        self, rows: Iterable[Row], first: Column, last: Column, *, with_groups: bool
    ) -> None:
        """Say that these show something else now: neighbours as one, and most of them as all."""
        by_parent: dict[int, list[int]] = {}
        for row in rows:
            place = self._place.get(row.mapping.id)
            if place:
                by_parent.setdefault(place[0], []).append(place[1])
        for number, places in by_parent.items():
            siblings = self._by_number[number].rows if number else self._loose
            places.sort()
            most = len(places) > len(siblings) // 2
            for start, end in [(places[0], places[-1])] if most else runs(places):
                self.dataChanged.emit(
                    self.createIndex(start, first, number), self.createIndex(end, last, number)
                )
            if number and with_groups:
                self._tell_head(self._by_number[number])

    def _tell_head(self, group: Group) -> None:
        head = self.group_index(group)
        self.dataChanged.emit(head, head.siblingAtColumn(len(Column) - 1))


def runs(places: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Neighbours taken together: the first and the last place of each run."""
    start = previous = None
    for at in places:
        if previous is None or start is None:
            start = at
        elif at != previous + 1:
            yield start, previous
            start = at
        previous = at
    if start is not None and previous is not None:
        yield start, previous
