"""A group of the list: its name, the rows it shows, and what its own line says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt

from core.engine.status import State
from gui import columns, wording
from gui.columns import Column
from gui.row import RUNNING, TROUBLED

if TYPE_CHECKING:
    from gui.row import Row

_GRAVITY = (State.OFF, State.LISTENING, State.STARTING, State.DEGRADED, State.WAITING, State.ERROR)
"""From what needs no look to what needs one most."""


@dataclass(slots=True, eq=False)
class Group:
    """What the list shows of a group; its number is its identity while it is shown."""

    name: str
    number: int
    rows: list[Row] = field(default_factory=list)

    def switched(self) -> Qt.CheckState:
        """On, off, or some of each."""
        on = sum(row.mapping.enabled for row in self.rows)
        if not on:
            return Qt.CheckState.Unchecked
        whole = on == len(self.rows)
        return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked

    def state(self) -> State:
        """The gravest state in it."""
        states = {row.status.state for row in self.rows}
        return max(states, key=_GRAVITY.index, default=State.OFF)

    def summary(self) -> str:
        """The group in a few words."""
        states = [row.status.state for row in self.rows]
        troubled = sum(state in TROUBLED for state in states)
        if troubled:
            template = QCoreApplication.translate(
                "Group", "{listening} of {all} listening, {troubled} in trouble"
            )
        else:
            template = QCoreApplication.translate("Group", "{listening} of {all} listening")
        return template.format(
            listening=wording.count(sum(state in RUNNING for state in states)),
            all=wording.count(len(states)),
            troubled=wording.count(troubled),
        )

    def cell_data(self, column: Column, role: int) -> Any:
        """What the group's line says in this column; a screen reader hears the same."""
        match role:
            case Qt.ItemDataRole.CheckStateRole if column is Column.ENABLED:
                return self.switched()
            case Qt.ItemDataRole.EditRole if column is Column.NAME:
                return self.name
            case Qt.ItemDataRole.ToolTipRole if column is Column.ENABLED:
                on = self.switched() is Qt.CheckState.Checked
                return (
                    QCoreApplication.translate("Group", "Switch the whole group off (Space)")
                    if on
                    else QCoreApplication.translate("Group", "Switch the whole group on (Space)")
                )
            case Qt.ItemDataRole.TextAlignmentRole:
                return columns.alignment(column)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(column, spoken=role == Qt.ItemDataRole.AccessibleTextRole)
            case _:
                return None

    def _text(self, column: Column, *, spoken: bool) -> str:
        match column:
            case Column.ENABLED if spoken:
                return {
                    Qt.CheckState.Checked: QCoreApplication.translate("Group", "All on"),
                    Qt.CheckState.Unchecked: QCoreApplication.translate("Group", "All off"),
                    Qt.CheckState.PartiallyChecked: QCoreApplication.translate("Group", "Some on"),
                }[self.switched()]
            case Column.NAME if spoken:
                text = QCoreApplication.translate("Group", "Group {name}: {summary}")
                return text.format(name=self.name, summary=self.summary())
            case Column.NAME:
                return self.name
            case Column.STATE:
                return self.summary()
            case _:
                return ""
