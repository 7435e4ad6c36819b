"""The window that lists what the keys do; each action's own keys are told by the action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gui.actions import plain
from gui.dialog_buttons import DialogButtons
from gui.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gui.actions import Actions

SIZE = QSize(620, 560)
LONGEST = "Ctrl+Shift+Z, Ctrl+Y, Ctrl+Y"


class Shortcuts(QDialog):
    """Three columns: what is done, by which keys, and where these work."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.model = QStandardItemModel(0, 3, self)
        self.table = PlainTable(self.model, self)
        buttons = DialogButtons(DialogButtons.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 14)
        layout.setSpacing(12)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        buttons.setContentsMargins(0, 0, 14, 0)
        self._retranslate()
        self.resize(SIZE.boundedTo(self.screen().availableSize() * 0.9))
        self.table.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.table.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.model.removeRows(0, self.model.rowCount())
        self.model.setHorizontalHeaderLabels(
            [self.tr("What it does"), self.tr("Keys"), self.tr("Where")]
        )
        rows = list(self._rows())
        for row in rows:
            self.model.appendRow([QStandardItem(text) for text in row])
        longest = max((row[0] for row in rows), key=self.fontMetrics().horizontalAdvance)
        self.table.size_columns({0: longest, 1: LONGEST})
        self.table.selectRow(0)

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        actions = self._actions
        in_list, in_connections = self.tr("In the list"), self.tr("In the connections")
        places = dict.fromkeys((*actions.of_the_table, actions.paste), in_list)
        places |= dict.fromkeys(actions.of_the_connections, in_connections)
        everywhere = self.tr("Everywhere")
        for action in actions.with_keys():
            yield plain(action.text()), keys_of(action.shortcuts()), places.get(action, everywhere)
        own = QKeySequence
        yield self.tr("Fold or unfold a group"), keys_of([own("Left"), own("Right")]), in_list
        yield self.tr("Leave the search"), keys_of([own("Esc")]), self.tr("In the search")
        yield self.tr("Go on to the next part"), keys_of([own("Tab")]), everywhere
        yield self.tr("Open the menus"), keys_of([own("F10"), own("Alt")]), everywhere

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What is listed."""
        count = self.model.rowCount()
        return [tuple(self.model.item(at, part).text() for part in range(3)) for at in range(count)]


def keys_of(keys: Iterable[QKeySequence]) -> str:
    """Keys as the system writes them, one beside the other."""
    names = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys]
    return ", ".join(dict.fromkeys(name for name in names if name))
