"""What helps the mapping in the details: asked of the system off the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from gui import wording
from gui.background import Background
from gui.details_head import Remedy, plain_remedy

if TYPE_CHECKING:
    from core.config.mapping import Mapping
    from core.diagnose.remedies import Remedy as Found
    from core.engine.status import Status
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
        self._asked: tuple[Mapping, Status] | None = None
        self._found: Found | None = None
        self._action = QAction(self)
        self._action.triggered.connect(self._choose)
        self._work = Background(self)
        self._work.came.connect(self._take)
        head.find_remedy = self.find

    def find(self, row: Row) -> Remedy:
        """What helps this row, as far as it is known now."""
        trouble, mapping = row.status.trouble, row.mapping
        if self._asked == (mapping, row.status) and self._found is not None:
            return self._say(self._found)  # asked once more to hear it in another language
        self._work.cancel()
        self._asked, self._found = (mapping, row.status), None
        if trouble is None:
            return plain_remedy(row)
        others = self._list.mappings

        def look() -> Found | None:
            from core.diagnose import remedies  # here, in the thread: without trouble nobody pays

            return remedies.remedy(trouble, mapping, others)

        self._work.ask(look)
        return Remedy(plain_remedy(row).text, self._diagnose)

    @Slot(object)
    def _take(self, found: Found | None) -> None:
        if found is not None:
            self._found = found
            self._head.show_remedy(self._say(found))

    def _say(self, found: Found) -> Remedy:
        """Offer the first edit for one click; what needs more steps the diagnosis shows."""
        action = self._diagnose
        if found.changes:
            action = self._action
            action.setText(wording.say(found.changes[0].words).replace("&", "&&"))
        return Remedy(wording.say(found.text), action)

    @Slot()
    def _choose(self) -> None:
        if self._asked is not None and self._found is not None and self._found.changes:
            self.change_wanted.emit(self._asked[0].id, self._found.changes[0])
