"""What tables of one level have in common: rows, columns with titles, numbers that stand right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class FlatModel(QAbstractTableModel):
    """Says how many rows and columns there are; what is in them its subclasses say."""

    columns = 0
    """How many there are."""

    def lines(self) -> Sequence[object]:
        """The rows."""
        raise NotImplementedError

    def title(self, column: int) -> str:
        """What a column is called, in the language of now."""
        raise NotImplementedError

    def stands_right(self, _column: int) -> bool:
        """Whether a column holds numbers, whose digits are to line up."""
        return False

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of rows; cells have no children."""
        return 0 if parent.isValid() else len(self.lines())

    def columnCount(self, parent: Index = ROOT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else self.columns

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
                return self.title(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(section)
            case _:
                return None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Where texts of this column stand."""
        right = self.stands_right(column)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
