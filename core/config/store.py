"""The profile on disk: versioned JSON, replaced atomically, good copies kept; no threads here."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from core.config.address import AddressError, PortRange
from core.config.mapping import Mapping
from core.config.paths import MAPPINGS_FILE
from core.message import Message, PortwayError, message

SCHEMA_VERSION = 1
COPIES_KEPT = 5
BUSY_SECONDS = 0.5


class StoreError(PortwayError):
    """The profile could not be read or written; the message names the file."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is saved."""

    version: int = SCHEMA_VERSION
    mappings: tuple[Mapping, ...] = ()


class _VersionOnly(msgspec.Struct):
    version: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A profile, and what the user must be told about how it was found."""

    profile: Profile
    notices: tuple[Message, ...] = ()


def _encode_port_range(value: Any) -> str:
    if isinstance(value, PortRange):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no place in a profile")


def _decode_port_range(kind: type, value: Any) -> Any:
    if kind is PortRange and isinstance(value, str):
        try:
            return PortRange.parse(value)
        except AddressError as error:
            raise ValueError(str(error)) from error
    raise ValueError(f"expected text for {kind.__name__}")


def encode_profile(profile: Profile) -> bytes:
    """The file's bytes: indented JSON with a final line break."""
    packed = msgspec.json.encode(profile, enc_hook=_encode_port_range)
    return msgspec.json.format(packed, indent=2) + b"\n"


def decode_profile(data: bytes) -> Profile:
    """Read a profile; raises `msgspec.DecodeError` when it is damaged or of an unknown shape."""
    profile = msgspec.json.decode(data, type=Profile, dec_hook=_decode_port_range)
    if profile.version != SCHEMA_VERSION:
        raise msgspec.ValidationError(f"there is no schema {profile.version}")
    ids = [mapping.id for mapping in profile.mappings]
    if len(set(ids)) != len(ids):
        raise msgspec.ValidationError("two mappings have the same id")
    return profile


