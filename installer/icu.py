"""Qt's copy of ICU's data, 32 MB for every language and alphabet, cut down to what Portway speaks.

What is missing ICU takes from its root, which stays whole, so other locales sort as Unicode says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from installer.project import fail, say, tool

if TYPE_CHECKING:
    from pathlib import Path

KEPT = re.compile(
    r"(?:coll/)?(?:root|res_index|pool|en|zh|zh_Hans|zh_CN|zh_Hans_CN|ucadata|supplementalData)"
    r"\.(?:res|icu)"
    r"|[A-Za-z0-9]+\.(?:nrm|icu|spp)"
    r"|cnvalias\.icu"
    r"|(?:gb18030|ibm-1386_P100-2001|windows-936-2000|ibm-5348_P100-1997)\.cnv"
    r"|(?:keyTypeData|likelySubtags|metaZones|numberingSystems|timezoneTypes|plurals|genderList"
    r"|metadata|zoneinfo64|windowsZones|icuver|icustd)\.res"
)
"""By name within the data: the roots, English, Chinese, normal forms, and the tables they need."""
_DATA = re.compile(r"([0-9a-f]{16})\s+([0-9a-f]{16})?\s*[A-Z]\s+(icudt(\d+)_dat)")

ASSEMBLY = """\
.section .rodata
.balign 16
.global {symbol}
.type {symbol}, @object
{symbol}:
.incbin "{data}"
.size {symbol}, .-{symbol}
.section .note.GNU-stack,"",@progbits
"""


def is_kept(item: str) -> bool:
    """Whether an item of ICU's data is used here."""
    return KEPT.fullmatch(item) is not None


def trim(libraries: Path, work: Path) -> None:
    """Replace the data library beside Qt's by one with fewer items and the same symbol."""
    (library,) = libraries.glob("libicudata.so.*")
    found = _DATA.search(tool("nm", "-D", "-S", library))
    if found is None:
        fail(f"{library} has no ICU data")
    symbol, major = found[3], found[4]
    whole, small = work / f"icudt{major}l.dat", work / f"icudt{major}l-small.dat"
    whole.write_bytes(_content(library, int(found[1], 16)))
    items = tool("icupkg", "-l", whole).split()
    kept = [item for item in items if is_kept(item)]
    dropped = work / "icu-dropped.txt"
    dropped.write_text("".join(f"{item}\n" for item in items if item not in kept))
    tool("icupkg", "-r", dropped, whole, small)
    source = work / "icudata.s"
    source.write_text(ASSEMBLY.format(symbol=symbol, data=small.name))
    before = library.stat().st_size
    tool(
        "gcc", "-shared", "-nostdlib", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-s",
        f"-Wl,-soname,{library.name}", "-o", library, source, cwd=work,
    )  # fmt: skip
    after = library.stat().st_size
    say(f"ICU: {len(kept)} of {len(items)} items, {before >> 10} KiB -> {after >> 10} KiB")


def _content(library: Path, address: int) -> bytes:
    """The bytes from the data's start on: the section they are in, from that address."""
    data = b""
    for line in tool("readelf", "-SW", library).splitlines():
        parts = line.rpartition("]")[2].split()
        if len(parts) > 5 and parts[1] == "PROGBITS":
            start, offset, size = (int(part, 16) for part in parts[2:5])
            if start <= address < start + size:
                data = library.read_bytes()[offset + address - start : offset + size]
    if not data:
        fail(f"{library} has no section with its data")
    return data
