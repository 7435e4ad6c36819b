"""What the command line may change in a list of mappings: plain values, and what each one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from core.config.mapping import Mapping, problems
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Iterable

Mappings = tuple[Mapping, ...]


class Add(msgspec.Struct, frozen=True, tag="add"):
    """Append these."""

    mappings: Mappings


class Replace(msgspec.Struct, frozen=True, tag="replace"):
    """Put each of these in the place of the one with its id."""

    mappings: Mappings


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """Delete those with these ids."""

    ids: tuple[str, ...]


class Switch(msgspec.Struct, frozen=True, tag="switch"):
    """Switch those with these ids on or off."""

    ids: tuple[str, ...]
    on: bool


class SetAll(msgspec.Struct, frozen=True, tag="set-all"):
    """Make these the whole list."""

    mappings: Mappings


Change = Add | Replace | Remove | Switch | SetAll


class ChangeRefusedError(PortwayError):
    """The list cannot be changed like this; it is as it was."""


def apply(change: Change, mappings: Mappings) -> Mappings:
    """Give the list as it is after the whole change; raises `ChangeRefusedError`."""
    match change:
        case Add(new):
            _check(new)
            after = (*mappings, *new)
        case Replace(new):
            _check(new)
            _find([one.id for one in new], mappings)
            by_id = {one.id: one for one in new}
            after = tuple(by_id.get(one.id, one) for one in mappings)
        case Remove(ids):
            _find(ids, mappings)
            after = tuple(one for one in mappings if one.id not in ids)
        case Switch(ids, on):
            _find(ids, mappings)
            after = tuple(
                msgspec.structs.replace(one, enabled=on) if one.id in ids else one
                for one in mappings
            )
        case SetAll(new):
            _check(new)
            after = new
    ids_after = [one.id for one in after]
    if len(set(ids_after)) != len(ids_after):
        raise ChangeRefusedError(message("Two mappings would have the same id."))
    return after


def _find(ids: Iterable[str], mappings: Mappings) -> None:
    known = {one.id for one in mappings}
    for one in ids:
        if one not in known:
            raise ChangeRefusedError(message("There is no mapping {id} any more.", id=one))


def _check(mappings: Mappings) -> None:
    for one in mappings:
        for problem in problems(one):
            text = "“{name}” cannot be used: {problem}"
            raise ChangeRefusedError(message(text, name=one.title, problem=problem.text))
