"""A label whose words step back behind others, and can still be read on light and dark."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gui.appearance import colours


class DimLabel(QLabel):
    """Plain text in the colour of second lines; Qt's own dim colour is too faint to read."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application's palette; our own is made from it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        # Not the parent's palette: that may be told of a change after us.
        dim = colours(QApplication.palette()).dim
        # Setting a palette is a change of it, which calls this again: that time, for nothing.
        if self.palette().color(QPalette.ColorRole.WindowText) != dim:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.WindowText, dim)
            self.setPalette(palette)
