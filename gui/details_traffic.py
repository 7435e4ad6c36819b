"""What the current mapping carries and has carried: the graph with its legend, and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.appearance import colours
from gui.dim_label import DimLabel
from gui.graph import LINE, UP_DASHES, Graph
from gui.history import History, Span

if TYPE_CHECKING:
    from core.config.totals import Total
    from gui.row import Row

SAMPLE = QSize(26, 12)


class Legend(QWidget):
    """A piece of a line as the graph draws it, and the word and rate of what it stands for."""

    def __init__(self, *, dashed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dashed = dashed
        self._sample = QLabel(self)
        self.words = QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._sample)
        layout.addWidget(self.words)
        self._dress()

    def _dress(self) -> None:
        palette = colours(self.palette())
        ratio = self.devicePixelRatioF()
        picture = QPixmap(SAMPLE * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(palette.up if self._dashed else palette.down, LINE + 0.4)
        if self._dashed:
            pen.setDashPattern(UP_DASHES)
        else:
            ground = QColor(palette.down)
            ground.setAlphaF(0.18)
            painter.fillRect(0, SAMPLE.height() // 2, SAMPLE.width(), SAMPLE.height(), ground)
        painter.setPen(pen)
        middle = SAMPLE.height() / 2
        painter.drawLine(QLineF(0, middle, SAMPLE.width(), middle))
        painter.end()
        self._sample.setPixmap(picture)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()


class SpanChoice(QWidget):
    """Three buttons, one of them down."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for span in Span:
            button = QToolButton(self)
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, span.value)
            layout.addWidget(button)
        self._name_parts()
        self.choose(Span.MINUTE)
        self._group.idClicked.connect(self._on_clicked)

    def _name_parts(self) -> None:
        words = {
            Span.MINUTE: (self.tr("1 min"), self.tr("The last minute")),
            Span.TEN_MINUTES: (self.tr("10 min"), self.tr("The last ten minutes")),
            Span.HOUR: (self.tr("1 h"), self.tr("The last hour")),
        }
        for span, (text, tip) in words.items():
            button = self._group.button(span.value)
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()

    @property
    def span(self) -> Span:
        """The one that is down."""
        return Span(self._group.checkedId())

    def choose(self, span: Span) -> None:
        """Push this one."""
        self._group.button(span.value).setChecked(True)

    @Slot(int)
    def _on_clicked(self, value: int) -> None:
        self.chosen.emit(Span(value))


class Traffic(QWidget):
    """Shows what it is told; asks nobody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.graph = Graph(self)
        self.down = Legend(dashed=False, parent=self)
        self.up = Legend(dashed=True, parent=self)
        self.spans = SpanChoice(self)
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(self.down)
        top.addWidget(self.up)
        top.addStretch(1)
        top.addWidget(self.spans)
        self._cells: dict[tuple[int, int], QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.graph, 1)
        layout.addLayout(self._make_totals())
        self._name_parts()

    def _make_totals(self) -> QGridLayout:
        """Rows since start and ever, columns down, up and connections; beside them, the losses."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(2)
        right = Qt.AlignmentFlag.AlignRight
        self._headings = [DimLabel("", self) for _ in range(3)]
        self._lines = [DimLabel("", self) for _ in range(2)]
        for column, heading in enumerate(self._headings, 1):
            grid.addWidget(heading, 0, column, right)
        for row, line in enumerate(self._lines, 1):
            grid.addWidget(line, row, 0)
            for column in range(1, 4):
                self._cells[row, column] = QLabel(self)
                grid.addWidget(self._cells[row, column], row, column, right)
        self._turned_away = DimLabel("", self)
        grid.addWidget(self._turned_away, 1, 4, 2, 1, right | Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(4, 1)
        return grid

    def _name_parts(self) -> None:
        headings = (self.tr("Down"), self.tr("Up"), self.tr("Connections"))
        for label, text in zip(self._headings, headings, strict=True):
            label.setText(text)
        lines = (self.tr("Since start"), self.tr("Ever"))
        for label, text in zip(self._lines, lines, strict=True):
            label.setText(text)
        for (row, column), cell in self._cells.items():
            name = self.tr("{when}: {what}")
            cell.setAccessibleName(name.format(when=lines[row - 1], what=headings[column - 1]))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; the numbers come with the next second."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()

    def show_row(self, row: Row, ever: Total, history: History) -> None:
        """Show the numbers of this row as they are now."""
        self.down.words.setText(self.tr("Down {rate}").format(rate=wording.rate(row.rate_down)))
        self.up.words.setText(self.tr("Up {rate}").format(rate=wording.rate(row.rate_up)))
        numbers = row.numbers
        since = (numbers.bytes_down, numbers.bytes_up, numbers.accepted)
        for line, (down, up, connections) in enumerate(
            (since, (ever.down, ever.up, ever.connections)), 1
        ):
            texts = (wording.amount(down), wording.amount(up), wording.count(connections))
            for column, text in enumerate(texts, 1):
                self._cells[line, column].setText(text)
        self._turned_away.setText(self._losses(row))
        self.graph.show_slots(history.slots(row.mapping.id, self.spans.span), self.spans.span)

    def _losses(self, row: Row) -> str:
        """Clients for whom it did not go well, since the start; a line for each kind there was."""
        numbers = row.numbers
        lines = (
            (numbers.failed, self.tr("No target: {count}")),
            (numbers.rejected, self.tr("Not let in: {count}")),
            (numbers.timed_out, self.tr("Timed out: {count}")),
            (numbers.evicted, self.tr("Made room: {count}")),
            (numbers.drops.total, self.tr("Datagrams dropped: {count}")),
        )
        return "\n".join(text.format(count=wording.count(n)) for n, text in lines if n)

    def cell(self, row: int, column: int) -> str:
        """What stands in the totals: rows since start and ever, columns down, up, connections."""
        return self._cells[row + 1, column + 1].text()
