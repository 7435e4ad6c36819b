"""A table of one-line rows in the looks of the mappings' table; what it shows is its model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.appearance import colours
from gui.header import FlatHeader
from gui.text_painting import PADDING, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QAbstractItemModel

Index = QModelIndex | QPersistentModelIndex
AIR = 8
SLACK = 6
"""Digits of a proportional font differ in width."""


class PlainDelegate(QStyledItemDelegate):
    """Paints one line of text; the model's foreground colour, if any, holds."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground of the row, then the text."""
        palette = colours(option.palette)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            here = option.state & QStyle.StateFlag.State_Active and option.widget.hasFocus()
            painter.fillRect(option.rect, palette.selected if here else palette.selected_away)
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, palette.hairline)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(colour if isinstance(colour, QColor) else palette.text)
        side = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
        room = option.rect.adjusted(PADDING, 0, -PADDING, -1)
        alignment = Qt.AlignmentFlag(side) | Qt.AlignmentFlag.AlignVCenter
        write(painter, room, str(index.data() or ""), option.font, alignment)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the text and its padding."""
        metrics = QFontMetrics(option.font)
        width = metrics.horizontalAdvance(str(index.data() or ""))
        return QSize(width + 2 * PADDING + 2, metrics.height() + AIR)


class PlainTable(QTableView):
    """Whole rows are selected; the last column takes what room is left."""

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(PlainDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = FlatHeader(self)
        self.setHorizontalHeader(header)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_rows()

    def size_columns(self, examples: dict[int, str]) -> None:
        """Give each column room for its example and its title."""
        for column, width in self._widths(examples):
            self.setColumnWidth(column, width)

    def widen_columns(self, examples: dict[int, str]) -> None:
        """The same in another language, which takes back nothing of the user's widths."""
        for column, width in self._widths(examples):
            self.setColumnWidth(column, max(width, self.columnWidth(column)))

    def _widths(self, examples: dict[int, str]) -> Iterator[tuple[int, int]]:
        metrics = QFontMetrics(self.font())
        headings = QFontMetrics(self.horizontalHeader().font())
        for column, example in examples.items():
            title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
            widest = max(metrics.horizontalAdvance(example), headings.horizontalAdvance(title))
            yield column, widest + 2 * PADDING + SLACK

    def changeEvent(self, event: QEvent) -> None:
        """Rows grow with the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + AIR)
