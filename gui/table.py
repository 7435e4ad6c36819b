"""The table of mappings as a view: its columns, hover, sorting and filter; no actions here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from gui import columns, wording
from gui.columns import Column
from gui.delegates import (
    PADDING,
    SWITCH,
    ListenDelegate,
    NameDelegate,
    RowDelegate,
    StateDelegate,
    SwitchDelegate,
    row_height,
)
from gui.header import ARROW, GAP, FlatHeader
from gui.model import ROW_ROLE, SORT_ROLE, MappingsModel

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from gui.row import Row

Index = QModelIndex | QPersistentModelIndex

LEAST_STATE = 150
"""Below this width of the state column the table scrolls sideways."""


class MappingsFilter(QSortFilterProxyModel):
    """Sorts by native values and shows the rows that hold every word searched for."""

    def __init__(self, model: MappingsModel) -> None:
        super().__init__(model)
        self._words: tuple[str, ...] = ()
        self.setSortRole(SORT_ROLE)
        self.setSourceModel(model)

    @Slot(str)
    def search(self, text: str) -> None:
        """Show only rows with all these words; an empty text shows all."""
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Whether the row holds every word, in any of the texts a person sees."""
        if not self._words:
            return True
        model = self.sourceModel()
        assert isinstance(model, MappingsModel)
        row = model.rows[source_row]
        mapping = row.mapping
        state = wording.status_line(row.status)
        texts = (mapping.name, mapping.comment, mapping.group, mapping.listen, mapping.target,
                 wording.protocol_word(mapping), state)  # fmt: skip
        haystack = "\n".join(map(str, texts)).casefold()
        return all(word in haystack for word in self._words)


class MappingTable(QTableView):
    """The one table. Selection is by whole rows; the current row is the one with the keyboard."""

    def __init__(self, model: MappingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = MappingsFilter(model)
        self.setModel(self.filter)
        self._set_delegates()
        self._set_looks()
        self._set_columns()

    def _set_delegates(self) -> None:
        self._delegates = {
            Column.ENABLED: SwitchDelegate(self),
            Column.NAME: NameDelegate(self),
            Column.LISTEN: ListenDelegate(self),
            Column.STATE: StateDelegate(self),
        }
        self._plain = RowDelegate(self)
        self.setItemDelegate(self._plain)
        for column, delegate in self._delegates.items():
            self.setItemDelegateForColumn(column, delegate)

    def _set_looks(self) -> None:
        self.setAccessibleName(self.tr("Mappings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(row_height(self.font()))

    def _set_columns(self) -> None:
        header = FlatHeader(self)
        self.setHorizontalHeader(header)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setMinimumSectionSize(SWITCH.width() + PADDING)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.ENABLED, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.STATE, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(self._on_section_resized)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        metrics = QFontMetrics(self.font())
        headings = QFontMetrics(header.font())
        examples = {
            Column.ENABLED: "",
            Column.NAME: "The name of a mapping",
            Column.PROTOCOL: "TCP + UDP",
            Column.LISTEN: "192.168.100.100:8443 LA",
            Column.TARGET: "intranet.example.org:8080",
            Column.STATE: "Listening",
            Column.CONNECTIONS: "",
            Column.RATE_UP: "999.9 MB/s",
            Column.RATE_DOWN: "999.9 MB/s",
            Column.TOTAL: "999.9 MB",
        }
        for column, example in examples.items():
            title = headings.horizontalAdvance(columns.title(column)) + ARROW + GAP
            widest = max(metrics.horizontalAdvance(example), title)
            self.setColumnWidth(column, widest + 2 * PADDING)
        self.setColumnWidth(Column.ENABLED, SWITCH.width() + 2 * PADDING + 6)

    # The state has what the others leave, and never less than its reason needs to be seen at all.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the state what is left."""
        super().resizeEvent(event)
        self._fit_state()

    @Slot(int, int, int)
    def _on_section_resized(self, section: int, _old: int, _new: int) -> None:
        if section != Column.STATE:
            self._fit_state()

    def _fit_state(self) -> None:
        header = self.horizontalHeader()
        others = sum(header.sectionSize(one) for one in Column if one is not Column.STATE)
        header.resizeSection(Column.STATE, max(LEAST_STATE, self.viewport().width() - others))

    # Selection, in the words of the rest of the front.

    def row_at(self, index: Index) -> Row | None:
        """The row object under an index of this view."""
        row: Row | None = index.data(ROW_ROLE)
        return row

    def current_row(self) -> Row | None:
        """The row that has the keyboard, if it is also selected."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectionModel().isSelected(index):
            return None
        return self.row_at(index)

    def selected_rows(self) -> list[Row]:
        """All selected rows, in the order they are shown."""
        indexes = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [row for index in indexes if (row := self.row_at(index)) is not None]

    def select(self, mapping_id: str) -> None:
        """Select this mapping alone and scroll to it."""
        model = self.filter.sourceModel()
        assert isinstance(model, MappingsModel)
        at = model.row_of(mapping_id)
        if at is None:
            return
        index = self.filter.mapFromSource(model.index(at, Column.NAME))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def select_place(self, row: int) -> None:
        """Select what stands in this row of the view, or the last row where the view is shorter."""
        index = self.filter.index(min(row, self.filter.rowCount() - 1), Column.NAME)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    # Hover.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the row under the mouse be seen as one."""
        self._hover(self.rowAt(int(event.position().y())))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Rows grow with the font."""
        if event.type() == QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(row_height(self.font()))
        super().changeEvent(event)

    def _hover(self, row: int) -> None:
        if row == self._plain.hovered_row:
            return
        for delegate in (self._plain, *self._delegates.values()):
            delegate.hovered_row = row
        self.viewport().update()
