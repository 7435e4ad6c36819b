"""Small parts of the editor: a note beside a field, the mark of a fault, boxes for amounts."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from gui.appearance import colours
from gui.delegates import small_font
from gui.resources import action_icon, pixmap

LONGEST_SECONDS = 86400
STEP = 1000
FASTEST = 1_000_000_000


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
        return shortest(self.locale(), value)


class RateBox(QDoubleSpinBox):
    """Bytes per second, shown in thousands; 0 is no limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(3)
        self.setRange(0, FASTEST)
        self.setSuffix(self.tr(" kB/s"))
        self.setSpecialValueText(self.tr("No limit"))
        self.setSingleStep(100)
        self.setAccelerated(True)

    def textFromValue(self, value: float) -> str:
        """Without trailing zeros."""
        return shortest(self.locale(), value)

    def rate(self) -> int:
        """Bytes per second."""
        return round(self.value() * STEP)

    def set_rate(self, rate: int) -> None:
        """Show this rate."""
        self.setValue(rate / STEP)


def shortest(locale: QLocale, value: float) -> str:
    """A number with as many digits as it has and no more."""
    return locale.toString(
        value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
    )
