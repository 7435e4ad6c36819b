"""A tab widget that follows the language to its last button."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QTabBar, QTabWidget, QToolButton


class Tabs(QTabWidget):
    """Names its two scroll buttons anew: Qt does so only when it makes them."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            fresh = QTabBar()
            now, new = (bar.findChildren(QToolButton) for bar in (self.tabBar(), fresh))
            for button, named in zip(now, new, strict=False):
                button.setAccessibleName(named.accessibleName())
