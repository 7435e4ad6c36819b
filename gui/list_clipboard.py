"""Mappings that come and go as text: copied, pasted, imported from a file.

The forms of text are imported when they are needed: who only looks at the tray never pays for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication

from core.config.mapping import Mapping, switch_clashing_off
from gui import wording
from gui.message_bar import Note, Tone

if TYPE_CHECKING:
    from core.config.forms.reading import Reading
    from core.message import Message
    from gui.actions import Actions
    from gui.import_file import ImportFile
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList

OUR_TYPE = "application/x-portway-mappings"
"""Holds everything about the mappings, where the text beside it holds what fits into a line."""
ADDED = "added"
NOT_ADDED = "not-added"


class ListClipboard(QObject):
    """Between the selection, the list and the system's clipboard."""

    def __init__(self, window: MainWindow, mappings: MappingList, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._list = mappings
        self._actions = actions
        self._file: ImportFile | None = None
        actions.copy.triggered.connect(self.copy)
        actions.paste.triggered.connect(self.paste)
        actions.import_file.triggered.connect(self.choose_file)
        mappings.history.indexChanged.connect(self._forget_note)

    @Slot()
    def copy(self) -> None:
        """Put the selected mappings on the clipboard: a line each, and all of it for Portway."""
        from core.config.exchange import write_json, write_lines

        mappings = [row.mapping for row in self._window.table.selected_rows()]
        if mappings:
            data = QMimeData()
            data.setText(write_lines(mappings))
            data.setData(OUR_TYPE, write_json(mappings))
            QGuiApplication.clipboard().setMimeData(data)

    @Slot()
    def paste(self) -> None:
        """Append the mappings on the clipboard, or say why there are none."""
        from core.config.exchange import ExchangeError

        try:
            self.take(_read(QGuiApplication.clipboard().mimeData()))
        except ExchangeError as error:
            self.refuse(error.message)

    @Slot()
    def choose_file(self) -> None:
        """Let the user choose a file, and append what is in it."""
        self.file.choose()

    @property
    def file(self) -> ImportFile:
        """What reads files, made at its first use."""
        from gui.import_file import ImportFile

        if self._file is None:
            self._file = ImportFile(self._window)
            self._file.found.connect(self.take)
            self._file.failed.connect(self.refuse)
        return self._file

    @Slot(object)
    def take(self, reading: Reading) -> None:
        """Append what was read; what cannot listen beside what is there comes switched off."""
        fitting = switch_clashing_off(reading.mappings, self._list.mappings)
        self._window.messages.withdraw(NOT_ADDED)
        self._list.add_all(fitting)
        self._window.search.clear()
        self._window.table.select_all_of([one.id for one in fitting])
        self._window.messages.say(self._note(reading, fitting))

    @Slot(object)
    def refuse(self, why: Message) -> None:
        """Say why nothing was added."""
        text = self.tr("Nothing was added. {why}").format(why=wording.say(why))
        self._window.messages.say(Note(text, NOT_ADDED, Tone.WARNING, passing=True))

    def _note(self, reading: Reading, fitting: tuple[Mapping, ...]) -> Note:
        given = reading.mappings
        text = self.tr("%n mapping(s) added.", "", len(given))
        off = sum(one.enabled != two.enabled for one, two in zip(given, fitting, strict=True))
        if off:
            clash = self.tr("%n of them switched off: the port is taken in this list.", "", off)
            text = self.tr("{added} {clash}").format(added=text, clash=clash)
        if reading.notices:
            left_out = self.tr("%n part(s) left out: {why}", "", len(reading.notices))
            left_out = left_out.format(why=wording.say(reading.notices[0]))
            text = self.tr("{added} {clash}").format(added=text, clash=left_out)
        return Note(text, ADDED, action=self._actions.undo, passing=True)

    @Slot()
    def _forget_note(self) -> None:
        self._window.messages.withdraw(ADDED)


def _read(data: QMimeData) -> Reading:
    """Prefer what Portway itself put there."""
    from core.config.exchange import read

    if data.hasFormat(OUR_TYPE):
        return read(bytes(data.data(OUR_TYPE).data()).decode(errors="replace"))
    return read(data.text())


def leave_plain_text() -> None:
    """Before the end: data made here would be freed after Python itself, which crashes."""
    clipboard = QGuiApplication.clipboard()
    # Only of our own: another program that owns it, and hangs, would be waited for. Without a
    # screen there is no other program, and Qt does not say whose it is.
    ours = clipboard.ownsClipboard() or QGuiApplication.platformName() == "offscreen"
    if ours and _is_ours(clipboard.mimeData()):
        clipboard.setText(clipboard.text())


def _is_ours(data: QMimeData | None) -> bool:
    """Whether this was made here; an empty clipboard has none on some platforms."""
    return data is not None and data.hasFormat(OUR_TYPE)
