"""The earlier good copies of a file, and what is set aside beside it; when, is KeptFile's."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from core.config import disk

if TYPE_CHECKING:
    from pathlib import Path

    from core.config.schema import Schema

Value = TypeVar("Value")


class Copies(Generic[Value]):
    """Copy 1 is the newest. They lie in the profile, whatever the file is a link to."""

    def __init__(self, path: Path, schema: Schema[Value], most: int) -> None:
        self._path = path
        self._schema = schema
        self._most = most

    def _copy(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.stem}.copy-{number}.json")

    def paths(self) -> list[Path]:
        """Those there are, the newest first."""
        return [path for n in range(1, self._most + 1) if (path := self._copy(n)).is_file()]

    def newest(self) -> tuple[str, Value, bytes] | None:
        """The newest good one: its name, what is in it, and its bytes."""
        for path in self.paths():
            try:
                data = path.read_bytes()
            except OSError:
                continue  # the next one may do
            if self._schema.fault(data) is None:
                return path.name, self._schema.read(data), data
        return None

    def keep(self, present: bytes) -> None:
        """Make the present file copy 1; the others move up and the oldest goes."""
        self._keep_older_schema(present)
        newest = self._copy(1)
        if newest.is_file() and newest.read_bytes() == present:
            return  # a save that failed after this step did it already; more would push others out
        # Under another name first: were the disk full now, every copy would still be there.
        temporary = disk.second_name(self._path, present)
        try:
            for number in range(self._most - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    disk.replace(self._copy(number), self._copy(number + 1))
            disk.replace(temporary, newest)
        except OSError:
            disk.remove(temporary)
            raise

    def _keep_older_schema(self, present: bytes) -> None:
        """Keep the last file of an older schema for good, for who goes back to that Portway."""
        version = self._schema.older(present)
        if version is None:
            return
        kept = self._path.with_name(f"{self._path.stem}.schema-{version}.json")
        if not kept.exists():
            disk.replace(disk.second_name(self._path, present), kept)

    def free_name(self, beside: Path, word: str) -> Path:
        """A name beside this file that nobody has, with the word and the time in it."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        name = beside.with_name(f"{self._path.stem}.{word}-{stamp}.json")
        count = 1
        while name.exists():
            count += 1
            name = name.with_name(f"{self._path.stem}.{word}-{stamp}-{count}.json")
        return name
