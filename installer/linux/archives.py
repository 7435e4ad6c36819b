"""For every other Linux: one file that installs itself for one user, and the same as a tar.gz."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from typing import TYPE_CHECKING

from installer.links import FLOOR
from installer.linux.share import LINUX, make_share
from installer.project import DIST, VERSION, WORK, epoch, say, set_times, tool

if TYPE_CHECKING:
    from pathlib import Path

NAME = f"Portway-{VERSION}-x86_64"


def make_archives(bundle: Path) -> list[Path]:
    """Build both from one folder."""
    folder = WORK / "archive" / NAME
    shutil.rmtree(folder.parent, ignore_errors=True)
    shutil.copytree(bundle, folder / "portway", symlinks=True)
    make_share(folder / "share")
    applications = folder / "share" / "applications"
    entry = applications / "portway.desktop"
    text = entry.read_text(encoding="utf-8").replace("Exec=portway", "Exec=@HOME@/portway")
    entry.write_text(text, encoding="utf-8")
    tool("desktop-file-validate", LINUX / "portway-uninstall.desktop")
    shutil.copyfile(LINUX / "portway-uninstall.desktop", applications / "portway-uninstall.desktop")
    for name in ("install.sh", "uninstall.sh"):
        script = (LINUX / name).read_text(encoding="utf-8").replace("@VERSION@", VERSION)
        script = script.replace("@GLIBC@", ".".join(map(str, FLOOR["GLIBC"])))
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)
    set_times(folder)
    return [_tar(folder), _run_file(folder)]


def _tar(folder: Path) -> Path:
    """A tar.gz in which nothing depends on who made it, or when."""
    file = DIST / f"{NAME}.tar.gz"

    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        return member

    with (
        file.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, epoch()) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        paths = [folder, *sorted(folder.rglob("*"))]
        for path in paths:
            name = path.relative_to(folder.parent).as_posix()
            archive.add(path, name, recursive=False, filter=anonymous)
    say(f"made {file.name}")
    return file


def _run_file(folder: Path) -> Path:
    """A script with the archive behind it; a double click runs it, and it asks for no password."""
    file = DIST / f"{NAME}.run"
    order = f"--sort=name --owner=0 --group=0 --numeric-owner --mtime=@{epoch()}"
    tool(
        "makeself", "--quiet", "--nox11", "--sha256", "--xz", "--complevel", "9", "--tar-quietly",
        "--tar-format", "gnu", "--tar-extra", order, "--packaging-date", f"@{epoch()}",
        # It writes its own command line into the file: no place of this machine may be in it.
        folder.name, file.name, f"Portway {VERSION}", "./install.sh", cwd=folder.parent,
    )  # fmt: skip
    shutil.move(folder.parent / file.name, file)
    say(f"made {file.name}")
    return file
