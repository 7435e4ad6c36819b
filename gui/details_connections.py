"""The live connections of the current mapping, with what can be done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QVBoxLayout, QWidget

from core.engine.commands import CloseConnection, CloseConnections
from gui import wording
from gui.action_button import ActionButton
from gui.connections_model import ConnectionColumn, ConnectionsModel
from gui.dim_label import DimLabel
from gui.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QHideEvent, QShowEvent

    from core.engine.commands import Command
    from core.engine.snapshot import Snapshot
    from gui.actions import Actions

EXAMPLES: dict[int, str] = {
    ConnectionColumn.CLIENT: "192.168.1.100:50000",
    ConnectionColumn.TARGET: "10.0.0.100:50000",
    ConnectionColumn.PROTOCOL: "UDP",
    ConnectionColumn.AGE: "9 min 9 s",
    ConnectionColumn.UP: "999.9 MB",
    ConnectionColumn.DOWN: "999.9 MB",
    ConnectionColumn.RATE: "999.9 MB/s",
    ConnectionColumn.STATE: "",
}
"""What the columns must have room for."""


class Connections(QWidget):
    """The table and its actions. It shows the mapping it was last told, from snapshots."""

    seen = Signal()
    """It came into sight, or left it."""

    def __init__(
        self, actions: Actions, submit: Callable[[Command], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._submit = submit
        self._mapping_id: str | None = None
        self.model = ConnectionsModel(self)
        self.table = PlainTable(self.model, self)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicatorClearable(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.size_columns(EXAMPLES)
        self.more = DimLabel("", self)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setAutoFillBackground(True)
        self._nothing.setBackgroundRole(QPalette.ColorRole.Base)
        self._lay_out()
        self._connect()
        self._name_parts()
        self.tell_protocols_apart(False)
        self.show_mapping(None)

    def _lay_out(self) -> None:
        pages = QWidget(self)
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self.table)
        actions = self._actions
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 6, 12, 8)
        bar.setSpacing(8)
        bar.addWidget(self.more)
        bar.addStretch(1)
        for action in (actions.close_connection, actions.close_connections):
            bar.addWidget(ActionButton(action, self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(pages, 1)
        layout.addLayout(bar)
        of_the_table = [actions.close_connection, actions.copy_address]
        self.menu = QMenu(self)
        self.menu.addActions([*of_the_table, actions.close_connections])
        self.table.addActions(of_the_table)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _name_parts(self) -> None:
        self.table.setAccessibleName(self.tr("Live connections"))
        self._nothing.setText(self.tr("Nobody is connected."))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; what cells say comes with the next second."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()
            self.table.widen_columns(EXAMPLES)

    def _connect(self) -> None:
        actions = self._actions
        actions.close_connection.triggered.connect(self.close_selected)
        actions.close_connections.triggered.connect(self.close_all)
        actions.copy_address.triggered.connect(self.copy_addresses)
        self.table.customContextMenuRequested.connect(self._on_context_menu)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)

    # What flows in.

    @property
    def mapping_id(self) -> str | None:
        """The mapping whose connections are shown."""
        return self._mapping_id

    def show_mapping(self, mapping_id: str | None) -> None:
        """Show this mapping's connections as soon as a snapshot tells them."""
        if mapping_id is None or mapping_id != self._mapping_id:
            self._mapping_id = mapping_id
            self.model.clear()
            self._show_rest(0)

    def tell_protocols_apart(self, apart: bool) -> None:
        """Say of each connection what carries it; else the column would only take room."""
        self.table.setColumnHidden(ConnectionColumn.PROTOCOL, not apart)

    def take(self, snapshot: Snapshot) -> None:
        """Show the connections that a snapshot lists, if they are this mapping's."""
        if self._mapping_id is None or snapshot.detail != self._mapping_id:
            return
        self.model.take(snapshot.connections, snapshot.taken)
        numbers = snapshot.mappings.get(self._mapping_id)
        self._show_rest(numbers.connections if numbers is not None else 0)

    def _show_rest(self, live: int) -> None:
        shown = self.model.rowCount()
        self._pages.setCurrentWidget(self.table if shown else self._nothing)
        text = ""
        if live > shown > 0:
            text = self.tr("The {shown} that carried most; {more} more are not listed.").format(
                shown=wording.count(shown), more=wording.count(live - shown)
            )
        self.more.setText(text)
        self._actions.close_connections.setEnabled(shown > 0)
        self._on_selection_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Someone looks now."""
        super().showEvent(event)
        self.seen.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks now."""
        super().hideEvent(event)
        self.seen.emit()

    # What the actions do.

    def _selected_rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    @Slot()
    def close_selected(self) -> None:
        """End the selected connections."""
        for row in self._selected_rows():
            self._submit(CloseConnection(self.model.connection(row).connection_id))

    @Slot()
    def close_all(self) -> None:
        """End all connections of the mapping, listed or not; it goes on listening."""
        if self._mapping_id is not None:
            self._submit(CloseConnections(self._mapping_id))

    @Slot()
    def copy_addresses(self) -> None:
        """Put the selected clients' addresses on the clipboard, a line each."""
        lines = [self.model.connection(row).client for row in self._selected_rows()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def _on_selection_changed(self) -> None:
        selected = self.table.selectionModel().hasSelection()
        self._actions.close_connection.setEnabled(selected)
        self._actions.copy_address.setEnabled(selected)

    @Slot("QPoint")
    def _on_context_menu(self, where: QPoint) -> None:
        if self.model.rowCount():
            self.menu.popup(self.table.viewport().mapToGlobal(where))
