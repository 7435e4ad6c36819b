"""What other programs do to the list while the window shows it: taken over, or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox

from core.config.merge import Merged, merge
from core.config.schema import Fault
from core.config.store import Profile
from gui import wording
from gui.message_bar import Note, Tone
from gui.profile_watch import ProfileWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from core.config.mapping import Mapping
    from core.config.saver import Saver
    from core.config.store import Outside, Store
    from core.message import Message
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList

NOTE = "outside"


class OutsideChanges(QObject):
    """Watches the profile's folder, and makes of what it finds a step of the list's history."""

    def __init__(
        self,
        store: Store,
        saver: Saver[Profile],
        mappings: MappingList,
        window: MainWindow,
        undo: QAction,
        report: Callable[[Outside[Profile]], None],
    ) -> None:
        """`report` is called from another thread, and has `take` called in this one."""
        super().__init__(window)
        self._store = store
        self._saver = saver
        self._list = mappings
        self._window = window
        self._undo = undo
        self._told: tuple[int, bytes] | None = None
        self._accepted: Outside[Profile] | None = None
        self._question: QMessageBox | None = None
        self._asked: Outside[Profile] | None = None
        self._offers_undo = False
        self._watch = ProfileWatch(store, report, self)
        mappings.changed.connect(self.save)
        mappings.refused.connect(self._say_why_not)
        mappings.history.indexChanged.connect(self._on_history_changed)

    def start(self) -> None:
        """Begin to watch."""
        self._watch.start()

    def end(self) -> None:
        """Watch no more. A question that nobody has answered yet leaves the list as it is here."""
        self._watch.end()
        self._settle(theirs=False)

    @Slot()
    def poke(self) -> None:
        """Have a look taken, in another thread."""
        self._watch.poke()

    def lock(self, reason: Message) -> None:
        """The file is of a newer Portway: the list can only be looked at."""
        self._list.lock(reason)

    @Slot(object)
    def take(self, outside: Outside[Profile]) -> None:
        """Another program changed the file."""
        told = (outside.number, outside.data)
        if told == self._told:  # both the watch and a save came upon it
            return
        self._told = told
        self._forget_question()
        if outside.value is None or outside.notice is not None:
            if outside.notice is not None:
                if outside.fault is Fault.NEWER:
                    self.lock(outside.notice)
                self._say(wording.say(outside.notice), Tone.WARNING)
            return
        self._window.messages.withdraw(NOTE)
        theirs = outside.value.mappings
        if self._list.locked is not None:
            self._list.unlock()
            self._become(theirs, outside)
            return
        versions = [version.mappings for version in outside.versions]
        merged = merge(versions, self._list.mappings, theirs)
        if merged.conflicts:
            self._ask(outside, merged)
        else:
            self._become(merged.ours, outside)

    @Slot(object)
    def save(self, mappings: tuple[Mapping, ...]) -> None:
        """Have the list saved; it takes account of what was taken over."""
        accepted, self._accepted = self._accepted, None
        self._saver.save(Profile(mappings=mappings), accepted)

    def _become(self, mappings: tuple[Mapping, ...], outside: Outside[Profile]) -> None:
        self._accepted = outside
        if mappings == self._list.mappings:
            self.save(mappings)
            return
        self._list.take_outside(mappings)
        text = self.tr("{file} was changed by another program. The list shows it.")
        self._say(text.format(file=self._store.path.name), undo=True)

    # Asking.

    def _ask(self, outside: Outside[Profile], merged: Merged) -> None:
        names = ", ".join(f"“{name}”" for name in merged.conflicts[:5])
        if len(merged.conflicts) > 5:
            names = self.tr("{names} and %n more", "", len(merged.conflicts) - 5).format(
                names=names
            )
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("The list was changed twice"))
        question.setText(
            self.tr(
                "Another program changed {file} while the list was changed here, and both touched "
                "{names}."
            ).format(file=self._store.path.name, names=names)
        )
        question.setInformativeText(
            self.tr(
                "Which of the two should stay? Everything else is taken over from both, and the "
                "other program's file is kept as a copy."
            )
        )
        mine = question.addButton(self.tr("Keep &mine"), QMessageBox.ButtonRole.RejectRole)
        file = question.addButton(self.tr("Take the &file's"), QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(mine)
        question.setEscapeButton(mine)
        mine.clicked.connect(self._keep_mine)
        question.rejected.connect(self._keep_mine)
        file.clicked.connect(self._take_theirs)
        self._question, self._asked = question, outside
        self._window.bring_up()
        question.open()

    @Slot()
    def _take_theirs(self) -> None:
        self._settle(theirs=True)

    @Slot()
    def _keep_mine(self) -> None:
        self._settle(theirs=False)

    def _settle(self, *, theirs: bool) -> None:
        outside = self._asked
        self._forget_question()
        if outside is None or outside.value is None:
            return
        # Once more: the list may have been changed since, by the tray or the command line.
        versions = [version.mappings for version in outside.versions]
        merged = merge(versions, self._list.mappings, outside.value.mappings)
        self._become(merged.theirs if theirs else merged.ours, outside)

    def _forget_question(self) -> None:
        question, self._question, self._asked = self._question, None, None
        if question is not None:
            question.close()
            question.deleteLater()

    # Telling.

    @Slot()
    def _say_why_not(self) -> None:
        if self._list.locked is not None:
            self._say(wording.say(self._list.locked), Tone.WARNING)

    @Slot()
    def _on_history_changed(self) -> None:
        if self._offers_undo:  # which would undo something else now
            self._offers_undo = False
            self._window.messages.withdraw(NOTE)

    def _say(self, text: str, tone: Tone = Tone.CALM, *, undo: bool = False) -> None:
        self._offers_undo = undo
        action = self._undo if undo else None
        self._window.messages.say(Note(text, NOTE, tone, action=action, passing=undo))
