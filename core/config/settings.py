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


class SettingsFile(KeptFile[Settings]):
    """Reads and writes the settings of one profile folder.

    What somebody else wrote there while we ran is kept as a copy when we save the next time.
    """

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
