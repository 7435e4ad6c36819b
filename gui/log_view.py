"""The log of everything since the start, in a window of its own: filtered, selected, copied."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.action_button import ActionButton
from gui.log_keeper import MOST_ENTRIES
from gui.log_model import ENTRY_ROLE, LogColumn, LogModel, as_text, level_word
from gui.plain_table import PlainTable

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.log_keeper import Entry, LogKeeper
    from gui.mapping_list import MappingList

Index = QModelIndex | QPersistentModelIndex
FIRST_SIZE = QSize(860, 480)


class LogFilter(QSortFilterProxyModel):
    """Lets through what is grave enough, of one mapping, and holds every word searched for."""

    def __init__(self, model: LogModel) -> None:
        super().__init__(model)
        self._least = 0
        self._mapping_id = ""
        self._words: tuple[str, ...] = ()
        self.setSourceModel(model)

    def choose(self, least: int, mapping_id: str, text: str) -> None:
        """Show only these; "" stands for any mapping and any text."""
        self.beginFilterChange()
        self._least, self._mapping_id = least, mapping_id
        self._words = tuple(text.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether an entry is wanted."""
        entry: Entry = self.sourceModel().index(row, 0, parent).data(ENTRY_ROLE)
        if entry.level < self._least:
            return False
        if self._mapping_id and entry.mapping_id != self._mapping_id:
            return False
        if not self._words:
            return True
        haystack = f"{entry.title}\n{entry.text}".casefold()
        return all(word in haystack for word in self._words)


class LogView(QDialog):
    """Follows the log while it is open; closed, it is gone."""

    def __init__(
        self, log: LogKeeper, mappings: MappingList, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.setSizeGripEnabled(True)
        self.model = LogModel(MOST_ENTRIES, self)
        self.model.show_entries(log.entries)
        self.filter = LogFilter(self.model)
        self.table = PlainTable(self.filter, self)
        self.table.size_columns(_examples())
        self._make_fields(mappings)
        self.copy = QAction(self)
        self.copy.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(self.copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._lay_out(actions)
        self._name_parts()
        self._connect(log)
        self.resize(FIRST_SIZE)
        self.table.scrollToBottom()

    def _make_fields(self, mappings: MappingList) -> None:
        self.level = QComboBox(self)
        self.level.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for level in (0, logging.WARNING, logging.ERROR):
            self.level.addItem("", level)
        self.mapping = QComboBox(self)
        self.mapping.addItem("", "")
        self.mapping.setMinimumContentsLength(16)
        self.mapping.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for one in mappings.mappings:
            self.mapping.addItem(one.title, one.id)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)

    def _name_parts(self) -> None:
        self.setWindowTitle(self.tr("Log"))
        self.table.setAccessibleName(self.tr("Log"))
        levels = (self.tr("Everything"), self.tr("Warnings and errors"), self.tr("Errors"))
        for at, words in enumerate(levels):
            self.level.setItemText(at, words)
        self.level.setAccessibleName(self.tr("How grave"))
        self.mapping.setItemText(0, self.tr("Every mapping"))
        self.mapping.setAccessibleName(self.tr("Which mapping"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the log"))
        self.copy.setText(self.tr("&Copy"))
        self.copy.setToolTip(self.tr("Copy the selected entries, or all that are shown"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; entries are put into words as they are painted."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()
            self.table.widen_columns(_examples())
            self.table.viewport().update()

    def _lay_out(self, actions: Actions) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 10, 12, 10)
        bar.setSpacing(8)
        bar.addWidget(self.level)
        bar.addWidget(self.mapping)
        bar.addWidget(self.search, 1)
        bar.addWidget(ActionButton(self.copy, self))
        bar.addWidget(ActionButton(actions.log_folder, self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)

    def _connect(self, log: LogKeeper) -> None:
        log.added.connect(self._on_added)
        self.level.currentIndexChanged.connect(self._on_chosen)
        self.mapping.currentIndexChanged.connect(self._on_chosen)
        self.search.textChanged.connect(self._on_chosen)
        self.copy.triggered.connect(self.copy_entries)

    @Slot()
    def _on_chosen(self) -> None:
        self.filter.choose(self.level.currentData(), self.mapping.currentData(), self.search.text())
        self.table.scrollToBottom()

    @Slot(object)
    def _on_added(self, entries: tuple[Entry, ...]) -> None:
        """Follow the end, unless someone reads further up."""
        bar = self.table.verticalScrollBar()
        follows = bar.value() == bar.maximum()
        self.model.add(entries)
        if follows:
            self.table.scrollToBottom()

    @Slot()
    def copy_entries(self) -> None:
        """Put the selected entries on the clipboard, a line each; without a selection all shown."""
        chosen = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        rows = chosen or range(self.filter.rowCount())
        entries = (self.filter.index(row, 0).data(ENTRY_ROLE) for row in rows)
        QGuiApplication.clipboard().setText(as_text(entries))


def _examples() -> dict[int, str]:
    """What the columns must have room for."""
    return {
        LogColumn.TIME: "2026-12-31 00:00:00",
        LogColumn.LEVEL: level_word(logging.WARNING),
        LogColumn.MAPPING: "The name of a mapping",
    }
