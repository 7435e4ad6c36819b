"""How large what people download and install may be, and how long the window may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from installer.project import fail, say

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1 << 20

UNPACKED_MIB = {"linux": 74, "win32": 60}
"""Reached: 72.3 and 58.3. Of Linux' 72, Qt with its ICU is 41, PySide6 15, Python 10, Portway 4;
what they have grown by, look at before raising this."""
PACKED_MIB = {".deb": 22, ".run": 22, ".tar.gz": 30, "-Setup.exe": 19, ".zip": 28}
"""Reached: 20.8, 20.8, 28.5, 17.5, 26.5."""
START_SECONDS = {"linux": 1.0, "win32": 3.5}
"""From the start of the process to the window on the screen, the best of some starts. Reached: 0.6
on Linux; of Windows only what Wine needs, 2.9 on a busy machine. Where Windows scans a program
before each start, that is most of it."""


def unpacked(folder: Path) -> int:
    """The bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def check_unpacked(folder: Path, platform: str) -> None:
    """Fail if the bundle has grown over its budget."""
    _check(f"{folder.name}, unpacked", unpacked(folder), UNPACKED_MIB[platform])


def check_packed(file: Path) -> None:
    """Fail if something to download has grown over its budget."""
    (limit,) = (limit for ending, limit in PACKED_MIB.items() if file.name.endswith(ending))
    _check(file.name, file.stat().st_size, limit)


def _check(name: str, size: int, limit: int) -> None:
    said = f"{name}: {size / MIB:.1f} MiB; the budget is {limit} MiB"
    if size > limit * MIB:
        fail(said)
    say(said)
