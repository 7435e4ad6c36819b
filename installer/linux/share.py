"""What a Linux desktop wants to find under share/: menu entry, icons, AppStream data, man page."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from installer.project import HERE, ROOT, SUMMARY, VERSION, epoch, tool

if TYPE_CHECKING:
    from pathlib import Path

LINUX = HERE / "linux"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def make_share(share: Path) -> None:
    """Fill the folder, and have what the desktop's own judges say about it decide."""
    applications = share / "applications"
    applications.mkdir(parents=True)
    entry = shutil.copy(LINUX / "portway.desktop", applications)
    tool("desktop-file-validate", entry)

    metainfo = share / "metainfo" / "portway.metainfo.xml"
    metainfo.parent.mkdir()
    text = (LINUX / "portway.metainfo.xml").read_text(encoding="utf-8")
    date = datetime.fromtimestamp(epoch(), UTC).date().isoformat()
    text = text.replace("@VERSION@", VERSION).replace("@DATE@", date)
    metainfo.write_text(text, encoding="utf-8")
    tool("appstreamcli", "validate", "--no-net", metainfo)

    for size in ICON_SIZES:
        folder = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        shutil.copyfile(ROOT / "icons/rendered" / f"portway-{size}.png", folder / "portway.png")
    for folder_name, name in (("scalable", "portway"), ("symbolic", "portway-symbolic")):
        folder = share / "icons" / "hicolor" / folder_name / "apps"
        folder.mkdir(parents=True)
        shutil.copyfile(ROOT / "icons" / f"{name}.svg", folder / f"{name}.svg")

    manual = share / "man" / "man1" / "portway.1"
    manual.parent.mkdir(parents=True)
    tool(
        sys.executable, "-c", "from argparse_manpage.cli import main; main()",
        "--module", "core.cli.parser", "--function", "build_parser", "--prog", "portway",
        "--project-name", "Portway", "--version", VERSION,
        "--description", SUMMARY.lower(), "--manual-title", "User commands", "--output", manual,
        cwd=ROOT,
    )  # fmt: skip
    tool("gzip", "-9n", manual)
