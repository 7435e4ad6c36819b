"""What other programs do to the settings while Portway runs: followed, and told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.config.settings import merge
from gui import wording
from gui.message_bar import Note, Tone
from gui.profile_watch import ProfileWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.kept_file import Outside
    from core.config.settings import Settings
    from gui.message_bar import MessageBar
    from gui.preferences import Preferences

log = logging.getLogger("portway.gui")

NOTE = "settings"


class OutsideSettings(QObject):
    """Watches the settings' file. Nobody is asked: what was changed here stays, as is told."""

    def __init__(
        self,
        preferences: Preferences,
        messages: MessageBar,
        report: Callable[[Outside[Settings]], None],
        parent: QObject | None = None,
    ) -> None:
        """`report` is called from another thread, and has `take` called in this one."""
        super().__init__(parent)
        self._preferences = preferences
        self._messages = messages
        self._told: tuple[int, bytes] | None = None
        self._theirs: Settings | None = None
        """What was last taken from there: it need not be kept from those who wrote it."""
        self._watch = ProfileWatch(preferences.file, report, self)

    def start(self) -> None:
        """Begin to watch."""
        self._watch.start()

    def end(self) -> None:
        """Watch no more."""
        self._watch.end()

    @Slot()
    def poke(self) -> None:
        """Have a look taken, in another thread."""
        self._watch.poke()

    @Slot(object)
    def take(self, outside: Outside[Settings]) -> None:
        """Another program changed the file."""
        told = (outside.number, outside.data)
        if told == self._told:  # both the watch and a save came upon it
            return
        self._told = told
        if outside.value is None:
            if outside.notice is not None:
                log.warning(outside.notice)
                self._say(wording.say(outside.notice), Tone.WARNING)
            return
        self._messages.withdraw(NOTE)
        before, theirs = self._preferences.settings, outside.value
        after = merge(self._since(outside.versions), before, theirs)
        self._theirs = theirs
        self._preferences.take_over(after, outside)
        if after != theirs:
            text = self.tr(
                "{file} was changed by another program. The settings follow it, but not where "
                "they were changed here as well. The other program's file is kept as a copy."
            )
            self._say(text)
        elif after != before:
            text = self.tr("{file} was changed by another program. The settings follow it.")
            self._say(text, passing=True)

    def _since(self, versions: tuple[Settings, ...]) -> tuple[Settings, ...]:
        """What the file held from the last change by another program on."""
        for at in range(len(versions) - 1, -1, -1):
            if versions[at] == self._theirs:
                return versions[at:]
        return versions

    def _say(self, text: str, tone: Tone = Tone.CALM, *, passing: bool = False) -> None:
        text = text.format(file=self._preferences.file.path.name)
        self._messages.say(Note(text, NOTE, tone, passing=passing))
