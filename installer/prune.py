"""Takes out libraries that nothing in the bundle loads; they came along for plug-ins left out."""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING

from installer.contents import BUNDLED
from installer.links import elf_files, read_links
from installer.project import say, tool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CANDIDATES = (*BUNDLED, "libQt6*", "Qt6*.dll")
"""Nothing loads these by name at run time."""


def idle(needs: Mapping[str, frozenset[str]]) -> set[str]:
    """The candidates among these files that none of the others needs, nor needs by way of one."""
    kept = {name for name in needs if not any(fnmatch.fnmatch(name, c) for c in CANDIDATES)}
    waiting = list(kept)
    while waiting:
        for name in needs[waiting.pop()] & set(needs) - kept:
            kept.add(name)
            waiting.append(name)
    return set(needs) - kept


def prune(inner: Path) -> None:
    """Remove them."""
    files = list(inner.rglob("*.*") if os.name == "nt" else elf_files(inner))
    needs = {path.name: needed for path in files if (needed := _needs(path)) is not None}
    out = idle(needs)
    for path in files:
        if path.name in out:
            say(f"left out: {path.name}, {path.stat().st_size >> 10} KiB; nothing needs it")
            path.unlink()


def _needs(path: Path) -> frozenset[str] | None:
    """The libraries a file asks for by name; None for one that is no program."""
    if os.name != "nt":
        return read_links(tool("objdump", "-p", path)).needed
    if path.suffix.lower() not in (".dll", ".pyd", ".exe"):
        return None
    import pefile

    with pefile.PE(path, fast_load=True) as program:
        program.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
        entries = getattr(program, "DIRECTORY_ENTRY_IMPORT", [])
        return frozenset(entry.dll.decode() for entry in entries)
