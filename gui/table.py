"""The list of mappings as a view: rows under groups that fold, hover, selection; no actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from gui.appearance import Colours, colours
from gui.column_layout import ColumnLayout
from gui.columns import Column, may_hold_reason
from gui.delegates import (
    Cell,
    ListenDelegate,
    NameDelegate,
    RowDelegate,
    StateDelegate,
    paint_reason,
)
from gui.dropping import place_for_group, place_for_rows
from gui.folding import Folding
from gui.group_line import arrow_rect, name_rect, paint_group
from gui.header import FlatHeader
from gui.selecting import SelectingTree
from gui.sparkline import TrafficDelegate
from gui.switch import SwitchDelegate

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QDragMoveEvent,
        QDropEvent,
        QMouseEvent,
        QPainter,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gui.model import MappingsModel

Index = QModelIndex | QPersistentModelIndex


class MappingTable(SelectingTree):
    """The one list."""

    dropped = Signal(object, str, object)
    """Rows were dragged: their ids, the group they go to, the id they go before or None."""
    group_dropped = Signal(str, object)
    """A whole group was dragged: its name, and that of the group it goes before or None."""

    def __init__(self, model: MappingsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._hovered = -1
        self.setHeader(FlatHeader(self))
        self._set_looks()
        self._set_dragging()
        self._set_delegates()
        self.columns = ColumnLayout(self.flat_header, self.font())
        self.setSortingEnabled(True)
        self.folding = Folding(self)

    @property
    def flat_header(self) -> FlatHeader:
        """The header, as what it is."""
        header = self.header()
        assert isinstance(header, FlatHeader)
        return header

    def _set_delegates(self) -> None:
        self._delegates = {
            Column.ENABLED: SwitchDelegate(self),
            Column.NAME: NameDelegate(self.name_place, self),
            Column.LISTEN: ListenDelegate(self),
            Column.STATE: StateDelegate(self),
            Column.TRAFFIC: TrafficDelegate(self),
        }
        self._plain = RowDelegate(self)
        self.setItemDelegate(self._plain)
        for column, delegate in self._delegates.items():
            self.setItemDelegateForColumn(column, delegate)

    def _set_looks(self) -> None:
        self.setAccessibleName(self.tr("Mappings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _set_dragging(self) -> None:
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns into the new width."""
        super().resizeEvent(event)
        self.columns.fit_into(self.viewport().width())

    # Painting.

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground of the whole row, then a group's line or the cells."""
        shades = colours(self.palette())
        rect = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        group = self.shown.group_at(index)
        if self.selectionModel().isSelected(index):
            here = self.isActiveWindow() and self.hasFocus()
            painter.fillRect(rect, shades.selected if here else shades.selected_away)
        elif option.rect.top() == self._hovered:
            painter.fillRect(rect, shades.hover)
        elif group is not None:
            painter.fillRect(rect, shades.group)
        painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), shades.hairline)
        if group is None:
            super().drawRow(painter, option, index)
            self._paint_reason(painter, rect, index, shades)
            return
        painter.save()
        switch, title = self._group_parts(rect)
        folded = not self.isExpanded(index)
        paint_group(painter, switch, title, group, shades, self.font(), folded=folded)
        painter.restore()

    def _paint_reason(self, painter: QPainter, rect: QRect, index: Index, shades: Colours) -> None:
        """Write why the row is in trouble, across the columns that say nothing meanwhile."""
        row = self.shown.row_at(index)
        if row is None or row.status.trouble is None or not self.columns.is_shown(Column.STATE):
            return
        header = self.header()
        left = header.sectionViewportPosition(Column.STATE)
        width = header.sectionSize(Column.STATE)
        for at in range(header.visualIndex(Column.STATE) + 1, header.count()):
            column = Column(header.logicalIndex(at))
            if header.isSectionHidden(column):
                continue
            if not may_hold_reason(row, column):
                break
            width += header.sectionSize(column)
        seen = max(header.sectionSize(Column.STATE), rect.right() + 1 - left)
        room = QRect(left, rect.top(), min(width, seen), rect.height())
        painter.save()
        paint_reason(painter, Cell(row, Column.STATE, room, self.font(), shades))
        painter.restore()

    def drawBranches(self, _painter: QPainter, _rect: QRect, _index: Index) -> None:
        """There are none; a group's line has its arrow."""

    def _group_parts(self, row: QRect) -> tuple[QRect, QRect]:
        """The places of the switch and of all the rest of a group's line."""
        header = self.header()
        left = header.sectionViewportPosition(Column.ENABLED)
        width = header.sectionSize(Column.ENABLED)
        switch = QRect(left, row.top(), width, row.height())
        return switch, QRect(left + width, row.top(), row.width() - left - width, row.height() - 1)

    def name_place(self, index: Index) -> QRect:
        """Where a group's name is edited."""
        row = self.visualRect(self.shown.index(index.row(), Column.ENABLED, index.parent()))
        _, title = self._group_parts(QRect(0, row.top(), self.viewport().width(), row.height()))
        return name_rect(title).adjusted(-4, 6, -8, -6)

    # The mouse: hover, and the arrow of a group.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The arrow of a group folds it; anywhere else the line is selected as every other."""
        where = event.position().toPoint()
        index = self.indexAt(where).siblingAtColumn(0)
        if event.button() is Qt.MouseButton.LeftButton and self.shown.group_at(index) is not None:
            row = self.visualRect(index)
            _, title = self._group_parts(QRect(0, row.top(), self.width(), row.height()))
            if arrow_rect(title).adjusted(-4, -10, 4, 10).contains(where):
                self.setExpanded(index, not self.isExpanded(index))
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the row under the mouse be seen as one."""
        index = self.indexAt(event.position().toPoint())
        self._hover(self.visualRect(index).top() if index.isValid() else -1)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What was under the mouse is elsewhere now."""
        self._hovered = -1
        super().scrollContentsBy(dx, dy)

    def _hover(self, top: int) -> None:
        if top != self._hovered:
            self._hovered = top
            self.viewport().update()

    # Dragging.

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only lines of this very list may come."""
        super().dragMoveEvent(event)
        if event.source() is not self:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell where the lines go; the list itself is changed by its owner."""
        if event.source() is self:
            index, place = self.indexAt(event.position().toPoint()), self.dropIndicatorPosition()
            name = self.current_group()
            if name is not None:
                self.group_dropped.emit(name, place_for_group(self.shown, index, place))
            else:
                ids = {row.mapping.id for row in self.selected_rows()}
                self.dropped.emit(ids, *place_for_rows(self.shown, index, place))
        # Copy, not move: after a move Qt would remove the lines from where they were.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    # Following what the program looks like.

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Mappings"))
            self.columns.make_room_for_titles()
            self.viewport().update()
            self.header().viewport().update()
