"""Two lists that began as one, made one again, mapping by mapping; knows no files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping

Mappings = tuple["Mapping", ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What both sides changed, together; where they conflict, as ours or theirs says."""

    ours: Mappings
    theirs: Mappings
    conflicts: tuple[str, ...] = ()
    """The titles of the mappings that both changed, and not alike."""


def merge(versions: Sequence[Mappings], ours: Mappings, theirs: Mappings) -> Merged:
    """Merge what somebody wrote into our list.

    `versions` are what the file held while we ran, the newest last. Theirs usually began from that
    one; but an editor may have been opened before our last changes. So where theirs would take a
    change of ours back to what an earlier version says, and theirs as a whole is no earlier version
    (somebody restored one), nobody can know what is meant: that is a conflict, too.
    """
    before = _by_id(versions[-1]) if versions else {}
    mine, other = _by_id(ours), _by_id(theirs)
    earlier = [_by_id(one) for one in versions[:-1]] if theirs not in versions else []
    kept_ours: dict[str, Mapping] = {}
    kept_theirs: dict[str, Mapping] = {}
    conflicts: list[str] = []
    for one in dict.fromkeys((*mine, *other)):
        was, our, their = before.get(one), mine.get(one), other.get(one)
        if our == their or their == was:
            choice = (our, our)
        elif our == was and not any(old.get(one) == their for old in earlier):
            choice = (their, their)
        else:
            choice = (our, their)
            conflicts.append(_title(our, their))
        for kept, chosen in zip((kept_ours, kept_theirs), choice, strict=True):
            if chosen is not None:
                kept[one] = chosen
    # An order is one thing: theirs if they changed it and we did not.
    order = _order(list(before), list(mine), list(other))
    return Merged(_sorted(kept_ours, order), _sorted(kept_theirs, order), tuple(conflicts))


def _by_id(mappings: Mappings) -> dict[str, Mapping]:
    return {one.id: one for one in mappings}


def _title(our: Mapping | None, their: Mapping | None) -> str:
    one = our or their
    assert one is not None
    return one.title


def _order(before: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """All ids of both: in the order of the one that moved them, the other's own put in between."""
    common = set(ours) & set(theirs)
    here, there, was = ([one for one in ids if one in common] for ids in (ours, theirs, before))
    first, second = (theirs, ours) if here == was and there != was else (ours, theirs)
    known = set(first)
    behind: dict[str | None, list[str]] = {}
    last = None
    for one in second:
        if one in known:
            last = one
        else:
            behind.setdefault(last, []).append(one)
    order = behind.get(None, [])
    for one in first:
        order += [one, *behind.get(one, [])]
    return order


def _sorted(kept: dict[str, Mapping], order: list[str]) -> Mappings:
    return tuple(kept[one] for one in order if one in kept)
