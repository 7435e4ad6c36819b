"""The menu that puts the selected mappings into a group; built anew whenever it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from gui.mapping_list import MappingList


class GroupsMenu(QMenu):
    """No group, every group there is, and a new one."""

    chosen = Signal(str)
    """The name of a group; empty for none."""
    new_wanted = Signal()

    def __init__(self, mappings: MappingList, parent: QWidget) -> None:
        super().__init__(parent)
        self._list = mappings
        self.aboutToShow.connect(self.build)
        self._say()

    @Slot()
    def build(self) -> None:
        """Offer the groups of now."""
        self.clear()
        self._add(self.tr("&No group"), "")
        self.addSeparator()
        for name in self._list.groups():
            # An ampersand in a name is a letter here, not the mark of a mnemonic.
            self._add(name.replace("&", "&&"), name)
        self.addSeparator()
        self.addAction(self.tr("N&ew group")).triggered.connect(self.new_wanted)

    def _add(self, text: str, name: str) -> None:
        entry = self.addAction(text)
        entry.setData(name)
        entry.triggered.connect(self._on_chosen)

    @Slot()
    def _on_chosen(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            self.chosen.emit(entry.data())

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        self.setTitle(self.tr("Move &to group"))
        self.build()
