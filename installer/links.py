"""Which libraries the files of a Linux bundle load, and how new a system those demand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from installer.contents import OPTIONAL, SYSTEM
from installer.project import fail, say, tool

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FLOOR = {"GLIBC": (2, 35), "GLIBCXX": (3, 4, 30)}
"""Ubuntu 22.04's; Debian 12, and all that is newer, has more."""
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_VERSION = re.compile(r"\b(GLIBC|GLIBCXX)_([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Links:
    """What one program or library asks of the dynamic linker."""

    needed: frozenset[str]
    versions: dict[str, tuple[int, ...]]
    """The newest version of the C and the C++ library that a symbol it uses came with."""


def read_links(dump: str) -> Links:
    """Understand what `objdump -p` says."""
    versions: dict[str, tuple[int, ...]] = {}
    references = dump.partition("Version References:")[2]
    for name, number in _VERSION.findall(references):
        version = tuple(int(part) for part in number.split("."))
        versions[name] = max(versions.get(name, ()), version)
    return Links(frozenset(_NEEDED.findall(dump)), versions)


def elf_files(folder: Path) -> Iterable[Path]:
    """Programs and libraries below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def problems(links: dict[str, Links]) -> list[str]:
    """What is wrong with the files of a bundle, given by their names."""
    found = []
    for name, one in links.items():
        foreign = one.needed - set(links) - set(SYSTEM) - OPTIONAL
        found += [f"{name} needs {missing}, which no list names" for missing in sorted(foreign)]
        found += [
            f"{name} needs {which} {'.'.join(map(str, version))}, above the floor"
            for which, version in one.versions.items()
            if version > FLOOR[which]
        ]
    return found


def check_links(bundle: Path) -> None:
    """Fail the build if something is missing, or too new for the oldest system."""
    links = {path.name: read_links(tool("objdump", "-p", path)) for path in elf_files(bundle)}
    wrong = problems(links)
    if wrong:
        fail("libraries:\n  " + "\n  ".join(wrong))
    reached = {which: max(one.versions.get(which, ()) for one in links.values()) for which in FLOOR}
    said = ", ".join(f"{which} {'.'.join(map(str, v))}" for which, v in reached.items())
    say(f"{len(links)} programs and libraries; the newest they demand: {said}")
