"""The Windows downloads, made of the bundle on Windows or, with Debian's NSIS, on Linux."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.config.paths import PORTABLE_MARKER
from gui.windows_identity import APP_ID
from installer.budget import unpacked
from installer.project import DIST, HERE, PUBLISHER, ROOT, VERSION, WORK, epoch, say, tool
from installer.windows.side_picture import draw
from installer.windows.sign import sign, signs
from installer.windows.version_file import four_numbers

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = ("Portway.exe", "portway.com")
MARKER_TEXT = """\
This file makes Portway portable: its mappings and settings live in the folder "profile" beside it.
Delete this file, and Portway uses those of your Windows account.
"""


def sign_programs(bundle: Path) -> None:
    """Sign what is started, where there is something to sign with."""
    if not signs():
        say("not signed: no certificate is named, see installer/windows/sign.py")
        return
    for name in PROGRAMS:
        sign(bundle / name)


def make_setup(bundle: Path) -> Path:
    """Compile the setup program."""
    file = DIST / f"Portway-{VERSION}-Setup.exe"
    picture = WORK / "setup-picture.bmp"
    draw(picture)
    defined = {
        "VERSION": VERSION,
        "NUMBERS": ".".join(map(str, four_numbers(VERSION))),
        "PUBLISHER": PUBLISHER,
        "APP_ID": APP_ID,
        "BUNDLE": bundle,
        "ICON": ROOT / "icons" / "rendered" / "portway.ico",
        "PICTURE": picture,
        "OUT": file,
        "SIZE_KIB": unpacked(bundle) >> 10,
    }
    if signs():
        defined["SIGN"] = f'"{_signer()}"'
    words = [f"-D{name}={value}" for name, value in defined.items()]
    tool("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, HERE / "windows" / "setup.nsi")
    say(f"made {file.name}")
    return file


def _signer() -> Path:
    """A script that signs one file: NSIS signs the uninstaller while it is being packed."""
    windows = os.name == "nt"
    script = WORK / ("sign.cmd" if windows else "sign.sh")
    call = f'"{sys.executable}" -m installer.windows.sign'
    if windows:
        script.write_text(f'@cd /d "{ROOT}" && {call} "%~1"\n', encoding="utf-8")
    else:
        script.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec {call} "$1"\n', encoding="utf-8")
        script.chmod(0o755)
    return script


def make_portable(bundle: Path) -> Path:
    """Pack the bundle with the marker that keeps the profile beside the program."""
    file = DIST / f"Portway-{VERSION}-portable.zip"
    name = f"Portway-{VERSION}"
    moment = datetime.fromtimestamp(epoch(), UTC).timetuple()[:6]
    file.unlink(missing_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def add(place: str, data: bytes) -> None:
            member = zipfile.ZipInfo(f"{name}/{place}", moment)
            member.external_attr = 0o644 << 16
            member.create_system = 0  # the same bytes wherever it is packed
            archive.writestr(member, data, zipfile.ZIP_DEFLATED, 9)

        add(PORTABLE_MARKER, MARKER_TEXT.replace("\n", "\r\n").encode())
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                add(path.relative_to(bundle).as_posix(), path.read_bytes())
    say(f"made {file.name}")
    return file


def make_windows(bundle: Path) -> list[Path]:
    """Make both."""
    if shutil.which("makensis") is None:
        say("no makensis here, so no setup program")
        return [make_portable(bundle)]
    return [make_setup(bundle), make_portable(bundle)]
