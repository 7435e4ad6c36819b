"""A file of the profile that is never lost: replaced atomically, good copies kept; no threads here.

What is in it is its subclasses' affair.
"""

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
from typing import Generic, TypeVar

import msgspec

from core.message import Message, PortwayError, message

BUSY_SECONDS = 0.5

Value = TypeVar("Value")


class StoreError(PortwayError):
    """A file of the profile could not be read or written; the message names it."""


class _VersionOnly(msgspec.Struct):
    version: int


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """What a file holds, and what the user must be told about how it was found."""

    value: Value
    notices: tuple[Message, ...] = ()


class KeptFile(Generic[Value]):
    """Reads and writes one file. Blocking: a front with a screen uses `Saver`."""

    schema_version = 1
    copies_kept = 5

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent

    # What a subclass knows.

    def encode(self, value: Value) -> bytes:
        """The file's bytes."""
        raise NotImplementedError

    def decode(self, data: bytes) -> Value:
        """Read them; raises `msgspec.DecodeError` when they are damaged or of an unknown shape."""
        raise NotImplementedError

    def empty(self) -> Value:
        """What to begin with where there is no file."""
        raise NotImplementedError

    def restored_notice(self, copy: str) -> Message:
        """Tell that this copy was taken for the file."""
        raise NotImplementedError

    def empty_notice(self) -> Message:
        """Tell that the file could not be used and that there was no copy."""
        raise NotImplementedError

    # Reading.

    def read(self) -> Found[Value]:
        """Read the file, or the last good copy if it is damaged or from a newer Portway.

        A file that cannot be used is renamed, never overwritten. Raises `StoreError` when the
        folder cannot be read or the unusable file cannot be set aside.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return self._read_copy(()) if self._copies() else Found(self.empty())
        except OSError as error:
            raise self._failed("Cannot read {path}: {why}.", error) from error
        fault = self._fault(data)
        if fault is None:
            return Found(self.decode(data))
        aside = self._set_aside(newer=self._is_newer(data))
        text = (
            "{path} could not be used ({fault}). It was kept as {aside}."
            if not self._is_newer(data)
            else "{path} was written by a newer Portway ({fault}). It was kept as {aside}."
        )
        notice = message(text, path=str(self.path), fault=fault, aside=aside.name)
        return self._read_copy((notice,))

    # Writing.

    def save(self, value: Value) -> None:
        """Replace the file in one step; the previous one becomes the newest kept copy.

        Raises `StoreError`; whatever was on disk is still there then.
        """
        data = self._encode(value)
        temporary: Path | None = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = _write_durably(self.path, data)
            self._keep_copy(temporary.with_suffix(".old"))
            _replace(temporary, self.path)
            temporary = None
            _flush_folder(self.folder)
        except OSError as error:
            raise self._failed("Cannot save {path}: {why}.", error) from error
        finally:
            if temporary is not None:
                _remove(temporary)

    def _encode(self, value: Value) -> bytes:
        """The file's bytes, once it is sure that they can be read again."""
        try:
            data = self.encode(value)
            fault = self._fault(data)
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
        return [
            path for n in range(1, self.copies_kept + 1) if (path := self._copy_path(n)).is_file()
        ]

    def _keep_copy(self, temporary: Path) -> None:
        """Make the present file copy 1; the others move up and the oldest goes."""
        try:
            present = self.path.read_bytes()
        except FileNotFoundError:
            return
        if (
            self._fault(present) is not None
        ):  # somebody else's work since we loaded: it stays for good
            self._set_aside(newer=self._is_newer(present))
            return
        newest = self._copy_path(1)
        if newest.is_file() and newest.read_bytes() == present:
            return  # a save that failed after this step did it already; more would push others out
        try:
            # Under another name first: were the disk full now, every copy would still be there.
            _link_or_copy(self.path, temporary)
            for number in range(self.copies_kept - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    _replace(self._copy_path(number), self._copy_path(number + 1))
            _replace(temporary, newest)
        except OSError:
            _remove(temporary)
            raise

    def _read_copy(self, notices: tuple[Message, ...]) -> Found[Value]:
        for copy in self._copies():
            try:
                data = copy.read_bytes()
            except OSError:
                continue  # the next one may do
            if self._fault(data) is None:
                note = self.restored_notice(copy.name)
                return Found(self.decode(data), (*notices, note))
        return Found(self.empty(), (*notices, self.empty_notice()))

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

    def _fault(self, data: bytes) -> str | None:
        """Say what is wrong with the file's bytes, or None."""
        if self._is_newer(data):
            version = msgspec.json.decode(data, type=_VersionOnly).version
            return f"schema {version}, this Portway knows {self.schema_version}"
        try:
            self.decode(data)
        except _UNREADABLE as error:
            return str(error)
        return None

    def _is_newer(self, data: bytes) -> bool:
        try:
            return msgspec.json.decode(data, type=_VersionOnly).version > self.schema_version
        except _UNREADABLE:
            return False


def as_json(packed: bytes) -> bytes:
    """Lay out JSON for people: indented, with a final line break."""
    return msgspec.json.format(packed, indent=2) + b"\n"


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises, the last for a file of nothing but brackets."""


def _write_durably(path: Path, data: bytes) -> Path:
    """Write to a new file beside it, readable by the owner only, and flush it to the disk."""
    prefix = f".{path.stem}-"
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
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
