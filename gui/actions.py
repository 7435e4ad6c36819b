"""Every action of the program, defined once and reused in menus, tool bar, tray and shortcuts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette

from gui.resources import action_icon

if TYPE_CHECKING:
    from collections.abc import Iterator

Keys = list[QKeySequence | QKeySequence.StandardKey | str]


class Actions(QObject):
    """All actions; who handles them connects to `triggered`. None does anything by itself.

    Those in `of_the_table` act on selected rows; their keys work while the table has the
    keyboard, so that Delete or Space in the search field stay ordinary keys.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._drawings: dict[QAction, str] = {}
        self._made: list[QAction] = []
        self._renamed: Iterator[QAction] | None = None
        self._define()
        for action in (*self.of_the_table, *self.of_the_connections, self.paste):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.close.setMenuRole(QAction.MenuRole.NoRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.details.setCheckable(True)
        self.resume.setVisible(False)

    def retranslate(self) -> None:
        """Name all actions in the language of now."""
        self._renamed = iter(self._made)
        self._define()
        self._renamed = None

    def _define(self) -> None:
        """Make every action, or, called again, give the same ones their texts anew."""
        standard = QKeySequence.StandardKey
        self.add = self._make(self.tr("&Add a mapping…"), "add", [standard.New])
        self.add.setIconText(self.tr("Add a mapping"))
        self.import_file = self._make(self.tr("&Import…"), "import", ["Ctrl+O"])
        self.try_demo = self._make(self.tr("&Try the demo"), "start", [])
        self.edit = self._make(self.tr("&Edit…"), "edit", ["F2", "Return", "Enter"])
        self.duplicate = self._make(self.tr("&Duplicate"), "duplicate", ["Ctrl+D"])
        self.delete = self._make(self.tr("De&lete"), "delete", [standard.Delete])
        self.toggle = self._make(self.tr("Switch o&n"), "start", ["Space"])
        self.retry = self._make(self.tr("Try a&gain"), "retry", ["F5"])
        self.diagnose = self._make(self.tr("D&iagnose…"), "diagnose", ["F8"])
        self.copy = self._make(self.tr("&Copy as text"), "copy", [standard.Copy])
        self.paste = self._make(self.tr("&Paste mappings"), "paste", [standard.Paste])
        self.move_up = self._make(self.tr("Move &up"), "", ["Alt+Up"])
        self.move_down = self._make(self.tr("Move do&wn"), "", ["Alt+Down"])
        self.fold_all = self._make(self.tr("&Fold all groups"), "", [])
        self.unfold_all = self._make(self.tr("&Unfold all groups"), "", [])
        self.reset_columns = self._make(self.tr("&Reset the columns"), "", [])
        self.start_all = self._make(self.tr("Sta&rt all"), "start-all", [])
        self.stop_all = self._make(self.tr("Stop a&ll"), "stop-all", [])
        self.pause = self._make(self.tr("&Pause everything for 30 minutes"), "pause", [])
        self.resume = self._make(self.tr("End the &pause"), "start", [])
        self.undo = self._make(self.tr("&Undo"), "undo", [standard.Undo])
        self.redo = self._make(self.tr("&Redo"), "redo", ["Ctrl+Shift+Z", "Ctrl+Y"])
        self.find = self._make(self.tr("&Find"), "search", [standard.Find])
        self.open = self._make(self.tr("&Open Portway"), "", [])
        self.close = self._make(self.tr("&Close the window"), "", [standard.Close])
        self.quit = self._make(self.tr("&Quit"), "quit", ["Ctrl+Q"])
        self.shortcuts = self._make(self.tr("&Keyboard shortcuts"), "", [standard.HelpContents])
        self.about = self._make(self.tr("&About Portway"), "about", [])
        self.details = self._make(self.tr("&Details"), "", ["F4"])
        self.close_connection = self._make(self.tr("Close c&onnection"), "close", [standard.Delete])
        self.close_connections = self._make(self.tr("Close all connect&ions"), "", [])
        self.copy_address = self._make(self.tr("&Copy address"), "copy", [standard.Copy])
        self.settings = self._make(self.tr("&Settings…"), "settings", ["Ctrl+,"])
        self.log = self._make(self.tr("&Log"), "log", ["Ctrl+L"])
        self.log_folder = self._make(self.tr("Open log &folder"), "folder", [])
        self.profile_folder = self._make(self.tr("Open &profile folder"), "folder", [])
        self.show_report = self._make(self.tr("Show the &report"), "", [])
        self.restart_engine = self._make(self.tr("&Start it again"), "retry", [])
        self.of_the_connections = [self.close_connection, self.copy_address]
        """Their keys work while the table of connections has the keyboard."""
        self.of_the_table = [
            self.edit,
            self.duplicate,
            self.delete,
            self.toggle,
            self.retry,
            self.copy,
            self.move_up,
            self.move_down,
        ]

    def _make(self, text: str, drawing: str, keys: Keys) -> QAction:
        if self._renamed is not None:
            action = next(self._renamed)
            action.setText(text)
        else:
            action = QAction(text, self)
            self._made.append(action)
            action.setShortcuts([QKeySequence(key) for key in keys])
        action.setIconText(plain(text))
        if keys:
            tip = self.tr("{action} ({key})").format(
                action=action.iconText(),
                key=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            )
            action.setToolTip(tip)
        if drawing:
            self._drawings.setdefault(action, drawing)
        return action

    @property
    def all(self) -> list[QAction]:
        """Every one, in the order of their definition."""
        return self._made

    def with_keys(self) -> list[QAction]:
        """Those that keys call, in the order of their definition."""
        return [action for action in self._made if action.shortcuts()]

    def name_toggle(self, palette: QPalette, *, on: bool) -> None:
        """Let the toggle say what it would do: switch on, or off."""
        drawing = "start" if on else "stop"
        self.toggle.setText(self.tr("Switch o&n") if on else self.tr("Switch o&ff"))
        self.toggle.setIconText(plain(self.toggle.text()))
        if self._drawings[self.toggle] != drawing:
            self._drawings[self.toggle] = drawing
            self.toggle.setIcon(action_icon(drawing, palette))

    def colour_icons(self, palette: QPalette) -> None:
        """Render all icons for this palette and the screens here."""
        for action, drawing in self._drawings.items():
            action.setIcon(action_icon(drawing, palette))

    def colour_tray_icons(self, palette: QPalette) -> None:
        """Render those of the tray's menu alone: all take 2 MB that a hidden window can spare."""
        for action in (self.start_all, self.stop_all, self.pause, self.resume, self.quit):
            action.setIcon(action_icon(self._drawings[action], palette))


def plain(text: str) -> str:
    """The text for a button or a tip: without the mark of a mnemonic, or the dots of a dialog.

    Where letters cannot be marked, as in Chinese, the mark stands behind in brackets.
    """
    return re.sub(r"\(&.\)", "", text).replace("&", "").removesuffix("…")
