"""One folder with the frozen program and all it needs; every package is made of this folder."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from installer import icu, legal
from installer.imports import absent
from installer.links import check_links
from installer.project import HERE, SITE, WORK, fail, say, set_times, tool
from installer.prune import prune
from installer.site import make_site

if TYPE_CHECKING:
    from pathlib import Path

BUNDLE = WORK / "frozen" / "portway"
CONSOLE = "portway.com"
"""On Windows `portway`, typed, finds .com before .exe: the one with a console."""

MADE_WITH = "made-with.txt"
"""For the bill of materials: what is inside beside packages, a name and a version a line. Packing
may happen on another machine, with another Python."""


def make_bundle(*, compiled: bool) -> Path:
    """Freeze, trim, add the licences; gives the folder."""
    make_site(compiled=compiled)
    if missing := absent(SITE, sys.platform):
        fail(f"this Python lacks what Portway imports: {', '.join(missing)}")
    shutil.rmtree(BUNDLE.parent, ignore_errors=True)
    say("freezing")
    os.environ["PYINSTALLER_CONFIG_DIR"] = str(WORK / "cache")
    tool(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "INFO",
        "--distpath", BUNDLE.parent, "--workpath", WORK / "pyinstaller", HERE / "portway.spec",
        cwd=WORK, log=WORK / "pyinstaller.log",
    )  # fmt: skip
    inner = BUNDLE / "_internal"
    check_engine(inner, compiled=compiled)
    prune(inner)
    if sys.platform == "win32":
        (BUNDLE / "portway-console.exe").rename(BUNDLE / CONSOLE)
    else:
        icu.trim(inner / "PySide6" / "Qt" / "lib", WORK)
        check_links(BUNDLE)
    parts = {"Python": platform.python_version(), "PyInstaller": metadata.version("pyinstaller")}
    if compiled:
        parts["mypyc"] = metadata.version("mypy")
    text = "".join(f"{name} {number}\n" for name, number in parts.items())
    (inner / MADE_WITH).write_text(text, encoding="utf-8", newline="\n")
    legal.collect(BUNDLE)
    legal.shorten_records(inner)
    set_times(BUNDLE)
    return BUNDLE


def check_engine(inner: Path, *, compiled: bool) -> None:
    """Fail if a module of the engine was frozen in another form than it was made in."""
    ending = "pyd" if os.name == "nt" else "so"
    made = {path.relative_to(SITE).as_posix() for path in SITE.rglob(f"*.{ending}")}
    frozen = {name for name in made if (inner / name).is_file()}
    if made != frozen or bool(made) != compiled:
        fail(f"compiled modules: {len(made)} made, {len(frozen)} frozen: {made ^ frozen}")
