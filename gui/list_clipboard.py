"""Copying mappings as text, and pasting them from any text that describes some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication

from core.config.exchange import ExchangeError, read_mappings, write_json, write_lines
from core.config.mapping import Mapping, clashes
from gui import wording
from gui.message_bar import Note, Tone

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList

OUR_TYPE = "application/x-portway-mappings"
"""Holds everything about the mappings, where the text beside it holds what fits into a line."""
PASTED = "pasted"
NOT_PASTED = "not-pasted"


class ListClipboard(QObject):
    """Between the selection, the list and the system's clipboard."""

    def __init__(self, window: MainWindow, mappings: MappingList, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._list = mappings
        self._actions = actions
        actions.copy.triggered.connect(self.copy)
        actions.paste.triggered.connect(self.paste)
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
            pasted = _read(QGuiApplication.clipboard().mimeData())
        except ExchangeError as error:
            text = self.tr("Nothing was pasted. {why}").format(why=wording.say(error.message))
            self._window.messages.say(Note(text, NOT_PASTED, Tone.WARNING, passing=True))
            return
        fitting = _switch_clashing_off(pasted, self._list.mappings)
        self._window.messages.withdraw(NOT_PASTED)
        self._list.add_all(fitting)
        self._window.search.clear()
        self._window.table.select_all_of([one.id for one in fitting])
        self._window.messages.say(self._note(pasted, fitting))

    def _note(self, pasted: tuple[Mapping, ...], fitting: tuple[Mapping, ...]) -> Note:
        text = self.tr("%n mapping(s) pasted.", "", len(pasted))
        off = sum(one.enabled != two.enabled for one, two in zip(pasted, fitting, strict=True))
        if off:
            clash = self.tr("%n of them switched off: the port is taken in this list.", "", off)
            text = self.tr("{pasted} {clash}").format(pasted=text, clash=clash)
        return Note(text, PASTED, action=self._actions.undo, passing=True)

    @Slot()
    def _forget_note(self) -> None:
        self._window.messages.withdraw(PASTED)


def _read(data: QMimeData) -> tuple[Mapping, ...]:
    """Prefer what Portway itself put there."""
    if data.hasFormat(OUR_TYPE):
        return read_mappings(bytes(data.data(OUR_TYPE).data()).decode(errors="replace"))
    return read_mappings(data.text())


def _switch_clashing_off(
    pasted: tuple[Mapping, ...], there: tuple[Mapping, ...]
) -> tuple[Mapping, ...]:
    """Two cannot listen on one port; what was there first keeps it."""
    fitting: list[Mapping] = []
    for one in pasted:
        clash = one.enabled and clashes(one, (*there, *fitting))
        fitting.append(msgspec.structs.replace(one, enabled=False) if clash else one)
    return tuple(fitting)
