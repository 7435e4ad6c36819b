"""What the actions do to the list: each turns the selection into one undoable change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QModelIndex, QObject, Qt, Slot

from core.engine.commands import Retry
from gui.columns import Column
from gui.list_clipboard import ListClipboard
from gui.list_order import ListOrder
from gui.message_bar import Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.mapping import Mapping
    from core.engine.commands import Command
    from gui.actions import Actions
    from gui.addresses import LocalAddresses
    from gui.editor import Editor
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList

DELETED = "deleted"
"""The key of the note that offers to undo a delete."""


class ListActions(QObject):
    """Connects the actions of the list, and says which of them can be used now."""

    def __init__(
        self,
        window: MainWindow,
        mappings: MappingList,
        actions: Actions,
        addresses: LocalAddresses,
        submit: Callable[[Command], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._table = window.table
        self._list = mappings
        self._actions = actions
        self._addresses = addresses
        self._submit = submit
        self.clipboard = ListClipboard(window, mappings, actions)
        self.order = ListOrder(window, mappings, actions)
        self._connect()

    def _connect(self) -> None:
        actions, table = self._actions, self._table
        for action, slot in (
            (actions.add, self.add),
            (actions.edit, self.edit),
            (actions.duplicate, self.duplicate),
            (actions.delete, self.delete),
            (actions.toggle, self.toggle),
            (actions.retry, self.retry),
            (actions.start_all, self.start_all),
            (actions.stop_all, self.stop_all),
        ):
            action.triggered.connect(slot)
        history = self._list.history
        actions.undo.triggered.connect(self.undo)
        actions.redo.triggered.connect(self.redo)
        history.indexChanged.connect(self._on_history_changed)
        self._list.changed.connect(self._on_list_changed)
        table.shown.toggle_wanted.connect(self.switch_these)
        table.shown.rename_wanted.connect(self._list.rename_group)
        table.shown.arranged.connect(self.on_selection_changed)
        table.doubleClicked.connect(self._on_double_click)
        table.selectionModel().selectionChanged.connect(self.on_selection_changed)
        table.selectionModel().currentChanged.connect(self.on_selection_changed)
        self._on_list_changed()
        self._on_history_changed()
        self.on_selection_changed()

    # What the actions do.

    @Slot()
    def add(self) -> None:
        """Open the editor for a new mapping."""
        if self._list.refuses():
            return
        self._open_editor(None).finished_mapping.connect(self._on_added)

    @Slot()
    def edit(self) -> None:
        """Open the editor for the current mapping, or for what several have in common.

        Of a group only the name can be edited, where it stands.
        """
        if self._list.refuses():
            return
        rows, row = self._table.selected_rows(), self._table.current_row()
        if self._table.current_group() is not None:
            self._table.edit_name()
        elif len(rows) > 1:
            self._edit_together([one.mapping for one in rows])
        elif row is not None:
            self._open_editor(row.mapping.id).finished_mapping.connect(self._on_edited)

    def _edit_together(self, mappings: list[Mapping]) -> None:
        from gui.edit_together import EditTogether

        dialog = EditTogether(mappings, self._list.groups(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.decided.connect(self._on_decided)
        dialog.open()

    @Slot(object, object)
    def _on_decided(self, ids: set[str], fields: dict[str, Any]) -> None:
        self._list.change(ids, **fields)

    def _open_editor(self, mapping_id: str | None) -> Editor:
        from gui.editor import Editor  # here: who only looks at the tray never pays for it

        self._window.bring_up()
        edited = self._list.get(mapping_id) if mapping_id else None
        editor = Editor(
            edited,
            self._list.mappings,
            self._addresses,
            self._window,
            listen_host=self._window.default_listen,
        )
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.open()
        return editor

    @Slot(object)
    def _on_added(self, mapping: Mapping) -> None:
        self._list.add(mapping)
        self._window.search.clear()
        self._table.select(self._list.mappings[-1].id)

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
        """Copy the selected mappings and select the copies."""
        if self._list.refuses():
            return
        ids = self._selected_ids()
        # It goes over to the copies; kept until then, it would make inserting thousands slow.
        self._table.clearSelection()
        self._table.select_all_of(self._list.duplicate(ids))

    @Slot()
    def delete(self) -> None:
        """Delete the selected mappings at once; the bar offers to take it back."""
        rows = self._table.selected_rows()
        if not rows or self._list.refuses():
            return
        if len(rows) == 1:
            text = self.tr("“{name}” was deleted.").format(name=rows[0].mapping.title)
        else:
            text = self.tr("%n mappings were deleted.", "two or more", len(rows))
        place = self._table.lowest_selected()
        ids = {row.mapping.id for row in rows}
        self._table.clearSelection()  # kept, it would make removing thousands slow
        self._list.remove(ids)
        self._table.select_near(place)
        undo = self._actions.undo
        self._window.messages.say(Note(text, DELETED, action=undo, passing=True))

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        self._step(self._list.history.undo)

    @Slot()
    def redo(self) -> None:
        """Make the step again that was taken back."""
        self._step(self._list.history.redo)

    def _step(self, step: Callable[[], None]) -> None:
        """Let be seen what a step brought back; any other leaves the selection where it is."""
        place, before = self._table.lowest_selected(), {one.id for one in self._list.mappings}
        step()
        back = [one.id for one in self._list.mappings if one.id not in before]
        if back:
            self._table.select_all_of(back)
        elif not self._table.selected_rows():
            self._table.select_near(place)

    @Slot()
    def toggle(self) -> None:
        """Switch the selected on, or off if all of them are on."""
        rows = self._table.selected_rows()
        on = not all(row.mapping.enabled for row in rows)
        self._list.set_enabled(self._selected_ids(), on)

    @Slot(str, bool)
    def switch(self, mapping_id: str, on: bool) -> None:
        """Switch one mapping."""
        self._list.set_enabled({mapping_id}, on)

    @Slot(object, bool)
    def switch_these(self, ids: set[str], on: bool) -> None:
        """Switch these mappings, as one step."""
        self._list.set_enabled(ids, on)

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
        for row in self._table.selected_rows():
            if row.status.trouble is not None:
                self._submit(Retry(row.mapping.id))

    def _selected_ids(self) -> set[str]:
        return {row.mapping.id for row in self._table.selected_rows()}

    def retranslate(self) -> None:
        """Say in the language of now what depends on list and selection."""
        self._describe_history()
        self.on_selection_changed()

    # What can be done now.

    @Slot()
    def _on_list_changed(self) -> None:
        mappings = self._list.mappings
        self._actions.start_all.setEnabled(any(not one.enabled for one in mappings))
        self._actions.stop_all.setEnabled(any(one.enabled for one in mappings))

    @Slot()
    def _on_history_changed(self) -> None:
        self._describe_history()
        # Any further step makes the offer to undo the delete mean something else.
        self._window.messages.withdraw(DELETED)

    def _describe_history(self) -> None:
        history, actions = self._list.history, self._actions
        actions.undo.setEnabled(history.canUndo())
        actions.redo.setEnabled(history.canRedo())
        undo, redo = history.undoText(), history.redoText()
        actions.undo.setStatusTip(self.tr("Undo: {change}").format(change=undo) if undo else "")
        actions.redo.setStatusTip(self.tr("Redo: {change}").format(change=redo) if redo else "")

    @Slot()
    def on_selection_changed(self) -> None:
        """Enable what the selected rows allow."""
        rows = self._table.selected_rows()
        actions = self._actions
        for action in actions.of_the_table:
            action.setEnabled(bool(rows))
        self.order.on_selection_changed()
        off = any(not row.mapping.enabled for row in rows)
        actions.name_toggle(self._window.palette(), on=off)
        actions.retry.setEnabled(any(row.status.trouble is not None for row in rows))

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() == Column.ENABLED:  # there, two clicks are two flips of the switch
            return
        if self._table.shown.group_at(index) is not None:
            self._table.folding.toggle(index)
        else:
            self.edit()
