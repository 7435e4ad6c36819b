"""How cells are painted: two-line texts, the badge, the state; no decisions here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.engine.status import State
from gui import columns, wording
from gui.appearance import Colours, colours
from gui.columns import ROW_ROLE, Column
from gui.resources import pixmap
from gui.text_painting import PADDING, row_height, small_font, two_lines, write, write_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex

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

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


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


@dataclass(frozen=True, slots=True)
class Cell:
    """What is painted: which cell of which row, where, and in which font and colours."""

    row: Row
    column: Column
    rect: QRect
    font: QFont
    palette: Colours

    @property
    def room(self) -> QRect:
        """Where its text may stand."""
        return self.rect.adjusted(PADDING, 0, -PADDING, -1)


class RowDelegate(QStyledItemDelegate):
    """Paints one line of text; the kinds of cells below differ from it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint what this kind of cell shows; the view has painted the ground of the whole row."""
        row: Row | None = index.data(ROW_ROLE)
        if row is None:  # a group's line is the view's work
            return
        column = Column(index.column())
        painter.save()
        self.paint_cell(
            painter, Cell(row, column, option.rect, option.font, colours(option.palette))
        )
        painter.restore()

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """One line of text; numbers that say nothing are dim."""
        row, column, palette = cell.row, cell.column, cell.palette
        if column in columns.MOVING_COLUMNS and columns.is_silent(row):
            return
        quiet = column in columns.NUMBER_COLUMNS and not columns.sort_value(row, column)
        off = not row.mapping.enabled
        painter.setPen(palette.dim if quiet or off else palette.text)
        # Of an address the end matters most: there stands the port.
        middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        elide = middle if column is Column.TARGET else right
        text = columns.text(row, column)
        write(painter, cell.room, text, cell.font, columns.alignment(column), elide)

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

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """A mapping without a name is called by where it listens, as in every message."""
        mapping = cell.row.mapping
        font = QFont(cell.font)
        font.setWeight(QFont.Weight.DemiBold if mapping.name else QFont.Weight.Normal)
        colour = cell.palette.text if mapping.enabled else cell.palette.dim
        second = mapping.comment.partition("\n")[0]
        room = cell.room.adjusted(INDENT if mapping.group else 0, 0, 0, 0)
        write_lines(painter, room, (mapping.title, font, colour), second, cell.font, cell.palette)

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

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Text first; the badge follows it whole, but without its word in a narrow column."""
        text = columns.text(cell.row, cell.column)
        badge = columns.lan_badge(cell.row.mapping)
        left = columns.alignment(cell.column)
        middle = Qt.TextElideMode.ElideMiddle
        room, palette = cell.room, cell.palette
        painter.setPen(palette.text if cell.row.mapping.enabled else palette.dim)
        if not badge:
            write(painter, room, text, cell.font, left, middle)
            return
        small = small_font(cell.font)
        metrics = QFontMetrics(small)
        with_word = metrics.horizontalAdvance(badge) + BADGE_EXTRA
        if room.width() - with_word < LEAST_ADDRESS:  # the drawing alone still says it
            badge, with_word = "", BADGE_ICON + 10
        pill = QRect(0, 0, with_word, metrics.height() + 2)
        before = room.adjusted(0, 0, -(pill.width() + 8), 0)
        used = min(QFontMetrics(cell.font).horizontalAdvance(text), before.width())
        write(painter, before, text, cell.font, left, middle)
        pill.moveCenter(QPoint(0, room.center().y()))
        pill.moveLeft(room.left() + used + 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.warn, 1))
        painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap("lan", BADGE_ICON, ratio, palette.warn)
        top = pill.center().y() - BADGE_ICON // 2 + 1
        painter.drawPixmap(pill.left() + 5, top, picture)
        write(painter, pill.adjusted(BADGE_ICON + 8, 0, 0, 0), badge, small, left)

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
    """The state as shape, colour and word; in trouble, room is left below for the reason.

    That the view writes, as it may go on where the next columns have nothing to say.
    """

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """Shape and colour come with the word, never instead of it."""
        status, palette, room = cell.row.status, cell.palette, cell.room
        colour = state_colour(status.state, palette)
        ratio = painter.device().devicePixelRatioF()
        picture = pixmap(STATE_DRAWINGS[status.state], STATE_ICON, ratio, colour)
        line = two_lines(room, cell.font)[0] if status.trouble else room
        painter.drawPixmap(room.left(), line.center().y() - STATE_ICON // 2, picture)
        painter.setPen(palette.dim if status.state is State.OFF else colour)
        left = columns.alignment(cell.column)
        line = line.adjusted(STATE_ICON + 8, 0, 0, 0)
        write(painter, line, wording.row_word(cell.row), cell.font, left)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the word; the reason takes what there is."""
        row: Row | None = index.data(ROW_ROLE)
        text = wording.row_word(row) if row is not None else wording.state_word(State.OFF)
        word = QFontMetrics(option.font).horizontalAdvance(text)
        return QSize(word + STATE_ICON + 8 + 2 * PADDING, row_height(option.font))


def paint_reason(painter: QPainter, cell: Cell) -> None:
    """Write why a row is in trouble, below its state."""
    trouble = cell.row.status.trouble
    if trouble is not None:
        room = two_lines(cell.room, cell.font)[1].adjusted(STATE_ICON + 8, 0, 0, 0)
        painter.setPen(cell.palette.dim)
        write(painter, room, wording.say(trouble.reason), small_font(cell.font), _LEFT)
