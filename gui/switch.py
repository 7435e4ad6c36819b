"""The on/off switch of a row and of a group: painting it, and flipping it by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from gui.delegates import Index, RowDelegate
from gui.text_painting import PADDING, row_height

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gui.appearance import Colours
    from gui.delegates import Cell

SWITCH = QSize(34, 18)


class SwitchDelegate(RowDelegate):
    """The on/off switch. A click anywhere in its cell flips it; the model passes the wish on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pressed: QPersistentModelIndex | None = None

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """A pill with a knob: right and filled is on, left and hollow is off."""
        on = Qt.CheckState.Checked if cell.row.mapping.enabled else Qt.CheckState.Unchecked
        paint_switch(painter, switch_rect(cell.rect), cell.palette, on)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the switch."""
        return QSize(SWITCH.width() + 2 * PADDING, row_height(option.font))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Flip when the left button goes down and up in the same cell, as a button does."""
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton:
            return False
        inside = option.rect.contains(event.position().toPoint())
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                self._pressed = QPersistentModelIndex(index) if inside else None
                return False  # the press selects the row as everywhere else
            case QEvent.Type.MouseButtonRelease:
                pressed, self._pressed = self._pressed, None
                if pressed is None or not inside or pressed != index:
                    return False
                # A group of which some are on is switched on, as a mixed selection is.
                on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
                wish = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
                return bool(model.setData(index, wish, Qt.ItemDataRole.CheckStateRole))
            case _:
                return False


def switch_rect(cell: QRect) -> QRect:
    """Where the switch stands in its cell."""
    rect = QRect(QPoint(0, 0), SWITCH)
    rect.moveCenter(cell.center())
    return rect


def paint_switch(painter: QPainter, rect: QRect, palette: Colours, on: Qt.CheckState) -> None:
    """Paint the switch; crisp on whole pixels, told apart without colour by the knob's side.

    A group of which some are on has its knob in the middle, long and filled.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pill = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    radius = pill.height() / 2
    whole, off = on is Qt.CheckState.Checked, on is Qt.CheckState.Unchecked
    painter.setPen(QPen(palette.dim if off else palette.accent, 1))
    painter.setBrush(palette.accent if whole else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(pill, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    if not whole and not off:
        painter.setBrush(palette.accent)
        middle = QRectF(0, 0, pill.width() / 2, 6)
        middle.moveCenter(pill.center())
        painter.drawRoundedRect(middle, 3, 3)
        return
    inset = 2.5 if whole else 3.5
    side = pill.height() - 2 * inset
    left = pill.right() - inset - side if whole else pill.left() + inset
    painter.setBrush(palette.knob if whole else palette.dim)
    painter.drawEllipse(QRectF(left, pill.top() + inset, side, side))
