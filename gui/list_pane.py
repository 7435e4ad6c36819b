"""The middle of the window: the table, or words on why there is nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from gui.empty_state import EmptyState
from gui.table import MappingTable

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.model import MappingsModel


class ListPane(QStackedWidget):
    """Shows the table while there is something to show in it."""

    def __init__(self, model: MappingsModel, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.table = MappingTable(model, self)
        self.table.addActions([*actions.of_the_table, actions.paste])
        self.empty = EmptyState(actions, self)
        self.nothing_found = QLabel(self)
        self.nothing_found.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_found.setAutoFillBackground(True)
        self.nothing_found.setBackgroundRole(self.table.viewport().backgroundRole())
        for page in (self.empty, self.table, self.nothing_found):
            self.addWidget(page)
        self.table.shown.arranged.connect(self.show_page)
        self._retranslate()
        self.show_page()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.nothing_found.setText(self.tr("No mapping matches the search."))

    @Slot(str)
    def search(self, text: str) -> None:
        """Show only what this text finds, and of that what was selected before, or the first."""
        row = self.table.current_row()
        self.table.shown.search(text)
        self.table.look_at(row)

    @Slot()
    def show_page(self) -> None:
        """Show the table, or say why there is nothing in it."""
        if not self._model.rows:
            page: QWidget = self.empty
        elif not self.table.shown.count():
            page = self.nothing_found
        else:
            page = self.table
        self.setCurrentWidget(page)
