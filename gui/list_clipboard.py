"""Mappings that come and go as text: copied, pasted, imported from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication

from core.config.exchange import ExchangeError, read_mappings, write_json, write_lines
from core.config.mapping import Mapping, clashes
from gui import wording
from gui.import_file import ImportFile
from gui.message_bar import Note, Tone

if TYPE_CHECKING:
    from core.message import Message
    from gui.actions import Actions
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
        actions.copy.triggered.connect(self.copy)
        actions.paste.triggered.connect(self.paste)
        self.file = ImportFile(window)
        self.file.found.connect(self.take)
        self.file.failed.connect(self.refuse)
        actions.import_file.triggered.connect(self.file.choose)
        mappings.history.indexChanged.connect(self._forget_note)

    @Slot()
    def copy(self) -> None:
        """Put the selected mappings on the clipboard: a line each, and all of it for Portway."""
        mappings = [row.mapping for row in self._window.table.selected_rows()]
        if mappings:
            data = QMimeData()
            data.setText(write_lines(mappings))
            data.setData(OUR_TYPE, write_json(mappings))
            QGuiApplication.clipboard().setMimeData(data)

    @Slot()
    def paste(self) -> None:
        """Append the mappings on the clipboard, or say why there are none."""
        try:
            self.take(_read(QGuiApplication.clipboard().mimeData()))
        except ExchangeError as error:
            self.refuse(error.message)

    @Slot(object)
    def take(self, mappings: tuple[Mapping, ...]) -> None:
        """Append these; what cannot listen beside what is there comes switched off."""
        fitting = _switch_clashing_off(mappings, self._list.mappings)
        self._window.messages.withdraw(NOT_ADDED)
        self._list.add_all(fitting)
        self._window.search.clear()
        self._window.table.select_all_of([one.id for one in fitting])
        self._window.messages.say(self._note(mappings, fitting))

    @Slot(object)
    def refuse(self, why: Message) -> None:
        """Say why nothing was added."""
        text = self.tr("Nothing was added. {why}").format(why=wording.say(why))
        self._window.messages.say(Note(text, NOT_ADDED, Tone.WARNING, passing=True))

    def _note(self, given: tuple[Mapping, ...], fitting: tuple[Mapping, ...]) -> Note:
        text = self.tr("%n mapping(s) added.", "", len(given))
        off = sum(one.enabled != two.enabled for one, two in zip(given, fitting, strict=True))
        if off:
            clash = self.tr("%n of them switched off: the port is taken in this list.", "", off)
            text = self.tr("{added} {clash}").format(added=text, clash=clash)
        return Note(text, ADDED, action=self._actions.undo, passing=True)

    @Slot()
    def _forget_note(self) -> None:
        self._window.messages.withdraw(ADDED)


def _read(data: QMimeData) -> tuple[Mapping, ...]:
    """Prefer what Portway itself put there."""
    if data.hasFormat(OUR_TYPE):
        return read_mappings(bytes(data.data(OUR_TYPE).data()).decode(errors="replace"))
    return read_mappings(data.text())


def _switch_clashing_off(
    given: tuple[Mapping, ...], there: tuple[Mapping, ...]
) -> tuple[Mapping, ...]:
    """Two cannot listen on one port; what was there first keeps it."""
    fitting: list[Mapping] = []
    for one in given:
        clash = one.enabled and clashes(one, (*there, *fitting))
        fitting.append(msgspec.structs.replace(one, enabled=False) if clash else one)
    return tuple(fitting)


def leave_plain_text() -> None:
    """Before the end: data made here would be freed after Python itself, which crashes."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.mimeData().hasFormat(OUR_TYPE):
        clipboard.setText(clipboard.text())
