"""Log entries as a table model: times, levels and words; where they come from is the keeper's."""

from __future__ import annotations

import logging
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication

from gui import wording
from gui.appearance import colours
from gui.flat_model import ROOT, FlatModel, Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.log_keeper import Entry

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Entry` itself."""


class LogColumn(IntEnum):
    """The columns, in their order."""

    TIME = 0
    LEVEL = 1
    MAPPING = 2
    TEXT = 3


class LogModel(FlatModel):
    """Shows the newest so many entries of those it is given."""

    columns = len(LogColumn)

    def __init__(self, most: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._entries: list[Entry] = []

    def lines(self) -> Sequence[Entry]:
        """The entries."""
        return self._entries

    def title(self, column: int) -> str:
        """What a column is called."""
        return {
            LogColumn.TIME: QCoreApplication.translate("Log", "Time"),
            LogColumn.LEVEL: QCoreApplication.translate("Log", "Level"),
            LogColumn.MAPPING: QCoreApplication.translate("Log", "Mapping"),
            LogColumn.TEXT: QCoreApplication.translate("Log", "What happened"),
        }[LogColumn(column)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text or colour, or the entry."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(entry, LogColumn(index.column()))
            case Qt.ItemDataRole.ToolTipRole:
                return entry.text if index.column() == LogColumn.TEXT else None
            case Qt.ItemDataRole.ForegroundRole if index.column() == LogColumn.LEVEL:
                return _colour(entry.level)
            case _ if role == ENTRY_ROLE:
                return entry
            case _:
                return None

    def show_entries(self, entries: Iterable[Entry]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._entries = list(entries)[-self._most :]
        self.endResetModel()

    def add(self, entries: Sequence[Entry]) -> None:
        """Show these, too, and let the oldest go."""
        if not entries:
            return
        surplus = len(self._entries) + len(entries) - self._most
        if surplus >= len(self._entries):
            self.show_entries([*self._entries, *entries])
            return
        if surplus > 0:
            self.beginRemoveRows(ROOT, 0, surplus - 1)
            del self._entries[:surplus]
            self.endRemoveRows()
        at = len(self._entries)
        self.beginInsertRows(ROOT, at, at + len(entries) - 1)
        self._entries += entries
        self.endInsertRows()


def level_word(level: int) -> str:
    """The word for how grave an entry is."""
    if level >= logging.ERROR:
        return QCoreApplication.translate("Log", "Error")
    if level >= logging.WARNING:
        return QCoreApplication.translate("Log", "Warning")
    if level >= logging.INFO:
        return QCoreApplication.translate("Log", "Info")
    return QCoreApplication.translate("Log", "Detail")


def cell_text(entry: Entry, column: LogColumn) -> str:
    """What the cell says."""
    match column:
        case LogColumn.TIME:
            return wording.moment(entry.when)
        case LogColumn.LEVEL:
            return level_word(entry.level)
        case LogColumn.MAPPING:
            return entry.title
        case LogColumn.TEXT:
            return entry.text


def as_text(entries: Iterable[Entry]) -> str:
    """Entries for the clipboard: a line each, columns apart by tabs, full dates."""
    lines = []
    for entry in entries:
        when = entry.when.isoformat(sep=" ", timespec="seconds")
        lines.append("\t".join((when, level_word(entry.level), entry.title, entry.text)))
    return "\n".join(lines)


def _colour(level: int) -> QColor:
    palette = colours(QGuiApplication.palette())
    if level >= logging.ERROR:
        return palette.bad
    if level >= logging.WARNING:
        return palette.warn
    return palette.dim
