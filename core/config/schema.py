"""From a file's bytes to its value, through every schema there was; no files here."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = TypeVar("Value")

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises, the last for a file of nothing but brackets."""


class Fault(Enum):
    """Why a file cannot be used as it is."""

    DAMAGED = "damaged"
    NEWER = "newer"


class _VersionOnly(msgspec.Struct):
    version: int


class Schema(Generic[Value]):
    """Reads files of the present schema and, by small steps, of those before it."""

    def __init__(
        self,
        version: int,
        decode: Callable[[bytes], Value],
        migrations: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]],
    ) -> None:
        """`migrations`, by the schema each begins from, make the raw JSON of the next one."""
        self.version = version
        self._decode = decode
        self._migrations = migrations

    def fault(self, data: bytes) -> tuple[Fault, str] | None:
        """Say what is wrong with the file's bytes, or None."""
        newer = self.newer(data)
        if newer is not None:
            return Fault.NEWER, newer
        try:
            self.read(data)
        except UNREADABLE as error:
            return Fault.DAMAGED, str(error)
        return None

    def newer(self, data: bytes) -> str | None:
        """Say how a file is newer than we are, or None."""
        version = version_of(data)
        if version is None or version <= self.version:
            return None
        return f"schema {version}, this Portway knows {self.version}"

    def older(self, data: bytes) -> int | None:
        """The schema of a file that would have to be migrated."""
        version = version_of(data)
        return version if version is not None and version < self.version else None

    def read(self, data: bytes) -> Value:
        """Read bytes of this schema or an older one; raises one of `UNREADABLE`."""
        version = self.older(data)
        if version is None:
            return self._decode(data)
        raw = msgspec.json.decode(data, type=dict[str, Any])
        for step in range(version, self.version):
            migrate = self._migrations.get(step)
            if migrate is None:
                raise msgspec.ValidationError(f"there is no schema {step}")
            try:
                raw = {**migrate(raw), "version": step + 1}
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise msgspec.ValidationError(f"it is no schema {step}: {error!r}") from error
        return self._decode(msgspec.json.encode(raw))


def version_of(data: bytes) -> int | None:
    """The schema a file says to be of, if it says so."""
    try:
        return msgspec.json.decode(data, type=_VersionOnly).version
    except UNREADABLE:
        return None


def as_json(packed: bytes) -> bytes:
    """Lay out JSON for people: indented, with a final line break."""
    return msgspec.json.format(packed, indent=2) + b"\n"
