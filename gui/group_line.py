"""How the line of a group is painted, over the whole width of the list, whatever its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from core.engine.status import State
from gui.delegates import STATE_DRAWINGS, state_colour
from gui.resources import pixmap
from gui.switch import paint_switch, switch_rect
from gui.text_painting import PADDING, small_font, write

if TYPE_CHECKING:
    from gui.appearance import Colours
    from gui.groups import Group

ARROW = 16
STATE_ICON = 14


def arrow_rect(title: QRect) -> QRect:
    """Where the fold arrow stands."""
    return QRect(title.left() + 4, title.center().y() - ARROW // 2, ARROW, ARROW)


def name_rect(title: QRect) -> QRect:
    """Where the name stands, and a field to change it."""
    left = arrow_rect(title).right() + 8
    return QRect(left, title.top(), max(0, title.right() - PADDING - left), title.height())


def paint_group(
    painter: QPainter,
    switch: QRect,
    title: QRect,
    group: Group,
    palette: Colours,
    font: QFont,
    *,
    folded: bool,
) -> None:
    """Switch, arrow, name, and in a few words how the group is."""
    ratio = painter.device().devicePixelRatioF()
    paint_switch(painter, switch_rect(switch), palette, group.switched())
    arrow = pixmap("fold-right" if folded else "fold-down", ARROW, ratio, palette.text)
    painter.drawPixmap(arrow_rect(title).topLeft(), arrow)
    bold = QFont(font)
    bold.setWeight(QFont.Weight.Bold)
    room = name_rect(title)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(palette.text)
    write(painter, room, group.name, bold, left)
    used = QFontMetrics(bold).horizontalAdvance(group.name) + 16
    rest = room.adjusted(used, 0, 0, 0)
    if rest.width() < 40:
        return
    state = group.state()
    if state not in (State.OFF, State.LISTENING):  # trouble is seen even when it is folded
        picture = pixmap(STATE_DRAWINGS[state], STATE_ICON, ratio, state_colour(state, palette))
        painter.drawPixmap(rest.left(), rest.center().y() - STATE_ICON // 2, picture)
        rest.adjust(STATE_ICON + 6, 0, 0, 0)
    painter.setPen(palette.dim)
    write(painter, rest, group.summary(), small_font(font), left)
