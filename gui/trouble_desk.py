"""Tells of Portway's own faults, in the window or the tray, with a report that can be copied."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from core.logs.crash_report import crash_report
from gui.fault_report import FaultReport
from gui.message_bar import Note, Tone

if TYPE_CHECKING:
    from core.engine.events import Stopped
    from gui.actions import Actions
    from gui.engine_keeper import EngineKeeper
    from gui.faults import Faults
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList
    from gui.tray import Tray

log = logging.getLogger("portway.gui")


class TroubleDesk(QObject):
    """Listens to the engine's keeper and to the faults of the window."""

    def __init__(
        self,
        window: MainWindow,
        tray: Tray,
        actions: Actions,
        mappings: MappingList,
        keeper: EngineKeeper,
        faults: Faults,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._tray = tray
        self._actions = actions
        self._list = mappings
        self.report = ""
        """Of the last fault."""
        keeper.failed.connect(self._on_engine_failed)
        faults.found.connect(self._on_fault)
        actions.show_report.triggered.connect(self.show_report)

    @Slot(object, bool)
    def _on_engine_failed(self, event: Stopped, again: bool) -> None:
        self._write("The relay engine ended by a fault.", event.report)
        if again:
            text = self.tr(
                "The relay engine had a fault. It is started again with all your mappings; "
                "connections were cut."
            )
            self._tell(Note(text, "engine", Tone.WARNING, self._actions.show_report))
        else:
            text = self.tr(
                "The relay engine failed again and again, so your mappings do not run. "
                "The log says why."
            )
            self._tell(Note(text, "engine", Tone.WARNING, self._actions.restart_engine))

    @Slot(str)
    def _on_fault(self, traceback: str) -> None:
        self._write("An unexpected fault in the window.", traceback)
        text = self.tr("Something went wrong in Portway's window. Your mappings go on.")
        self._tell(Note(text, "fault", Tone.WARNING, self._actions.show_report))

    def _write(self, what: str, traceback: str) -> None:
        from gui.about import version_information  # here: licences, zip and e-mail, 3 MB of it

        facts = version_information()
        self.report = crash_report(what, facts, traceback, self._list.mappings)
        log.error("Report of a fault:\n%s", self.report)

    def _tell(self, note: Note) -> None:
        self._window.messages.say(note)
        if not self._window.isVisible() and self._tray.can_tell:
            self._tray.say(self.tr("A fault in Portway"), note.text)

    @Slot()
    def show_report(self) -> None:
        """Open the report of the last fault."""
        self._window.bring_up()
        dialog = FaultReport(self.report, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
