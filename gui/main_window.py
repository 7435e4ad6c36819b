"""The main window: puts its parts together, remembers its place, and tells when it is seen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QProcess, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from core.config.address import LOOPBACK
from gui.details import Details, beside
from gui.list_actions import ListActions
from gui.list_pane import ListPane
from gui.menus import Menus
from gui.message_bar import MessageBar
from gui.remembered import COLUMNS, FOLDED, GEOMETRY
from gui.resources import forget_renderings
from gui.status_line import StatusLine
from gui.tool_bar import ToolBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent

    from core.engine.commands import Command
    from gui.actions import Actions
    from gui.addresses import LocalAddresses
    from gui.mapping_list import MappingList
    from gui.model import MappingsModel
    from gui.records import Records
    from gui.remembered import Remembered

FIRST_SIZE = QSize(1360, 760)
LEAST_DIGITS = 60
"""The width at which the details have room for their buttons, and the graph for its legend."""


class MainWindow(QMainWindow):
    """One table of mappings with everything around it."""

    looked_at = Signal(bool)
    """Whether the window can be seen: shown and not minimized."""
    closed = Signal()

    def __init__(
        self,
        mappings: MappingList,
        model: MappingsModel,
        actions: Actions,
        addresses: LocalAddresses,
        records: Records,
        submit: Callable[[Command], None],
    ) -> None:
        super().__init__()
        self._list = mappings
        self._model = model
        self._actions = actions
        self.default_listen = LOOPBACK
        """The host that a new mapping begins with."""
        self.setWindowTitle(self.tr("Portway"))
        self.messages = MessageBar(self)
        self.pane = ListPane(model, actions, self)
        self.table = self.pane.table
        self.empty = self.pane.empty
        self.details = Details(actions, model, records, submit, self)
        self.tool_bar = ToolBar(actions, self)
        self.search = self.tool_bar.search
        self.status_line = StatusLine(self)
        self.menus = Menus(self, mappings, actions)
        self._lay_out()
        self.list_actions = ListActions(self, mappings, actions, addresses, submit)
        self._connect()
        self._is_dressed = False
        """Whether the icons of all actions are made, which somebody who looks is to see."""
        self._colour_icons()
        self._on_list_changed()
        self._on_summary_changed()
        self.table.select_near(0)
        self.table.setFocus()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() * 0.94))

    def _lay_out(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(beside(self.pane, self.details, self), 1)
        self.setCentralWidget(centre)
        self.addToolBar(self.tool_bar)
        self.setStatusBar(self.status_line)

    def _connect(self) -> None:
        actions, table = self._actions, self.table
        actions.find.triggered.connect(self.go_to_search)
        actions.open.triggered.connect(self.bring_up)
        actions.close.triggered.connect(self.close)
        actions.try_demo.triggered.connect(self.try_demo)
        self._list.changed.connect(self._on_list_changed)
        self._model.summary_changed.connect(self._on_summary_changed)
        self.search.textChanged.connect(self.pane.search)
        self.tool_bar.measured.connect(self._keep_wide_enough)
        self.tool_bar.leave.activated.connect(self.leave_search)
        for key in self.tool_bar.go_on:
            key.activated.connect(self.go_to_table)
        self.details.focus_left.connect(self.go_to_table)
        table.customContextMenuRequested.connect(self._on_context_menu)
        table.header().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.header().customContextMenuRequested.connect(self._on_header_menu)
        actions.reset_columns.triggered.connect(table.columns.reset)
        table.selectionModel().selectionChanged.connect(self._on_current_changed)
        table.selectionModel().currentChanged.connect(self._on_current_changed)

    # Where to look.

    @Slot()
    def go_to_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot()
    def leave_search(self) -> None:
        """Show all rows again and go back to them."""
        self.search.clear()
        self.go_to_table()

    @Slot()
    def go_to_table(self) -> None:
        """Give the table the keyboard."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def bring_up(self) -> None:
        """Show the window in front of the others, whatever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def try_demo(self) -> None:
        """Start another Portway beside this one, with a throw-away list and a page to look at."""
        frozen = getattr(sys, "frozen", False)
        QProcess.startDetached(sys.executable, ["demo"] if frozen else ["-m", "gui", "demo"])

    # What follows from changes.

    @Slot()
    def _on_list_changed(self) -> None:
        self.search.setEnabled(bool(self._list.mappings))

    @Slot()
    def _on_summary_changed(self) -> None:
        self.status_line.show_summary(self._model.summary())
        self.list_actions.on_selection_changed()
        self._on_current_changed()

    @Slot()
    def _on_current_changed(self) -> None:
        self.details.show_row(self.table.current_row())

    @Slot(QPoint)
    def _on_context_menu(self, where: QPoint) -> None:
        on_row = self.table.indexAt(where).isValid() and self.table.selected_rows()
        menu = self.menus.context if on_row else self.menus.background
        menu.popup(self.table.viewport().mapToGlobal(where))

    @Slot(QPoint)
    def _on_header_menu(self, where: QPoint) -> None:
        self.menus.columns.popup(self.table.header().mapToGlobal(where))

    @Slot()
    def _keep_wide_enough(self) -> None:
        least = self.fontMetrics().horizontalAdvance("0") * LEAST_DIGITS
        self.setMinimumWidth(max(self.tool_bar.least_width, least))

    # What is remembered, and who looks.

    def recall(self, remembered: Remembered) -> None:
        """Take up place, columns and folded groups of last time."""
        geometry = remembered.bytes_of(GEOMETRY)
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.table.columns.unpack(remembered.text_of(COLUMNS))
        self.table.folding.unpack(remembered.text_of(FOLDED))
        self.details.recall(remembered)

    def remember(self, remembered: Remembered) -> None:
        """Note them for next time."""
        remembered.keep(GEOMETRY, self.saveGeometry())
        remembered.keep(COLUMNS, self.table.columns.pack())
        remembered.keep(FOLDED, self.table.folding.pack())
        self.details.remember(remembered)

    def showEvent(self, event: QShowEvent) -> None:
        """Someone looks now."""
        if not self._is_dressed:
            self._is_dressed = True
            self._colour_icons()
        super().showEvent(event)
        self._tell_looked_at()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks now."""
        super().hideEvent(event)
        self._tell_looked_at()

    def changeEvent(self, event: QEvent) -> None:
        """Follow minimizing and the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._tell_looked_at()
        elif event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            forget_renderings()
            self._colour_icons()

    def _colour_icons(self) -> None:
        if self._is_dressed:
            self._actions.colour_icons(self.palette())
        else:
            self._actions.colour_tray_icons(self.palette())

    def _retranslate(self) -> None:
        """Say in the language of now what the parts do not say by themselves."""
        self._actions.retranslate()
        self.menus.retranslate()
        self.list_actions.retranslate()
        self._on_summary_changed()

    def _tell_looked_at(self) -> None:
        self.looked_at.emit(self.isVisible() and not self.isMinimized())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Always let go: a window that refuses to close would block the end of a session."""
        event.accept()
        self.closed.emit()
