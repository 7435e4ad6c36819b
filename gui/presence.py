"""Where Portway shows itself: in its window, the task bar or the tray, and never nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.closing import Closing
from gui.notifier import Kind, Notifier

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList
    from gui.model import MappingsModel
    from gui.preferences import Preferences
    from gui.remembered import Remembered
    from gui.tray import Tray


class Presence(QObject):
    """Moves between them as trays come and go, and as the user opens and closes the window.

    What the user chose is never changed by that: a tray that is late or gone is stood in for by
    the minimised window, which goes into the tray as soon as there is one.
    """

    def __init__(
        self,
        window: MainWindow,
        tray: Tray,
        model: MappingsModel,
        mappings: MappingList,
        remembered: Remembered,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._tray = tray
        self._list = mappings
        self._preferences = preferences
        self._ended = False
        self._stands_in = False
        """The window is minimised only because there is no tray to be in."""
        self._looked_at = False
        self.closing = Closing(window, remembered, lambda: tray.is_here, self._is_busy, self)
        self.notifier = Notifier(model, self._may_notify, self)
        self.notifier.message.connect(tray.say)
        tray.message_clicked.connect(self._on_message_clicked)
        tray.row_wanted.connect(self.show_row)
        tray.here.connect(self._on_tray)
        window.looked_at.connect(self._on_looked_at)

    def begin(self, *, hidden: bool) -> None:
        """Show the window, or hide in the tray."""
        self._tray.look()
        if not hidden:
            self._window.show()
        elif not self._tray.is_here:
            self._stand_in()

    def stop(self) -> None:
        """Portway ends, and with it tray, questions and notifications."""
        self._ended = True
        self.closing.stop()
        self._tray.stop()
        self.notifier.stop()

    @Slot(str)
    def show_row(self, mapping_id: str) -> None:
        """Open the window on this mapping."""
        self.show_rows([mapping_id])

    @Slot(object)
    def show_rows(self, ids: list[str]) -> None:
        """Open the window on these mappings."""
        self._window.bring_up()
        self._window.leave_search()
        here = [one for one in ids if self._list.get(one) is not None]
        if len(here) == 1:
            self._window.table.select(here[0])
        elif here:
            self._window.table.select_all_of(here)

    @Slot(object)
    def _on_message_clicked(self, about: object) -> None:
        self.show_rows(about if isinstance(about, list) else [])

    def _may_notify(self, kind: Kind) -> bool:
        settings = self._preferences.settings
        wanted = {
            Kind.FAILED: settings.notifications,
            Kind.PORT_TAKEN: settings.notify_port_taken,
            Kind.RECOVERED: settings.notify_recovered,
        }[kind]
        return wanted and self._tray.can_tell and not self._looked_at

    def _is_busy(self) -> bool:
        return any(one.enabled for one in self._list.mappings)

    @Slot(bool)
    def _on_tray(self, here: bool) -> None:
        """A tray that goes must not leave the program without a face."""
        if self._ended:
            return
        if not here and not self._window.isVisible() and self.closing.box is None:
            self._stand_in()
        elif here and self._stands_in and self._window.isMinimized():
            self._stands_in = False
            self._window.hide()

    def _stand_in(self) -> None:
        """Be in the task bar instead of the tray, until one comes or the window is used."""
        self._stands_in = True
        self._window.showMinimized()

    @Slot(bool)
    def _on_looked_at(self, looking: bool) -> None:
        self._looked_at = looking
        if looking:
            self._stands_in = False
