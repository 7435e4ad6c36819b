"""The columns: what each shows, says and sorts by; a table of answers without any state."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt

from core.config.address import is_loopback
from core.engine.status import State
from gui import wording
from gui.natural import endpoint_key, natural

if TYPE_CHECKING:
    from core.config.mapping import Mapping
    from gui.row import Row


class Column(IntEnum):
    """The columns; the number is the place in the model, not the one on the screen."""

    ENABLED = 0
    NAME = 1
    PROTOCOL = 2
    LISTEN = 3
    TARGET = 4
    STATE = 5
    CONNECTIONS = 6
    RATE_UP = 7
    RATE_DOWN = 8
    TOTAL = 9
    TRAFFIC = 10
    COMMENT = 11

    @property
    def key(self) -> str:
        """What it is called in a file, whatever its place."""
        return self.name.lower()


FIRST_ORDER = (
    Column.ENABLED,
    Column.NAME,
    Column.LISTEN,
    Column.TARGET,
    Column.STATE,
    Column.TRAFFIC,
    Column.RATE_UP,
    Column.RATE_DOWN,
    Column.CONNECTIONS,
    Column.TOTAL,
    Column.PROTOCOL,
    Column.COMMENT,
)
"""From left to right until the user moves them; in a narrow window the last are out of sight."""
HIDDEN_AT_FIRST = (Column.COMMENT,)  # it also stands below the name
ALWAYS_SHOWN = (Column.ENABLED, Column.NAME)

NUMBER_COLUMNS = (Column.CONNECTIONS, Column.RATE_UP, Column.RATE_DOWN, Column.TOTAL)
MOVING_COLUMNS = (Column.TRAFFIC, Column.RATE_UP, Column.RATE_DOWN, Column.CONNECTIONS)
"""What is of this moment alone."""
_STILL = (State.OFF, State.WAITING, State.DEGRADED, State.ERROR)

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

ROW_ROLE = Qt.ItemDataRole.UserRole + 2
"""The `Row` itself."""


def cell_data(row: Row, column: Column, role: int) -> Any:
    """What a view asks of a cell, by role."""
    match role:
        case _ if role == ROW_ROLE:
            return row
        case Qt.ItemDataRole.DisplayRole:
            return text(row, column)
        case Qt.ItemDataRole.CheckStateRole if column is Column.ENABLED:
            return Qt.CheckState.Checked if row.mapping.enabled else Qt.CheckState.Unchecked
        case Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        case Qt.ItemDataRole.ToolTipRole:
            return tool_tip(row, column)
        case Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, column)
        case _:
            return None


def is_silent(row: Row) -> bool:
    """Whether nothing passes, and for a reason: `MOVING_COLUMNS` have nothing to say of the row."""
    numbers = row.numbers.connections or row.rate_up or row.rate_down or row.traffic.samples
    return row.status.state in _STILL and not numbers


def may_hold_reason(row: Row, column: Column) -> bool:
    """Whether the reason of the row's state may be painted across this cell, which has nothing."""
    if row.status.trouble is None:
        return False
    empty_curve = column is Column.TRAFFIC and not row.traffic.samples
    return empty_curve or (column in MOVING_COLUMNS and is_silent(row))


def title(column: Column) -> str:
    """The column's heading."""
    return {
        Column.ENABLED: QCoreApplication.translate("Column", "On"),
        Column.NAME: QCoreApplication.translate("Column", "Name"),
        Column.PROTOCOL: QCoreApplication.translate("Column", "Protocol"),
        Column.LISTEN: QCoreApplication.translate("Column", "Listen"),
        Column.TARGET: QCoreApplication.translate("Column", "Target"),
        Column.STATE: QCoreApplication.translate("Column", "State"),
        Column.CONNECTIONS: QCoreApplication.translate("Column", "Connections"),
        Column.RATE_UP: QCoreApplication.translate("Column", "Up"),
        Column.RATE_DOWN: QCoreApplication.translate("Column", "Down"),
        Column.TOTAL: QCoreApplication.translate("Column", "Total"),
        Column.TRAFFIC: QCoreApplication.translate("Column", "Traffic"),
        Column.COMMENT: QCoreApplication.translate("Column", "Comment"),
    }[column]


