"""How cells are painted: two-line texts, the badge, the state; no decisions here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.engine.status import State
from gui import columns, wording
from gui.appearance import Colours, colours
from gui.columns import ROW_ROLE, Column
from gui.resources import pixmap

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex

PADDING = 10
STATE_ICON = 16
BADGE_ICON = 12
LEAST_ADDRESS = 60
BADGE_EXTRA = BADGE_ICON + 15
LONGEST_GROUP = 80
INDENT = 16
"""How far the name of a mapping in a group stands back."""

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
    """Paints one line of text; the kinds of cells below differ from it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint what this kind of cell shows; the view has painted the ground of the whole row."""
        row: Row | None = index.data(ROW_ROLE)
        if row is None:  # a group's line is the view's work
            return
        painter.save()
        room = option.rect.adjusted(PADDING, 0, -PADDING, -1)
        column = Column(index.column())
        self.paint_cell(painter, option, room, row, column, colours(option.palette))
        painter.restore()

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
        row: Row | None = index.data(ROW_ROLE)
        text = columns.text(row, Column(index.column())) if row is not None else ""
        width = QFontMetrics(option.font).horizontalAdvance(text)
        return QSize(width + 2 * PADDING + 2, row_height(option.font))


class NameDelegate(RowDelegate):
    """The name, and the comment below it; of a group it edits the name."""

    def __init__(self, place_of_name: Callable[[Index], QRect], parent: QObject) -> None:
        super().__init__(parent)
        self.place_of_name = place_of_name

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
        if row.mapping.group:
            room = room.adjusted(INDENT, 0, 0, 0)
        write_lines(painter, room, (title, font, colour), second, option.font, palette)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field for the name of a group."""
        field = QLineEdit(parent)
        field.setAccessibleName(self.tr("Name of the group"))
        field.setMaxLength(LONGEST_GROUP)
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Where the name of the group is painted, whatever the columns."""
        editor.setGeometry(self.place_of_name(index))


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
        """Text first; the badge follows it whole, but without its word in a narrow column."""
        text = columns.text(row, column)
        badge = columns.lan_badge(row.mapping)
        middle = Qt.TextElideMode.ElideMiddle
        painter.setPen(palette.text if row.mapping.enabled else palette.dim)
        if not badge:
            write(painter, room, text, option.font, columns.alignment(column), middle)
            return
        small = small_font(option.font)
        metrics = QFontMetrics(small)
        with_word = metrics.horizontalAdvance(badge) + BADGE_EXTRA
        if room.width() - with_word < LEAST_ADDRESS:  # the drawing alone still says it
            badge, with_word = "", BADGE_ICON + 10
        pill = QRect(0, 0, with_word, metrics.height() + 2)
        left = room.adjusted(0, 0, -(pill.width() + 8), 0)
        used = min(QFontMetrics(option.font).horizontalAdvance(text), left.width())
        write(painter, left, text, option.font, columns.alignment(column), middle)
        pill.moveCenter(QPoint(0, room.center().y()))
        pill.moveLeft(room.left() + used + 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.warn, 1))
        painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap("lan", BADGE_ICON, ratio, palette.warn)
        top = pill.center().y() - BADGE_ICON // 2 + 1
        painter.drawPixmap(pill.left() + 5, top, picture)
        word = pill.adjusted(BADGE_ICON + 8, 0, 0, 0)
        write(
            painter, word, badge, small, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as text and badge."""
        hint = super().sizeHint(option, index)
        row: Row | None = index.data(ROW_ROLE)
        badge = columns.lan_badge(row.mapping) if row is not None else ""
        if badge:
            metrics = QFontMetrics(small_font(option.font))
            extra = metrics.horizontalAdvance(badge) + BADGE_EXTRA + 8
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
        row: Row | None = index.data(ROW_ROLE)
        state = row.status.state if row is not None else State.OFF
        word = QFontMetrics(option.font).horizontalAdvance(wording.state_word(state))
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
