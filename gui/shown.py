"""The rows as the list shows them: found, sorted, under their groups; it changes no mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from gui import columns
from gui.columns import ROW_ROLE, Column, cell_data
from gui.rearranged import RearrangedModel
from gui.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gui.model import MappingsModel
    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex
MANUAL = -1
"""Sorted by no column: the user's own order."""

GROUP_ROLE = ROW_ROLE + 1
"""The `Group` of a group's row, None for others."""
DRAG_TYPE = "application/x-portway-rows"

# Made once: a view asks for them with each cell, and `|` on Qt's flags is slow in Python.
_FLAG = Qt.ItemFlag
_ANY = _FLAG.ItemIsSelectable | _FLAG.ItemIsEnabled | _FLAG.ItemIsDragEnabled
_ROW = _ANY | _FLAG.ItemNeverHasChildren
_ROW_SWITCH = _ROW | _FLAG.ItemIsUserCheckable
_GROUP = _ANY | _FLAG.ItemIsDropEnabled
_GROUP_NAME = _GROUP | _FLAG.ItemIsEditable
_GROUP_SWITCH = _GROUP | _FLAG.ItemIsUserCheckable


class ShownModel(RearrangedModel):
    """`MappingsModel` as a view wants it; what the user does in the view it passes on as wishes."""

    toggle_wanted = Signal(object, bool)
    """The user flipped a switch: the ids of the mappings meant."""
    rename_wanted = Signal(str, str)
    """The user gave the group of the first name the second."""
    arranged = Signal()
    """Rows or groups came, went or moved."""

    def __init__(self, model: MappingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = model
        self._search = Search()
        self._column = MANUAL
        self._reverse = False
        self._arrange_is_due = False
        self._due.connect(self._arrange_if_due, Qt.ConnectionType.QueuedConnection)
        model.list_changed.connect(self.arrange)
        model.cells_changed.connect(self._on_cells_changed)
        self.arrange()

    _due = Signal()

    # What a view asks.

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged, between rows and into groups; groups can be renamed."""
        if not index.isValid():
            return _FLAG.ItemIsDropEnabled
        column = index.column()
        if self.group_at(index) is None:
            return _ROW_SWITCH if column == Column.ENABLED else _ROW
        if column == Column.NAME:
            return _GROUP_NAME
        return _GROUP_SWITCH if column == Column.ENABLED else _GROUP

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Column titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return columns.title(Column(section))
            case Qt.ItemDataRole.TextAlignmentRole:
                return columns.alignment(Column(section))
            case _:
                return None

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

    # In the words of the rest of the front.

    @property
    def is_sorted(self) -> bool:
        """Whether a column orders the rows; the user's own order is out of sight then."""
        return self._column != MANUAL

    @property
    def searching(self) -> bool:
        """Whether the search may hide rows."""
        return bool(self._search.words)

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
        first = Column.ENABLED if words else Column.CONNECTIONS
        last = Column.COMMENT if words else Column.TRAFFIC
        self.tell_changed(rows, first, last, with_groups=words)
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
        self.become(self._wanted())
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
