"""The small curve of a row's traffic in the last minute, painted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.delegates import Index, RowDelegate
from gui.text_painting import PADDING, row_height
from gui.traffic import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionViewItem

    from gui.delegates import Cell

WIDTH = 84
HEIGHT = 22
LEAST_TOP = 1000.0
"""Bytes per second; below it a curve stays low, so that a trickle does not look like a flood."""


class TrafficDelegate(RowDelegate):
    """Newest right, each row to its own scale; a row where nothing passed stays empty."""

    def paint_cell(self, painter: QPainter, cell: Cell) -> None:
        """The curve, filled below."""
        samples, room = cell.row.traffic.samples, cell.room
        if samples:
            height = min(HEIGHT, room.height())
            box = QRectF(room.left(), room.center().y() - height / 2, room.width(), height)
            paint_curve(painter, box, samples, cell.palette.good)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for a minute."""
        return QSize(WIDTH + 2 * PADDING, row_height(option.font))


def paint_curve(painter: QPainter, box: QRectF, samples: Sequence[float], colour: QColor) -> None:
    """Paint the samples from the right edge on, with a line of one pixel above a soft ground."""
    top = max(LEAST_TOP, *samples)
    step = box.width() / (SAMPLES - 1)
    left = box.right() - step * (len(samples) - 1)
    points = [
        QPointF(left + at * step, box.bottom() - sample / top * box.height())
        for at, sample in enumerate(samples)
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(colour)
    ground.setAlphaF(0.18)
    painter.setPen(QPen(ground, 0))
    painter.setBrush(ground)
    painter.drawPolygon(
        QPolygonF([QPointF(left, box.bottom()), *points, QPointF(box.right(), box.bottom())])
    )
    painter.setPen(QPen(colour, 1.2))
    painter.drawPolyline(QPolygonF(points))
