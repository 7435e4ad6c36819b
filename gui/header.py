"""The table's header, painted flat like the rows below it; it knows no column by name."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.appearance import colours
from gui.resources import pixmap
from gui.text_painting import PADDING, small_font

ARROW = 12
GAP = 4
HEIGHT = 30


class FlatHeader(QHeaderView):
    """Titles in line with the cells, a hairline below, a small arrow on the sorted column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFont(small_font(self.font()))

    def sizeHint(self) -> QSize:
        """A little lower than a row."""
        return QSize(super().sizeHint().width(), max(HEIGHT, self.fontMetrics().height() + 14))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title."""
        palette = colours(self.palette())
        painter.save()
        painter.fillRect(rect, self.palette().base())
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), palette.hairline)
        # A short mark at the edge shows where to take hold to resize.
        painter.fillRect(
            QRect(rect.right(), rect.top() + 9, 1, rect.height() - 18), palette.hairline
        )
        room = rect.adjusted(PADDING, 0, -PADDING, -1)
        model = self.model()
        title = str(model.headerData(section, self.orientation()) or "")
        side = model.headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        alignment = Qt.AlignmentFlag(side or Qt.AlignmentFlag.AlignLeft)
        is_sorted = section == self.sortIndicatorSection() and self.isSortIndicatorShown()
        if is_sorted:
            room = self._paint_arrow(painter, room, title, alignment)
        painter.setFont(self.font())
        painter.setPen(palette.text if is_sorted else palette.dim)
        shown = QFontMetrics(self.font()).elidedText(
            title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, alignment | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_arrow(
        self, painter: QPainter, room: QRect, title: str, alignment: Qt.AlignmentFlag
    ) -> QRect:
        """Paint the sort arrow beside the title; give the room that is left for the title."""
        up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        ratio = painter.device().devicePixelRatioF()
        name = "sort-up" if up else "sort-down"
        arrow = pixmap(name, ARROW, ratio, colours(self.palette()).text)
        top = room.center().y() - ARROW // 2
        if alignment & Qt.AlignmentFlag.AlignRight:
            painter.drawPixmap(room.right() - ARROW + 1, top, arrow)
            return room.adjusted(0, 0, -(ARROW + GAP), 0)
        left = min(self.fontMetrics().horizontalAdvance(title), room.width() - ARROW - GAP)
        painter.drawPixmap(room.left() + left + GAP, top, arrow)
        return room.adjusted(0, 0, -(ARROW + GAP), 0)
