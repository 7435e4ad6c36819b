"""How cells are painted: the switch, two-line texts, the badge, the state; no decisions here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.engine.status import State
from gui import columns, wording
from gui.appearance import Colours, colours
from gui.columns import Column
from gui.model import ROW_ROLE
from gui.resources import pixmap

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex

PADDING = 10
SWITCH = QSize(34, 18)
STATE_ICON = 16

STATE_DRAWINGS = {
    State.OFF: "state-off",
    State.STARTING: "state-starting",
    State.LISTENING: "state-listening",
    State.WAITING: "state-waiting",
    State.DEGRADED: "state-degraded",
    State.ERROR: "state-error",
}


def state_colour(state: State, palette: Colours) -> QColor:
    """The colour of a state; its drawing and word say the same without it."""
    return {
        State.OFF: palette.dim,
        State.STARTING: palette.busy,
        State.LISTENING: palette.good,
        State.WAITING: palette.bad,  # nothing passes: amber is for what works in part
        State.DEGRADED: palette.warn,
        State.ERROR: palette.bad,
    }[state]


class RowDelegate(QStyledItemDelegate):
    """Paints a calm row: selection and hover over its whole width, a hairline below, the text."""

    hovered_row = -1
    """Set by the view; the style itself knows only hovered cells."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground, then what this kind of cell shows."""
        row: Row = index.data(ROW_ROLE)
        palette = colours(option.palette)
        painter.save()
        self._paint_ground(painter, option, index, palette)
        room = option.rect.adjusted(PADDING, 0, -PADDING, -1)
        self.paint_cell(painter, option, room, row, Column(index.column()), palette)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, palette: Colours
    ) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            here = state & QStyle.StateFlag.State_Active and option.widget.hasFocus()
            painter.fillRect(option.rect, palette.selected if here else palette.selected_away)
        elif index.row() == self.hovered_row:
            painter.fillRect(option.rect, palette.hover)
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, palette.hairline)

    def paint_cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        row: Row,
        column: Column,
        palette: Colours,
    ) -> None:
        """One line of text; numbers that say nothing are dim."""
        quiet = column in columns.NUMBER_COLUMNS and not columns.sort_value(row, column)
        off = not row.mapping.enabled
        painter.setPen(palette.dim if quiet or off else palette.text)
        # Of an address the end matters most: there stands the port.
        middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        elide = middle if column is Column.TARGET else right
        write(
            painter,
            room,
            columns.text(row, column),
            option.font,
            columns.alignment(column),
            elide,
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the text and its padding."""
        text = columns.text(index.data(ROW_ROLE), Column(index.column()))
        width = QFontMetrics(option.font).horizontalAdvance(text)
        return QSize(width + 2 * PADDING + 2, row_height(option.font))


class SwitchDelegate(RowDelegate):
    """The on/off switch. A click anywhere in its cell flips it; the model passes the wish on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pressed: QPersistentModelIndex | None = None

    def paint_cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        row: Row,
        column: Column,
        palette: Colours,
    ) -> None:
        """A pill with a knob: right and filled is on, left and hollow is off."""
        paint_switch(painter, switch_rect(option.rect), palette, on=row.mapping.enabled)

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
                on = index.data(ROW_ROLE).mapping.enabled
                wish = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
                return bool(model.setData(index, wish, Qt.ItemDataRole.CheckStateRole))
            case _:
                return False


class NameDelegate(RowDelegate):
    """The name, and the comment below it."""

    def paint_cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        row: Row,
        column: Column,
        palette: Colours,
    ) -> None:
        """A mapping without a name is called by where it listens, as in every message."""
        title = row.mapping.title
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if row.mapping.name else QFont.Weight.Normal)
        colour = palette.text if row.mapping.enabled else palette.dim
        second = row.mapping.comment.partition("\n")[0]
        write_lines(painter, room, (title, font, colour), second, option.font, palette)


