"""Single steps of keeping files safe on a disk; which files, and in which order, is KeptFile's.

Every system call that changes something is a function of `os`, so that tests can break each one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BUSY_SECONDS = 0.5
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_NEW_FILE |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
LEFT_BEHIND = (".tmp", ".old")
"""How the names of files end that a save which was killed left behind."""


def write_new(target: Path, data: bytes, suffix: str = ".tmp") -> Path:
    """Write to a new file beside it, readable by the owner only, and flush it to the disk."""
    # Not tempfile.mkstemp: refused by a folder on Windows, it tries other names without an end.
    path = target.with_name(f".{target.stem}-{os.urandom(8).hex()}{suffix}")
    descriptor = os.open(path, _NEW_FILE, 0o600)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]  # a disk may take less than it is given
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        remove(path)
        raise
    return path


def second_name(path: Path, data: bytes) -> Path:
    """Another file with this data, which is that of the path, in the same folder."""
    # On Windows whoever has the file open by one of its names holds up the other as well, and a
    # symbolic link would only be linked to itself.
    if os.name == "posix" and not path.is_symlink():
        other = path.with_name(f".{path.stem}-{os.getpid()}.old")
        remove(other)
        with contextlib.suppress(OSError):  # FAT and some network shares know no hard links
            os.link(path, other)
            try:
                os.chmod(other, 0o600)  # noqa: PTH101 - tests break the functions of `os`
                # Between reading and linking somebody may have put another file there.
                if other.read_bytes() == data:
                    return other
            except OSError:
                remove(other)
                raise
            remove(other)
    return write_new(path, data, ".old")


def put_new(path: Path, data: bytes) -> None:
    """Make the file whole and at once; raises `OSError` if there is one by now."""
    temporary = write_new(path, data)
    try:
        _put_beside(temporary, path)
    finally:
        remove(temporary)
    flush_folder(path.parent)


def _put_beside(temporary: Path, path: Path) -> None:
    """Give a file another name that nobody has yet, unlike a rename of POSIX."""
    if os.name == "posix":
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # FAT and some network shares know no hard links
            if path.exists():
                raise
        else:
            return
    temporary.rename(path)


def replace(path: Path, other: Path) -> None:
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


def remove(path: Path) -> None:
    """Remove a temporary file if that is possible; the error that led here is told, not this."""
    with contextlib.suppress(OSError):
        path.unlink()


def flush_folder(folder: Path) -> None:
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


def signature(path: Path) -> tuple[int, ...] | None:
    """What changes when somebody writes the file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def sweep(folder: Path, stem: str) -> None:
    """Remove what saves left behind that were killed. Only for whoever holds the profile."""
    for path in folder.glob(f".{stem}-*"):
        if path.suffix in LEFT_BEHIND:
            remove(path)


def make_private(folder: Path, own: tuple[str, ...]) -> None:
    """Take from others what rights they have to the profile (POSIX).

    `own` are the beginnings of the names that are Portway's. A folder with anything else in it was
    somebody's before it became a profile, and keeps its rights.
    """
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # what we may not change we may not even own
        names = os.listdir(folder)  # noqa: PTH208 - names are all we need
        for name in names:
            if name.startswith(own):
                _tighten(folder / name, 0o600)
        if all(name.startswith(own) for name in names):
            _tighten(folder, 0o700)


def _tighten(path: Path, most: int) -> None:
    """Leave at most these rights; not through symbolic links, whose files may serve others, too."""
    found = path.lstat().st_mode
    wanted = 0o700 if stat.S_ISDIR(found) else most
    if stat.S_ISREG(found) or stat.S_ISDIR(found):
        rights = stat.S_IMODE(found)
        if rights & ~wanted:
            with contextlib.suppress(OSError):
                path.chmod(rights & wanted)
