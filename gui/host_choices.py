"""Hosts to choose from, each with a plain name: what a beginning may mean, and how they look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.appearance import colours
from gui.text_painting import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Choice = tuple[str, str]
"""A host, with its port where that is known, and the plain name of it."""
LEAST_TYPED = 2
"""One character says too little: "1" begins nearly every address."""
NAME_ROLE = Qt.ItemDataRole.UserRole + 1
AIR = 10
GAP = 18


class HostChoices(QAbstractListModel):
    """The list shows hosts and names, the field takes the host alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: Sequence[Choice] = ()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these."""
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of choices."""
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The host for the field; for the list and for screen readers host and name."""
        if not index.isValid():
            return None
        host, name = self.choices[index.row()]
        match role:
            case Qt.ItemDataRole.EditRole:
                return host
            case Qt.ItemDataRole.DisplayRole:
                return self.tr("{host}   {name}").format(host=host, name=name)
            case _ if role == NAME_ROLE:
                return name
            case _:
                return None


def meant_by(typed: str, choices: Sequence[Choice]) -> list[Choice]:
    """Those that what was typed may become: it begins the host, the port or a word of the name."""
    word = typed.strip().casefold()
    if len(word) < LEAST_TYPED:
        return []
    return [
        (host, name)
        for host, name in choices
        if host.casefold() != word and any(one.startswith(word) for one in _beginnings(host, name))
    ]


def _beginnings(host: str, name: str) -> list[str]:
    port = host.rpartition(":")[2]
    return [host.casefold(), host.casefold().strip("["), port, *re.split(r"\W+", name.casefold())]


class HostDelegate(QStyledItemDelegate):
    """The hosts below each other, their names beside them, dim."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one choice."""
        shades = colours(option.palette)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, shades.selected)
        room = option.rect.adjusted(AIR, 0, -AIR, 0)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        host = str(index.data(Qt.ItemDataRole.EditRole))
        beside = min(_widest(option, index), room.width() * 2 // 3) + GAP
        painter.setPen(shades.text)
        # Of an address the end matters most: there stands the port.
        place = QRect(room.left(), room.top(), beside - GAP, room.height())
        write(painter, place, host, option.font, left, Qt.TextElideMode.ElideMiddle)
        painter.setPen(shades.dim)
        write(painter, room.adjusted(beside, 0, 0, 0), index.data(NAME_ROLE), option.font, left)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as host and name, with some air above and below."""
        metrics = QFontMetrics(option.font)
        name = metrics.horizontalAdvance(str(index.data(NAME_ROLE)))
        return QSize(_widest(option, index) + GAP + name + 2 * AIR + 2, metrics.height() + AIR)


def _widest(option: QStyleOptionViewItem, index: Index) -> int:
    """The room that the longest of the hosts takes, so that the names stand below each other."""
    # By the index: a completer shows a model of its own in front of ours.
    metrics = QFontMetrics(option.font)
    rows = range(index.model().rowCount())
    hosts = (str(index.sibling(row, index.column()).data(Qt.ItemDataRole.EditRole)) for row in rows)
    return max(map(metrics.horizontalAdvance, hosts), default=0)
