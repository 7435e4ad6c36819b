"""Everything that runs while Portway runs on a desktop, tied together; how it ends is elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt, Slot

from core.config.saver import Saver
from core.config.settings import Theme
from core.config.store import ChangedOutsideError
from core.engine.commands import LookAround, SetMappings
from core.engine.engine import Engine
from gui import ending, wording
from gui.actions import Actions
from gui.addresses import LocalAddresses
from gui.appearance import Appearance
from gui.autostart import AutostartSwitch
from gui.bridge import Bridge
from gui.diagnosing import Diagnosing
from gui.dialogs import Dialogs
from gui.engine_keeper import EngineKeeper
from gui.faults import Faults
from gui.firewall_hint import FirewallHint
from gui.language import SYSTEM, Language, available, use
from gui.main_window import MainWindow
from gui.mapping_list import MappingList
from gui.message_bar import Note, Tone
from gui.model import MappingsModel
from gui.outside import OutsideChanges
from gui.outside_settings import OutsideSettings
from gui.pause import Pause
from gui.preferences import Preferences
from gui.presence import Presence
from gui.recent_errors import RecentErrors
from gui.records import Records
from gui.remedy_finder import RemedyFinder
from gui.remembered import Remembered
from gui.sleep_watch import SleepWatch
from gui.snapshots import SnapshotClock
from gui.tray import Tray
from gui.trouble_desk import TroubleDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from core.config.mapping import Mapping
    from core.config.settings import Settings
    from core.config.store import Loaded, Store, StoreError
    from core.engine.events import Event
    from core.message import Message
    from gui.engine_keeper import Relay

log = logging.getLogger("portway.gui")

SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


class Desktop(QObject):
    """Everything that runs while Portway runs on a desktop, and the order in which it ends."""

    def __init__(
        self,
        app: QApplication,
        store: Store,
        loaded: Loaded,
        make_engine: Callable[[Callable[[Event], None]], Relay] = Engine,
    ) -> None:
        super().__init__(app)
        self._app = app
        self.store = store
        self.ended = False
        self._language = SYSTEM
        """Spoken from the start, see `make_application`."""
        self.remembered = Remembered(store.folder)
        self.bridge = Bridge(self)
        self.saver = Saver(store, self.bridge.saving_failed)
        self.preferences = Preferences(
            store.folder, self.bridge.saving_failed, self.bridge.report_settings, self
        )
        self.keeper = EngineKeeper(make_engine, self.bridge.report, self)
        submit = self.keeper.submit
        level = self.preferences.settings.log_level
        self.records = Records(store.folder, level, submit, self)
        self.records.know(loaded.profile.mappings)
        self.list = MappingList(loaded.profile.mappings, self)
        self.model = MappingsModel(self)
        self.model.set_mappings(loaded.profile.mappings)
        self.bridge.live.know(loaded.profile.mappings)
        self.actions = Actions(self)
        self.addresses = LocalAddresses(self)
        self.clock = SnapshotClock(submit, self)
        self.window = MainWindow(
            self.list, self.model, self.actions, self.addresses, self.records, submit
        )
        self.window.recall(self.remembered)
        self.outside = OutsideChanges(
            store,
            self.saver,
            self.list,
            self.window,
            self.actions.undo,
            self.bridge.report_outside,
        )
        self.outside_settings = OutsideSettings(
            self.preferences, self.window.messages, self.bridge.report_settings, self
        )
        if loaded.read_only:
            self.outside.lock(loaded.notices[0])
        self.diagnosing = Diagnosing(self.window, self.model, self.list, self.actions)
        self.firewall_hint = FirewallHint(self.list, self.window.messages, self)
        if sys.platform == "win32":
            from gui.firewall import FirewallWatch  # here: it is of no use elsewhere

            self.firewall = FirewallWatch(self.list, self.window.messages, self.remembered, self)
        self.remedies = RemedyFinder(self.window.details.head, self.list, self.actions)
        self.remedies.change_wanted.connect(self.diagnosing.change)
        self.pause = Pause(self)
        self.errors = RecentErrors(self)
        self.tray = Tray(self.model, self.actions, self.pause, self.errors, self)
        self.presence = Presence(
            self.window, self.tray, self.model, self.list, self.remembered, self.preferences, self
        )
        self.faults = Faults(self)
        self.troubles = TroubleDesk(
            self.window, self.tray, self.actions, self.list, self.keeper, self.faults, self
        )
        self.sleeping = SleepWatch(self)
        self.autostart = AutostartSwitch(store.folder, self)
        self.dialogs = Dialogs(
            self.window, self.actions, self.list, self.records, self.preferences, self.addresses,
            store.folder, self.autostart,
        )  # fmt: skip
        self.dialogs.languages = [(choice.code, choice.name) for choice in available()]
        self._connect()
        self._follow_settings(self.preferences.settings)
        self._tell((*loaded.notices, *self.preferences.notices, *self.records.notices))

    def _connect(self) -> None:
        self.list.changed.connect(self.records.know)
        self.list.changed.connect(self.model.set_mappings)
        self.list.changed.connect(self._on_list_changed)
        self.bridge.state_changed.connect(self.model.set_state)
        self.bridge.state_changed.connect(self.records.report)
        self.bridge.state_changed.connect(self.presence.notifier.take)
        self.records.log.added.connect(self.errors.take)
        self.bridge.surroundings_changed.connect(self.records.report)
        self.bridge.surroundings_changed.connect(self._on_surroundings)
        self.bridge.connections_failed.connect(self.records.report)
        self.bridge.fault_contained.connect(self.records.report)
        self.bridge.engine_stopped.connect(self.records.report)
        self.bridge.snapshot_taken.connect(self.clock.answered)
        self.bridge.snapshot_taken.connect(self.records.take)
        self.bridge.snapshot_taken.connect(self.window.details.take)
        self.clock.counted.connect(self.model.set_numbers)
        self.bridge.engine_stopped.connect(self.keeper.take)
        self.keeper.failed.connect(self._on_engine_failed)
        self.keeper.started_anew.connect(self._on_engine_started_anew)
        self.actions.restart_engine.triggered.connect(self.keeper.start_anew)
        self.sleeping.falling_asleep.connect(self.session_ends)
        self.sleeping.awake.connect(self._on_awake)
        self.bridge.saving.connect(self._on_saving)
        self.bridge.changed_outside.connect(self.outside.take)
        self.clock.resumed.connect(self.model.forget_last_snapshot)
        self.window.looked_at.connect(self.clock.look)
        self.bridge.settings_changed_outside.connect(self.outside_settings.take)
        self.window.looked_at.connect(self.outside.poke)
        self.window.looked_at.connect(self.outside_settings.poke)
        self.window.details.connections_wanted.connect(self.clock.list_connections)
        self.preferences.changed.connect(self._follow_settings)
        self.presence.closing.quit_wanted.connect(self.quit)
        self.tray.toggle_wanted.connect(self.window.list_actions.switch)
        self.tray.group_toggle_wanted.connect(self._switch_group)
        self.actions.quit.triggered.connect(self.quit)
        self.actions.pause.triggered.connect(self.pause.begin)
        self.actions.resume.triggered.connect(self.pause.end)
        self.pause.changed.connect(self._on_pause)
        language = self._app.findChild(Language)
        if isinstance(language, Language):
            language.changed.connect(self.tray.refresh)
        self._app.commitDataRequest.connect(self.session_ends)
        # When the session has ended, Windows ends the process as soon as this is over.
        self._app.aboutToQuit.connect(self.end)

    @property
    def engine(self) -> Relay:
        """The engine of now."""
        return self.keeper.engine

    # Beginning and end.

    def start(self, *, hidden: bool) -> None:
        """Start the forwards and show the window, or only the tray if there is one."""
        self.records.begin()
        self.keeper.start()
        self._tell_engine()
        self.outside.start()
        self.outside_settings.start()
        self.presence.begin(hidden=hidden or self.preferences.settings.start_hidden)
        self.sleeping.begin()
        self.autostart.verify()

    @Slot()
    def quit(self) -> None:
        """End the application."""
        self.end()
        self._app.quit()

    @Slot()
    def end(self) -> None:
        """Stop everything, once."""
        if not self.ended:
            self.ended = True
            ending.end(self)

    @Slot()
    def session_ends(self) -> None:
        """Have all saved, and let the session end."""
        ending.save_all(self)

    # What happens meanwhile.

    @Slot(object)
    def _on_list_changed(self, mappings: tuple[Mapping, ...]) -> None:
        self.bridge.live.know(mappings)
        self._tell_engine()

    def _tell_engine(self) -> None:
        """Have done what the list wants, or nothing during a pause."""
        mappings = self.list.mappings
        if self.pause.is_on:
            mappings = tuple(msgspec.structs.replace(one, enabled=False) for one in mappings)
        self.keeper.submit(SetMappings(mappings))

    @Slot()
    def _on_awake(self) -> None:
        """The computer has slept: nothing is as it was."""
        self._on_surroundings()
        self.keeper.submit(LookAround(jumped=True))

    @Slot()
    def _on_surroundings(self) -> None:
        """The network or the clock is another one, as after a sleep."""
        self.presence.notifier.wait_and_see()
        self.pause.look()

    @Slot(bool)
    def _on_pause(self, paused: bool) -> None:
        self.actions.pause.setVisible(not paused)
        self.actions.resume.setVisible(paused)
        self.model.set_paused(paused)
        self._tell_engine()
        self.window.messages.withdraw("pause")
        if paused:
            text = self.tr("Everything is paused until {time}; your switches stay as they are.")
            text = text.format(time=wording.clock_time(self.pause.until))
            self.window.messages.say(Note(text, "pause", action=self.actions.resume))

    @Slot(str, bool)
    def _switch_group(self, name: str, on: bool) -> None:
        ids = {one.id for one in self.list.mappings if one.group == name}
        self.window.list_actions.switch_these(ids, on)

    @Slot(object)
    def _on_saving(self, error: StoreError | None) -> None:
        if error is None:
            self.window.messages.withdraw("saving")
            return
        if isinstance(error, ChangedOutsideError):
            self.outside.take(error.outside)
            return
        note = Note(wording.say(error.message), "saving", Tone.WARNING)
        self.window.messages.say(note)

    @Slot()
    def _on_engine_failed(self) -> None:
        """No row may claim to work while there is no engine."""
        self.clock.look(False)
        self.model.all_off()

    @Slot()
    def _on_engine_started_anew(self) -> None:
        self.bridge.live.know(self.list.mappings)
        self._tell_engine()
        self.clock.look(self.window.isVisible() and not self.window.isMinimized())

    def _tell(self, notices: Sequence[Message]) -> None:
        """Say how the files of the profile were found."""
        for notice in notices:
            log.warning(notice)
        if notices:
            text = "\n".join(map(wording.say, notices))
            self.window.messages.say(Note(text, "profile", Tone.WARNING))

    @Slot(object)
    def _follow_settings(self, settings: Settings) -> None:
        """Be as the settings say."""
        self.records.files.choose(settings.log_level)
        self.window.default_listen = settings.default_listen
        if settings.language != self._language:
            self._language = settings.language
            use(settings.language)
        appearance = self._app.findChild(Appearance)
        if appearance is not None:
            appearance.ask_for(SCHEMES[settings.theme])

    def say_demo(self) -> None:
        """Say what is special about a demo."""
        text = self.tr(
            "This is a demo: open http://{address} to see its page come through the mapping. "
            "The list is thrown away when you quit."
        )
        for mapping in self.list.mappings[:1]:
            note = Note(text.format(address=mapping.listen), "demo")
            self.window.messages.say(note)

    @Slot()
    def raise_window(self) -> None:
        """Show the window: another start asked for it."""
        self.window.bring_up()
