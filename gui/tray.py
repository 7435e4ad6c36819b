"""The tray icon: state at a glance, and a menu that switches mappings; the window is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.engine.status import State
from gui import wording
from gui.resources import picture_icon

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.model import MappingsModel
    from gui.row import Row, Summary

LOOK_MS = 5000
"""How often to see whether a tray came or went; panels start late and restart."""
MOST_ENTRIES = 30
"""A longer menu leaves the screen; the window shows the rest."""
TRAY_SIZES = (16, 20, 22, 24, 32, 48)


class Tray(QObject):
    """Shows itself whenever there is a tray to be in."""

    toggle_wanted = Signal(str, bool)
    here = Signal(bool)
    """A tray came, or the one there was went away."""

    def __init__(
        self, model: MappingsModel, actions: Actions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._actions = actions
        self._is_here = False
        self._icons: dict[str, QIcon] = {}
        self.menu = QMenu()
        self.menu.aboutToShow.connect(self._build_menu)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        model.summary_changed.connect(self.refresh)
        self._build_menu()
        self.refresh()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def is_here(self) -> bool:
        """Whether the icon can be seen."""
        return self._is_here

    @Slot()
    def look(self) -> None:
        """See whether there is a tray; take it, or let it go."""
        available = QSystemTrayIcon.isSystemTrayAvailable()
        if available == self._is_here:
            return
        self._is_here = available
        self.icon.setVisible(available)
        self.here.emit(available)

    def stop(self) -> None:
        """Leave the tray for good."""
        self._timer.stop()
        self.icon.hide()
        self.menu.deleteLater()

    def say(self, title: str, text: str) -> None:
        """Show a balloon."""
        self.icon.showMessage(title, text, self._icon("portway"))

    @Slot()
    def refresh(self) -> None:
        """Let icon and tool tip tell the state of now."""
        summary = self._model.summary()
        name = "tray-idle"
        if summary.troubled:
            name = "tray-trouble"
        elif summary.listening:
            name = "tray-active"
        self.icon.setIcon(self._icon(name))
        self.icon.setToolTip(self._tool_tip(summary))

    def _icon(self, name: str) -> QIcon:
        if name not in self._icons:
            self._icons[name] = picture_icon(name, TRAY_SIZES)
        return self._icons[name]

    def _tool_tip(self, summary: Summary) -> str:
        if summary.troubled:
            text = self.tr("Portway: {listening} of {all} listening, {troubled} in trouble")
        else:
            text = self.tr("Portway: {listening} of {all} listening")
        return text.format(
            listening=wording.count(summary.listening),
            all=wording.count(summary.mappings),
            troubled=wording.count(summary.troubled),
        )

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if reason in (reasons.Trigger, reasons.DoubleClick):
            self._actions.open.trigger()

    @Slot()
    def _build_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction(self._actions.open)
        self.menu.setDefaultAction(self._actions.open)
        self.menu.addSeparator()
        rows = self._model.rows
        for row in rows[:MOST_ENTRIES]:
            self.menu.addAction(self._entry(row))
        if len(rows) > MOST_ENTRIES:
            more = self.menu.addAction(self.tr("More in the window…"))
            more.triggered.connect(self._actions.open.trigger)
        if rows:
            self.menu.addSeparator()
            self.menu.addAction(self._actions.start_all)
            self.menu.addAction(self._actions.stop_all)
            self.menu.addSeparator()
        self.menu.addAction(self._actions.quit)

    def _entry(self, row: Row) -> QAction:
        text = row.mapping.title
        if row.status.state not in (State.OFF, State.LISTENING):
            word = wording.state_word(row.status.state)
            text = self.tr("{name} ({state})").format(name=text, state=word)
        # An ampersand in a name is a letter here, not the mark of a mnemonic.
        entry = QAction(text.replace("&", "&&"), self.menu)
        entry.setCheckable(True)
        entry.setChecked(row.mapping.enabled)
        entry.setData(row.mapping.id)
        entry.toggled.connect(self._on_entry)
        return entry

    @Slot(bool)
    def _on_entry(self, on: bool) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            self.toggle_wanted.emit(entry.data(), on)
