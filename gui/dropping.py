"""Where dragged lines go: the group and the place that a drop means; it moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from gui.shown import ShownModel

Where = QAbstractItemView.DropIndicatorPosition


def place_for_rows(shown: ShownModel, index: QModelIndex, place: Where) -> tuple[str, str | None]:
    """The group that rows go to, and the id they go before; None for its end."""
    row, over = shown.row_at(index), shown.group_at(index)
    if row is not None and over is None:
        if place is not Where.BelowItem:
            return row.mapping.group, row.mapping.id
        below = shown.row_at(index.siblingAtRow(index.row() + 1))
        same = below is not None and below.mapping.group == row.mapping.group
        return row.mapping.group, below.mapping.id if below is not None and same else None
    if over is None:
        return "", None
    if place is Where.AboveItem:
        above = shown.groups[max(0, list(shown.groups).index(over) - 1)]
        return "" if above is over else above.name, None
    return over.name, over.rows[0].mapping.id if place is Where.BelowItem and over.rows else None


def place_for_group(shown: ShownModel, index: QModelIndex, place: Where) -> str | None:
    """The name of the group that a whole group goes before; None for the end."""
    names = [group.name for group in shown.groups]
    over = shown.group_at(index) or shown.group_at(index.parent())
    if over is None:
        above_all = bool(names) and shown.row_at(index) is not None
        return names[0] if above_all else None
    at = names.index(over.name)
    if place is not Where.AboveItem or index.parent().isValid():
        at += 1
    return names[at] if at < len(names) else None
