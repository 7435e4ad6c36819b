"""The tool bar with the search field at its end; what is searched for is used elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolBar, QToolButton, QWidget

if TYPE_CHECKING:
    from gui.actions import Actions

SEARCH_WIDTH = 200
NARROW_SEARCH = 110
"""In a window that has not the room for more."""


class ToolBar(QToolBar):
    """Buttons left, the search right; the search is in reach however narrow the window is."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.search = QLineEdit(self)
        self.leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        self.leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.setWindowTitle(self.tr("Tool bar"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._add_buttons()
        self._add_search()
        self.setContentsMargins(6, 0, 8, 0)
        self.setMinimumHeight(44)
        # In a window narrower than its tool bar the search would hide behind an arrow, where
        # Ctrl+F cannot reach it and what is typed goes to the table.
        self._roomy = self.sizeHint().width()
        self.least_width = self._roomy - SEARCH_WIDTH + NARROW_SEARCH

    def _add_buttons(self) -> None:
        actions = self._actions
        self.addAction(actions.add)
        self.addSeparator()
        self.addActions([actions.edit, actions.duplicate, actions.delete])
        self.addSeparator()
        self.addActions([actions.start_all, actions.stop_all])
        self.addSeparator()
        self.addActions([actions.undo, actions.redo])
        add = self.widgetForAction(actions.add)
        assert isinstance(add, QToolButton)
        add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _add_search(self) -> None:
        gap = QWidget(self)
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the mappings"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(SEARCH_WIDTH)
        self.search.addAction(self._actions.find, QLineEdit.ActionPosition.LeadingPosition)
        self.addWidget(self.search)

    def fit(self, width: int) -> None:
        """Let the search have what room a window of this width has."""
        self.search.setFixedWidth(SEARCH_WIDTH if width >= self._roomy else NARROW_SEARCH)
