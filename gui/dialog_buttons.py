"""The buttons at the foot of a dialog, without the loud pictures that some styles put on them."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

LEAST_WIDTH = 92


class DialogButtons(QDialogButtonBox):
    """Standard buttons, and one of our own that accepts; all of one width."""

    def __init__(
        self, standard: QDialogButtonBox.StandardButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(standard, parent)
        self._calm()

    def add_accepting(self) -> QPushButton:
        """Add the button that Enter stands for; its text is its owner's."""
        button = self.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        button.setDefault(True)
        self._calm()
        return button

    def changeEvent(self, event: QEvent) -> None:
        """Another style brings its pictures again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._calm()

    def _calm(self) -> None:
        for button in self.buttons():
            button.setIcon(QIcon())
            button.setMinimumWidth(LEAST_WIDTH)
