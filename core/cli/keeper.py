"""Who answers for a profile: the Portway that runs with it, or else its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.paths import profile_folder
from core.config.store import Profile, Store
from core.engine.status import OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from core.cli.printer import Printer
    from core.cli.words import CommandLine
    from core.config.mapping import Mapping
    from core.engine.snapshot import MappingNumbers
    from core.engine.status import Status
    from core.message import Message

Mappings = tuple["Mapping", ...]


@dataclass(frozen=True, slots=True)
class Living:
    """What a running Portway says of its mappings."""

    pid: int
    has_window: bool
    mappings: Mappings
    statuses: dict[str, Status]
    numbers: dict[str, MappingNumbers]

    def status(self, mapping_id: str) -> Status:
        """Of one mapping."""
        return self.statuses.get(mapping_id, OFF)


class Keeper:
    """The list of a profile, read and changed where it is kept. Blocking.

    All methods raise `PortwayError`.
    """

    def __init__(self, folder: Path, tell: Callable[[Message], None]) -> None:
        """`tell` gets what the user must know about how the list was found."""
        self._store = Store(folder)
        self._tell = tell

    @classmethod
    def of(cls, line: CommandLine, printer: Printer) -> Keeper:
        """Who keeps the profile that the words name."""
        return cls(profile_folder(line.profile), lambda notice: printer.notice(str(notice)))

    @property
    def path(self) -> Path:
        """The file that holds the list."""
        return self._store.path

    def mappings(self) -> Mappings:
        """The list."""
        loaded = self._store.load()
        for notice in loaded.notices:
            self._tell(notice)
        return loaded.profile.mappings

    def add(self, new: Mappings) -> None:
        """Append these."""
        self._save((*self.mappings(), *new))

    def replace(self, new: Mappings) -> None:
        """Put each of these in the place of the one with its id."""
        by_id = {one.id: one for one in new}
        self._save(tuple(by_id.get(one.id, one) for one in self.mappings()))

    def remove(self, ids: Collection[str]) -> None:
        """Take those with these ids out."""
        self._save(tuple(one for one in self.mappings() if one.id not in ids))

    def living(self) -> Living | None:
        """What the running Portway says; None if there is none."""
        return None

    def _save(self, mappings: Mappings) -> None:
        self._store.save(Profile(mappings=mappings))
