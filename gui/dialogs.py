"""Opens the windows beside the main one: settings, log, keys, about; one of each at a time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from core.message import message
from gui.message_bar import Note, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gui.actions import Actions
    from gui.addresses import LocalAddresses
    from gui.autostart import AutostartSwitch
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList
    from gui.preferences import Preferences
    from gui.records import Records

log = logging.getLogger("portway.gui")

Kind = TypeVar("Kind", bound=QDialog)


class Dialogs(QObject):
    """Connected to the actions; a window is made when it is wanted and gone when it is closed.

    Its module, too, is imported only then: most sit in the tray for days without any of them.
    """

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        mappings: MappingList,
        records: Records,
        preferences: Preferences,
        addresses: LocalAddresses,
        profile: Path,
        autostart: AutostartSwitch,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._mappings = mappings
        self._records = records
        self._preferences = preferences
        self._addresses = addresses
        self._profile = profile
        self._autostart = autostart
        self.languages: Sequence[tuple[str, str]] = ()
        """Names as Qt writes them and what they call themselves; without any there is no choice."""
        actions.settings.triggered.connect(self.show_settings)
        actions.log.triggered.connect(self.show_log)
        actions.about.triggered.connect(self.show_about)
        actions.shortcuts.triggered.connect(self.show_shortcuts)
        actions.log_folder.triggered.connect(self.open_log_folder)
        actions.profile_folder.triggered.connect(self.open_profile_folder)

    @Slot()
    def show_settings(self) -> None:
        """Open the settings."""
        from gui.settings_dialog import SettingsDialog

        self._open(
            SettingsDialog,
            lambda: SettingsDialog(
                self._preferences, self._addresses, self.languages, self._autostart, self._window
            ),
        )

    @Slot()
    def show_log(self) -> None:
        """Open the log."""
        from gui.log_view import LogView

        self._open(
            LogView,
            lambda: LogView(self._records.log, self._mappings, self._actions, self._window),
        )

    @Slot()
    def show_about(self) -> None:
        """Say what this is."""
        from gui.about import About

        self._open(About, lambda: About(self._actions, self._window))

    @Slot()
    def show_shortcuts(self) -> None:
        """List what the keys do."""
        from gui.shortcuts import Shortcuts

        self._open(Shortcuts, lambda: Shortcuts(self._actions, self._window))

    def _open(self, kind: type[Kind], make: Callable[[], Kind]) -> None:
        self._window.bring_up()
        dialog = next(iter(self._window.findChildren(kind)), None)
        if dialog is None:
            dialog = make()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @Slot()
    def open_log_folder(self) -> None:
        """Show the log files in the system's file manager."""
        self._open_folder(self._records.folder)

    @Slot()
    def open_profile_folder(self) -> None:
        """Show the settings in the system's file manager."""
        self._open_folder(self._profile)

    def _open_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            log.warning(message("Cannot make {path}: {why}.", path=folder, why=error.strerror))
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            text = self.tr("No program here shows folders. It is {path}").format(path=folder)
            self._window.messages.say(Note(text, "folder", Tone.WARNING))
