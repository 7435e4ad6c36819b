"""The tool bar with the search field at its end; what is searched for is used elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolBar, QToolButton, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from gui.actions import Actions

SEARCH_WIDTH = 200
NARROW_SEARCH = 110
"""In a window that has not the room for more."""
UNLIMITED = 1 << 20


class ToolBar(QToolBar):
    """Buttons left, the search right; the search is in reach however narrow the window is."""

    measured = Signal()
    """It knows anew how wide it is; another language may have made it wider or narrower."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._roomy = 0
        self.least_width = 0
        self.search = QLineEdit(self)
        self.leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        self.leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.go_on = [
            QShortcut(QKeySequence(key), self.search, context=Qt.ShortcutContext.WidgetShortcut)
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ]
        """To what was found."""
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._add_buttons()
        self._add_search()
        self.setContentsMargins(6, 0, 8, 0)
        self.setMinimumHeight(44)
        self._retranslate()

    def _add_buttons(self) -> None:
        actions = self._actions
        self.addAction(actions.add)
        self.addSeparator()
        self.addActions([actions.edit, actions.duplicate, actions.delete])
        self.addSeparator()
        self.addActions([actions.start_all, actions.stop_all])
        self.addSeparator()
        add = self.widgetForAction(actions.add)
        assert isinstance(add, QToolButton)
        self._add = add

    def _add_search(self) -> None:
        gap = QWidget(self)
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._gap = self.addWidget(gap)
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(SEARCH_WIDTH)
        self.search.addAction(self._actions.find, QLineEdit.ActionPosition.LeadingPosition)
        self.addWidget(self.search)

    def fit(self, width: int) -> None:
        """Give up what can be spared in a window of this width: texts, then what keys do as well.

        In a window narrower than its tool bar the search would hide behind an arrow, where Ctrl+F
        cannot reach it and what is typed goes to the table.
        """
        roomy = width >= self._roomy
        self.search.setFixedWidth(SEARCH_WIDTH if roomy else NARROW_SEARCH)
        narrow = self._roomy - SEARCH_WIDTH + NARROW_SEARCH
        style = Qt.ToolButtonStyle
        has_text = width >= narrow
        self._add.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if has_text else style.ToolButtonIconOnly
        )
        spared = [self._actions.undo, self._actions.redo]
        if not has_text:
            for action in spared:
                self.removeAction(action)
        elif spared[0] not in self.actions():
            self.insertActions(self._gap, spared)

    def _measure(self) -> None:
        """See how wide the bar is with everything in it, and with the least."""
        self.fit(UNLIMITED)
        self._roomy = self._needed()
        self.fit(0)
        self.least_width = self._needed()
        self.fit(self.width())
        self.measured.emit()

    def _needed(self) -> int:
        layout = self.layout()
        assert layout is not None
        layout.invalidate()  # it has not heard yet what has just changed
        return self.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit, and lay out at once: what a narrow bar has hidden tells no layout that it shrank."""
        super().resizeEvent(event)
        self.fit(event.size().width())
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.setGeometry(self.rect())

    def showEvent(self, event: QShowEvent) -> None:
        """Measure: only now do the buttons know their style."""
        super().showEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language, write in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.FontChange):
            self._measure()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Tool bar"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the mappings"))
