"""What the user chose for the whole program, and its file; what follows from it is the fronts'."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from core.config.address import LOOPBACK, AddressError, check_listen_host
from core.config.kept_file import KeptFile, as_json
from core.config.paths import SETTINGS_FILE
from core.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Theme(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class LogLevel(StrEnum):
    """How much goes into the log files."""

    PROBLEMS = "problems"
    NORMAL = "normal"
    DETAILED = "detailed"


SYSTEM_LANGUAGE = "system"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable: a change makes another one."""

    version: int = 1
    start_hidden: bool = False
    language: str = SYSTEM_LANGUAGE
    """A language's name as Qt writes it, such as ``zh_CN``, or `SYSTEM_LANGUAGE`."""
    theme: Theme = Theme.SYSTEM
    notifications: bool = True
    """Of mappings that fail."""
    notify_port_taken: bool = True
    notify_recovered: bool = True
    log_level: LogLevel = LogLevel.NORMAL
    default_listen: str = LOOPBACK
    """The host that a new mapping begins with."""


def merge(versions: Sequence[Settings], ours: Settings, theirs: Settings) -> Settings:
    """Take over what somebody changed in the file, field by field, and keep what we changed.

    `versions` are what the file held while we ran, the newest last. Theirs began from the one that
    it is most like: an editor may have been opened before our last changes, which it does not mean
    to take back. Only whoever brings an earlier version back as a whole does.
    """
    newest = versions[-1] if versions else Settings()

    def unlike(version: Settings) -> int:
        return sum(getattr(version, field) != getattr(theirs, field) for field in FIELDS)

    # Of several that it is like, the newest.
    was = newest if theirs in versions else min(reversed(versions), key=unlike, default=newest)
    taken = {
        field: getattr(theirs, field)
        for field in FIELDS
        if getattr(theirs, field) != getattr(was, field)
        and getattr(ours, field) == getattr(newest, field)
    }
    return msgspec.structs.replace(ours, **taken)


FIELDS = Settings.__struct_fields__


class SettingsFile(KeptFile[Settings]):
    """Reads and writes the settings of one profile folder."""

    guarded = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / SETTINGS_FILE)

    def encode(self, value: Settings) -> bytes:
        """As JSON."""
        return as_json(msgspec.json.encode(value))

    def decode(self, data: bytes) -> Settings:
        """Read them; a host that cannot be one is damage too."""
        settings = msgspec.json.decode(data, type=Settings)
        if settings.version != self.schema_version:
            raise msgspec.ValidationError(f"there is no schema {settings.version}")
        try:
            check_listen_host(settings.default_listen)
        except AddressError as error:
            raise msgspec.ValidationError(str(error)) from error
        return settings

    def empty(self) -> Settings:
        """As Portway comes."""
        return Settings()

    def restored_notice(self, copy: str) -> Message:
        """They are of an earlier time."""
        return message("Your settings were restored from {copy}.", copy=copy)

    def empty_notice(self) -> Message:
        """They are gone."""
        return message("There is no earlier good copy; the settings are those of the beginning.")
