"""The traffic graph, painted by hand: it shows the slots it is given and knows nothing else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QBrush,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import wording
from gui.appearance import Colours, colours
from gui.history import SLOTS, Sight, Slot, Span
from gui.text_painting import small_font

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QPaintEvent

LINE = 1.6
UP_DASHES = [4.0, 2.2]
"""In widths of the line. Up is dashed and bare, down is solid and filled: no colour is needed."""
MOST_STEPS = 4
LEAST_TOP = 1000.0
"""The scale of a graph without traffic."""

TICKS = {
    Span.MINUTE: (60, 45, 30, 15),
    Span.TEN_MINUTES: (10, 8, 6, 4, 2),
    Span.HOUR: (60, 45, 30, 15),
}
"""How long ago, in the unit of the span."""


class Graph(QWidget):
    """Up and down over time; it repaints only when it is given slots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slots: Sequence[Slot] = ()
        self._span = Span.MINUTE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Graph of the traffic"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Graph of the traffic"))

    def show_slots(self, slots: Sequence[Slot], span: Span) -> None:
        """Show these, the oldest first."""
        self._slots, self._span = slots, span
        if QAccessible.isActive():
            self.setAccessibleDescription(self.summary())
        self.update()

    def summary(self) -> str:
        """The graph in words."""
        up = max((slot.up for slot in self._slots), default=0.0)
        down = max((slot.down for slot in self._slots), default=0.0)
        text = self.tr("At most {down} down and {up} up in the time shown.")
        return text.format(down=wording.rate(down), up=wording.rate(up))

    @property
    def top(self) -> float:
        """The rate at the upper end of the scale."""
        step = scale_step(self._highest())
        return math.ceil(max(self._highest(), LEAST_TOP) / step) * step

    def _highest(self) -> float:
        return max((max(slot.up, slot.down) for slot in self._slots), default=0.0)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(420, 130)

    def minimumSizeHint(self) -> QSize:
        """Less is a blot."""
        return QSize(200, 64)

    # Where things are.

    def _plot(self) -> QRectF:
        metrics = QFontMetrics(small_font(self.font()))
        widest = max(metrics.horizontalAdvance(wording.rate(level)) for level in self._levels())
        above, below = metrics.height() // 2 + 1, metrics.height() + 8
        return QRectF(self.rect()).adjusted(widest + 8, above, -12, -below)

    def _levels(self) -> Iterator[float]:
        step = scale_step(self._highest())
        for number in range(round(self.top / step) + 1):
            yield number * step

    def _x(self, plot: QRectF, slot: float) -> float:
        return plot.left() + plot.width() * slot / SLOTS

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint all of it."""
        painter = QPainter(self)
        palette = colours(self.palette())
        painter.fillRect(self.rect(), self.palette().color(self.backgroundRole()))
        painter.setFont(small_font(self.font()))
        plot = self._plot()
        self._paint_sight(painter, plot, palette)
        self._paint_scale(painter, plot, palette)
        self._paint_times(painter, plot, palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(plot.adjusted(0, -LINE, 0, LINE))
        self._paint_series(painter, plot, lambda slot: slot.down, palette.down, filled=True)
        self._paint_series(painter, plot, lambda slot: slot.up, palette.up, filled=False)
        painter.end()

    def _paint_sight(self, painter: QPainter, plot: QRectF, palette: Colours) -> None:
        """Hatch the time in which nobody looked."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(palette.hairline, Qt.BrushStyle.BDiagPattern))
        for first, last in runs(self._slots, Sight.AVERAGE):
            left, right = self._x(plot, first), self._x(plot, last + 1)
            painter.drawRect(QRectF(left, plot.top(), right - left, plot.height()))

    def _paint_scale(self, painter: QPainter, plot: QRectF, palette: Colours) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        height = painter.fontMetrics().height()
        for level in self._levels():
            y = plot.bottom() - plot.height() * level / self.top
            painter.fillRect(QRectF(plot.left(), y, plot.width(), self._hair()), palette.hairline)
            painter.setPen(palette.dim)
            room = QRectF(0, y - height / 2, plot.left() - 8, height)
            painter.drawText(room, right, wording.rate(level))

    def _paint_times(self, painter: QPainter, plot: QRectF, palette: Colours) -> None:
        painter.setPen(palette.dim)
        height = painter.fontMetrics().height()
        whole = SLOTS * self._span.value
        unit = 1 if self._span is Span.MINUTE else 60
        marks = [(number * unit, _ago(self._span, number)) for number in TICKS[self._span]]
        marks.append((0, QCoreApplication.translate("Graph", "now")))
        for seconds, words in marks:
            x = plot.right() - plot.width() * seconds / whole
            width = painter.fontMetrics().horizontalAdvance(words)
            left = min(max(plot.left(), x - width / 2), self.width() - width - 1.0)
            room = QRectF(left, plot.bottom() + 4, width + 1, height)
            # Chinese reaches below the line of a font that has none of its own.
            whole_letters = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
            painter.drawText(room, whole_letters, words)
            painter.fillRect(QRectF(x, plot.bottom(), self._hair(), 3), palette.hairline)

    def _paint_series(
        self,
        painter: QPainter,
        plot: QRectF,
        rate: Callable[[Slot], float],
        colour: QColor,
        *,
        filled: bool,
    ) -> None:
        pen = QPen(colour, LINE)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if not filled:
            pen.setDashPattern(UP_DASHES)
        for first, last in runs(self._slots, Sight.WATCHED, Sight.AVERAGE):
            line = QPolygonF()
            for number in range(first, last + 1):
                y = plot.bottom() - plot.height() * rate(self._slots[number]) / self.top
                line.append(QPointF(self._x(plot, number + 0.5), y))
            if filled:
                area = QPainterPath()
                area.addPolygon(line)
                area.lineTo(line.last().x(), plot.bottom())
                area.lineTo(line.first().x(), plot.bottom())
                area.closeSubpath()
                ground = QColor(colour)
                ground.setAlphaF(0.18)
                painter.fillPath(area, ground)
            painter.setPen(pen)
            painter.drawPolyline(line)

    def _hair(self) -> float:
        """A whole number of device pixels: filled without smoothing, sharp at any scale."""
        return max(1.0, round(self.devicePixelRatioF())) / self.devicePixelRatioF()

    # Reading it by the mouse.

    def event(self, event: QEvent) -> bool:
        """Tell the rates where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def words_at(self, x: int) -> str:
        """The rates at this place; empty where nothing is known."""
        plot = self._plot()
        number = int((x - plot.left()) / plot.width() * SLOTS)
        if not (plot.left() <= x and 0 <= number < len(self._slots)):
            return ""
        slot = self._slots[number]
        if slot.sight is Sight.NOTHING:
            return ""
        ago = wording.duration((SLOTS - 1 - number) * self._span.value)
        if slot.sight is Sight.AVERAGE:
            text = self.tr("{time} ago: {down} down, {up} up (an average: nobody was looking)")
        else:
            text = self.tr("{time} ago: {down} down, {up} up")
        return text.format(time=ago, down=wording.rate(slot.down), up=wording.rate(slot.up))


def scale_step(highest: float) -> float:
    """The distance of two lines of the scale: 1, 2 or 5 times a power of ten."""
    rough = max(highest, LEAST_TOP) / MOST_STEPS
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough)


def runs(slots: Sequence[Slot], *sights: Sight) -> Iterator[tuple[int, int]]:
    """The stretches of slots of these kinds, as first and last number."""
    first: int | None = None
    for number, slot in enumerate(slots):
        if slot.sight in sights and first is None:
            first = number
        elif slot.sight not in sights and first is not None:
            yield first, number - 1
            first = None
    if first is not None:
        yield first, len(slots) - 1


def _ago(span: Span, number: int) -> str:
    if span is Span.MINUTE:
        text = QCoreApplication.translate("Graph", "{number} s")
    else:
        text = QCoreApplication.translate("Graph", "{number} min")
    return text.format(number=wording.count(number))
