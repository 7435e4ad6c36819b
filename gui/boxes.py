"""Boxes for choices and amounts: the wheel leaves them alone, rates are typed as people do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SECONDS = 86400
FASTEST = 1_000_000_000_000
RATE_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))
_NUMBER = r"[0-9][0-9.,\s]*"
_RATE = re.compile(rf"({_NUMBER}?)\s*((?:[kmg]?(?:b|bits?))?(?:/s)?|[kmg])", re.IGNORECASE)
_RATE_BEGUN = re.compile(rf"(?:{_NUMBER})?\s*(?:[kmg]?(?:b|bi|bits?)?(?:/s?)?)", re.IGNORECASE)


def turn_with_keyboard(
    field: QWidget, event: QWheelEvent, turn: Callable[[QWheelEvent], None]
) -> None:
    """Keep the wheel, on its way through a form, from turning what nobody is at."""
    if field.hasFocus():
        turn(event)
    else:
        event.ignore()  # so the form scrolls


class ChoiceBox(QComboBox):
    """A choice that the wheel leaves alone on its way through the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel does not bring the keyboard

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)


class CountBox(QSpinBox):
    """A number that the wheel leaves alone on its way through the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)


class SecondsBox(QDoubleSpinBox):
    """Seconds, shown with as many digits as the number has and no more."""

    def __init__(self, least: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, LONGEST_SECONDS)
        self.setDecimals(3)
        self._retranslate()
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setSuffix(self.tr(" s"))

    def textFromValue(self, value: float) -> str:
        """Without trailing zeros."""
        return shortest(self.locale(), value)


class RateBox(QDoubleSpinBox):
    """Bytes per second, written as people say them: 500 kB/s, 1.5 MB/s, 20 Mbit/s; 0 is no limit.

    A number alone counts thousands of bytes, as shown once the field is left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(0)
        self.setRange(0, FASTEST)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setSpecialValueText(self.tr("No limit"))
        self.setToolTip(self.tr("Such as 500 kB/s, 1.5 MB/s or 20 Mbit/s; 0 is no limit"))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)

    def textFromValue(self, value: float) -> str:
        """In the largest unit that shows the number exactly with three digits after the point."""
        fitting = (
            (unit, size) for unit, size in RATE_UNITS if value >= size and value * 1000 % size == 0
        )
        unit, size = next(fitting, RATE_UNITS[-1])
        return f"{shortest(self.locale(), value / size)} {unit}/s"

    def valueFromText(self, text: str) -> float:
        """What was meant; 0 while that cannot be told."""
        return self._read(text) or 0.0

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Take anything that is a rate, or could become one."""
        if self._read(text) is not None:
            return QValidator.State.Acceptable, text, at
        could = _RATE_BEGUN.fullmatch(text.strip()) is not None
        state = QValidator.State.Intermediate if could else QValidator.State.Invalid
        return state, text, at

    def _read(self, text: str) -> float | None:
        if text == self.specialValueText():
            return 0.0
        found = _RATE.fullmatch(text.strip())
        if found is None:
            return None
        number, understood = self.locale().toDouble(found[1])
        if not understood:
            number, understood = QLocale.c().toDouble(found[1])
        value = round(number * _rate_size(found[2]))
        return float(value) if understood and 0 <= value <= FASTEST else None

    def rate(self) -> int:
        """Bytes per second."""
        return round(self.value())

    def set_rate(self, rate: int) -> None:
        """Show this rate."""
        self.setValue(rate)


def _rate_size(unit: str) -> float:
    """Bytes per second in one of these; a unit is a prefix and B or bit."""
    name = unit.removesuffix("/s").strip().lower()
    prefix = {"k": 1e3, "m": 1e6, "g": 1e9}.get(name[:1], 1.0 if name else 1e3)
    return prefix / 8 if name.endswith(("bit", "bits")) else prefix


def shortest(locale: QLocale, value: float) -> str:
    """A number with as many digits as it has and no more."""
    return locale.toString(
        value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
    )
