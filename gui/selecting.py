"""A tree of mappings whose selection is spoken of in mappings and groups, not in indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from gui.columns import Column
from gui.grouped import runs
from gui.shown import ShownModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from gui.model import MappingsModel
    from gui.row import Row

_FLAGS = QItemSelectionModel.SelectionFlag


class SelectingTree(QTreeView):
    """Selection is by whole rows; the current row is the one with the keyboard."""

    def __init__(self, model: MappingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = ShownModel(model, self)
        self.setModel(self.shown)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._selected: Sequence[Row] | None = None
        """Asked for several times after each change, and thousands of rows take a while."""
        # Before anybody else hears of either, and asks.
        self.shown.arranged.connect(self._forget_selected)
        self.selectionModel().selectionChanged.connect(self._forget_selected)

    @Slot()
    def _forget_selected(self) -> None:
        self._selected = None

    def current_row(self) -> Row | None:
        """The row that has the keyboard, if it is also selected."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectionModel().isSelected(index):
            return None
        return self.shown.row_at(index)

    def current_group(self) -> str | None:
        """The name of the group whose own line has the keyboard."""
        group = self.shown.group_at(self.currentIndex())
        if group is None or not self.selectionModel().isSelected(self.currentIndex()):
            return None
        return group.name

    def selected_rows(self) -> Sequence[Row]:
        """All selected rows, in the order they are shown; a selected group means all its rows."""
        if self._selected is None:
            # By ranges: the selection model's own list asks the flags of every single cell.
            self._selected = self.shown.rows_under(
                self.shown.index(at, 0, part.parent())
                for part in self.selected_parts()
                for at in range(part.top(), part.bottom() + 1)
            )
        return self._selected

    def selected_parts(self) -> list[QItemSelectionRange]:
        """What is selected, as ranges of lines below one parent."""
        selection = self.selectionModel().selection()
        return [selection.at(number) for number in range(selection.count())]

    def select(self, mapping_id: str) -> None:
        """Select this mapping alone and scroll to it."""
        index = self.shown.index_of(mapping_id)
        if index.isValid():
            self._unfold(index.parent())
            self._go_to(index)

    def select_all_of(self, mapping_ids: Sequence[str]) -> None:
        """Select these mappings, the first with the keyboard; told once, however many they are."""
        indexes = [self.shown.index_of(one) for one in mapping_ids]
        places: dict[QModelIndex, list[int]] = {}
        for index in indexes:
            if index.isValid():
                places.setdefault(index.parent(), []).append(index.row())
        if not places:
            return
        self.select(mapping_ids[0])
        chosen = QItemSelection()
        for group, rows in places.items():
            self._unfold(group)
            for first, last in runs(sorted(rows)):
                chosen.select(*(self.shown.index(at, 0, group) for at in (first, last)))
        self.selectionModel().select(chosen, _FLAGS.Select | _FLAGS.Rows)

    def edit_name(self) -> None:
        """Let the user type over the name of the current group."""
        self.edit(self.currentIndex().siblingAtColumn(Column.NAME))

    def edit_name_of(self, name: str) -> None:
        """Go to a group and let the user type over its name."""
        for group in self.shown.groups:
            if group.name == name:
                self._go_to(self.shown.group_index(group).siblingAtColumn(Column.NAME))
                self.edit_name()

    def lowest_selected(self) -> int:
        """How far down the view the first selected line is."""
        parts = self.selected_parts()
        return min((self.visualRect(part.topLeft()).top() for part in parts), default=0)

    def select_near(self, top: int) -> None:
        """Select what stands in this place of the view now, or the last line."""
        index = self.indexAt(QPoint(1, max(0, top) + 1))
        if not index.isValid():
            index = self.last_line()
        if index.isValid():
            self._go_to(index.siblingAtColumn(Column.NAME))

    def look_at(self, row: Row | None) -> None:
        """Keep in sight a row that was selected, or begin anew at the first, if others are left."""
        if row is not None and row is self.current_row():
            self.scrollTo(self.currentIndex())
        elif not self.selected_rows() and (first := self.shown.first_row()) is not None:
            self._go_to(self.shown.index_of(first.mapping.id))
            self.scrollToTop()

    def last_line(self) -> QModelIndex:
        """The undermost line that can be seen."""
        index = self.shown.index(self.shown.rowCount() - 1, Column.NAME)
        head = index.siblingAtColumn(0)
        if self.shown.rowCount(head) and self.isExpanded(head):
            return self.shown.index(self.shown.rowCount(head) - 1, Column.NAME, head)
        return index

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll up or down to a row, never sideways: what is selected is the row, not a cell.

        Else the switch and the state of all rows would slide away under whoever selects one.
        """
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        bar.setValue(before)

    def _go_to(self, index: QModelIndex) -> None:
        self.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect | _FLAGS.Rows)
        self.scrollTo(index)

    def _unfold(self, group: QModelIndex) -> None:
        """Open a group, as something in it is to be seen."""
        if group.isValid():
            self.setExpanded(group, True)
