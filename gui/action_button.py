"""A push button that stands for an action: its text, picture and whether it can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class ActionButton(QPushButton):
    """What a tool button does with its default action, with the size and focus of a push button."""

    def __init__(self, action: QAction | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: QAction | None = None
        self.setAutoDefault(False)
        self.clicked.connect(self._trigger)
        self.set_action(action)

    def set_action(self, action: QAction | None) -> None:
        """Stand for this action from now on."""
        if self._action is not None:
            self._action.changed.disconnect(self._follow)
        self._action = action
        if action is not None:
            action.changed.connect(self._follow)
            self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._action is not None:
            self.setText(self._action.iconText().replace("&", ""))
            self.setIcon(self._action.icon())
            self.setToolTip(self._action.toolTip())
            self.setEnabled(self._action.isEnabled())

    @Slot()
    def _trigger(self) -> None:
        if self._action is not None:
            self._action.trigger()
