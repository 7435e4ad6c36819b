"""What each mapping carried in the last minute, ten minutes and hour; small rings, no Qt."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine.snapshot import MappingNumbers, Snapshot

SLOTS = 60
LONGEST_STEP = 3.0
"""Seconds between two snapshots beyond which nobody was looking: what passed is an average, unless
it is of hardly more than one slot, as of the hour's while it is asked for once a minute."""


class Span(Enum):
    """How far back; the value is the seconds of one slot."""

    MINUTE = 1
    TEN_MINUTES = 10
    HOUR = 60


class Sight(Enum):
    """What is known of a slot."""

    NOTHING = 0
    WATCHED = 1
    AVERAGE = 2
    """Nobody looked; the bytes are spread evenly over the time."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a graph: rates in bytes per second."""

    up: float
    down: float
    sight: Sight


class _Ring:
    """Amounts by time: slot n holds what fell into the n-th width since zero."""

    __slots__ = ("down", "newest", "up", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.newest = -1
        self.up = array("d", bytes(8 * SLOTS))
        self.down = array("d", bytes(8 * SLOTS))

    def add(self, start: float, end: float, up: float, down: float) -> None:
        """Spread amounts evenly over a time."""
        last = int(end // self.width)
        first = max(int(start // self.width), last - SLOTS + 1)
        self._advance(last)
        whole = end - start
        for slot in range(first, last + 1):
            part = min(end, (slot + 1) * self.width) - max(start, slot * self.width)
            share = part / whole
            self.up[slot % SLOTS] += up * share
            self.down[slot % SLOTS] += down * share

    def _advance(self, slot: int) -> None:
        for fresh in range(max(self.newest + 1, slot - SLOTS + 1), slot + 1):
            self.up[fresh % SLOTS] = self.down[fresh % SLOTS] = 0.0
        self.newest = max(self.newest, slot)

    def amounts(self, slot: int) -> tuple[float, float]:
        """What fell into a slot; nothing if it is too old or yet to come."""
        if not self.newest - SLOTS < slot <= self.newest:
            return 0.0, 0.0
        return self.up[slot % SLOTS], self.down[slot % SLOTS]


class History:
    """Takes every snapshot; answers for one mapping and span.

    A mapping that carries nothing costs nothing: its rings are made with its first byte.
    """

    def __init__(self) -> None:
        self._last: Snapshot | None = None
        self._rings: dict[str, dict[Span, _Ring]] = {}
        # Of each slot: the seconds in which somebody looked, and those in which nobody did.
        self._seen = {span: _Ring(span.value) for span in Span}

    def take(self, snapshot: Snapshot) -> bool:
        """Book what was carried since the last snapshot; true if that was a moment ago."""
        last, self._last = self._last, snapshot
        if last is None or snapshot.taken <= last.taken:
            return False
        start, end = last.taken, snapshot.taken
        seconds = end - start
        for ring in self._seen.values():
            looked = seconds <= max(LONGEST_STEP, ring.width * 1.2)
            ring.add(start, end, seconds if looked else 0.0, 0.0 if looked else seconds)
        for mapping_id, now in snapshot.mappings.items():
            up, down = _carried(last.mappings.get(mapping_id), now)
            if up or down:
                for ring in self._rings_of(mapping_id).values():
                    ring.add(start, end, up, down)
        for gone in self._rings.keys() - snapshot.mappings.keys():
            del self._rings[gone]
        return seconds <= LONGEST_STEP

    def _rings_of(self, mapping_id: str) -> dict[Span, _Ring]:
        rings = self._rings.get(mapping_id)
        if rings is None:
            rings = self._rings[mapping_id] = {span: _Ring(span.value) for span in Span}
        return rings

    def slots(self, mapping_id: str, span: Span) -> list[Slot]:
        """The slots of a span, the oldest first, up to the last snapshot."""
        seen = self._seen[span]
        own = self._rings.get(mapping_id)
        found: list[Slot] = []
        for slot in range(seen.newest - SLOTS + 1, seen.newest + 1):
            watched, missed = seen.amounts(slot) if slot >= 0 else (0.0, 0.0)
            seconds = watched + missed
            # A slot that has hardly begun says nothing yet.
            if seconds < span.value * 0.05:
                found.append(Slot(0.0, 0.0, Sight.NOTHING))
                continue
            up, down = own[span].amounts(slot) if own is not None else (0.0, 0.0)
            sight = Sight.WATCHED if watched >= missed else Sight.AVERAGE
            found.append(Slot(up / seconds, down / seconds, sight))
        return found


def _carried(before: MappingNumbers | None, now: MappingNumbers) -> tuple[int, int]:
    """Bytes up and down since; nothing where counting began anew."""
    if before is None:
        return now.bytes_up, now.bytes_down
    if now.bytes_up < before.bytes_up or now.bytes_down < before.bytes_down:
        return 0, 0
    return now.bytes_up - before.bytes_up, now.bytes_down - before.bytes_down
