"""Every action of the program, defined once and reused in menus, tool bar, tray and shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette

from gui.resources import action_icon

Keys = list[QKeySequence | QKeySequence.StandardKey | str]


class Actions(QObject):
    """All actions; who handles them connects to `triggered`. None does anything by itself.

    Those in `of_the_table` act on selected rows; their keys work while the table has the
    keyboard, so that Delete or Space in the search field stay ordinary keys.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._drawings: dict[QAction, str] = {}
        standard = QKeySequence.StandardKey
        self.add = self._make(self.tr("&Add a mapping…"), "add", [standard.New])
        self.add.setIconText(self.tr("Add a mapping"))
        self.edit = self._make(self.tr("&Edit…"), "edit", ["F2", "Return", "Enter"])
        self.duplicate = self._make(self.tr("&Duplicate"), "duplicate", ["Ctrl+D"])
        self.delete = self._make(self.tr("De&lete"), "delete", [standard.Delete])
        self.toggle = self._make(self.tr("Switch o&n"), "start", ["Space"])
        self.retry = self._make(self.tr("Try a&gain"), "retry", ["F5"])
        self.copy = self._make(self.tr("&Copy as text"), "copy", [standard.Copy])
        self.start_all = self._make(self.tr("Start &all"), "start-all", [])
        self.stop_all = self._make(self.tr("Stop a&ll"), "stop-all", [])
        self.undo = self._make(self.tr("&Undo"), "undo", [standard.Undo])
        self.redo = self._make(self.tr("&Redo"), "redo", ["Ctrl+Shift+Z", "Ctrl+Y"])
        self.find = self._make(self.tr("&Find"), "search", [standard.Find])
        self.open = self._make(self.tr("&Open Portway"), "", [])
        self.close = self._make(self.tr("&Close the window"), "", [standard.Close])
        self.quit = self._make(self.tr("&Quit"), "quit", ["Ctrl+Q"])
        self.about = self._make(self.tr("&About Portway"), "about", [])
        self.details = self._make(self.tr("&Details"), "", ["F4"])
        self.details.setCheckable(True)
        self.close_connection = self._make(self.tr("Close c&onnection"), "close", [standard.Delete])
        self.close_connections = self._make(self.tr("Close all connect&ions"), "", [])
        self.copy_address = self._make(self.tr("&Copy address"), "copy", [standard.Copy])
        self.settings = self._make(self.tr("&Settings…"), "settings", ["Ctrl+,"])
        self.log = self._make(self.tr("&Log"), "log", ["Ctrl+L"])
        self.log_folder = self._make(self.tr("Open log &folder"), "folder", [])
        self.profile_folder = self._make(self.tr("Open &profile folder"), "folder", [])
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.of_the_connections = [self.close_connection, self.copy_address]
        """Their keys work while the table of connections has the keyboard."""
        self.of_the_table = [
            self.edit,
            self.duplicate,
            self.delete,
            self.toggle,
            self.retry,
            self.copy,
        ]
        for action in (*self.of_the_table, *self.of_the_connections):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.close.setMenuRole(QAction.MenuRole.NoRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make(self, text: str, drawing: str, keys: Keys) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if keys:
            tip = self.tr("{action} ({key})").format(
                action=action.iconText(),
                key=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            )
            action.setToolTip(tip)
        if drawing:
            self._drawings[action] = drawing
        return action

    def name_toggle(self, palette: QPalette, *, on: bool) -> None:
        """Let the toggle say what it would do: switch on, or off."""
        drawing = "start" if on else "stop"
        self.toggle.setText(self.tr("Switch o&n") if on else self.tr("Switch o&ff"))
        if self._drawings[self.toggle] != drawing:
            self._drawings[self.toggle] = drawing
            self.toggle.setIcon(action_icon(drawing, palette))

    def colour_icons(self, palette: QPalette) -> None:
        """Render all icons for this palette and the screens here."""
        for action, drawing in self._drawings.items():
            action.setIcon(action_icon(drawing, palette))
