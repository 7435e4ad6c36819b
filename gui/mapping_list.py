"""The user's list of mappings and every change to it, undoable; no widgets, no saving here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.config.changes import (
    Add,
    Change,
    ChangeRefusedError,
    Remove,
    Replace,
    SetAll,
    Switch,
    apply,
)
from core.config.mapping import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from core.config.mapping import Mapping
    from core.message import Message

Mappings = tuple["Mapping", ...]

UNDO_STEPS = 200


class _Change(QUndoCommand):
    """One change, kept as the whole list before and after it.

    Mappings are immutable and shared between the two, so a step costs one pointer a row, and
    undoing cannot drift from what was there.
    """

    def __init__(
        self, text: str, before: Mappings, after: Mappings, show: Callable[[Mappings], None]
    ) -> None:
        super().__init__(text)
        self._before = before
        self._after = after
        self._show = show

    def redo(self) -> None:
        """Make the change; the stack calls this for the first time too."""
        self._show(self._after)

    def undo(self) -> None:
        """Take the change back."""
        self._show(self._before)


class MappingList(QObject):
    """Holds the list and its history. `changed` carries the new list after each step."""

    changed = Signal(object)
    refused = Signal()
    """Somebody tried to change the list while it is locked."""

    def __init__(self, mappings: Mappings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mappings = mappings
        self.locked: Message | None = None
        """Why the list can only be looked at, if that is so."""
        self.history = QUndoStack(self)
        self.history.setUndoLimit(UNDO_STEPS)

    @property
    def mappings(self) -> Mappings:
        """The list as it is now."""
        return self._mappings

    def lock(self, reason: Message) -> None:
        """Let nothing change the list from now on, undoing included."""
        self.history.clear()
        self.locked = reason

    def refuses(self) -> bool:
        """Whether it is locked, which whoever tried to change it is told then."""
        if self.locked is not None:
            self.refused.emit()
        return self.locked is not None

    def unlock(self) -> None:
        """Let it be changed again."""
        self.locked = None

    def get(self, mapping_id: str) -> Mapping | None:
        """The mapping of this id, or None if it was deleted."""
        return next((one for one in self._mappings if one.id == mapping_id), None)

    def add(self, mapping: Mapping) -> None:
        """Append a mapping."""
        text = self.tr("Add “{name}”").format(name=mapping.title)
        self._push(text, (*self._mappings, mapping))

    def replace(self, mapping: Mapping) -> None:
        """Put an edited mapping in the place of the one with its id."""
        text = self.tr("Edit “{name}”").format(name=mapping.title)
        self._push(text, tuple(mapping if one.id == mapping.id else one for one in self._mappings))

    def add_all(self, mappings: Mappings) -> None:
        """Append several, as one step."""
        many = self.tr("Add mappings")
        text = self._name_change(self.tr("Add “{name}”"), many, list(mappings))
        self._push(text, (*self._mappings, *mappings))

    def change(self, ids: Collection[str], **fields: Any) -> None:
        """Give several mappings the same value in these fields, as one step."""
        touched = [one for one in self._mappings if one.id in ids]
        many = self.tr("Edit mappings")
        text = self._name_change(self.tr("Edit “{name}”"), many, touched)
        self._push(text, self._with(ids, **fields))

    def take(self, change: Change) -> None:
        """Make a change that the command line asked for; raises `ChangeRefusedError`."""
        if self.locked is not None:
            raise ChangeRefusedError(self.locked)
        after = apply(change, self._mappings)
        match change:
            case Add(mappings):
                self.add_all(mappings)
            case Remove(ids):
                self.remove(ids)
            case Switch(ids, on):
                self.set_enabled(ids, on)
            case Replace(mappings):
                text = self._name_change(
                    self.tr("Edit “{name}”"), self.tr("Edit mappings"), list(mappings)
                )
                self._push(text, after)
            case SetAll():
                self._push(self.tr("Replace the list"), after)

    def take_outside(self, mappings: Mappings) -> None:
        """Become what another program made of the file."""
        self._push(self.tr("Change in the file"), mappings)

    def rename_group(self, old: str, new: str) -> None:
        """Give a group another name; if there is one of that name, both become one."""
        text = self.tr("Rename the group “{name}”").format(name=old)
        self._push(
            text, self._with({one.id for one in self._mappings if one.group == old}, group=new)
        )

    def move(self, ids: Collection[str], group: str, before: str | None = None) -> None:
        """Put these, in their order, into the group: before one of its mappings, or at its end."""
        moved = [one for one in self._with(ids, group=group) if one.id in ids]
        rest = [one for one in self._mappings if one.id not in ids]
        if before in ids:  # they stay where the first of them that was pointed at is
            following = self._following(before, ids)
            before = following.id if following is not None and following.group == group else None
        at = next((at for at, one in enumerate(rest) if one.id == before), None)
        if at is None:
            last = [at for at, one in enumerate(rest) if one.group == group]
            at = last[-1] + 1 if last else len(rest)
        many = self.tr("Move mappings")
        text = self._name_change(self.tr("Move “{name}”"), many, moved)
        self._push(text, (*rest[:at], *moved, *rest[at:]))

    def move_group(self, name: str, before: str | None) -> None:
        """Put a whole group before another one, or last."""
        moved = [one for one in self._mappings if one.group == name]
        rest = [one for one in self._mappings if one.group != name]
        at = next((at for at, one in enumerate(rest) if one.group == before), len(rest))
        text = self.tr("Move the group “{name}”").format(name=name)
        self._push(text, (*rest[:at], *moved, *rest[at:]))

    def groups(self) -> list[str]:
        """The names of all groups, in their order."""
        return list(dict.fromkeys(one.group for one in self._mappings if one.group))

    def _following(self, mapping_id: str | None, skipped: Collection[str]) -> Mapping | None:
        at = next(at for at, one in enumerate(self._mappings) if one.id == mapping_id)
        return next((one for one in self._mappings[at:] if one.id not in skipped), None)

    def _with(self, ids: Collection[str], **fields: Any) -> Mappings:
        return tuple(
            msgspec.structs.replace(one, **fields) if one.id in ids else one
            for one in self._mappings
        )

    def remove(self, ids: Collection[str]) -> None:
        """Delete these mappings."""
        gone = [one for one in self._mappings if one.id in ids]
        text = self._name_change(self.tr("Delete “{name}”"), self.tr("Delete mappings"), gone)
        self._push(text, tuple(one for one in self._mappings if one.id not in ids))

    def set_enabled(self, ids: Collection[str], on: bool) -> None:
        """Switch these mappings on or off, as one step."""
        switched = [one for one in self._mappings if one.id in ids and one.enabled != on]
        if on:
            one_text, many = self.tr("Switch “{name}” on"), self.tr("Switch mappings on")
        else:
            one_text, many = self.tr("Switch “{name}” off"), self.tr("Switch mappings off")
        after = self._with({one.id for one in switched}, enabled=on)
        self._push(self._name_change(one_text, many, switched), after)

    def set_all_enabled(self, on: bool) -> None:
        """Switch the whole list on or off, as one step."""
        self.set_enabled({one.id for one in self._mappings}, on)

    def duplicate(self, ids: Collection[str]) -> list[str]:
        """Put a copy behind each of these, switched off since both cannot listen; give its ids."""
        after: list[Mapping] = []
        copies: list[str] = []
        for one in self._mappings:
            after.append(one)
            if one.id not in ids:
                continue
            copies.append(new_id())
            name = self.tr("{name} (copy)").format(name=one.title)
            after.append(msgspec.structs.replace(one, id=copies[-1], name=name, enabled=False))
        originals = [one for one in self._mappings if one.id in ids]
        text = self._name_change(
            self.tr("Duplicate “{name}”"), self.tr("Duplicate mappings"), originals
        )
        self._push(text, tuple(after))
        return copies

    def _name_change(self, one_text: str, many_text: str, touched: list[Mapping]) -> str:
        return one_text.format(name=touched[0].title) if len(touched) == 1 else many_text

    def _push(self, text: str, after: Mappings) -> None:
        """Enter a step into the history; a change that changes nothing leaves none."""
        if not self.refuses() and after != self._mappings:
            self.history.push(_Change(text, self._mappings, after, self._show))

    def _show(self, mappings: Mappings) -> None:
        self._mappings = mappings
        self.changed.emit(mappings)
