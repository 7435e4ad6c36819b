"""What helps the mapping in the details: asked of the system off the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from core.diagnose import remedies
from gui import wording
from gui.background import Background
from gui.details_head import Remedy, plain_remedy

if TYPE_CHECKING:
    from gui.actions import Actions
    from gui.details_head import DetailsHead
    from gui.mapping_list import MappingList
    from gui.row import Row


class RemedyFinder(QObject):
    """Says at once what the engine says, and the better advice when it has been found."""

    change_wanted = Signal(str, object)
    """The id of the mapping, and the edit that was chosen."""

    def __init__(self, head: DetailsHead, mappings: MappingList, actions: Actions) -> None:
        super().__init__(head)
        self._head = head
        self._list = mappings
        self._diagnose = actions.diagnose
        self._mapping_id = ""
        self._change: remedies.Change | None = None
        self._action = QAction(self)
        self._action.triggered.connect(self._choose)
        self._work = Background(self)
        self._work.came.connect(self._take)
        head.find_remedy = self.find

    def find(self, row: Row) -> Remedy:
        """What helps this row, as far as it is known now."""
        self._work.cancel()
        trouble, mapping = row.status.trouble, row.mapping
        if trouble is None:
            return plain_remedy(row)
        self._mapping_id = mapping.id
        others = self._list.mappings
        self._work.ask(lambda: remedies.remedy(trouble, mapping, others))
        return Remedy(plain_remedy(row).text, self._diagnose)

    @Slot(object)
    def _take(self, found: object) -> None:
        """Offer the first edit for one click; what needs more steps the diagnosis shows."""
        if not isinstance(found, remedies.Remedy):
            return
        self._change = next(iter(found.changes), None)
        action = self._diagnose
        if self._change is not None:
            action = self._action
            action.setText(wording.say(self._change.words).replace("&", "&&"))
        self._head.show_remedy(Remedy(wording.say(found.text), action))

    @Slot()
    def _choose(self) -> None:
        if self._change is not None:
            self.change_wanted.emit(self._mapping_id, self._change)
