"""What each mapping has carried in all its life, through every restart; only numbers and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from core.config.kept_file import KeptFile, as_json
from core.config.paths import TOTALS_FILE
from core.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from core.engine.snapshot import MappingNumbers, Snapshot


class Total(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one mapping; bytes are payload bytes."""

    up: int = 0
    down: int = 0
    connections: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(
            up=self.up + other.up,
            down=self.down + other.down,
            connections=self.connections + other.connections,
        )


NONE = Total()


class Totals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of all mappings, by their ids."""

    version: int = 1
    mappings: dict[str, Total] = {}


class TotalsFile(KeptFile[Totals]):
    """Reads and writes the totals of one profile folder."""

    copies_kept = 1

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / TOTALS_FILE)

    def encode(self, value: Totals) -> bytes:
        """As JSON."""
        return as_json(msgspec.json.encode(value))

    def decode(self, data: bytes) -> Totals:
        """Read them."""
        totals = msgspec.json.decode(data, type=Totals)
        if totals.version != self.schema_version:
            raise msgspec.ValidationError(f"there is no schema {totals.version}")
        if any(min(one.up, one.down, one.connections) < 0 for one in totals.mappings.values()):
            raise msgspec.ValidationError("a total is below zero")
        return totals

    def empty(self) -> Totals:
        """Nothing carried yet."""
        return Totals()

    def restored_notice(self, copy: str) -> Message:
        """They are of an earlier time."""
        return message("The totals were restored from {copy}.", copy=copy)

    def empty_notice(self) -> Message:
        """They are gone."""
        return message("There is no earlier good copy; the totals start at zero.")


class Counting:
    """Adds what an engine counts since its start to what was carried before.

    The engine counts a mapping from zero when it was deleted and has come back by an undo; what
    it had counted until then is not lost.
    """

    def __init__(self, before: Totals) -> None:
        self._before = dict(before.mappings)
        self._now: dict[str, Total] = {}
        self.changed = False
        """Whether there is anything new since `changed` was last set to false."""

    def take(self, snapshot: Snapshot) -> None:
        """Take over the engine's counters."""
        for mapping_id, numbers in snapshot.mappings.items():
            now = _total(numbers)
            last = self._now.get(mapping_id, NONE)
            if now == last:
                continue
            if now.up < last.up or now.down < last.down or now.connections < last.connections:
                self._before[mapping_id] = self._before.get(mapping_id, NONE) + last
            self._now[mapping_id] = now
            self.changed = True

    def ever(self, mapping_id: str) -> Total:
        """All that this mapping has carried."""
        return self._before.get(mapping_id, NONE) + self._now.get(mapping_id, NONE)

    def totals(self, of: Collection[str]) -> Totals:
        """What to save: those of these mappings that carried anything."""
        found: Mapping[str, Total] = {one: self.ever(one) for one in of}
        return Totals(mappings={one: total for one, total in found.items() if total != NONE})


def _total(numbers: MappingNumbers) -> Total:
    return Total(up=numbers.bytes_up, down=numbers.bytes_down, connections=numbers.accepted)
