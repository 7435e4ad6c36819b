"""Which groups are folded: remembered by name, and put aside while a search shows what it found."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject, Slot

from gui.columns import Column

if TYPE_CHECKING:
    from gui.table import MappingTable


class Folding(QObject):
    """Keeps the view's open and folded groups as the user left them."""

    def __init__(self, table: MappingTable) -> None:
        super().__init__(table)
        self._table = table
        self._applying = False
        self.folded: set[str] = set()
        """The names of the groups that the user folded, also of those not shown now."""
        table.shown.arranged.connect(self.apply)
        table.shown.renamed.connect(self._on_renamed)
        table.expanded.connect(self._on_expanded)
        table.collapsed.connect(self._on_collapsed)
        self.apply()

    def pack(self) -> str:
        """The names as a text to remember."""
        return msgspec.json.encode(sorted(self.folded)).decode()

    def unpack(self, text: str) -> None:
        """Fold the groups of last time."""
        with contextlib.suppress(msgspec.DecodeError, UnicodeEncodeError):
            self.folded = set(msgspec.json.decode(text, type=list[str]))
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Bring every group into its state; while searching all are open."""
        table, shown = self._table, self._table.shown
        self._applying = True
        for group in shown.groups:
            index = shown.group_index(group)
            is_open = shown.searching or group.name not in self.folded
            if table.isExpanded(index) != is_open:
                table.setExpanded(index, is_open)
        self._applying = False

    def toggle(self, index: QModelIndex) -> None:
        """Fold or open a group."""
        head = index.siblingAtColumn(0)
        self._table.setExpanded(head, not self._table.isExpanded(head))

    @Slot(str, str)
    def _on_renamed(self, old: str, new: str) -> None:
        if old in self.folded:
            self.folded = self.folded - {old} | {new}

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        group = self._table.shown.group_at(index)
        if group is not None and not self._applying:
            self.folded.discard(group.name)

    @Slot(QModelIndex)
    def _on_collapsed(self, index: QModelIndex) -> None:
        """Remember, and let nothing stay selected that cannot be seen: Delete would take it."""
        shown = self._table.shown
        group = shown.group_at(index)
        if group is None:
            return
        if not self._applying and not shown.searching:
            self.folded.add(group.name)
        selection = self._table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        inside = [part for part in self._table.selected_parts() if part.parent() == index]
        for part in inside:
            hidden = QItemSelection(part.topLeft(), part.bottomRight())
            selection.select(hidden, flags.Deselect | flags.Rows)
        if inside:
            head = index.siblingAtColumn(Column.NAME)
            selection.setCurrentIndex(head, flags.Select | flags.Rows)
