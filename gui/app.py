"""The desktop application: makes the parts, ties them together and ends them in order."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from core.config.saver import Saver
from core.config.settings import Theme
from core.config.store import Profile, Store, StoreError
from core.engine.commands import SetMappings, Shutdown, TakeSnapshot
from core.engine.engine import Engine
from core.message import PortwayError, message
from core.system.limits import (
    calm_the_collector,
    hand_over_sooner,
    raise_descriptor_limit,
)
from core.version import version
from gui import wording
from gui.actions import Actions
from gui.addresses import LocalAddresses
from gui.appearance import Appearance
from gui.bridge import Bridge
from gui.diagnosing import Diagnosing
from gui.dialogs import Dialogs
from gui.firewall import FirewallWatch
from gui.instance import OneInstance, Outcome
from gui.language import SYSTEM, Language, available, use
from gui.list_clipboard import leave_plain_text
from gui.main_window import MainWindow
from gui.mapping_list import MappingList
from gui.message_bar import Note, Tone
from gui.model import MappingsModel
from gui.notifier import Notifier
from gui.preferences import Preferences
from gui.process_signals import ProcessSignals
from gui.records import Records
from gui.remedy_finder import RemedyFinder
from gui.remembered import TRAY_HINT, Remembered
from gui.resources import picture_icon
from gui.snapshots import SnapshotClock
from gui.tray import Tray
from gui.windows_identity import say_who_we_are

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.config.mapping import Mapping
    from core.config.settings import Settings
    from core.config.store import Loaded
    from core.engine.commands import Command
    from core.engine.events import Event, Stopped
    from core.message import Message

log = logging.getLogger("portway.gui")

ENDING_SECONDS = 0.9
"""All waiting at the end together; a log-off must not feel it."""
SESSION_SECONDS = 0.5

SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


class Relay(Protocol):
    """What the desktop needs of an engine."""

    def start(self) -> None:
        """Start working."""

    def submit(self, command: Command) -> None:
        """Take a command; return at once."""

    def join(self, timeout: float) -> bool:
        """Wait for the end; false if it does not come in time."""


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
        self.preferences = Preferences(store.folder, self.bridge.saving_failed, self)
        self.engine = make_engine(self.bridge.report)
        level = self.preferences.settings.log_level
        self.records = Records(store.folder, level, self.engine.submit, self)
        self.records.know(loaded.profile.mappings)
        self.list = MappingList(loaded.profile.mappings, self)
        self.model = MappingsModel(self)
        self.model.set_mappings(loaded.profile.mappings)
        self.actions = Actions(self)
        self.addresses = LocalAddresses(self)
        self.clock = SnapshotClock(self.engine.submit, self)
        self.window = MainWindow(
            self.list, self.model, self.actions, self.addresses, self.records, self.engine.submit
        )
        self.window.recall(self.remembered)
        self.diagnosing = Diagnosing(self.window, self.model, self.list, self.actions)
        self.firewall = FirewallWatch(self.list, self.window.messages, self)
        self.remedies = RemedyFinder(self.window.details.head, self.list, self.actions)
        self.remedies.change_wanted.connect(self.diagnosing.change)
        self.tray = Tray(self.model, self.actions, self)
        self.notifier = Notifier(self.model, self._may_notify, self)
        self.dialogs = Dialogs(
            self.window, self.actions, self.list, self.records, self.preferences, self.addresses,
            store.folder,
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
        self.bridge.state_changed.connect(self.notifier.take)
        self.bridge.connections_failed.connect(self.records.report)
        self.bridge.fault_contained.connect(self.records.report)
        self.bridge.engine_stopped.connect(self.records.report)
        self.bridge.snapshot_taken.connect(self.clock.answered)
        self.bridge.snapshot_taken.connect(self.records.take)
        self.bridge.snapshot_taken.connect(self.window.details.take)
        self.clock.counted.connect(self.model.set_numbers)
        self.bridge.engine_stopped.connect(self._on_engine_stopped)
        self.bridge.saving.connect(self._on_saving)
        self.clock.resumed.connect(self.model.forget_last_snapshot)
        self.window.looked_at.connect(self.clock.look)
        self.window.details.connections_wanted.connect(self.clock.list_connections)
        self.notifier.message.connect(self.tray.say)
        self.preferences.changed.connect(self._follow_settings)
        self.window.closed.connect(self._on_window_closed)
        self.tray.toggle_wanted.connect(self.window.list_actions.switch)
        self.tray.here.connect(self._on_tray)
        self.actions.quit.triggered.connect(self.quit)
        language = self._app.findChild(Language)
        if isinstance(language, Language):
            language.changed.connect(self.tray.refresh)
        self._app.commitDataRequest.connect(self.session_ends)

    # Beginning and end.

    def start(self, *, hidden: bool) -> None:
        """Start the forwards and show the window, or only the tray if there is one."""
        self.records.begin()
        self.engine.start()
        self.engine.submit(SetMappings(self.list.mappings))
        self.tray.look()
        hidden = hidden or self.preferences.settings.start_hidden
        if not (hidden and self.tray.is_here):
            self.window.show()

    @Slot()
    def quit(self) -> None:
        """End the application."""
        self.end()
        self._app.quit()

    def end(self) -> None:
        """Stop everything, once: first what the user sees, then the forwards, then the saving."""
        if self.ended:
            return
        self.ended = True
        deadline = time.monotonic() + ENDING_SECONDS
        self.window.remember(self.remembered)
        self.clock.look(False)
        self.tray.stop()
        self.notifier.stop()
        self.window.hide()
        self.engine.submit(TakeSnapshot())  # for the totals
        self.engine.submit(Shutdown())
        if not self.engine.join(max(0.0, deadline - time.monotonic()) / 2):
            log.error("The relay engine did not end in time.")
        if not self.saver.close(max(0.0, deadline - time.monotonic())):
            log.error("The mappings could not be saved in time: the disk does not answer.")
        if not self.preferences.end(max(0.0, deadline - time.monotonic())):
            log.error("The settings could not be saved in time: the disk does not answer.")
        if not self.addresses.finish():
            log.warning("Listing the addresses of this computer did not end in time.")
        # What the engine said last waits in the queue of an event loop that may be over.
        QCoreApplication.sendPostedEvents(self.bridge)
        self.records.end(max(0.05, deadline - time.monotonic()))
        self.remembered.write()

    @Slot()
    def session_ends(self) -> None:
        """Have all saved, and let the session end: we never ask it to wait for a person."""
        deadline = time.monotonic() + SESSION_SECONDS
        self.records.save()
        for one in (self.saver, self.preferences, self.records):
            one.flush(max(0.0, deadline - time.monotonic()))

    # What happens meanwhile.

    @Slot(object)
    def _on_list_changed(self, mappings: tuple[Mapping, ...]) -> None:
        self.saver.save(Profile(mappings=mappings))
        self.engine.submit(SetMappings(mappings))

    @Slot(object)
    def _on_saving(self, error: StoreError | None) -> None:
        if error is None:
            self.window.messages.withdraw("saving")
            return
        note = Note(wording.say(error.message), "saving", Tone.WARNING)
        self.window.messages.say(note)

    @Slot(object)
    def _on_engine_stopped(self, event: Stopped) -> None:
        if self.ended:
            return
        self.clock.look(False)
        self.model.all_off()
        text = self.tr("The relay engine has stopped because of a fault. Start Portway again.")
        self.window.messages.say(Note(text, "engine", Tone.WARNING))

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

    def _may_notify(self) -> bool:
        return (
            self.preferences.settings.notifications and self.tray.is_here and not self.clock.running
        )

    @Slot()
    def _on_window_closed(self) -> None:
        if self.ended:
            return
        if not self.tray.is_here:
            self.quit()
        elif not self.remembered.is_set(TRAY_HINT):
            self.remembered.keep(TRAY_HINT, True)
            self.tray.say(
                self.tr("Portway is still running"),
                self.tr("Your mappings go on. Open or quit Portway from its icon here."),
            )

    @Slot(bool)
    def _on_tray(self, here: bool) -> None:
        """A tray that goes must not leave the program without a face."""
        if not here and not self.ended and not self.window.isVisible():
            self.window.show()

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


def make_application() -> QApplication:
    """The Qt application, with the names that desktops know it by."""
    QApplication.setApplicationName("portway")
    QApplication.setApplicationDisplayName("Portway")
    QApplication.setOrganizationName("portway")
    QApplication.setApplicationVersion(version())
    QApplication.setDesktopFileName("portway")
    say_who_we_are()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(picture_icon("portway"))
    Appearance(app)
    Language(app).use()
    return app


def run(profile: Path, *, hidden: bool = False, demo: bool = False) -> int:
    """Run the desktop application until it is quit; give the exit status.

    Raises `PortwayError` when it cannot start, after telling the person at the screen.
    """
    raise_descriptor_limit()
    app = make_application()
    try:
        instance = _claim(profile, hidden=hidden)
        if instance is None:
            return 0
        loaded = Store(profile).load()
    except PortwayError as error:
        _tell_why(error)
        raise
    desktop = Desktop(app, Store(profile), loaded)
    signals = ProcessSignals(app)
    signals.end_wanted.connect(desktop.quit)
    instance.raise_wanted.connect(desktop.raise_window)
    if demo:
        desktop.say_demo()
    desktop.start(hidden=hidden)
    calm_the_collector()
    hand_over_sooner()
    status = app.exec()
    leave_plain_text()
    desktop.end()
    signals.stop()
    instance.release()
    return status


def _claim(profile: Path, *, hidden: bool) -> OneInstance | None:
    """Become the one instance of this profile; None if another one was raised instead."""
    try:
        instance = OneInstance(profile)
        outcome = instance.claim(raise_other=not hidden)
    except OSError as error:
        text = "Cannot use the folder {path}: {why}."
        raise PortwayError(message(text, path=str(profile), why=error.strerror)) from error
    if outcome is Outcome.NO_ANSWER:
        text = "Portway is already running with the profile {path}, but it does not answer."
        raise PortwayError(message(text, path=str(profile)))
    return instance if outcome is Outcome.FIRST else None


def _tell_why(error: PortwayError) -> None:
    """Say why there is no window; without a console the error alone would go unseen."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Portway", wording.say(error.message))
    box.setIconPixmap(picture_icon("portway").pixmap(QSize(48, 48)))
    box.exec()
