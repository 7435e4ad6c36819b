"""The licence texts that go with a bundle: ours, Qt's, Python's, each package's and library's."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from installer.contents import BUNDLED, packages
from installer.project import HERE, ROOT, fail, say

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "licences"
WITHOUT_TEXT = ("PySide6_Essentials", "shiboken6")
"""PySide6 and Shiboken; theirs are kept here."""
MADE_BY = ("pyinstaller", "mypy")
"""Of these, the program that starts Portway and what compiled modules have in common are inside."""
_TEXT = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)


def collect(bundle: Path) -> None:
    """Fill the bundle's folder of licences; fail if one cannot be found."""
    target = bundle / FOLDER
    target.mkdir()
    for text in sorted((HERE / "licences").glob("*.txt")):
        if sys.platform == "win32" or text.name != "libffi.txt":  # Debian's has its own
            shutil.copyfile(text, target / text.name)
    shutil.copyfile(ROOT / "LICENSE", target / "Portway.txt")
    own = [Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt")]
    for text in filter(Path.is_file, own):  # of this very Python
        shutil.copyfile(text, target / "Python.txt")
        break
    for name in (*sorted(set(packages(sys.platform)) - set(WITHOUT_TEXT)), *MADE_BY):
        texts = [path.read_bytes() for path in texts_of(name)]
        if texts:
            (target / f"{name}.txt").write_bytes(b"\n\n".join(texts))
    if sys.platform == "linux":
        here = {
            package for name, package in BUNDLED.items() if (bundle / "_internal" / name).exists()
        }
        for package in sorted(here):
            shutil.copyfile(_debian_copyright(package), target / f"{package}.txt")
    say(f"{len(list(target.iterdir()))} licence texts")


def texts_of(name: str) -> Iterator[Path]:
    """The licence that an installed package brought along, and its notices; not its parts'."""
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        if name == "mypy":  # a build in plain Python has nothing of it inside
            return
        raise
    found = [
        path
        for file in files
        if ".dist-info" in str(file) and _TEXT.match(file.name)
        if (path := Path(str(file.locate()))).is_file()
    ]
    if not found:
        fail(f"{name} has no licence text")
    depth = min(len(path.parts) for path in found)
    yield from sorted(path for path in found if len(path.parts) == depth)


def _debian_copyright(package: str) -> Path:
    path = Path("/usr/share/doc", package, "copyright")
    if not path.is_file():
        fail(f"no {path}: bundles are made on Debian or Ubuntu")
    return path


def shorten_records(inner: Path) -> None:
    """Have each package's list of files name only what of it is here: its own few papers."""
    for record in inner.glob("*.dist-info/RECORD"):
        shutil.rmtree(record.parent / "sboms", ignore_errors=True)
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if ".dist-info/" in line and _is_here(inner, line)]
        record.write_text("".join(kept), encoding="utf-8")


def _is_here(inner: Path, line: str) -> bool:
    return (inner / line.partition(",")[0]).is_file()
