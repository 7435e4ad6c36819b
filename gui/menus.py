"""The menus: which action stands where; what the actions do is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QMenuBar

    from gui.actions import Actions


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> None:
    """Put every action of the window into the menu bar."""
    file = bar.addMenu(QCoreApplication.translate("Menu", "&File"))
    file.addActions([actions.add])
    file.addSeparator()
    file.addActions([actions.start_all, actions.stop_all])
    file.addSeparator()
    file.addActions([actions.close, actions.quit])
    edit = bar.addMenu(QCoreApplication.translate("Menu", "&Edit"))
    edit.addActions([actions.undo, actions.redo])
    edit.addSeparator()
    edit.addActions([actions.copy, actions.find])
    fill_mapping_menu(bar.addMenu(QCoreApplication.translate("Menu", "&Mapping")), actions)
    bar.addMenu(QCoreApplication.translate("Menu", "&Help")).addAction(actions.about)


def fill_mapping_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done to the selected mappings."""
    menu.addActions([actions.toggle, actions.retry])
    menu.addSeparator()
    menu.addActions([actions.edit, actions.duplicate, actions.delete])


def fill_context_menu(menu: QMenu, actions: Actions) -> None:
    """The same, where the mouse is."""
    fill_mapping_menu(menu, actions)
    menu.addAction(actions.copy)
