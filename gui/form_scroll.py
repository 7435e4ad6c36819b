"""A scroll area around a form that follows the keyboard to whatever field it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

IN_VIEW = 30
"""So much above and below a field is to be seen, too."""


class FormScroll(QScrollArea):
    """Scrolls up and down only, and to the field that has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the keyboard from now on."""
        super().showEvent(event)
        QApplication.instance().focusChanged.connect(self._follow_keyboard)  # type: ignore[union-attr]

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow it no more."""
        QApplication.instance().focusChanged.disconnect(self._follow_keyboard)  # type: ignore[union-attr]
        super().hideEvent(event)

    @Slot(QWidget, QWidget)
    def _follow_keyboard(self, _before: QWidget | None, field: QWidget | None) -> None:
        """Scroll to the field that has the keyboard now, by any key: Qt does it for Tab alone."""
        form = self.widget()
        if field is None or form is None or not form.isAncestorOf(field):
            return
        # All of it: `ensureWidgetVisible` is content with the line that the cursor is in.
        top = field.mapTo(form, QPoint())
        self.ensureVisible(top.x(), top.y() + field.height(), 0, IN_VIEW)
        self.ensureVisible(top.x(), top.y(), 0, IN_VIEW)
