"""Messages beside the tray, and who is told of their clicks; when there are any is elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.system.notifications import Note, Notifications
from gui.resources import icons_folder, picture_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QSystemTrayIcon

PICTURE = "rendered/portway-128.png"


class Balloons(QObject):
    """By the desktop's service on Linux; elsewhere, and where there is none, by the tray icon."""

    clicked = Signal(object)
    """What the message was about."""

    _clicked_there = Signal(object)
    _failed_there = Signal(object)

    def __init__(self, icon: Callable[[], QSystemTrayIcon], parent: QObject | None = None) -> None:
        """`icon` gives the tray icon of now."""
        super().__init__(parent)
        self._icon = icon
        self._about: object = None
        """Of the last message that the icon showed."""
        self._service: Notifications | None = None
        if sys.platform == "linux":
            self._service = Notifications(self._clicked_there.emit, self._failed_there.emit)
        self._clicked_there.connect(self._on_clicked, Qt.ConnectionType.QueuedConnection)
        self._failed_there.connect(self._show_at_icon, Qt.ConnectionType.QueuedConnection)

    @property
    def need_no_icon(self) -> bool:
        """Whether messages may be seen where there is no tray."""
        return self._service is not None

    def show(self, title: str, text: str, about: object = None) -> None:
        """Show a message; returns at once."""
        file = icons_folder() / PICTURE
        icon = file.as_uri() if file.is_file() else "portway"
        note = Note(title, text, about, action=self.tr("Open"), icon=icon)
        if self._service is not None:
            self._service.show(note)
        else:
            self._show_at_icon(note)

    def stop(self) -> None:
        """Show no more."""
        if self._service is not None:
            self._service.close()

    @Slot(object)
    def _on_clicked(self, about: object) -> None:
        self.clicked.emit(about)

    @Slot(object)
    def _show_at_icon(self, note: Note) -> None:
        self._about = note.about
        self._icon().showMessage(note.title, note.text, picture_icon("portway"))

    @Slot()
    def on_icon_clicked(self) -> None:
        """The message at the icon was clicked."""
        self.clicked.emit(self._about)
