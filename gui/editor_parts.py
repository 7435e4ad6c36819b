"""Small parts of the editor: a note beside a field, a box for seconds, the folded options."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from gui.appearance import colours
from gui.delegates import small_font
from gui.resources import action_icon, pixmap

if TYPE_CHECKING:
    from core.config.mapping import Mapping

LONGEST_SECONDS = 86400
MOST_CONNECTIONS = 1_000_000


class Weight(Enum):
    """How a note is meant."""

    HINT = "hint"
    WARNING = "warning"
    PROBLEM = "problem"


class FieldNote(QLabel):
    """Words under a field: a hint, a warning, or what is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.weight = Weight.HINT
        self._colouring = True
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(small_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        # Two lines are kept free, so that the dialog does not jump while someone types.
        self.setMinimumHeight(2 * self.fontMetrics().height() + 2)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def say(self, text: str, weight: Weight) -> None:
        """Show this text."""
        self.weight = weight
        self.setText(text)
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._colouring:
            self._colour()

    def _colour(self) -> None:
        self._colouring = True
        shades = colours(self.palette())
        colour = {
            Weight.HINT: shades.dim,
            Weight.WARNING: shades.warn,
            Weight.PROBLEM: shades.bad,
        }[self.weight]
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
        self._colouring = False


class FaultMark:
    """A mark inside a line edit that says: the trouble is in this field."""

    def __init__(self, line: QLineEdit) -> None:
        self._line = line
        self._action = QAction(line)
        self._action.setVisible(False)
        line.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)

    def show(self, text: str) -> None:
        """Mark the field; no text takes the mark away."""
        if text and not self._action.isVisible():
            colour = colours(self._line.palette()).bad
            ratio = self._line.devicePixelRatioF()
            icon = action_icon("state-error", self._line.palette())
            icon.addPixmap(pixmap("state-error", 16, ratio, colour))
            self._action.setIcon(icon)
        self._action.setVisible(bool(text))
        self._action.setToolTip(text)
        self._line.setAccessibleDescription(text)


class SecondsBox(QDoubleSpinBox):
    """Seconds, shown with as many digits as the number has and no more."""

    def __init__(self, least: float, none: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, LONGEST_SECONDS)
        self.setDecimals(3)
        self.setSuffix(self.tr(" s"))
        self.setSpecialValueText(none)
        self.setAccelerated(True)

    def textFromValue(self, value: float) -> str:
        """Without trailing zeros."""
        shortest = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
        return self.locale().toString(value, "f", shortest)


class MoreOptions(QWidget):
    """The options most mappings leave as they are. `changes` holds only what the user touched."""

    changed = Signal()

    def __init__(self, mapping: Mapping, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes: dict[str, Any] = {}
        self.connect_timeout = SecondsBox(0.001, "", self)
        self.idle_timeout = SecondsBox(0, self.tr("Never"), self)
        self.half_closed_timeout = SecondsBox(0, self.tr("Never"), self)
        self.max_connections = QSpinBox(self)
        self.max_connections.setRange(0, MOST_CONNECTIONS)
        self.max_connections.setSpecialValueText(self.tr("No limit"))
        self.keepalive = QCheckBox(self.tr("&Keep quiet connections alive"), self)
        self.allow = QLineEdit(self)
        self.allow.setPlaceholderText(self.tr("Everyone, or networks such as 192.168.1.0/24"))
        self.allow_note = FieldNote(self)
        self.fields = (
            self.allow,
            self.max_connections,
            self.connect_timeout,
            self.idle_timeout,
            self.half_closed_timeout,
            self.keepalive,
        )
        """In the order in which Tab visits them."""
        self._lay_out()
        self._fill(mapping)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("A&llow only"), self.allow),
            ("", self.allow_note),
            (self.tr("&Most connections"), self.max_connections),
            (self.tr("Give up connecting a&fter"), self.connect_timeout),
            (self.tr("Close when &idle for"), self.idle_timeout),
            (self.tr("Close when &half closed for"), self.half_closed_timeout),
            ("", self.keepalive),
        )
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, (text, field) in enumerate(rows):
            if text:
                label = QLabel(text, self)
                label.setBuddy(field)
                grid.addWidget(label, at, 0, right)
            grid.addWidget(field, at, 1)

    def _fill(self, mapping: Mapping) -> None:
        self.connect_timeout.setValue(mapping.connect_timeout)
        self.idle_timeout.setValue(mapping.idle_timeout)
        self.half_closed_timeout.setValue(mapping.half_closed_timeout)
        self.max_connections.setValue(mapping.max_connections)
        self.keepalive.setChecked(mapping.keepalive)
        self.allow.setText(", ".join(mapping.allow))
        self.connect_timeout.valueChanged.connect(self._take_connect_timeout)
        self.idle_timeout.valueChanged.connect(self._take_idle_timeout)
        self.half_closed_timeout.valueChanged.connect(self._take_half_closed_timeout)
        self.max_connections.valueChanged.connect(self._take_max_connections)
        self.keepalive.toggled.connect(self._take_keepalive)
        self.allow.textEdited.connect(self.changed)

    @Slot(float)
    def _take_connect_timeout(self, seconds: float) -> None:
        self._take("connect_timeout", seconds)

    @Slot(float)
    def _take_idle_timeout(self, seconds: float) -> None:
        self._take("idle_timeout", seconds)

    @Slot(float)
    def _take_half_closed_timeout(self, seconds: float) -> None:
        self._take("half_closed_timeout", seconds)

    @Slot(int)
    def _take_max_connections(self, number: int) -> None:
        self._take("max_connections", number)

    @Slot(bool)
    def _take_keepalive(self, on: bool) -> None:
        self._take("keepalive", on)

    def _take(self, option: str, value: object) -> None:
        self.changes[option] = value
        self.changed.emit()
