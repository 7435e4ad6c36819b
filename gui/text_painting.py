"""Texts in cells: one line or two, small or not, shortened where the room ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

if TYPE_CHECKING:
    from gui.appearance import Colours

PADDING = 10
"""Left and right of what a cell says."""


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
