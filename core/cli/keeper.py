"""The profile that a command works on: the running Portway's if there is one, else the files."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from core.config.paths import profile_folder
from core.instance.access import open_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.cli.printer import Printer
    from core.cli.words import CommandLine
    from core.config.changes import Change
    from core.config.mapping import Mapping
    from core.instance.access import OpenProfile
    from core.instance.client import Live


class Keeper:
    """Reads and changes the list where it is kept. Blocking; all raise `PortwayError`."""

    def __init__(self, profile: OpenProfile, printer: Printer) -> None:
        self._profile = profile
        self._printer = printer
        self.was_damaged = False
        """Whether the person was told something about the file."""

    @property
    def live(self) -> Live | None:
        """The running Portway, if there is one."""
        return self._profile.live

    def mappings(self) -> tuple[Mapping, ...]:
        """The list; what the person must know about its file is told."""
        found = self._profile.mappings()
        for notice in self._profile.notices:
            self._printer.notice(str(notice))
            self.was_damaged = True
        self._profile.notices = ()
        return found

    def change(self, change: Change) -> None:
        """Change the list."""
        self._profile.change(change)


@contextlib.contextmanager
def keeper(line: CommandLine, printer: Printer) -> Iterator[Keeper]:
    """Whoever keeps the profile that the words name."""
    with open_profile(profile_folder(line.profile)) as profile:
        yield Keeper(profile, printer)
