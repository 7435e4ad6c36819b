"""Which columns are shown, in which order and how wide; remembered by their names, not places."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics

from gui import columns
from gui.columns import ALWAYS_SHOWN, FIRST_ORDER, HIDDEN_AT_FIRST, Column
from gui.header import ARROW, GAP, FlatHeader
from gui.sparkline import WIDTH as CURVE_WIDTH
from gui.switch import SWITCH
from gui.text_painting import PADDING

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

LEAST_STATE = 126
"""Room for the word and a piece of the reason."""
ROOMY_STATE = 150
"""The reason may go on across the columns that have nothing to say then; addresses may not."""
LEAST = {Column.NAME: 96, Column.LISTEN: 100, Column.TARGET: 94, Column.STATE: LEAST_STATE}
"""How far these shrink before the table scrolls sideways; numbers never shrink."""
SMALLEST = 40
LARGEST = 4000


class _Stored(msgspec.Struct):
    """What is written: names and numbers, so that a Portway with other columns can read it."""

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    widths: dict[str, int] = msgspec.field(default_factory=dict)
    sorted_by: str = ""
    descending: bool = False


class ColumnLayout(QObject):
    """Keeps the widths that the user wishes and fits them into the window that there is.

    The state has what the others leave. Where there is too little room, what stands left of the
    state shrinks so that the state stays in sight, and what stands right of it scrolls away.
    """

    changed = Signal()
    """Another set of columns is shown."""

    def __init__(self, header: FlatHeader, font: QFont) -> None:
        super().__init__(header)
        self._header = header
        self._font = font
        self._room = 0
        self._fitting = False
        self._wish = _first_widths(font, header.font())
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setMinimumSectionSize(SMALLEST)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(header.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.ENABLED, header.ResizeMode.Fixed)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(self._fit)
        self.reset()

    def reset(self) -> None:
        """The columns as they were at first."""
        self._wish = _first_widths(self._font, self._header.font())
        self._arrange(FIRST_ORDER, HIDDEN_AT_FIRST)

    def make_room_for_titles(self) -> None:
        """Let no title be cut off in the language of now."""
        for column, width in _title_widths(self._header.font()).items():
            self._wish[column] = max(self._wish[column], width)
        self._fit()

    def is_shown(self, column: Column) -> bool:
        """Whether this column can be seen."""
        return not self._header.isSectionHidden(column)

    def show(self, column: Column, shown: bool) -> None:
        """Show or hide a column."""
        self._header.setSectionHidden(column, not shown)
        self._fit()
        self.changed.emit()

    def order(self) -> list[Column]:
        """All columns from left to right, the hidden ones too."""
        return [Column(self._header.logicalIndex(at)) for at in range(len(Column))]

    # Remembering.

    def pack(self) -> str:
        """All of it as a text."""
        header = self._header
        section = header.sortIndicatorSection()
        stored = _Stored(
            order=tuple(column.key for column in self.order()),
            hidden=tuple(column.key for column in Column if not self.is_shown(column)),
            widths={column.key: width for column, width in self._wish.items()},
            sorted_by=Column(section).key if 0 <= section < len(Column) else "",
            descending=header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
        )
        return msgspec.json.encode(stored).decode()

    def unpack(self, text: str) -> None:
        """Take up what `pack` gave, as far as it can be understood."""
        stored = _Stored()
        with contextlib.suppress(msgspec.DecodeError, UnicodeEncodeError):
            stored = msgspec.json.decode(text, type=_Stored)
        by_key = {column.key: column for column in Column}
        if not stored.order:
            return
        order = [by_key[key] for key in dict.fromkeys(stored.order) if key in by_key]
        # A column that is new in this version stands behind the one it follows at first.
        for at, column in enumerate(FIRST_ORDER):
            if column not in order:
                before = FIRST_ORDER[at - 1] if at else None
                order.insert(order.index(before) + 1 if before is not None else 0, column)
        new = set(by_key) - set(stored.order)
        hidden = {by_key[key] for key in stored.hidden if key in by_key}
        hidden |= {column for column in HIDDEN_AT_FIRST if column.key in new}
        self._wish |= {
            by_key[key]: min(max(width, SMALLEST), LARGEST)
            for key, width in stored.widths.items()
            if key in by_key and by_key[key] is not Column.ENABLED
        }
        self._arrange(tuple(order), tuple(hidden))
        order_of_sort = Qt.SortOrder.DescendingOrder if stored.descending else Qt.SortOrder(0)
        section = by_key.get(stored.sorted_by)
        self._header.setSortIndicator(-1 if section is None else section, order_of_sort)

    def _arrange(self, order: tuple[Column, ...], hidden: tuple[Column, ...]) -> None:
        header = self._header
        with QSignalBlocker(self):
            for place, column in enumerate(order):
                header.moveSection(header.visualIndex(column), place)
            header.moveSection(header.visualIndex(Column.ENABLED), 0)
            for column in Column:
                gone = column in hidden and column not in ALWAYS_SHOWN
                header.setSectionHidden(column, gone)
        self._fit()
        self.changed.emit()

    # Fitting.

    def fit_into(self, room: int) -> None:
        """Lay the columns out in so many pixels."""
        self._room = room
        self._fit()

    @Slot()
    def _fit(self) -> None:
        if self._fitting:
            return
        self._fitting = True
        shown = [column for column in self.order() if self.is_shown(column)]
        for column, width in fitted(shown, self._wish, self._room).items():
            self._header.resizeSection(column, width)
        self._fitting = False

    @Slot(int, int, int)
    def _on_resized(self, section: int, old: int, new: int) -> None:
        """Take a width that the user chose with the mouse for a wish."""
        if self._fitting or not old or not new:  # 0: shown or hidden
            return
        self._wish[Column(section)] = new
        if section != Column.STATE:
            self._fit()

    def wished(self, column: Column) -> int:
        """How wide the user, or at first its title and cells, want it."""
        return self._wish[column]

    def wish(self, column: Column, width: int) -> None:
        """Wish for a width as with the mouse."""
        self._wish[column] = width
        self._fit()


def fitted(shown: list[Column], wish: dict[Column, int], room: int) -> dict[Column, int]:
    """The widths for so much room, from the wished ones."""
    widths = {column: wish[column] for column in shown}
    stretched = Column.STATE if Column.STATE in widths else Column.NAME
    spare = room - sum(widths.values())
    if spare >= 0:
        widths[stretched] += spare
        return widths
    least = {column: min(wish[column], LEAST.get(column, wish[column])) for column in shown}
    kept = shown if sum(least.values()) <= room else shown[: shown.index(stretched) + 1]
    spare = room - sum(widths[column] for column in kept)
    if spare >= 0:
        widths[stretched] += spare
        return widths
    give = {column: widths[column] - least[column] for column in kept}
    all_of_it = sum(give.values())
    part = min(1.0, -spare / all_of_it) if all_of_it else 0.0
    for column in kept:
        widths[column] -= int(give[column] * part)
    # What rounding left over.
    widths[stretched] = max(
        least[stretched], widths[stretched] + room - sum(widths[column] for column in kept)
    )
    return widths


def _first_widths(font: QFont, heading: QFont) -> dict[Column, int]:
    """Room for what is usual in each column, and for its heading with the arrow."""
    metrics = QFontMetrics(font)
    examples = {
        Column.ENABLED: "",
        Column.NAME: "The name of a mapping",
        Column.PROTOCOL: "TCP + UDP",
        Column.LISTEN: "192.168.100.100:8443 LAN",
        Column.TARGET: "intranet.example.org:8080",
        Column.STATE: "",
        Column.CONNECTIONS: "",
        Column.RATE_UP: "999.9 MB/s",
        Column.RATE_DOWN: "999.9 MB/s",
        Column.TOTAL: "999.9 MB",
        Column.TRAFFIC: "",
        Column.COMMENT: "A few words on what it is",
    }
    widths = _title_widths(heading)
    for column, example in examples.items():
        room = metrics.horizontalAdvance(example) + 2 * PADDING + 2
        widths[column] = max(room, widths[column])
    widths[Column.ENABLED] = SWITCH.width() + 2 * PADDING
    widths[Column.STATE] = ROOMY_STATE
    widths[Column.TRAFFIC] = CURVE_WIDTH + 2 * PADDING
    return widths


def _title_widths(heading: QFont) -> dict[Column, int]:
    """Room for each heading with its arrow."""
    metrics = QFontMetrics(heading)
    return {
        column: metrics.horizontalAdvance(columns.title(column)) + ARROW + GAP + 2 * PADDING
        for column in Column
    }
