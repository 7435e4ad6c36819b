"""The tray icon: state at a glance, whenever there is a tray; what its menu says is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from gui import wording
from gui.balloons import Balloons
from gui.line_menu import SUBMENU, Line, LineMenu
from gui.resources import picture_icon
from gui.tray_menu import error_lines, mapping_lines

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QIcon

    from gui.actions import Actions
    from gui.model import MappingsModel
    from gui.pause import Pause
    from gui.recent_errors import RecentErrors
    from gui.row import Summary

LOOK_MS = 5000
"""How often to see whether a tray came or went; panels start late and restart."""
TRAY_SIZES = (16, 20, 22, 24, 32, 48)


class Tray(QObject):
    """Shows itself whenever there is a tray to be in."""

    toggle_wanted = Signal(str, bool)
    group_toggle_wanted = Signal(str, bool)
    row_wanted = Signal(str)
    """The mapping of this id is to be shown."""
    message_clicked = Signal(object)
    """What the message was about."""
    here = Signal(bool)
    """A tray came, or the one there was went away."""

    def __init__(
        self,
        model: MappingsModel,
        actions: Actions,
        pause: Pause,
        errors: RecentErrors,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._actions = actions
        self._pause = pause
        self._errors = errors
        self._is_here = False
        self._stopped = False
        self._menu_is_old = False
        self._icons: dict[str, QIcon] = {}
        self.balloons = Balloons(lambda: self.icon, self)
        self.balloons.clicked.connect(self.message_clicked)
        self._make()
        model.list_changed.connect(self._on_list_changed)
        model.cells_changed.connect(self._on_cells_changed)
        model.summary_changed.connect(self._follow)
        pause.changed.connect(self.refresh)
        errors.changed.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def _make(self) -> None:
        """Make icon and menu, for the kind of tray there is now.

        Qt decides when an icon is made whether it goes to a tray of D-Bus or to one of X11; one
        made before the panel came would never be seen.
        """
        self.menu = LineMenu(self._lines)
        self.menu.chosen.connect(self._on_chosen)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(self.balloons.on_icon_clicked)
        self.refresh()

    def _unmake(self) -> None:
        self.icon.hide()
        self.icon.deleteLater()
        self.menu.deleteLater()

    @property
    def is_here(self) -> bool:
        """Whether the icon can be seen."""
        return self._is_here

    @property
    def can_tell(self) -> bool:
        """Whether what is said may be seen."""
        return self._is_here or self.balloons.need_no_icon

    @Slot()
    def look(self) -> None:
        """See whether there is a tray; take it, or let it go."""
        available = QSystemTrayIcon.isSystemTrayAvailable()
        if available == self._is_here:
            return
        self._is_here = available
        if available:
            self._unmake()
            self._make()
            self.icon.show()
        else:
            self.icon.hide()
        self.here.emit(available)

    def stop(self) -> None:
        """Leave the tray for good."""
        self._stopped = True
        self._timer.stop()
        self.balloons.stop()
        self._unmake()

    @Slot(str, str, object)
    def say(self, title: str, text: str, about: object = None) -> None:
        """Show a message, and give back what it was about when it is clicked."""
        self.balloons.show(title, text, about)

    @Slot()
    def _on_list_changed(self) -> None:
        self._menu_is_old = True

    @Slot(object, bool)
    def _on_cells_changed(self, _rows: object, words: bool) -> None:
        # Numbers, which come each second, are not in the menu: of thousands of rows it takes a
        # while to make.
        self._menu_is_old = self._menu_is_old or words

    @Slot()
    def refresh(self) -> None:
        """Let icon, tool tip and menu tell the state of now."""
        self._menu_is_old = True
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._stopped:
            return
        summary = self._model.summary()
        name = "tray-idle"
        if summary.troubled:
            name = "tray-trouble"
        elif summary.listening:
            name = "tray-active"
        icon, tip = self._icon(name), self._tool_tip(summary)
        # Told only when it is another one: each would go over the bus, once a second.
        if icon.cacheKey() != self.icon.icon().cacheKey():
            self.icon.setIcon(icon)
        if tip != self.icon.toolTip():
            self.icon.setToolTip(tip)
        if self._menu_is_old:
            self._menu_is_old = False
            self.menu.refresh()

    def _icon(self, name: str) -> QIcon:
        if name not in self._icons:
            self._icons[name] = picture_icon(name, TRAY_SIZES)
        return self._icons[name]

    def _tool_tip(self, summary: Summary) -> str:
        if self._pause.is_on:
            text = self.tr("Portway: paused until {time}")
            return text.format(time=wording.clock_time(self._pause.until))
        if summary.troubled:
            text = self.tr("Portway: {listening} of {all} listening, {troubled} in trouble")
        else:
            text = self.tr("Portway: {listening} of {all} listening")
        return text.format(
            listening=wording.count(summary.listening),
            all=wording.count(summary.mappings),
            troubled=wording.count(summary.troubled),
        )

    def _lines(self) -> list[Line | QAction | None]:
        """All of the menu: lines of ours, actions of the window, and breaks."""
        actions = self._actions
        lines: list[Line | QAction | None] = [actions.open, None]
        if self._model.rows:
            lines += mapping_lines(self._model.rows)
            lines += [None, actions.start_all, actions.stop_all]
            lines += [actions.pause, actions.resume, None]
        errors = error_lines(self._errors.entries)
        if errors:
            lines += [Line((SUBMENU, ""), self.tr("Recent errors"), lines=errors), None]
        return [*lines, actions.quit]

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        reasons = QSystemTrayIcon.ActivationReason
        if reason in (reasons.Trigger, reasons.DoubleClick):
            self._actions.open.trigger()

    @Slot(str, str, bool)
    def _on_chosen(self, kind: str, about: str, on: bool) -> None:
        match kind:
            case "mapping":
                self.toggle_wanted.emit(about, on)
            case "group":
                self.group_toggle_wanted.emit(about, on)
            case "error":
                self.row_wanted.emit(about)
            case "open":
                self._actions.open.trigger()
