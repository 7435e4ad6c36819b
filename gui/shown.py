"""The rows as the list shows them: found, sorted, under their groups; it changes no mapping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from gui import columns
from gui.columns import Column
from gui.groups import Group
from gui.model import ROW_ROLE, cell_data
from gui.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gui.model import MappingsModel
    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
MANUAL = -1
"""Sorted by no column: the user's own order."""

GROUP_ROLE = ROW_ROLE + 1
"""The `Group` of a group's row, None for others."""
DRAG_TYPE = "application/x-portway-rows"


@dataclass(slots=True)
class _Node:
    """The rows below one parent: those without a group (number 0), or those of a group."""

    number: int
    rows: list[Row] = field(default_factory=list)


class ShownModel(QAbstractItemModel):
    """A tree of two levels over `MappingsModel`: rows without a group first, then the groups.

    The internal id of an index is the number of the group it stands in, 0 at the top. Every change
    is made in place, so that the selection, the place of the keyboard and what is folded survive.
    """

    toggle_wanted = Signal(object, bool)
    """The user flipped a switch: the ids of the mappings meant."""
    rename_wanted = Signal(str, str)
    """The user gave the group of the first name the second."""
    renamed = Signal(str, str)
    """A group has another name now; it is the same group still."""
    arranged = Signal()
    """Rows or groups came, went or moved."""

    def __init__(self, model: MappingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = model
        self._search = Search()
        self._column = MANUAL
        self._reverse = False
        self._loose: list[Row] = []
        self._groups: list[Group] = []
        self._by_number: dict[int, Group] = {}
        self._last_number = 0
        self._place: dict[str, tuple[int, int]] = {}
        """Of each shown mapping: its group's number, and its row there."""
        self._arrange_is_due = False
        self._due.connect(self._arrange_if_due, Qt.ConnectionType.QueuedConnection)
        model.list_changed.connect(self.arrange)
        model.cells_changed.connect(self._on_cells_changed)
        self.arrange()

    _due = Signal()

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

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged, between rows and into groups; groups can be renamed."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = (
            Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled
        )
        if self.group_at(index) is None:
            flags |= Qt.ItemFlag.ItemNeverHasChildren
        else:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
            if index.column() == Column.NAME:
                flags |= Qt.ItemFlag.ItemIsEditable
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
        return self.source.headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the cell of a row says, or that of a group."""
        if not index.isValid():
            return None
        group = self.group_at(index)
        if group is not None:
            return group if role == GROUP_ROLE else group.cell_data(Column(index.column()), role)
        row = self.row_at(index)
        return None if row is None else cell_data(row, Column(index.column()), role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass on what the user wants: a flipped switch, another name for a group."""
        group = self.group_at(index)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == Column.ENABLED:
            on = Qt.CheckState(value) is Qt.CheckState.Checked
            self.toggle_wanted.emit({row.mapping.id for row in self.rows_under([index])}, on)
            return True
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or group is None or not name or name == group.name:
            return False
        self.rename_wanted.emit(group.name, name)
        return True

    # In the words of the rest of the front.

    @property
    def groups(self) -> Sequence[Group]:
        """The groups on show, from top to bottom."""
        return self._groups

    @property
    def is_sorted(self) -> bool:
        """Whether a column orders the rows; the user's own order is out of sight then."""
        return self._column != MANUAL

    @property
    def searching(self) -> bool:
        """Whether the search may hide rows."""
        return bool(self._search.words)

    def count(self) -> int:
        """How many mappings are shown, folded ones too."""
        return len(self._place)

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

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Ours alone: rows are dragged inside the list."""
        return [DRAG_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The view knows what it drags; the data only says that it is ours."""
        data = QMimeData()
        data.setData(DRAG_TYPE, b"1" if indexes else b"")
        return data

    # What changes the arrangement.

    @Slot(str)
    def search(self, text: str) -> None:
        """Show only rows with all these words; an empty text shows all."""
        self._search = Search(text)
        self.arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows of each group by a column, or by nothing but the user's wish."""
        self._column, self._reverse = column, order is Qt.SortOrder.DescendingOrder
        self.arrange()

    @Slot(object, bool)
    def _on_cells_changed(self, rows: list[Row], words: bool) -> None:
        """Repaint these; look soon whether they must go elsewhere."""
        by_parent: dict[int, list[int]] = {}
        for row in rows:
            place = self._place.get(row.mapping.id)
            if place:
                by_parent.setdefault(place[0], []).append(place[1])
        first = Column.ENABLED if words else Column.CONNECTIONS
        last = Column.COMMENT if words else Column.TRAFFIC
        for number, places in by_parent.items():
            for start, end in _runs(sorted(places)):
                self.dataChanged.emit(
                    self.createIndex(start, first, number), self.createIndex(end, last, number)
                )
            if number and words:
                head = self.group_index(self._by_number[number])
                self.dataChanged.emit(head, head.siblingAtColumn(len(Column) - 1))
        sorted_by_numbers = self._column in (*columns.NUMBER_COLUMNS, Column.TRAFFIC)
        if (words and (self._search.words or self.is_sorted)) or sorted_by_numbers:
            self._arrange_soon()

    def _arrange_soon(self) -> None:
        """After a burst of changes, once."""
        if not self._arrange_is_due:
            self._arrange_is_due = True
            self._due.emit()

    @Slot()
    def _arrange_if_due(self) -> None:
        if self._arrange_is_due:
            self.arrange()

    @Slot()
    def arrange(self) -> None:
        """Become what is to be shown now by removing, moving and inserting rows."""
        self._arrange_is_due = False
        wanted = self._wanted()
        self._rename_groups(wanted)
        self._remove_rows_but({id(row) for rows in wanted.values() for row in rows})
        self._add_groups(wanted)
        self._move_rows(wanted)
        self._insert_rows(wanted)
        self._remove_groups_but(wanted)
        self._note_places()
        self.arranged.emit()

    def _wanted(self) -> dict[str, list[Row]]:
        """The rows to show by group, in order; the first are those without one."""
        wanted: dict[str, list[Row]] = {"": []}
        finds = self._search.finds if self._search.words else None
        for row in self.source.rows:
            if finds is None or finds(row):
                wanted.setdefault(row.mapping.group, []).append(row)
        if self.is_sorted:
            column = Column(self._column)
            key: Callable[[Row], Any] = lambda row: columns.sort_value(row, column)  # noqa: E731
            for rows in wanted.values():
                rows.sort(key=key, reverse=self._reverse)
        return wanted

    def _nodes(self) -> list[_Node]:
        return [_Node(0, self._loose), *(_Node(group.number, group.rows) for group in self._groups)]

    def _parent_of(self, node: _Node) -> QModelIndex:
        return self.group_index(self._by_number[node.number]) if node.number else ROOT

    def _remove_rows_but(self, wanted: set[int]) -> None:
        for node in self._nodes():
            places = [at for at, row in enumerate(node.rows) if id(row) not in wanted]
            for start, end in reversed(list(_runs(places))):
                self.beginRemoveRows(self._parent_of(node), start, end)
                del node.rows[start : end + 1]
                self.endRemoveRows()

    def _rename_groups(self, wanted: dict[str, list[Row]]) -> None:
        """Take a group with the rows of one that is gone for that one under a new name."""
        known = {group.name for group in self._groups}
        gone = {frozenset(map(id, group.rows)): group for group in self._groups
                if group.name not in wanted}  # fmt: skip
        for name in [name for name in wanted if name and name not in known]:
            group = gone.pop(frozenset(map(id, wanted[name])), None)
            if group is not None:
                old, group.name = group.name, name
                self.renamed.emit(old, name)
                head = self.group_index(group)
                self.dataChanged.emit(head, head.siblingAtColumn(len(Column) - 1))

    def _add_groups(self, wanted: dict[str, list[Row]]) -> None:
        known = {group.name for group in self._groups}
        new = [name for name in wanted if name and name not in known]
        if not new:
            return
        at = len(self._loose) + len(self._groups)
        self.beginInsertRows(ROOT, at, at + len(new) - 1)
        for name in new:
            self._last_number += 1
            self._groups.append(Group(name, self._last_number))
            self._by_number[self._last_number] = self._groups[-1]
        self.endInsertRows()

    def _move_rows(self, wanted: dict[str, list[Row]]) -> None:
        """Bring what is shown already into its order, at once, whatever group it comes from."""
        shown = {id(row) for node in self._nodes() for row in node.rows}
        goal = {name: [row for row in rows if id(row) in shown] for name, rows in wanted.items()}
        order = {name: at for at, name in enumerate(wanted)}
        groups = sorted(self._groups, key=lambda group: order.get(group.name, len(order)))
        now = {group.name: group.rows for group in self._groups} | {"": self._loose}
        if groups == self._groups and all(goal.get(name, []) == rows for name, rows in now.items()):
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        meant = [self.group_at(index) or self.row_at(index) for index in old]
        self._loose = goal.pop("")
        self._groups = groups
        for group in groups:
            group.rows = goal.get(group.name, [])
        self._note_places()
        self.changePersistentIndexList(
            old, [self._now_at(one, index.column()) for one, index in zip(meant, old, strict=True)]
        )
        self.layoutChanged.emit()

    def _now_at(self, what: Group | Row | None, column: int) -> QModelIndex:
        if isinstance(what, Group):
            return self.group_index(what).siblingAtColumn(column)
        return self.index_of(what.mapping.id, Column(column)) if what else QModelIndex()

    def _insert_rows(self, wanted: dict[str, list[Row]]) -> None:
        names = {group.number: group.name for group in self._groups}
        for node in self._nodes():
            rows = wanted.get(names.get(node.number, ""), [])
            if len(rows) == len(node.rows):
                continue
            shown = {id(row) for row in node.rows}
            places = [at for at, row in enumerate(rows) if id(row) not in shown]
            for start, end in _runs(places):
                self.beginInsertRows(self._parent_of(node), start, end)
                node.rows[start:start] = rows[start : end + 1]
                self.endInsertRows()

    def _remove_groups_but(self, wanted: dict[str, list[Row]]) -> None:
        for at in reversed(range(len(self._groups))):
            if self._groups[at].name not in wanted:
                place = len(self._loose) + at
                self.beginRemoveRows(ROOT, place, place)
                del self._by_number[self._groups.pop(at).number]
                self.endRemoveRows()

    def _note_places(self) -> None:
        self._place = {
            row.mapping.id: (node.number, at)
            for node in self._nodes()
            for at, row in enumerate(node.rows)
        }


def _runs(places: Sequence[int]) -> Iterable[tuple[int, int]]:
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
