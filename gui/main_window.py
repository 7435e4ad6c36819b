"""The main window: puts table, bars and menus together and turns actions into changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config.address import LOOPBACK
from core.config.mapping import mapping_line
from core.engine.commands import Retry
from gui import wording
from gui.columns import Column
from gui.details import Details, beside
from gui.editor import Editor
from gui.empty_state import EmptyState
from gui.message_bar import MessageBar, Note
from gui.remembered import COLUMNS, GEOMETRY
from gui.resources import forget_renderings
from gui.table import MappingTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent, QShowEvent

    from core.config.mapping import Mapping
    from core.engine.commands import Command
    from gui.actions import Actions
    from gui.addresses import LocalAddresses
    from gui.mapping_list import MappingList
    from gui.model import MappingsModel
    from gui.records import Records
    from gui.remembered import Remembered

FIRST_SIZE = QSize(1280, 660)
SEARCH_WIDTH = 200
NARROW_SEARCH = 110
"""In a window that has not the room for more."""
DELETED = "deleted"
"""The key of the note that offers to undo a delete."""


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
        self._addresses = addresses
        self._submit = submit
        self.default_listen = LOOPBACK
        """The host that a new mapping begins with."""
        self.setWindowTitle(self.tr("Portway"))
        self.table = MappingTable(model, self)
        self.messages = MessageBar(self)
        self.details = Details(actions, model, records, submit, self)
        self.empty = EmptyState(actions, self)
        self.search = QLineEdit(self)
        self._lay_out()
        self._make_menus()
        self._make_tool_bar()
        self._make_status_bar()
        self._connect()
        actions.colour_icons(self.palette())
        self._on_list_changed()
        self._on_summary_changed()
        self.table.select_place(0)
        self.table.setFocus()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() * 0.94))

    # Putting together.

    def _lay_out(self) -> None:
        nothing_found = QLabel(self.tr("No mapping matches the search."), self)
        nothing_found.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing_found.setAutoFillBackground(True)
        nothing_found.setBackgroundRole(self.table.viewport().backgroundRole())
        self._nothing_found = nothing_found
        self._stack = QStackedWidget(self)
        for page in (self.empty, self.table, nothing_found):
            self._stack.addWidget(page)
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(beside(self._stack, self.details, self), 1)
        self.setCentralWidget(centre)

    def _make_menus(self) -> None:
        actions, bar = self._actions, self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addActions([actions.add])
        file.addSeparator()
        file.addActions([actions.start_all, actions.stop_all])
        file.addSeparator()
        file.addAction(actions.settings)
        file.addSeparator()
        file.addActions([actions.close, actions.quit])
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([actions.undo, actions.redo])
        edit.addSeparator()
        edit.addActions([actions.copy, actions.find])
        mapping = bar.addMenu(self.tr("&Mapping"))
        self._fill_mapping_menu(mapping)
        bar.addMenu(self.tr("&View")).addActions([actions.details, actions.log])
        bar.addMenu(self.tr("&Help")).addActions([actions.log_folder, actions.about])
        self.context_menu = QMenu(self)
        self._fill_mapping_menu(self.context_menu)
        self.context_menu.addAction(actions.copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.addActions(actions.of_the_table)

    def _fill_mapping_menu(self, menu: QMenu) -> None:
        actions = self._actions
        menu.addActions([actions.toggle, actions.retry])
        menu.addSeparator()
        menu.addActions([actions.edit, actions.duplicate, actions.delete])

    def _make_tool_bar(self) -> None:
        actions = self._actions
        bar = QToolBar(self.tr("Tool bar"), self)
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addAction(actions.add)
        bar.addSeparator()
        bar.addActions([actions.edit, actions.duplicate, actions.delete])
        bar.addSeparator()
        bar.addActions([actions.start_all, actions.stop_all])
        bar.addSeparator()
        bar.addActions([actions.undo, actions.redo])
        gap = QWidget(self)
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        add = bar.widgetForAction(actions.add)
        assert isinstance(add, QToolButton)
        add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the mappings"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(SEARCH_WIDTH)
        self.search.addAction(actions.find, QLineEdit.ActionPosition.LeadingPosition)
        bar.addWidget(self.search)
        bar.setContentsMargins(6, 0, 8, 0)
        bar.setMinimumHeight(44)
        self.addToolBar(bar)
        # In a window narrower than its tool bar the search would hide behind an arrow, where
        # Ctrl+F cannot reach it and what is typed goes to the table.
        self._roomy = bar.sizeHint().width()
        self.setMinimumWidth(self._roomy - SEARCH_WIDTH + NARROW_SEARCH)

    def _make_status_bar(self) -> None:
        self._listening = QLabel(self)
        self._connections = QLabel(self)
        self._rates = QLabel(self)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        for label in (self._listening, self._connections, self._rates):
            label.setContentsMargins(10, 3, 14, 3)
            bar.addWidget(label)

    def _connect(self) -> None:
        actions, table = self._actions, self.table
        for action, slot in (
            (actions.add, self.add),
            (actions.edit, self.edit),
            (actions.duplicate, self.duplicate),
            (actions.delete, self.delete),
            (actions.toggle, self.toggle),
            (actions.retry, self.retry),
            (actions.copy, self.copy),
            (actions.start_all, self.start_all),
            (actions.stop_all, self.stop_all),
            (actions.find, self.go_to_search),
            (actions.open, self.bring_up),
            (actions.close, self.close),
        ):
            action.triggered.connect(slot)
        history = self._list.history
        actions.undo.triggered.connect(history.undo)
        actions.redo.triggered.connect(history.redo)
        history.indexChanged.connect(self._on_history_changed)
        self._list.changed.connect(self._on_list_changed)
        self._model.toggle_wanted.connect(self.switch)
        self._model.summary_changed.connect(self._on_summary_changed)
        self._model.summary_changed.connect(self._on_selection_changed)
        self.search.textChanged.connect(self._on_search)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self.leave_search)
        self.details.focus_left.connect(self.go_to_table)
        table.doubleClicked.connect(self._on_double_click)
        table.customContextMenuRequested.connect(self._on_context_menu)
        table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        table.selectionModel().currentChanged.connect(self._on_selection_changed)
        self._on_history_changed()
        self._on_selection_changed()

    # What the actions do.

    @Slot()
    def add(self) -> None:
        """Open the editor for a new mapping."""
        self._open_editor(None).finished_mapping.connect(self._on_added)

    @Slot()
    def edit(self) -> None:
        """Open the editor for the current mapping."""
        row = self.table.current_row()
        if row is not None:
            self._open_editor(row.mapping.id).finished_mapping.connect(self._on_edited)

    def _open_editor(self, mapping_id: str | None) -> Editor:
        self.bring_up()
        edited = self._list.get(mapping_id) if mapping_id else None
        editor = Editor(
            edited, self._list.mappings, self._addresses, self, listen_host=self.default_listen
        )
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.open()
        return editor

    @Slot(object)
    def _on_added(self, mapping: Mapping) -> None:
        self._list.add(mapping)
        self.search.clear()
        self.table.select(self._list.mappings[-1].id)

    @Slot(object)
    def _on_edited(self, mapping: Mapping) -> None:
        """Save what was edited; the tray may have switched or deleted the mapping meanwhile."""
        now = self._list.get(mapping.id)
        if now is None:
            self._on_added(mapping)
        else:
            self._list.replace(msgspec.structs.replace(mapping, enabled=now.enabled))

    @Slot()
    def duplicate(self) -> None:
        """Copy the selected mappings and select the first copy."""
        copies = self._list.duplicate(self._selected_ids())
        if copies:
            self.table.select(copies[0])

    @Slot()
    def delete(self) -> None:
        """Delete the selected mappings at once; the bar offers to take it back."""
        rows = self.table.selected_rows()
        if not rows:
            return
        if len(rows) == 1:
            text = self.tr("“{name}” was deleted.").format(name=rows[0].mapping.title)
        else:
            text = self.tr("%n mappings were deleted.", "two or more", len(rows))
        place = self.table.selectionModel().selectedRows()[0].row()
        self._list.remove({row.mapping.id for row in rows})
        self.table.select_place(place)
        self.messages.say(Note(text, DELETED, action=self._actions.undo, passing=True))

    @Slot()
    def toggle(self) -> None:
        """Switch the selected on, or off if all of them are on."""
        rows = self.table.selected_rows()
        on = not all(row.mapping.enabled for row in rows)
        self._list.set_enabled(self._selected_ids(), on)

    @Slot(str, bool)
    def switch(self, mapping_id: str, on: bool) -> None:
        """Switch one mapping."""
        self._list.set_enabled({mapping_id}, on)

    @Slot()
    def start_all(self) -> None:
        """Switch every mapping on."""
        self._list.set_all_enabled(True)

    @Slot()
    def stop_all(self) -> None:
        """Switch every mapping off."""
        self._list.set_all_enabled(False)

    @Slot()
    def retry(self) -> None:
        """Let the engine try the selected again now."""
        for row in self.table.selected_rows():
            if row.status.trouble is not None:
                self._submit(Retry(row.mapping.id))

    @Slot()
    def copy(self) -> None:
        """Put the selected mappings on the clipboard, a line each."""
        lines = [mapping_line(row.mapping) for row in self.table.selected_rows()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def go_to_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the search have what room there is."""
        super().resizeEvent(event)
        roomy = event.size().width() >= self._roomy
        self.search.setFixedWidth(SEARCH_WIDTH if roomy else NARROW_SEARCH)

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

    # What follows from changes.

    def _selected_ids(self) -> set[str]:
        return {row.mapping.id for row in self.table.selected_rows()}

    @Slot()
    def _on_list_changed(self) -> None:
        mappings = self._list.mappings
        self._actions.start_all.setEnabled(any(not one.enabled for one in mappings))
        self._actions.stop_all.setEnabled(any(one.enabled for one in mappings))
        self._show_page()

    @Slot(str)
    def _on_search(self, text: str) -> None:
        self.table.filter.search(text)
        self._show_page()

    def _show_page(self) -> None:
        """Show the table, or say why there is nothing in it."""
        if not self._list.mappings:
            page: QWidget = self.empty
        elif self._model.rowCount() and not self.table.filter.rowCount():
            page = self._nothing_found
        else:
            page = self.table
        self._stack.setCurrentWidget(page)
        self.search.setEnabled(bool(self._list.mappings))

    @Slot()
    def _on_history_changed(self) -> None:
        history, actions = self._list.history, self._actions
        actions.undo.setEnabled(history.canUndo())
        actions.redo.setEnabled(history.canRedo())
        undo, redo = history.undoText(), history.redoText()
        actions.undo.setStatusTip(self.tr("Undo: {change}").format(change=undo) if undo else "")
        actions.redo.setStatusTip(self.tr("Redo: {change}").format(change=redo) if redo else "")
        # Any further step makes the offer to undo the delete mean something else.
        self.messages.withdraw(DELETED)

    @Slot()
    def _on_selection_changed(self) -> None:
        rows = self.table.selected_rows()
        actions = self._actions
        for action in actions.of_the_table:
            action.setEnabled(bool(rows))
        actions.edit.setEnabled(self.table.current_row() is not None)
        off = any(not row.mapping.enabled for row in rows)
        actions.name_toggle(self.palette(), on=off)
        actions.retry.setEnabled(any(row.status.trouble is not None for row in rows))
        self.details.show_row(self.table.current_row())

    @Slot()
    def _on_summary_changed(self) -> None:
        summary = self._model.summary()
        for label in (self._listening, self._connections, self._rates):
            label.setVisible(summary.mappings > 0)
        self._listening.setText(
            self.tr("{listening} of {all} listening").format(
                listening=wording.count(summary.listening), all=wording.count(summary.mappings)
            )
        )
        self._connections.setText(
            self.tr("Connections: {count}").format(count=wording.count(summary.connections))
        )
        self._rates.setText(
            self.tr("↑ {up}   ↓ {down}").format(
                up=wording.rate(summary.rate_up), down=wording.rate(summary.rate_down)
            )
        )

    def listening_text(self) -> str:
        """What the status bar says of the mappings."""
        return self._listening.text()

    def connections_text(self) -> str:
        """What the status bar says of the connections."""
        return self._connections.text()

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() != Column.ENABLED:  # there, two clicks are two flips of the switch
            self.edit()

    @Slot(object)
    def _on_context_menu(self, where: object) -> None:
        if self.table.selected_rows():
            self.context_menu.popup(self.table.viewport().mapToGlobal(where))  # type: ignore[call-overload]

    # What is remembered, and who looks.

    def recall(self, remembered: Remembered) -> None:
        """Take up place and columns of last time."""
        geometry, columns = remembered.bytes_of(GEOMETRY), remembered.bytes_of(COLUMNS)
        if geometry is not None:
            self.restoreGeometry(geometry)
        if columns is not None:
            self.table.horizontalHeader().restoreState(columns)
        self.details.recall(remembered)

    def remember(self, remembered: Remembered) -> None:
        """Note place and columns for next time."""
        remembered.keep(GEOMETRY, self.saveGeometry())
        remembered.keep(COLUMNS, self.table.horizontalHeader().saveState())
        self.details.remember(remembered)

    def showEvent(self, event: QShowEvent) -> None:
        """Someone looks now."""
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
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            forget_renderings()
            self._actions.colour_icons(self.palette())

    def _tell_looked_at(self) -> None:
        self.looked_at.emit(self.isVisible() and not self.isMinimized())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Always let go: a window that refuses to close would block the end of a session."""
        event.accept()
        self.closed.emit()
