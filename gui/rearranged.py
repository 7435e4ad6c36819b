"""How a tree of rows and groups becomes another one in place, so that a view loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, Signal

from gui.columns import Column
from gui.grouped import ROOT, GroupedModel, runs
from gui.groups import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.row import Row

    Arrangement = dict[str, list[Row]]
    """Rows by the names of their groups; those without a group under the empty name."""

FEW = 16
"""So many places at most are changed one by one: at each, a view and a selection go through all
that they hold. Beyond, the rows are first brought together, which they go through once."""


@dataclass(slots=True)
class _Node:
    """The rows below one parent: those without a group (number 0), or those of a group."""

    number: int
    rows: list[Row] = field(default_factory=list)


class RearrangedModel(GroupedModel):
    """Changes by removing, moving and inserting, never by a reset.

    So the selection, the place of the keyboard and what is folded survive.
    """

    renamed = Signal(str, str)
    """A group has another name now; it is the same group still."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_number = 0

    def become(self, wanted: Arrangement) -> None:
        """Become this by the fewest steps that keep what a view holds on to."""
        self._rename_groups(wanted)
        self._remove_rows_but({id(row) for rows in wanted.values() for row in rows})
        self._add_groups(wanted)
        self._move_rows(wanted)
        self._insert_rows(wanted)
        self._remove_groups_but(wanted)
        self._note_places()

    def _nodes(self) -> list[_Node]:
        return [_Node(0, self._loose), *(_Node(group.number, group.rows) for group in self._groups)]

    def _name_of(self, node: _Node) -> str:
        return self._by_number[node.number].name if node.number else ""

    def _parent_of(self, node: _Node) -> QModelIndex:
        return self.group_index(self._by_number[node.number]) if node.number else ROOT

    def _remove_rows_but(self, wanted: set[int]) -> None:
        nodes = self._nodes()
        places = [
            [at for at, row in enumerate(node.rows) if id(row) not in wanted] for node in nodes
        ]
        if any(_scattered(some) for some in places):
            goal = {
                self._name_of(node): sorted(node.rows, key=lambda row: id(row) not in wanted)
                for node in nodes
            }
            self._reorder(goal, self._groups)
            nodes = self._nodes()
            places = [
                list(range(len(node.rows) - len(gone), len(node.rows)))
                for node, gone in zip(nodes, places, strict=True)
            ]
        for node, gone in zip(nodes, places, strict=True):
            for start, end in reversed(list(runs(gone))):
                self.beginRemoveRows(self._parent_of(node), start, end)
                del node.rows[start : end + 1]
                self.endRemoveRows()

    def _rename_groups(self, wanted: Arrangement) -> None:
        """Take a group with the rows of one that is gone for that one under a new name."""
        known = {group.name for group in self._groups}
        gone = {frozenset(map(id, group.rows)): group for group in self._groups
                if group.name not in wanted}  # fmt: skip
        for name in [name for name in wanted if name and name not in known]:
            group = gone.pop(frozenset(map(id, wanted[name])), None)
            if group is not None:
                old, group.name = group.name, name
                self.renamed.emit(old, name)
                self._tell_head(group)

    def _add_groups(self, wanted: Arrangement) -> None:
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

    def _move_rows(self, wanted: Arrangement) -> None:
        """Bring what is shown already into its order, at once, whatever group it comes from."""
        shown = {id(row) for node in self._nodes() for row in node.rows}
        goal = {name: [row for row in rows if id(row) in shown] for name, rows in wanted.items()}
        order = {name: at for at, name in enumerate(wanted)}
        groups = sorted(self._groups, key=lambda group: order.get(group.name, len(order)))
        now = {group.name: group.rows for group in self._groups} | {"": self._loose}
        if groups == self._groups and all(goal.get(name, []) == rows for name, rows in now.items()):
            return
        self._reorder(goal, groups)

    def _reorder(self, goal: Arrangement, groups: list[Group]) -> None:
        """Put the rows that are there into other places, in one step."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        meant = [self.group_at(index) or self.row_at(index) for index in old]
        self._loose = goal.get("", [])
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

    def _insert_rows(self, wanted: Arrangement) -> None:
        appended = False
        for node in self._nodes():
            rows = wanted.get(self._name_of(node), [])
            if len(rows) == len(node.rows):
                continue
            shown = {id(row) for row in node.rows}
            places = [at for at, row in enumerate(rows) if id(row) not in shown]
            if _scattered(places):
                at, appended = len(node.rows), True
                self.beginInsertRows(self._parent_of(node), at, at + len(places) - 1)
                node.rows += [rows[place] for place in places]
                self.endInsertRows()
                continue
            for start, end in runs(places):
                self.beginInsertRows(self._parent_of(node), start, end)
                node.rows[start:start] = rows[start : end + 1]
                self.endInsertRows()
        if appended:
            self._move_rows(wanted)

    def _remove_groups_but(self, wanted: Arrangement) -> None:
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


def _scattered(places: Sequence[int]) -> bool:
    return sum(1 for _ in runs(places)) > FEW