def text(row: Row, column: Column) -> str:
    """What the cell says."""
    match column:
        case Column.ENABLED:
            return ""
        case Column.NAME:
            return row.mapping.name
        case Column.PROTOCOL:
            return wording.protocol_word(row.mapping.protocol)
        case Column.LISTEN:
            return str(row.mapping.listen)
        case Column.TARGET:
            return str(row.mapping.target)
        case Column.STATE:
            return wording.status_line(row)
        case Column.CONNECTIONS:
            return wording.count(row.numbers.connections)
        case Column.RATE_UP:
            return wording.rate(row.rate_up)
        case Column.RATE_DOWN:
            return wording.rate(row.rate_down)
        case Column.TOTAL:
            return wording.amount(row.total)
        case Column.TRAFFIC:
            return wording.rate(row.rate_up + row.rate_down)
        case Column.COMMENT:
            return row.mapping.comment.partition("\n")[0]


def lan_badge(mapping: Mapping) -> str:
    """The badge of a listener that other computers may reach; empty for this computer only."""
    if is_loopback(mapping.listen_host):
        return ""
    return QCoreApplication.translate("Column", "LAN")


def spoken(row: Row, column: Column) -> str:
    """What a screen reader says: the text, or the word for what is only painted.

    The keyboard goes from row to row by their names, so these tell the state, too.
    """
    if column is Column.NAME:
        return QCoreApplication.translate("Column", "{name}: {state}").format(
            name=row.mapping.title, state=wording.status_line(row)
        )
    if column is Column.ENABLED:
        on, off = (
            QCoreApplication.translate("Column", "On"),
            QCoreApplication.translate("Column", "Off"),
        )
        return on if row.mapping.enabled else off
    if column is Column.LISTEN and lan_badge(row.mapping):
        return QCoreApplication.translate(
            "Column", "{address}, open to other computers on the network"
        ).format(address=row.mapping.listen)
    return text(row, column)


def tool_tip(row: Row, column: Column) -> str:
    """What the cell adds when the mouse rests on it; empty for nothing."""
    if column is Column.ENABLED:
        on, off = (
            QCoreApplication.translate("Column", "Switch on (Space)"),
            QCoreApplication.translate("Column", "Switch off (Space)"),
        )
        return off if row.mapping.enabled else on
    if (column is Column.STATE or may_hold_reason(row, column)) and row.status.trouble is not None:
        return QCoreApplication.translate("Column", "{reason}\n{remedy}").format(
            reason=wording.say(row.status.trouble.reason),
            remedy=wording.say(row.status.trouble.remedy),
        )
    if column is Column.LISTEN and lan_badge(row.mapping):
        return QCoreApplication.translate(
            "Column", "Other computers that can reach this one on the network can connect here."
        )
    if column in (Column.NAME, Column.COMMENT):
        return row.mapping.comment
    if column in (Column.LISTEN, Column.TARGET):
        return text(row, column)
    return ""


def sort_value(row: Row, column: Column) -> Any:
    """What the cell sorts by: native values, so that numbers sort as numbers."""
    match column:
        case Column.ENABLED:
            return row.mapping.enabled
        case Column.NAME:
            return natural(row.mapping.title)
        case Column.PROTOCOL:
            return row.mapping.protocol.value
        case Column.LISTEN:
            return endpoint_key(row.mapping.listen)
        case Column.TARGET:
            return endpoint_key(row.mapping.target)
        case Column.STATE:
            return list(State).index(row.status.state)
        case Column.CONNECTIONS:
            return row.numbers.connections
        case Column.RATE_UP:
            return row.rate_up
        case Column.RATE_DOWN:
            return row.rate_down
        case Column.TOTAL:
            return row.total
        case Column.TRAFFIC:
            return row.rate_up + row.rate_down
        case Column.COMMENT:
            return natural(row.mapping.comment)


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Numbers stand right, so that their digits line up; words stand left."""
    return _RIGHT if column in NUMBER_COLUMNS else _LEFT
