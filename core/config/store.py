"""The list of mappings on disk: its schema and its bytes; how a file is kept is KeptFile's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from core.config.address import AddressError, PortRange
from core.config.kept_file import KeptFile, StoreError, as_json
from core.config.mapping import Mapping
from core.config.paths import MAPPINGS_FILE
from core.message import Message, message

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["COPIES_KEPT", "Loaded", "Profile", "Store", "StoreError"]

SCHEMA_VERSION = 1
COPIES_KEPT = KeptFile.copies_kept


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is saved."""

    version: int = SCHEMA_VERSION
    mappings: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A profile, and what the user must be told about how it was found."""

    profile: Profile
    notices: tuple[Message, ...] = ()


def encode_hook(value: Any) -> str:
    """Write what msgspec does not know: ports, as text."""
    if isinstance(value, PortRange):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no place in a profile")


def decode_hook(kind: type, value: Any) -> Any:
    """Read what msgspec does not know."""
    if kind is PortRange and isinstance(value, str):
        try:
            return PortRange.parse(value)
        except AddressError as error:
            raise ValueError(str(error)) from error
    raise ValueError(f"expected text for {kind.__name__}")


def encode_profile(profile: Profile) -> bytes:
    """The file's bytes: indented JSON with a final line break."""
    packed = msgspec.json.encode(profile, enc_hook=encode_hook)
    return as_json(packed)


def decode_profile(data: bytes) -> Profile:
    """Read a profile; raises `msgspec.DecodeError` when it is damaged or of an unknown shape."""
    profile = msgspec.json.decode(data, type=Profile, dec_hook=decode_hook)
    if profile.version != SCHEMA_VERSION:
        raise msgspec.ValidationError(f"there is no schema {profile.version}")
    ids = [mapping.id for mapping in profile.mappings]
    if len(set(ids)) != len(ids):
        raise msgspec.ValidationError("two mappings have the same id")
    return profile


class Store(KeptFile[Profile]):
    """Reads and writes the mappings of one profile folder."""

    schema_version = SCHEMA_VERSION

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / MAPPINGS_FILE)

    def load(self) -> Loaded:
        """Load the profile as `read` finds it."""
        found = self.read()
        return Loaded(found.value, found.notices)

    def encode(self, value: Profile) -> bytes:
        """As `encode_profile`."""
        return encode_profile(value)

    def decode(self, data: bytes) -> Profile:
        """As `decode_profile`."""
        return decode_profile(data)

    def empty(self) -> Profile:
        """No mappings."""
        return Profile()

    def restored_notice(self, copy: str) -> Message:
        """The list is of an earlier time."""
        return message("Your mappings were restored from {copy}.", copy=copy)

    def empty_notice(self) -> Message:
        """The list is gone."""
        return message("There is no earlier good copy; the list starts empty.")
