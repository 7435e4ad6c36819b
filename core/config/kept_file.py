"""A file of the profile that is never lost: replaced atomically, good copies kept; no threads here.

What is in it is its subclasses' affair. Whoever saves holds the profile (`core.instance.lock`);
other programs may change the file all the same, and what they wrote is never replaced unseen.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.config import disk
from core.config.copies import Copies
from core.config.schema import Fault, Schema, as_json
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Value = TypeVar("Value")

__all__ = ["ChangedOutsideError", "Found", "KeptFile", "Outside", "StoreError", "as_json"]


class StoreError(PortwayError):
    """A file of the profile could not be read or written; the message names it."""


class ChangedOutsideError(StoreError):
    """Another program changed the file since we knew it, so it was not replaced."""

    def __init__(self, text: Message, outside: Outside[Any]) -> None:
        super().__init__(text)
        self.outside = outside


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """What a file holds, and what the user must be told about how it was found."""

    value: Value
    notices: tuple[Message, ...] = ()
    read_only: bool = False
    """It is of a newer Portway: `value` is what of it can be understood, and cannot be saved."""


@dataclass(frozen=True, slots=True)
class Outside(Generic[Value]):
    """What another program made of the file while we ran."""

    data: bytes
    number: int
    """Counts what was known of the file: the same change is told by a look and by a save."""
    value: Value | None
    """None where it cannot be used."""
    versions: tuple[Value, ...] = ()
    """What the file held while we ran, the newest last."""
    fault: Fault | None = None
    notice: Message | None = None
    """What the user must be told where it cannot be used."""


class KeptFile(Generic[Value]):
    """Reads and writes one file. Blocking: a front with a screen uses `Saver`."""

    schema_version = 1
    copies_kept = 5
    migrations: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
    """From a schema to the next one: a small function of the raw JSON for each step."""
    opens_newer = False
    """Whether a file of a newer Portway is shown, and left alone; else it is set aside."""
    guarded = False
    """Whether a save refuses to replace what another program wrote; else that becomes a copy."""
    versions_kept = 20

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent
        self._schema = Schema(self.schema_version, self.decode, self.migrations)
        self._copies = Copies(path, self._schema, self.copies_kept)
        self._busy = threading.Lock()  # held while the file and what is known of it may differ
        self._read = False
        self._known: bytes | None = None  # guarded by _busy, as all below
        self._number = 0
        self._was_bad = False  # what was last found there could not be used
        self._versions: list[Value] = []
        self._signature: tuple[int, ...] | None = None

    # What a subclass knows.

    def encode(self, value: Value) -> bytes:
        """The file's bytes."""
        raise NotImplementedError

    def decode(self, data: bytes) -> Value:
        """Read them; raises `msgspec.DecodeError` when they are damaged or of an unknown shape."""
        raise NotImplementedError

    def decode_newer(self, data: bytes) -> Value:
        """As much as can be understood of a newer Portway's file, if `opens_newer`."""
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
        """Read the file, or the last good copy if it is damaged.

        A file that cannot be used is renamed, never overwritten. Raises `StoreError` when the
        folder cannot be read or the unusable file cannot be set aside.
        """
        with self._busy:
            self._read = True
            self._signature = disk.signature(self.path)
            data = self._present()
            if data is None:
                self._know(None)
                return self._read_copy(()) if self._copies.paths() else Found(self.empty())
            fault = self._schema.fault(data)
            if fault is None:
                value = self._schema.read(data)
                self._know(data, value)
                return Found(value)
            kind, why = fault
            if kind is Fault.NEWER and self.opens_newer:
                self._know(data)
                return Found(self.decode_newer(data), (self._newer_notice(why),), read_only=True)
            aside = self._set_aside(kind)
            self._know(None)
            text = (
                "{path} could not be used ({fault}). It was kept as {aside}."
                if kind is Fault.DAMAGED
                else "{path} was written by a newer Portway ({fault}). It was kept as {aside}."
            )
            notice = message(text, path=str(self.path), fault=why, aside=aside.name)
            return self._read_copy((notice,))

    def look(self) -> Outside[Value] | None:
        """Give what another program made of the file since we last knew it; None if nothing.

        Cheap while nobody touches the file. What was given once is not given again until it is
        something else.
        """
        with self._busy:
            before, now = self._signature, disk.signature(self.path)
            if not self._read or now == before:
                return None
            data = self._present()
            self._signature = now
            if data is None or (data == self._known and not self._was_bad):
                return None
            return self._outside(data)

    def sweep(self) -> None:
        """Remove what saves left that were killed; only for whoever holds the profile."""
        with contextlib.suppress(OSError):
            for folder in {self.folder, self._target().parent}:
                disk.sweep(folder, self.path.stem)

    # Writing.

    def save(self, value: Value, accepted: Outside[Value] | None = None) -> None:
        """Replace the file in one step; the previous one becomes the newest kept copy.

        `accepted` is what another program wrote and this value takes account of. Raises
        `StoreError`; whatever was on disk is still there then.
        """
        data = self._encode(value)
        with self._busy:
            if accepted is not None:
                self._know(accepted.data, accepted.value)
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._replace(data, value)
            except OSError as error:
                raise self._failed("Cannot save {path}: {why}.", error) from error

    def _replace(self, data: bytes, value: Value) -> None:
        before = disk.signature(self.path)
        present = self._present()
        self._look_before_replacing(present, data)
        target = self._target()
        same = present == self._known and [value] == self._versions[-1:]
        if present == data or same:  # laid out by hand perhaps, and to stay so
            self._know(present, value)
            disk.flush_folder(target.parent)
            return
        temporary = disk.write_new(target, data)
        try:
            if present is not None:
                self._keep(present)
                if self.guarded and disk.signature(self.path) not in (before, None):
                    self._look_before_replacing(self._present(), data)
            disk.replace(temporary, target)
        except BaseException:
            disk.remove(temporary)
            raise
        self._know(data, value)
        self._signature = disk.signature(self.path)
        disk.flush_folder(target.parent)

    def _keep(self, present: bytes) -> None:
        fault = self._schema.fault(present)
        if fault is None:
            self._copies.keep(present)
        else:
            self._set_aside(fault[0])  # somebody else's work since we loaded: it stays for good

    def _keep_known(self) -> None:
        """Keep as a copy what was in the file before another program spoilt it.

        The next start is to find that, and not what was there one change before.
        """
        if self._known is not None and self._schema.fault(self._known) is None:
            with contextlib.suppress(OSError):  # what is in memory goes on, and may yet be saved
                self._copies.keep(self._known)

    def keep_apart(self, value: Value) -> Path:
        """Write a value to a file of its own, for people: it cannot become the file any more."""
        data = self._encode(value)
        aside = self._copies.free_name(self.path, "unsaved")
        try:
            disk.replace(disk.write_new(aside, data), aside)
        except OSError as error:
            raise self._failed("Cannot save {path}: {why}.", error) from error
        return aside

    def _look_before_replacing(self, present: bytes | None, data: bytes) -> None:
        """See that what is there now may be replaced; raises `StoreError` if not."""
        if present is None or present == data:
            return
        newer = self._schema.newer(present)
        if newer is not None and self.opens_newer:
            raise StoreError(self._newer_notice(newer))
        known = not self.guarded or not self._read or present == self._known
        if not known and self._schema.fault(present) is None:
            text = "{path} was changed by another program; it is not saved before that is settled."
            outside = self._outside(present)
            raise ChangedOutsideError(message(text, path=str(self.path)), outside)

    # What is on the disk, and what is known of it.

    def _target(self) -> Path:
        """The file itself, where the path is a symbolic link to it."""
        return self.path.resolve()

    def _present(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("Cannot read {path}: {why}.", error) from error

    def _know(self, data: bytes | None, value: Value | None = None) -> None:
        self._known = data
        self._number += 1
        if value is not None and [value] != self._versions[-1:]:
            self._versions = [*self._versions, value][-self.versions_kept :]

    def _outside(self, data: bytes) -> Outside[Value]:
        fault = self._schema.fault(data)
        self._was_bad = fault is not None
        number, versions = self._number, tuple(self._versions)
        if fault is None:
            return Outside(data, number, self._schema.read(data), versions)
        kind, why = fault
        self._keep_known()
        if kind is Fault.NEWER and self.opens_newer:
            notice = self._newer_notice(why)
            return Outside(data, number, self.decode_newer(data), versions, kind, notice)
        text = (
            "{path} was changed by another program and cannot be used ({fault}). What is shown "
            "here goes on; mend the file, or the next change here sets it aside."
        )
        notice = message(text, path=str(self.path), fault=why)
        return Outside(data, number, None, versions, kind, notice)

    def _encode(self, value: Value) -> bytes:
        """The file's bytes, once it is sure that they can be read again."""
        try:
            data = self.encode(value)
            fault = self._schema.fault(data)
            why = fault[1] if fault is not None else None
        except UnicodeEncodeError as error:  # half of a character, as a broken paste brings it
            why = str(error)
        if why is not None:
            text = "Cannot save {path}: a value has no place in a profile ({fault})."
            raise StoreError(message(text, path=str(self.path), fault=why))
        return data

    def _read_copy(self, notices: tuple[Message, ...]) -> Found[Value]:
        copy = self._copies.newest()
        if copy is None:
            return Found(self.empty(), (*notices, self.empty_notice()))
        name, value, data = copy
        self._put_back(data, value)
        return Found(value, (*notices, self.restored_notice(name)))

    def _put_back(self, data: bytes, value: Value) -> None:
        """Make a copy the file, so that the person is told once and not at each start.

        A link whose file is gone stays as it is: that file may come back with its disk. Where there
        can be no file now, the next save makes one.
        """
        if self.path.is_symlink():
            return
        with contextlib.suppress(OSError):
            disk.put_new(self.path, data)
            self._know(data, value)
            self._signature = disk.signature(self.path)

    def _set_aside(self, kind: Fault) -> Path:
        target = self._target()
        aside = self._copies.free_name(target, kind.value)
        try:
            target.rename(aside)
        except OSError as error:
            raise self._failed("{path} is damaged and cannot be renamed: {why}.", error) from error
        return aside

    def _failed(self, template: str, error: OSError) -> StoreError:
        why = error.strerror or errno.errorcode.get(error.errno or 0, str(error))
        return StoreError(message(template, path=str(self.path), why=why))

    def _newer_notice(self, why: str) -> Message:
        text = (
            "{path} was written by a newer Portway ({fault}). It is shown, but nothing can be "
            "changed. Start that newer Portway instead, or rename the file to begin with an "
            "earlier copy."
        )
        return message(text, path=str(self.path), fault=why)
