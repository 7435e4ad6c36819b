"""The list of mappings on disk: its schema and its bytes; how a file is kept is KeptFile's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from core.config.address import LOOPBACK, AddressError, PortRange
from core.config.kept_file import ChangedOutsideError, KeptFile, Outside, StoreError, as_json
from core.config.mapping import Mapping, new_id
from core.config.paths import MAPPINGS_FILE
from core.config.schema import UNREADABLE
from core.message import Message, message

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "COPIES_KEPT", "ChangedOutsideError", "Loaded", "Outside", "Profile", "Store", "StoreError",
]  # fmt: skip

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
    read_only: bool = False
    """It is of a newer Portway, see `decode_newer`."""


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


class _Newer(msgspec.Struct):
    """The least that a newer Portway's file must have for us to show it."""

    mappings: list[msgspec.Raw] = []


class _NewerRow(msgspec.Struct):
    """The fields of a mapping without which there is nothing to show."""

    listen_ports: PortRange
    target_host: str
    target_ports: PortRange
    id: str = ""
    name: str = ""
    group: str = ""
    comment: str = ""
    listen_host: str = LOOPBACK


def decode_newer(data: bytes) -> Profile:
    """What can be shown of a newer Portway's file; never raises.

    What is understood whole is as it says. A mapping with anything in it that we do not know is
    switched off here: a forward without a restriction that it should have is worse than none.
    """
    try:
        rows = msgspec.json.decode(data, type=_Newer).mappings
    except UNREADABLE:
        return Profile()
    found: dict[str, Mapping] = {}
    for row in rows:
        mapping = _understand(row)
        if mapping is not None:
            found.setdefault(mapping.id, mapping)
    return Profile(mappings=tuple(found.values()))


def _understand(row: msgspec.Raw) -> Mapping | None:
    try:
        return msgspec.json.decode(row, type=Mapping, dec_hook=decode_hook)
    except UNREADABLE:
        pass
    try:
        part = msgspec.json.decode(row, type=_NewerRow, dec_hook=decode_hook)
    except UNREADABLE:
        return None
    known = msgspec.structs.asdict(part)
    return Mapping(**{**known, "id": part.id or new_id(), "enabled": False})


class Store(KeptFile[Profile]):
    """Reads and writes the mappings of one profile folder."""

    schema_version = SCHEMA_VERSION
    opens_newer = True
    guarded = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / MAPPINGS_FILE)

    def load(self) -> Loaded:
        """Load the profile as `read` finds it."""
        found = self.read()
        return Loaded(found.value, found.notices, found.read_only)

    def encode(self, value: Profile) -> bytes:
        """As `encode_profile`."""
        return encode_profile(value)

    def decode(self, data: bytes) -> Profile:
        """As `decode_profile`."""
        return decode_profile(data)

    def decode_newer(self, data: bytes) -> Profile:
        """As the function of this name."""
        return decode_newer(data)

    def empty(self) -> Profile:
        """No mappings."""
        return Profile()

    def restored_notice(self, copy: str) -> Message:
        """The list is of an earlier time."""
        return message("Your mappings were restored from {copy}.", copy=copy)

    def empty_notice(self) -> Message:
        """The list is gone."""
        return message("There is no earlier good copy; the list starts empty.")
