"""The menu of columns: which are shown, each an entry to check; the header and a menu share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui import columns
from gui.columns import ALWAYS_SHOWN, FIRST_ORDER, Column

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.column_layout import ColumnLayout


class ColumnsMenu(QMenu):
    """One entry for each column that can be hidden, and one that brings the first columns back."""

    def __init__(self, layout: ColumnLayout, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout = layout
        self.entries: dict[Column, QAction] = {}
        for column in FIRST_ORDER:
            if column not in ALWAYS_SHOWN:
                entry = QAction(self)
                entry.setCheckable(True)
                entry.setData(int(column))
                entry.toggled.connect(self._on_toggled)
                self.addAction(entry)
                self.entries[column] = entry
        self.addSeparator()
        self.addAction(actions.reset_columns)
        layout.changed.connect(self._follow)
        self._follow()
        self._say()

    @Slot()
    def _follow(self) -> None:
        for column, entry in self.entries.items():
            entry.setChecked(self._layout.is_shown(column))

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        entry = self.sender()
        if isinstance(entry, QAction) and self._layout.is_shown(Column(entry.data())) != on:
            self._layout.show(Column(entry.data()), on)

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        self.setTitle(self.tr("&Columns"))
        for column, entry in self.entries.items():
            entry.setText(columns.title(column))
