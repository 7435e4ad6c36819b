"""The Diagnose action: opens the window for the current mapping, and makes the edits it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

if TYPE_CHECKING:
    from core.diagnose.remedies import Change
    from gui.actions import Actions
    from gui.diagnosis import Case
    from gui.main_window import MainWindow
    from gui.mapping_list import MappingList
    from gui.model import MappingsModel


class Diagnosing(QObject):
    """Connected to the action; one window at a time, gone when it is closed."""

    def __init__(
        self, window: MainWindow, model: MappingsModel, mappings: MappingList, actions: Actions
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._list = mappings
        self._action = actions.diagnose
        actions.diagnose.triggered.connect(self.diagnose)
        table = window.table
        table.selectionModel().selectionChanged.connect(self._on_current_changed)
        table.selectionModel().currentChanged.connect(self._on_current_changed)
        model.summary_changed.connect(self._on_current_changed)
        self._on_current_changed()

    @Slot()
    def _on_current_changed(self) -> None:
        self._action.setEnabled(self._window.table.current_row() is not None)

    @Slot()
    def diagnose(self) -> None:
        """Walk the way of the current mapping."""
        from gui.diagnosis import Diagnosis  # here: most never need it, and it costs memory

        row = self._window.table.current_row()
        if row is None:
            return
        for other in self._window.findChildren(Diagnosis):
            other.close()
        mapping_id = row.mapping.id
        dialog = Diagnosis(lambda: self._case(mapping_id), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.change_wanted.connect(self.change)
        dialog.show()
        dialog.run()

    def _case(self, mapping_id: str) -> Case | None:
        from gui.diagnosis import Case

        at = self._model.row_of(mapping_id)
        if at is None:
            return None
        row = self._model.rows[at]
        return Case(row.mapping, row.status, self._list.mappings)

    @Slot(str, object)
    def change(self, mapping_id: str, change: Change) -> None:
        """Make an edit that was offered, unless the mapping has gone."""
        mapping = self._list.get(mapping_id)
        if mapping is not None:
            self._list.replace(change.apply(mapping))
