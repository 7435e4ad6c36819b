"""Small parts of the editor: a note beside a field, the mark of a fault, a field of some lines."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from gui.appearance import colours
from gui.resources import action_icon, pixmap
from gui.text_painting import small_font


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

    def __init__(self, field: QWidget) -> None:
        self._field = field
        self._action: QAction | None = None
        if isinstance(field, QLineEdit):  # in others there is no room for a picture
            self._action = QAction(field)
            self._action.setVisible(False)
            field.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)

    def show(self, text: str) -> None:
        """Mark the field; no text takes the mark away."""
        self._field.setAccessibleDescription(text)
        if self._action is None:
            return
        if text and not self._action.isVisible():
            palette = self._field.palette()
            ratio = self._field.devicePixelRatioF()
            icon = action_icon("state-error", palette)
            icon.addPixmap(pixmap("state-error", 16, ratio, colours(palette).bad))
            self._action.setIcon(icon)
        self._action.setVisible(bool(text))
        self._action.setToolTip(text)


class LinesBox(QPlainTextEdit):
    """A few lines of text; Tab goes on to the next field, as everywhere else."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        edges = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + edges + 2)

    def text(self) -> str:
        """All lines."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Fill it."""
        self.setPlainText(text)
