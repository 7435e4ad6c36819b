"""The .deb for Debian 12, Ubuntu 22.04 and newer: bundle, menu entry, `portway` on the PATH."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from installer.contents import SYSTEM
from installer.links import FLOOR, elf_files, read_links
from installer.linux.share import LINUX, make_share
from installer.project import DIST, PUBLISHER, ROOT, VERSION, WORK, epoch, say, set_times, tool

if TYPE_CHECKING:
    from pathlib import Path

MAINTAINER = f"{PUBLISHER} <maintainers@portway.invalid>"
LIBRARIES = "usr/lib/portway"
RECOMMENDS = ("libgtk-3-0", "xkb-data")


def make_deb(bundle: Path) -> Path:
    """Build it, and let lintian judge."""
    root = WORK / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / LIBRARIES, symlinks=True)
    make_share(root / "usr/share")
    command = root / "usr/bin/portway"
    command.parent.mkdir()
    command.symlink_to("../lib/portway/portway")
    _papers(root)
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) >> 10
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    text = (LINUX / "control").read_text(encoding="utf-8")
    for name, value in {
        "VERSION": VERSION,
        "MAINTAINER": MAINTAINER,
        "SIZE": str(size),
        "DEPENDS": ", ".join(depends(bundle)),
        "RECOMMENDS": ", ".join(RECOMMENDS),
    }.items():
        text = text.replace(f"@{name}@", value)
    control.write_text(text, encoding="utf-8")
    set_times(root)
    deb = DIST / f"portway_{VERSION}_amd64.deb"
    tool("dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", root, deb)
    tool("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", deb)
    say(f"made {deb.name}; lintian, appstreamcli and desktop-file-validate have no complaint")
    return deb


def depends(bundle: Path) -> list[str]:
    """The packages whose libraries the bundle takes from the system."""
    needed: set[str] = set()
    for path in elf_files(bundle):
        needed |= read_links(tool("objdump", "-p", path)).needed
    packages = {SYSTEM[name] for name in needed if name in SYSTEM}
    floor = ".".join(map(str, FLOOR["GLIBC"]))
    return [f"{name} (>= {floor})" if name == "libc6" else name for name in sorted(packages)]


def _papers(root: Path) -> None:
    """What Debian's policy asks for: copyright, changelog, and why some of its rules are bent."""
    doc = root / "usr/share/doc/portway"
    doc.mkdir(parents=True)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2]
    folded = "".join(f" {line or '.'}\n" for line in licence.splitlines())
    text = (LINUX / "copyright").read_text(encoding="utf-8").replace("@LICENCE@", folded.rstrip())
    (doc / "copyright").write_text(text, encoding="utf-8")
    date = format_datetime(datetime.fromtimestamp(epoch(), UTC))
    entry = f"portway ({VERSION}) stable; urgency=medium\n\n  * See the release's own notes.\n"
    entry += f"\n -- {MAINTAINER}  {date}\n"
    with (doc / "changelog.gz").open("wb") as file:
        file.write(gzip.compress(entry.encode(), 9, mtime=0))
    overrides = root / "usr/share/lintian/overrides/portway"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(LINUX / "lintian-overrides", overrides)
