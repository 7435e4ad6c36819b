"""The last events of the current mapping, the newest on top."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPalette
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from gui.log_keeper import MOST_OF_A_MAPPING, LogKeeper
from gui.log_model import ENTRY_ROLE, LogColumn, LogModel, as_text, level_word
from gui.plain_table import PlainTable

if TYPE_CHECKING:
    from gui.log_keeper import Entry

Index = QModelIndex | QPersistentModelIndex


class Events(QWidget):
    """Reads one mapping's entries of the log; works only while it can be seen."""

    def __init__(self, log: LogKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._mapping_id: str | None = None
        self.model = LogModel(MOST_OF_A_MAPPING, self)
        newest_first = NewestFirst(self)
        newest_first.setSourceModel(self.model)
        newest_first.sort(LogColumn.TIME, Qt.SortOrder.DescendingOrder)
        self.table = PlainTable(newest_first, self)
        self.table.hideColumn(LogColumn.MAPPING)
        self.table.size_columns(_examples())
        self._copy = QAction(self.table)
        self._copy.setShortcut(QKeySequence.StandardKey.Copy)
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._copy.triggered.connect(self.copy)
        self.table.addAction(self._copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._nothing = nothing = QLabel(self)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setAutoFillBackground(True)
        nothing.setBackgroundRole(QPalette.ColorRole.Base)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(self.table)
        self._name_parts()
        log.added.connect(self._on_added)

    def _name_parts(self) -> None:
        self.table.setAccessibleName(self.tr("Events of this mapping"))
        self._copy.setText(self.tr("&Copy"))
        self._nothing.setText(self.tr("Nothing happened since Portway was started."))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; entries are put into words as they are painted."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()
            self.table.widen_columns(_examples())
            self.table.viewport().update()

    def show_mapping(self, mapping_id: str | None) -> None:
        """Show the events of this mapping; None shows nothing and costs nothing."""
        if mapping_id == self._mapping_id:
            return
        self._mapping_id = mapping_id
        self.model.show_entries(self._log.of_mapping(mapping_id) if mapping_id else ())
        self._show_page()

    @Slot(object)
    def _on_added(self, entries: tuple[Entry, ...]) -> None:
        if self._mapping_id is None:
            return
        self.model.add([one for one in entries if one.mapping_id == self._mapping_id])
        self._show_page()

    def _show_page(self) -> None:
        self._pages.setCurrentIndex(1 if self.model.rowCount() else 0)

    @Slot()
    def copy(self) -> None:
        """Put the selected events on the clipboard, a line each."""
        indexes = sorted(self.table.selectionModel().selectedRows(), key=lambda one: one.row())
        if indexes:
            QGuiApplication.clipboard().setText(as_text(one.data(ENTRY_ROLE) for one in indexes))


class NewestFirst(QSortFilterProxyModel):
    """Turns the order of the log around."""

    def lessThan(self, left: Index, right: Index) -> bool:
        """By place in the log: many entries share a second."""
        return left.row() < right.row()


def _examples() -> dict[int, str]:
    """What the columns must have room for."""
    return {LogColumn.TIME: "00:00:00", LogColumn.LEVEL: level_word(logging.WARNING)}
