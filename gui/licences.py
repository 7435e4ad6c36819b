"""What Portway is made of and under which licences, as the installed packages say; reads files."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import qVersion

from core.version import version

PACKAGES = (
    "PySide6_Essentials", "shiboken6", "argcomplete",
    *(("jeepney",) if sys.platform == "linux" else ()),
    "msgspec", "platformdirs", "psutil",
)  # fmt: skip
QT_LICENCE = "LGPL-3.0-only"
QT_TEXT = (
    "Portway uses Qt under the GNU Lesser General Public License, version 3. Qt's libraries lie "
    "beside the program as files of their own, so that you can put your own build of them there.\n"
    "\n"
    "The licence: https://www.gnu.org/licenses/lgpl-3.0.html\n"
    "Qt's source: https://code.qt.io/\n"
    "What Qt itself is made of: https://doc.qt.io/qt-6/licenses-used-in-qt.html\n"
)
TEXT_NAMES = ("license", "licence", "copying", "notice")


@dataclass(frozen=True, slots=True)
class Licence:
    """One part of the program."""

    name: str
    version: str
    licence: str
    """Its short name (SPDX)."""
    text: str


def licences() -> tuple[Licence, ...]:
    """Every part, Portway first. Blocking: it reads some files."""
    return (_portway(), _python(), _qt(), *(_package(name) for name in PACKAGES))


def _portway() -> Licence:
    beside = Path(__file__).parent.parent / "LICENSE"
    text = _read(beside) if beside.is_file() else _text_of("portway")
    return Licence("Portway", version(), "MIT", text)


def _python() -> Licence:
    # Beside a bundle's program lies a folder with all licences; its Python is in one file.
    text = _read(Path(sys.executable).parent / "licences" / "Python.txt")
    text = text or _read(Path(os.__file__).parent / "LICENSE.txt")
    text = text or _read(Path(sys.base_prefix) / "LICENSE.txt")  # there on Windows
    text = text or "https://docs.python.org/3/license.html\n"
    return Licence("Python", platform.python_version(), "PSF-2.0", text)


def _qt() -> Licence:
    return Licence("Qt", qVersion(), QT_LICENCE, QT_TEXT)


def _package(name: str) -> Licence:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:  # a bundle that left the package's metadata out
        return Licence(name, "", "", f"https://pypi.org/project/{name}/\n")
    short = next(
        (text for key in ("License-Expression", "License") for text in about.get_all(key) or ()), ""
    )
    links = [link.partition(", ")[2] for link in about.get_all("Project-URL") or ()]
    text = _text_of(name) or "\n".join([short, "", *links]) + "\n"
    return Licence(name.replace("_", "-"), str(about["Version"]), short, text)


def _text_of(name: str) -> str:
    """The licence texts that a package brought along."""
    try:
        files = metadata.files(name) or ()
    except metadata.PackageNotFoundError:
        return ""
    paths = [
        file for file in files
        if ".dist-info" in str(file) and file.name.lower().startswith(TEXT_NAMES)
    ]  # fmt: skip
    return "\n\n".join(text for path in paths if (text := _read(Path(str(path.locate())))))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