class Store:
    """Reads and writes one profile folder. Blocking: a front with a screen uses `Saver`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / MAPPINGS_FILE

    def load(self) -> Loaded:
        """Load the profile, or the last good copy if the file is damaged or from a newer Portway.

        A file that cannot be used is renamed, never overwritten. Raises `StoreError` when the
        folder cannot be read or the unusable file cannot be set aside.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return self._load_copy(()) if self._copies() else Loaded(Profile())
        except OSError as error:
            raise self._failed("Cannot read {path}: {why}.", error) from error
        fault = _fault(data)
        if fault is None:
            return Loaded(decode_profile(data))
        aside = self._set_aside(newer=_is_newer(data))
        text = (
            "{path} could not be used ({fault}). It was kept as {aside}."
            if not _is_newer(data)
            else "{path} was written by a newer Portway ({fault}). It was kept as {aside}."
        )
        notice = message(text, path=str(self.path), fault=fault, aside=aside.name)
        return self._load_copy((notice,))

    def save(self, profile: Profile) -> None:
        """Replace the file in one step; the previous one becomes the newest kept copy.

        Raises `StoreError`; whatever was on disk is still there then.
        """
        data = self._encode(profile)
        temporary: Path | None = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = _write_durably(self.folder, data)
            self._keep_copy(temporary.with_suffix(".old"))
            _replace(temporary, self.path)
            temporary = None
            _flush_folder(self.folder)
        except OSError as error:
            raise self._failed("Cannot save {path}: {why}.", error) from error
        finally:
            if temporary is not None:
                _remove(temporary)

    def _encode(self, profile: Profile) -> bytes:
        """The file's bytes, once it is sure that they can be read again."""
        try:
            data = encode_profile(profile)
            fault = _fault(data)
        except UnicodeEncodeError as error:  # half of a character, as a broken paste brings it
            fault = str(error)
        if fault is not None:
            text = "Cannot save {path}: a value has no place in a profile ({fault})."
            raise StoreError(message(text, path=str(self.path), fault=fault))
        return data

    def _copy_path(self, number: int) -> Path:
        return self.folder / f"{self.path.stem}.copy-{number}.json"

    def _copies(self) -> list[Path]:
        """Kept copies, the newest first."""
        return [path for n in range(1, COPIES_KEPT + 1) if (path := self._copy_path(n)).is_file()]

    def _keep_copy(self, temporary: Path) -> None:
        """Make the present file copy 1; the others move up and the oldest goes."""
        try:
            present = self.path.read_bytes()
        except FileNotFoundError:
            return
        if _fault(present) is not None:  # somebody else's work since we loaded: it stays for good
            self._set_aside(newer=_is_newer(present))
            return
        newest = self._copy_path(1)
        if newest.is_file() and newest.read_bytes() == present:
            return  # a save that failed after this step did it already; more would push others out
        try:
            # Under another name first: were the disk full now, every copy would still be there.
            _link_or_copy(self.path, temporary)
            for number in range(COPIES_KEPT - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    _replace(self._copy_path(number), self._copy_path(number + 1))
            _replace(temporary, newest)
        except OSError:
            _remove(temporary)
            raise

    def _load_copy(self, notices: tuple[Message, ...]) -> Loaded:
        for copy in self._copies():
            try:
                data = copy.read_bytes()
            except OSError:
                continue  # the next one may do
            if _fault(data) is None:
                note = message("Your mappings were restored from {copy}.", copy=copy.name)
                return Loaded(decode_profile(data), (*notices, note))
        note = message("There is no earlier good copy; the list starts empty.")
        return Loaded(Profile(), (*notices, note))

    def _set_aside(self, *, newer: bool) -> Path:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        word = "newer" if newer else "damaged"
        aside = self.folder / f"{self.path.stem}.{word}-{stamp}.json"
        count = 1
        while aside.exists():
            count += 1
            aside = aside.with_name(f"{self.path.stem}.{word}-{stamp}-{count}.json")
        try:
            self.path.rename(aside)
        except OSError as error:
            raise self._failed("{path} is damaged and cannot be renamed: {why}.", error) from error
        return aside

    def _failed(self, template: str, error: OSError) -> StoreError:
        why = error.strerror or errno.errorcode.get(error.errno or 0, str(error))
        return StoreError(message(template, path=str(self.path), why=why))


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises, the last for a file of nothing but brackets."""


def _fault(data: bytes) -> str | None:
    """Say what is wrong with a profile's bytes, or None."""
    if _is_newer(data):
        version = msgspec.json.decode(data, type=_VersionOnly).version
        return f"schema {version}, this Portway knows {SCHEMA_VERSION}"
    try:
        decode_profile(data)
    except _UNREADABLE as error:
        return str(error)
    return None


def _is_newer(data: bytes) -> bool:
    try:
        return msgspec.json.decode(data, type=_VersionOnly).version > SCHEMA_VERSION
    except _UNREADABLE:
        return False


def _write_durably(folder: Path, data: bytes) -> Path:
    """Write to a new file in the folder, readable by the owner only, and flush it to the disk."""
    descriptor, name = tempfile.mkstemp(prefix=".mappings-", suffix=".tmp", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        _remove(path)
        raise
    return path


def _replace(path: Path, other: Path) -> None:
    """Rename over the other. On Windows no program may have either open: wait for it a moment.

    Virus scanners, backups and indexers read whatever has just changed, and are soon done.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            path.replace(other)
        except PermissionError:
            if os.name == "posix" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _link_or_copy(path: Path, other: Path) -> None:
    # On Windows whoever has the file open by one of its names holds up the other as well.
    if os.name == "posix":
        with contextlib.suppress(OSError):  # FAT and some network shares know no hard links
            os.link(path, other)
            return
    shutil.copy2(path, other)


def _remove(path: Path) -> None:
    """Remove a temporary file if that is possible; the error that led here is told, not this."""
    with contextlib.suppress(OSError):
        path.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows has no such call and needs none."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            # fsync(2): some file systems, mostly of networks, cannot do it for a folder. All is
            # saved.
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
                raise
        finally:
            os.close(descriptor)
