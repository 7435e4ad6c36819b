"""The pane below the list: all there is to know of the current mapping; its parts are elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.config.mapping import Protocol
from gui import wording
from gui.appearance import colours
from gui.details_connections import Connections
from gui.details_events import Events
from gui.details_head import DetailsHead
from gui.details_traffic import Traffic
from gui.dim_label import DimLabel
from gui.history import Span
from gui.remembered import DETAILS, DETAILS_SPAN, DETAILS_SPLIT, DETAILS_TAB
from gui.tabs import Tabs

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from core.engine.commands import Command
    from core.engine.events import SnapshotTaken
    from gui.actions import Actions
    from gui.model import MappingsModel
    from gui.records import Records
    from gui.remembered import Remembered
    from gui.row import Row

SIDE_BY_SIDE = 900
"""From this width the graph stands beside the tabs; below, it is the first of them."""
SHARES = [400, 600]
"""Of graph and tabs, side by side."""
LEAST_LIST = 100
"""Two rows and the header; the page of an empty list would ask for more than a low window has."""


class Details(QFrame):
    """Shown when it is switched on, and anyway while the current mapping is in trouble."""

    focus_left = Signal()
    """The pane hid while something in it had the keyboard."""
    connections_wanted = Signal(object)
    """The id of the mapping whose connections can be seen now, or None."""

    def __init__(
        self,
        actions: Actions,
        model: MappingsModel,
        records: Records,
        submit: Callable[[Command], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._action = actions.details
        self._model = model
        self._records = records
        self._row: Row | None = None
        self._wanted: str | None = None
        self.head = DetailsHead(actions, self)
        self.traffic = Traffic(self)
        self.connections = Connections(actions, submit, self)
        self.events = Events(records.log, self)
        self._lay_out()
        actions.details.setChecked(True)
        actions.details.toggled.connect(self._show)
        self.traffic.spans.chosen.connect(self._on_span)
        self.connections.seen.connect(self._tell_wanted)
        self.tabs.currentChanged.connect(self._on_tab)
        records.updated.connect(self._on_numbers)

    def _lay_out(self) -> None:
        self.tabs = Tabs(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.connections, "")
        self.tabs.addTab(self.events, "")
        self._nothing = DimLabel("", self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body = QSplitter(Qt.Orientation.Horizontal, self)
        self.body.setChildrenCollapsible(False)
        self.body.addWidget(self.traffic)
        self.body.addWidget(self.tabs)
        self.body.setSizes(SHARES)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.body, 1)
        layout.addWidget(self._nothing, 1)
        self._name_parts()

    def _name_parts(self) -> None:
        self._nothing.setText(self.tr("Select a mapping to see its details."))
        self.tabs.setTabText(self.tabs.indexOf(self.events), self.tr("Eve&nts"))
        if not self._side_by_side:
            self.tabs.setTabText(self.tabs.indexOf(self.traffic), self.tr("&Traffic"))
        self._name_tab()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()
            self._show()

    @property
    def _side_by_side(self) -> bool:
        return self.body.indexOf(self.traffic) >= 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the graph beside the tabs where there is room for both, else among them."""
        super().resizeEvent(event)
        wide = event.size().width() >= SIDE_BY_SIDE
        if wide and not self._side_by_side:
            self.tabs.removeTab(self.tabs.indexOf(self.traffic))
            self.body.insertWidget(0, self.traffic)
            self.traffic.show()
            self.body.setSizes(SHARES)
        elif not wide and self._side_by_side:
            self.tabs.insertTab(0, self.traffic, self.tr("&Traffic"))
            self.tabs.setCurrentIndex(0)

    # What is shown.

    def show_row(self, row: Row | None) -> None:
        """Show this row, from now on and as it is now."""
        self._row = row
        self._show()

    @Slot()
    def _show(self) -> None:
        row, whole = self._row, self._action.isChecked()
        shown = row is not None and (whole or row.status.trouble is not None)
        if not shown and not (whole and self._model.rows):
            if self.focusWidget() is not None and self.focusWidget().hasFocus():
                self.focus_left.emit()  # before it hides: Qt would choose the next field itself
            self.hide()
        else:
            self.head.setVisible(row is not None)
            self.body.setVisible(row is not None and whole)
            self._nothing.setVisible(row is None)
            if row is not None:
                self.head.show_row(row)
                self._name_tab()
            self.show()
        self._fill()

    def _name_tab(self) -> None:
        count = self._row.numbers.connections if self._row is not None else 0
        text = self.tr("&Connections ({count})") if count else self.tr("&Connections")
        at = self.tabs.indexOf(self.connections)
        self.tabs.setTabText(at, text.format(count=wording.count(count)))

    @Slot()
    def _fill(self) -> None:
        """Give each part that can be seen what it is to show, and the others nothing."""
        row = self._row
        mapping_id = row.mapping.id if row is not None else None
        if row is not None and self.traffic.isVisible():
            ever = self._records.counting.ever(row.mapping.id)
            self.traffic.show_row(row, ever, self._records.history)
        if row is not None:
            self.connections.tell_protocols_apart(row.mapping.protocol is Protocol.BOTH)
        self.events.show_mapping(mapping_id if self.events.isVisible() else None)
        self._tell_wanted()

    @Slot()
    def _tell_wanted(self) -> None:
        row = self._row
        wanted = row.mapping.id if row is not None and self.connections.isVisible() else None
        if wanted != self._wanted:
            self._wanted = wanted
            self.connections.show_mapping(wanted)
            self.connections_wanted.emit(wanted)

    @Slot(object)
    def _on_numbers(self, _snapshot: object) -> None:
        if self.isVisible():
            self._fill()

    @Slot(object)
    def take(self, event: SnapshotTaken) -> None:
        """Show the connections that a snapshot tells."""
        self.connections.take(event.snapshot)

    @Slot(object)
    def _on_span(self, _span: Span) -> None:
        self._fill()

    @Slot(int)
    def _on_tab(self, _index: int) -> None:
        self._fill()

    # What is remembered.

    def recall(self, remembered: Remembered) -> None:
        """Take up what was shown last time."""
        self._action.setChecked(not remembered.is_unset(DETAILS))
        split = remembered.bytes_of(DETAILS_SPLIT)
        splitter = self.parentWidget()
        if split is not None and isinstance(splitter, QSplitter):
            splitter.restoreState(split)
        span = remembered.number(DETAILS_SPAN)
        if span in [one.value for one in Span]:
            self.traffic.spans.choose(Span(span))
        if remembered.number(DETAILS_TAB) == 1:
            self.tabs.setCurrentWidget(self.events)

    def remember(self, remembered: Remembered) -> None:
        """Note it for next time."""
        remembered.keep(DETAILS, self._action.isChecked())
        splitter = self.parentWidget()
        if isinstance(splitter, QSplitter):
            remembered.keep(DETAILS_SPLIT, splitter.saveState())
        remembered.keep(DETAILS_SPAN, self.traffic.spans.span.value)
        remembered.keep(DETAILS_TAB, int(self.tabs.currentWidget() is self.events))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A hairline sets the pane off from the list."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, colours(self.palette()).hairline)
        painter.end()


def beside(table: QWidget, details: Details, parent: QWidget) -> QSplitter:
    """The list above the details, with a handle between them."""
    splitter = QSplitter(Qt.Orientation.Vertical, parent)
    table.setMinimumHeight(LEAST_LIST)
    splitter.addWidget(table)
    splitter.addWidget(details)
    splitter.setChildrenCollapsible(False)
    splitter.setStretchFactor(0, 1)
    splitter.setHandleWidth(3)
    return splitter