class ListenDelegate(RowDelegate):
    """Where it listens, with a badge when others than this computer can connect."""

    def paint_cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        row: Row,
        column: Column,
        palette: Colours,
    ) -> None:
        """Text first; the badge follows it and is never cut."""
        text = columns.text(row, column)
        badge = columns.lan_badge(row.mapping)
        middle = Qt.TextElideMode.ElideMiddle
        painter.setPen(palette.text if row.mapping.enabled else palette.dim)
        if not badge:
            write(painter, room, text, option.font, columns.alignment(column), middle)
            return
        small = small_font(option.font)
        metrics = QFontMetrics(small)
        pill = QRect(0, 0, metrics.horizontalAdvance(badge) + 12, metrics.height() + 2)
        left = room.adjusted(0, 0, -(pill.width() + 8), 0)
        used = min(QFontMetrics(option.font).horizontalAdvance(text), left.width())
        write(painter, left, text, option.font, columns.alignment(column), middle)
        pill.moveCenter(QPoint(0, room.center().y()))
        pill.moveLeft(room.left() + used + 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.warn, 1))
        painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        write(painter, pill, badge, small, Qt.AlignmentFlag.AlignCenter)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as text and badge."""
        hint = super().sizeHint(option, index)
        badge = columns.lan_badge(index.data(ROW_ROLE).mapping)
        if badge:
            extra = QFontMetrics(small_font(option.font)).horizontalAdvance(badge) + 20
            hint.setWidth(hint.width() + extra)
        return hint


class StateDelegate(RowDelegate):
    """The state as shape, colour and word, and the reason below when there is trouble."""

    def paint_cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        row: Row,
        column: Column,
        palette: Colours,
    ) -> None:
        """Shape and colour come with the word, never instead of it."""
        state = row.status.state
        colour = state_colour(state, palette)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap(STATE_DRAWINGS[state], STATE_ICON, ratio, colour)
        font = QFont(option.font)
        reason = wording.say(row.status.trouble.reason) if row.status.trouble else ""
        top = room.center().y() - STATE_ICON // 2
        if reason:
            first, _ = two_lines(room, option.font)
            top = first.center().y() - STATE_ICON // 2
        painter.drawPixmap(room.left(), top, picture)
        text_room = room.adjusted(STATE_ICON + 8, 0, 0, 0)
        word_colour = palette.dim if state is State.OFF else colour
        word = (wording.state_word(state), font, word_colour)
        write_lines(painter, text_room, word, reason, option.font, palette)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the word; the reason takes what the column has."""
        row: Row = index.data(ROW_ROLE)
        word = QFontMetrics(option.font).horizontalAdvance(wording.state_word(row.status.state))
        return QSize(word + STATE_ICON + 8 + 2 * PADDING, row_height(option.font))


def row_height(font: QFont) -> int:
    """Two lines and some air."""
    lines = QFontMetrics(font).height() + QFontMetrics(small_font(font)).height()
    return lines + 14


def small_font(font: QFont) -> QFont:
    """The font of second lines and badges."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * 0.88)
    else:
        small.setPixelSize(round(font.pixelSize() * 0.88))
    return small


def two_lines(room: QRect, font: QFont) -> tuple[QRect, QRect]:
    """The places of a line and a smaller one below it, centred together."""
    upper = QFontMetrics(font).height()
    lower = QFontMetrics(small_font(font)).height()
    top = room.center().y() - (upper + lower) // 2 + 1
    return (
        QRect(room.left(), top, room.width(), upper),
        QRect(room.left(), top + upper, room.width(), lower),
    )


def write_lines(
    painter: QPainter,
    room: QRect,
    first: tuple[str, QFont, QColor],
    second: str,
    font: QFont,
    palette: Colours,
) -> None:
    """Write one line in the middle, or two with the second small and dim."""
    text, first_font, colour = first
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(colour)
    if not second:
        write(painter, room, text, first_font, left)
        return
    upper, lower = two_lines(room, font)
    write(painter, upper, text, first_font, left)
    painter.setPen(palette.dim)
    write(painter, lower, second, small_font(font), left)


def write(
    painter: QPainter,
    room: QRect,
    text: str,
    font: QFont,
    alignment: Qt.AlignmentFlag,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Write one line, shortened with an ellipsis where the room ends."""
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(text, elide, room.width())
    painter.drawText(room, alignment | Qt.TextFlag.TextSingleLine, shown)


def switch_rect(cell: QRect) -> QRect:
    """Where the switch stands in its cell."""
    rect = QRect(QPoint(0, 0), SWITCH)
    rect.moveCenter(cell.center())
    return rect


def paint_switch(painter: QPainter, rect: QRect, palette: Colours, *, on: bool) -> None:
    """Paint the switch; crisp on whole pixels, told apart without colour by the knob's side."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pill = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    radius = pill.height() / 2
    painter.setPen(QPen(palette.accent if on else palette.dim, 1))
    painter.setBrush(palette.accent if on else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(pill, radius, radius)
    inset = 2.5 if on else 3.5
    side = pill.height() - 2 * inset
    left = pill.right() - inset - side if on else pill.left() + inset
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.knob if on else palette.dim)
    painter.drawEllipse(QRectF(left, pill.top() + inset, side, side))
