"""The menus: which action stands where; what the actions do is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from gui.columns_menu import ColumnsMenu
from gui.groups_menu import GroupsMenu

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList


class Menus(QObject):
    """The menu bar and the context menus of the window."""

    def __init__(self, window: MainWindow, mappings: MappingList, actions: Actions) -> None:
        super().__init__(window)
        self._actions = actions
        self.columns = ColumnsMenu(window.table.columns, actions, window)
        self.groups = GroupsMenu(mappings, window)
        self.file, self.edit, self.mapping, self.view, self.help = (QMenu(window) for _ in range(5))
        self.context = QMenu(window)
        """For selected mappings."""
        self.background = QMenu(window)
        """Where no mapping is."""
        for menu in (self.file, self.edit, self.mapping, self.view, self.help):
            window.menuBar().addMenu(menu)
        self._fill()
        self.retranslate()

    def _fill(self) -> None:
        actions = self._actions
        self.file.addActions([actions.add, actions.import_file])
        self.file.addSeparator()
        self.file.addActions([actions.start_all, actions.stop_all, actions.pause, actions.resume])
        self.file.addSeparator()
        self.file.addAction(actions.settings)
        self.file.addSeparator()
        self.file.addActions([actions.close, actions.quit])
        self.edit.addActions([actions.undo, actions.redo])
        self.edit.addSeparator()
        self.edit.addActions([actions.copy, actions.paste])
        self.edit.addSeparator()
        self.edit.addAction(actions.find)
        self._fill_with_mapping(self.mapping)
        self.view.addActions([actions.details, actions.log])
        self.view.addSeparator()
        self.view.addMenu(self.columns)
        self.view.addSeparator()
        self.view.addActions([actions.fold_all, actions.unfold_all])
        self.help.addActions(
            [actions.try_demo, actions.shortcuts, actions.log_folder, actions.about]
        )
        self._fill_with_mapping(self.context)
        self.context.addSeparator()
        self.context.addActions([actions.copy, actions.paste])
        self.background.addActions([actions.add, actions.paste])

    def _fill_with_mapping(self, menu: QMenu) -> None:
        """What can be done to the selected mappings."""
        actions = self._actions
        menu.addActions([actions.toggle, actions.retry, actions.diagnose])
        menu.addSeparator()
        menu.addActions([actions.edit, actions.duplicate, actions.delete])
        menu.addSeparator()
        menu.addMenu(self.groups)
        menu.addActions([actions.move_up, actions.move_down])

    def retranslate(self) -> None:
        """Name the menus in the language of now."""
        self.file.setTitle(self.tr("&File"))
        self.edit.setTitle(self.tr("&Edit"))
        self.mapping.setTitle(self.tr("&Mapping"))
        self.view.setTitle(self.tr("&View"))
        self.help.setTitle(self.tr("&Help"))
