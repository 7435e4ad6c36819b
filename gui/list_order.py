"""The order of the list by hand: dragging, moving by keys, groups made, chosen and folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.actions import Actions
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList
    from gui.row import Row


class ListOrder(QObject):
    """Turns drags and keys into moves.

    Sorted by a column, the user's own order is out of sight, and a drag changes the group alone.
    """

    def __init__(self, window: MainWindow, mappings: MappingList, actions: Actions) -> None:
        super().__init__(window)
        self._table = window.table
        self._list = mappings
        self._actions = actions
        actions.move_up.triggered.connect(self.move_up)
        actions.move_down.triggered.connect(self.move_down)
        actions.fold_all.triggered.connect(self._table.collapseAll)
        actions.unfold_all.triggered.connect(self._table.expandAll)
        self._table.dropped.connect(self.drop)
        self._table.group_dropped.connect(self.drop_group)
        window.menus.groups.chosen.connect(self.put_into)
        window.menus.groups.new_wanted.connect(self.put_into_new)

    @Slot(object, str, object)
    def drop(self, ids: set[str], group: str, before: str | None) -> None:
        """Put dragged mappings where they were dropped."""
        if not self._table.shown.is_sorted:
            self._list.move(ids, group, before)
        else:
            self._list.change(ids, group=group)
        self._table.scrollTo(self._table.currentIndex())

    @Slot(str, object)
    def drop_group(self, name: str, before: str | None) -> None:
        """Put a dragged group where it was dropped."""
        if name != before:
            self._list.move_group(name, before)

    @Slot()
    def move_up(self) -> None:
        """Move the selected up by one."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """Move the selected down by one."""
        self._move(1)

    def _move(self, step: int) -> None:
        group = self._table.current_group()
        if group is not None:
            self._move_group(group, step)
            return
        rows = self._table.selected_rows()
        if not rows or not self._can_move(rows):
            return
        ids = {row.mapping.id for row in rows}
        name = rows[0].mapping.group
        others = [one for one in self._list.mappings if one.group == name and one.id not in ids]
        order = {one.id: at for at, one in enumerate(self._list.mappings)}
        first = min(order[one] for one in ids)
        above = sum(order[one.id] < first for one in others)
        place = above + step
        if 0 <= place <= len(others):
            before = others[place].id if place < len(others) else None
            self._list.move(ids, name, before)

    def _move_group(self, name: str, step: int) -> None:
        names = self._list.groups()
        at = names.index(name) + step
        if 0 <= at < len(names):
            rest = [one for one in names if one != name]
            self._list.move_group(name, rest[at] if at < len(rest) else None)

    def _can_move(self, rows: Sequence[Row]) -> bool:
        shown = self._table.shown
        in_one = len({row.mapping.group for row in rows}) == 1
        return in_one and not shown.is_sorted and not shown.searching

    @Slot()
    def on_selection_changed(self) -> None:
        """Moving by keys needs a selection inside one group, and the user's own order in sight."""
        rows = self._table.selected_rows()
        can = bool(rows) and self._can_move(rows)
        self._actions.move_up.setEnabled(can)
        self._actions.move_down.setEnabled(can)

    @Slot(str)
    def put_into(self, group: str) -> None:
        """Put the selected into a group, or into none."""
        ids = [row.mapping.id for row in self._table.selected_rows()]
        self._list.move(set(ids), group)
        self._table.select_all_of(ids)

    @Slot()
    def put_into_new(self) -> None:
        """Put the selected into a new group, whose name can be typed at once."""
        first = self.tr("New group")
        numbered = self.tr("New group {number}")
        taken = self._list.groups()
        names = [first, *(numbered.format(number=at) for at in range(2, len(taken) + 2))]
        name = next(one for one in names if one not in taken)
        self.put_into(name)
        self._table.edit_name_of(name)
